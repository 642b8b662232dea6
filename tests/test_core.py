"""The core builds and loads."""

import subprocess
import sys


def test_the_core_imports_without_torch() -> None:
    code = "import sys, c3po._core; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
