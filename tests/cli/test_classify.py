"""`c3po classify`: answers, exit codes, table, pictures."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Ran

Command = Callable[..., Ran]


def answers(out: str) -> dict[str, dict[str, object]]:
    return {Path(answer["path"]).name: answer for answer in map(json.loads, out.splitlines())}


def test_json_gives_one_object_per_file_in_order(c3po: Command, jobs: Path) -> None:
    code, out, err = c3po("classify", "--json", "-j1", jobs)
    told = answers(out)
    assert list(told) == ["box.gcode", "box.stl", "el.gcode", "el.stl"]
    assert [answer["finding"] for answer in told.values()] == ["clear", "clear", "weapon", "weapon"]
    assert (code, err) == (1, "")


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (["box.stl", "box.gcode"], 0),
        (["box.stl", "el.stl"], 1),
        (["el.stl", "missing.stl"], 2),
        (["box.stl", "macro.gcode"], 3),
        (["macro.gcode", "el.stl"], 1),
        (["macro.gcode", "missing.stl", "box.stl"], 2),
    ],
)
def test_exit_codes_rank_error_weapon_review_clear(c3po: Command, jobs: Path, files: list[str], code: int) -> None:
    (jobs / "macro.gcode").write_text((jobs / "box.gcode").read_text() + "M23 part.gco\nM24\n")
    got, out, _ = c3po("classify", "--json", "-j1", *(jobs / file for file in files))
    assert got == code
    assert len(out.splitlines()) == len(files), "every file is judged"


def test_a_person_gets_a_table_and_a_summary(c3po: Command, jobs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    code, out, _ = c3po("classify", "-j1", jobs)
    rows = out.splitlines()
    assert rows[0].split() == ["finding", "score", "label", "file", "why"]
    assert rows[3].split()[:3] == ["weapon", "0.960", "handgun"]
    assert rows[3].split()[-1] == "weapon-shape"
    assert rows[5].startswith("4 files: 2 clear, 0 review, 2 weapon, 0 errors in ")
    assert rows[5].endswith("network ffffffffffff")
    assert code == 1


def test_standard_input_is_a_file_called_dash(c3po: Command, jobs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open(jobs / "el.gcode") as stream:
        monkeypatch.setattr("sys.stdin", stream)
        code, out, _ = c3po("classify", "--json", "-")
    assert (code, answers(out)["-"]["finding"]) == (1, "weapon")


def test_an_error_on_standard_input_is_told_of_the_dash(
    c3po: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").write_bytes(b"")
    with open(tmp_path / "empty") as stream:
        monkeypatch.setattr("sys.stdin", stream)
        code, out, _ = c3po("classify", "--json", "-")
    error = answers(out)["-"]["error"]
    assert code == 2
    assert isinstance(error, dict)
    assert error["message"].startswith("-: expected G-code, STL, 3MF, OBJ, PLY, OFF or GLB, found an empty file; ")


def test_other_files_in_a_folder_are_passed_over_and_counted(c3po: Command, jobs: Path) -> None:
    (jobs / "notes.txt").write_text("remember the milk\n")
    (jobs / "sub").mkdir()
    (jobs / "sub" / "disguised.txt").write_bytes((jobs / "el.gcode").read_bytes())
    code, out, _ = c3po("classify", "-j1", jobs)
    assert "disguised.txt" in out
    assert "notes.txt" not in out
    assert "1 other file passed over" in out
    assert code == 1


def test_early_tells_the_layer(c3po: Command, jobs: Path) -> None:
    _, out, _ = c3po("classify", "--early", "--json", "-j1", jobs / "el.gcode")
    decided = answers(out)["el.gcode"]["decided_at"]
    assert isinstance(decided, dict)
    assert 1 <= decided["layer"] <= 8
    assert 0 < decided["fraction"] <= 0.4


def test_the_explaining_picture_shows_every_part_and_marks_the_weapon_only(
    c3po: Command, jobs: Path, tmp_path: Path
) -> None:
    reds = {}
    for name in ("box", "el"):
        picture = tmp_path / "out" / f"{name}.png"
        c3po("classify", "-j1", jobs / f"{name}.stl", "--explain", picture)
        with Image.open(picture) as image:
            pixels = np.asarray(image.convert("RGB"), dtype=np.int64)[60:180]
        reds[name] = int(np.count_nonzero(pixels[..., 0] > 2 * pixels[..., 1] + 60))
        assert list(picture.parent.glob(".*partial*")) == []
    assert reds["box"] == 0
    assert reds["el"] > 20


def test_the_table_without_colours_when_it_is_not_for_a_terminal(c3po: Command, jobs: Path) -> None:
    _, out, _ = c3po("classify", "-j1", jobs / "el.stl")
    assert "\x1b" not in out


def test_a_hostile_file_name_cannot_steer_the_terminal(c3po: Command, jobs: Path) -> None:
    hostile = jobs / "a\x1b[2Jb\rclear[bold]c.stl"
    hostile.write_bytes((jobs / "el.stl").read_bytes())
    _, out, _ = c3po("classify", "-j1", hostile)
    assert "\x1b" not in out
    assert "\r" not in out
    assert "a\ufffd[2Jb\ufffdclear[bold]c.stl" in out


def test_a_file_named_twice_is_judged_once(c3po: Command, jobs: Path) -> None:
    _, out, _ = c3po("classify", "--json", "-j1", jobs / "box.stl", jobs / "box.stl", jobs)
    assert len(out.splitlines()) == 4
