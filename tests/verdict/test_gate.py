"""What is judged by rule, and that rules leave the other parts alone."""

from dataclasses import replace

import numpy as np

from c3po.verdict.look import Look
from c3po.verdict.policy import Policy
from c3po.verdict.screen import Screen
from c3po.verdict.verdict import Finding
from tests.verdict.test_scoring import LinearNetwork

VIEWS = np.random.default_rng(3).random((2, 6, 8, 8), dtype=np.float32)
SIGN = Look("part 1", ((0.0, 0.0, 0.0), (90.0, 30.0, 1.0)), 5, 2000.0, VIEWS[0])
BLOCK = Look("part 2", ((0.0, 50.0, 0.0), (40.0, 70.0, 20.0)), 100, 9000.0, VIEWS[1])


def screen(**thresholds: float) -> Screen:
    network = LinearNetwork(6, thresholds=thresholds)
    network.labels = ("handgun", "tool", "gear")
    return Screen(network, Policy())


SCREEN = screen(weapon=0.9, review=0.5)


def test_a_printed_sheet_is_clear_by_rule() -> None:
    (judged,) = SCREEN.judge_parts([SIGN])
    assert (judged.verdict.finding, judged.verdict.reasons) == (Finding.CLEAR, ("sheet",))


def test_a_part_beside_a_sheet_keeps_its_own_answer() -> None:
    (alone,) = SCREEN.judge_parts([BLOCK])
    _, beside = SCREEN.judge_parts([SIGN, BLOCK])
    assert alone.verdict.score > 0
    assert beside.verdict == alone.verdict


def test_meshes_and_growing_prints_are_no_sheets() -> None:
    (mesh,) = SCREEN.judge_parts([replace(SIGN, layers=0)])
    (growing,) = SCREEN.judge_parts([SIGN], growing=True)
    assert "sheet" not in mesh.verdict.reasons + growing.verdict.reasons


def test_a_growing_print_needs_stronger_evidence() -> None:
    low = screen(weapon=0.0, review=0.0, growing=1.0)
    findings = [low.judge_parts([BLOCK], growing=growing)[0].verdict.finding for growing in (False, True)]
    assert findings == [Finding.WEAPON, Finding.REVIEW]


def test_a_purge_line_alone_is_a_sheet_though_it_has_no_shape() -> None:
    (judged,) = SCREEN.judge_parts([replace(SIGN, views=None)])
    assert (judged.verdict.finding, judged.verdict.reasons) == (Finding.CLEAR, ("sheet",))
