"""Odd but honest spellings, and attacks, that no file of the development data shows: other slicers will bring them."""

import numpy as np
import pytest

from c3po._core import native
from c3po.gcode import SHAPE_FLAGS, read_material, read_toolpath
from c3po.imaging import view_stack
from c3po.solid import readings

from .pictures import bounds, length_mm
from .spellings import CORNERS, PLAIN, SPELLINGS, moves, plain

SQUARE = [[10, 10, 0.2], [30, 20, 0.4]]


def each_layer(between: str) -> str:
    """The plain job with some lines before its second layer."""
    first, travel, rest = PLAIN.partition("G1 X10.00000 Y10.00000 Z0.40000")
    return f"{first}{between}\n{travel}{rest}"


def squares_in_steps(unit: float) -> str:
    """The job in relative moves of one unit, as firmware tests and hand-written macros do."""
    lines, at = ["G28", "G91", "M83", "G0 X10 Y10 Z0.2"], (10.0, 10.0)
    for layer in range(2):
        lines += ["G0 Z0.2"] if layer else []
        for x, y in CORNERS:
            steps = int(max(abs(x - at[0]), abs(y - at[1])) / unit)
            dx, dy = (x - at[0]) / steps, (y - at[1]) / steps
            lines += [f"G1 X{dx:g} Y{dy:g} E.01"] * steps
            at = (x, y)
    return "\n".join(lines) + "\n"


def retracted_in_z_hops() -> str:
    """A lift before each piece and a drop behind it, both in one relative block."""
    lines, e0 = ["G90", "M83"], 0.0
    for x, y, z, e in moves():
        if e > e0:
            lines += ["G91", "G1 Z0.6 F6000", "G1 Z-0.6", "G90", f"G1 X{x} Y{y} E{e - e0}"]
        else:
            lines.append(f"G0 X{x} Y{y} Z{z}")
        e0 = e
    return "\n".join(lines) + "\n"


ODD = {
    "a feed alone in a line": each_layer("F3000\nG1 F600"),
    "a tool change without a tool": each_layer("T0\nT0"),
    "a tool that is a signal": each_layer("T255\nT1000\nT-1"),
    "an empty command": each_layer("G\nM\nG1"),
    "percent signs and a program number": "%\nO1000\n" + PLAIN + "M30\n%\n",
    "messages with quotes and braces": each_layer('M117 {"x": [1, 2]} "G1 X900\nM118 E1 A1 P0 "X900"'),
    "comments in capitals that look like commands": each_layer(";G1 X900 Y900 E900\n;T1\n; M2\n;END"),
    "a vertical tab and form feed": each_layer("\v\n\f"),
    "no-break spaces in a comment": each_layer(";\u00a0G1\u2028G1 X900 E900"),
    "a byte order mark in the middle": each_layer(";\ufeff"),
    "a line of asterisks": each_layer("; **********\n;*71"),
    "layers announced backwards": each_layer(";LAYER:99\n;LAYER:-5\n;Z:900"),
    "a pause": each_layer("M0 Click to go on\nM1\nM25\nM600\nM226\n@pause"),
    "times and dwell": each_layer("G4 P100\nG4 S1\nM400"),
    "acceleration and jerk": each_layer("M201 X500\nM203 E50\nM204 P500\nM205 X8\nM566 X300"),
    "objects of Klipper": each_layer("EXCLUDE_OBJECT_DEFINE NAME=a POLYGON=[[0,0],[9,9]]\nEXCLUDE_OBJECT_START NAME=a"),
    "a host's commands": each_layer("@object a\n@BEEP\n!restart"),
    "lift and drop in steps": retracted_in_z_hops(),
    "steps of a millimetre": squares_in_steps(1.0),
    "steps of a tenth": squares_in_steps(0.1),
    "spaces before numbers": plain(write=lambda line: line.replace("X", "X  ").replace("Y", "Y\t")),
    "zeros behind": plain(write=lambda line: line.replace("E", "E0000000000000000000")),
    "upper and lower together": plain(write=str.swapcase),
    "feed as the first word": plain(write=lambda line: line.replace("G1", "G1 F1800.000")),
    "a line number and a comment": plain(write=lambda line: f"N10 {line} ; *99"),
    "homing first and parking last": "G28 X Y\nG28 Z\n" + PLAIN + "G91\nG0 Z10\nG90\nG0 X0 Y200\nM84\n",
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_spelling_is_the_same_shape(name: str) -> None:
    toolpath = read_toolpath([ODD[name].encode()])
    assert (toolpath.kind, bounds(toolpath)) == ("fdm", SQUARE)
    assert length_mm(toolpath) == pytest.approx(120, abs=0.01)


def views_of(text: bytes) -> dict[str, np.ndarray]:
    material = native.Material()
    read_material([text], material)
    return {solid.name: 255 * view_stack(solid) for solid in readings(material)}


@pytest.mark.parametrize("name", [*SPELLINGS, *ODD])
def test_every_spelling_gives_the_same_images_of_the_solid(name: str) -> None:
    text = SPELLINGS[name] if name in SPELLINGS else ODD[name]
    expected = views_of(PLAIN.encode())
    found = views_of(text if isinstance(text, bytes) else text.encode())
    assert np.abs(found["part 1"] - expected["part 1"]).max() <= 1.0


ATTACKS = {
    "the shape in steps below any counter": ("G91\n" + "G1 X.0000001 E.0000001\n" * 2000, set()),
    "a place renamed by homing": (each_layer("G28 X0\nG92 X500\nG1 X600 E9"), {"transform", "unknown-position"}),
    "a scale that is given and taken": (each_layer("M579 X2\nM579 X1"), {"transform"}),
    "an object that is never ended": (each_layer("M486 P0"), {"cancelled-object"}),
    "an error of the firmware": (each_layer("M999\nM112"), {"after-end"}),
    "a file that calls a file": (each_layer('M98 P"/macros/gun.g"'), {"sub-program"}),
    "a macro by number": (each_layer("G65 P9001"), {"unknown-motion", "sub-program", "unknown-commands"}),
    "Python in a line": (each_layer("{exec('x')}"), {"expression"}),
    "a variable as a word": (each_layer("G1 X{var.x} E9"), {"expression"}),
    "a number that is a name": (each_layer("G1 Xnan Yinf E9"), {"bad-number"}),
    "a hexadecimal number": (each_layer("G1 X0x20 E9"), {"bad-number", "duplicate-words"}),
    "extrusion by a fourth axis too": (each_layer("G1 X15 A9 E9"), {"rotary-axes"}),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_named_or_harmless(name: str) -> None:
    text, flags = ATTACKS[name]
    toolpath = read_toolpath([text.encode()])
    assert np.isfinite(toolpath.segments_mm).all()
    assert np.abs(toolpath.segments_mm).max(initial=0) <= 10_000
    if flags:
        assert flags & set(toolpath.flags), toolpath.flags
        assert SHAPE_FLAGS & set(toolpath.flags)


def test_a_million_steps_do_not_drift() -> None:
    there_and_back = b"G1 X.1 E.01\nG1 X-.1 E.01\n" * 100_000
    toolpath = read_toolpath([b"G91\nM83\nG0 X10 Y10 Z.2\n", *[there_and_back] * 5, b"G1 X7 E1\n"])
    assert toolpath.segments_mm[-1, 3] == pytest.approx(17.0, abs=1e-5)
