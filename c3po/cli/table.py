"""The table and the summary a person gets."""

import sys
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from c3po.cli.files import printable
from c3po.verdict import Finding, Verdict

PLAIN_WIDTH = 2000
"""Columns where nobody watches: one line per file, so that grep finds it."""

STYLES = {Finding.CLEAR: "green", Finding.REVIEW: "yellow", Finding.WEAPON: "bold red"}


def print_table(verdicts: Sequence[Verdict], skipped: int, elapsed_s: float) -> None:
    """Print one row per verdict and the summary on standard output; without colours when it is not a terminal."""
    console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    for heading, justify in (
        ("finding", "left"),
        ("score", "right"),
        ("label", "left"),
        ("file", "left"),
        ("why", "left"),
    ):
        table.add_column(heading, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for verdict in verdicts:
        table.add_row(*_row(verdict))
    console.print(table)
    console.print(Text(summary(verdicts, skipped, elapsed_s)))


def _row(verdict: Verdict) -> tuple[Text, ...]:
    judged = verdict.error is None
    finding = Text(str(verdict.finding) if judged else "error", STYLES[verdict.finding] if judged else "magenta")
    score = f"{verdict.score:.3f}" if judged and verdict.label else "-"
    return finding, Text(score), Text(verdict.label or "-"), Text(printable(verdict.path)), Text(why(verdict))


def why(verdict: Verdict) -> str:
    """One line for a person: the error, or the reasons and the part they stand for."""
    if verdict.error is not None:
        return printable(verdict.error.message)
    told = ", ".join(verdict.reasons)
    grave = [part.name for part in verdict.parts if part.finding is verdict.finding]
    if verdict.finding is not Finding.CLEAR and len(verdict.parts) > 1 and grave:
        told += f" ({grave[0]} of {len(verdict.parts)})"
    if verdict.decided_at is not None:
        fraction = verdict.decided_at.fraction
        share = "" if fraction is None else f", {100 * fraction:.0f} % printed"
        told += f" at layer {verdict.decided_at.layer}{share}"
    if "unreadable-shape" in verdict.reasons:
        told += f": {', '.join(verdict.flags)}"
    return printable(told)


def summary(verdicts: Sequence[Verdict], skipped: int, elapsed_s: float) -> str:
    """``5 files: 3 clear, 1 review, 1 weapon, 0 errors in 1.2 s; network 6f0c1d2e``."""
    counts = Counter("error" if verdict.error else str(verdict.finding) for verdict in verdicts)
    n = len(verdicts)
    told = ", ".join(f"{counts[finding]} {finding}" for finding in Finding)
    errors = counts["error"]
    told += f", {errors} error{'' if errors == 1 else 's'} in {elapsed_s:.1f} s"
    if skipped:
        told += f"; {skipped} other file{'' if skipped == 1 else 's'} passed over"
    digest = verdicts[0].network_digest[:12] if verdicts else ""
    return f"{n} file{'' if n == 1 else 's'}: {told}; network {digest}"
