"""The reader against a textbook, against itself on other pieces, and against pygcode."""

import warnings

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from c3po._core import native
from c3po.gcode import read_toolpath
from tests.gcode.programs import noise, programs
from tests.reference.gcode import TextbookReader

CHORD_ERROR_MM = 0.02


def strokes_of(program: str) -> list[NDArray[np.float64]]:
    """Polylines of material as the core reads them: pieces of one command that join."""
    toolpath = read_toolpath([program.encode()])
    strokes: list[list[NDArray[np.float64]]] = []
    last = -1
    if toolpath.kind != "fdm":  # without material the feed moves are cuts
        return []
    for segment, offset in zip(toolpath.segments_mm.astype(np.float64), toolpath.byte_offset, strict=True):
        if offset != last:
            strokes.append([segment[:3]])
        strokes[-1].append(segment[3:])
        last = offset
    return [np.array(stroke) for stroke in strokes]


def distance_to_polyline(points: NDArray[np.float64], line: NDArray[np.float64]) -> float:
    """The greatest distance of the points from the polyline, mm."""
    a, b = line[:-1], line[1:]
    along = np.maximum(((b - a) ** 2).sum(axis=1), 1e-30)
    t = np.clip(((points[:, None] - a) * (b - a)).sum(axis=2) / along, 0, 1)
    nearest = a + t[..., None] * (b - a)
    return float(np.linalg.norm(points[:, None] - nearest, axis=2).min(axis=1).max())


@settings(max_examples=100, deadline=None)
@given(program=programs)
@example("G91\nG2 I0 J10\nM104 S200\n")  # one arc of many pieces is one move: a start code, not a print without E
@example("G20\nG91\nM82\nG2 X14 Y0 R-108 E1\n")  # a radius of 2.7 m, beyond half-degree pieces
def test_the_core_and_the_textbook_lay_the_same_material(program: str) -> None:
    expected = [np.array(stroke) for stroke in TextbookReader().run(program)]
    assume(all(np.abs(stroke).max() < 10_000.0 for stroke in expected))  # further out the core lays nothing and says so
    found = strokes_of(program)
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        scale = 1 + np.abs(theirs).max() * 1e-6
        assert ours[0] == pytest.approx(theirs[0], abs=1e-3 * scale)
        assert ours[-1] == pytest.approx(theirs[-1], abs=1e-3 * scale)
        assert distance_to_polyline(theirs, ours) <= CHORD_ERROR_MM + 0.005 * scale
        assert distance_to_polyline(ours, theirs) <= CHORD_ERROR_MM + 0.005 * scale


def everything(chunks: list[bytes]) -> tuple[object, ...]:
    collector = native.SegmentCollector()
    reader = native.GcodeReader(collector)
    for chunk in chunks:
        reader.feed(chunk)
    reader.finish()
    arrays = (collector.segments_mm, collector.byte_offset, collector.feature, collector.width_mm, collector.object)
    return (*(array.tobytes() for array in arrays), reader.kind, reader.layers, reader.flags, reader.counters)


@settings(max_examples=200, deadline=None)
@given(text=noise | programs.map(str.encode), cuts=st.lists(st.integers(0, 500), max_size=8))
def test_any_split_of_the_bytes_gives_the_same(text: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(text)]
    pieces = [text[a:b] for a, b in zip(edges, edges[1:], strict=False)]
    assert b"".join(pieces) == text
    assert everything(pieces) == everything([text])
    assert everything([text[i : i + 1] for i in range(len(text))]) == everything([text])


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\0\0"])
@settings(max_examples=40, deadline=None)
@given(text=noise, cut=st.integers(0, 20))
def test_any_split_of_other_encodings_gives_the_same(mark: bytes, text: bytes, cut: int) -> None:
    text = mark + text
    assert everything([text[:cut], text[cut:]]) == everything([text])


@pytest.mark.parametrize("middle", [b" ", b"X1 ", b";", b"(", b"\x00", b"\t"])
def test_a_line_cut_anywhere_is_as_long_as_one_in_a_piece(middle: bytes) -> None:
    text = b"G1 X1 E1 " + middle * 70_000 + b" X5\nG1 X9 E2\n"
    assert everything([text[i : i + 1000] for i in range(0, len(text), 1000)]) == everything([text])


@settings(max_examples=200, deadline=None)
@given(text=noise)
def test_nothing_but_finite_numbers_comes_out(text: bytes) -> None:
    toolpath = read_toolpath([text])
    assert np.isfinite(toolpath.segments_mm).all()
    assert np.abs(toolpath.segments_mm).max(initial=0.0) <= 10_000


def test_a_million_steps_do_not_drift() -> None:
    step = b"G1 X.001 E.001\n"
    toolpath = read_toolpath([b"G91\nM83\n", *[step * 10_000] * 100])
    assert toolpath.segments_mm[-1, 3] == pytest.approx(1000.0, abs=1e-4)


def pygcode_places(program: str) -> list[tuple[float, float, float]]:
    """Where pygcode's machine stands after each line, mm."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pygcode import Line, Machine

        machine, places = Machine(), []
        for line in program.splitlines():
            machine.process_block(Line(line).block)
            place = machine.pos.values
            scale = 25.4 if type(machine.mode.units).__name__ == "GCodeUseInches" else 1.0
            places.append((place["X"] * scale, place["Y"] * scale, place["Z"] * scale))
    return places


cnc_words = st.tuples(*[st.none() | st.integers(-900, 900) for _ in range(3)])
cnc_lines = st.one_of(
    st.tuples(st.sampled_from(["G0", "G1"]), cnc_words).map(
        lambda move: move[0] + "".join(f" {c}{n / 10}" for c, n in zip("XYZ", move[1], strict=True) if n is not None)
    ),
    st.sampled_from(["G90", "G91", "G17", "G18", "G54"]),
)


@settings(max_examples=40, deadline=None)
@given(lines=st.lists(cnc_lines, min_size=1, max_size=12))
def test_pygcode_ends_each_cut_where_the_core_does(lines: list[str]) -> None:
    program = "\n".join(["M3 S1000", "G21", "G90", *lines])
    places = [(0.0, 0.0, 0.0), *pygcode_places(program)]
    moved = []
    for line, before, after in zip(program.splitlines(), places, places[1:], strict=False):
        if line.startswith("G1 ") and not np.allclose(before, after):
            moved.append([*before, *after])
    toolpath = read_toolpath([program.encode()])
    assert toolpath.kind == ("cnc" if moved else "nothing")
    assert toolpath.segments_mm == pytest.approx(np.array(moved).reshape(-1, 6), abs=1e-3)
