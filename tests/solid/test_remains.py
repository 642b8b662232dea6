"""What remains of a part without what hides it: thin walls, a base, an open side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from c3po._core import native
from c3po.shapes.changes import transformations as by
from c3po.shapes.changes.voxels import solid_of, surface
from c3po.solid import Solid
from c3po.solid.morphology import Voxels, opening
from c3po.solid.remains import ABOVE_BASE, CLOSED, CLOSED_BY_LAYERS, WITHOUT_WALLS, remains


def el() -> Voxels:
    """An L of 100 x 60 x 16 voxels whose arms are 24 wide."""
    voxels = np.zeros((100, 60, 16), np.bool_)
    voxels[:, :24] = voxels[:24] = True
    return voxels


def found_in(voxels: Voxels, *, printed: bool = False) -> dict[str, Solid]:
    solid = Solid(np.asfortranarray(voxels), 0.5, np.array([10.0, 20.0, 0.0]))
    return {each.reading: each for each in remains(solid, printed=printed)}


def overlap(solid: Solid, voxels: Voxels) -> float:
    """Intersection over union with voxels that lie where those of `found_in` do."""
    corner = np.rint((solid.origin_mm - [10.0, 20.0, 0.0]) / 0.5).astype(int)
    placed = np.zeros(np.maximum(voxels.shape, corner + solid.voxels.shape), np.bool_)
    placed[tuple(slice(c, c + n) for c, n in zip(corner, solid.voxels.shape, strict=True))] = solid.voxels
    wanted = np.zeros_like(placed)
    wanted[tuple(slice(n) for n in voxels.shape)] = voxels
    return float((placed & wanted).sum() / (placed | wanted).sum())


def test_a_plain_part_has_no_other_shape() -> None:
    assert found_in(el()) == {}


def test_fins_break_away() -> None:
    finned = np.pad(el(), [(0, 0), (0, 0), (0, 40)])
    finned[20:22, 10:50, :56] = finned[60:62, :20, :50] = True
    bare = found_in(finned)[WITHOUT_WALLS]
    assert overlap(bare, np.pad(el(), [(0, 0), (0, 0), (0, 40)])) > 0.95
    assert bare.name == f"part 1 {WITHOUT_WALLS}"


def test_a_grid_of_support_breaks_away() -> None:
    raised = np.pad(el(), [(0, 0), (0, 0), (30, 0)])
    raised[::8, :60, :30] = raised[:100, ::8, :30] = True
    assert overlap(found_in(raised)[WITHOUT_WALLS], np.pad(el(), [(0, 0), (0, 0), (30, 0)])) > 0.85


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("end", [1, -1])
def test_what_stands_on_a_slab_is_seen_without_it(axis: int, end: int) -> None:
    relief = np.zeros((110, 70, 24), np.bool_)
    relief[:, :, :10] = True
    relief[5:105, 5:65, 8:24] |= el()
    alone = np.zeros_like(relief)
    alone[5:105, 5:65, 10:24] = el()[:, :, :14]
    turned, wanted = (np.moveaxis(each[:, :, ::end], 2, axis) for each in (relief, alone))
    assert overlap(found_in(turned)[ABOVE_BASE], wanted) == 1.0


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_shell_without_its_back_is_filled_where_nothing_shows_its_inside(axis: int) -> None:
    shell = el()
    shell[4:96, 4:20, :12] = shell[4:20, 4:56, :12] = False
    turned, whole = np.moveaxis(shell, 2, axis), np.moveaxis(el(), 2, axis)
    assert overlap(found_in(turned)[CLOSED], whole) == 1.0


def test_a_print_of_loops_that_lean_is_filled_layer_by_layer() -> None:
    cone = np.zeros((81, 81, 20), np.bool_)
    x, y = np.ogrid[-40:41, -40:41]
    for z in range(20):  # each loop lies clear of the one below, so that water runs out between them
        cone[:, :, z] = np.abs(np.maximum(abs(x), abs(y)) - (38 - 5 * (z // 3))) <= 0
    full = found_in(cone, printed=True)[CLOSED_BY_LAYERS]
    assert overlap(full, np.maximum(abs(x), abs(y))[:, :, None] <= 38 - 5 * (np.arange(20) // 3)) == 1.0


@given(arrays.arrays(np.bool_, st.tuples(*[st.integers(1, 9)] * 3)))
def test_whatever_remains_lies_within_the_part_or_its_box(voxels: Voxels) -> None:
    for name, solid in found_in(voxels).items():
        assert solid.voxels.any(), name
        corner = np.rint((solid.origin_mm - [10.0, 20.0, 0.0]) / 0.5).astype(int)
        assert (corner >= 0).all()
        assert (corner + solid.voxels.shape <= voxels.shape).all()
        if name != CLOSED:
            cut = voxels[tuple(slice(c, c + n) for c, n in zip(corner, solid.voxels.shape, strict=True))]
            assert not (solid.voxels & ~cut).any()


@given(arrays.arrays(np.bool_, st.tuples(*[st.integers(1, 8)] * 3)), st.integers(0, 2))
def test_an_opening_takes_away_only_and_a_second_one_nothing(voxels: Voxels, steps: int) -> None:
    once = opening(voxels, steps)
    assert not (once & ~voxels).any()
    np.testing.assert_array_equal(opening(once, steps), once)


def test_the_largest_piece_is_found_among_many() -> None:
    voxels = np.zeros((40, 40, 9), np.bool_)
    voxels[::4, ::4, 0] = True
    voxels[20:30, 21:39, 3:8] = True
    piece, corner = native.largest_piece(np.asfortranarray(voxels).view(np.uint8))
    assert (piece.shape, list(corner), int(piece.sum())) == ((10, 18, 5), [20, 21, 3], 900)
    dust = np.zeros((40, 40, 1), np.bool_)
    dust[::4, ::4] = True
    assert native.largest_piece(np.asfortranarray(dust).view(np.uint8)) is None


def test_the_evasions_of_the_suite_are_undone() -> None:
    mesh = surface(el(), 1.0)
    for change, reading in ((by.in_support, None), (by.in_block, ABOVE_BASE), (by.opened, CLOSED)):
        names = [each.reading for each in remains(solid_of(change(mesh)), printed=False)]
        if reading is not None:
            assert reading in names
