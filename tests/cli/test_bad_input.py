"""Bad input: one line in one grammar, exit code 2, the others still judged, no traceback, nothing left behind."""

import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran
from tests.screens import BOX, stl

Command = Callable[..., Ran]


def missing(folder: Path) -> Path:
    return folder / "missing.stl"


def empty(folder: Path) -> Path:
    path = folder / "empty.gcode"
    path.write_bytes(b"")
    return path


def cut_stl(folder: Path) -> Path:
    path = folder / "cut.stl"
    path.write_bytes(stl(BOX)[:300])
    return path


def nan_stl(folder: Path) -> Path:
    path = folder / "nan.stl"
    content = bytearray(stl(BOX))
    for corner in range(3):
        struct.pack_into("<3f", content, 84 + 12 + 12 * corner, float("nan"), float("inf"), 0.0)
    path.write_bytes(content)
    return path


def no_extrusion(folder: Path) -> Path:
    path = folder / "travel.gcode"
    path.write_text("G28\nG0 X10 Y10 F3000\nG0 X20\nM84\n")
    return path


def zip_bomb(folder: Path) -> Path:
    path = folder / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle:
        bundle.writestr("bomb.gcode", b"G1 X1 Y1 E1\n" * 4_000_000)
    return path


def wrong_extension(folder: Path) -> Path:
    path = folder / "photo.stl"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 400)
    return path


def folder_called_gcode(folder: Path) -> Path:
    path = folder / "x.gcode"
    path.mkdir()
    return path


def binary_noise(folder: Path) -> Path:
    path = folder / "noise.gcode"
    path.write_bytes(bytes(range(256)) * 40)
    return path


TEXTS = {
    missing: "missing.stl: expected a readable file, found: No such file or directory; check the path and its rights",
    empty: "empty.gcode: expected G-code, STL, 3MF, OBJ, PLY, OFF or GLB, found an empty file; export the job again",
    cut_stl: "cut.stl: expected 84 + 50 x 12 bytes, got 300; the file is cut short, export it again",
    nan_stl: "nan.stl: expected finite coordinates, found NaN or infinity; repair the mesh",
    no_extrusion: "travel.gcode: expected moves that lay down material, found none in 32 bytes; "
    "slice the part and give the sliced file",
    zip_bomb: "bomb.zip!bomb.gcode: expected at most 18640800 bytes from 93204 compressed ones, found more; ",
    wrong_extension: "photo.stl: expected G-code, STL, 3MF, OBJ, PLY, OFF or GLB, found picture (PNG); "
    "this format is not judged",
    binary_noise: "noise.gcode: expected G-code, STL, 3MF, OBJ, PLY, OFF or GLB, found ",
}


@pytest.mark.parametrize("made", TEXTS, ids=lambda made: made.__name__)
def test_bad_input_is_one_line_and_exit_code_2_and_the_others_are_judged(
    c3po: Command, jobs: Path, tmp_path: Path, made: Callable[[Path], Path]
) -> None:
    bad = made(tmp_path)
    code, out, err = c3po("classify", "--json", "-j1", bad, jobs / "box.stl", jobs / "el.stl")
    first, *others = [json.loads(line) for line in out.splitlines()]
    assert code == 2
    assert err == ""
    assert first["finding"] == "review"
    assert first["reasons"] == ["error"]
    message = first["error"]["message"]
    assert TEXTS[made] in message
    assert "\n" not in message
    assert ": expected " in message
    assert "; " in message
    assert [other["finding"] for other in others] == ["clear", "weapon"]


def test_a_folder_without_jobs_is_named(c3po: Command, jobs: Path, tmp_path: Path) -> None:
    bare = folder_called_gcode(tmp_path)
    code, out, err = c3po("classify", "--json", "-j1", bare, jobs / "el.stl")
    assert code == 2
    assert err == f"c3po: {bare}: expected jobs or meshes in the folder, found none; name the files\n"
    assert json.loads(out)["finding"] == "weapon"


def test_standard_input_is_not_sent_to_a_cluster(c3po: Command) -> None:
    code, _, err = c3po("classify", "--engine", "ray", "-")
    assert code == 2
    assert err.strip() == "c3po: -: expected files with --engine, got standard input; leave --engine out for it"


def test_a_file_without_rights_is_named(tmp_path: Path) -> None:
    """Root may read everything, so the question is asked as somebody else."""
    if os.geteuid() != 0:
        pytest.skip("needs root to become another user")
    closed = tmp_path / "closed.stl"
    closed.write_bytes(stl(BOX))
    closed.chmod(0)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    code = (
        "import os, sys; from c3po.verdict import judge_file; from tests.screens import fill_screen; "
        "screen = fill_screen(); os.setuid(65534); print(judge_file(sys.argv[1], screen).verdict.error)"
    )
    ran = subprocess.run([sys.executable, "-c", code, closed], capture_output=True, text=True, check=True)
    assert "closed.stl: expected a readable file, found: Permission denied; check the path and its rights" in ran.stdout


@pytest.mark.parametrize("content", [b"", b"not a network", b"C3PO" + b"\xff" * 4000])
def test_a_broken_network_is_one_line(c3po: Command, jobs: Path, tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.c3po"
    broken.write_bytes(content)
    code, out, err = c3po("classify", "--network", broken, jobs / "box.stl")
    assert (code, out) == (2, "")
    assert err.startswith("c3po: ")
    assert "broken.c3po" in err
    assert err.count("\n") == 1


def test_a_missing_network_is_one_line(c3po: Command, jobs: Path, tmp_path: Path) -> None:
    code, out, err = c3po("classify", "--network", tmp_path / "none.c3po", jobs / "box.stl")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "none.c3po" in err


def test_a_wrong_policy_is_one_line(c3po: Command, jobs: Path, tmp_path: Path) -> None:
    policy = tmp_path / "p.toml"
    policy.write_text("colour = 1\n")
    code, out, err = c3po("classify", "--policy", policy, jobs / "box.stl")
    assert (code, out) == (2, "")
    assert err.startswith(f"c3po: {policy}: expected one of actions, ")
    assert err.endswith("got 'colour'; see docs/verdict.md\n")


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (["classify"], "Missing argument 'PATH...'"),
        (["classify", "--jsn", "x"], "No such option: --jsn"),
        (["classfy", "x"], "No such command 'classfy'"),
        (["classify", "-j", "-3", "x"], "Invalid value for '--jobs'"),
    ],
)
def test_a_wrong_call_is_one_line_with_the_way_to_help(c3po: Command, call: list[str], text: str) -> None:
    code, out, err = c3po(*call)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"c3po: {text}")
    assert "Try: c3po " in err


def test_a_picture_that_cannot_be_written_is_one_line_and_leaves_nothing(c3po: Command, jobs: Path) -> None:
    code, _, err = c3po("classify", "-j1", jobs / "box.stl", "--explain", jobs / "box.stl" / "x.png")
    assert code == 2
    assert "expected a usable path, found: File exists; try another" in err


def test_a_fault_of_ours_is_an_error_of_that_file_alone(
    c3po: Command, jobs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from c3po.verdict import judging

    judge = judging.judge_job

    def faulty(job: object, blank: object, screen: object) -> object:
        if blank.path.endswith("box.stl"):  # type: ignore[attr-defined]
            raise ZeroDivisionError("seven")
        return judge(job, blank, screen)  # type: ignore[arg-type]

    monkeypatch.setattr(judging, "judge_job", faulty)
    code, out, _ = c3po("classify", "--json", "-j1", jobs / "box.stl", jobs / "el.stl")
    first, second = [json.loads(line) for line in out.splitlines()]
    assert code == 2
    assert first["error"]["code"] == "internal"
    assert first["error"]["message"].endswith(
        "expected to finish, got ZeroDivisionError: seven; this is a fault in c3po, please report it with the command"
    )
    assert second["finding"] == "weapon"
