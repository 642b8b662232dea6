"""How good is the screen? Counts, rates with intervals and ROC area from judged weapons and harmless parts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from c3po.figures import roc_area, share_at_rate, wilson_interval
from c3po.verdict.verdict import Finding, Verdict

REPORTED_APART = frozenset({"blade", "other_weapon", "launcher"})
"""Categories of weapons that are not guns: told in the table, not counted as detections."""

BUDGETS = (0.001, 0.005, 0.01, 0.02)


@dataclass(frozen=True)
class Case:
    """One judged file and what it really is: ``gun``, ``other`` (a weapon, not a gun) or ``benign``."""

    path: Path
    category: str
    truth: str
    verdict: Verdict

    @property
    def flagged(self) -> bool:
        """Called a weapon or sent to review."""
        return self.verdict.finding is not Finding.CLEAR


def category_of(path: Path, folder: Path) -> str:
    """First folder below ``folder``; in a flat folder the file's name up to ``__``; else ``all``.

    >>> category_of(Path("d/gear/a.stl"), Path("d")), category_of(Path("d/rifle__x.stl"), Path("d"))
    ('gear', 'rifle')
    """
    below = path.relative_to(folder).parts
    if len(below) > 1:
        return below[0]
    head, mark, _ = path.name.partition("__")
    return head if mark else "all"


@dataclass(frozen=True)
class Rate:
    """A share with its count and its 95 % Wilson interval."""

    hits: int
    n: int

    @property
    def share(self) -> float | None:
        """None when there is nothing to count."""
        return self.hits / self.n if self.n else None

    def to_json(self) -> dict[str, Any]:
        low, high = wilson_interval(self.hits, self.n)
        return {"hits": self.hits, "n": self.n, "share": self.share, "low": round(low, 6), "high": round(high, 6)}

    def __str__(self) -> str:
        if not self.n:
            return "-"
        low, high = wilson_interval(self.hits, self.n)
        return f"{self.hits}/{self.n} = {100 * self.hits / self.n:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def rate(cases: Iterable[Case], *, weapon_only: bool) -> Rate:
    """Share of the cases called a weapon, or flagged at all."""
    seen = list(cases)
    hits = [case.verdict.finding is Finding.WEAPON if weapon_only else case.flagged for case in seen]
    return Rate(sum(hits), len(seen))


def report(cases: Sequence[Case]) -> dict[str, Any]:
    """Every figure of an evaluation, JSON types only.

    Files that could not be read are named in ``errors`` and enter no rate: nothing was judged.

    Guarantees
    ----------
    - The counts by category add up to those of all.
    """
    judged = [case for case in cases if not case.verdict.error]
    groups = {truth: [case for case in judged if case.truth == truth] for truth in ("gun", "other", "benign")}
    guns, benign = groups["gun"], groups["benign"]
    scored = {
        truth: [case.verdict.score for case in group if not case.verdict.error] for truth, group in groups.items()
    }
    truth = [True] * len(scored["gun"]) + [False] * len(scored["benign"])
    area = roc_area(scored["gun"] + scored["benign"], truth)
    at_budget = {f"{b:g}": _or_none(share_at_rate(scored["gun"], scored["benign"], b)) for b in BUDGETS}
    return {
        "counts": {name: len(group) for name, group in groups.items()},
        "errors": [_named(case) for case in cases if case.verdict.error],
        "detection": {
            "weapon": rate(guns, weapon_only=True).to_json(),
            "flagged": rate(guns, weapon_only=False).to_json(),
        },
        "false_alarms": {
            "weapon": rate(benign, weapon_only=True).to_json(),
            "flagged": rate(benign, weapon_only=False).to_json(),
        },
        "roc_area": _or_none(area),
        "detection_at_false_alarm_rate": at_budget,
        "reasons": {truth: _reasons(group) for truth, group in groups.items()},
        "categories": {truth: _by_category(group) for truth, group in groups.items()},
        "misses": [_named(case) for case in ranked(guns, Finding.WEAPON, missed=True)],
        "false_alarms_list": [_named(case) for case in ranked(benign, Finding.CLEAR, missed=False)],
        "network": _stamp(cases),
    }


def ranked(cases: Iterable[Case], finding: Finding, *, missed: bool) -> list[Case]:
    """Cases with another finding than ``finding``: misses from the lowest score, alarms from the gravest."""
    wrong = [case for case in cases if case.verdict.finding is not finding]
    sign = 1 if missed else -1
    return sorted(wrong, key=lambda case: sign * (case.verdict.finding.gravity + case.verdict.score))


def _reasons(cases: Sequence[Case]) -> dict[str, int]:
    """How many cases were flagged for each reason, the most frequent first."""
    flagged = (set(case.verdict.reasons) for case in cases if case.flagged)
    return dict(Counter(code for codes in flagged for code in sorted(codes)).most_common())


def _by_category(cases: Sequence[Case]) -> dict[str, Any]:
    table = {}
    for category in sorted({case.category for case in cases}):
        inside = [case for case in cases if case.category == category]
        table[category] = {
            "weapon": rate(inside, weapon_only=True).to_json(),
            "flagged": rate(inside, weapon_only=False).to_json(),
        }
    return table


def _named(case: Case) -> dict[str, Any]:
    return {
        "path": str(case.path),
        "category": case.category,
        "finding": str(case.verdict.finding),
        "score": round(case.verdict.score, 4),
        "label": case.verdict.label,
        "error": case.verdict.error.message if case.verdict.error else None,
    }


def _stamp(cases: Sequence[Case]) -> dict[str, str]:
    first = cases[0].verdict if cases else None
    return {"name": first.network_name, "digest": first.network_digest} if first else {"name": "", "digest": ""}


def _or_none(value: float) -> float | None:
    return None if value != value else round(value, 6)
