"""Two prints in one stream: together, and the second by itself."""

import pytest

from c3po.verdict import Monitor
from c3po.verdict.prints import Prints
from tests.screens import BOX, EL, fill_screen, gcode


def fed(prints: Prints, text: str) -> Prints:
    prints.learn(text.encode())
    for line in text.encode().splitlines(keepends=True):
        prints.feed(line)
    return prints


def alone(text: str) -> Monitor:
    monitor = Monitor(fill_screen(), cpu_share=1.0)
    monitor.feed(text.encode())
    return monitor


def prints() -> Prints:
    return Prints(fill_screen(), cpu_share=1.0)


def test_what_follows_homing_is_judged_as_if_nothing_had_been_there() -> None:
    both = fed(prints(), gcode(BOX))
    both.homed()
    fed(both, gcode(EL)).finish()
    assert both.gravest is both.latest
    assert both.gravest.verdict.parts == alone(gcode(EL)).finish().parts


def test_a_part_split_by_homing_is_still_judged_whole() -> None:
    lines = gcode(EL).splitlines(keepends=True)
    split = fed(prints(), "".join(lines[: len(lines) // 2]))
    split.homed()
    fed(split, "".join(lines[len(lines) // 2 :])).finish()
    assert split.whole.verdict.parts == alone(gcode(EL)).finish().parts


@pytest.mark.parametrize("modes", ["M83", "N5 m83", "G91", "G20\nM83"])
def test_modes_set_before_homing_hold_after_it(modes: str) -> None:
    moves = "G1 Z1\n" + "G1 X10 E1\nG1 Y10 E1\nG1 X0 E1\nG1 Y0 E1\nG1 Z1\n" * 3
    both = fed(prints(), f"{gcode(BOX)}{modes}\n")
    both.homed()
    fed(both, moves).finish()
    assert both.latest is not None
    assert both.latest.layers == alone(f"{modes.upper()}\n{moves}").layers


def test_an_override_covers_both_and_a_new_bed_has_one() -> None:
    both = fed(prints(), gcode(EL))
    both.homed()
    fed(both, gcode(EL))
    assert [monitor.tripped for monitor in both.monitors] == [True, True]
    both.accept()
    assert not both.gravest.tripped
    both.reset()
    assert (len(both.monitors), both.looks) == (1, 0)
