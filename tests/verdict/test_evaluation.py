"""The figures of an evaluation, against counts done by hand."""

from pathlib import Path

import pytest

from c3po.verdict import Finding, Problem, Verdict
from c3po.verdict.evaluation import Case, Rate, category_of, report


def case(truth: str, finding: str, score: float, name: str = "a.stl", *, broken: bool = False) -> Case:
    problem = Problem("mesh", "x: expected, found; do") if broken else None
    verdict = Verdict(name, "0" * 64, "stl", Finding(finding), score, "handgun", error=problem)
    return Case(Path(name), category_of(Path("d") / name, Path("d")), truth, verdict)


CASES = [
    case("gun", "weapon", 0.9, "rifle__1.stl"),
    case("gun", "review", 0.6, "rifle__2.stl"),
    case("gun", "clear", 0.2, "pistol__3.stl"),
    case("other", "clear", 0.1, "blade__1.stl"),
    case("benign", "clear", 0.0, "gear/1.stl"),
    case("benign", "clear", 0.3, "gear/2.stl"),
    case("benign", "weapon", 0.95, "tool/3.stl"),
    case("benign", "review", 0.0, "tool/4.stl", broken=True),
]


def test_counts_and_rates_are_those_counted_by_hand() -> None:
    told = report(CASES)
    assert told["counts"] == {"gun": 3, "other": 1, "benign": 3}
    assert (told["detection"]["weapon"]["hits"], told["detection"]["flagged"]["hits"]) == (1, 2)
    assert (told["false_alarms"]["weapon"]["hits"], told["false_alarms"]["flagged"]["hits"]) == (1, 1)
    assert told["roc_area"] == pytest.approx((2 + 2 + 1) / 9)
    assert [error["path"] for error in told["errors"]] == ["tool/4.stl"]


def test_categories_add_up_to_the_whole() -> None:
    told = report(CASES)
    for truth, n in told["counts"].items():
        kinds = told["categories"][truth].values()
        assert sum(kind["weapon"]["n"] for kind in kinds) == n
    assert set(told["categories"]["gun"]) == {"rifle", "pistol"}


def test_misses_come_lowest_first_and_alarms_gravest_first() -> None:
    told = report(CASES)
    assert [miss["path"] for miss in told["misses"]] == ["pistol__3.stl", "rifle__2.stl"]
    assert [alarm["path"] for alarm in told["false_alarms_list"]] == ["tool/3.stl"]


def test_a_rate_of_nothing_has_no_share() -> None:
    assert Rate(0, 0).to_json() == {"hits": 0, "n": 0, "share": None, "low": 0.0, "high": 1.0}
    assert str(Rate(1, 2)) == "1/2 = 50.0 % (9.5 to 90.5)"


@pytest.mark.parametrize(
    ("path", "category"), [("d/gear/deep/a.stl", "gear"), ("d/rifle__x__1.stl", "rifle"), ("d/plain.stl", "all")]
)
def test_the_category_is_the_folder_or_the_prefix(path: str, category: str) -> None:
    assert category_of(Path(path), Path("d")) == category
