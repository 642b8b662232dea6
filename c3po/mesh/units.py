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
    bounds = [mesh.usable_bounds_mm() for mesh in meshes]
    for mesh, (_, _, unusable) in zip(meshes, bounds, strict=True):
        if unusable:
            _refuse(mesh, where)
    lower = np.min([low for low, _, _ in bounds], axis=0)
    upper = np.max([high for _, high, _ in bounds], axis=0)
    longest = float((upper - lower).max())
    if longest <= 0:
        raise MeshError(f"{where}: expected a part with an extent, found all faces in one point; export it again")
    unit, scale = "", 1.0
    if metres or longest < LEAST_SIDE_MM:
        unit, scale = "metres", 1000.0
    elif longest > LARGEST_SIDE_MM:
        unit, scale = "micrometres", 0.001
    if scale == 1.0:
        return meshes
    return tuple(replace(mesh, vertices_mm=mesh.vertices_mm * scale, flags=(*mesh.flags, unit)) for mesh in meshes)


def _refuse(mesh: Mesh, where: str) -> None:
    """Says what is wrong with a mesh that has faces which cannot be used."""
    if mesh.faces.min() < 0 or mesh.faces.max() >= len(mesh.vertices_mm):
        raise MeshError(
            f"{where}: expected vertex numbers 0 to {len(mesh.vertices_mm) - 1}, "
            f"found {mesh.faces.min()} to {mesh.faces.max()}; export it again"
        )
    if not np.isfinite(mesh.vertices_mm).all():
        raise MeshError(f"{where}: expected finite coordinates, found NaN or infinity; repair the mesh")
    farthest = np.abs(mesh.vertices_mm).max()
    raise MeshError(f"{where}: expected coordinates within 1000 km, found {farthest:g} mm; check the unit")
