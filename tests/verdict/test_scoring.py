"""Asking networks of every shape, and refusing those that do not screen."""

import numpy as np
import pytest
from numpy.typing import NDArray

from c3po.errors import PackedFileError
from c3po.imaging import ASKED_SIGNS, turned_around
from c3po.imaging.signs import Signs
from c3po.verdict.scoring import label_scores


class LinearNetwork:
    """Logits are a fixed linear map of the image: small, deterministic, sensitive to orientation."""

    name, digest, labels = "linear", "0" * 64, ("a", "b", "c")

    def __init__(self, channels: int, **metadata: object) -> None:
        self.input_shape = (channels, 8, 8)
        self.metadata = metadata
        self.weights = np.random.default_rng(5).normal(size=(channels * 64, 3)).astype(np.float32)

    def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        logits: NDArray[np.float32] = images.reshape(len(images), -1) @ self.weights / 4
        if self.metadata.get("output") == "logits":
            return logits
        grown = np.exp(logits)
        normalised: NDArray[np.float32] = grown / grown.sum(axis=1, keepdims=True)
        return normalised


STACKS = np.random.default_rng(1).random((4, 6, 8, 8), dtype=np.float32)


@pytest.mark.parametrize("channels", [1, 2, 3, 6])
@pytest.mark.parametrize("pool", ["mean", "max"])
def test_scores_are_probabilities_for_every_grouping_of_views(channels: int, pool: str) -> None:
    scores = label_scores(LinearNetwork(channels, pool=pool), STACKS)
    assert scores.shape == (4, 3)
    np.testing.assert_allclose(scores.sum(axis=1), 1.0, rtol=1e-5)
    assert (scores > 0).all()


def test_logits_and_probabilities_of_the_same_network_agree() -> None:
    given = [label_scores(LinearNetwork(6, output=output), STACKS) for output in ("logits", "probabilities")]
    np.testing.assert_allclose(*given, rtol=1e-4)


def test_single_views_are_averaged() -> None:
    network = LinearNetwork(1)
    expected = np.mean([network(STACKS[:, [view]]) for view in range(6)], axis=0)
    np.testing.assert_allclose(label_scores(network, STACKS), expected, rtol=1e-4)


@pytest.mark.parametrize("signs", ASKED_SIGNS[1:])
def test_either_way_of_an_axis_scores_the_same_when_the_metadata_asks(signs: Signs) -> None:
    around = turned_around(STACKS, signs)
    asked, plain = LinearNetwork(6, signs="both"), LinearNetwork(6)
    np.testing.assert_allclose(label_scores(asked, STACKS), label_scores(asked, around), rtol=1e-4)
    assert np.abs(label_scores(plain, STACKS) - label_scores(plain, around)).max() > 0.01


def test_a_higher_temperature_is_less_sure() -> None:
    sure, unsure = (label_scores(LinearNetwork(6, temperature=t), STACKS).max(axis=1) for t in (1.0, 3.0))
    assert (unsure < sure).all()


def test_no_parts_have_no_scores() -> None:
    assert label_scores(LinearNetwork(6), STACKS[:0]).shape == (0, 3)


def test_a_network_for_other_images_is_refused() -> None:
    with pytest.raises(PackedFileError) as caught:
        label_scores(LinearNetwork(4), STACKS)
    assert str(caught.value) == (
        "linear: expected an input of 6 views or an even share of them, got 4; this network does not screen parts"
    )


def test_scores_that_are_no_probabilities_are_refused() -> None:
    class Wild(LinearNetwork):
        def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
            return np.full((len(images), 3), 7.0, np.float32)

    with pytest.raises(PackedFileError, match="expected scores that sum to 1, got 21; its metadata should say"):
        label_scores(Wild(6), STACKS)


def test_a_network_may_ask_for_the_square_root_of_thickness() -> None:
    lifted, plain = LinearNetwork(6, tone="sqrt"), LinearNetwork(6)
    np.testing.assert_allclose(label_scores(lifted, STACKS), label_scores(plain, np.sqrt(STACKS)), rtol=1e-4)


def test_a_network_of_the_principal_axes_does_not_see_the_bed() -> None:
    turned = np.concatenate([STACKS[:, 3:], STACKS[:, 3:]], axis=1)
    network = LinearNetwork(3, views="axes")
    np.testing.assert_allclose(label_scores(network, STACKS), label_scores(network, turned), rtol=1e-6)
    np.testing.assert_allclose(label_scores(network, STACKS), network(STACKS[:, 3:]), rtol=1e-4)
