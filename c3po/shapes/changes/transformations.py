"""The transformations themselves: a mesh and a random generator in, the meshes of a plate out. Geometry only."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from c3po.mesh.mesh import Mesh
from c3po.shapes.changes.voxels import blurred, reshaped, solid_of, surface
from c3po.solid.morphology import Voxels, grown, shrunk

Rng = np.random.Generator
Matrix = NDArray[np.float64]


def mapped(mesh: Mesh, matrix: Matrix) -> Mesh:
    """The mesh after a linear map about the origin; faces keep pointing outward under a mirror image."""
    faces = mesh.faces if np.linalg.det(matrix) > 0 else mesh.faces[:, ::-1]
    return replace(mesh, vertices_mm=mesh.vertices_mm @ matrix.T, faces=np.ascontiguousarray(faces))


def rotation(rng: Rng) -> Matrix:
    """A rotation uniform over all orientations (QR of a normal matrix; Mezzadri 2007, section 5)."""
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    turned: Matrix = q * np.sign(np.linalg.det(q))
    return turned


def scaled(mesh: Mesh, factor: float) -> Mesh:
    """The mesh ``factor`` times as large."""
    return mapped(mesh, factor * np.eye(3))


def stretched(mesh: Mesh, rng: Rng) -> Mesh:
    """Another size along three random perpendicular axes, each by up to 15 %."""
    q = rotation(rng)
    return mapped(mesh, q @ np.diag(1.0 + rng.uniform(-0.15, 0.15, size=3)) @ q.T)


def warped(mesh: Mesh, rng: Rng) -> Mesh:
    """Other proportions: along each axis lengths grow and shrink from place to place, up to twofold, then a slight
    taper and shear along the longest side. What was straight along an axis stays straight."""
    low, high = mesh.bounds_mm
    size = np.maximum(high - low, 1e-9)
    place = (mesh.vertices_mm - low) / size
    knots = np.linspace(0.0, 1.0, 5)
    for axis in range(3):
        steps = np.exp(rng.uniform(-0.7, 0.7, size=len(knots) - 1))
        place[:, axis] = np.interp(place[:, axis], knots, np.concatenate([[0.0], np.cumsum(steps)]) / steps.sum())
    along = int(np.argmax(size))
    t = place[:, along]
    for axis in {0, 1, 2} - {along}:
        taper = 1.0 + rng.uniform(-0.35, 0.35) * (t - 0.5)
        place[:, axis] = 0.5 + (place[:, axis] - 0.5) * taper + rng.uniform(-0.15, 0.15) * (t - 0.5)
    stretch = np.exp(rng.uniform(-0.3, 0.3, size=3))
    return replace(mesh, vertices_mm=low + place * size * stretch)


def in_pieces(mesh: Mesh, n_pieces: int) -> list[Mesh]:
    """Cut across the longest side into equal lengths, laid in a row with a gap, every second one turned half around."""
    solid = solid_of(mesh)
    axis = int(np.argmax(solid.voxels.shape))
    along = np.moveaxis(solid.voxels, axis, 0)
    edges = np.linspace(0, len(along), n_pieces + 1).astype(int)
    pieces, offset_mm = [], 0.0
    for i, (start, stop) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
        piece = along[start:stop] if i % 2 == 0 else along[start:stop, ::-1, ::-1]
        pieces.append(surface(piece, solid.pitch_mm, np.array([0.0, offset_mm, 0.0])))
        offset_mm += (piece.shape[1] + 0.12 * len(along)) * solid.pitch_mm
    return pieces


def with_decoys(mesh: Mesh, rng: Rng, *, n_decoys: int = 4) -> list[Mesh]:
    """Harmless boxes around the part, some larger than it."""
    low, high = mesh.bounds_mm
    size = high - low
    decoys = []
    for i in range(n_decoys):
        box = size.max() * rng.uniform(0.2, 0.9, size=3)
        at = np.array([high[0] + 0.1 * size.max() if i % 2 else low[0] - box[0] - 0.1 * size.max(), 0.0, low[2]])
        at[1] = low[1] + (i // 2) * 1.1 * size.max()
        decoys.append(box_mesh(at, at + box))
    return [mesh, *decoys]


def box_mesh(low: NDArray[np.float64], high: NDArray[np.float64]) -> Mesh:
    """A box between two corners, mm."""
    unit = mapped(surface(np.ones((1, 1, 1), bool), 1.0), np.diag(high - low))
    return replace(unit, vertices_mm=unit.vertices_mm + low)


def with_fins(mesh: Mesh, rng: Rng, *, n_fins: int = 3) -> Mesh:
    """Thin plates stuck through the part, each about half as long as it."""
    return _with_boxes(
        mesh, rng, n_fins, lambda side: np.array([side // 2, side // 4, 2], dtype=np.int64)[rng.permutation(3)]
    )


def with_blocks(mesh: Mesh, rng: Rng, *, n_blocks: int = 3) -> Mesh:
    """Compact boxes stuck to the part, each up to a third as long as it."""
    return _with_boxes(mesh, rng, n_blocks, lambda side: (side * rng.uniform(0.12, 0.3, size=3)).astype(np.int64) + 1)


def _with_boxes(mesh: Mesh, rng: Rng, count: int, size_for: Callable[[int], NDArray[np.int64]]) -> Mesh:
    """Boxes of sizes drawn for the longest side, in voxels, each around a random filled voxel of the part."""
    solid = solid_of(mesh)
    side = max(solid.voxels.shape)
    room = side // 4
    voxels = np.pad(solid.voxels, room)
    filled = np.flatnonzero(solid.voxels)
    for _ in range(count):
        size = size_for(side)
        middle = np.array(np.unravel_index(filled[rng.integers(len(filled))], solid.voxels.shape)) + room
        low = np.maximum(middle - size // 2, 0)
        high = np.minimum(low + np.maximum(size, 1), voxels.shape)
        voxels[low[0] : high[0], low[1] : high[1], low[2] : high[2]] = True
    return surface(voxels, solid.pitch_mm)


def in_block(mesh: Mesh, *, share: float = 0.5, margin: int = 6) -> Mesh:
    """Cast into a solid block that covers ``share`` of it (in its thinnest direction) and stands out by ``margin``
    voxels: a relief."""
    solid = solid_of(mesh)
    axis = int(np.argmin(solid.voxels.shape))
    voxels = np.pad(solid.voxels, [(0, 0) if i == axis else (margin, margin) for i in range(3)])
    np.moveaxis(voxels, axis, 0)[: int(share * voxels.shape[axis])] = True
    return surface(voxels, solid.pitch_mm)


def in_support(mesh: Mesh, *, spacing: int = 8) -> Mesh:
    """Standing in a grid of thin walls, ``spacing`` voxels apart, as slicers print support; it touches from below."""
    solid = solid_of(mesh)
    below = np.maximum.accumulate(solid.voxels[:, :, ::-1], axis=2)[:, :, ::-1]
    walls = np.zeros_like(solid.voxels)
    walls[::spacing] = walls[:, ::spacing] = True
    return surface(solid.voxels | (below & walls), solid.pitch_mm)


def thickened(mesh: Mesh, share: float = 0.04) -> Mesh:
    """Every surface moved outward by ``share`` of the longest side."""
    return reshaped(mesh, lambda voxels: grown(voxels, max(1, round(share * max(voxels.shape)))))


def hollowed(mesh: Mesh) -> Mesh:
    """A shell of three voxels, closed."""
    return reshaped(mesh, lambda voxels: voxels & ~shrunk(voxels, 3))


def opened(mesh: Mesh, *, wall: int = 3, share: float = 0.25) -> Mesh:
    """A shell of ``wall`` voxels, ``share`` of its thinnest direction cut away so that the inside is open."""

    def shell(voxels: Voxels) -> Voxels:
        hollow = voxels & ~shrunk(voxels, wall)
        axis = int(np.argmin(voxels.shape))
        kept = np.moveaxis(hollow, axis, 0)
        return np.moveaxis(kept[: len(kept) - int(share * len(kept))], 0, axis)

    return reshaped(mesh, shell)


def roughened(mesh: Mesh, rng: Rng) -> Mesh:
    """Surface noise: lumps and pits about three voxels large."""

    def rough(voxels: Voxels) -> Voxels:
        share = blurred(voxels, 3)
        noise = blurred(rng.random(share.shape) > 0.5, 1)[1:-1, 1:-1, 1:-1]
        return share + 1.2 * (noise - 0.5) > 0.5

    return reshaped(mesh, rough)


def smoothed(mesh: Mesh) -> Mesh:
    """Edges and small features rounded away."""
    return reshaped(mesh, lambda voxels: blurred(voxels, 8) > 0.4)


def drilled(mesh: Mesh, rng: Rng, *, n_holes: int = 12) -> Mesh:
    """Round holes through the part, across its thinnest direction."""
    solid = solid_of(mesh)
    axis = int(np.argmin(solid.voxels.shape))
    voxels = solid.voxels.copy()
    plan = np.moveaxis(voxels, axis, 0)
    rows, columns = np.ogrid[: plan.shape[1], : plan.shape[2]]
    filled = np.argwhere(plan.any(axis=0))
    for row, column in filled[rng.integers(len(filled), size=n_holes)]:
        plan[:, (rows - row) ** 2 + (columns - column) ** 2 <= 9] = False
    return surface(voxels, solid.pitch_mm)
