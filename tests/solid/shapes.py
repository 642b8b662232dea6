"""Meshes and toolpaths small enough to check by hand."""

import itertools
from typing import Any

import numpy as np
import trimesh
from numpy.typing import NDArray

from c3po._core import native
from c3po.mesh.mesh import Mesh


def mesh_of(shape: Any) -> Mesh:
    """A trimesh shape as our Mesh."""
    return Mesh(np.asarray(shape.vertices, dtype=np.float64), np.asarray(shape.faces, dtype=np.int32))


def box(extents_mm: tuple[float, float, float], centre_mm: tuple[float, float, float] = (0, 0, 0)) -> Mesh:
    shape = trimesh.creation.box(extents_mm)
    shape.apply_translation(centre_mm)
    return mesh_of(shape)


def ring(lower_mm: tuple[float, float], upper_mm: tuple[float, float], z_mm: float) -> list[list[float]]:
    """Four beads around a rectangle, rows x, y, z, x, y, z."""
    (x0, y0), (x1, y1) = lower_mm, upper_mm
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
    return [[*a, z_mm, *b, z_mm] for a, b in itertools.pairwise(corners)]


def infill(
    lower_mm: tuple[float, float], upper_mm: tuple[float, float], z_mm: float, apart_mm: float
) -> list[list[float]]:
    return [[lower_mm[0], y, z_mm, upper_mm[0], y, z_mm] for y in np.arange(lower_mm[1], upper_mm[1], apart_mm)]


def printed_box(
    lower_mm: tuple[float, float],
    upper_mm: tuple[float, float],
    layers: int,
    *,
    apart_mm: float = 4.0,
    closed: bool = True,
) -> list[list[float]]:
    """A box as a slicer prints it, layers of 0.2 mm: two rings, sparse infill, three full layers below and above."""
    beads = []
    for layer in range(layers):
        z_mm = 0.2 * (layer + 1)
        for inset in (0.0, 0.45):
            beads += ring((lower_mm[0] + inset, lower_mm[1] + inset), (upper_mm[0] - inset, upper_mm[1] - inset), z_mm)
        full = layer < 3 or (closed and layer >= layers - 3)
        beads += infill(lower_mm, upper_mm, z_mm, 0.45 if full else apart_mm)
    return beads


def support_block(lower_mm: tuple[float, float], upper_mm: tuple[float, float], layers: int) -> list[list[float]]:
    """What slicers put under a part: a single wall around lines 2.5 mm apart, in every layer."""
    beads = []
    for layer in range(layers):
        z_mm = 0.2 * (layer + 1)
        beads += ring(lower_mm, upper_mm, z_mm) + infill(lower_mm, upper_mm, z_mm, 0.45 if layer < 1 else 2.5)
    return beads


def material_of(
    beads: list[list[float]] | NDArray[np.float32],
    *,
    pitch_mm: float = 0.25,
    feature: list[int] | None = None,
    tool: list[int] | None = None,
) -> Any:
    """Beads 0.45 mm wide and 0.2 mm high as ``native.Material``."""
    rows = np.array(beads, dtype=np.float32).reshape(-1, 6)
    material = native.Material(pitch_mm)
    width, height = np.full(len(rows), 0.45, np.float32), np.full(len(rows), 0.2, np.float32)
    tools = np.array(tool or [0] * len(rows), dtype=np.uint8)
    material.add_segments(rows, width, height, np.array(feature or [], dtype=np.uint8), tools)
    return material
