"""A few seconds of each fuzzer of print jobs."""

from pathlib import Path

import pytest

from tests.fuzzing import FUZZ, three_seconds_of


@pytest.mark.slow
@pytest.mark.parametrize("target", ["gcode", "bgcode"])
def test_the_fuzzers_find_nothing_in_a_few_seconds(tmp_path: Path, target: str) -> None:
    assert len(list((FUZZ / "corpus" / target).iterdir())) > 3
    run = three_seconds_of(target, tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{target}: 3 seconds without a finding" in run.stdout
