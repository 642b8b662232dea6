"""The audit log: intact logs pass, every change is found."""

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from octoprint_c3po import audit
from octoprint_c3po.audit import GENESIS, AuditLog, check_records, read_lines


def written(folder, count, **options):
    log = AuditLog(folder, **options)
    for number in range(count):
        assert log.append("judged", file=f"part-{number}.gcode")
    return log


def test_what_was_written_is_intact_across_restarts_and_rotations(tmp_path):
    written(tmp_path, 30, max_bytes=2000)
    written(tmp_path, 30, max_bytes=2000)
    count, last = check_records(read_lines(tmp_path))
    assert count == 60
    assert len(list(tmp_path.glob("audit-*.jsonl"))) > 2
    assert last != GENESIS


def test_old_files_go_and_the_rest_is_intact(tmp_path):
    log = written(tmp_path, 100, max_bytes=1000, keep_files=3)
    assert len(log.files()) <= 4
    count, _ = check_records(read_lines(tmp_path))
    assert 0 < count < 100


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 9), st.sampled_from(["change", "remove", "swap", "damage"]))
def test_every_change_is_found(tmp_path_factory, place, kind):
    folder = tmp_path_factory.mktemp("audit")
    written(folder, 10)
    path = folder / "audit.jsonl"
    lines = path.read_text().splitlines()
    if kind == "change":
        lines[place] = lines[place].replace("part-", "bart-")
    elif kind == "remove":
        del lines[place]
    elif kind == "swap":
        other = (place + 1) % 10
        lines[place], lines[other] = lines[other], lines[place]
    else:
        lines[place] = lines[place][:-3]
    path.write_text("\n".join(lines) + "\n")
    head = json.loads((folder / "audit.jsonl").read_text().splitlines()[-1] if kind != "damage" else "{}").get("digest")
    if kind == "remove" and place in (0, 9):
        # The ends of a log cannot prove what came before or after; the last digest, kept elsewhere, can.
        assert check_records(read_lines(folder))[0] == 9
        if place == 0:
            return
        with pytest.raises(ValueError, match="the end is missing"):
            check_records(read_lines(folder), head="0" * 63 + "1")
        return
    assert head or kind == "damage"
    with pytest.raises(ValueError):
        check_records(read_lines(folder))


def test_a_torn_last_line_is_cut_off_at_the_next_start(tmp_path):
    written(tmp_path, 3)
    path = tmp_path / "audit.jsonl"
    path.write_bytes(path.read_bytes()[:-7])
    written(tmp_path, 1)
    assert check_records(read_lines(tmp_path))[0] == 3


def test_a_full_disk_is_an_answer_not_an_exception(tmp_path, monkeypatch):
    log = written(tmp_path, 2)

    def full(line):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(log, "_write", full)
    assert log.append("judged") is False
    assert "No space left" in log.failed
    monkeypatch.undo()
    assert log.append("judged") is True
    assert log.failed is None
    assert check_records(read_lines(tmp_path))[0] == 3


def test_a_record_that_only_half_fits_leaves_no_trace(tmp_path, little_room):
    log = written(tmp_path, 2)
    with little_room(log.files()[-1].stat().st_size + 40):
        assert log.append("judged", file="x" * 500) is False
    assert log.append("judged", file="later") is True
    assert check_records(read_lines(tmp_path))[0] == 3


def test_the_check_command(tmp_path):
    written(tmp_path, 4)
    command = [sys.executable, "-m", "octoprint_c3po.audit", "check"]
    where = {"cwd": audit.__file__.rsplit("/", 2)[0], "capture_output": True, "text": True, "check": False}
    done = subprocess.run([*command, str(tmp_path / "audit.jsonl")], **where)
    assert (done.returncode, done.stdout[:19]) == (0, "intact: 4 records, ")
    head = done.stdout.split()[-1]
    assert subprocess.run([*command, str(tmp_path), "--head", head], **where).returncode == 0
    path = tmp_path / "audit.jsonl"
    path.write_text(path.read_text().replace("part-2", "part-9"))
    done = subprocess.run([*command, str(path)], **where)
    expected = "audit.jsonl:3: expected the record to match its digest, it does not; it was changed\n"
    assert (done.returncode, done.stdout) == (1, expected)
    assert subprocess.run([*command, str(tmp_path / "none")], **where).returncode == 2
    assert subprocess.run(command, **where).returncode == 2
