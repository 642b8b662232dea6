"""What is odd about a Solid, by name."""

import numpy as np

from c3po.solid.solid import Solid

OPEN_FRACTION = 0.01  # of the lines through a mesh
THIN_VOXELS = 2
NEARLY_EMPTY_VOXELS = 60
FLAT_RATIO = 0.03


def solid_flags(solid: Solid, open_fraction: float = 0.0) -> tuple[str, ...]:
    """Names of what is odd: ``open-mesh``, ``nearly-empty``, ``thin``, ``flat``.

    Parameters
    ----------
    open_fraction : float
        Share of lines through the mesh that enter and do not leave.
    """
    extents = (solid.bounds_mm[1] - solid.bounds_mm[0]) / solid.pitch_mm
    found = {
        "open-mesh": open_fraction > OPEN_FRACTION,
        "nearly-empty": np.count_nonzero(solid.voxels) < NEARLY_EMPTY_VOXELS,
        "thin": extents.min() <= THIN_VOXELS,
        "flat": extents.min() < FLAT_RATIO * extents.max(),
    }
    return tuple(name for name, holds in found.items() if holds)
