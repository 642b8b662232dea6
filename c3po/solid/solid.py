"""A Solid: the material of one part on a voxel grid, in millimetres, interior filled.

Everything that is judged becomes a Solid first, so that a mesh and a toolpath of the same part look alike.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from c3po.solid.morphology import filled_box


@dataclass(frozen=True, eq=False)
class Solid:
    """One part as filled voxels.

    Parameters
    ----------
    voxels : bool, shape (nx, ny, nz)
        True where the part is, interior included: everything that cannot be reached from outside.
    pitch_mm : float
        Edge of a voxel.
    origin_mm : float64, shape (3,)
        Position of the outer corner of ``voxels[0, 0, 0]`` on the bed.
    name : str
        ``part 1``, ``part 2`` ... by falling volume; the label of the slicer is never used as evidence.
    layers : int
        Printed layers the part spans; 0 for a mesh.
    flags : tuple of str
        What was odd about the part, e.g. ``open-mesh``, ``thin``, ``fragmented``.
    reading : str
        How the material was read when not as it lies (`c3po.solid.readings`), the end of the name; empty as it lies.
    """

    voxels: NDArray[np.bool_]
    pitch_mm: float
    origin_mm: NDArray[np.float64]
    name: str = "part 1"
    layers: int = 0
    flags: tuple[str, ...] = field(default=())
    reading: str = ""

    @property
    def volume_mm3(self) -> float:
        """Filled volume, mm3."""
        return float(np.count_nonzero(self.voxels)) * self.pitch_mm**3

    @property
    def bounds_mm(self) -> NDArray[np.float64]:
        """Least and greatest corner of the material, float64, shape (2, 3), mm."""
        spans = [(side.start, side.stop) for side in filled_box(self.voxels)]
        return self.origin_mm + self.pitch_mm * np.array(spans, dtype=np.float64).T


def read_as(solid: Solid, reading: str) -> Solid:
    """The solid with one more word on how its material was read, in its name as well; itself when there is none."""
    if not reading:
        return solid
    return replace(solid, name=f"{solid.name} {reading}", reading=f"{solid.reading} {reading}".strip())
