"""Prints that are not finished: cut where they should be, whole below, and never blank."""

import numpy as np
import pytest

from c3po.networks.growing import cut_off, growing_samples, growing_stacks, lying
from c3po.shapes import FAMILIES
from c3po.solid import Solid, mesh_parts


def test_a_cut_keeps_what_lies_below_and_nothing_above(rng: np.random.Generator) -> None:
    voxels = rng.random((9, 8, 20)) < 0.5
    voxels[:, :, :3] = False  # air under the part
    voxels[4, 4, 3] = voxels[4, 4, 19] = True
    solid = Solid(np.asfortranarray(voxels), 0.5, np.array([1.0, 2.0, 3.0]))
    stump = cut_off(solid, 0.5)
    assert stump.bounds_mm[0, 2] == pytest.approx(3.0 + 0.5 * 3)
    assert np.count_nonzero(stump.voxels) == np.count_nonzero(voxels[:, :, : 3 + 8])  # half of 17 voxels, to even
    assert stump.bounds_mm[1, 2] <= 3.0 + 0.5 * 11


def test_a_cut_moves_nothing_across_the_bed(rng: np.random.Generator) -> None:
    voxels = np.zeros((9, 9, 9), np.bool_)
    voxels[3:6, 2:7, :4] = True
    voxels[0, 0, 8] = True  # above the cut only
    solid = Solid(np.asfortranarray(voxels), 1.0, np.zeros(3))
    assert cut_off(solid, 0.5).bounds_mm.tolist() == [[3.0, 2.0, 0.0], [6.0, 7.0, 4.0]]


def test_a_gun_is_laid_on_its_broad_side(rng: np.random.Generator) -> None:
    mesh = FAMILIES["pistol_cutout"].generate(rng)
    turn = lying(mesh, rng)
    assert np.linalg.det(turn) == pytest.approx(1.0)
    extents = np.ptp(mesh.vertices_mm @ turn.T, axis=0)
    assert extents[2] == pytest.approx(np.ptp(mesh.vertices_mm, axis=0).min())


def test_no_growing_sample_is_blank_and_the_same_seed_gives_the_same() -> None:
    samples = growing_samples("revolver", range(3), 28)
    again = list(growing_stacks("revolver", 1, 28))
    assert 3 <= len(samples.labels) <= 6
    assert (samples.views.reshape(len(samples.labels), -1).max(axis=1) > 0).all()
    assert any(np.array_equal(again[0], views) for views in samples.views)


def test_a_growing_part_looks_flatter_than_the_whole(rng: np.random.Generator) -> None:
    solid = mesh_parts(FAMILIES["gear_with_arm"].generate(rng))[0]
    heights = [np.ptp(cut_off(solid, share).bounds_mm, axis=0)[2] for share in (0.25, 0.5, 1.0)]
    assert heights == sorted(heights)
    assert heights[0] < heights[-1]
