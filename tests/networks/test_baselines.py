"""The rivals: each network takes what it should, and the comparison tells a method that knows from one that guesses."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from c3po.dataset.features import D2_BINS, FEATURES, d2_histogram, mesh_features  # noqa: E402
from c3po.networks.baselines import CnnRnn, D2Cnn, EarlyCnn, LeNet, forest_method, network_method  # noqa: E402
from c3po.networks.comparison import Score, Task, measured, table_lines  # noqa: E402
from c3po.networks.training import Recipe  # noqa: E402
from c3po.shapes import LABELS  # noqa: E402
from c3po.solid import Solid  # noqa: E402


@pytest.mark.parametrize(
    ("make", "shape"),
    [(LeNet, (1, 28, 28)), (EarlyCnn, (1, 28, 28)), (CnnRnn, (5, 48, 48)), (D2Cnn, (1, 1, D2_BINS))],
)
def test_a_network_gives_a_logit_for_every_label(make: type, shape: tuple[int, ...]) -> None:
    logits = make()(torch.rand(3, *shape))
    assert logits.shape == (3, len(LABELS))
    assert torch.isfinite(logits).all()


def test_the_order_of_frames_matters_to_the_one_that_remembers() -> None:
    torch.manual_seed(0)
    network, frames = CnnRnn(), torch.rand(1, 6, 48, 48)
    assert not torch.allclose(network(frames), network(frames.flip(1)), atol=1e-6)


def test_measuring_trains_on_one_side_and_asks_on_the_other() -> None:
    samples = np.arange(8)
    labels = np.array([0, 0, 1, 1, 0, 0, 1, 1])
    split = np.array(["train"] * 4 + ["test"] * 3 + ["validation"])
    seen = np.array(["train", "test"] * 4)
    asked = []

    def echo(given: np.ndarray, own: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        asked.append((given.tolist(), wanted.tolist()))
        return labels[wanted]

    score = measured("echo", "numbers", Task(samples, labels, split, seen), echo)
    assert asked == [([0, 2, 4, 6], [1, 3, 5, 7]), ([0, 1, 2, 3], [4, 5, 6])]
    assert (score.seen, score.unseen, score.n_seen, score.n_unseen) == (1.0, 1.0, 4, 3)


def test_a_split_without_tests_has_no_figure() -> None:
    everyone = np.array(["train"] * 3)
    score = measured(
        "x", "y", Task(np.zeros(3), np.zeros(3, int), everyone, everyone), lambda a, b, c: np.zeros(0, int)
    )
    assert np.isnan(score.seen)
    assert np.isnan(score.unseen)
    assert table_lines([score])[-1] == "| x | y | - | 0 | - | 0 |"


@pytest.mark.parametrize("method", [network_method(LeNet, Recipe(epochs=6, shift_px=0, view_dropout=0.0)), None])
def test_what_can_be_learnt_is_learnt(method) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 200)
    images = (rng.random((200, 1, 28, 28)) * 40).astype(np.uint8)
    images[labels == 1, :, 8:20, 8:20] += 150
    samples, method = (images, method) if method else (images.reshape(200, -1), forest_method(0))
    split = np.array(["train"] * 150 + ["test"] * 50)
    assert measured("m", "blocks", Task(samples, labels, split, split), method).unseen > 0.95


def test_d2_of_a_ball_is_that_of_a_sphere() -> None:
    """Distances r of points on a sphere of radius R have density r / (2 R^2) up to 2 R, mean 4 R / 3."""
    grid = np.indices((41, 41, 41)) - 20
    ball = Solid((grid**2).sum(axis=0) <= 19**2, 0.5, np.zeros(3))
    found = d2_histogram(ball, np.random.default_rng(0))
    edges = np.linspace(0, 3, D2_BINS + 1)
    expected = np.diff(np.minimum(edges * 4 / 3, 2.0) ** 2 / 4)
    assert found.sum() == pytest.approx(1.0, abs=1e-6)
    assert np.abs(np.cumsum(found) - np.cumsum(expected)).max() < 0.04


def test_features_of_a_block_are_its_measures() -> None:
    block = Solid(np.ones((40, 20, 10), bool), 0.5, np.zeros(3), layers=25)
    values = dict(zip(FEATURES, mesh_features(block), strict=True))
    assert values["volume"] == pytest.approx(20 * 10 * 5)
    assert [values[f"box_{k}"] for k in (1, 2, 3)] == pytest.approx([20, 10, 5])
    assert values["elongation"] == pytest.approx(2)
    assert values["fill"] == pytest.approx(1)
    assert values["skew_1"] == pytest.approx(0, abs=1e-6)
    assert values["layers"] == 25


def test_features_do_not_depend_on_how_a_part_lies() -> None:
    rng = np.random.default_rng(2)
    voxels = np.zeros((30, 30, 30), bool)
    for _ in range(4):
        x, y, z = rng.integers(0, 18, 3)
        voxels[x : x + 12, y : y + 6, z : z + 9] = True
    first = mesh_features(Solid(voxels, 0.5, np.zeros(3)))
    turned = mesh_features(Solid(voxels.transpose(2, 0, 1)[::-1], 0.5, np.zeros(3)))
    np.testing.assert_allclose(turned, first, rtol=1e-9)


def test_the_table_is_markdown() -> None:
    lines = table_lines([Score("LeNet", "Set I", 98, 100, 10, 20)])
    assert lines[-1] == "| LeNet | Set I | 98.00 (93.00 to 99.45) | 100 | 50.00 (29.93 to 70.07) | 20 |"
