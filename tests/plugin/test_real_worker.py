"""The plugin with the real worker: ``c3po watch`` and the released network, on a real OctoPrint server."""

import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
from octoprint_server import OTHER_PLUGIN, Server, printable

from c3po.verdict.screen import released_network

pytestmark = pytest.mark.integration
ROOT = Path(__file__).resolve().parents[2]
COMMAND = ["/usr/bin/env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "c3po.cli", "watch", "--json", "-"]
MIN_BYTES, MAX_BYTES, MAX_JOBS = 20_000, 250_000, 3


@pytest.fixture(scope="module")
def real_worker():
    done = subprocess.run(COMMAND, input=b"", capture_output=True, check=False, timeout=120)
    if b"expected it beside the package" in done.stderr:
        pytest.skip("needs the released network screen.c3po")
    return COMMAND


@pytest.fixture(scope="module")
def server(real_worker, octoprint_python, octoprint_site, tmp_path_factory):
    settings = {"worker_command": shlex.join(real_worker), "on_review": "warn", "on_changed_file": "warn"}
    folder = tmp_path_factory.mktemp("real")
    with Server(octoprint_python, octoprint_site, folder, settings, extra_plugin=OTHER_PLUGIN) as server:
        server.wait(lambda: server.status()["engine"]["healthy"], 120)
        server.connect()
        yield server


def example(name):
    return printable((ROOT / "examples" / name).read_text())


def layers_of(text):
    """Rises of Z before extrusion: enough to say how far a print came."""
    heights = re.findall(r"(?m)^G[01][^;\n]* ?Z([\d.]+)", text)
    return sorted({float(height) for height in heights})


def finished(server, name, timeout_s=240):
    def ended():
        return [r for r in server.audit() if r["event"] == "ended" and r["details"]["file"] == name]

    server.wait(ended, timeout_s)
    server.wait_state("Operational")
    return ended()[-1]["details"]


def test_the_example_of_a_bracket_prints(server):
    server.upload("bracket.gcode", example("bracket.gcode"))
    server.start("bracket.gcode")
    assert finished(server, "bracket.gcode")["how"] == "PrintDone"
    assert server.history("bracket.gcode") == (1, 0)


def test_the_example_of_a_weapon_does_not_start(server):
    before = len([line for line in server.serial() if "G1 " in line])
    server.upload("weapon.gcode", example("weapon-silhouette.gcode"))
    server.start("weapon.gcode")
    assert finished(server, "weapon.gcode")["finding"] == "weapon"
    assert len([line for line in server.serial() if "G1 " in line]) == before
    assert server.history("weapon.gcode") == (0, 1)


def test_a_weapon_swapped_in_after_clearance_is_halted_early(server):
    """The monitor alone: the changed file is only warned of."""
    name, weapon = "swapped.gcode", example("weapon-silhouette.gcode")
    good = example("bracket.gcode") + ";" + "-" * len(weapon)
    server.upload(name, good)
    server.wait(lambda: server.verdict_of(name) == "clear", 120)
    path = server.base / "uploads" / name
    server.start(name)
    server.wait(lambda: server.status()["job"] and server.status()["job"]["phase"] == "running", 60)
    # In place, as another program would while OctoPrint reads the file line by line.
    with open(path, "r+b") as stream:
        stream.write(weapon.encode())
        stream.truncate()
    finished(server, name)
    tripped = [record for record in server.audit() if record["event"] == "tripped"]
    assert tripped, server.events()
    heights = layers_of(weapon)
    assert tripped[-1]["details"]["layer"] < 0.4 * len(heights)
    assert server.reached_after("G1 ", tripped[-1]["details"]["at"]) <= 4
    assert server.history(name)[0] == 0
    server.command("clear_bed")


def test_a_weapon_typed_into_the_terminal_is_halted_early(server):
    lines = [line.split(";")[0].strip() for line in example("weapon-silhouette.gcode").splitlines()]
    lines = [line for line in lines if line]
    count = sum(line.startswith("G1") for line in lines)
    before = server.reached("G1 ")
    for start in range(0, len(lines), 200):
        server.commands(*lines[start : start + 200])
        server.wait(lambda: server.reached("M117 batch") >= 0)
        if server.status()["latched"]:
            break
    server.wait(lambda: server.status()["latched"], 120)
    assert server.reached("G1 ") - before < count
    server.commands("M117 all of it went through")
    server.wait(lambda: server.reached("M117 all of it went through") >= 1, 120)  # what is queued behind the latch
    server.command("clear_bed")


HOSTILE = {
    "nothing": b"",
    "zeros": b"\0" * 100_000,
    "noise": bytes(range(256)) * 400,
    "one_line": b"G1 X1 E1 " + b"7" * 2_000_000,
    "numbers": b"G28\nG1 X1e999 Ynan E1\nG1 X" + b"9" * 400 + b" E2\n",
    "wide": b"G28\nG1 Z0.2\nG1 X1e7 Y1e7 E5\nG1 X-1e7 E9\n",
}


def test_hostile_files_end_as_review_with_a_reason_and_no_exception_in_the_log(server):
    for name, content in HOSTILE.items():
        server.upload(f"{name}.gcode", content)
    for name in HOSTILE:
        server.wait(lambda name=name: server.verdict_of(f"{name}.gcode"), 60)
        assert server.verdict_of(f"{name}.gcode") == "review", name
    reasons = {verdict["name"]: verdict["reasons"] for verdict in server.status()["recent"]}
    assert all(reasons[f"{name}.gcode"] for name in HOSTILE)
    assert "Traceback" not in server.octoprint_log()


@pytest.mark.slow
def test_benign_jobs_print_to_the_end(server, needs_data):
    """A few of many; `python -m benchmarks.plugin_jobs benign` prints them all."""
    files = sorted((needs_data / "gcode").glob("*.gcode"), key=lambda path: path.stat().st_size)
    files = [path for path in files if MIN_BYTES < path.stat().st_size < MAX_BYTES]
    assert len(files) >= MAX_JOBS
    stopped = []
    for path in files[:: len(files) // MAX_JOBS][:MAX_JOBS]:
        server.upload(path.name, printable(path.read_bytes().decode("utf-8", "replace")))
        server.start(path.name)
        how = finished(server, path.name)["how"]
        if how != "PrintDone":
            stopped.append((path.name, how))
            if server.status()["latched"]:
                server.command("clear_bed")
    assert stopped == []


def test_the_worker_costs_nothing_while_nothing_prints(server):
    """And OctoPrint's own process loads neither numpy nor the engine."""
    seen = server.other("look")
    assert seen["heavy"] == []
    fields = Path(f"/proc/{seen['pid']}/stat")

    def used_ticks():
        return sum(map(int, fields.read_text().rsplit(")", 1)[1].split()[11:13]))

    def idle():
        before = used_ticks()
        time.sleep(2)
        return used_ticks() == before

    server.wait(lambda: server.status()["job"] is None)
    server.wait(idle, 20)  # what was left to do of the last job may come first
    assert idle()


def test_with_a_corrupt_network_there_is_no_connection_and_the_log_says_why(
    real_worker, octoprint_python, octoprint_site, tmp_path
):
    damaged = tmp_path / "damaged.c3po"
    content = bytearray(released_network().read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    settings = {"worker_command": shlex.join(real_worker), "network_file": str(damaged)}
    with Server(octoprint_python, octoprint_site, tmp_path, settings) as server:
        server.wait(lambda: "damaged.c3po" in server.status()["engine"]["failure"], 60)
        server.connect(wait=False)
        time.sleep(1)
        assert server.state() in ("Closed", "Offline")
        failed = [record["details"]["why"] for record in server.audit() if record["event"] == "engine_failed"]
        assert "damaged.c3po" in failed[0]
