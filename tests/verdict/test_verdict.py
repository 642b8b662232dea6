"""Findings, verdicts and their JSON form."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c3po.verdict import REASONS, DecidedAt, Finding, PartVerdict, Problem, Verdict
from c3po.verdict.verdict import worst

PART = PartVerdict("part 1", Finding.WEAPON, 0.97, "handgun", ((1, 2, 0), (90, 30, 12)), 40, ("weapon-shape",))
FULL = Verdict(
    path="a.gcode",
    sha256="ab" * 32,
    format="gcode",
    finding=Finding.WEAPON,
    score=0.97,
    label="handgun",
    reasons=("weapon-shape",),
    parts=(PART,),
    layers=40,
    decided_at=DecidedAt(7, 0.175),
    flags=("subprogram",),
    network_name="screen",
    network_digest="cd" * 32,
    policy_version="1",
    elapsed_s=0.25,
)


def test_the_json_form_has_the_documented_keys_and_types() -> None:
    assert json.loads(json.dumps(FULL.to_json())) == {
        "path": "a.gcode",
        "sha256": "ab" * 32,
        "format": "gcode",
        "finding": "weapon",
        "score": 0.97,
        "label": "handgun",
        "reasons": ["weapon-shape"],
        "parts": [
            {
                "name": "part 1",
                "finding": "weapon",
                "score": 0.97,
                "label": "handgun",
                "bounds_mm": [[1, 2, 0], [90, 30, 12]],
                "layers": 40,
            }
        ],
        "layers": 40,
        "decided_at": {"layer": 7, "fraction": 0.175},
        "flags": ["subprogram"],
        "network": {"name": "screen", "digest": "cd" * 32},
        "elapsed_s": 0.25,
        "error": None,
    }


def test_an_error_is_never_clear() -> None:
    problem = Problem("mesh", "a.stl: expected faces, found none; export it again")
    with pytest.raises(ValueError, match="finding must be at least review, got clear"):
        Verdict("a.stl", None, None, Finding.CLEAR, error=problem)
    assert Verdict("a.stl", None, None, Finding.REVIEW, error=problem).to_json()["error"] == {
        "code": "mesh",
        "message": "a.stl: expected faces, found none; export it again",
    }


def test_a_verdict_is_as_grave_as_its_parts() -> None:
    with pytest.raises(ValueError, match="at least weapon"):
        Verdict("a.stl", None, None, Finding.REVIEW, parts=(PART,))


@given(st.lists(st.sampled_from(list(Finding))))
def test_the_worst_is_a_member_that_none_exceeds(findings: list[Finding]) -> None:
    found = worst(findings)
    assert found in [*findings, Finding.CLEAR]
    assert all(finding.gravity <= found.gravity for finding in findings)


def test_every_reason_says_what_it_means() -> None:
    assert all(code == code.lower() and " " not in code and len(text) > 20 for code, text in REASONS.items())
