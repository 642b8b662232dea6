"""A few seconds of the STL fuzzer: text, triangles and beads through parts to views."""

from pathlib import Path

import pytest

from tests.fuzzing import FUZZ, three_seconds_of


@pytest.mark.slow
def test_the_stl_fuzzer_finds_nothing_in_a_few_seconds(tmp_path: Path) -> None:
    assert len(list((FUZZ / "corpus" / "stl").iterdir())) > 3
    run = three_seconds_of("stl", tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "stl: 3 seconds without a finding" in run.stdout
