"""``c3po classify``: a verdict on every file named."""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from c3po.verdict import Judged, Verdict

T = TypeVar("T")

MIN_FILES_FOR_A_BAR = 4
MAX_SHOWN = 24

NetworkOption = Annotated[
    Path | None, typer.Option("--network", metavar="FILE", help="Packed network to use instead of the released one.")
]
PolicyOption = Annotated[
    Path | None, typer.Option("--policy", metavar="FILE", help="Policy file (TOML or JSON): actions and thresholds.")
]


def classify(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, folders (recursive), or - for standard input.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on standard output, one per file.")] = False,
    explain: Annotated[
        Path | None,
        typer.Option("--explain", metavar="OUT.png", help="Write a picture of the views and the deciding regions."),
    ] = None,
    early: Annotated[
        bool, typer.Option("--early", help="Replay jobs layer by layer: at which layer would a print be stopped?")
    ] = False,
    network: NetworkOption = None,
    policy: PolicyOption = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Worker processes; 0 uses all cores when there are many files.")
    ] = 0,
    engine: Annotated[str, typer.Option(help="processes of this machine, or ray for a Ray cluster.")] = "processes",
) -> int:
    """Is this print job a weapon? Judge files, folders or a stream.

    Exit code: 0 all clear, 1 at least one weapon, 2 a file could not be read or the call is wrong,
    3 at least one needs review.

    Example: c3po classify bracket.gcode parts/ --explain why.png
    """
    from c3po.cli.files import find_jobs
    from c3po.cli.workers import judged_files

    started = time.perf_counter()
    found = find_jobs(paths)
    for folder in found.empty:
        print(f"c3po: {folder}: expected jobs or meshes in the folder, found none; name the files", file=sys.stderr)
    answers = judged_files(
        found.paths, network, policy, early=early, evidence=explain is not None, jobs=jobs, engine=engine
    )
    kept: list[Judged] = []
    verdicts = []
    for judged in with_progress(answers, len(found.paths)):
        verdicts.append(judged.verdict)
        if explain is not None:
            kept = gravest([*kept, judged])
        if as_json:
            print(json.dumps(judged.verdict.to_json()), flush=True)
    if not as_json and verdicts:
        from c3po.cli.table import print_table

        print_table(verdicts, found.skipped, time.perf_counter() - started)
    if explain is not None and kept:
        from c3po.cli.files import written_whole
        from c3po.verdict.picture import explaining_picture
        from c3po.verdict.screen import Screen

        with written_whole(explain) as partial:
            explaining_picture(kept, Screen.open(network, policy), unseen=len(verdicts) - len(kept)).save(
                partial, format="PNG"
            )
        print(f"c3po: wrote {explain}", file=sys.stderr)
    return 2 if found.empty else exit_code(verdicts)


def gravest(judged: "list[Judged]") -> "list[Judged]":
    """At most `MAX_SHOWN` of them in their order, the least grave left out."""
    if len(judged) <= MAX_SHOWN:
        return judged
    least = min(judged, key=lambda one: (one.verdict.finding.gravity, one.verdict.score))
    return [one for one in judged if one is not least]


def exit_code(verdicts: "Iterable[Verdict]") -> int:
    """2 if a file could not be read, else 1 if one is a weapon, else 3 if one needs review, else 0."""
    seen = list(verdicts)
    if any(verdict.error for verdict in seen):
        return 2
    findings = {str(verdict.finding) for verdict in seen}
    return 1 if "weapon" in findings else 3 if "review" in findings else 0


def with_progress(answers: "Iterator[T]", total: int) -> "Iterator[T]":
    """The same answers, with a bar on standard error when a person watches and there is something to wait for."""
    if total < MIN_FILES_FOR_A_BAR or not sys.stderr.isatty():
        yield from answers
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(answers, "Judging", total=total, console=Console(stderr=True), transient=True)
