"""Thresholds of packed networks: from the network that has not seen a source, and nothing else of a file changes."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
import torch

from c3po.admm import pack
from c3po.dataset.files import digest_of
from c3po.errors import ManifestError
from c3po.networks.calibration import packed_thresholds, with_thresholds
from c3po.networks.multiview import MultiViewNet
from c3po.networks.screen import ScreenPlan, screen_metadata
from c3po.runtime import Network
from c3po.shapes import LABELS

N_PARTS, N_VIEWS, SIZE_PX = 8, 6, 28


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run's samples of eight parts of two sources, two guns among them, and a packed network for each source."""
    rng = np.random.default_rng(0)
    lines = ["file,label,source"]
    for number in range(N_PARTS):
        (tmp_path / f"{number}.stl").write_bytes(b"")
        lines.append(f"{number}.stl,{'gun' if number < 2 else 'benign'},{'ab'[number % 2]}")
    (tmp_path / "index.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "folds.csv").write_text("source,fold\na,0\nb,1\n")
    part = np.repeat(np.arange(N_PARTS), 10)
    np.savez(
        tmp_path / "real.npz",
        views=rng.integers(0, 255, (len(part), N_VIEWS, SIZE_PX, SIZE_PX)).astype(np.uint8),
        sets=np.ones((len(part), len(LABELS)), np.bool_),
        part=part,
        growing=np.arange(len(part)) % 2 == 1,
        stamp=f"{digest_of(tmp_path / 'index.csv')}-12-6-28-0",
    )
    for fold in (0, 1):
        torch.manual_seed(fold)
        network = MultiViewNet(3, channels=(4, 8), hidden=8).eval()
        metadata = screen_metadata(ScreenPlan(size_px=SIZE_PX), {"weapon": 0.6, "review": 0.4})
        example = torch.zeros(2, 3, SIZE_PX, SIZE_PX)
        pack(network, tmp_path / f"small-{fold}.c3po", example, metadata=metadata, scores="softmax")
    return tmp_path


def thresholds(run: Path, networks: dict[int, Path]) -> dict[str, float]:
    return packed_thresholds(run, run / "index.csv", networks, ScreenPlan(), run / "folds.csv")


def packed(run: Path) -> dict[int, Path]:
    return {fold: run / f"small-{fold}.c3po" for fold in (0, 1)}


def test_thresholds_are_those_of_the_networks_that_were_asked(run: Path) -> None:
    told = thresholds(run, packed(run))
    swapped = thresholds(run, {0: packed(run)[1], 1: packed(run)[0]})
    assert set(told) == {"weapon", "review", "growing", "guessed", "vouched"}
    assert 0.0 < told["review"] <= told["weapon"] <= told["guessed"] <= 1.0
    assert 0.0 <= told["growing"] <= told["vouched"] <= 1.0
    assert told["review"] != swapped["review"]


def test_only_the_thresholds_of_a_file_change(run: Path) -> None:
    path = packed(run)[0]
    before, images = Network.open(path), np.random.default_rng(1).random((2, 3, SIZE_PX, SIZE_PX), dtype=np.float32)
    with_thresholds(path, {"weapon": 0.7, "review": 0.5})
    after = Network.open(path)
    assert after.metadata["thresholds"] == {"weapon": 0.7, "review": 0.5}
    assert {**after.metadata, "thresholds": 0} == {**before.metadata, "thresholds": 0}
    assert np.array_equal(after(images), before(images))


def test_what_does_not_belong_together_is_named(run: Path) -> None:
    with pytest.raises(ManifestError, match=r"expected a packed network for each fold, found none for \[1\]"):
        thresholds(run, {0: packed(run)[0]})
    (run / "index.csv").write_text((run / "index.csv").read_text() + "7.stl,benign,b\n")
    with pytest.raises(ManifestError, match="got those of another corpus"):
        thresholds(run, packed(run))
    (run / "real.npz").unlink()
    with pytest.raises(ManifestError, match="run c3po train --corpus first"):
        thresholds(run, packed(run))
