"""``c3po evaluate``: the screen against folders whose truth is known."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from c3po.cli.classify import NetworkOption, PolicyOption, with_progress

if TYPE_CHECKING:
    from c3po.verdict import Judged
    from c3po.verdict.evaluation import Case


def evaluate(
    weapons: Annotated[
        Path, typer.Option("--weapons", metavar="DIR", help="Weapons, by category: sub-folder or CATEGORY__name.")
    ],
    benign: Annotated[
        Path, typer.Option("--benign", metavar="DIR", help="Harmless parts, by category in the same way.")
    ],
    guns: Annotated[
        str,
        typer.Option(
            "--guns",
            metavar="A,B",
            help="Categories that count as guns; default: all but blade, launcher, other_weapon.",
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", metavar="OUT.png", help="Contact sheet of the misses and false alarms.")
    ] = None,
    network: NetworkOption = None,
    policy: PolicyOption = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Worker processes; 0 uses all cores.")] = 0,
    cache: Annotated[
        Path | None,
        typer.Option("--cache", metavar="DIR", help="Where views of files are kept; default: the user's cache."),
    ] = None,
) -> int:
    """Detection and false-alarm rates on your own files, with 95 % intervals.

    Views are kept by the digest of the file, so that another network is evaluated in seconds.

    Example: c3po evaluate --weapons data/weapons --benign data/benign --sheet errors.png
    """
    from c3po.cli.files import written_whole
    from c3po.verdict.evaluation import report

    chosen = frozenset(name.strip() for name in guns.split(",") if name.strip())
    cases, judged = _judged_cases((weapons, benign), chosen, network, policy, cache, jobs)
    told = report(cases)
    if as_json:
        print(json.dumps(told, indent=1))
    else:
        _print_report(told)
    if sheet is not None:
        from c3po.verdict.sheet import contact_sheet

        with written_whole(sheet) as partial:
            contact_sheet(cases, judged).save(partial, format="PNG")
        print(f"c3po: wrote {sheet}", file=sys.stderr)
    return 0


def _judged_cases(
    folders: tuple[Path, Path],
    guns: frozenset[str],
    network: Path | None,
    policy: Path | None,
    cache: Path | None,
    jobs: int,
) -> tuple[list["Case"], list["Judged"]]:
    """Every job in the two folders judged, with its truth."""
    from c3po.cli.cache import JobCache
    from c3po.cli.files import find_jobs
    from c3po.errors import ManifestError
    from c3po.verdict.evaluation import REPORTED_APART, Case, category_of
    from c3po.verdict.screen import Screen

    screen = Screen.open(network, policy)
    views = JobCache(cache, screen.size_px)
    cases, judged = [], []
    wanted: list[tuple[Path, str, str]] = []
    for folder, is_weapon in zip(folders, (True, False), strict=True):
        found = find_jobs([folder]).paths if folder.is_dir() else ()
        if not found:
            raise ManifestError(f"{folder}: expected a folder with jobs or meshes, found none; give another")
        for path in found:
            category = category_of(path, folder)
            is_gun = category in guns if guns else category not in REPORTED_APART
            wanted.append((path, category, ("gun" if is_gun else "other") if is_weapon else "benign"))
    answers = views.judged([path for path, _, _ in wanted], screen, jobs)
    for (path, category, truth), answer in zip(wanted, with_progress(answers, len(wanted)), strict=True):
        cases.append(Case(path, category, truth, answer.verdict))
        judged.append(answer)
    return cases, judged


def _print_report(told: dict[str, Any]) -> None:
    """The report as text: figures, categories, misses, alarms."""
    print("\n".join(_lines(told)))


def _lines(told: dict[str, Any]) -> Iterator[str]:
    counts = told["counts"]
    yield f"{counts['gun']} guns, {counts['other']} other weapons, {counts['benign']} harmless"
    yield f"{len(told['errors'])} of them could not be read"
    yield f"network {told['network']['name']} {told['network']['digest'][:12]}"
    yield ""
    for name, group in (("guns", told["detection"]), ("harmless", told["false_alarms"])):
        for kind in ("weapon", "flagged"):
            yield f"{name + ' called weapon' if kind == 'weapon' else name + ' flagged':<24} {_rate(group[kind])}"
    yield f"{'ROC area':<24} {_figure(told['roc_area'])}"
    for budget, share in told["detection_at_false_alarm_rate"].items():
        yield f"{'guns at ' + format(100 * float(budget), 'g') + ' % alarms':<24} {_figure(share)}"
    for truth, title in (("gun", "guns"), ("other", "other weapons"), ("benign", "harmless")):
        yield f"\n{title + ' by category':<24} {'called weapon':<34} flagged"
        for category, kinds in told["categories"][truth].items():
            yield f"  {category:<22} {_rate(kinds['weapon']):<34} {_rate(kinds['flagged'])}"
    for key, title in (("misses", "guns not called weapon"), ("false_alarms_list", "harmless parts not cleared")):
        yield f"\n{title}"
        yield from _named(told[key])


def _named(cases: Sequence[dict[str, Any]]) -> Iterator[str]:
    from c3po.cli.files import printable

    for case in cases:
        why = case["error"] or case["label"]
        yield printable(f"  {case['finding']:<7} {case['score']:.3f}  {case['path']}  {why}")


def _rate(told: dict[str, Any]) -> str:
    from c3po.verdict.evaluation import Rate

    return str(Rate(told["hits"], told["n"]))


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
