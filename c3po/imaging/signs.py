"""The same part with the axes of its frame pointing the other way: which end of a principal axis is its front is a
matter of a few grams, so both are the same part.

A view shows two of the three axes, so turning one axis around flips two of the three views of a frame.
"""

from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Pixel = TypeVar("Pixel", bound=np.generic)
Signs: TypeAlias = tuple[bool, bool, bool]

FLIPS = (((1, -1), (2, -1)), ((0, -1), (2, -2)), ((0, -2), (1, -2)))
"""For each axis of a frame, the views that show it and the dimension of the image that runs along it."""

ASKED_SIGNS: tuple[Signs, ...] = tuple((False, second, third) for second in (False, True) for third in (False, True))
"""The first principal axis has a clear heavy end; the second and third often have not."""


def turned_around(stacks: NDArray[Pixel], signs: Signs) -> NDArray[Pixel]:
    """View stacks of the same parts with some axes of every frame pointing the other way.

    Parameters
    ----------
    stacks : shape (n, n_views, size_px, size_px)
        Views in frames of three, in the order of ``VIEW_NAMES``.
    signs : for each axis of a frame, whether it is turned around

    Guarantees
    ----------
    - Doing it twice gives the stacks back.
    """
    around = np.array(stacks)
    for axis in [axis for axis in range(3) if signs[axis]]:
        for view, dimension in FLIPS[axis]:
            around[:, view::3] = np.flip(around[:, view::3], dimension)
    return around


def _flipped_dimensions(view: int, signs: Signs) -> tuple[int, ...]:
    return tuple(dimension for axis in range(3) if signs[axis] for shown, dimension in FLIPS[axis] if shown == view)


ASKED_VIEWS = tuple(sorted({(view, _flipped_dimensions(view, signs)) for signs in ASKED_SIGNS for view in range(3)}))
"""The different views that the asked signs show: which of the frame, and the dimensions of the image that are flipped.
A view shows two axes, so that four questions of three views show eight, not twelve."""

QUESTIONS = tuple(
    tuple(ASKED_VIEWS.index((view, _flipped_dimensions(view, signs))) for view in range(3)) for signs in ASKED_SIGNS
)
"""For each of the asked signs, the places of its three views among `ASKED_VIEWS`."""


def asked_views(stacks: NDArray[Pixel]) -> NDArray[Pixel]:
    """Every view that the asked signs show once, shape (n, len(ASKED_VIEWS), size_px, size_px), of frames of three."""
    return np.stack([np.flip(stacks[:, view], flipped) for view, flipped in ASKED_VIEWS], axis=1)
