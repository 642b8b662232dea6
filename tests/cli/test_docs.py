"""The pages say what the program says."""

import re
import tomllib
from pathlib import Path

import pytest
import typer.main

from c3po.cli import reference
from c3po.cli.app import COMMANDS, build_app
from c3po.verdict import REASONS
from c3po.verdict.policy import policy_from

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_reference_page_is_the_help_of_every_command() -> None:
    assert reference.PAGE.read_text() == reference.page(), "run: python -m c3po.cli.reference"


@pytest.mark.parametrize("name", [name for name in COMMANDS if name in typer.main.get_command(build_app()).commands])
def test_every_command_has_an_example_that_can_be_pasted(name: str) -> None:
    assert re.search(rf"c3po {name}\b", reference.reference().partition(f"## `c3po {name}")[2].partition("Options:")[0])


def test_every_reason_is_documented_with_its_meaning() -> None:
    page = (DOCS / "verdict.md").read_text()
    assert REASONS
    missing = [code for code, meaning in REASONS.items() if f"| `{code}` | {meaning} |\n" not in page]
    assert missing == []


def test_the_policy_in_the_page_is_a_policy() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", (DOCS / "verdict.md").read_text(), re.DOTALL)
    policy = policy_from(tomllib.loads(block))
    assert policy.thresholds == {"weapon": 0.9, "review": 0.4, "review_label": 0.8}


def test_the_keys_of_a_policy_are_all_in_the_page() -> None:
    page = (DOCS / "verdict.md").read_text()
    names = ("actions", "thresholds", "not_judgeable", "not_additive", "unreadable", "small_mm3")
    assert all(f"| `{name}` |" in page for name in names)
