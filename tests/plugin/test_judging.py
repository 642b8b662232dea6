"""A verdict belongs to the bytes that were asked about, not to the name they stood under."""

import os
from pathlib import Path

from octoprint_c3po.judging import Judging


class ReadLater:
    """A file reader that is answered by the test."""

    def __init__(self):
        self.asked = []

    def request(self, path, answer, urgent=False):
        self.asked.append(answer)


class Ready:
    healthy, network_digest, policy_version = True, "n" * 64, "1"

    def hurry(self, path):
        pass


def test_a_file_written_anew_does_not_get_the_verdict_on_the_old_one(tmp_path: Path):
    files, got = ReadLater(), []
    judging = Judging(Ready(), files, None, lambda function, *arguments: function(*arguments), tmp_path)
    job = tmp_path / "job.gcode"
    job.write_text("G1 X1\n")
    judging.judge(str(job), lambda judged: got.append("old"))
    os.replace(_other(tmp_path), job)
    judging.judge(str(job), lambda judged: got.append("new"), urgent=True)
    assert len(files.asked) == 2
    files.asked[0](None, "gone")
    assert got == ["old"]
    files.asked[1](None, "gone")
    assert got == ["old", "new"]
    assert judging.open == 0


def test_the_same_file_is_judged_once_for_all_who_ask(tmp_path: Path):
    files, got = ReadLater(), []
    judging = Judging(Ready(), files, None, lambda function, *arguments: function(*arguments), tmp_path)
    job = tmp_path / "job.gcode"
    job.write_text("G1 X1\n")
    for name in ("first", "second"):
        judging.judge(str(job), lambda judged, name=name: got.append(name))
    assert len(files.asked) == 1
    files.asked[0](None, "gone")
    assert got == ["first", "second"]


def _other(folder: Path) -> Path:
    path = folder / "other"
    path.write_text("G1 X2\n")
    return path
