from pathlib import Path

import pytest

from c3po.dataset.manifest import make_manifest
from c3po.dataset.plan import FULL, PAPER, PROFILES, plan_from, read_plan
from c3po.errors import ManifestError
from c3po.shapes import C3PO_22, LABELS


def test_the_full_profile_holds_at_least_what_the_paper_had() -> None:
    assert FULL.n_projections >= 62_200
    assert 28 in FULL.sizes_px
    assert FULL.n_sequences >= 671_677
    assert FULL.parts >= 2000
    assert set(PROFILES) == {"smoke", "full", "paper"}


def test_the_paper_profile_holds_22_parts_and_as_many_projections_as_the_paper_had() -> None:
    assert PAPER.n_projections >= 62_200
    entries = make_manifest(PAPER)
    assert [entry.family for entry in entries] == list(C3PO_22)
    assert {entry.label for entry in entries} == set(LABELS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("part: 3\n", "expected one of parts, rotations, "),
        ("parts: three\n", "expected int for parts, got 'three'; correct it"),
        ("parts: -1\n", "parts must be between 1 and 1000000, got -1; correct the value"),
        ("longest_mm: [30, 5]\n", "longest_mm must rise within 1 to 1000, got (30, 5); correct the value"),
        ("sizes_px: [4]\n", "sizes_px must be between 8 and 512, got (4,); correct the value"),
        ("families: [pistil]\n", "families must be families of c3po.shapes, got pistil; correct the value"),
        ("dataset: 5\n", "expected keys and values, got int; see docs/dataset.md"),
        ("- 1\n", "expected keys and values, got list; see docs/dataset.md"),
        ("a: [\n", "2: expected YAML, got something else; correct the line"),
    ],
)
def test_a_plan_that_does_not_fit_says_why(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(ManifestError) as problem:
        read_plan(path)
    assert str(problem.value).startswith(f"{path}:")
    assert words in str(problem.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"none\.yaml: expected a YAML file, got FileNotFoundError; check the path"):
        read_plan(tmp_path / "none.yaml")


def test_what_is_left_out_keeps_its_value_and_the_digest_tells_plans_apart() -> None:
    assert plan_from({}, "x").digest == plan_from({"parts": 60}, "x").digest
    assert plan_from({"parts": 61}, "x").digest != plan_from({}, "x").digest
    assert plan_from({"longest_mm": [10, 20]}, "x").longest_mm == (10, 20)
