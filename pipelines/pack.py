"""Stage pack: dense and compressed network as packed files, each run by the engine against what it was made from.

With a corpus the thresholds of the compressed one come from the compressed networks of the folds.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from c3po.admm import pack
from c3po.dataset.files import written_whole
from c3po.networks.calibration import packed_thresholds, with_thresholds
from c3po.networks.checkpoint import read_checkpoint
from c3po.networks.compression import read_samples
from c3po.networks.samples import VIEW_SETS
from c3po.networks.screen import probabilities
from c3po.networks.training import logits_of
from c3po.runtime import Network
from pipelines.corpus import INDEX
from pipelines.params import COMPRESSED, PACKED, REFINED, SCREEN, section, show, workers
from pipelines.train import screen_plan


def agreement(scores: NDArray[np.float32], others: NDArray[np.float32]) -> dict[str, float]:
    """Largest difference of two score tables, and the share of rows with the same first label."""
    same = scores.argmax(axis=1) == others.argmax(axis=1)
    return {"largest_difference": float(np.abs(scores - others).max()), "same_label": float(same.mean())}


def main() -> None:
    dense = read_checkpoint(REFINED / "refined.pt")
    views, labels = read_samples(SCREEN / "held-out")
    views = np.ascontiguousarray(views[:, VIEW_SETS[dense.metadata["views"]]])
    example = torch.from_numpy(views[:2]).float() / 255.0
    PACKED.mkdir(parents=True, exist_ok=True)
    exact: dict[str, Any] = {"bias_bits": None, "book_mantissa_bits": None}
    pack(dense.network, PACKED / "dense.c3po", example, **exact, metadata=dense.metadata, scores="softmax")
    written_whole(PACKED / "screen.c3po", (COMPRESSED / "small.c3po").read_bytes())
    folds = {int(path.stem.rpartition("-")[2]): path for path in COMPRESSED.glob("small-*.c3po")}
    if folds:
        with_thresholds(PACKED / "screen.c3po", _thresholds(folds))
    truth = probabilities(logits_of(dense.network, views))
    figures = {name: _figures(PACKED / f"{name}.c3po", views, labels, truth) for name in ("dense", "screen")}
    if figures["dense"]["largest_difference"] > 1e-3:
        raise SystemExit(f"dense.c3po: expected the scores of refined.pt, got {figures['dense']}; report this fault")
    figures["ratio"] = {"bytes": figures["dense"]["bytes"] / figures["screen"]["bytes"]}
    written_whole(PACKED / "metrics.json", json.dumps(figures, indent=1).encode())


def _thresholds(folds: dict[int, Path]) -> dict[str, float]:
    return packed_thresholds(REFINED, INDEX, folds, screen_plan(section("train")), workers=workers(), progress=show)


def _figures(
    path: Path, views: NDArray[np.uint8], labels: NDArray[np.int64], truth: NDArray[np.float32]
) -> dict[str, float]:
    network = Network.open(path)
    images = views.astype(np.float32) / np.float32(255)
    scores = np.concatenate([network(images[i : i + 256]) for i in range(0, len(images), 256)])
    right = float(np.mean(scores.argmax(axis=1) == labels))
    return {"bytes": path.stat().st_size, "accuracy_unseen": right} | agreement(scores, truth)


if __name__ == "__main__":
    main()
