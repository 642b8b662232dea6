"""The guard against a fake printer and a real worker process that says what the file tells it to."""

import gc
import json
import logging
import os
import shlex
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from fake_octoprint import FakeHost, FakePrinter
from octoprint_c3po import engine, marks, surroundings
from octoprint_c3po.audit import check_records, read_lines
from octoprint_c3po.guard import Guard
from octoprint_c3po.jobs import JobFile
from octoprint_c3po.options import Options

GOOD = "G28\nG1 Z0.2\n" + "G1 X1 Y1 E1\n" * 5


def wait(condition, timeout_s=120.0):
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("waited too long")


class Bench:
    """A guard on a workbench: ``print(text)`` starts a job with that file."""

    def __init__(self, folder, command, **options):
        options.setdefault("worker_command", shlex.join(command))
        self.folder, self.printer, self.host = folder, FakePrinter(), FakeHost()
        self.guard = Guard(
            self.printer, self.host, Options(**options), folder / "data", logging.getLogger("test.c3po"),
        )  # fmt: skip
        self.guard.start()

    def path(self, text, name="part.gcode"):
        path = self.folder / name
        path.write_text(text)
        return path

    def healthy(self):
        wait(lambda: self.guard.engine.healthy)
        return self

    def print(self, text, name="part.gcode"):
        self.printer.begin(self.guard, self.path(text, name))

    def settled(self):
        """Wait until the job is running or gone from the printer."""
        wait(lambda: self.printer.phase in ("PRINTING", "OPERATIONAL"))
        self.guard.call(lambda: None)
        return self.printer.phase

    def asking(self):
        wait(lambda: (self.guard.status.get("job") or {}).get("phase") == "asking")

    def send(self, *lines):
        for line in lines:
            self.guard.sending(line, {"source:file"})

    def events(self):
        return [json.loads(text)["event"] for _, _, text in read_lines(self.folder / "data")]


@pytest.fixture
def bench(tmp_path, fake_worker):
    made = []

    def make(**options):
        folder = tmp_path / str(len(made))
        folder.mkdir(exist_ok=True)
        made.append(Bench(folder, options.pop("command", fake_worker), **options))
        return made[-1]

    yield make
    for one in made:
        one.guard.stop()
        assert one.printer.holds == 0
        assert one.printer.calls.count("hold") == one.printer.calls.count("release") + one.printer.calls.count("lost")
        check_records(read_lines(one.folder / "data"))


def test_a_clear_job_prints(bench):
    bench = bench().healthy()
    bench.print(GOOD)
    assert bench.settled() == "PRINTING"
    assert bench.printer.calls == ["hold", "release"]
    assert bench.host.marks == {"part.gcode": "clear"}


def test_a_weapon_is_cancelled_before_it_is_released(bench):
    bench = bench().healthy()
    bench.print(GOOD + ";WEAPON")
    assert bench.settled() == "OPERATIONAL"
    assert bench.printer.calls == ["hold", "cancel", "release"]
    kind, message = bench.host.messages[-1]
    assert (kind, message["kind"]) == ("message", "stopped")
    assert message["text"] == "C3PO cancelled part.gcode: judged to be a weapon (handgun, score 0.97)"
    kept = bench.guard.status["messages"][-1]
    assert (kept["kind"], kept["text"]) == ("stopped", message["text"])


def test_a_review_waits_for_a_person_who_gives_a_reason(bench):
    bench = bench().healthy()
    bench.print(GOOD + ";REVIEW")
    bench.asking()
    assert bench.printer.holds == 1
    with pytest.raises(ValueError, match="expected a reason"):
        bench.guard.call(bench.guard.override, "ada", " ")
    bench.guard.call(bench.guard.override, "ada", "a spacer of mine")
    assert bench.settled() == "PRINTING"
    bench.printer.end(bench.guard)
    wait(lambda: bench.guard.status["job"] is None)
    bench.print(GOOD + ";REVIEW", name="renamed.gcode")
    assert bench.settled() == "PRINTING"
    assert "override" in bench.events()


def test_a_review_that_nobody_answers_is_cancelled(bench):
    bench = bench(ask_timeout_s=0.3).healthy()
    bench.print(GOOD + ";REVIEW")
    assert bench.settled() == "OPERATIONAL"
    assert "nobody answered" in bench.host.messages[-1][1]["text"]


def test_a_person_refuses(bench):
    bench = bench().healthy()
    bench.print(GOOD + ";REVIEW")
    bench.asking()
    bench.guard.call(bench.guard.refuse, "ada")
    assert bench.settled() == "OPERATIONAL"


@pytest.mark.parametrize(("closed", "phase"), [(True, "OPERATIONAL"), (False, "PRINTING")])
def test_without_an_engine_the_policy_decides(bench, closed, phase):
    bench = bench(command=[sys.executable, "-c", "raise SystemExit(2)"], fail_closed=closed, engine_grace_s=0.5)
    bench.print(GOOD)
    assert bench.settled() == phase


@pytest.mark.parametrize(("closed", "phase"), [(True, "OPERATIONAL"), (False, "PRINTING")])
def test_a_file_that_kills_the_worker_twice_is_left_to_the_policy(bench, closed, phase):
    bench = bench(fail_closed=closed).healthy()
    bench.print(GOOD + ";DIE")
    assert bench.settled() == phase
    bench.printer.end(bench.guard)
    bench.healthy().print(GOOD)
    assert bench.settled() == "PRINTING"


def test_a_file_that_hangs_the_worker_times_out_and_the_next_is_judged(bench):
    bench = bench(judge_timeout_s=4).healthy()
    bench.print(GOOD + ";HANG")
    assert bench.settled() == "OPERATIONAL"
    assert "took too long" in bench.host.messages[-1][1]["text"]
    bench.healthy().print(GOOD)
    assert bench.settled() == "PRINTING"


def test_a_worker_that_talks_nonsense_is_replaced_not_believed(bench):
    nonsense = (
        'import sys; print(\'{"c3po": "ready"}\', flush=True)\n'
        "for line in sys.stdin:\n  if 'judge' in line: print('clear', flush=True)"
    )
    bench = bench(command=[sys.executable, "-c", nonsense], engine_grace_s=1, hold_timeout_s=10)
    bench.healthy().print(GOOD)
    assert bench.settled() == "OPERATIONAL"


def test_the_worker_is_of_low_priority_in_a_group_of_its_own_too(bench):
    pid = bench().healthy().guard.engine.worker.pid
    assert os.getpriority(os.PRIO_PROCESS, pid) >= 10
    group = Path(f"/proc/{pid}/autogroup")
    assert not group.exists() or group.read_text().split("nice")[1].strip() == "10"


def test_a_missing_worker_command_is_an_answer(bench):
    bench = bench(command=["/nowhere/c3po"])
    wait(lambda: "No such file" in bench.guard.engine.failure)
    assert bench.guard.refuses_connection({"port": "VIRTUAL"})


def test_a_connection_waits_for_the_engine(bench, tmp_path):
    flag = tmp_path / "flag"
    script = tmp_path / "late.py"
    here = os.path.dirname(__file__)
    script.write_text(
        f"import os,sys,time; sys.path.insert(0,{here!r})\n"
        f"while not os.path.exists({str(flag)!r}): time.sleep(.02)\n"
        "import fake_worker; fake_worker.main()\n"
    )
    bench = bench(command=[sys.executable, str(script)])
    assert bench.guard.refuses_connection({"port": "VIRTUAL"})
    flag.write_text("")
    wait(lambda: ("connect", {"port": "VIRTUAL"}) in bench.printer.calls)
    assert not bench.guard.refuses_connection({})


def test_a_weapon_that_grows_is_cancelled_and_motion_stays_stopped(bench):
    bench = bench().healthy()
    bench.print(GOOD)
    bench.settled()
    bench.send("G28", "G1 Z0.2", *["G1 X66.6 Y1 E1"] * 3)
    wait(lambda: "cancel" in bench.printer.calls)
    wait(lambda: bench.guard.gate.latched)
    assert "layer 1 (handgun, score 0.97)" in bench.guard.gate.latched
    assert not bench.guard.sending("G1 X1 E1", {"api:printer.command"})
    bench.printer.end(bench.guard, "PrintCancelled")
    bench.print(GOOD, name="next.gcode")
    assert bench.settled() == "OPERATIONAL"
    bench.printer.end(bench.guard, "PrintCancelled")
    wait(lambda: bench.guard.status["job"] is None)
    bench.guard.call(bench.guard.clear_bed, "ada")
    bench.print(GOOD, name="next.gcode")
    assert bench.settled() == "PRINTING"


def test_the_next_line_of_the_job_performs_the_cancel(bench):
    bench = bench().healthy()
    bench.print(GOOD)
    bench.settled()
    bench.send("G28", *["G1 X66.6 Y1 E1"] * 3)
    wait(lambda: not bench.guard.sending("G1 X2 Y2 E2", {"source:file"}))
    assert bench.printer.calls[-1] == "cancel"
    assert not bench.guard.sending("G1 X3 Y3 E3", {"source:file"})
    assert bench.printer.calls.count("cancel") == 1


def test_moves_without_a_job_are_watched_and_stopped(bench):
    bench = bench().healthy()
    for _ in range(3):
        bench.guard.sending("G1 X66.6 E1", {"api:printer.command"})
    wait(lambda: bench.guard.gate.latched)
    assert bench.printer.calls == []
    bench.guard.call(bench.guard.override, "ada", "calibration cube")
    assert bench.guard.gate.latched is None
    bench.guard.sending("G1 X66.6 E1", {"api:printer.command"})
    bench.guard.stream.drained()
    assert bench.guard.gate.latched is None


def test_after_an_override_the_same_file_prints_to_its_end(bench):
    bench = bench().healthy()
    text = "G28\n" + "G1 X66.6 Y1 E1\n" * 9
    bench.print(text)
    bench.settled()
    bench.send(*text.splitlines())
    wait(lambda: bench.guard.gate.latched)
    bench.printer.end(bench.guard, "PrintCancelled")
    wait(lambda: bench.guard.status["job"] is None)
    bench.guard.call(bench.guard.override, "ada", "a theatre prop")
    bench.print(text)
    assert bench.settled() == "PRINTING"
    bench.send(*text.splitlines())
    wait(lambda: "override_covers" in bench.events())
    assert bench.printer.phase == "PRINTING"


def test_pausing_asks_and_an_override_resumes(bench):
    bench = bench(on_stream_weapon="pause").healthy()
    bench.print(GOOD)
    bench.settled()
    bench.send("G28", *["G1 X66.6 E1"] * 3)
    wait(lambda: "pause" in bench.printer.calls)
    bench.guard.call(bench.guard.override, "ada", "looks like one only")
    assert bench.printer.phase == "PRINTING"
    bench.send("G1 X66.6 E1", "G1 Z1")
    bench.guard.stream.drained()
    assert bench.printer.phase == "PRINTING"


def test_pausing_then_resuming_without_an_override_cancels(bench):
    bench = bench(on_stream_weapon="pause").healthy()
    bench.print(GOOD)
    bench.settled()
    bench.send("G28", *["G1 X66.6 E1"] * 3)
    wait(lambda: "pause" in bench.printer.calls)
    wait(lambda: not bench.guard.call(lambda: bench.guard._later))
    bench.printer.resume()
    assert not bench.guard.sending("G1 X1 E1", {"source:file"})
    assert bench.printer.calls[-1] == "cancel"


def test_only_warning_lets_it_print(bench):
    bench = bench(enforce=False).healthy()
    bench.print(GOOD + ";WEAPON")
    assert bench.settled() == "PRINTING"
    bench.send("G28", *["G1 X66.6 E1"] * 3)
    wait(lambda: any(message.get("reason") == "stream_weapon" for _, message in bench.host.messages))
    assert "cancel" not in bench.printer.calls


def test_a_swapped_file_is_noticed_and_cancelled(bench):
    bench = bench().healthy()
    bench.print("G28\n" + "G1 X1 Y1 E1\n" * 200)
    bench.settled()
    bench.path("G28\n" + "G1 X2 Y2 E2\n" * 200)
    bench.send("G28", *["G1 X2 Y2 E2"] * 70)
    wait(lambda: bench.host.messages)
    assert "the file was changed after it was judged" in bench.host.messages[-1][1]["text"]
    assert bench.printer.calls[-1] == "cancel"


def test_a_file_that_was_changed_and_put_back_is_noticed_and_cancelled(bench):
    bench = bench().healthy()
    text = "G28\n" + "G1 X1 Y1 E1\n" * 200
    bench.print(text)
    bench.settled()
    bench.path(text.replace("X1", "X2"))
    bench.path(text)
    bench.send("G28", *["G1 X2 Y1 E1"] * 70)
    wait(lambda: bench.host.messages)
    assert "the file was changed after it was judged" in bench.host.messages[-1][1]["text"]
    assert bench.printer.calls[-1] == "cancel"


def test_lines_rewritten_by_another_plugin_are_a_warning(bench):
    bench = bench().healthy()
    bench.print("G28\n" + "G1 X1 Y1 E1\n" * 200)
    bench.settled()
    bench.send("G28", *["G1 X1 Y1 E1.05"] * 70)
    wait(lambda: any(message.get("reason") == "rewritten" for _, message in bench.host.messages))
    assert "cancel" not in bench.printer.calls


def two_thirds_of_a_weapon(bench):
    """A print of which the worker has seen two of the three lines that make it a weapon; the worker's process."""
    bench.print(GOOD)
    bench.settled()
    bench.send("G28", "G1 X66.6 E1", "G1 X66.6 E1")
    bench.guard.stream.drained()
    assert "cancel" not in bench.printer.calls
    return bench.guard.engine.worker.pid


def test_a_worker_killed_during_a_print_is_replaced_and_told_everything(bench):
    bench = bench().healthy()
    killed = two_thirds_of_a_weapon(bench)
    os.kill(killed, signal.SIGKILL)
    wait(lambda: not bench.guard.engine.healthy)
    bench.healthy()
    assert bench.guard.engine.worker.pid != killed
    bench.send("G1 X66.6 E1")
    wait(lambda: "cancel" in bench.printer.calls)


def test_a_stopped_worker_is_noticed_by_its_silence(bench, monkeypatch):
    monkeypatch.setattr(engine, "PING_S", 0.1)
    monkeypatch.setattr(engine, "SILENT_S", 2.0)
    bench = bench().healthy()
    stopped = two_thirds_of_a_weapon(bench)
    os.kill(stopped, signal.SIGSTOP)
    wait(lambda: bench.guard.engine.healthy and bench.guard.engine.worker.pid != stopped)
    assert "cancel" not in bench.printer.calls
    bench.send("G1 X66.6 E1")
    wait(lambda: "cancel" in bench.printer.calls)


@pytest.mark.parametrize(("second", "halted"), [("G1 Z0.2", True), ("G28", False)])
def test_a_part_split_over_jobs_stays_on_the_bed_until_z_is_homed(bench, second, halted):
    bench = bench().healthy()
    bench.print(GOOD, name="first.gcode")
    bench.settled()
    bench.send("G28", "G1 X66.6 E1", "G1 X66.6 E1")
    bench.printer.end(bench.guard)
    wait(lambda: bench.guard.status["job"] is None)
    bench.print(GOOD, name="second.gcode")
    bench.settled()
    bench.send(second, "G1 X66.6 E1", "G1 Z1")
    bench.guard.stream.drained()
    if halted:
        wait(lambda: "cancel" in bench.printer.calls)
    else:
        wait(lambda: bench.guard.status["evaluation"].get("layer") == 1)
        assert "cancel" not in bench.printer.calls


def test_lines_of_no_job_that_home_after_a_print_are_judged_by_themselves(bench):
    bench = bench().healthy()
    bench.print(GOOD)
    bench.settled()
    bench.send("G28", "G1 Z0.2", "G1 X66.6 E1")
    bench.printer.end(bench.guard)
    for line in ("G28", "G1 Z0.2", "G1 X66.6 E1"):
        bench.guard.sending(line, {"api:printer.command"})
    wait(lambda: bench.guard.status["evaluation"].get("layer") == 101)
    assert "cancel" not in bench.printer.calls


def test_a_clock_that_jumps_ends_no_hold_and_forgets_none(bench, monkeypatch):
    bench = bench(ask_timeout_s=60).healthy()
    bench.print(GOOD + ";REVIEW")
    bench.asking()
    for moment in (0.0, 4e9, 1e9):
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        time.sleep(0.4)
        assert bench.printer.holds == 1
    monkeypatch.undo()
    bench.guard.call(bench.guard.override, "ada", "still here")
    assert bench.settled() == "PRINTING"


def test_a_job_that_slipped_past_the_hold_is_cancelled(bench, monkeypatch):
    monkeypatch.setattr(surroundings, "UNGUARDED_S", 0.2)
    bench = bench().healthy()
    bench.printer.current = JobFile("part.gcode", str(bench.path(GOOD)), False, "ada")
    bench.printer.phase = "PRINTING"
    bench.guard.printer_event("PrintStarted", {"path": "part.gcode"})
    wait(lambda: bench.printer.calls == ["cancel"])
    assert "unguarded" in bench.events()


def test_an_engine_gone_too_long_stops_the_print(bench, tmp_path):
    once = tmp_path / "once.py"
    here = os.path.dirname(__file__)
    once.write_text(
        f"import os,sys; sys.path.insert(0,{here!r})\n"
        f"if os.path.exists({str(tmp_path / 'dead')!r}): sys.exit('network.c3po: expected a packed network')\n"
        "import fake_worker; fake_worker.main()\n"
    )
    bench = bench(command=[sys.executable, str(once)], engine_grace_s=0.5).healthy()
    bench.print(GOOD)
    bench.settled()
    (tmp_path / "dead").write_text("")
    os.kill(bench.guard.engine.worker.pid, signal.SIGKILL)
    wait(lambda: "cancel" in bench.printer.calls and bench.guard.gate.latched)
    assert bench.guard.gate.latched.startswith("the engine is not healthy")
    wait(lambda: "expected a packed network" in bench.guard.status["engine"]["failure"])
    assert not bench.guard.sending("G1 X1 E1", ())


def test_a_lost_connection_forgets_the_hold(bench):
    bench = bench().healthy()
    bench.print(GOOD + ";REVIEW")
    bench.asking()
    bench.printer.lose_connection()
    bench.guard.printer_event("Disconnected", {})
    wait(lambda: bench.guard.status["job"] is None)
    assert bench.printer.calls == ["hold", "lost"]


def test_a_user_who_cancels_while_held_gets_the_printer_back(bench):
    bench = bench().healthy()
    bench.print(GOOD + ";SLOW")
    bench.printer.cancel()
    bench.printer.phase = "OPERATIONAL"
    bench.guard.printer_event("PrintCancelled", {"path": "part.gcode"})
    wait(lambda: bench.printer.holds == 0)
    assert bench.printer.phase == "OPERATIONAL"


def test_a_job_that_vanished_without_an_event_is_let_go(bench):
    bench = bench().healthy()
    bench.print(GOOD + ";REVIEW")
    bench.asking()
    bench.printer.phase = "OPERATIONAL"
    wait(lambda: bench.printer.holds == 0)
    wait(lambda: bench.guard.status["job"] is None)
    assert bench.printer.state() == "OPERATIONAL"


def test_a_file_that_cannot_be_read_is_for_review(bench):
    bench = bench().healthy()
    path = bench.path(GOOD)
    path.unlink()
    bench.printer.begin(bench.guard, path)
    bench.asking()
    assert bench.guard.status["job"]["verdict"]["reasons"] == ["unreadable"]


def test_a_pipe_in_the_place_of_a_file_is_not_read_for_ever(bench):
    bench = bench().healthy()
    path = bench.folder / "part.gcode"
    os.mkfifo(path)
    bench.printer.begin(bench.guard, path)
    bench.asking()
    assert "expected a file" in bench.guard.status["job"]["verdict"]["error"]["message"]
    bench.guard.call(bench.guard.refuse, "ada")
    bench.print(GOOD, name="next.gcode")
    assert bench.settled() == "PRINTING"


def test_an_override_that_cannot_be_recorded_is_refused(bench, monkeypatch):
    bench = bench().healthy()
    bench.print(GOOD + ";REVIEW")
    bench.asking()

    def full(line):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bench.guard.audit, "_write", full)
    with pytest.raises(ValueError, match="No space left on device"):
        bench.guard.call(bench.guard.override, "ada", "please")
    monkeypatch.undo()
    assert bench.printer.holds == 1


def test_a_disk_that_takes_nothing_changes_no_decision(bench, tmp_path):
    data = tmp_path / "0" / "data"
    for name in ("audit.jsonl", "verdicts.tmp", "stream.spool"):
        (data / name).mkdir(parents=True)
    (data / "commitments").write_text("")
    bench = bench().healthy()
    bench.print(GOOD)
    assert bench.settled() == "PRINTING"
    bench.send(*GOOD.splitlines())
    bench.printer.end(bench.guard)
    wait(lambda: bench.guard.status["job"] is None)
    bench.print(GOOD + ";WEAPON")
    assert bench.settled() == "OPERATIONAL"
    assert "Is a directory" in bench.guard.status["audit_failed"]
    assert [record["event"] for record in bench.guard.audit.recent].count("cancelled") == 1
    (data / "audit.jsonl").rmdir()


def test_a_bug_of_ours_cancels_and_releases(bench, monkeypatch, caplog):
    bench = bench().healthy()
    caplog.set_level(logging.CRITICAL, "test.c3po")

    def broken(judged):
        raise ZeroDivisionError

    monkeypatch.setattr(bench.guard, "_decide", broken)
    bench.print(GOOD)
    assert bench.settled() == "OPERATIONAL"
    assert "guard_failed" in bench.events()


def test_an_added_file_is_judged_and_marked_by_content(bench):
    bench = bench().healthy()
    path = bench.path(GOOD + ";WEAPON", name="innocent.gcode")
    bench.guard.file_added("innocent.gcode", str(path))
    wait(lambda: bench.host.marks == {"innocent.gcode": "weapon"})
    assert path.stat().st_size in bench.guard.store.blocked_sizes()


def test_the_card_is_only_for_cleared_files(bench):
    bench = bench().healthy()
    good, bad = bench.path(GOOD, "good.gcode"), bench.path(GOOD + ";WEAPON", "bad.gcode")
    assert bench.guard.allows_card_upload(str(good)).result(60)[0] is True
    assert bench.guard.allows_card_upload(str(bad)).result(60)[0] is False


def test_a_mark_that_octoprint_wrote_over_is_put_back(bench, monkeypatch):
    monkeypatch.setattr(marks, "AGAIN_S", (0.3, 0.6))
    bench = bench().healthy()
    bench.guard.file_added("part.gcode", str(bench.path(GOOD)))
    wait(lambda: bench.host.marks)
    bench.host.marks.clear()
    wait(lambda: bench.host.marks)
    assert bench.host.marks == {"part.gcode": "clear"}


def test_the_mark_of_a_former_content_is_not_put_back(bench, monkeypatch):
    monkeypatch.setattr(marks, "AGAIN_S", (0.3, 0.6))
    bench = bench().healthy()
    bench.guard.file_added("part.gcode", str(bench.path(GOOD)))
    wait(lambda: bench.host.marks)
    bench.host.marks.clear()
    bench.guard.file_added("part.gcode", str(bench.path(GOOD + ";WEAPON")))
    wait(lambda: bench.host.marks == {"part.gcode": "weapon"})
    wait(lambda: not bench.guard.call(lambda: bench.guard._later))
    assert bench.host.marks == {"part.gcode": "weapon"}


@pytest.mark.slow
def test_a_thousand_jobs_leave_nothing_behind(bench):
    bench = bench(audit_max_bytes=20_000, audit_keep_files=5).healthy()
    names = {}
    for number in range(1000):
        bench.print(GOOD + (";WEAPON" if number % 2 else ""), name=f"{'bad' if number % 2 else 'good'}.gcode")
        assert bench.settled() == ("OPERATIONAL" if number % 2 else "PRINTING")
        bench.send("G28", "G1 X1 E1")
        bench.printer.end(bench.guard, "PrintCancelled" if number % 2 else "PrintDone")
        wait(lambda: bench.guard.status["job"] is None)
        if number in (100, 999):
            # Not while a record is begun anew: its file is closed for a moment then.
            assert bench.guard.stream.drained()
            gc.collect()
            names[number] = (threading.active_count(), len(os.listdir("/proc/self/fd")), len(gc.get_objects()))
    assert bench.printer.calls.count("release") == 1000
    assert names[999][0] <= names[100][0]
    assert names[999][1] == names[100][1]
    assert names[999][2] < names[100][2] * 1.05 + 2000


def test_an_idle_guard_and_its_worker_use_no_time(bench):
    bench = bench().healthy()
    time.sleep(0.3)

    def used_s():
        with open(f"/proc/{bench.guard.engine.worker.pid}/stat") as stream:
            worker = sum(map(int, stream.read().rsplit(")", 1)[1].split()[11:13])) / os.sysconf("SC_CLK_TCK")
        return worker + time.process_time()

    before = used_s()
    time.sleep(1.0)
    assert used_s() - before < 0.03
