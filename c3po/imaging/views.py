"""Views of a Solid: what the network sees. The projection itself is in ``_core/imaging``."""

import numpy as np
from numpy.typing import NDArray

from c3po._core import native
from c3po.solid import Solid

VIEW_NAMES = ("bed_x", "bed_y", "bed_z", "axis_1", "axis_2", "axis_3")
SILHOUETTE_LEVEL = 0.004  # about one voxel of 144, or half a pixel of it


def view_stack(solid: Solid, size_px: int = 64) -> NDArray[np.float32]:
    """Thickness images, float32, shape (6, size_px, size_px), in [0, 1]; order of ``VIEW_NAMES``.

    Three views along the axes of the bed, then three along the principal axes of the filled voxels, each axis
    pointing to its longer tail. A pixel holds the thickness along the view axis divided by the longest extent of
    the part in that frame, averaged over the pixel. The part is centred, its longest extent fills the image but for
    1/32 on each side. Row 0 is the top: greatest z, or greatest y seen from above.

    Raises
    ------
    ValueError
        ``size_px`` is not 4 to 1024, or a side has more than 1000 voxels.

    Guarantees
    ----------
    - Where the part lies on the bed does not change its views.
    - The sum of a bed view times the pixel's area is the volume of the part (in units of its longest extent).
    """
    stack: NDArray[np.float32] = native.view_stack(np.asfortranarray(solid.voxels).view(np.uint8), size_px)
    return stack


def silhouettes(views: NDArray[np.float32]) -> NDArray[np.float32]:
    """1 where the views show material and 0 elsewhere; float32, same shape."""
    return (views > SILHOUETTE_LEVEL).astype(np.float32)
