"""What the OctoPrint plugin costs, on a real server with its virtual printer, with and without it, interleaved.

    python -m benchmarks.plugin                     # all parts
    python -m benchmarks.plugin throughput idle     # some: throughput, upload, hooks, idle
    python -m benchmarks.plugin throughput 5000 11  # 11 rounds of jobs of 5,000 lines

Lines per second of a clean job, seconds of a 50 MB upload (and the slowest other request while the file is judged),
microseconds of the line hook in the thread that sends, CPU at rest. The peer is the same server without the plugin,
in the same run; a third server has a plugin whose hook on every line does nothing, which is what OctoPrint itself
spends on a hook (``idle hook``).

One print scatters by a quarter even on a quiet machine, with or without the plugin, so a ratio is the median over
neighbouring prints, whose order rotates; its quartiles stand beside it, and so do the CPU seconds of the plugin's own
threads. Short jobs fit more rounds into a quiet minute and are not kind to the plugin: its work at the start of a job
weighs more in them.
"""

import json
import os
import platform
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "plugin"))

from octoprint_server import HEAD, OTHER_PLUGIN, Server, install_plugin, octoprint_python  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "plugin.json"
LINES, ROUNDS, UPLOADS, UPLOAD_BYTES, IDLE_S = 20_000, 7, 3, 50 << 20, 30
PARTS = ("throughput", "upload", "hooks", "idle")
WORKER = ["/usr/bin/env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "c3po.cli", "watch", "--json", "-"]
WITHOUT, WITH, IDLE = "none", "plugin", "idle hook"

IDLE_HOOK = """
def idle(comm, phase, cmd, cmd_type, gcode, subcode=None, tags=None, *args, **kwargs):
    return None

__plugin_name__ = "Idle hook"
__plugin_pythoncompat__ = ">=3.7,<4"
__plugin_hooks__ = {"octoprint.comm.protocol.gcode.sending": idle}
"""

HOOKS = """
import json, logging, sys, tempfile, time
from octoprint_c3po.guard import Guard
from octoprint_c3po.hooks import Hooks
from octoprint_c3po.options import Options
from pathlib import Path

class Nothing:
    def __getattr__(self, name):
        return lambda *a, **k: None

folder = tempfile.mkdtemp()
guard = Guard(Nothing(), Nothing(), Options(worker_command=sys.argv[1]), Path(folder), logging.getLogger())
guard.start()
while not guard.engine.healthy:
    time.sleep(0.05)
hooks = Hooks()
hooks.guard = guard
lines = [(f"G1 X{i % 200}.5 Y{i % 190}.5 E{i * 0.01:.4f}", {"source:file", f"filepos:{i}", f"fileline:{i}"})
         for i in range(20000)]
best = 99.0
for _ in range(5):
    start = time.thread_time()
    for line, tags in lines:
        hooks.hook_sending(None, "sending", line, None, "G1", None, tags)
    best = min(best, (time.thread_time() - start) / len(lines) * 1e6)
    guard.stream.drained(60)
large = Path(folder) / "large.gcode"
large.write_bytes(b"G1 X10.123 Y20.456 E1.23456\\n" * (50 * 2**20 // 28))

class Upload:
    path = str(large)

def preprocess_s():
    start = time.perf_counter()
    hooks.hook_preprocessor("large.gcode", Upload())
    return time.perf_counter() - start

upload = {"any": min(preprocess_s() for _ in range(5))}
weapon = {"finding": "weapon", "size_bytes": large.stat().st_size}
guard.store.put(guard.judging.key("0" * 64), weapon)
upload["as_long_as_a_known_weapon"] = min(preprocess_s() for _ in range(5))
guard.stop()
print(json.dumps({"hook_us": best, "upload_hook_s": upload}))
"""


def job_text(lines):
    layers = "".join(
        f"G1 Z{0.2 * layer:.1f} F600\n"
        + "".join(f"G1 X{10 + i % 80}.5 Y{10 + i // 80 * 4}.5 E{i * 0.02:.3f}\n" for i in range(399))
        for layer in range(1, lines // 400 + 1)
    )
    return HEAD + layers


def cpu_s(server):
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def print_once(server, name):
    """Seconds OctoPrint itself counts for the print, and the CPU seconds of its process."""
    log = server.base / "logs" / "octoprint.log"
    count = len(re.findall(r"Finished in", log.read_text(errors="replace")))
    before = cpu_s(server)
    server.start(name)
    server.wait(lambda: len(re.findall(r"Finished in", log.read_text(errors="replace"))) > count, 120)
    used = cpu_s(server) - before
    return float(re.findall(r"Finished in ([\d.]+) s", log.read_text(errors="replace"))[-1]), used


def measure_throughput(servers, lines, rounds):
    """Lines per second and CPU seconds by server, medians over the rounds; the ratios of neighbouring prints."""
    text = job_text(lines)
    for server in servers.values():
        server.connect()
        server.upload("clean.gcode", text)
    servers[WITH].wait(lambda: servers[WITH].verdict_of("clean.gcode"), 120)
    wall = {name: [] for name in servers}
    used = {name: [] for name in servers}
    own = []
    names = list(servers)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            before = own_cpu_s(servers[WITH])
            seconds, cpu = print_once(servers[name], "clean.gcode")
            wall[name].append(seconds)
            used[name].append(cpu)
            if name == WITH:
                own.append(own_cpu_s(servers[WITH]) - before)
    lines = text.count("\n")
    plugin, idle = (ratios(wall[WITHOUT], wall[name]) for name in (WITH, IDLE))
    plugin_cpu, idle_cpu = (ratios(used[WITHOUT], used[name]) for name in (WITH, IDLE))
    return {
        "lines": lines,
        "rounds": rounds,
        "lines_per_s": {name: round(lines / statistics.median(values)) for name, values in wall.items()},
        "server_cpu_s": {name: round(statistics.median(values), 2) for name, values in used.items()},
        "plugin_threads_cpu_s": round(statistics.median(own), 3),
        "throughput_ratio": plugin[1],
        "throughput_ratio_quartiles": [plugin[0], plugin[2]],
        "idle_hook_ratio": idle[1],
        "idle_hook_ratio_quartiles": [idle[0], idle[2]],
        "cpu_ratio_quartiles": plugin_cpu,
        "idle_hook_cpu_ratio_quartiles": idle_cpu,
        "seconds": {name: [round(value, 3) for value in values] for name, values in wall.items()},
    }


def ratios(peer, ours):
    """Quartiles of peer / ours over the rounds."""
    return [round(q, 3) for q in statistics.quantiles([a / b for a, b in zip(peer, ours, strict=True)], n=4)]


def own_cpu_s(server):
    """CPU seconds of the plugin's own threads so far."""
    names = server.other("look")["names"]
    return sum(run_s(server.process.pid, number) for number, name in names.items() if name.startswith("c3po-"))


def run_s(process, thread):
    """Seconds that a thread ran, to the nanosecond; 0 when it is gone."""
    task = Path(f"/proc/{process}/task/{thread}/schedstat")
    try:
        return int(task.read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


def measure_idle(python, site, folder):
    """Share of a CPU that the real worker and the plugin's threads use while the printer is connected and rests."""
    options = {"worker_command": shlex.join(WORKER)}
    with Server(python, site, folder, options, extra_plugin=OTHER_PLUGIN) as server:
        server.wait(lambda: server.status()["engine"]["healthy"], 120)
        server.connect()
        time.sleep(5)
        worker = server.other("look")["pid"]

        def used_s():
            own = [run_s(worker, task.name) for task in Path(f"/proc/{worker}/task").iterdir()]
            return sum(own), own_cpu_s(server)

        before = used_s()
        time.sleep(IDLE_S)
        worker_s, own_s = (after - before for before, after in zip(before, used_s(), strict=True))
    return {
        "idle_s": IDLE_S,
        "idle_worker_cpu_percent": round(100 * worker_s / IDLE_S, 3),
        "idle_threads_cpu_percent": round(100 * own_s / IDLE_S, 3),
    }


def measure_upload(servers):
    """Seconds of the upload request, best of the rounds; slowest other request while the file is judged."""
    line = "G1 X10.123 Y20.456 E1.23456 F1800\n"
    wall = {name: [] for name in servers}
    slowest = {}
    for number in range(UPLOADS):
        content = f";{number}\n" + line * (UPLOAD_BYTES // len(line))
        for name, server in servers.items():
            start = time.perf_counter()
            server.upload(f"large{number}.gcode", content)
            wall[name].append(time.perf_counter() - start)
            slowest[name] = max(slowest.get(name, 0), slowest_request(server))
        # What is judged in the background must not slow the next round of both.
        servers["plugin"].wait(lambda name=f"large{number}.gcode": servers["plugin"].verdict_of(name), 300)
    return {
        "upload_mb": UPLOAD_BYTES >> 20,
        "upload_s": {name: round(min(values), 3) for name, values in wall.items()},
        "upload_added_s": round(min(wall["plugin"]) - min(wall["none"]), 3),
        "slowest_other_request_s": {name: round(value, 3) for name, value in slowest.items()},
    }


def slowest_request(server, seconds=4.0):
    worst, end = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        server.get("/api/version")
        worst = max(worst, time.perf_counter() - start)
        time.sleep(0.05)
    return worst


def measure_hooks(python, site, worker):
    """Microseconds of the line hook, seconds of the upload hook, in an interpreter of their own."""
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run([python, "-c", HOOKS, worker], env=environment, capture_output=True, check=True)
    measured = json.loads(done.stdout)
    upload = {name: round(value, 4) for name, value in measured["upload_hook_s"].items()}
    return {"hook_us": round(measured["hook_us"], 2), "upload_hook_s": upload}


def main(arguments):
    """Measure the parts named, or all; the results of the others stay as they are."""
    numbers = [int(number) for number in arguments if number.isdecimal()]
    lines, rounds = numbers if numbers else (LINES, ROUNDS)
    parts = set(arguments) & set(PARTS) or set(PARTS)
    python = octoprint_python()
    fake = shlex.join([sys.executable, str(ROOT / "tests" / "plugin" / "fake_worker.py")])
    worker = os.environ.get("C3PO_WORKER") or fake
    figures = {"worker": "fake" if worker == fake else worker.split("/")[-1]}
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        install_plugin(python, site)
        options = {"worker_command": worker, "on_review": "warn", "judge_timeout_s": 600}
        if {"throughput", "upload"} & parts:
            with (
                Server(python, site, Path(folder) / "none", {}, disabled=["c3po"]) as none,
                Server(python, site, Path(folder) / "plugin", options, extra_plugin=OTHER_PLUGIN) as plugin,
                Server(python, site, Path(folder) / "idle", {}, disabled=["c3po"], extra_plugin=IDLE_HOOK) as idle,
            ):
                figures["octoprint"] = none.get("/api/version")["server"]
                if "throughput" in parts:
                    figures |= measure_throughput({WITHOUT: none, WITH: plugin, IDLE: idle}, lines, rounds)
                if "upload" in parts:
                    figures |= measure_upload({WITHOUT: none, WITH: plugin})
        if "hooks" in parts:
            figures |= measure_hooks(python, site, worker)
        if "idle" in parts:
            figures |= measure_idle(python, site, Path(folder) / "rest")
    figures["machine"] = {"python": platform.python_version(), "cpus": os.cpu_count()}
    for name, value in figures.items():
        print(f"{name:26} {value}")
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps({**known, **figures}, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
