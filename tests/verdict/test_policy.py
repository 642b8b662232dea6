"""Policies: defaults, files, and every wrong key or value named."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from c3po.errors import PolicyError
from c3po.verdict import Finding, Policy, read_policy
from c3po.verdict.policy import policy_from

NETWORK = {"thresholds": {"weapon": 0.9, "review": 0.5}}


def test_guns_are_weapons_and_blades_are_reviewed_by_default() -> None:
    policy = Policy()
    found = [policy.action(label) for label in ("handgun", "long_gun", "blade", "gear", "never heard of")]
    assert found == [Finding.WEAPON, Finding.WEAPON, Finding.REVIEW, Finding.CLEAR, Finding.CLEAR]


def test_a_policy_overrides_the_thresholds_it_names() -> None:
    merged = Policy(thresholds={"review": 0.2}).merged(NETWORK)
    assert (merged.weapon, merged.review, merged.review_label) == (0.9, 0.2, 0.9)


def test_toml_and_json_say_the_same(tmp_path: Path) -> None:
    toml, json = tmp_path / "p.toml", tmp_path / "p.json"
    toml.write_text(
        'version = "school"\nnot_judgeable = "clear"\n[actions]\nblade = "weapon"\n[thresholds]\nweapon = 0.7\n'
    )
    json.write_text(
        '{"version": "school", "not_judgeable": "clear", "actions": {"blade": "weapon"}, "thresholds": {"weapon": 0.7}}'
    )
    assert read_policy(toml) == read_policy(json)
    assert read_policy(toml).action("blade") is Finding.WEAPON
    assert read_policy(toml).action("handgun") is Finding.WEAPON


def test_the_stamp_tells_policies_of_the_same_version_apart() -> None:
    assert Policy().stamp == "1"
    stamps = {policy_from({"version": "1", "thresholds": {"weapon": value}}).stamp for value in (0.7, 0.8)}
    assert len(stamps) == 2
    assert all(stamp.startswith("1-") for stamp in stamps)


KEYS = "actions, not_additive, not_judgeable, sheet_mm, small_mm3, thresholds, unreadable, version"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"treshold": {}}, f"expected one of {KEYS}, got 'treshold'"),
        ({"actions": {"blade": "stop"}}, "actions.blade: expected weapon or review or clear, got 'stop'"),
        ({"actions": []}, "actions: expected a table, got []"),
        ({"thresholds": {"weapon": 1.5}}, "thresholds.weapon: expected a number from 0 to 1, got 1.5"),
        ({"thresholds": {"weapon": True}}, "thresholds.weapon: expected a number from 0 to 1, got True"),
        (
            {"thresholds": {"gun": 0.5}},
            "thresholds: expected one of growing, guessed, review, review_label, vouched, weapon, got 'gun'",
        ),
        ({"unreadable": "clear"}, "unreadable: expected weapon or review, got 'clear'"),
        ({"version": 2}, "version: expected a text, got 2"),
        ([], "expected a table, got []"),
    ],
)
def test_a_wrong_key_or_value_is_named(content: object, text: str) -> None:
    with pytest.raises(PolicyError) as caught:
        policy_from(content)
    assert str(caught.value) == f"policy: {text}; see docs/verdict.md"


def test_a_policy_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PolicyError, match=r"p\.toml: expected a policy in TOML or JSON, got .*; see docs/verdict\.md$"):
        read_policy(path)
    with pytest.raises(PolicyError, match="No such file or directory"):
        read_policy(tmp_path / "none.toml")


def test_thresholds_that_cross_are_refused() -> None:
    with pytest.raises(PolicyError, match="review <= weapon"):
        Policy(thresholds={"weapon": 0.1}).merged(NETWORK)
    with pytest.raises(PolicyError, match="expected weapon and review"):
        Policy().merged({})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(["version", "actions", "thresholds", "not_judgeable", "not_additive", "unreadable", "small_mm3"])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(st.dictionaries(keys, json_values, max_size=4))
def test_any_content_is_a_policy_or_a_policy_error(content: dict[str, object]) -> None:
    try:
        policy = policy_from(content)
    except PolicyError:
        return
    assert policy.action("gear") in list(Finding)
