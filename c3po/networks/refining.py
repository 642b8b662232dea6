"""From a network that knows generated parts to one that knows real ones as well, and what it is worth on others.

Leave-sources-out: for each fold of sources a network is refined on the other folds and asked about this one. A source
is a repository; the guns of one artist, and parts of one machine, are near copies of each other, so a split by file
would flatter. The released network is refined on all folds; its thresholds come from the networks of the folds.
"""

import csv
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import nn

from c3po.errors import ManifestError
from c3po.imaging import ASKED_SIGNS
from c3po.networks.corpus import CorpusPart, CorpusSamples
from c3po.networks.samples import VIEW_SETS, WEAPON_LABELS, Samples
from c3po.networks.screen import SCREEN_RECIPE, either_way_logits, probabilities
from c3po.networks.training import Recipe, train
from c3po.shapes import LABELS

REFINING = replace(SCREEN_RECIPE, epochs=3, learning_rate=5e-4)
GUNS = (*WEAPON_LABELS, "gun")


@dataclass(frozen=True)
class RefinePlan:
    """How real parts are mixed with generated ones.

    Parameters
    ----------
    gun_poses, other_poses : int
        Random orientations of each real gun or blade, and of each other real part.
    real_weight : float
        Weight of a real sample of a whole part against a generated one; a growing one has half of it.
    generated_share : float
        Share of the generated samples that come along, so that they are not forgotten.
    """

    gun_poses: int = 12
    other_poses: int = 6
    real_weight: float = 2.0
    generated_share: float = 0.35
    recipe: Recipe = field(default_factory=lambda: REFINING)


def read_folds(path: Path) -> dict[str, int]:
    """Fold of each source, from a CSV with the columns source, fold.

    Raises
    ------
    ManifestError
        A column is missing or a fold is no number.
    """
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            return {row["source"]: int(row["fold"]) for row in csv.DictReader(lines)}
    except (OSError, KeyError, ValueError) as problem:
        raise ManifestError(f"{path}: expected the columns source, fold, got {problem!r}; correct it") from None


def fold_of(parts: Sequence[CorpusPart], folds: dict[str, int]) -> NDArray[np.int64]:
    """Fold of each part, int64, shape (n_parts,); a source that no one assigned has the fold of its name's checksum."""
    known = sorted(set(folds.values())) or [0, 1]
    own = {each.source: known[zlib.crc32(each.source.encode()) % len(known)] for each in parts} | folds
    return np.array([own[part.source] for part in parts], dtype=np.int64)


def poses_of(parts: Sequence[CorpusPart], plan: RefinePlan) -> list[int]:
    """Orientations to take of each part."""
    return [plan.other_poses if part.label == "benign" else plan.gun_poses for part in parts]


@dataclass(frozen=True, eq=False)
class Real:
    """Samples of real parts with what is known of each sample.

    Parameters
    ----------
    views : uint8, shape (n, n_views, size_px, size_px)
    label_sets : bool, shape (n, n_labels)
    part, fold : int64, shape (n,)
    is_gun, is_benign : bool, shape (n,)
        Neither for blades.
    growing : bool, shape (n,)
    """

    views: NDArray[np.uint8]
    label_sets: NDArray[np.bool_]
    part: NDArray[np.int64]
    fold: NDArray[np.int64]
    is_gun: NDArray[np.bool_]
    is_benign: NDArray[np.bool_]
    growing: NDArray[np.bool_]


def real_samples(
    pieces: Sequence[CorpusSamples], parts: Sequence[CorpusPart], folds: dict[str, int], views: str
) -> Real:
    """The samples of all parts in one table."""
    part = np.concatenate([piece.part for piece in pieces])
    labels = np.array([each.label for each in parts])[part]
    return Real(
        views=np.ascontiguousarray(np.concatenate([piece.views[:, VIEW_SETS[views]] for piece in pieces])),
        label_sets=np.concatenate([piece.label_sets for piece in pieces]),
        part=part,
        fold=fold_of(parts, folds)[part],
        is_gun=np.isin(labels, GUNS),
        is_benign=~np.isin(labels, (*GUNS, "blade")),
        growing=np.concatenate([piece.growing for piece in pieces]),
    )


def refined(network: nn.Module, generated: Samples, real: Real, rows: NDArray[np.bool_], plan: RefinePlan) -> nn.Module:
    """The network, trained on in place with the real samples in ``rows`` (bool, shape (n,)) and some generated ones."""
    rng = np.random.default_rng(plan.recipe.seed)
    kept = rng.random(len(generated.labels)) < plan.generated_share
    sets = np.eye(len(LABELS), dtype=np.bool_)[generated.labels[kept]]
    weights = np.concatenate([np.ones(int(kept.sum())), np.where(real.growing[rows], 0.5, 1.0) * plan.real_weight])
    return train(
        network,
        np.concatenate([generated.views[kept], real.views[rows]]),
        np.concatenate([sets, real.label_sets[rows]]),
        plan.recipe,
        sample_weights=weights.astype(np.float32),
    )


def fold_logits(
    pretrained: nn.Module,
    fresh: Callable[[], nn.Module],
    generated: Samples,
    real: Real,
    plan: RefinePlan,
    keep: Callable[[int, nn.Module], None] = lambda fold, network: None,
) -> NDArray[np.float32]:
    """Logits of every real sample from the network that saw no part of its fold, axes pointing either way, float32,
    shape (n_signs, n, n_labels).

    ``fresh`` makes a network of the pretrained one's architecture; ``keep`` is given each fold's network.
    """
    logits = np.zeros((len(ASKED_SIGNS), len(real.part), len(LABELS)), np.float32)
    for fold in sorted(set(real.fold.tolist())):
        network = fresh()
        network.load_state_dict(pretrained.state_dict())
        refined(network, generated, real, real.fold != fold, plan)
        logits[:, real.fold == fold] = either_way_logits(network, real.views[real.fold == fold])
        keep(fold, network)
    return logits


def set_temperature(logits: NDArray[np.float32], label_sets: NDArray[np.bool_]) -> float:
    """The temperature that makes the label sets likeliest (Guo et al. 2017, section 4.2), on a grid of 2 %.

    Parameters
    ----------
    logits : float32, shape (n_signs, n, n_labels); probabilities are averaged over the first axis
    label_sets : bool, shape (n, n_labels)
    """
    grid = np.exp(np.arange(np.log(0.2), np.log(5.0), 0.02))

    def loss(temperature: float) -> float:
        allowed = np.where(label_sets, probabilities(logits / np.float32(temperature)).mean(axis=0), 0.0).sum(axis=1)
        return float(-np.log(np.maximum(allowed, 1e-12)).mean())

    return float(min(grid, key=loss))
