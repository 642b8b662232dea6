"""The pages say what the program says."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import typer.main

from c3po.cli import reference
from c3po.cli.app import build_app
from c3po.verdict import REASONS
from c3po.verdict.policy import policy_from

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_reference_page_is_the_help_of_every_command() -> None:
    assert reference.PAGE.read_text() == reference.page(), "run: python -m c3po.cli.reference"


def test_every_command_has_an_example_that_can_be_pasted() -> None:
    mounted = typer.main.get_command(build_app()).commands  # type: ignore[attr-defined]
    assert {"classify", "render", "watch", "evaluate"} <= set(mounted)
    pages = {name: reference.reference().partition(f"## `c3po {name}")[2].partition("\n## ")[0] for name in mounted}
    groups = {name for name in mounted if "COMMAND [ARGS]" in pages[name]}
    bare = [name for name in mounted if name not in groups and f"Example: c3po {name} " not in pages[name]]
    assert bare == []


def test_only_the_command_called_is_imported() -> None:
    code = (
        "import sys; from c3po.cli.app import run; run(['classify', '--help']);"
        "own = {name for name in sys.modules if name.startswith('c3po.cli.')};"
        "sys.exit(bool(own & {f'c3po.cli.{name}' for name in ('render', 'watch', 'evaluate', 'train')}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_every_reason_is_documented_with_its_meaning() -> None:
    page = (DOCS / "verdict.md").read_text()
    assert REASONS
    missing = [code for code, meaning in REASONS.items() if f"| `{code}` | {meaning} |\n" not in page]
    assert missing == []


def test_the_policy_in_the_page_is_a_policy() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", (DOCS / "verdict.md").read_text(), re.DOTALL)
    policy = policy_from(tomllib.loads(block))
    expected = {"weapon": 0.9, "review": 0.4, "growing": 0.95, "guessed": 0.97, "vouched": 0.995, "review_label": 0.8}
    assert policy.thresholds == expected


def test_the_keys_of_a_policy_are_all_in_the_page() -> None:
    page = (DOCS / "verdict.md").read_text()
    names = ("actions", "thresholds", "not_judgeable", "not_additive", "unreadable", "small_mm3")
    assert all(f"| `{name}` |" in page for name in names)
