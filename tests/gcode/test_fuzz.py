"""A few seconds of each fuzzer, so that a broken target or an old finding shows at once."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FUZZ = Path(__file__).resolve().parents[2] / "fuzz"


@pytest.mark.slow
@pytest.mark.parametrize("target", ["gcode", "bgcode"])
def test_the_fuzzers_find_nothing_in_a_few_seconds(tmp_path: Path, target: str) -> None:
    if shutil.which("clang++") is None:
        pytest.skip("needs clang++ with libFuzzer")
    assert len(list((FUZZ / "corpus" / target).iterdir())) > 3
    environment = {**os.environ, "FUZZ_BUILD": str(tmp_path)}
    run = subprocess.run(
        [FUZZ / "run.sh", "3", target], env=environment, capture_output=True, text=True, check=False, timeout=280
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{target}: 3 seconds without a finding" in run.stdout
