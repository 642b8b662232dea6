"""The released network on real jobs: the promises of the README, kept or broken."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from c3po.errors import PackedFileError
from c3po.mesh import write_stl
from c3po.mesh.mesh import Mesh
from c3po.shapes import FAMILIES
from c3po.shapes.changes.transformations import mapped, rotation
from c3po.slicing import SlicerSettings, slice_mesh
from c3po.verdict import Finding, Screen, Verdict, judge_file


@pytest.fixture(scope="module")
def released() -> Screen:
    try:
        return Screen.open()
    except PackedFileError as problem:
        pytest.skip(f"needs the released network: {problem}")


def judged(path: Path, screen: Screen) -> Verdict:
    return judge_file(path, screen).verdict


@pytest.fixture(scope="module")
def wild(needs_data: Path, released: Screen) -> dict[str, tuple[str, Verdict]]:
    """Kind and verdict of every G-code file of the development data, by name."""
    with open(needs_data / "gcode.csv", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) > 90
    return {Path(row["file"]).name: (row["kind"], judged(needs_data / row["file"], released)) for row in rows}


def test_wild_printing_jobs_are_read_and_none_is_called_a_weapon(wild: dict[str, tuple[str, Verdict]]) -> None:
    fdm = {name: verdict for name, (kind, verdict) in wild.items() if kind == "fdm"}
    weapons = [name for name, verdict in fdm.items() if verdict.finding is Finding.WEAPON]
    errors = [verdict.error.message for verdict in fdm.values() if verdict.error]
    reviews = [name for name, verdict in fdm.items() if verdict.finding is Finding.REVIEW and not verdict.error]
    assert len(fdm) >= 58
    assert weapons == []
    assert [message for message in errors if "expected moves that lay down material" not in message] == []
    assert len(errors) <= 1, "only the template that draws nothing"
    template = [name for name in reviews if "no-extrusion-words" in fdm[name].flags]
    assert len(template) <= 1, "only the file that says not to print it"
    assert len(reviews) - len(template) <= 3, reviews


def test_snippets_and_jobs_of_mills_and_lasers_are_never_clear(wild: dict[str, tuple[str, Verdict]]) -> None:
    others = {name: verdict for name, (kind, verdict) in wild.items() if kind not in ("fdm", "fdm_tiny")}
    assert len(others) > 30
    clear = [name for name, verdict in others.items() if verdict.finding is Finding.CLEAR and not verdict.label]
    assert [name for name in clear if "start_PLA" not in name] == [], "a purge line is all that start_PLA prints"


def test_every_wild_file_ends_in_a_verdict_with_a_reason(wild: dict[str, tuple[str, Verdict]]) -> None:
    bare = [name for name, (_, verdict) in wild.items() if verdict.finding is not Finding.CLEAR and not verdict.reasons]
    assert bare == []


def gun_and_bracket() -> dict[str, Mesh]:
    """One generated silhouette of a handgun and one of a bracket."""
    chosen = {}
    for label in ("handgun", "bracket"):
        name = next(name for name in sorted(FAMILIES) if FAMILIES[name].label == label)
        chosen[label] = FAMILIES[name].generate(np.random.default_rng(11))
    return chosen


@pytest.mark.parametrize("slicer", ["built-in", pytest.param("prusa-slicer", marks=pytest.mark.integration)])
@pytest.mark.parametrize("label", ["handgun", "bracket"])
def test_the_same_part_as_stl_and_as_gcode_agrees(released: Screen, label: str, slicer: str, tmp_path: Path) -> None:
    if slicer != "built-in" and shutil.which(slicer) is None:
        pytest.skip(f"needs {slicer}")
    mesh = gun_and_bracket()[label]
    write_stl(mesh, tmp_path / "part.stl")
    (tmp_path / "part.gcode").write_bytes(slice_mesh(mesh, SlicerSettings(layer_mm=0.3, first_layer_mm=0.3), slicer))
    meshed, printed = (judged(tmp_path / name, released) for name in ("part.stl", "part.gcode"))
    assert (meshed.error, printed.error) == (None, None)
    assert printed.finding is meshed.finding
    assert printed.score == pytest.approx(meshed.score, abs=0.1)


@pytest.mark.parametrize("seed", range(3))
def test_a_generated_gun_is_flagged_however_it_lies(released: Screen, seed: int, tmp_path: Path) -> None:
    gun = mapped(gun_and_bracket()["handgun"], rotation(np.random.default_rng(seed)))
    write_stl(gun, tmp_path / "gun.stl")
    assert judged(tmp_path / "gun.stl", released).finding is not Finding.CLEAR
