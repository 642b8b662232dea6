"""Infill: straight, crossed and waving lines inside an outline."""

from collections.abc import Callable, Sequence

import numpy as np
from manifold3d import CrossSection, JoinType
from numpy.typing import NDArray

Path = NDArray[np.float64]
Outline = list[NDArray[np.float64]]


def spans(outline: Outline, spacing_mm: float, phase_mm: float = 0.0) -> NDArray[np.float64]:
    """Where horizontal lines run inside an outline.

    Parameters
    ----------
    outline : list of float64, shape (k, 2)
        Closed rings, even-odd.
    spacing_mm, phase_mm : float
        Lines lie at ``(i + 1/2) * spacing_mm + phase_mm`` for whole i.

    Returns
    -------
    spans : float64, shape (n, 4)
        Line number, x of entry, x of exit, y; by rising line number, then x.

    Guarantees
    ----------
    - The lengths times the spacing add up to the area, but for lines at the rim.
    """
    if not outline:
        return np.zeros((0, 4))
    start = np.concatenate(outline)
    end = np.concatenate([np.roll(ring, -1, axis=0) for ring in outline])
    shift = phase_mm + spacing_mm / 2
    rows = np.ceil((np.stack([start[:, 1], end[:, 1]]) - shift) / spacing_mm).astype(np.int64)
    first, last = rows.min(axis=0), rows.max(axis=0)  # half-open, so every line crosses an even number of edges
    counts = last - first
    edge = np.repeat(np.arange(len(start)), counts)
    line = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    y = line * spacing_mm + shift
    share = (y - start[edge, 1]) / (end[edge, 1] - start[edge, 1])
    x = start[edge, 0] + share * (end[edge, 0] - start[edge, 0])
    order = np.lexsort((x, line))
    pairs = order[: len(order) // 2 * 2].reshape(-1, 2)
    found: NDArray[np.float64] = np.column_stack([line[pairs[:, 0]], x[pairs[:, 0]], x[pairs[:, 1]], y[pairs[:, 0]]])
    return found


def hatch(
    outline: Outline, spacing_mm: float, angle_deg: float, phase_mm: float = 0.0, join: bool = False
) -> list[Path]:
    """Straight lines in one direction, each next one printed the other way round; neighbours joined where asked.

    Joined lines end half a spacing early, so that the steps between them do not print the rim twice.
    """
    turn = _turn(angle_deg)
    found = spans([ring @ turn for ring in outline], spacing_mm, phase_mm)
    if join:
        found[:, 1:3] += np.array([0.5, -0.5]) * spacing_mm
    found = found[found[:, 2] - found[:, 1] > spacing_mm * 0.05]
    back = found[:, 0].astype(np.int64) % 2 == 1
    x0, x1 = np.where(back, found[:, 2], found[:, 1]), np.where(back, found[:, 1], found[:, 2])
    lines = np.stack([np.column_stack([x0, found[:, 3]]), np.column_stack([x1, found[:, 3]])], axis=1) @ turn.T
    return _joined(lines, found[:, 0], spacing_mm) if join else list(lines)


def _turn(angle_deg: float) -> NDArray[np.float64]:
    cosine, sine = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return np.array([[cosine, -sine], [sine, cosine]])


def _joined(lines: NDArray[np.float64], number: NDArray[np.float64], spacing_mm: float) -> list[Path]:
    """Consecutive lines as one zigzag while the step between them is short."""
    if len(lines) == 0:
        return []
    step = np.linalg.norm(lines[1:, 0] - lines[:-1, 1], axis=1)
    breaks = np.flatnonzero((step > 2 * spacing_mm) | (np.diff(number) != 1)) + 1
    return [group.reshape(-1, 2) for group in np.split(lines, breaks)]


def wave(outline: Outline, spacing_mm: float, angle_deg: float, height_mm: float) -> list[Path]:
    """Waving lines whose swing changes with height, as the sections of a gyroid do."""
    period = 2.0 * spacing_mm
    swing = 0.5 * spacing_mm * float(np.cos(2 * np.pi * height_mm / period))

    def bend(x: NDArray[np.float64]) -> NDArray[np.float64]:
        waved: NDArray[np.float64] = swing * np.sin(2 * np.pi * x / period)
        return waved

    return _bent(outline, spacing_mm, angle_deg, bend, period / 8)


def _bent(
    outline: Outline,
    spacing_mm: float,
    angle_deg: float,
    bend: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    step_mm: float,
) -> list[Path]:
    """Lines y = bend(x): the outline is bent back, cut by straight lines, and these are bent forth."""
    turn = _turn(angle_deg)
    straightened = []
    for ring in outline:
        points = _densified(ring @ turn, step_mm)
        straightened.append(np.column_stack([points[:, 0], points[:, 1] - bend(points[:, 0])]))
    paths = []
    for line, x0, x1, y in spans(straightened, spacing_mm).tolist():
        if x1 - x0 < spacing_mm * 0.05:
            continue
        x = np.linspace(x0, x1, max(2, int(np.ceil((x1 - x0) / step_mm)) + 1))
        if line % 2:
            x = x[::-1]
        paths.append(np.column_stack([x, y + bend(x)]) @ turn.T)
    return paths


def _densified(ring: NDArray[np.float64], step_mm: float) -> NDArray[np.float64]:
    """The ring with points added so that none is further than a step from the next."""
    after = np.roll(ring, -1, axis=0)
    counts = np.maximum(1, np.ceil(np.linalg.norm(after - ring, axis=1) / step_mm).astype(np.int64))
    edge = np.repeat(np.arange(len(ring)), counts)
    share = (np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[edge]
    points: NDArray[np.float64] = ring[edge] + share[:, None] * (after - ring)[edge]
    return points


def rings(region: CrossSection, spacing_mm: float, most: int = 400) -> list[Path]:
    """Closed loops from the outline inwards, one spacing apart."""
    paths: list[Path] = []
    inner = region.offset(-spacing_mm / 2, JoinType.Miter, 2.0)
    for _ in range(most):
        loops = inner.to_polygons()
        if not loops:
            break
        paths.extend(closed(loops))
        inner = inner.offset(-spacing_mm, JoinType.Miter, 2.0)
    return paths


def closed(loops: Sequence[NDArray[np.float64]]) -> list[Path]:
    """Rings as paths that come back to their first point."""
    return [np.concatenate([ring, ring[:1]]) for ring in loops]


def sparse(
    region: CrossSection, pattern: str, density: float, width_mm: float, angle_deg: float, height_mm: float, layer: int
) -> list[Path]:
    """Sparse infill of one layer: the pattern's lines over the region, together filling the given share of it."""
    if density <= 0.0 or region.is_empty():
        return []
    outline, spacing = region.to_polygons(), width_mm / density
    if pattern == "concentric":
        return rings(region, spacing)
    if pattern == "gyroid":
        return wave(outline, spacing * 1.2, angle_deg + 90.0 * (layer % 2), height_mm)
    if pattern == "grid":
        return [path for k in range(2) for path in hatch(outline, 2 * spacing, angle_deg + 90.0 * k)]
    if pattern in ("triangles", "cubic"):
        climb = height_mm / np.sqrt(2.0) if pattern == "cubic" else 0.0
        return [path for k in range(3) for path in hatch(outline, 3 * spacing, angle_deg + 60.0 * k, climb)]
    return hatch(outline, spacing, angle_deg + 90.0 * (layer % 2), join=pattern == "zigzag")
