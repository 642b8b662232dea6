"""From the views of parts to scores: the one place that knows how a packed network wants to be asked.

The packed network's metadata says what it takes and gives:

    "output"       "probabilities" (default; rows sum to 1) or "logits"
    "temperature"  calibration: logits are divided by it (default 1)
    "views"        "axes": the network takes the views along the principal axes alone
    "tone"         "sqrt": views are given by the square root of their thickness (default: thickness)
    "signs"        "both": averaged over the second and third axis of every frame pointing either way
    "pool"         for a network that takes fewer views than the stack holds: "mean" (default) or "max" of the
                   label scores over the consecutive groups of views

A network whose input has six channels sees the whole stack at once; one with three sees the bed's views and the axes'
views as two inputs; one with a single channel sees six.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from c3po.errors import PackedFileError
from c3po.imaging import ASKED_SIGNS, QUESTIONS, VIEW_NAMES, asked_views, toned, turned_around

Scores = NDArray[np.float32]


class ScreeningNetwork(Protocol):
    """What a network must offer: `c3po.runtime.Network` does, tests have their own."""

    @property
    def name(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def metadata(self) -> Mapping[str, Any]: ...
    @property
    def input_shape(self) -> tuple[int, ...]: ...
    def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float32]: ...


def label_scores(network: ScreeningNetwork, stacks: NDArray[np.float32]) -> Scores:
    """Probability of each label for each part.

    Parameters
    ----------
    stacks : float32, shape (n, n_views, size_px, size_px), in [0, 1]

    Returns
    -------
    scores : float32, shape (n, n_labels), rows sum to 1

    Raises
    ------
    PackedFileError
        The network takes another number of views, or gives numbers that are no probabilities.

    Guarantees
    ----------
    - The scores of a part do not depend on the parts beside it.
    - With ``signs``, a stack scores the same whichever way its second and third axis point.
    """
    if not len(stacks):
        return np.zeros((0, len(network.labels)), np.float32)
    if network.metadata.get("signs") != "both":
        return _asked(network, stacks)
    together = getattr(network, "together", None)
    asked = _asked_together(network, together, stacks) if together else None
    if asked is None:
        asked = [_asked(network, turned_around(stacks, signs)) for signs in ASKED_SIGNS]
    scores: Scores = np.mean(asked, axis=0, dtype=np.float32)
    return scores


def _asked_together(network: ScreeningNetwork, together: Any, stacks: NDArray[np.float32]) -> list[Scores] | None:
    """What `_asked` gives for each of the asked signs, each different view computed once; None where that cannot be."""
    images = _images(network, stacks)
    if images.shape[1] != 3 or network.input_shape[-3] != 3:
        return None
    answers = together(QUESTIONS)
    if answers is None:
        return None
    given = answers(asked_views(images))
    return [_normalised(_probabilities(network, np.ascontiguousarray(own))) for own in given.swapaxes(0, 1)]


def _images(network: ScreeningNetwork, stacks: NDArray[np.float32]) -> NDArray[np.float32]:
    """The views that the network takes, as it wants them told."""
    if network.metadata.get("views") == "axes":
        stacks = stacks[:, VIEW_NAMES.index("axis_1") :]
    return toned(stacks) if network.metadata.get("tone") == "sqrt" else stacks


def _normalised(scores: Scores) -> Scores:
    normalised: Scores = scores / scores.sum(axis=1, keepdims=True)
    return normalised


def _asked(network: ScreeningNetwork, stacks: NDArray[np.float32]) -> Scores:
    """Calibrated probabilities, the groups of views pooled."""
    images = _images(network, stacks)
    n, n_views, height, width = images.shape
    channels = network.input_shape[-3]
    if channels < 1 or n_views % channels:
        raise PackedFileError(
            f"{network.name}: expected an input of {n_views} views or an even share of them, got {channels}; "
            "this network does not screen parts"
        )
    given = network(images.reshape(n * n_views // channels, channels, height, width))
    grouped = _probabilities(network, given).reshape(n, n_views // channels, -1)
    return _normalised(grouped.max(axis=1) if network.metadata.get("pool") == "max" else grouped.mean(axis=1))


def _probabilities(network: ScreeningNetwork, given: NDArray[np.float32]) -> Scores:
    temperature = float(network.metadata.get("temperature", 1.0))
    logits = given
    if network.metadata.get("output", "probabilities") != "logits":
        sums = given.sum(axis=1)
        if not np.isfinite(given).all() or (given < -1e-4).any() or np.abs(sums - 1.0).max() > 1e-2:
            raise PackedFileError(
                f"{network.name}: expected scores that sum to 1, got {float(sums[0]):g}; "
                'its metadata should say "output": "logits"'
            )
        logits = np.log(np.maximum(given, 1e-12))
    scaled = logits / max(temperature, 1e-6)
    grown = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    probabilities: Scores = (grown / grown.sum(axis=1, keepdims=True)).astype(np.float32)
    return probabilities
