"""The file: the network as it is, biases and books rounded to what their storage deserves, and the honest ratio.

The format and its coder belong to ``c3po.runtime``; here is only what is decided before writing.
"""

from __future__ import annotations

import copy
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
    scores: str | None = None,
) -> Packed:
    """Writes ``network`` to a packed file. BatchNorm becomes a scale and a bias: quantised weights keep their levels.

    example : one input batch; only its shape is read
    bias_bits : levels of a layer's biases; None keeps them exactly
    book_mantissa_bits : of the values of a quantised layer; None keeps them exactly
    dense : the network before compression, for the ratio
    scores : "softmax" or "sigmoid" is appended to the network's output
    """
    graph = graph_from_torch(with_short_books(network, book_mantissa_bits), example, scores=scores)
    parts = write_packed(graph, path, dict(metadata) if metadata else None, bias_bits=bias_bits)
    n_bytes = Path(path).stat().st_size
    whole = sum(4 * p.numel() for p in dense.parameters()) if dense is not None else None
    return Packed(Path(path), n_bytes, parts, whole / n_bytes if whole else None)


@torch.no_grad()
def with_short_books(network: nn.Module, mantissa_bits: int | None) -> nn.Module:
    """A copy in evaluation mode: weights of few different values are rounded to ``mantissa_bits`` explicit bits."""
    rounded = copy.deepcopy(network).eval()
    for parameter in rounded.parameters():
        if parameter.dim() >= 2 and mantissa_bits is not None and len(torch.unique(parameter)) <= LARGEST_BOOK + 1:
            parameter.copy_(as_tensor(rounded_mantissa(as_array(parameter), mantissa_bits), parameter))
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
