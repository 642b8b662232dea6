"""Thresholds for a compressed network, from the compressed networks of the folds: compression shifts scores.

Each real sample is asked of the packed network that has seen no part of its source, as the verdict asks: with the
lesser axes pointing either way.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from c3po.dataset.files import digest_of
from c3po.errors import ManifestError
from c3po.imaging import ASKED_SIGNS, turned_around
from c3po.networks.corpus import CorpusSamples, read_corpus
from c3po.networks.refining import Real, read_folds, real_samples
from c3po.networks.release import FOLDS, thresholds_of
from c3po.networks.screen import ScreenPlan
from c3po.runtime import Network
from c3po.runtime.packing import pack_bytes, unpack, write_file
from c3po.shapes import LABELS

BATCH = 64


def packed_thresholds(
    run: Path, index: Path, networks: Mapping[int, Path], plan: ScreenPlan, folds: Path = FOLDS
) -> dict[str, float]:
    """Thresholds within the budgets of ``plan``, from the packed network of each fold.

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
    real = real_samples([pieces], read_corpus(index), read_folds(folds), plan.views)
    missing = sorted(set(real.fold.tolist()) - set(networks))
    if missing:
        raise ManifestError(f"{run}: expected a packed network for each fold, found none for {missing}; compress them")
    return thresholds_of(_log_shares(real, networks), real, plan)


def _log_shares(real: Real, networks: Mapping[int, Path]) -> NDArray[np.float32]:
    """Logarithms of the probabilities, float32, shape (n_signs, n, n_labels)."""
    shares = np.zeros((len(ASKED_SIGNS), len(real.part), len(LABELS)), np.float32)
    for fold in sorted(set(real.fold.tolist())):
        network, rows = Network.open(networks[fold]), np.flatnonzero(real.fold == fold)
        for start in range(0, len(rows), BATCH):
            own = rows[start : start + BATCH]
            images = real.views[own].astype(np.float32) / np.float32(255)
            for number, signs in enumerate(ASKED_SIGNS):
                shares[number, own] = network(turned_around(images, signs))
    return np.log(np.maximum(shares, 1e-12))


def with_thresholds(path: Path, thresholds: Mapping[str, float]) -> None:
    """Write other thresholds into a packed network; weights and other metadata stay. A signature is gone: sign anew."""
    graph, metadata = unpack(path)
    data, _ = pack_bytes(graph, metadata | {"thresholds": dict(thresholds)})
    write_file(path, data)
