"""Holds, the bed, the gate, the settings, decisions, the verdict store and the spool."""

import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from octoprint_c3po.bed import BedModel
from octoprint_c3po.clock import Clock
from octoprint_c3po.commands import homes_z
from octoprint_c3po.decision import ASK, CANCEL, RELEASE, WARN, decide_start, decide_without_verdict, review_verdict
from octoprint_c3po.gate import Gate
from octoprint_c3po.hold import Hold
from octoprint_c3po.options import CHOICES, RANGES, Options, migrate
from octoprint_c3po.spool import Spool
from octoprint_c3po.verdicts import Key, VerdictStore

CLEAR, WEAPON, REVIEW = {"finding": "clear"}, {"finding": "weapon"}, {"finding": "review"}


class TestHold:
    def test_many_threads_release_once(self):
        calls = []
        hold = Hold(lambda value: calls.append(value) or True)
        threads = [threading.Thread(target=hold.release) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert calls == [True, False]
        assert not hold.held

    def test_a_lost_connection_takes_the_hold_with_it(self):
        calls = []
        hold = Hold(lambda value: calls.append(value) or True)
        hold.forget()
        assert hold.release() is False
        assert calls == [True]

    def test_a_refused_hold_is_an_error(self):
        with pytest.raises(RuntimeError, match="it did not"):
            Hold(lambda value: False)


class TestBed:
    def test_homing_before_the_first_drawn_line_clears(self):
        bed = BedModel("G28 START_PRINT")
        lines = ["M104 S200", "G28", "G1 X1 E1", "G28", "G1 X2 E2"]
        assert [bed.clears(line) for line in lines] == [False, True, False, False, False]

    def test_a_job_that_does_not_home_adds_to_what_is_there(self):
        bed = BedModel("G28")
        bed.job_started()
        assert not any(bed.clears(line) for line in ["G28 X Y", "G92 Z0", "G1 X1 Z5 E1", "G28"])

    def test_every_job_may_clear_again(self):
        bed = BedModel("G28")
        assert not bed.clears("G1 X1 E1")
        assert not bed.clears("G28")
        bed.job_started()
        assert bed.clears("g28 z")

    def test_homing_after_something_was_drawn_may_begin_another_print(self):
        bed = BedModel("G28 START_PRINT")
        lines = ["G28", "G1 X1 E1", "G28 X Y", "G28", "start_print", "n5 g028 z"]
        assert [bed.restarts(line) for line in lines if not bed.clears(line)] == [False, False, True, True, True]

    @given(st.sampled_from(["G28", "g28 z", "N7 G 028", "G1 X28.5 E28", "M117 G280", "START_PRINT A=1"]))
    def test_no_homing_line_is_overlooked_among_many(self, line):
        bed = BedModel("G28 START_PRINT")
        homes = homes_z(line, frozenset({"G28", "START_PRINT"}))
        assert homes <= bed.names_homing(f"G1 X1 E1\n{line}\nG1 X2 E2")
        assert not bed.names_homing("G1 X28.5 E28\nG1 Z2.8")


class TestGate:
    @given(st.text(max_size=40), st.sampled_from([(), {"source:file"}, {"api:printer.command"}]))
    def test_open_without_card_policy_everything_passes(self, line, tags):
        gate = Gate()
        gate.block_sd = False
        assert gate.passes(line, tags)

    @pytest.mark.parametrize("tags", [(), {"source:file"}, {"api:printer.command"}, {"script:afterPrintCancelled"}])
    @pytest.mark.parametrize("line", ["G1 X1 E1", "g2 x1 i1 e2", "N5 G1 X1 E1*9", "G26"])
    def test_latched_nothing_draws(self, line, tags):
        gate = Gate()
        gate.latch("weapon")
        assert not gate.passes(line, tags)
        gate.unlatch()
        assert gate.passes(line, tags)

    def test_latched_a_job_ends_instead_of_losing_its_lines(self):
        gate, stopped = Gate(), []
        gate.stop_job = lambda: stopped.append(1)
        gate.latch("weapon")
        assert gate.passes("M106 S255", {"source:file"})
        assert not gate.passes("G1 X1 E1", {"source:file"})
        assert not gate.passes("G1 X1 E1", {"api:printer.command"})
        assert stopped == [1]

    def test_latched_heaters_go_off_and_the_ending_script_parks(self):
        gate = Gate()
        gate.latch("weapon")
        assert gate.passes("M104 S0", {"api:printer.command"})
        assert gate.passes("G1 X0 Y200", {"script:afterPrintCancelled"})
        assert not gate.passes("G1 X0 Y200", {"api:printer.command"})

    def test_the_card_is_blocked_unless_allowed(self):
        gate = Gate()
        assert not gate.passes("m23 weapon.gco", {"api:printer.command"})
        assert gate.passes("M105", ())

    def test_a_pending_cancel_is_done_by_the_next_line_of_the_job_once(self):
        gate, cancelled = Gate(), []
        gate.request_cancel(lambda: cancelled.append(1))
        assert gate.passes("M105", ())
        assert [gate.passes("G1 X1 E1", {"source:file"}) for _ in range(3)] == [False] * 3
        assert cancelled == [1]
        assert gate.claim_cancel() is None
        assert gate.passes("M84", {"script:afterPrintCancelled"})
        gate.new_job()
        assert gate.passes("G1 X1 E1", {"source:file"})

    def test_a_cancel_that_no_longer_holds_stops_no_other_job(self):
        gate = Gate()
        gate.request_cancel(lambda: pytest.fail("cancelled"))
        gate.new_job()
        assert gate.passes("G1 X1 E1", {"source:file"})


class TestOptions:
    def test_every_setting_has_help_and_a_default_in_range(self):
        defaults = Options.defaults()
        assert set(CHOICES) | set(RANGES) <= set(defaults)
        assert Options.read(defaults) == Options()
        assert all(defaults[name] in CHOICES[name] for name in CHOICES)
        assert all(low <= defaults[name] <= high for name, (low, high) in RANGES.items())

    @given(
        st.dictionaries(
            st.sampled_from(sorted(Options.defaults())), st.one_of(st.none(), st.integers(), st.text(), st.booleans())
        )
    )
    def test_whatever_is_stored_the_options_are_valid(self, values):
        options = Options.read(values)
        assert all(getattr(options, name) in CHOICES[name] for name in CHOICES)
        assert all(low <= getattr(options, name) <= high for name, (low, high) in RANGES.items())
        assert isinstance(options.enforce, bool)

    def test_nothing_enforced_only_warns(self):
        options = Options(enforce=False)
        assert {options.action(name) for name in CHOICES} == {"warn"}
        assert not options.closed

    def test_settings_of_version_1_move(self):
        assert migrate({"mode": "observe", "sd_prints": True}, 1) == {"enforce": False, "sd_policy": "allow"}
        assert migrate({"mode": "enforce"}, None) == {"enforce": True}
        assert migrate({"mode": "observe"}, 2) == {}


class TestDecision:
    def test_the_safe_defaults(self):
        options = Options()
        assert decide_start(CLEAR, None, options).action == RELEASE
        assert decide_start(WEAPON, None, options).action == CANCEL
        assert decide_start(REVIEW, None, options).action == ASK
        assert decide_without_verdict("timeout", "", options).action == CANCEL
        assert decide_without_verdict("timeout", "", Options(fail_closed=False)).action == WARN

    @given(st.one_of(st.none(), st.text(), st.integers()))
    def test_an_unknown_finding_is_for_review(self, finding):
        expected = {"clear": RELEASE, "weapon": CANCEL}.get(finding, ASK)
        assert decide_start({"finding": finding}, None, Options()).action == expected

    def test_an_override_releases_and_is_named(self):
        decision = decide_start(WEAPON, {"user": "ada", "reason": "a prop"}, Options())
        assert (decision.action, decision.text) == (RELEASE, "printed on the word of ada: a prop")

    def test_what_cannot_be_judged_is_for_review(self):
        assert review_verdict("timeout", "too long")["finding"] == "review"
        text = decide_start(review_verdict("timeout", "too long"), None, Options()).text
        assert text == "cannot be cleared (timeout, too long)"


class TestVerdictStore:
    KEY = Key("a" * 64, "n", "1")

    def test_any_part_of_the_key_counts(self, tmp_path):
        store = VerdictStore(tmp_path / "v.json")
        store.put(self.KEY, WEAPON)
        assert store.get(self.KEY) == WEAPON
        for other in (Key("b" * 64, "n", "1"), Key("a" * 64, "m", "1"), Key("a" * 64, "n", "2")):
            assert store.get(other) is None

    def test_it_survives_a_restart(self, tmp_path):
        store = VerdictStore(tmp_path / "v.json")
        store.put(self.KEY, {**WEAPON, "size_bytes": 7})
        store.put_override(self.KEY, {"user": "ada", "reason": "prop"})
        again = VerdictStore(tmp_path / "v.json")
        assert again.get(self.KEY)["size_bytes"] == 7
        assert again.override(self.KEY) == {"user": "ada", "reason": "prop"}
        assert again.blocked_sizes() == frozenset()
        again.remove_override(self.KEY)
        assert again.blocked_sizes() == {7}

    def test_the_least_recently_used_goes_first(self, tmp_path):
        store = VerdictStore(tmp_path / "v.json", limit=2)
        keys = [Key(letter * 64, "n", "1") for letter in "abc"]
        store.put(keys[0], CLEAR)
        store.put(keys[1], CLEAR)
        store.get(keys[0])
        store.put(keys[2], CLEAR)
        assert [store.get(key) is not None for key in keys] == [True, False, True]

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"verdicts": [1], "overrides": []}', '{"verdicts": 3}'])
    def test_a_damaged_file_is_an_empty_store(self, tmp_path, text):
        (tmp_path / "v.json").write_text(text)
        store = VerdictStore(tmp_path / "v.json")
        assert store.get(self.KEY) is None
        assert store.failed
        store.put(self.KEY, CLEAR)
        assert json.loads((tmp_path / "v.json").read_text())["verdicts"]

    def test_a_full_disk_loses_nothing_in_memory(self, tmp_path):
        (tmp_path / "file").write_text("")
        store = VerdictStore(tmp_path / "file" / "v.json")
        store.put(self.KEY, CLEAR)
        assert store.get(self.KEY) == CLEAR
        assert store.failed


class TestSpool:
    @given(
        st.lists(st.one_of(st.binary(min_size=1, max_size=50), st.fixed_dictionaries({"command": st.just("accept")})))
    )
    def test_replay_is_what_was_appended(self, tmp_path_factory, pieces):
        spool = Spool(tmp_path_factory.mktemp("spool") / "s", 10_000)
        for piece in pieces:
            spool.append(piece) if isinstance(piece, bytes) else spool.mark(piece)

        def joined(items):
            result = []
            for item in items:
                if isinstance(item, bytes) and result and isinstance(result[-1], bytes):
                    result[-1] += item
                else:
                    result.append(item)
            return result

        assert joined(spool.replay()) == joined(pieces)
        assert joined(spool.replay()) == joined(pieces)
        spool.close()

    def test_it_is_bounded_and_says_so(self, tmp_path):
        spool = Spool(tmp_path / "s", 100)
        spool.append(b"x" * 101)
        assert spool.lost == "more than 100 bytes were sent"
        spool.clear()
        spool.append(b"G28\n")
        assert (spool.lost, list(spool.replay())) == (None, [b"G28\n"])
        spool.close()

    def test_lines_of_which_only_half_fit_are_a_loss(self, tmp_path, little_room):
        spool = Spool(tmp_path / "s", 10_000)
        spool.append(b"G28\n")
        with little_room(10):
            spool.append(b"G1 X1 Y1 E1\n" * 5)
        assert spool.lost == "the disk is full"
        spool.close()

    def test_no_disk_is_a_loss_not_an_exception(self, tmp_path):
        (tmp_path / "file").write_text("")
        spool = Spool(tmp_path / "file" / "s", 100)
        spool.append(b"G28\n")
        assert spool.lost
        assert list(spool.replay()) == []


class TestClock:
    def test_a_sleep_of_the_machine_is_left_out_and_short_delays_are_not(self):
        now = [100.0]
        clock = Clock(lambda: now[0])
        since = clock()
        now[0] += 3600.25
        clock.waited(since, 0.25)
        assert clock() == since + 0.25
        since = clock()
        now[0] += 4.0
        clock.waited(since, 0.25)
        assert clock() == since + 4.0
