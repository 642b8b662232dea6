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
    bodies = [mesh.triangles_mm for mesh in meshes if len(mesh.faces)]
    flags = tuple(dict.fromkeys(flag for mesh in meshes for flag in mesh.flags))
    solids = _plate_parts(bodies) if bodies else ()
    return tuple(replace(solid, flags=flags + solid.flags) for solid in solids)


def _plate_parts(bodies: Sequence[NDArray[np.float64]]) -> tuple[Solid, ...]:
    plate = parts(mesh_material(bodies))
    if len(plate) < 2:
        return plate
    longest = max(np.ptp(solid.bounds_mm, axis=0).max() for solid in plate)
    solids = [_sharper(solid, bodies) if _length(solid) < SMALL_SHARE * longest else solid for solid in plate]
    solids.sort(key=lambda solid: -solid.volume_mm3)
    return tuple(replace(solid, name=f"part {number}") for number, solid in enumerate(solids, start=1))


def mesh_material(bodies: Sequence[NDArray[np.float64]]) -> Any:
    """``native.Material`` that holds the triangles, float64 (m, 3, 3) mm each, one array per mesh."""
    lower = np.min([body.min(axis=(0, 1)) for body in bodies], axis=0)
    upper = np.max([body.max(axis=(0, 1)) for body in bodies], axis=0)
    pitch_mm = max(float((upper - lower).max()), 1e-9) / (MESH_VOXELS - 1)
    # Half a voxel of air on both sides: the surface is marked where it lies, so the error is even.
    material = native.Material(pitch_mm, (lower - 0.5 * pitch_mm).tolist())
    for body in bodies:
        material.add_triangles(np.ascontiguousarray(body, dtype=np.float64))
    return material


def _length(solid: Solid) -> float:
    return float(np.ptp(solid.bounds_mm, axis=0).max())


def _sharper(coarse: Solid, bodies: Sequence[NDArray[np.float64]]) -> Solid:
    """The same part on a finer grid: the largest part that the triangles in its box make."""
    lower, upper = coarse.bounds_mm
    inside = []
    for body in bodies:
        middles = body.mean(axis=1)
        inside.append(body[((middles >= lower) & (middles <= upper)).all(axis=1)])
    inside = [body for body in inside if len(body)]
    found = parts(mesh_material(inside)) if inside else ()
    return found[0] if found else coarse
