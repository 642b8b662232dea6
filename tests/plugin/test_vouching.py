"""While a cleared file prints, the worker is told so; as soon as anything else comes, it is told otherwise."""

import io

import pytest
from octoprint_c3po.bed import BedModel
from octoprint_c3po.commitment import LINES_PER_BLOCK, commit
from octoprint_c3po.spool import Spool
from octoprint_c3po.stream import FOREIGN_LINES, Stream

JOB = ["G28"] + [f"G1 X{x} Y{x % 7} E{x}" for x in range(4 * LINES_PER_BLOCK)]


class Recorder:
    """What a worker is sent, control lines as (command, value)."""

    pending_bytes = 0

    def __init__(self):
        self.got = []

    def feed(self, data):
        self.got += data.decode().splitlines()

    def send(self, command, **fields):
        self.got.append((command, fields.get("value")))

    def vouched(self):
        """Whether it was last told that what follows is a cleared file; a reset takes it back."""
        said = [said for said in self.got if isinstance(said, tuple) and said[0] in ("vouch", "reset")]
        return bool(said) and said[-1] == ("vouch", True)


@pytest.fixture
def stream(tmp_path):
    worker, diverged = Recorder(), []
    made = Stream(
        Spool(tmp_path / "spool", 1 << 20),
        BedModel("G28"),
        lambda: made.worker,
        lambda job, line: diverged.append((job, line)),
        lambda why: None,
    )
    made.worker, made.diverged = worker, diverged
    made.start()
    yield made
    made.stop()


def send(stream, lines, from_file=True):
    for line in lines:
        stream.sent(line, from_file)
    assert stream.drained()


def begin(stream, *, cleared=True):
    stream.begin_job("job", commit(io.BytesIO("\n".join(JOB).encode())), 1000, cleared)


def test_a_cleared_file_is_vouched_for_until_it_ends(stream):
    begin(stream)
    send(stream, JOB[:100])
    assert stream.worker.vouched()  # the homing in its first line cleared the bed, and the worker with it
    assert stream.worker.got.index(("reset", None)) < stream.worker.got.index("G28")
    send(stream, JOB[100:])
    stream.end_job(True)
    assert stream.drained()
    assert not stream.worker.vouched()
    assert stream.diverged == []


def test_a_swapped_file_is_not(stream):
    begin(stream)
    send(stream, JOB[:50])
    assert stream.worker.vouched()
    send(stream, [f"G1 X{x} E{x}" for x in range(2 * LINES_PER_BLOCK)])
    assert not stream.worker.vouched()
    assert len(stream.diverged) == 1


def test_a_part_from_elsewhere_is_not_but_a_purge_line_may_come(stream):
    begin(stream)
    send(stream, JOB[:50])
    send(stream, ["G1 X9 E3", "M117 hello", "G1 E-2"], from_file=False)
    assert stream.worker.vouched()
    send(stream, [f"G1 X{x} E{x}" for x in range(FOREIGN_LINES)], from_file=False)
    assert not stream.worker.vouched()


def test_a_file_that_was_let_through_by_a_person_is_not_vouched_for(stream):
    begin(stream, cleared=False)
    send(stream, JOB)
    assert ("vouch", True) not in stream.worker.got


def test_a_new_worker_is_told_as_well(stream):
    begin(stream)
    send(stream, JOB[:100])
    stream.worker = Recorder()
    send(stream, JOB[100:110])
    assert stream.worker.vouched()
    assert [line for line in stream.worker.got if isinstance(line, str)] == JOB[:110]
