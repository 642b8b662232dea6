"""Lines as printers take them, not only as slicers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from octoprint_c3po.commands import command_of, draws, homes_z, moves, touches_sd

HOMING = frozenset({"G28", "START_PRINT"})


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("G1 X1", "G1"),
        ("g1 x1", "G1"),
        ("G01 X1", "G1"),
        ("N10 G1 X5*33", "G1"),
        ("n10g1x5", "G1"),
        ("(c) G1 X5", "G1"),
        ("/G1 X5", "G1"),
        ("\ufeffG1 X5", "G1"),
        ("  G1X5", "G1"),
        ("G5.1 X1", "G5.1"),
        ("G92.0 E0", "G92"),
        ("M23 a.gco", "M23"),
        ("START_PRINT BED=60", "START_PRINT"),
        ("", ""),
        (";only a comment", ""),
        ("(a)", ""),
    ],
)
def test_the_command_of_a_line(line, name):
    assert command_of(line) == name


@pytest.mark.parametrize("line", ["G0 X1", "g1 x1", "G02 X1 I1", "G3 X1 I1", "G5 X1", "N1 G1 X1*3", "G26", "G42 I1"])
def test_motion_is_seen_however_it_is_written(line):
    assert moves(line)


@pytest.mark.parametrize("line", ["M104 S200", "G28", "G92 E0", "G90", "M82", "G11", "T0", ""])
def test_other_lines_do_not_move(line):
    assert not moves(line)


def test_drawing_needs_an_axis_and_material():
    assert draws("G1 X1 E1")
    assert draws("g1x1e.5")
    assert draws("G26 L0.2")
    assert not draws("G1 X1")
    assert not draws("G1 E-5 F1800")
    assert not draws("G1 X1 ; E5")


@pytest.mark.parametrize(
    "line", ["M23 a.gco", "m24", "M32 !/a#", "N5 M28 a*1", "M98 P0", "SDCARD_PRINT_FILE FILENAME=a"]
)
def test_the_card_is_seen(line):
    assert touches_sd(line)


@pytest.mark.parametrize("line", ["M20", "M25", "M27", "M110 N23", "G1 X23"])
def test_asking_the_card_is_harmless(line):
    assert not touches_sd(line)


def test_homing_z_asserts_a_clear_bed_and_homing_x_does_not():
    assert homes_z("G28", HOMING)
    assert homes_z("G28 Z", HOMING)
    assert homes_z("START_PRINT", HOMING)
    assert not homes_z("G28 X Y", HOMING)
    assert not homes_z("G29", HOMING)
    assert not homes_z("G28 X ; Z", HOMING)


@given(st.text(max_size=80))
def test_no_line_raises(line):
    assert isinstance(command_of(line), str)
    assert draws(line) <= moves(line)
    assert touches_sd(line) in (True, False)
    assert homes_z(line, HOMING) in (True, False)


@given(st.sampled_from(["G0", "G1", "G2", "G3"]), st.integers(0, 9999), st.booleans(), st.booleans())
def test_equivalent_spellings_are_one_command(name, number, lower, padded):
    spelled = f"G0{name[1]}" if padded else name
    line = f"N{number} {spelled} X1 E1*7"
    assert command_of(line.lower() if lower else line) == name
