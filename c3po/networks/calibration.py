"""Thresholds for a compressed network, from the compressed networks of the folds: compression shifts scores.

Each real part is asked of the packed network that has seen no part of its source, as the verdict asks: with the
lesser axes pointing either way; whole in random poses, and at every height of a print that grows.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from c3po.dataset.files import digest_of
from c3po.errors import ManifestError
from c3po.figures import threshold_for_budget, weapon_scores
from c3po.imaging import ASKED_SIGNS, turned_around
from c3po.networks.corpus import CorpusPart, CorpusSamples, read_corpus
from c3po.networks.refining import Real, fold_of, read_folds, real_samples
from c3po.networks.release import FOLDS, thresholds_of
from c3po.networks.samples import VIEW_SETS, WEAPON_COLUMNS
from c3po.networks.screen import Progress, ScreenPlan
from c3po.networks.trajectories import corpus_trajectories, worst_moment
from c3po.runtime import Network
from c3po.runtime.packing import pack_bytes, unpack, write_file
from c3po.shapes import LABELS

BATCH = 64
GROWING_BUDGET = 0.01
"""Of whole prints of harmless parts that nothing else is known of, in three poses each."""

VOUCHED_BUDGET = 0.0005
"""Of the same where the whole job was judged and cleared before."""


def packed_thresholds(
    run: Path,
    index: Path,
    networks: Mapping[int, Path],
    plan: ScreenPlan,
    folds: Path = FOLDS,
    *,
    workers: int = 1,
    progress: Progress = lambda name, done, total: None,
) -> dict[str, float]:
    """Thresholds within the budgets of ``plan`` and, for growing prints, of this module, from the packed network of
    each fold.

    Parameters
    ----------
    run : folder of ``c3po train --corpus``, for its ``real.npz``
    index : the corpus it was refined on

    Raises
    ------
    ManifestError
        A fold has no network, or the run no samples, or those of another corpus.
    """
    samples = run / "real.npz"
    if not samples.exists():
        raise ManifestError(f"{samples}: expected samples of real parts, found none; run c3po train --corpus first")
    with np.load(samples) as table:
        if not str(table["stamp"]).startswith(digest_of(index)):
            raise ManifestError(f"{samples}: expected samples of {index}, got those of another corpus; name that one")
        pieces = CorpusSamples(table["views"], table["sets"], table["part"], table["growing"])
    parts, numbers = read_corpus(index), read_folds(folds)
    real = real_samples([pieces], parts, numbers, plan.views)
    missing = sorted(set(real.fold.tolist()) - set(networks))
    if missing:
        raise ManifestError(f"{run}: expected a packed network for each fold, found none for {missing}; compress them")
    opened = {fold: Network.open(path) for fold, path in networks.items()}
    whole = thresholds_of(_log_shares(real, opened), real, plan)
    worst = worst_moments(parts, fold_of(parts, numbers), opened, plan, workers, progress)
    growing = threshold_for_budget(worst, GROWING_BUDGET)
    return whole | {"growing": growing, "vouched": max(growing, threshold_for_budget(worst, VOUCHED_BUDGET))}


def worst_moments(
    parts: Sequence[CorpusPart],
    fold: NDArray[np.int64],
    networks: Mapping[int, Network],
    plan: ScreenPlan,
    workers: int,
    progress: Progress,
) -> NDArray[np.float64]:
    """For each harmless part and pose the highest score that two looks in a row reach while it grows, float64, (n,)."""
    rows = [row for row, part in enumerate(parts) if part.label == "benign"]
    worst = []
    for number, followed in corpus_trajectories([parts[row] for row in rows], plan.size_px, workers):
        network = networks[int(fold[rows[number]])]
        looks = []
        for indices, stacks in followed:
            shares = _answers(network, np.ascontiguousarray(stacks[:, VIEW_SETS[plan.views]])).mean(axis=0)
            looks.append((indices, weapon_scores(shares, WEAPON_COLUMNS)))
        worst.append(worst_moment(looks))
        progress("growing parts", number + 1, len(rows))
    return np.array(worst)


def _log_shares(real: Real, networks: Mapping[int, Network]) -> NDArray[np.float32]:
    """Logarithms of the probabilities, float32, shape (n_signs, n, n_labels)."""
    shares = np.zeros((len(ASKED_SIGNS), len(real.part), len(LABELS)), np.float32)
    for fold in sorted(set(real.fold.tolist())):
        network, rows = networks[fold], np.flatnonzero(real.fold == fold)
        for start in range(0, len(rows), BATCH):
            own = rows[start : start + BATCH]
            shares[:, own] = _answers(network, real.views[own])
    return np.log(np.maximum(shares, 1e-12))


def _answers(network: Network, views: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What a network says of parts with their axes either way, float32, shape (n_signs, n, n_labels)."""
    images = views.astype(np.float32) / np.float32(255)
    return np.stack([network(turned_around(images, signs)) for signs in ASKED_SIGNS])


def with_thresholds(path: Path, thresholds: Mapping[str, float]) -> None:
    """Write other thresholds into a packed network; weights and other metadata stay. A signature is gone: sign anew."""
    graph, metadata = unpack(path)
    data, _ = pack_bytes(graph, metadata | {"thresholds": dict(thresholds)})
    write_file(path, data)
