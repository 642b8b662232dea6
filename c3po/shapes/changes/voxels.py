"""Meshes to voxels and back, so that a broken mesh can be cut, thickened and hollowed like a sound one."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from c3po.mesh.mesh import Mesh
from c3po.solid import Solid, whole
from c3po.solid.meshes import mesh_material
from c3po.solid.morphology import Voxels

_CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])


def solid_of(mesh: Mesh) -> Solid:
    """The mesh as one solid with all its bodies.

    Raises
    ------
    ValueError
        The mesh has no faces.
    """
    solid = whole(mesh_material([mesh.triangles_mm])) if len(mesh.faces) else None
    if solid is None:
        raise ValueError(f"mesh must have faces, got {len(mesh.faces)}")
    return solid


def surface(voxels: Voxels, pitch_mm: float, origin_mm: NDArray[np.float64] | None = None) -> Mesh:
    """The boundary between filled and empty voxels as a closed mesh.

    Parameters
    ----------
    voxels : bool, shape (nx, ny, nz)
    origin_mm : float64, shape (3,), outer corner of the first voxel; 0 by default

    Guarantees
    ----------
    - The volume inside is the number of filled voxels times the volume of one.
    """
    padded = np.pad(voxels, 1)
    quads = [_quads(padded, axis, side) for axis in range(3) for side in (0, 1)]
    corners = np.concatenate(quads).astype(np.float64) - 1.0
    first = np.arange(len(corners) // 4)[:, None] * 4
    faces = np.concatenate([first + np.array(corner) for corner in ((0, 1, 2), (0, 2, 3))]).astype(np.int32)
    origin = np.zeros(3) if origin_mm is None else origin_mm
    return Mesh(origin + pitch_mm * corners, faces)


def _quads(padded: Voxels, axis: int, side: int) -> NDArray[np.int64]:
    """Corners of the voxel faces that look along ``axis`` to the empty side, shape (4 n, 3), outward orientation."""
    outside = np.roll(padded, -1 if side else 1, axis=axis)
    bare = padded & ~outside
    cells = np.stack(np.unravel_index(np.flatnonzero(bare), bare.shape), axis=1)  # argwhere, six times as fast
    others = [(axis + 1) % 3, (axis + 2) % 3]
    corners = np.repeat(cells[:, None, :], 4, axis=1)
    corners[:, :, axis] += side
    turn = _CORNERS if side else _CORNERS[::-1]
    corners[:, :, others[0]] += turn[:, 0]
    corners[:, :, others[1]] += turn[:, 1]
    return corners.reshape(-1, 3)


def blurred(voxels: Voxels, steps: int) -> NDArray[np.float32]:
    """Filled share around each voxel: ``steps`` rounds of a three-voxel mean along each axis, padded by ``steps``."""
    share = np.pad(voxels, steps).astype(np.float32)
    for _ in range(steps):
        for axis in range(3):
            share = (np.roll(share, 1, axis) + share + np.roll(share, -1, axis)) / 3.0
    return share


def reshaped(mesh: Mesh, change: Callable[[Voxels], Voxels]) -> Mesh:
    """The mesh with ``change`` applied to its voxels."""
    solid = solid_of(mesh)
    return surface(change(solid.voxels), solid.pitch_mm)
