"""A triangle mesh in millimetres. Reading files is left to the neighbours in this folder."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from c3po._core import native


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
        """Least and greatest corner of the faces, float64, shape (2, 3), mm; vertices that no face uses do not count.

        Raises
        ------
        ValueError
            No face can be used: each has a vertex that does not exist, is not a number, or is beyond 1000 km.
        """
        lower, upper, unusable = self.usable_bounds_mm()
        if unusable == len(self.faces):
            raise ValueError(f"expected a mesh with faces, got {len(self.faces)} faces of which none can be used")
        return np.stack([lower, upper])

    def usable_bounds_mm(self) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
        """Least and greatest corner of the faces that can be used, and how many cannot."""
        vertices = np.ascontiguousarray(self.vertices_mm, dtype=np.float64)
        lower, upper, unusable = native.mesh_bounds(vertices, np.ascontiguousarray(self.faces, dtype=np.int32))
        return np.array(lower), np.array(upper), unusable


def joined(meshes: Sequence[Mesh]) -> Mesh:
    """All bodies as one mesh under the first one's name; they may overlap."""
    starts = np.cumsum([0, *(len(mesh.vertices_mm) for mesh in meshes[:-1])])
    faces = [mesh.faces + start for mesh, start in zip(meshes, starts.tolist(), strict=True)]
    vertices_mm = np.concatenate([mesh.vertices_mm for mesh in meshes])
    return Mesh(vertices_mm, np.concatenate(faces).astype(np.int32), meshes[0].name)
