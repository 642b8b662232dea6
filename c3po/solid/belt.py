"""Belt printers: the gantry leans over a belt at 45 degrees, so that each layer is a slanted cut through the part.

Their jobs say X across the belt, Y up along the gantry and Z along the belt. A point lies at height y / sqrt 2 over the
belt and, since every layer must lie on the one before it, at z - y / sqrt 2 along the belt when z rises from layer to
layer and at z + y / sqrt 2 when it falls.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from c3po.solid.flags import solid_flags
from c3po.solid.solid import Solid, read_as

BELT_MM = 1.5  # nothing is deeper in the belt or hovers higher above it
LEAST_LAYERS = 10
FIRST_SHARE = 0.3  # of the layers, which all begin on the belt
TOUCHING_SHARE = 0.9  # of these
LOW_SHARE = 0.3  # of the greatest height, which the first layer does not reach: prints on belts begin as a line


def off_the_belt(solid: Solid) -> list[Solid]:
    """The part as it stands on the belt, x across, y along the belt, z up; empty when it cannot come from a belt.

    It can when the layers of one end all begin at Y 0 and the first of them is low. A part on an ordinary bed hardly
    ever lies at the edge Y 0 and grows like that; when one does, one more reading is judged.
    """
    if abs(float(solid.origin_mm[1])) > BELT_MM or solid.layers < LEAST_LAYERS:
        return []
    layers: NDArray[np.bool_] = np.any(solid.voxels, axis=0).T  # (nz, ny)
    ends = {"off the belt": (-1, layers), "off the belt, other way": (1, layers[::-1])}
    depth = max(2, round(BELT_MM / solid.pitch_mm))
    return [_leaned(solid, way, name) for name, (way, ends_first) in ends.items() if _begins_on_belt(ends_first, depth)]


def _begins_on_belt(layers: NDArray[np.bool_], depth: int) -> bool:
    """Whether the first of the layers, bool (nz, ny), touch y = 0 and the very first is low."""
    first = layers[: max(2, int(FIRST_SHARE * len(layers)))]
    height = np.flatnonzero(first[:2].any(axis=0)).max(initial=0)
    return float(first[:, :depth].any(axis=1).mean()) >= TOUCHING_SHARE and height <= LOW_SHARE * layers.shape[1]


def _leaned(solid: Solid, way: int, reading: str) -> Solid:
    voxels, root = solid.voxels, np.sqrt(2.0)
    nx, ny, nz = voxels.shape
    n_up = int(np.ceil(ny / root))
    stood: NDArray[np.bool_] = np.zeros((nx, nz + n_up, n_up), dtype=bool, order="F")
    for up in range(n_up):
        from_y = min(int((up + 0.5) * root), ny - 1)
        begin = up if way > 0 else n_up - up
        stood[:, begin : begin + nz, up] = voxels[:, from_y, :]
    back_mm = 0.0 if way > 0 else n_up * solid.pitch_mm
    origin_mm = np.array([solid.origin_mm[0], solid.origin_mm[2] - back_mm, solid.origin_mm[1] / root])
    leaned = replace(solid, voxels=stood, origin_mm=origin_mm)
    return read_as(replace(leaned, flags=solid_flags(leaned)), reading)
