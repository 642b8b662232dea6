"""A few seconds of the packed-file fuzzer: bytes through reader and plan to scores."""

from pathlib import Path

import pytest

from tests.fuzzing import FUZZ, three_seconds_of


@pytest.mark.slow
def test_the_packed_fuzzer_finds_nothing_in_a_few_seconds(tmp_path: Path) -> None:
    assert len(list((FUZZ / "corpus" / "packed").iterdir())) > 3
    run = three_seconds_of("packed", tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "packed: 3 seconds without a finding" in run.stdout
