"""Canned cycles spelled out by pygcode: against moves written by hand, against the core, and within bounds."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from c3po._core import native
from c3po.gcode import Toolpath, read_material, read_toolpath
from c3po.gcode.cycles import MAX_BYTES, MAX_LINE, MAX_LINES, spelled_out
from c3po.solid import readings
from tests.gcode.programs import noise

HEAD = "G21 G90 G17\nG0 X0 Y0 Z5\nM3 S1000\n"
PLATE = """%
O0042 (drilled and pocketed)
N10 G21 G90 G17 G40 G49 G80
N20 T1 M6
N30 G54 G0 X0 Y0 Z5 M3 S8000
N40 G98 G83 X8 Y8 Z-6 R1 Q2 F100
N50 X52
N60 Y32
N70 X8
N80 G80
N90 G0 X20 Y20
N100 G1 Z-2 F200
N110 X40
N120 G3 X40 Y24 I0 J2
N130 G1 X20
N140 G3 X20 Y20 I0 J-2
N150 G0 Z10
N160 G18
N170 G0 Y45
N180 G99 G81 X30 Z-3 Y28 R44
N190 G80
N200 M30
%
"""
PLATE_BY_HAND = """G21 G90 G17
M3 S8000
G0 X0 Y0 Z5
G0 X8 Y8
G0 Z1
G1 Z-6
G0 Z5
G0 X52
G0 Z1
G1 Z-6
G0 Z5
G0 Y32
G0 Z1
G1 Z-6
G0 Z5
G0 X8
G0 Z1
G1 Z-6
G0 Z5
G0 X20 Y20
G1 Z-2
G1 X40
G3 X40 Y24 I0 J2
G1 X20
G3 X20 Y20 I0 J-2
G0 Z10
"""


def read(program: str) -> Toolpath:
    return read_toolpath([program.encode()])


def cuts(program: str) -> list[list[float]]:
    return [[round(float(at), 4) for at in row] for row in read(program).segments_mm]


@pytest.mark.parametrize(
    ("cycle", "expected"),
    [
        ("G81 X10 Y20 Z-3 R1", [[10, 20, 1, 10, 20, -3]]),
        ("G98 G85 X10 Y20 Z-3 R1\nX15 Z-4", [[10, 20, 1, 10, 20, -3], [15, 20, 1, 15, 20, -4]]),
        ("G99 G84 X1 Y2 Z-3 R1\nY4", [[1, 2, 1, 1, 2, -3], [1, 4, 1, 1, 4, -3]]),
        ("G73 X1 Y2 Z-2 R1 Q2", [[1, 2, 1, 1, 2, -1], [1, 2, -0.9, 1, 2, -2]]),
        ("G83 X1 Y2 Z-2 R1 Q2", [[1, 2, 1, 1, 2, -1], [1, 2, -0.9, 1, 2, -2]]),
        ("G91 G81 X5 Y1 Z-4 R-4 L2", [[5, 1, 1, 5, 1, -3], [10, 2, 1, 10, 2, -3]]),
        ("G18 G81 X5 Z2 Y-8 R-1", [[5, -1, 2, 5, -8, 2]]),
        ("G19 G81 Y5 Z2 X-8 R-1", [[-1, 5, 2, -8, 5, 2]]),
        ("G19 G91 G81 Y5 Z-2 X-8 R-1 L2", [[-1, 5, 3, -9, 5, 3], [-1, 10, 1, -9, 10, 1]]),
        ("G20\nG0 X0\nG81 X1 Y0 Z-.1 R0", [[0, 0, 0, 0, 0, 0]]),
    ],
)
def test_a_cycle_cuts_where_its_words_say(cycle: str, expected: list[list[float]]) -> None:
    if "G20" in cycle:  # the unit changes on the way: left to the core, which knows
        assert cuts(f"{HEAD}{cycle}\nG80\nM30\n") == [[25.4, 0, 0, 25.4, 0, -2.54]]
        assert spelled_out([f"{HEAD}{cycle}\n".encode()]).cycles == 0
        return
    assert cuts(f"{HEAD}{cycle}\nG80\nM30\n") == expected


def test_a_drilled_and_pocketed_plate_is_cut_as_by_hand() -> None:
    drilled, by_hand = read(PLATE), read(PLATE_BY_HAND)
    assert drilled.kind == by_hand.kind == "cnc"
    assert drilled.flags == ("canned-cycle",)
    *pocketed, side_hole = drilled.segments_mm.tolist()
    assert side_hole == [30, 44, -3, 30, 28, -3]
    assert heights_by_place(np.array(pocketed)) == heights_by_place(by_hand.segments_mm)

    solids = []
    for program in (PLATE[: PLATE.index("N160")], PLATE_BY_HAND):
        material = native.Material()
        read_material([program.encode()], material)
        solids.append(readings(material))
    for ours, theirs in zip(*solids, strict=True):
        np.testing.assert_array_equal(ours.voxels, theirs.voxels)


def heights_by_place(segments: NDArray[np.float32]) -> dict[tuple[float, ...], tuple[float, float]]:
    """Least and greatest height of what is cut between two places on the bed."""
    spans: dict[tuple[float, ...], tuple[float, float]] = {}
    for x0, y0, z0, x1, y1, z1 in np.round(segments.astype(float), 4).tolist():
        low, high = spans.get((x0, y0, x1, y1), (np.inf, -np.inf))
        spans[x0, y0, x1, y1] = (min(low, z0, z1), max(high, z0, z1))
    return spans


places = st.tuples(st.integers(-40, 40), st.integers(-40, 40))
holes = st.tuples(st.sampled_from(["G81", "G82", "G83", "G73", "G85", "G89"]), st.lists(places, min_size=1, max_size=5))


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["G98", "G99", ""]),
    st.sampled_from(["G90", "G91"]),
    st.lists(holes, min_size=1, max_size=3),
    st.integers(0, 4),
    st.integers(-9, -1),
    st.booleans(),
)
def test_pygcode_and_the_core_drill_the_same_holes(
    retract: str, mode: str, groups: list[tuple[str, list[tuple[int, int]]]], r: int, z: int, numbered: bool
) -> None:
    lines = [HEAD.strip(), retract, mode]
    for cycle, at in groups:
        peck = " Q1.5" if cycle in ("G83", "G73") else ""
        height = -1 if mode == "G91" else r
        lines.append(f"{cycle} X{at[0][0]} Y{at[0][1]} Z{z} R{height}{peck} F100")
        lines += [f"X{x} Y{y}" for x, y in at[1:]]
        lines.append("G80")
    program = "\n".join(f"N{10 * i} {line}" if numbered else line for i, line in enumerate(lines)) + "\n"
    assert spelled_out([program.encode()]).cycles == sum(len(at) for _, at in groups)
    collector = native.SegmentCollector()
    core = native.GcodeReader(collector)
    core.feed(program.encode())
    core.finish()
    assert heights_by_place(read(program).segments_mm) == heights_by_place(collector.segments_mm)


@pytest.mark.parametrize(
    "lines",
    {
        "a peck of a nanometre": "G83 X1 Y1 Z-9 R1 Q.000001\n",
        "a peck of nothing": "G83 X1 Y1 Z-9 R1 Q0\n",
        "a million holes": "G91 G81 X1 Z-1 R-1 L1000000\n",
        "a drill that goes up": "G81 X1 Y1 Z9 R1\n",
        "a cycle without heights": "G81 X1 Y1\n",
        "a code that pygcode is not handed": "G81 X1 Y1 Z-1 R1\nG92 X7\n",
        "an expression": "G81 X#1 Y1 Z-1 R1\n",
        "a long line": "G81 X1 Y1 Z-1 R1 " + "F1 " * MAX_LINE + "\n",
        "many lines": "G81 X1 Y1 Z-1 R1\n" + "X2\n" * MAX_LINES,
        "parentheses": "G81 X1 Y1 Z-1 R1\nX1" + "(" * 150 + "\n",
        "many bytes": "G81 X1 Y1 Z-1 R1\n" + "; x\n" * (MAX_BYTES // 4),
    }.items(),
    ids=lambda item: item[0],
)
def test_what_is_beyond_pygcode_is_left_to_the_core(lines: tuple[str, str]) -> None:
    program = (HEAD + lines[1]).encode()
    pieces = [program[i : i + 1000] for i in range(0, len(program), 1000)]
    found = spelled_out(pieces)
    assert found.cycles == 0
    assert b"".join(found.chunks) == program


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_end_where_they_end_for_the_core(newline: str) -> None:
    program = f"{HEAD}G81 X1 Y1 Z-1 R1\n; a note\x0bG1 X900\x85G1 X900\n(\x0cG1 X900)\nX2\nG80\n"
    assert cuts(program.replace("\n", newline)) == [[1, 1, 1, 1, 1, -1], [2, 1, 1, 2, 1, -1]]


@settings(max_examples=60, deadline=None)
@given(noise)
def test_no_text_behind_a_cycle_raises(text: bytes) -> None:
    toolpath = read_toolpath([HEAD.encode(), b"G81 X1 Y1 Z-1 R1\n", text])
    assert np.isfinite(toolpath.segments_mm).all()


def test_prints_and_plain_programs_do_not_wait_for_pygcode() -> None:
    program = "import sys; from c3po.gcode import read_toolpath as read; "
    program += f"read([b'G1 Z.2 E0\\nG81\\nG1 X9 E3\\n']); read([{HEAD.encode()!r} + b'G1 Z-1\\nG1 X9\\n']); "
    program += "assert 'pygcode' not in sys.modules"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
