"""Meshes to parts, at a pitch that suits their size. The same rules as for toolpaths follow in `parts`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from c3po._core import native
from c3po.mesh.mesh import Mesh
from c3po.solid.parts import parts
from c3po.solid.solid import Solid

MESH_VOXELS = 144  # along the longest side
SMALL_SHARE = 0.5  # a part shorter than this share of the plate gets a grid of its own


def mesh_parts(meshes: Mesh | Sequence[Mesh]) -> tuple[Solid, ...]:
    """The parts that some meshes on one plate make, filled, by falling volume.

    Bodies that touch or nearly touch are one part; bodies apart are several.

    Guarantees
    ----------
    - Each part has about ``MESH_VOXELS`` voxels along its longest side, or half as many at least.
    - The order of faces, their orientation and overlaps do not matter.
    """
    meshes = [meshes] if isinstance(meshes, Mesh) else meshes
    bodies = [mesh for mesh in meshes if len(mesh.faces)]
    flags = tuple(dict.fromkeys(flag for mesh in meshes for flag in mesh.flags))
    solids = _plate_parts(bodies) if bodies else ()
    return tuple(replace(solid, flags=flags + solid.flags) for solid in solids)


def _plate_parts(bodies: Sequence[Mesh]) -> tuple[Solid, ...]:
    plate = parts(mesh_material(bodies))
    if len(plate) < 2:
        return plate
    corners_mm = np.concatenate([solid.bounds_mm for solid in plate])
    plate_mm = float(np.ptp(corners_mm, axis=0).max())
    solids = [_sharper(solid, bodies) if _length(solid) < SMALL_SHARE * plate_mm else solid for solid in plate]
    solids.sort(key=lambda solid: -solid.volume_mm3)
    return tuple(replace(solid, name=f"part {number}") for number, solid in enumerate(solids, start=1))


def mesh_material(bodies: Sequence[Mesh | NDArray[np.float64]]) -> Any:
    """``native.Material`` that holds the bodies: meshes with faces, or triangles, float64 (m, 3, 3), mm."""
    meshes = [body if isinstance(body, Mesh) else _soup(body) for body in bodies]
    bounds = np.stack([mesh.bounds_mm for mesh in meshes])
    lower, upper = bounds[:, 0].min(axis=0), bounds[:, 1].max(axis=0)
    pitch_mm = max(float((upper - lower).max()), 1e-9) / (MESH_VOXELS - 1)
    # Half a voxel of air on both sides: the surface is marked where it lies, so the error is even.
    material = native.Material(pitch_mm, (lower - 0.5 * pitch_mm).tolist())
    for mesh in meshes:
        vertices = np.ascontiguousarray(mesh.vertices_mm, dtype=np.float64)
        material.add_mesh(vertices, np.ascontiguousarray(mesh.faces, dtype=np.int32))
    return material


def _soup(triangles_mm: NDArray[np.float64]) -> Mesh:
    """Triangles as a Mesh that shares no vertex."""
    vertices_mm = np.ascontiguousarray(triangles_mm, dtype=np.float64).reshape(-1, 3)
    return Mesh(vertices_mm, np.arange(len(vertices_mm), dtype=np.int32).reshape(-1, 3))


def _length(solid: Solid) -> float:
    return float(np.ptp(solid.bounds_mm, axis=0).max())


def _sharper(coarse: Solid, bodies: Sequence[Mesh]) -> Solid:
    """The same part on a finer grid: the largest part that the triangles in its box make."""
    lower, upper = coarse.bounds_mm
    inside: list[Mesh | NDArray[np.float64]] = []
    for body in bodies:
        middles = body.triangles_mm.mean(axis=1)
        near = ((middles >= lower) & (middles <= upper)).all(axis=1)
        inside += [body.triangles_mm[near]] if near.any() else []
    found = parts(mesh_material(inside)) if inside else ()
    return found[0] if found else coarse
