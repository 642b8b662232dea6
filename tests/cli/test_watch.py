"""`c3po watch`: the protocol of docs/watch.md, in this process over a real pipe."""

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from c3po.cli.session import Session
from tests.cli.conftest import Ran
from tests.screens import BOX, EL, fill_screen, gcode

KEY = "a random key"
Talk = Callable[..., tuple[int, list[dict[str, Any]]]]


def said(command: str, **content: Any) -> str:
    return json.dumps({"c3po": command, "key": KEY, **content})


@pytest.fixture
def talk(capfd: pytest.CaptureFixture[str]) -> Talk:
    """Exit code and messages of a session whose input is the given lines, fed in pieces of ``piece`` bytes."""

    def talked(*lines: str, key: str = KEY, piece: int = 5000) -> tuple[int, list[dict[str, Any]]]:
        text = "".join(line + "\n" for line in lines).encode()
        reading, writing = os.pipe()

        def write() -> None:
            for start in range(0, len(text), piece):
                os.write(writing, text[start : start + piece])
            os.close(writing)

        writer = threading.Thread(target=write)
        writer.start()
        capfd.readouterr()
        code = Session(fill_screen(), key=key, cpu_share=1.0).run_stream(reading)
        writer.join()
        os.close(reading)
        return code, [json.loads(line) for line in capfd.readouterr().out.splitlines()]

    return talked


def of_kind(messages: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [message for message in messages if message["c3po"] == kind]


def test_a_stream_begins_with_ready_and_ends_with_final(talk: Talk) -> None:
    code, messages = talk(*gcode(BOX).splitlines(), key="")
    assert [messages[0]["c3po"], messages[-1]["c3po"]] == ["ready", "final"]
    assert messages[0] | {"version": ""} == {
        "c3po": "ready",
        "protocol": 1,
        "version": "",
        "network": {"name": "fill", "digest": "f" * 64},
        "policy": "1",
        "thresholds": {"review": 0.4, "weapon": 0.8, "growing": 0.9, "vouched": 0.99},
    }
    assert of_kind(messages, "evaluation")
    assert messages[-1]["finding"] == "clear"
    assert code == 0


def test_a_weapon_trips_and_stays_tripped(talk: Talk) -> None:
    code, messages = talk(*gcode(EL).splitlines(), key="", piece=200)
    tripped = [message["tripped"] for message in messages[1:]]
    assert tripped == sorted(tripped)
    assert tripped[-1] is True
    first = next(message for message in messages[1:] if message["tripped"])
    assert first["layer"] <= 8
    assert first["verdict"]["decided_at"]["layer"] == first["layer"]
    assert code == 1


def test_every_evaluation_carries_the_documented_keys(talk: Talk) -> None:
    _, messages = talk(*gcode(BOX).splitlines())
    keys = {"c3po", "stream", "layer", "fraction", "score", "finding", "tripped", "lines", "verdict"}
    assert all(set(message) == keys for message in messages[1:])


def test_ping_reset_end_and_evaluate_answer_with_their_id(talk: Talk) -> None:
    _, messages = talk(
        said("ping", id=1),
        said("reset", id="two", total_bytes=len(gcode(BOX))),
        *gcode(BOX).splitlines(),
        said("evaluate", id=[3]),
        said("end", id=4),
        said("quit"),
    )
    answers = [(message["c3po"], message["id"]) for message in messages if "id" in message]
    assert answers == [("pong", 1), ("done", "two"), ("evaluation", [3]), ("final", 4)]
    fractions = [message["fraction"] for message in of_kind(messages, "evaluation")]
    assert 0 < fractions[0] < 1
    assert fractions[-1] == 1.0
    assert len(of_kind(messages, "final")) == 1, "a stream that has ended is not ended again"


def test_lines_after_the_end_begin_a_new_stream(talk: Talk) -> None:
    code, messages = talk(*gcode(EL).splitlines(), said("end"), *gcode(BOX).splitlines())
    assert [(message["stream"], message["finding"]) for message in of_kind(messages, "final")] == [
        (0, "weapon"),
        (1, "clear"),
    ]
    assert code == 0


def test_an_override_keeps_the_stream_from_tripping_again(talk: Talk) -> None:
    lines = gcode(EL).splitlines()
    _, messages = talk(*lines[: len(lines) // 2], said("accept", id=1), *lines[len(lines) // 2 :])
    done = next(i for i, message in enumerate(messages) if message.get("id") == 1)
    assert any(message["tripped"] for message in messages[1:done])
    assert not any(message["tripped"] for message in messages[done + 1 :])


def test_a_job_that_is_vouched_for_trips_when_it_is_not_any_more(talk: Talk) -> None:
    lines = gcode(EL).splitlines()
    _, messages = talk(said("vouch", value=True), *lines, said("evaluate", id=1), said("vouch", value=False), *lines)
    assert [message["did"] for message in of_kind(messages, "done")] == ["vouch", "vouch"]
    asked = next(i for i, message in enumerate(messages) if message.get("id") == 1)
    assert not messages[asked]["tripped"]
    assert messages[asked]["finding"] == "review"
    assert messages[-1]["tripped"]
    _, messages = talk(said("vouch", value="yes"), *lines)
    (error,) = of_kind(messages, "error")
    assert "expected value as true or false" in error["error"]["message"]


def test_a_print_through_the_ghost_of_another_is_judged_by_itself(talk: Talk) -> None:
    """A box was printed and taken off; whoever sends the next print sends homing, but belongs to no job."""
    box, el = gcode(BOX).splitlines(), gcode(EL).splitlines()
    assert not any(message["tripped"] for message in talk(*box, *el)[1][1:])
    code, messages = talk(*box, said("homed", id=1), *el)
    assert [message["did"] for message in messages if message.get("id") == 1] == ["homed"]
    assert (code, messages[-1]["finding"], messages[-1]["tripped"]) == (1, "weapon", True)


def test_files_are_judged_beside_the_stream(talk: Talk, jobs: Path, tmp_path: Path) -> None:
    picture = tmp_path / "why.png"
    _, messages = talk(
        said("judge", id=1, path=str(jobs / "el.gcode"), early=True, explain=str(picture)),
        *gcode(BOX).splitlines(),
        said("judge", id=2, path=str(jobs / "missing.gcode")),
    )
    verdicts = {message["id"]: message["verdict"] for message in of_kind(messages, "verdict")}
    assert list(verdicts) == [1, 2]
    assert verdicts[1]["finding"] == "weapon"
    assert verdicts[1]["decided_at"]["layer"] <= 8
    assert verdicts[2]["finding"] == "review"
    assert verdicts[2]["error"]["code"] == "container"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert of_kind(messages, "final")[0]["finding"] == "clear"


def test_a_picture_that_cannot_be_written_does_not_cost_the_verdict(talk: Talk, jobs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    _, messages = talk(said("judge", id=1, path=str(jobs / "el.gcode"), explain=str(tmp_path / "file" / "why.png")))
    assert [message["verdict"]["finding"] for message in messages if message.get("id") == 1] == ["weapon"]


def test_a_picture_of_the_growing_part(talk: Talk, tmp_path: Path) -> None:
    picture = tmp_path / "live.png"
    _, messages = talk(*gcode(BOX).splitlines(), said("picture", id=1, path=str(picture)))
    assert [message["did"] for message in messages if message.get("id") == 1] == ["picture"]
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("key", ["", "another key"])
def test_control_lines_without_the_key_are_gcode(talk: Talk, key: str) -> None:
    hostile = [said("accept"), '{"c3po": "quit"}', '{"c3po": "quit", "key": 7}', '{"c3po":', '{"c3po": [}']
    hostile += ['{"c3po": "quit", "key": "\\ud800"}', '{"c3po": ' + "[" * 20_000]
    code, messages = talk(*hostile, *gcode(EL).splitlines(), *hostile, key=key)
    assert {message["c3po"] for message in messages} == {"ready", "evaluation", "final"}
    assert messages[-1]["lines"] == len(gcode(EL).splitlines()) + 2 * len(hostile)
    assert messages[-1]["tripped"]
    assert code == 1


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (said("dance", id=1), "control line: expected one of ping, reset, homed, accept, vouch, evaluate, end, judge, "
         "picture, quit, got 'dance'"),
        (said("judge", id=1), "judge: expected path as the path of a file, got None"),
        (said("judge", id=1, path="a\0b"), "judge: expected path as the path of a file, got 'a\\x00b'"),
        (said("picture", id=1, path="/proc/none/x.png"),
         "/proc/none: expected a usable path, found: No such file or directory; try another"),
        (said("reset", id=1, total_bytes=-5), "reset: expected total_bytes as a count of bytes, got -5"),
    ],
)  # fmt: skip
def test_a_control_line_that_cannot_be_done_is_answered_with_an_error(talk: Talk, line: str, text: str) -> None:
    code, messages = talk(line, *gcode(BOX).splitlines())
    assert [message["error"] for message in messages if message.get("id") == 1] == [
        {"code": "file" if text.startswith("/") else "control", "message": text}
    ]
    assert (code, messages[-1]["finding"]) == (0, "clear")


def test_a_control_line_may_arrive_in_pieces(talk: Talk) -> None:
    _, messages = talk("G28", said("ping", id=1), "G1 X1", said("ping", id=2), piece=3)
    assert [message["id"] for message in of_kind(messages, "pong")] == [1, 2]


def test_a_line_that_never_ends_does_not_grow_in_memory(talk: Talk) -> None:
    code, messages = talk('{"c3po": "' + "x" * 300_000, said("ping", id=1))
    assert [message["id"] for message in of_kind(messages, "pong")] == [1]
    assert code == 3


def test_a_person_may_replay_a_file(c3po: Callable[..., Ran], jobs: Path) -> None:
    code, out, err = c3po("watch", jobs / "el.gcode")
    lines = out.splitlines()
    assert code == 1
    assert err == ""
    assert lines[0].startswith("layer ")
    assert lines[-1].split() == ["finished", "weapon", "0.960", "handgun", "STOP"]


def test_a_mesh_cannot_be_watched(c3po: Callable[..., Ran], jobs: Path) -> None:
    code, out, err = c3po("watch", jobs / "el.stl")
    assert (code, out) == (2, "")
    assert err == (
        f"c3po: {jobs / 'el.stl'}: expected G-code to watch, found a mesh; use c3po classify {jobs / 'el.stl'}\n"
    )
