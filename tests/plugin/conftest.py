"""The plugin is a project of its own: its folder goes on the path; OctoPrint is where ``make test`` put it."""

import contextlib
import resource
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "printer_plugin", Path(__file__).resolve().parent):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@pytest.fixture(scope="session")
def fake_worker():
    """Command of the worker whose opinions are written into the files."""
    return [sys.executable, str(Path(__file__).resolve().parent / "fake_worker.py")]


@pytest.fixture(scope="session")
def octoprint_python():
    """An interpreter with OctoPrint: ``C3PO_OCTOPRINT_PYTHON``, or the one ``make test`` set up."""
    from octoprint_server import octoprint_python

    python = octoprint_python()
    if not Path(python).exists():
        pytest.skip("needs OctoPrint: `make .venv-octoprint`, or set C3PO_OCTOPRINT_PYTHON")
    found = subprocess.run([python, "-c", "import octoprint, setuptools"], capture_output=True, check=False)
    if found.returncode:
        pytest.skip(f"needs OctoPrint and setuptools in {python}")
    return python


@pytest.fixture(scope="session")
def octoprint_site(octoprint_python, tmp_path_factory):
    """A folder with the plugin installed, to put on OctoPrint's path."""
    from octoprint_server import install_plugin

    site = tmp_path_factory.mktemp("octoprint") / "site"
    install_plugin(octoprint_python, site)
    return site


@pytest.fixture
def make_server(octoprint_python, octoprint_site, tmp_path, fake_worker):
    """``make_server(**settings)`` starts a server with the plugin and the fake worker, stopped after the test."""
    running = []

    def make(name="run", worker=None, **options):
        extra = {
            key: options.pop(key) for key in ("disabled", "wizard_seen", "extra_plugin", "login") if key in options
        }
        settings = {"worker_command": shlex.join(worker or fake_worker), "ask_timeout_s": 300, **options}
        from octoprint_server import Server

        server = Server(octoprint_python, octoprint_site, tmp_path / name, settings, **extra)
        server.__enter__()
        running.append(server)
        return server

    yield make
    for server in running:
        server.stop()


@pytest.fixture
def little_room():
    """``with little_room(n)``: no file of this process may grow beyond n bytes, as on a disk that fills up."""

    @contextlib.contextmanager
    def limited(n_bytes):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limited
