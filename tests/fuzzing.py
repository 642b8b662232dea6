"""A few seconds of a fuzzer, built from nothing, so that a broken target or an old finding shows at once."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FUZZ = Path(__file__).resolve().parents[1] / "fuzz"


def three_seconds_of(target: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The ended run of ``fuzz/run.sh 3 target``; skips where there is no compiler with libFuzzer."""
    if shutil.which("clang++") is None:
        pytest.skip("needs clang++ with libFuzzer")
    environment = {**os.environ, "FUZZ_BUILD": str(folder)}
    command = [FUZZ / "run.sh", "3", target]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=280)
