"""The stream: schedule, trips, overrides, and agreement with the file."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from c3po.verdict import Finding, Monitor
from c3po.verdict.monitor import GAP_S, VOUCHED_GAP_S
from tests.screens import BOX, EL, fill_screen, gcode

JOBS = {"box": gcode(BOX), "el": gcode(EL)}


def watched(text: str, **options: object) -> Monitor:
    monitor = Monitor(fill_screen(), cpu_share=1.0, **options)  # type: ignore[arg-type]
    monitor.feed_lines(text.splitlines())
    return monitor


def test_a_weapon_trips_while_it_grows_and_a_box_never_does() -> None:
    el, box = watched(JOBS["el"]), watched(JOBS["box"])
    assert el.tripped
    assert el.verdict.finding is Finding.WEAPON
    assert el.verdict.decided_at is not None
    assert el.verdict.decided_at.layer < 8
    assert not box.tripped
    assert box.finish().finding is Finding.CLEAR
    assert box.verdict.decided_at is None


def test_it_is_judged_on_layer_changes_and_not_on_every_line() -> None:
    monitor = watched(JOBS["box"])
    layers = [evaluation.layer for evaluation in monitor.history]
    assert layers == sorted(set(layers))
    assert 5 <= len(layers) <= 20
    assert monitor.fed_lines == JOBS["box"].count("\n")


def test_a_weapon_must_be_seen_twice_in_a_row() -> None:
    monitor = watched(JOBS["el"])
    first = next(i for i, evaluation in enumerate(monitor.history) if evaluation.finding is Finding.WEAPON)
    assert not monitor.history[first].tripped
    assert monitor.history[first + 1].tripped


def test_the_same_evidence_does_not_trip_again_after_it_was_accepted() -> None:
    lines = JOBS["el"].splitlines()
    monitor = Monitor(fill_screen(), cpu_share=1.0)
    rest = iter(lines)
    assert any(monitor.feed(line) for line in rest)
    monitor.accept()
    assert not monitor.feed_lines(rest)
    assert monitor.finish().finding is Finding.WEAPON
    assert not monitor.tripped


def test_another_part_trips_after_an_override() -> None:
    monitor = watched(JOBS["el"])
    monitor.accept()
    assert monitor.feed_lines(gcode(EL, at=(150, 120)).splitlines())


def test_a_job_that_is_vouched_for_needs_stronger_evidence_until_it_is_not() -> None:
    lines = JOBS["el"].splitlines()
    monitor = Monitor(fill_screen(), cpu_share=1.0)
    monitor.vouched = True
    half = len(lines) // 2
    assert not monitor.feed_lines(lines[:half])
    assert monitor.verdict.finding is Finding.REVIEW
    monitor.vouched = False
    assert monitor.feed_lines(lines[half:])
    sure = Monitor(fill_screen(thresholds={"weapon": 0.8, "review": 0.4, "vouched": 0.85}), cpu_share=1.0)
    sure.vouched = True
    assert sure.feed_lines(lines)
    sure.reset()
    assert not sure.vouched


def test_a_reset_forgets_material_trip_and_override() -> None:
    monitor = watched(JOBS["el"])
    monitor.accept()
    monitor.reset()
    assert (monitor.layers, monitor.history, monitor.tripped, monitor.fed_bytes) == (0, [], False, 0)
    assert monitor.feed_lines(JOBS["el"].splitlines())


def test_fractions_grow_when_the_size_is_known() -> None:
    monitor = watched(JOBS["box"], total_bytes=len(JOBS["box"]))
    fractions = [evaluation.fraction for evaluation in monitor.history]
    assert all(fraction is not None and 0 < fraction <= 1 for fraction in fractions)
    assert fractions == sorted(fractions)  # type: ignore[type-var]
    assert watched(JOBS["box"]).history[0].fraction is None


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(1, 4000), min_size=1, max_size=6))
def test_the_final_verdict_does_not_depend_on_how_the_stream_is_cut(cuts: list[int]) -> None:
    text = JOBS["el"].encode()
    monitor, start, i = Monitor(fill_screen(), cpu_share=1.0), 0, 0
    while start < len(text):
        monitor.feed(text[start : start + cuts[i % len(cuts)]])
        start += cuts[i % len(cuts)]
        i += 1
    whole = Monitor(fill_screen(), cpu_share=1.0)
    whole.feed(text)
    assert monitor.finish().parts == whole.finish().parts
    assert monitor.verdict.sha256 == whole.verdict.sha256


def test_evaluations_leave_time_for_the_stream() -> None:
    busy = Monitor(fill_screen(), cpu_share=0.001)
    busy.feed_lines(JOBS["box"].splitlines())
    assert len(busy.history) <= 3


def test_a_stream_is_judged_a_few_times_a_second_and_a_weapon_is_confirmed_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr("c3po.verdict.monitor.time.perf_counter", lambda: now[0])
    gaps: dict[str, list[float]] = {"box": [], "el": []}
    for name, found in gaps.items():
        monitor, last = Monitor(fill_screen()), now[0]
        for line in JOBS[name].splitlines():
            now[0] += 0.002
            looks = len(monitor.history)
            monitor.feed(line)
            if len(monitor.history) > looks and not monitor.tripped:
                found.append(now[0] - last)
            if monitor.tripped:
                confirmed_s = now[0] - last
                break
            last = now[0] if len(monitor.history) > looks else last
    assert len(gaps["box"]) > 3
    assert min(gaps["box"][1:]) >= GAP_S > confirmed_s


def test_a_stream_that_is_vouched_for_is_judged_less_often_and_as_often_as_others_from_the_line_where_it_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr("c3po.verdict.monitor.time.perf_counter", lambda: now[0])
    monitor = Monitor(fill_screen())
    looks_s: dict[bool, list[float]] = {True: [], False: []}
    lines = JOBS["box"].splitlines()
    for number, line in enumerate(lines):
        now[0] += 20.0 / len(lines)
        monitor.vouched = number < len(lines) / 2
        looks = len(monitor.history)
        monitor.feed(line)
        if len(monitor.history) > looks:
            looks_s[monitor.vouched].append(now[0])
    gaps = {vouched: [b - a for a, b in pairwise(times)] for vouched, times in looks_s.items()}
    assert min(gaps[True]) >= VOUCHED_GAP_S > min(gaps[False]) >= GAP_S


def test_an_impossible_share_is_refused() -> None:
    with pytest.raises(ValueError, match=r"cpu_share must be in \(0, 1\], got 0"):
        Monitor(fill_screen(), cpu_share=0.0)
