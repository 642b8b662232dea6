"""Views against what can be counted by hand."""

import numpy as np
import pytest

from c3po.imaging import ASKED_SIGNS, VIEW_NAMES, is_judgeable, silhouettes, turned_around, view_stack
from c3po.solid import Solid, mesh_parts

from ..solid.shapes import box

PIXEL = 1 / 60  # of the longest extent, at 64 px


def solid_of(voxels: np.ndarray) -> Solid:
    return Solid(voxels=voxels.astype(bool), pitch_mm=1.0, origin_mm=np.zeros(3))


def brick(nx: int, ny: int, nz: int) -> Solid:
    return solid_of(np.ones((nx, ny, nz)))


@pytest.mark.parametrize("size_px", [28, 64])
def test_thickness_is_exact_for_a_box(size_px: int) -> None:
    views = view_stack(brick(120, 60, 30), size_px)
    assert views.shape == (6, size_px, size_px)
    assert views.dtype == np.float32
    middle = size_px // 2
    thickness = dict(zip(VIEW_NAMES, views[:, middle, middle], strict=True))
    assert thickness["bed_x"] == pytest.approx(1.0, abs=1e-3)
    assert thickness["bed_y"] == pytest.approx(0.5, abs=1e-3)
    assert thickness["bed_z"] == pytest.approx(0.25, abs=1e-3)
    assert thickness["axis_1"] == pytest.approx(1.0, abs=0.03)
    assert thickness["axis_2"] == pytest.approx(0.5, abs=0.03)
    assert thickness["axis_3"] == pytest.approx(0.25, abs=0.03)


def test_the_sum_of_a_view_is_the_volume() -> None:
    rng = np.random.default_rng(3)
    voxels = rng.random((90, 41, 27)) < 0.4
    voxels[0], voxels[-1] = True, True
    views = view_stack(solid_of(voxels))
    pixel = 90 / 60  # voxels across a pixel
    for view in views[:3]:
        assert view.sum() * pixel**2 * 90 == pytest.approx(voxels.sum(), rel=1e-4)


def test_up_is_up() -> None:
    voxels = np.zeros((40, 40, 40), dtype=bool)
    voxels[:, :, :20] = True
    voxels[:10, :10, 20:] = True
    views = dict(zip(VIEW_NAMES, view_stack(solid_of(voxels)), strict=True))
    assert views["bed_y"][:30].sum() < views["bed_y"][34:].sum()
    assert views["bed_y"][10, 8] > 0
    assert views["bed_y"][10, 50] == 0
    assert views["bed_z"][50, 10] > views["bed_z"][10, 50]


def test_where_the_part_lies_does_not_matter() -> None:
    rng = np.random.default_rng(5)
    voxels = np.zeros((60, 50, 40), dtype=bool)
    voxels[5:45, 4:30, 3:20] = rng.random((40, 26, 17)) < 0.7
    moved = np.roll(voxels, (9, 11, 13), axis=(0, 1, 2))
    np.testing.assert_allclose(view_stack(solid_of(moved)), view_stack(solid_of(voxels)), atol=1e-5)


def test_a_tilted_box_looks_like_a_straight_one_along_its_own_axes() -> None:
    (straight,) = mesh_parts(box((100, 40, 20)))
    tilted = box((100, 40, 20))
    turn, _ = np.linalg.qr(np.random.default_rng(2).normal(size=(3, 3)))
    from c3po.mesh.mesh import Mesh

    (turned,) = mesh_parts(Mesh(tilted.vertices_mm @ turn.T * np.sign(np.linalg.det(turn)), tilted.faces))
    difference = np.abs(view_stack(straight)[3:] - view_stack(turned)[3:])
    assert difference.mean() < 0.02


def test_silhouettes_are_zero_or_one() -> None:
    views = silhouettes(view_stack(brick(30, 20, 2)))
    assert set(np.unique(views)) == {0.0, 1.0}
    assert views[2].sum() * PIXEL**2 == pytest.approx(2 / 3, abs=0.05)


def test_specks_and_dust_are_not_judged() -> None:
    assert is_judgeable(brick(4, 4, 3)) == "nearly-empty"
    dust = np.zeros((40, 40, 40), dtype=bool)
    dust[::3, ::3, ::3] = True
    assert is_judgeable(solid_of(dust)) == "dust"
    assert is_judgeable(brick(40, 20, 2)) is None


@pytest.mark.parametrize("size_px", [3, 5000])
def test_an_impossible_size_is_refused(size_px: int) -> None:
    with pytest.raises(ValueError, match="size_px must be 4 to 1024"):
        view_stack(brick(3, 3, 3), size_px)


def test_a_purge_line_alone_is_a_thread() -> None:
    assert is_judgeable(brick(400, 2, 1)) == "thread"
    assert is_judgeable(brick(2, 2, 150)) == "thread"
    assert is_judgeable(brick(100, 6, 4)) is None


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_turning_an_axis_around_shows_the_mirrored_part(axis: int, rng: np.random.Generator) -> None:
    voxels = rng.random((30, 24, 18)) < 0.5
    voxels[[0, -1]] = True
    signs = tuple(each == axis for each in range(3))
    around = turned_around(view_stack(solid_of(voxels))[None, :3], signs)[0]
    np.testing.assert_allclose(around, view_stack(solid_of(np.flip(voxels, axis)))[:3], atol=1e-5)


def test_an_axis_turned_around_twice_points_as_before(rng: np.random.Generator) -> None:
    stacks = rng.random((2, 6, 8, 8))
    for signs in ASKED_SIGNS:
        assert np.array_equal(turned_around(turned_around(stacks, signs), signs), stacks)
