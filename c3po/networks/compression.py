"""The screening network through an ADMM plan: its own samples, its dense self as teacher, a packed file at the end."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from c3po.admm import Packed, distillation_loss, group_similar_filters, pack, purify, read_plan, remove_dead
from c3po.admm import compress as run_plan
from c3po.admm.compress import Step, TrainEpoch
from c3po.errors import ManifestError
from c3po.networks.checkpoint import read_checkpoint
from c3po.networks.samples import VIEW_SETS
from c3po.networks.screen import SCREEN_RECIPE
from c3po.networks.training import augment, logits_of, short_floats
from c3po.shapes import LABELS

Report = Callable[[dict[str, Any]], None]


def compress_screen(
    checkpoint: Path,
    plan: Path,
    samples: Path | Sequence[Path],
    out: Path,
    bias_bits: int = 8,
    block_rows: int = 4,
    batch_size: int = 64,
    seed: int = 0,
    report: Report = lambda line: None,
    epoch_samples: int | None = None,
) -> Packed:
    """Compresses the network of a checkpoint and writes it to ``out``.

    ``samples`` are folders that `make_screen` filled, and ``real.npz`` of a corpus: a real part that is only known by
    what it may be has the likeliest of these labels in the eyes of the dense network. ``epoch_samples`` are drawn for
    each epoch, all of them when None.

    Raises
    ------
    ManifestError
        The checkpoint or the samples cannot be used.
    PlanError
        The plan does not fit the network.
    """
    torch.manual_seed(seed)  # of dropout
    dense = read_checkpoint(checkpoint)
    n_labels = int(dense.arguments.get("n_labels", len(LABELS)))
    views, allowed = read_tables([samples] if isinstance(samples, Path) else samples, n_labels)
    views = np.ascontiguousarray(views[:, VIEW_SETS[dense.metadata.get("views", "bed+axes")]])
    labels = likeliest_labels(dense.network, views, allowed)
    example = torch.from_numpy(views[:2]).float() / 255.0
    network = dense.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if block_rows > 1:
        network = group_similar_filters(network, example, block_rows)
    stages = read_plan(plan, network)
    train_epoch = distilling_epoch(dense.network, views, labels, batch_size, seed, epoch_samples)
    small = run_plan(network, stages, train_epoch, example, report=report, folder=out.with_suffix(".stages"))
    purify(small, example)
    small = remove_dead(small, example).eval()
    return pack(small, out, example, bias_bits, metadata=dense.metadata, dense=dense.network, scores="softmax")


def likeliest_labels(network: nn.Module, views: NDArray[np.uint8], allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Of the labels that each sample may have the one that the network finds likeliest, int64, shape (n,)."""
    labels: NDArray[np.int64] = allowed.argmax(axis=1).astype(np.int64)
    open_rows = np.flatnonzero(allowed.sum(axis=1) > 1)
    if len(open_rows):
        logits = logits_of(network, views[open_rows])
        labels[open_rows] = np.where(allowed[open_rows], logits, -np.inf).argmax(axis=1)
    return labels


def read_tables(sources: Sequence[Path], n_labels: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """View stacks of all sources and the labels that each may have, bool, shape (n, n_labels)."""
    views, allowed = [], []
    for source in sources:
        if source.is_dir():
            own, labels = read_samples(source)
            sets = np.eye(n_labels, dtype=np.bool_)[labels]
        else:
            own, sets = _table(source, "sets")
        views.append(own)
        allowed.append(sets)
    return np.concatenate(views), np.concatenate(allowed)


def read_samples(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """View stacks, uint8 (n, views, size, size), and labels of all shards in a folder."""
    shards = sorted(folder.glob("*.npz"))
    if not shards:
        raise ManifestError(f"{folder}: expected samples (*.npz), found none; run c3po train first")
    tables = [_table(path, "labels") for path in shards]
    return np.concatenate([views for views, _ in tables]), np.concatenate([own for _, own in tables]).astype(np.int64)


def _table(path: Path, column: str) -> tuple[NDArray[np.uint8], NDArray[Any]]:
    try:
        with np.load(path) as table:
            return table["views"], table[column]
    except (OSError, ValueError, KeyError) as problem:
        raise ManifestError(f"{path}: expected views and {column}, got {problem}; make the samples again") from None


def distilling_epoch(
    teacher: nn.Module,
    views: NDArray[np.uint8],
    labels: NDArray[np.int64],
    batch_size: int,
    seed: int,
    epoch_samples: int | None = None,
) -> TrainEpoch:
    """One epoch over shifted, dimmed stacks; the teacher answers to the very same images.

    Both run in bfloat16 where the processor multiplies it; losses, weights and projections stay float32.
    """
    rng = np.random.default_rng(seed)
    recipe = SCREEN_RECIPE
    where = torch.device("cpu")
    teacher.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def train_epoch(network: nn.Module, step: Step) -> None:
        network.train()
        order = rng.permutation(len(views))[:epoch_samples]
        for start in range(0, len(order) - min(batch_size, len(order)) + 1, batch_size):
            rows = order[start : start + batch_size]
            images = augment(torch.from_numpy(views[rows]), recipe, rng)
            with torch.autocast(where.type, torch.bfloat16, enabled=short_floats(where)):
                with torch.no_grad():
                    answers: Tensor = teacher(images)
                logits: Tensor = network(images)
            known = torch.from_numpy(labels[rows])
            step(distillation_loss(logits.float(), known, answers.float(), temperature=2.0))

    return train_epoch
