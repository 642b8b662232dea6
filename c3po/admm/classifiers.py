"""Any classifier through a plan: ``module:function`` builds the network, .npz files hold its samples.

``c3po compress`` calls this for networks that are not ours; with another loss, or data that do not fit memory, write
the ``train_epoch`` of ``compress`` yourself.
"""

from __future__ import annotations

import importlib
import pickle
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..errors import ManifestError, PlanError
from .compress import Step, TrainEpoch
from .compress import compress as run_plan
from .distillation import distillation_loss
from .packing import Packed, pack
from .purification import purify, remove_dead
from .reading import read_plan

Report = Callable[[dict[str, Any]], None]
AT_ONCE = 500
"""Samples per forward pass where no gradient is wanted."""


@dataclass(frozen=True)
class Samples:
    """inputs : float32, shape (n, ...), as the network takes them;  labels : int64, shape (n,)"""

    inputs: Tensor
    labels: Tensor


def compress_classifier(
    builder: str,
    plan: Path,
    samples: Path,
    out: Path,
    weights: Path | None = None,
    validation: Path | None = None,
    bias_bits: int = 8,
    batch_size: int = 64,
    seed: int = 0,
    report: Report = lambda line: None,
) -> Packed:
    """Compresses a network and packs it to ``out``; the dense network is the teacher.

    builder : ``module:function``, called without arguments, gives the network
    weights : its state_dict, saved by torch; None: the builder loads them itself
    validation : samples whose error, before and after, is reported and decides nothing

    Raises
    ------
    ManifestError
        The builder, the weights or the samples cannot be used.
    PlanError
        The plan does not fit the network.
    """
    torch.manual_seed(seed)
    dense = built(builder, weights).eval()
    known = read_samples(samples)
    held = None if validation is None else read_samples(validation)
    answers = answered(dense, known, samples)
    example = known.inputs[:2]
    train_epoch = distilling_epoch(known, answers, batch_size, seed)
    small = run_plan(
        dense, read_plan(plan, dense), train_epoch, example, report=report, folder=out.with_suffix(".stages")
    )
    purify(small, example)
    small = remove_dead(small, example).eval()
    if held is not None:
        errors = {name: 100 * error_of(network, held) for name, network in (("dense", dense), ("small", small))}
        report({"phase": "validation", **{f"{name}_error_percent": value for name, value in errors.items()}})
    return pack(small, out, example, bias_bits, dense=dense)


def built(builder: str, weights: Path | None) -> nn.Module:
    """The network that ``module:function`` returns, with the weights of a file."""
    module, _, function = builder.partition(":")
    try:
        network = getattr(importlib.import_module(module), function)()
    except (ImportError, AttributeError, TypeError, ValueError) as problem:
        raise ManifestError(
            f"{builder}: expected module:function that builds a network without arguments, got {problem}; "
            "correct the name, or set PYTHONPATH to its folder"
        ) from None
    if not isinstance(network, nn.Module):
        raise ManifestError(f"{builder}: expected a torch module, got {type(network).__name__}; return the network")
    if weights is None:
        return network
    try:
        network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    except (OSError, RuntimeError, TypeError, AttributeError, EOFError, pickle.UnpicklingError) as problem:
        told = " ".join(str(problem).split())[:120]
        raise ManifestError(
            f"{weights}: expected a state_dict of {builder}, got {told}; save network.state_dict() by torch.save"
        ) from None
    return network


def read_samples(path: Path) -> Samples:
    """``inputs`` (float32, or uint8 that is divided by 255) and ``labels`` (integers) of a .npz file."""
    try:
        with np.load(path, allow_pickle=False) as table:
            inputs, labels = table["inputs"], table["labels"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, AttributeError) as problem:
        raise ManifestError(
            f"{path}: expected a .npz with inputs and labels, got {problem}; write it by numpy.savez"
        ) from None
    fits = inputs.ndim >= 2 and labels.shape == inputs.shape[:1] and len(inputs) >= 2
    if not fits or labels.dtype.kind not in "iu" or inputs.dtype not in (np.float32, np.uint8):
        raise ManifestError(
            f"{path}: expected inputs as float32 or uint8 (n, ...) and n integer labels, got {inputs.dtype} "
            f"{inputs.shape} and {labels.dtype} {labels.shape}; convert them"
        )
    scaled = inputs.astype(np.float32) / np.float32(255) if inputs.dtype == np.uint8 else inputs
    return Samples(torch.from_numpy(scaled), torch.from_numpy(labels.astype(np.int64)))


@torch.no_grad()
def answered(network: nn.Module, samples: Samples, path: Path) -> Tensor:
    """The network's logits, float32, shape (n, classes); they must cover the labels."""
    try:
        logits = torch.cat([network(inputs) for inputs, _ in in_parts(samples)])
    except RuntimeError as problem:
        told = " ".join(str(problem).split())[:120]
        raise ManifestError(
            f"{path}: expected inputs that the network takes, got {told}; correct their shape"
        ) from None
    if logits.ndim != 2:
        raise PlanError(
            f"the network: expected answers of shape (n, classes), got {tuple(logits.shape)}; see docs/admm.md"
        )
    if int(samples.labels.min()) < 0 or int(samples.labels.max()) >= logits.shape[1]:
        raise ManifestError(
            f"{path}: expected labels from 0 to {logits.shape[1] - 1}, got {int(samples.labels.min())} to "
            f"{int(samples.labels.max())}; number the classes as the network does"
        )
    return logits


def distilling_epoch(samples: Samples, answers: Tensor, batch_size: int, seed: int) -> TrainEpoch:
    """One epoch in random order, without a short last batch; no augmentation, so the teacher is asked once."""
    generator = torch.Generator().manual_seed(seed)
    batch_size = min(batch_size, len(samples.labels))

    def train_epoch(network: nn.Module, step: Step) -> None:
        network.train()
        order = torch.randperm(len(samples.labels), generator=generator)
        for start in range(0, len(order) - batch_size + 1, batch_size):
            rows = order[start : start + batch_size]
            step(distillation_loss(network(samples.inputs[rows]), samples.labels[rows], answers[rows]))

    return train_epoch


@torch.no_grad()
def error_of(network: nn.Module, samples: Samples) -> float:
    """Share of wrong answers in evaluation mode."""
    wrong = sum(int((network(inputs).argmax(1) != labels).sum()) for inputs, labels in in_parts(samples))
    return wrong / len(samples.labels)


def in_parts(samples: Samples) -> Iterator[tuple[Tensor, Tensor]]:
    for start in range(0, len(samples.labels), AT_ONCE):
        rows = slice(start, start + AT_ONCE)
        yield samples.inputs[rows], samples.labels[rows]
