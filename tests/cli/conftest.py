"""The command line in this process, with the small network of tests/screens.py as the released one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from c3po.cli.app import run
from c3po.verdict import Policy, Screen, read_policy
from tests.screens import BOX, EL, FillNetwork, gcode, stl

Ran = tuple[int, str, str]


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    """A folder with a box and an L, as G-code and as STL."""
    folder = tmp_path / "jobs"
    folder.mkdir()
    (folder / "box.gcode").write_text(gcode(BOX))
    (folder / "el.gcode").write_text(gcode(EL))
    (folder / "box.stl").write_bytes(stl(BOX))
    (folder / "el.stl").write_bytes(stl(EL))
    return folder


@pytest.fixture
def c3po(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs a command line; exit code, standard output, standard error. Worker processes are off."""

    def open_screen(network: Path | None = None, policy: Path | None = None) -> Screen:
        opened = FillNetwork() if network is None else real_open(network).network
        return Screen(opened, read_policy(policy) if policy else Policy())

    real_open = Screen.open

    monkeypatch.setattr(Screen, "open", staticmethod(open_screen))
    monkeypatch.setenv("COLUMNS", "200")

    def ran(*arguments: object) -> Ran:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return ran
