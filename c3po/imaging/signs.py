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
