"""`c3po` as a process of its own: start-up, workers, pipes, interrupts."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.screens import BOX, EL, gcode, write_linear_screen

C3PO = [sys.executable, "-m", "c3po.cli"]


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_linear_screen(tmp_path_factory.mktemp("network") / "linear.c3po")


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Ten small jobs, every second one an L."""
    folder = tmp_path / "many"
    folder.mkdir()
    for i in range(10):
        (folder / f"{i}.gcode").write_text(gcode(EL if i % 2 else BOX))
    return folder


def ran(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    call = [*C3PO, *map(str, arguments)]
    return subprocess.run(call, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


def test_classify_imports_neither_torch_nor_the_heavy_readers(network: Path, many: Path) -> None:
    code = (
        "import sys; from c3po.cli.app import run; run(sys.argv[1:]);"
        "heavy = {'torch', 'trimesh', 'lxml', 'networkx', 'pygcode', 'scipy', 'PIL', 'pandas', 'rich.table'};"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    call = [sys.executable, "-c", code, "classify", "--json", "--network", network, many / "0.gcode"]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["finding"] == "clear"
    assert done.stderr == "[]\n"


@pytest.mark.parametrize("code", ["import c3po", "import c3po; c3po.classify; c3po.Monitor"])
def test_the_package_imports_without_torch(code: str) -> None:
    check = f"{code}; import sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_a_megabyte_of_gcode_is_judged_in_half_a_second_of_work(network: Path, tmp_path: Path) -> None:
    job = tmp_path / "large.gcode"
    job.write_text(gcode([(0, 0, 60, 60)], height_mm=120))
    assert job.stat().st_size > 1_000_000
    spent_s = []
    for _ in range(3):
        before = os.times()
        assert ran("classify", "--json", "--network", network, job).returncode == 0
        after = os.times()
        spent_s.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(spent_s) < 0.5


def test_workers_give_the_same_answers_in_the_same_order(network: Path, many: Path) -> None:
    alone, shared = (ran("classify", "--json", "--network", network, "-j", n, many) for n in (1, 2))
    assert alone.returncode == shared.returncode == 1
    answers = [[json.loads(line) for line in done.stdout.splitlines()] for done in (alone, shared)]
    for answer in (*answers[0], *answers[1]):
        answer.pop("elapsed_s")
    assert answers[0] == answers[1]
    assert [Path(answer["path"]).name for answer in answers[0]] == [f"{i}.gcode" for i in range(10)]


def test_a_file_that_kills_its_worker_is_an_error_and_the_others_are_judged(
    network: Path, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is killed by a start-up hook that only this test installs."""
    hook = many.parent / "hook" / "sitecustomize.py"
    hook.parent.mkdir()
    hook.write_text(
        "import os, c3po.verdict.judging as judging\n"
        "real = judging.read_job\n"
        "def read_job(path, size_px):\n"
        "    in_worker = os.getpid() != int(os.environ['C3PO_PARENT'])\n"
        "    return os._exit(9) if path.name == '3.gcode' and in_worker else real(path, size_px)\n"
        "judging.read_job = read_job\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(hook.parent), str(Path.cwd())]))
    code = (
        "import os, sys; os.environ['C3PO_PARENT'] = str(os.getpid());"
        "from c3po.cli.app import run; sys.exit(run(sys.argv[1:]))"
    )
    monkeypatch.setenv("C3PO_PARENT", "0")
    call = [sys.executable, "-c", code, "classify", "--json", "-j2", "--network", str(network), str(many)]
    done = subprocess.run(call, capture_output=True, text=True, check=False, timeout=120)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 2
    assert [bool(answer["error"]) for answer in answers] == [i == 3 for i in range(10)]
    assert answers[3]["error"]["code"] == "internal"
    assert "expected a verdict, but its process ended" in answers[3]["error"]["message"]
    assert [answer["finding"] for answer in answers[4:6]] == ["clear", "weapon"]


def test_a_reader_that_leaves_is_no_error_worth_a_word(network: Path, many: Path) -> None:
    call = [*C3PO, "classify", "--json", "-j1", "--network", str(network), str(many)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(30)


def test_an_interrupt_is_one_word(network: Path) -> None:
    call = [*C3PO, "watch", "--json", "--network", str(network), "-"]
    with subprocess.Popen(
        call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=_hears_interrupts
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["c3po"] == "ready"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read() == b"c3po: interrupted\n"


def test_a_worker_that_waits_uses_no_time(network: Path) -> None:
    call = [*C3PO, "watch", "--json", "--network", str(network), "-"]
    with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        before_s = cpu_s(process.pid)
        time.sleep(1.0)
        assert cpu_s(process.pid) - before_s <= 0.02
        process.stdin.close()
        assert process.wait(30) == 3


def _hears_interrupts() -> None:
    """A background job of a shell starts with the interrupt ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def cpu_s(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_the_released_command_has_a_version() -> None:
    done = ran("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, "c3po 0.1.0\n", "")


def test_no_arguments_print_the_help() -> None:
    done = ran()
    assert "Usage: c3po [OPTIONS] COMMAND [ARGS]..." in done.stdout + done.stderr
    assert done.returncode in (0, 2)
