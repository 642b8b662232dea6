"""Sections of a mesh, one outline per layer. Closed meshes go through manifold3d, the others are read by winding."""

from collections import defaultdict

import numpy as np
from manifold3d import CrossSection, Error, FillRule, Manifold
from manifold3d import Mesh as SolidMesh
from numpy.typing import NDArray

from c3po.errors import MeshError
from c3po.mesh.mesh import Mesh

LARGEST_MM = 5000.0
MOST_LAYERS = 50_000
MOST_FACES = 20_000_000
_JOIN_MM = 1e-4


def sections(mesh: Mesh, heights_mm: NDArray[np.float64]) -> list[CrossSection]:
    """The outline of the mesh at each height, overlapping bodies united.

    Parameters
    ----------
    mesh : Mesh
        Closed, or open: an open outline is closed by a straight line from its end to its start.
    heights_mm : float64, shape (n,)

    Raises
    ------
    MeshError
        Too large, not finite, or nothing of it lies at any height.

    Guarantees
    ----------
    - For a closed mesh the area at a height is that of its cut by the plane.
    - Two closed bodies that overlap count once where they overlap.
    """
    check(mesh)
    solid = _solid(mesh)
    if solid is not None:
        outlines = [solid.slice(float(height)) for height in heights_mm]
    else:
        outlines = _winding_sections(mesh.triangles_mm, heights_mm)
    if not any(outline.area() > 0.0 for outline in outlines):
        raise MeshError(
            f"{mesh.name or 'mesh'}: expected a body with an inside, found none at {len(outlines)} heights; repair it"
        )
    return outlines


def check(mesh: Mesh) -> None:
    """Raise MeshError unless the mesh has faces, finite corners and a size a printer could mean."""
    name = mesh.name or "mesh"
    if len(mesh.faces) == 0:
        raise MeshError(f"{name}: expected faces, found none; export it again")
    if len(mesh.faces) > MOST_FACES:
        raise MeshError(f"{name}: expected at most {MOST_FACES} faces, found {len(mesh.faces)}; simplify it")
    if mesh.faces.min() < 0 or mesh.faces.max() >= len(mesh.vertices_mm):
        raise MeshError(f"{name}: expected faces over {len(mesh.vertices_mm)} vertices, found a stray index; repair it")
    if not np.isfinite(mesh.vertices_mm).all():
        raise MeshError(f"{name}: expected finite coordinates, found nan or infinity; repair it")
    low, high = mesh.bounds_mm
    if float((high - low).max()) > LARGEST_MM:
        raise MeshError(f"{name}: expected at most {LARGEST_MM:g} mm, found {(high - low).max():.6g} mm; scale it")


def _solid(mesh: Mesh) -> Manifold | None:
    """The mesh as a manifold3d solid, or None where it is open, inverted or overlaps itself."""
    vertices, faces = _merged(mesh)
    solid = Manifold(SolidMesh(np.ascontiguousarray(vertices, np.float32), np.ascontiguousarray(faces, np.uint32)))
    if solid.status() != Error.NoError or solid.is_empty() or solid.volume() <= 0.0:
        return None
    return solid


def _merged(mesh: Mesh) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Vertices with equal positions made one, faces without area dropped."""
    keys = np.round(mesh.vertices_mm / _JOIN_MM).astype(np.int64)
    _, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    if len(first) == len(keys):
        return mesh.vertices_mm, mesh.faces.astype(np.int64)
    faces = inverse.reshape(-1)[mesh.faces]
    distinct = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
    return mesh.vertices_mm[first], faces[distinct]


def _winding_sections(triangles_mm: NDArray[np.float64], heights_mm: NDArray[np.float64]) -> list[CrossSection]:
    """Outlines by non-zero winding: what any surface winds around is inside, whichever way it faces."""
    low, high = triangles_mm[:, :, 2].min(axis=1), triangles_mm[:, :, 2].max(axis=1)
    order = np.argsort(low, kind="stable")
    outlines = []
    for height in heights_mm:
        near = order[: np.searchsorted(low[order], height, side="left")]
        cut = triangles_mm[near[high[near] > height]]
        loops = _loops(_cut_segments(cut, float(height)))
        outlines.append(CrossSection(loops, FillRule.NonZero) if loops else CrossSection())
    return outlines


def _cut_segments(triangles_mm: NDArray[np.float64], height_mm: float) -> NDArray[np.float64]:
    """Where the plane cuts the triangles, float64, shape (n, 2, 2), with the inside on the left."""
    above = triangles_mm[:, :, 2] >= height_mm
    start, end = np.zeros((2, len(triangles_mm), 2))
    for a, b in ((0, 1), (1, 2), (2, 0)):
        p, q = triangles_mm[:, a], triangles_mm[:, b]
        swap = p[:, 2] > q[:, 2]  # the same point from both neighbours of an edge
        low, high = np.where(swap[:, None], q, p), np.where(swap[:, None], p, q)
        rise = high[:, 2] - low[:, 2]
        share = np.divide(height_mm - low[:, 2], rise, out=np.zeros_like(rise), where=rise > 0)
        point = low[:, :2] + share[:, None] * (high[:, :2] - low[:, :2])
        down, up = above[:, a] & ~above[:, b], ~above[:, a] & above[:, b]
        start[down], end[up] = point[down], point[up]
    return np.stack([start, end], axis=1)[above.any(axis=1) & ~above.all(axis=1)]


def _loops(segments: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Segments chained end to start; a chain that stops is closed by the polygon itself."""
    starts, ends = (list(map(tuple, np.round(segments[:, k] / _JOIN_MM).astype(np.int64).tolist())) for k in (0, 1))
    leaving: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for number in range(len(starts) - 1, -1, -1):
        leaving[starts[number]].append(number)
    arriving = set(ends)
    unused = [True] * len(starts)
    loops = []
    for seed in sorted(range(len(starts)), key=lambda number: starts[number] in arriving):  # open chains first
        chain = []
        index: int | None = seed
        while index is not None and unused[index]:
            unused[index] = False
            chain.append(index)
            index = next((follower for follower in leaving[ends[index]] if unused[follower]), None)
        if len(chain) > 1:
            loops.append(np.concatenate([segments[chain, 0], segments[chain[-1:], 1]]))
    return loops
