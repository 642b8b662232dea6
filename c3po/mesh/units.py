"""How large a unit-less mesh is meant to be.

STL, OBJ, PLY and OFF carry no unit and nearly all are in millimetres. Nobody prints a part whose longest side is under
2 mm, so such a file is taken as metres, as glTF always is by its specification; nor one of more than 10 m, so that is
taken as micrometres. Only the reported size depends on this:
images are scaled by the part's own longest extent.
"""

from dataclasses import replace

import numpy as np

from c3po.errors import MeshError
from c3po.mesh.mesh import Mesh

LEAST_SIDE_MM = 2.0
LARGEST_SIDE_MM = 1e4
LARGEST_MM = 1e9


def in_millimetres(meshes: tuple[Mesh, ...], where: str, *, metres: bool = False) -> tuple[Mesh, ...]:
    """The meshes with their size settled and checked.

    Parameters
    ----------
    metres : bool
        The format says metres.

    Raises
    ------
    MeshError
        No face, a coordinate that is not a number, no extent, or beyond 1000 km.
    """
    meshes = tuple(mesh for mesh in meshes if len(mesh.faces))
    if not meshes:
        raise MeshError(f"{where}: expected faces, found none; export it again as a surface")
    _check_indices(meshes, where)
    with np.errstate(invalid="ignore"):
        bounds = np.stack([_bounds(mesh) for mesh in meshes])
    if not np.isfinite(bounds).all():
        raise MeshError(f"{where}: expected finite coordinates, found NaN or infinity; repair the mesh")
    lower, upper = bounds[:, 0].min(axis=0), bounds[:, 1].max(axis=0)
    longest = float((upper - lower).max())
    if longest <= 0 or not np.isfinite(longest):
        raise MeshError(f"{where}: expected a part with an extent, found all faces in one point; export it again")
    unit, scale = "", 1.0
    if metres or longest < LEAST_SIDE_MM:
        unit, scale = "metres", 1000.0
    elif longest > LARGEST_SIDE_MM:
        unit, scale = "micrometres", 0.001
    if max(abs(lower).max(), abs(upper).max()) * scale > LARGEST_MM:
        raise MeshError(f"{where}: expected coordinates within 1000 km, found {abs(bounds).max():g}; check the unit")
    if scale == 1.0:
        return meshes
    return tuple(replace(mesh, vertices_mm=mesh.vertices_mm * scale, flags=(*mesh.flags, unit)) for mesh in meshes)


def _check_indices(meshes: tuple[Mesh, ...], where: str) -> None:
    for mesh in meshes:
        if mesh.faces.min() < 0 or mesh.faces.max() >= len(mesh.vertices_mm):
            raise MeshError(
                f"{where}: expected vertex numbers 0 to {len(mesh.vertices_mm) - 1}, "
                f"found {mesh.faces.min()} to {mesh.faces.max()}; export it again"
            )


def _bounds(mesh: Mesh) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Least and greatest vertex, used or not: NaN anywhere shows."""
    return np.stack([mesh.vertices_mm.min(axis=0), mesh.vertices_mm.max(axis=0)])
