"""A few seconds of the packed-file fuzzer: bytes through reader and plan to scores."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FUZZ = Path(__file__).resolve().parents[2] / "fuzz"


@pytest.mark.slow
def test_the_packed_fuzzer_finds_nothing_in_a_few_seconds(tmp_path: Path) -> None:
    if shutil.which("clang++") is None:
        pytest.skip("needs clang++ with libFuzzer")
    assert len(list((FUZZ / "corpus" / "packed").iterdir())) > 3
    environment = {**os.environ, "FUZZ_BUILD": str(tmp_path)}
    command = [FUZZ / "run.sh", "3", "packed"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=280)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "packed: 3 seconds without a finding" in run.stdout
