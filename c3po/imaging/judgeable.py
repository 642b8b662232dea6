"""What no network may be asked about: images without a shape in them."""

import numpy as np
from numpy.typing import NDArray

from c3po.solid import Solid

LEAST_VOXELS = 60


def is_judgeable(solid: Solid) -> str | None:
    """None when the Solid has a shape that can be judged, else the reason as a short code.

    ``nearly-empty``: under 60 voxels. ``dust``: its voxels hardly touch one another.
    """
    voxels = solid.voxels
    n_voxels = int(np.count_nonzero(voxels))
    if n_voxels < LEAST_VOXELS:
        return "nearly-empty"
    contacts = sum(np.count_nonzero(np.logical_and(voxels[1:], voxels[:-1])) for voxels in _axes_first(voxels))
    return "dust" if contacts < n_voxels else None


def _axes_first(voxels: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """The array with each axis in front."""
    return [np.moveaxis(voxels, axis, 0) for axis in range(3)]
