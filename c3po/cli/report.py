"""The report of an evaluation as text."""

from collections.abc import Iterator, Sequence
from typing import Any

from c3po.cli.files import printable
from c3po.verdict.evaluation import Rate


def report_lines(told: dict[str, Any]) -> Iterator[str]:
    """The report of `c3po.verdict.evaluation.report`, line by line."""
    counts = told["counts"]
    yield f"{counts['gun']} guns, {counts['other']} other weapons, {counts['benign']} harmless"
    yield f"{len(told['errors'])} files could not be read and count nowhere"
    yield f"network {told['network']['name']} {told['network']['digest'][:12]}"
    yield ""
    for name, group in (("guns", told["detection"]), ("harmless", told["false_alarms"])):
        for kind in ("weapon", "flagged"):
            yield f"{name + ' called weapon' if kind == 'weapon' else name + ' flagged':<24} {_rate(group[kind])}"
    for truth, name in (("gun", "guns"), ("benign", "harmless")):
        told_why = ", ".join(f"{code} {n}" for code, n in told["reasons"][truth].items())
        yield f"{name + ' flagged for':<24} {told_why or '-'}"
    yield f"{'ROC area':<24} {_figure(told['roc_area'])}"
    for budget, share in told["detection_at_false_alarm_rate"].items():
        yield f"{'guns at ' + format(100 * float(budget), 'g') + ' % alarms':<24} {_figure(share)}"
    for truth, title in (("gun", "guns"), ("other", "other weapons"), ("benign", "harmless")):
        yield f"\n{title + ' by category':<24} {'called weapon':<34} flagged"
        for category, kinds in told["categories"][truth].items():
            yield f"  {category:<22} {_rate(kinds['weapon']):<34} {_rate(kinds['flagged'])}"
    titles = {"misses": "guns not called weapon", "false_alarms_list": "harmless parts not cleared"}
    for key, title in {**titles, "errors": "files that could not be read"}.items():
        yield f"\n{title}"
        yield from _named(told[key])


def _named(cases: Sequence[dict[str, Any]]) -> Iterator[str]:
    for case in cases:
        why = case["error"] or case["label"]
        yield printable(f"  {case['finding']:<7} {case['score']:.3f}  {case['path']}  {why}")


def _rate(told: dict[str, Any]) -> str:
    return str(Rate(told["hits"], told["n"]))


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
