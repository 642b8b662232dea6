"""The vocabulary of the families, by volumes and areas a person can work out."""

from math import pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c3po.shapes import csg

lengths = st.floats(0.5, 50)


@settings(deadline=None)
@given(lengths, lengths, lengths)
def test_a_box_has_its_volume_about_its_centre(a: float, b: float, c: float) -> None:
    body = csg.box((a, b, c), (1, 2, 3))
    assert body.volume() == pytest.approx(a * b * c, rel=1e-5)
    x0, _, _, x1, _, _ = body.bounding_box()
    assert (x0 + x1) / 2 == pytest.approx(1, abs=1e-4)


@settings(deadline=None)
@given(st.tuples(lengths, lengths, lengths), st.tuples(lengths, lengths, lengths), st.floats(0.2, 4))
def test_a_rod_reaches_from_start_to_end(
    start: tuple[float, float, float], step: tuple[float, float, float], radius: float
) -> None:
    end = tuple(s + t for s, t in zip(start, step, strict=True))
    body = csg.rod(start, end, radius, n=64)
    long = sum(t * t for t in step) ** 0.5
    assert body.volume() == pytest.approx(pi * radius**2 * long, rel=0.01)
    low, high = body.bounding_box()[:3], body.bounding_box()[3:]
    for axis in range(3):
        assert low[axis] - 1e-3 <= start[axis] <= high[axis] + 1e-3
        assert low[axis] - 1e-3 <= end[axis] <= high[axis] + 1e-3


def test_an_outline_counts_the_same_whichever_way_it_runs() -> None:
    square = [(0.0, 0.0), (4.0, 0.0), (4.0, 3.0), (0.0, 3.0)]
    assert csg.outline(square).area() == csg.outline(square[::-1]).area() == 12


def test_a_bevelled_slab_keeps_its_middle_and_loses_its_rims() -> None:
    plain, bevelled = (csg.slab(csg.rectangle(20, 20), 10, bevel) for bevel in (0, 2))
    assert plain.volume() == 4000
    assert 3400 < bevelled.volume() < 4000
    assert bevelled.bounding_box() == pytest.approx(plain.bounding_box())


def test_a_limb_thinner_than_its_bevels_stays_solid() -> None:
    assert csg.slab(csg.rectangle(20, 1), 10, 2).volume() > 0


def test_a_ring_round_the_rim_and_a_slim_outline_itself() -> None:
    assert csg.rim(csg.rectangle(10, 10), 1).area() == pytest.approx(36)
    assert csg.rim(csg.rectangle(10, 1), 1).area() == pytest.approx(10)


def test_rows_and_circles_of_copies_add_up() -> None:
    cube = csg.box((1, 1, 1), (5, 0, 0))
    assert csg.row(cube, 4, (2, 0, 0)).volume() == pytest.approx(4)
    assert csg.around(cube, 6).volume() == pytest.approx(6, rel=1e-4)
    assert csg.mirrored(cube.translate((0, 3, 0))).volume() == pytest.approx(2)


def test_a_turned_square_is_a_cylinder() -> None:
    assert csg.turned([(3, 0), (3, 5)], 256).volume() == pytest.approx(pi * 9 * 5, rel=1e-3)


def test_the_shadow_of_a_ball_is_a_disc() -> None:
    flat = csg.cutout(csg.ball(10, n=128), 2)
    assert flat.volume() == pytest.approx(pi * 100 * 2, rel=0.01)
    assert flat.bounding_box()[2] == 0
