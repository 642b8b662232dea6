"""``python -m c3po.cli.reference``: rewrites docs/cli.md from the help of every command."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from c3po.cli.app import build_app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"
WIDTH = 100
MARK = "<!-- Below this line the page is written by python -m c3po.cli.reference. -->\n"


def reference() -> str:
    """The generated half of the page: a heading and the help for each command."""
    root = typer.main.get_command(build_app())
    pieces = [f"\n## `{path}`\n\n```text\n{text}\n```\n" for path, text in _helps(root, "c3po")]
    return MARK + "".join(pieces)


def _helps(command: Any, path: str) -> Iterator[tuple[str, str]]:
    """Path and help of a command and, depth first, of those below it."""
    context = command.make_context(path, [], resilient_parsing=True, terminal_width=WIDTH, max_content_width=WIDTH)
    yield path, "\n".join(line.rstrip() for line in command.get_help(context).strip().splitlines())
    for name, inner in getattr(command, "commands", {}).items():
        yield from _helps(inner, f"{path} {name}")


def page() -> str:
    """The whole page: what is written by hand, then the reference."""
    by_hand = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    return by_hand + reference()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
