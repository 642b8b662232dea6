"""Arcs, splines, canned cycles and beams: where they go, counted out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from c3po.gcode import Toolpath, read_toolpath
from tests.gcode.pictures import bounds, length_mm

CHORD_ERROR_MM = 0.02


def read(text: str) -> Toolpath:
    return read_toolpath([text.encode()])


def points_of(toolpath: Toolpath) -> NDArray[np.float64]:
    segments = toolpath.segments_mm.astype(np.float64)
    return np.concatenate([segments[:1, :3], segments[:, 3:]])


@pytest.mark.parametrize(
    ("program", "low", "high"),
    [
        ("G2 X20 Y10 I5 J0 E1", [10, 10, 0], [20, 15, 0]),
        ("G3 X20 Y10 I5 J0 E1", [10, 5, 0], [20, 10, 0]),
        ("G2 X20 Y10 R5 E1", [10, 10, 0], [20, 15, 0]),
        ("G3 X20 Y10 R5 E1", [10, 5, 0], [20, 10, 0]),
        ("G2 X15 Y15 R-5 E1", [5, 10, 0], [15, 20, 0]),
        ("G2 X15 Y15 R5 E1", [10, 10, 0], [15, 15, 0]),
        ("G2 I5 E1", [10, 5, 0], [20, 15, 0]),
        ("G2 I5 Z10 P5 E1", [10, 5, 0], [20, 15, 10]),
        ("G18\nG2 X20 I5 K0 E1", [10, 10, -5], [20, 10, 0]),
        ("G18\nG3 X20 I5 K0 E1", [10, 10, 0], [20, 10, 5]),
        ("G19\nG2 Y20 J5 K0 E1", [10, 10, 0], [10, 20, 5]),
        ("G90.1\nG2 X20 Y10 I15 J10 E1", [10, 10, 0], [20, 15, 0]),
        ("G91\nG2 X10 Y0 I5 J0 E1", [10, 10, 0], [20, 15, 0]),
        ("G92 X0\nG2 X10 Y10 I5 E1", [10, 10, 0], [20, 15, 0]),
        ("G5 X20 Y10 I0 J10 P0 Q10 E1", [10, 10, 0], [20, 17.5, 0]),
    ],
)
def test_a_curve_fills_its_box(program: str, low: list[float], high: list[float]) -> None:
    """In G18 the turn is told looking from +Y, with Z to the right and X up, so G2 from -X goes through -Z (RS274)."""
    toolpath = read(f"G90\nM82\nG0 X10 Y10\n{program}\n")
    assert toolpath.flags in ((), ("offsets",))
    assert np.array(bounds(toolpath)) == pytest.approx(np.array([low, high]), abs=CHORD_ERROR_MM)


def test_a_helix_is_as_long_as_its_turns() -> None:
    toolpath = read("G90\nM82\nG0 X10 Y10\nG2 I5 Z3 P4 E1\n")
    assert length_mm(toolpath) == pytest.approx(np.hypot(4 * 2 * np.pi * 5, 3), rel=2e-3)


@settings(max_examples=100, deadline=None)
@given(radius=st.floats(0.05, 500), angle=st.floats(0.1, 6.2), clockwise=st.booleans())
def test_chords_stay_close_to_the_arc(radius: float, angle: float, clockwise: bool) -> None:
    turn = -angle if clockwise else angle
    x, y = radius * (np.cos(turn) - 1), radius * np.sin(turn)
    toolpath = read(f"G{2 if clockwise else 3} X{x:.6f} Y{y:.6f} I{-radius:.6f} J0 E1\n")
    points = points_of(toolpath)[:, :2] + [radius, 0]
    middles = (points[1:] + points[:-1]) / 2
    tolerance = 1e-3 + 1e-5 * radius
    assert np.hypot(*points.T) == pytest.approx(radius, abs=tolerance)
    assert np.hypot(*middles.T).min() >= radius - CHORD_ERROR_MM - tolerance
    assert length_mm(toolpath) == pytest.approx(radius * angle, rel=0.03, abs=0.05)
    if radius * angle > 1:
        assert len(points) <= 2 + 2 * angle * np.sqrt(radius / CHORD_ERROR_MM)


def test_an_arc_without_material_is_a_travel() -> None:
    toolpath = read("G90\nM82\nG1 X5 E1\nG3 Z.6 I.9 J-.8 P1 F30000\nG1 X9 E2\n")
    assert len(toolpath.segments_mm) == 2


@pytest.mark.parametrize(
    ("cycle", "holes"),
    [
        ("G81 X10 Y10 Z-3 R1\nX20\nY30\nG80", [(10, 10), (20, 10), (20, 30)]),
        ("G83 X10 Y10 Z-3 R1 Q1 F100\nG80\nG0 X50", [(10, 10)]),
        ("G91\nG81 X5 Y0 Z-4 R-4 L3\nG80", [(5, 0), (10, 0), (15, 0)]),
        ("G99 G82 X1 Y2 Z-3 R1 P500\nX3 Y4\nG80", [(1, 2), (3, 4)]),
    ],
)
def test_a_canned_cycle_drills_each_place(cycle: str, holes: list[tuple[int, int]]) -> None:
    toolpath = read(f"G21 G90 G17\nG0 Z5\nM3 S1000\n{cycle}\nM30\n")
    assert toolpath.kind == "cnc"
    assert "canned-cycle" in toolpath.flags
    places = [tuple(map(round, place)) for place in toolpath.segments_mm[:, :2].tolist()]
    assert list(dict.fromkeys(places)) == holes
    for hole in holes:  # a peck comes back in between
        heights = toolpath.segments_mm[[place == hole for place in places]][:, [2, 5]]
        assert (heights[0, 0], heights[-1, 1], heights.max(), heights.min()) == (1, -3, 1, -3)


def test_a_beam_that_is_switched_is_a_laser() -> None:
    line = "G0 X{0} Y0\nG1 Y10 S500\nG1 Y12 S0\n"
    toolpath = read("M4 S0\nG90\n" + "".join(line.format(x) for x in range(10)) + "M5\n")
    assert toolpath.kind == "laser"
    assert bounds(toolpath) == [[0, 0, 0], [9, 10, 0]]


def test_a_beam_on_the_fan_is_a_laser() -> None:
    line = "G0 X{0} Y0\nM106 S255\nG1 Y10\nM107\n"
    toolpath = read("G90\n" + "".join(line.format(x) for x in range(10)))
    assert toolpath.kind == "laser"
    assert bounds(toolpath) == [[0, 0, 0], [9, 10, 0]]


def test_a_job_that_does_nothing_is_named_so() -> None:
    assert read("G28\nM104 S200\nG1 Z5\nM84\n").kind == "nothing"
    assert read("; nothing\n").kind == "nothing"
