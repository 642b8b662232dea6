"""The file: the network as it is, biases and books rounded to what their storage deserves, and the honest ratio.

The format and its coder belong to ``c3po.runtime``; here is only what is decided before writing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from c3po.runtime import write_packed
from c3po.runtime.coding import rounded_mantissa, rounded_to_levels

from .export import graph_from_torch
from .folding import fold_batchnorm
from .sets import TiedSet

LARGEST_BOOK = 256


@dataclass(frozen=True)
class Packed:
    """What was written.

    parts : bytes by part (header, metadata, support, values, biases); they add up to ``n_bytes``
    ratio : bytes of all float32 parameters of the dense network over ``n_bytes``; None when it was not given
    """

    path: Path
    n_bytes: int
    parts: Mapping[str, int]
    ratio: float | None

    def __str__(self) -> str:
        listed = ", ".join(f"{name} {size}" for name, size in self.parts.items())
        honest = f", {self.ratio:.0f}x (everything counted)" if self.ratio else ""
        return f"{self.path.name}: {self.n_bytes} bytes ({listed}){honest}"


def pack(
    network: nn.Module,
    path: str | os.PathLike[str],
    example: Tensor,
    bias_bits: int | None = 5,
    book_mantissa_bits: int | None = 7,
    metadata: Mapping[str, Any] | None = None,
    dense: nn.Module | None = None,
) -> Packed:
    """Writes ``network``, rounded by ``rounded_for_packing``, to a packed file.

    example : one input batch; only its shape is read
    dense : the network before compression, for the ratio
    """
    rounded = rounded_for_packing(network, bias_bits, book_mantissa_bits)
    graph = graph_from_torch(rounded, example)
    parts = write_packed(graph, path, dict(metadata) if metadata else None)
    n_bytes = Path(path).stat().st_size
    whole = sum(4 * p.numel() for p in dense.parameters()) if dense is not None else None
    return Packed(Path(path), n_bytes, parts, whole / n_bytes if whole else None)


@torch.no_grad()
def rounded_for_packing(network: nn.Module, bias_bits: int | None = 5, book_mantissa_bits: int | None = 7) -> nn.Module:
    """A copy, BatchNorm folded: biases on ``bias_bits`` levels, weights of few different values with short mantissas.

    A dead channel's bias is not needed and is set to zero.
    """
    rounded = fold_batchnorm(network)
    for module in rounded.modules():
        weight, bias = getattr(module, "weight", None), getattr(module, "bias", None)
        if isinstance(weight, Tensor) and weight.dim() >= 2 and book_mantissa_bits is not None:
            distinct = torch.unique(weight)
            if len(distinct) <= LARGEST_BOOK + 1:
                weight.copy_(as_tensor(rounded_mantissa(as_array(weight), book_mantissa_bits), weight))
        if isinstance(bias, Tensor) and bias_bits is not None:
            bias.copy_(as_tensor(rounded_to_levels(as_array(bias), bias_bits), bias))
    return rounded


@torch.no_grad()
def biases_on_levels(network: nn.Module, bias_bits: int) -> None:
    """Rounds the biases in place, so that the weights can be retrained around them (keep them out of the optimiser)."""
    for module in network.modules():
        bias = getattr(module, "bias", None)
        if isinstance(bias, Tensor):
            bias.copy_(as_tensor(rounded_to_levels(as_array(bias), bias_bits), bias))


def tied_by_value(weights: Tensor) -> TiedSet:
    """The set of all tensors whose entries are equal where those of ``weights`` are, and zero where they are zero."""
    values, groups = torch.unique(weights, return_inverse=True)
    zero = int((values == 0).nonzero().flatten()[0]) if bool((values == 0).any()) else -1
    groups = torch.where(groups == zero, -1, torch.where(groups > zero, groups - (zero >= 0), groups))
    return TiedSet(groups)


def as_array(tensor: Tensor) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.ascontiguousarray(tensor.detach().cpu().numpy(), dtype=np.float32)


def as_tensor(array: np.ndarray[Any, Any], like: Tensor) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array)).reshape(like.shape).to(like)
