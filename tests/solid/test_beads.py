"""Beads on the grid: which voxels a straight bead fills, and that every processor fills the same."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from c3po._core import native

SEEDS = st.integers(0, 2**32 - 1)


def random_beads(seed: int, n: int) -> NDArray[np.float32]:
    """Segments (n, 6), mm, of every length and slope: points, axis-parallel and nearly so, short and across the bed."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(-60, 60, (n, 3))
    angle = rng.uniform(0, 2 * np.pi, n)
    angle[::3] = rng.integers(0, 4, len(angle[::3])) * np.pi / 2 + rng.normal(0, 1e-4, len(angle[::3]))
    length = 10 ** rng.uniform(-2, 2, n)
    step = np.stack([length * np.cos(angle), length * np.sin(angle), rng.choice([0, 0.3, 5], n)], axis=1)
    rows: NDArray[np.float32] = np.concatenate([start, start + step], axis=1).astype(np.float32)
    rows[::7, 3:5] = rows[::7, :2]
    return rows


def laid(beads: NDArray[np.float32], widths: NDArray[np.float32], pitch_mm: float, **how: bool) -> Any:
    material = native.Material(pitch_mm, **how)
    heights = np.full(len(beads), 0.2, np.float32)
    material.add_segments(beads, widths, heights, np.zeros(len(beads), np.uint8))
    return native.Components(material)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, 40), st.sampled_from([0.1, 0.25, 0.5]))
def test_the_quick_way_fills_what_the_plain_way_fills(seed: int, n: int, pitch_mm: float) -> None:
    beads = random_beads(seed, n)
    widths = np.random.default_rng(seed).choice([0.2, 0.45, 1.2, 5.0], n).astype(np.float32)
    quick, plain = laid(beads, widths, pitch_mm), laid(beads, widths, pitch_mm, plain_rows=True)
    assert quick.voxels() == plain.voxels()
    assert quick.boxes() == plain.boxes()
    for index in range(len(plain)):
        np.testing.assert_array_equal(quick.solid([index], 0)[0], plain.solid([index], 0)[0])


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.sampled_from([0.1, 0.25]))
def test_a_bead_fills_what_lies_within_half_its_width(seed: int, pitch_mm: float) -> None:
    (bead,) = random_beads(seed, 1)
    bead[3:5] = bead[:2] + np.clip(bead[3:5] - bead[:2], -15, 15)
    bead[5] = bead[2]
    components = laid(bead[None], np.array([1.2], np.float32), pitch_mm)
    assert len(components) == 1
    voxels, corner = components.solid([0], 0)
    columns = np.argwhere(voxels.any(axis=2))
    centres_mm = (columns + np.asarray(corner[:2]) + 0.5) * pitch_mm
    assert distances(centres_mm, bead).max() < 0.6 * np.sqrt(2) + pitch_mm  # the ends are square

    around = np.stack(np.meshgrid(*(np.arange(-30, 31) * pitch_mm for _ in range(2)), indexing="ij"), axis=-1)
    inside = around.reshape(-1, 2) + np.floor(bead[:2] / pitch_mm) * pitch_mm + 0.5 * pitch_mm
    inside = inside[distances(inside, bead) < 0.6 - 0.03 * pitch_mm]
    places = np.round(inside / pitch_mm - 0.5).astype(int) - np.asarray(corner[:2])
    assert voxels.any(axis=2)[tuple(places.T)].all()


def distances(points_mm: NDArray[np.float64], bead: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of points (n, 2) on the bed from the middle line of a bead."""
    start, along = bead[:2].astype(float), (bead[3:5] - bead[:2]).astype(float)
    share = np.clip((points_mm - start) @ along / max(float(along @ along), 1e-12), 0, 1)
    away: NDArray[np.float64] = np.linalg.norm(points_mm - start - share[:, None] * along, axis=1)
    return away
