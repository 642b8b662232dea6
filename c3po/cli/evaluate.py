"""``c3po evaluate``: the screen against folders whose truth is known."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from c3po.cli.classify import NetworkOption, PolicyOption, with_progress

if TYPE_CHECKING:
    from c3po.cli.cache import JobCache
    from c3po.verdict import Judged, Screen
    from c3po.verdict.evaluation import Case

Wanted = list[tuple[Path, str, str]]
"""File, category, truth."""


def evaluate(
    weapons: Annotated[
        Path, typer.Option("--weapons", metavar="DIR", help="Weapons, by category: sub-folder or CATEGORY__name.")
    ],
    benign: Annotated[
        Path | None, typer.Option("--benign", metavar="DIR", help="Harmless parts, by category in the same way.")
    ] = None,
    evasion: Annotated[
        bool, typer.Option("--evasion", help="Change the weapons in many ways; how many are still flagged?")
    ] = False,
    guns: Annotated[
        str,
        typer.Option("--guns", metavar="A,B", help="Categories that are guns [all but blade, launcher, other_weapon]."),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", metavar="OUT.png", help="Contact sheet of the misses and false alarms.")
    ] = None,
    network: NetworkOption = None,
    policy: PolicyOption = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Worker processes; 0 uses all cores.")] = 0,
    cache: Annotated[
        Path | None, typer.Option("--cache", metavar="DIR", help="Where read jobs are kept [the user's cache].")
    ] = None,
) -> int:
    """Detection and false-alarm rates on your own files, with 95 % intervals.

    Read jobs are kept by the digest of the file, so that another network is evaluated in seconds. Files that cannot be
    read are listed and count nowhere.

    Example: c3po evaluate --weapons data/weapons --benign data/benign --sheet errors.png
    """
    from c3po.errors import ManifestError

    wanted = _wanted(weapons, guns, is_weapon=True)
    if evasion:
        _evade([path for path, _, truth in wanted if truth == "gun"], network, policy, jobs, as_json=as_json)
        return 0
    if benign is None:
        raise ManifestError("evaluate: expected --benign DIR or --evasion beside --weapons, got neither; name one")
    wanted += _wanted(benign, guns, is_weapon=False)
    _evaluate(wanted, network, policy, jobs, cache, sheet, as_json=as_json)
    return 0


def _wanted(folder: Path, guns: str, *, is_weapon: bool) -> Wanted:
    """Every job in a folder with its category and truth."""
    from c3po.cli.files import find_jobs
    from c3po.errors import ManifestError
    from c3po.verdict.evaluation import REPORTED_APART, category_of

    chosen = {name.strip() for name in guns.split(",") if name.strip()}
    found = find_jobs([folder]).paths if folder.is_dir() else ()
    if not found:
        raise ManifestError(f"{folder}: expected a folder with jobs or meshes, found none; give another")
    wanted = []
    for path in found:
        category = category_of(path, folder)
        is_gun = category in chosen if chosen else category not in REPORTED_APART
        wanted.append((path, category, ("gun" if is_gun else "other") if is_weapon else "benign"))
    return wanted


def _evaluate(
    wanted: Wanted,
    network: Path | None,
    policy: Path | None,
    jobs: int,
    cache: Path | None,
    sheet: Path | None,
    *,
    as_json: bool,
) -> None:
    from c3po.cli.cache import JobCache
    from c3po.cli.report import report_lines
    from c3po.verdict.evaluation import report
    from c3po.verdict.screen import Screen

    screen = Screen.open(network, policy)
    cases, judged = _judged_cases(wanted, screen, JobCache(cache, screen.size_px), jobs)
    told = report(cases)
    print(json.dumps(told, indent=1) if as_json else "\n".join(report_lines(told)))
    if sheet is not None:
        from c3po.cli.files import written_whole
        from c3po.verdict.sheet import contact_sheet

        with written_whole(sheet) as partial:
            contact_sheet(cases, judged).save(partial, format="PNG")
        print(f"c3po: wrote {sheet}", file=sys.stderr)


def _judged_cases(wanted: Wanted, screen: "Screen", kept: "JobCache", jobs: int) -> tuple[list["Case"], list["Judged"]]:
    """Every wanted file judged, with its truth."""
    from c3po.verdict.evaluation import Case

    answers = kept.judged([path for path, _, _ in wanted], screen, jobs)
    judged = list(with_progress(answers, len(wanted)))
    cases = [
        Case(path, category, truth, answer.verdict)
        for (path, category, truth), answer in zip(wanted, judged, strict=True)
    ]
    return cases, judged


def _evade(paths: Sequence[Path], network: Path | None, policy: Path | None, jobs: int, *, as_json: bool) -> None:
    from c3po.cli.evasions import evasion_table, lines_of
    from c3po.verdict.evasion import evasion_summary

    answers = list(with_progress(evasion_table(paths, network, policy, jobs), len(paths)))
    report = evasion_summary(answers)
    print(json.dumps(report, indent=1) if as_json else "\n".join(lines_of(report)))
