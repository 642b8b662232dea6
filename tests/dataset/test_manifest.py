import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c3po.dataset.checking import check_splits
from c3po.dataset.manifest import (
    SPLITS,
    Entry,
    make_manifest,
    read_manifest,
    seen_split,
    split_of_families,
    write_manifest,
)
from c3po.dataset.plan import FULL, PAPER, DatasetPlan
from c3po.errors import ManifestError
from c3po.shapes import FAMILIES, LABELS


def test_no_family_and_no_part_crosses_the_splits() -> None:
    entries = make_manifest(FULL)
    check_splits(entries)
    homes = {(entry.family, entry.split) for entry in entries}
    assert len(homes) == len({family for family, _ in homes})
    assert {split for _, split in homes} == set(SPLITS)
    assert len({entry.part for entry in entries}) == FULL.parts


@pytest.mark.parametrize("plan", [FULL, PAPER, DatasetPlan(seed=7, test_share=0.5)], ids=["full", "paper", "half"])
def test_no_member_of_a_composite_crosses_the_splits(plan: DatasetPlan) -> None:
    """A composite shows members of its sources: were one held out, the other side would have seen its shape."""
    home = {entry.family: entry.split for entry in make_manifest(dataclasses.replace(plan, parts=3000))}
    composites = [family for family in FAMILIES.values() if family.sources]
    assert len(composites) > 10
    for family in composites:
        shown = {home[name] for name in (family.name, *family.sources) if name in home}
        assert family.name not in home or len(shown) == 1, family.name


def test_the_split_check_bites() -> None:
    entries = [Entry(0, "a-0", "a", "tool", "train"), Entry(1, "a-1", "a", "tool", "test")]
    with pytest.raises(ManifestError, match="expected family a in one split, found it in train and test"):
        check_splits(entries)


def test_the_split_check_tells_a_composite_from_its_sources() -> None:
    entries = [
        Entry(0, "a", "pistol", "handgun", "test"),
        Entry(1, "b", "pistol_cutout", "handgun", "train"),
    ]
    with pytest.raises(ManifestError, match="expected family pistol_cutout in the split of pistol, which it shows"):
        check_splits(entries)


@given(counts=st.lists(st.integers(0, 12), min_size=len(LABELS), max_size=len(LABELS)), seed=st.integers(0, 99))
def test_every_label_trains_and_where_it_can_tests(counts: list[int], seed: int) -> None:
    labels = {f"{label}_{i}": label for label, count in zip(LABELS, counts, strict=True) for i in range(count)}
    split = split_of_families(DatasetPlan(seed=seed), labels)
    assert set(split) == set(labels)
    for label, count in zip(LABELS, counts, strict=True):
        own = [split[name] for name in labels if labels[name] == label]
        assert count == 0 or "train" in own
        assert count < 2 or "test" in own
        assert count < 3 or "validation" in own


def test_parts_are_spread_evenly() -> None:
    entries = make_manifest(DatasetPlan(parts=10 * len(FAMILIES)))
    by_label = [sum(entry.label == label for entry in entries) for label in {e.label for e in entries}]
    assert max(by_label) - min(by_label) <= 1


def test_seen_deals_a_fifth_to_test_by_name_alone() -> None:
    dealt = [seen_split(f"part-{i}") for i in range(5000)]
    assert dealt.count("test") == pytest.approx(1000, abs=120)
    assert dealt == [seen_split(f"part-{i}") for i in range(5000)]


def test_a_manifest_comes_back_as_written(tmp_path: Path) -> None:
    entries = make_manifest(DatasetPlan(parts=30))
    write_manifest(entries, tmp_path / "m.csv")
    assert read_manifest(tmp_path / "m.csv") == entries


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected at least one part, found none"),
        ("number,part\n1,a\n", ":2: expected number,part,family,label,split"),
        ("number,part,family,label,split\n0,a-0,no_such,tool,train\n", ":2: expected a known family, label and split"),
    ],
)
def test_a_damaged_manifest_says_where(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(ManifestError) as problem:
        read_manifest(tmp_path / "m.csv")
    assert words in str(problem.value)
