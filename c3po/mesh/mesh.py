"""A triangle mesh in millimetres. Reading files is left to the neighbours in this folder."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Mesh:
    """A triangle mesh in millimetres, as found: it may be open, inverted or overlap itself.

    Parameters
    ----------
    vertices_mm : float64, shape (n, 3)
    faces : int32, shape (m, 3)
        Rows index ``vertices_mm``; counter-clockwise seen from outside when the mesh is well made.
    name : str
        What the file calls it; a hint, never evidence.
    flags : tuple of str
        What was odd about the file: ``metres`` or ``micrometres`` (taken as such, see `c3po.mesh.units`),
        ``trailing-bytes``, ``negative-volume``.
    """

    vertices_mm: NDArray[np.float64]
    faces: NDArray[np.int32]
    name: str = ""
    flags: tuple[str, ...] = field(default=())

    @property
    def triangles_mm(self) -> NDArray[np.float64]:
        """Corner positions, float64, shape (m, 3, 3), mm."""
        return self.vertices_mm[self.faces]

    @property
    def bounds_mm(self) -> NDArray[np.float64]:
        """Least and greatest corner, float64, shape (2, 3), mm."""
        used = self.vertices_mm[np.unique(self.faces)]
        return np.stack([used.min(axis=0), used.max(axis=0)])
