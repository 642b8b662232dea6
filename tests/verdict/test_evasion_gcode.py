"""What is done to a job's text: the moves stay a part, elsewhere, or of two materials."""

import numpy as np
import pytest

from c3po.containers import Member
from c3po.shapes.changes.transformations import box_mesh
from c3po.slicing import SlicerSettings, slice_mesh
from c3po.solid import Solid
from c3po.verdict.evasion.gcode import of_two_tools, turned
from c3po.verdict.reading import read_solids

JOB = slice_mesh([box_mesh(np.zeros(3), np.array([30.0, 20.0, 6.0]))], SlicerSettings(density=0.1)).decode()


def solids(text: str) -> dict[str, Solid]:
    found = read_solids(Member("job", "gcode", lambda: iter([text.encode()])))[0]
    return {solid.name: solid for solid in found}


def test_a_turned_job_prints_the_same_part_in_another_direction(rng: np.random.Generator) -> None:
    before, after = solids(JOB)["part 1"], solids(turned(JOB, rng))["part 1"]
    assert after.volume_mm3 == pytest.approx(before.volume_mm3, rel=0.05)
    assert not np.allclose(np.ptp(after.bounds_mm, axis=0), np.ptp(before.bounds_mm, axis=0), atol=1.0)
    assert np.ptp(after.bounds_mm, axis=0)[2] == pytest.approx(np.ptp(before.bounds_mm, axis=0)[2])


def test_layers_of_two_tools_are_one_part_and_each_tool_has_half_of_them() -> None:
    found = solids(of_two_tools(JOB))
    assert found["part 1"].volume_mm3 == pytest.approx(solids(JOB)["part 1"].volume_mm3, rel=0.01)
    text = of_two_tools(JOB)
    assert abs(text.count("\nT0\n") - text.count("\nT1\n")) <= 1
    assert text.count("\nT0\n") >= 10


@pytest.mark.parametrize("change", [of_two_tools, lambda text: turned(text, np.random.default_rng(0))])
def test_a_text_without_moves_is_left_as_it_is(change: object) -> None:
    assert change("; nothing\nM104 S200\n") == "; nothing\nM104 S200\n"  # type: ignore[operator]


def test_only_what_moves_in_the_plane_is_written_anew(rng: np.random.Generator) -> None:
    text = "G28 X Y\nG1 Z0.2 F600\nG1 X10 Y5 E1 ; wall X3\nG1 X20\nM117 X9\n"
    lines = turned(text, rng).splitlines()
    assert [lines[0], lines[1], lines[4]] == ["G28 X Y", "G1 Z0.2 F600", "M117 X9"]
    assert lines[2].startswith("G1 E1 X")
    a, b = (np.array([float(word[1:]) for word in line.split() if word[0] in "XY"]) for line in lines[2:4])
    assert np.hypot(*(b - a)) == pytest.approx(10.0, abs=1e-3)
