"""What no network may be asked about: images without a shape in them."""

import numpy as np
from numpy.typing import NDArray

from c3po.solid import Solid

LEAST_VOXELS = 60
THREAD_VOXELS = 4  # a bead of one nozzle is two wide and one high


def is_judgeable(solid: Solid) -> str | None:
    """None when the Solid has a shape that can be judged, else the reason as a short code.

    ``nearly-empty``: under 60 voxels. ``thread``: no thicker than a bead or two all along, such as a purge line alone.
    ``dust``: its voxels hardly touch one another.

    Guarantees
    ----------
    - The views of a judgeable Solid are never blank, at 28 pixels or more.
    """
    voxels = solid.voxels
    n_voxels = int(np.count_nonzero(voxels))
    if n_voxels < LEAST_VOXELS:
        return "nearly-empty"
    extents = np.ptp(solid.bounds_mm, axis=0) / solid.pitch_mm
    if n_voxels <= THREAD_VOXELS * float(np.linalg.norm(extents)):
        return "thread"
    contacts = sum(np.count_nonzero(np.logical_and(front[1:], front[:-1])) for front in _axes_first(voxels))
    return "dust" if contacts < n_voxels else None


def _axes_first(voxels: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """The array with each axis in front."""
    return [np.moveaxis(voxels, axis, 0) for axis in range(3)]
