"""What the OctoPrint plugin costs, on a real server with its virtual printer, with and without it, interleaved.

    python -m benchmarks.plugin                     # all parts
    python -m benchmarks.plugin throughput idle     # some: throughput, spread, within, upload, hooks, idle
    python -m benchmarks.plugin throughput 5000 11  # 11 rounds of jobs of 5,000 lines

Lines per second of a clean job, seconds of a 50 MB upload (and the slowest other request while the file is judged),
microseconds of the line hook in the thread that sends, CPU at rest; all with the real worker. The peer is the same
server without the plugin, in the same run.

**throughput**: every round starts a fresh pair of servers and prints the job on both, in changing order; the ratio is
the median over the pairs. A process has its luck for life (hash seed, layout of memory), so prints on one pair would
measure that luck again and again. Server and worker share one core: OctoPrint changes threads eight times a line, which
costs half as much again, and scatters by a quarter, where the kernel spreads them over two cores. On one core nothing
that the plugin and its worker do is hidden by another core. **spread**: the same, free on all cores.
**within**: one print, cut into windows of a third of a second in which the plugin is alternately at work and away. Same
process, same second, one core: the CPU time that a line costs, which is what the speed hangs on, without the luck
and little disturbed by whatever else the machine does; without the start of the job (`hold_ms`).
"""

import contextlib
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
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "plugin"))

from octoprint_server import HEAD, OTHER_PLUGIN, Server, install_plugin, octoprint_python  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "plugin.json"
LINES, ROUNDS, UPLOADS, UPLOAD_BYTES, IDLE_S = 20_000, 7, 3, 50 << 20, 30
WINDOWS, WINDOW_S, WITHIN_LINES = 60, 0.3, 400_000
PARTS = ("throughput", "spread", "within", "upload", "hooks", "idle")
WORKER = ["/usr/bin/env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "c3po.cli", "watch", "--json", "-"]
WITHOUT, WITH = "none", "plugin"

# Counts the lines that are sent, and takes the guard out of the line hook for every other window.
WINDOWED = """
import random, time
import octoprint.plugin

class Other(octoprint.plugin.SimpleApiPlugin):
    lines = 0

    def get_api_commands(self):
        return {"windows": ["count", "seconds"]}

    def is_api_protected(self):
        return True

    def sending(self, *args, **kwargs):
        self.lines += 1

    def on_api_command(self, command, data):
        import flask
        plugin = self._plugin_manager.get_plugin_info("c3po").implementation
        guard, cost = plugin.guard, {True: [], False: []}
        for _ in range(data["count"]):
            for there in random.sample([True, False], 2):
                plugin.guard = guard if there else None
                time.sleep(0.3)  # what was taken down before is handled
                lines, used = self.lines, time.process_time()
                time.sleep(data["seconds"])
                cost[there].append((time.process_time() - used) / (self.lines - lines))
        plugin.guard = guard
        return flask.jsonify(there=cost[True], away=cost[False])

__plugin_name__ = "Other"
__plugin_pythoncompat__ = ">=3.7,<4"

def __plugin_load__():
    global __plugin_implementation__, __plugin_hooks__
    __plugin_implementation__ = Other()
    __plugin_hooks__ = {"octoprint.comm.protocol.gcode.sending": __plugin_implementation__.sending}
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


def family(process):
    """A process and its children: a server and its worker."""
    yield process
    for task in Path(f"/proc/{process}/task").iterdir():
        with contextlib.suppress(OSError):  # the thread has just ended
            for child in (task / "children").read_text().split():
                yield from family(child)


def cpu_s(server):
    """CPU seconds that a server and its worker used so far."""
    stats = [Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1] for process in family(server.process.pid)]
    return sum(int(field) for stat in stats for field in stat.split()[11:13]) / os.sysconf("SC_CLK_TCK")


def print_once(server, name):
    """Seconds OctoPrint itself counts for the print, and the CPU seconds it took."""
    log = server.base / "logs" / "octoprint.log"
    count = len(re.findall(r"Finished in", log.read_text(errors="replace")))
    before = cpu_s(server)
    server.start(name)
    server.wait(lambda: len(re.findall(r"Finished in", log.read_text(errors="replace"))) > count, 120)
    used = cpu_s(server) - before
    return float(re.findall(r"Finished in ([\d.]+) s", log.read_text(errors="replace"))[-1]), used


def measure_throughput(make, lines, rounds, cores):
    """Lines per second and CPU seconds by server, medians over the rounds; the ratios of the pairs."""
    text = job_text(lines)
    wall, used, holds = {WITHOUT: [], WITH: []}, {WITHOUT: [], WITH: []}, []
    for number in range(rounds):
        with contextlib.ExitStack() as stack, ThreadPoolExecutor() as pool:
            started = pool.map(lambda name: stack.enter_context(make(name, number)), (WITHOUT, WITH))  # noqa: B023
            servers = dict(zip((WITHOUT, WITH), started, strict=True))
            for server in servers.values():
                server.upload("clean.gcode", text)
                server.connect()
                keep_to(server, cores)
            servers[WITH].wait(lambda: servers[WITH].verdict_of("clean.gcode"), 120)  # noqa: B023
            for name in (WITHOUT, WITH) if number % 2 else (WITH, WITHOUT):
                seconds, cpu = print_once(servers[name], "clean.gcode")
                wall[name].append(seconds)
                used[name].append(cpu)
            holds.append(hold_s(servers[WITH]))
    lines = text.count("\n")
    plugin, plugin_cpu = ratios(wall[WITHOUT], wall[WITH]), ratios(used[WITHOUT], used[WITH])
    return {
        "lines": lines,
        "rounds": rounds,
        "lines_per_s": {name: round(lines / statistics.median(values)) for name, values in wall.items()},
        "cpu_s": {name: round(statistics.median(values), 2) for name, values in used.items()},
        "ratio": plugin[1],
        "ratio_quartiles": [plugin[0], plugin[2]],
        "cpu_ratio": plugin_cpu[1],
        "cpu_ratio_quartiles": [plugin_cpu[0], plugin_cpu[2]],
        "hold_ms": round(1000 * statistics.median(holds), 1),
        "seconds": {name: [round(value, 3) for value in values] for name, values in wall.items()},
    }


def keep_to(server, cores):
    """Let a server and its worker run on these cores only."""
    for process in family(server.process.pid):
        for task in Path(f"/proc/{process}/task").iterdir():
            with contextlib.suppress(OSError):
                os.sched_setaffinity(int(task.name), cores)


def hold_s(server):
    """Seconds that the last job was held."""
    at = {record["event"]: datetime.fromisoformat(record["at"]) for record in server.audit()}
    return (at["released"] - at["held"]).total_seconds()


def measure_within(make):
    """CPU microseconds a line with the plugin at work and away, medians over the windows of one print on one core."""
    with make(WITH, 0, extra_plugin=WINDOWED) as server:
        server.upload("clean.gcode", job_text(WITHIN_LINES))
        server.wait(lambda: server.verdict_of("clean.gcode"), 120)
        server.connect()
        keep_to(server, {max(os.sched_getaffinity(0))})
        server.start("clean.gcode")
        server.wait(lambda: server.reached("X") > 2000)
        found = server.other("windows", count=WINDOWS, seconds=WINDOW_S)
        server.post("/api/job", {"command": "cancel"})
        server.wait_state("Operational")
    there, away = (1e6 * statistics.median(found[name]) for name in ("there", "away"))
    errors = [1e6 * spread(found[name]) for name in ("there", "away")]
    return {
        "windows": WINDOWS,
        "cpu_us_per_line": {WITHOUT: round(away, 1), WITH: round(there, 1)},
        "cpu_us_error": [round(error, 1) for error in errors],
        "ratio": round(away / there, 3),
    }


def spread(values):
    """Standard error of a median, from the quartiles."""
    low, _, high = statistics.quantiles(values, n=4)
    return 1.25 * (high - low) / 1.35 / len(values) ** 0.5


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


def measure_idle(make):
    """Share of a CPU that the worker and the plugin's threads use while the printer is connected and rests."""
    with make(WITH, 0, extra_plugin=OTHER_PLUGIN) as server:
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
        "seconds": IDLE_S,
        "worker_cpu_percent": round(100 * worker_s / IDLE_S, 3),
        "threads_cpu_percent": round(100 * own_s / IDLE_S, 3),
    }


def measure_upload(make):
    """Seconds of the upload request, best of the rounds; slowest other request while the file is judged."""
    line = "G1 X10.123 Y20.456 E1.23456 F1800\n"
    with make(WITHOUT, 0) as none, make(WITH, 0) as plugin:
        servers = {WITHOUT: none, WITH: plugin}
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
            plugin.wait(lambda name=f"large{number}.gcode": plugin.verdict_of(name), 300)
    return {
        "mb": UPLOAD_BYTES >> 20,
        "seconds": {name: round(min(values), 3) for name, values in wall.items()},
        "added_s": round(min(wall[WITH]) - min(wall[WITHOUT]), 3),
        "slowest_other_request_s": {name: round(value, 3) for name, value in slowest.items()},
    }


def octoprint_version(python):
    code = "from importlib.metadata import version; print(version('octoprint'))"
    return subprocess.run([python, "-c", code], capture_output=True, check=True, text=True).stdout.strip()


def slowest_request(server, seconds=4.0):
    worst, end = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        server.get("/api/version")
        worst = max(worst, time.perf_counter() - start)
        time.sleep(0.05)
    return worst


def measure_hooks(python, site):
    """Microseconds of the line hook, seconds of the upload hook, in an interpreter of their own."""
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [python, "-c", HOOKS, shlex.join(WORKER)]
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    measured = json.loads(done.stdout)
    upload = {name: round(value, 4) for name, value in measured["upload_hook_s"].items()}
    return {"hook_us": round(measured["hook_us"], 2), "upload_hook_s": upload}


def main(arguments):
    """Measure the parts named, or all; the results of the others stay as they are."""
    numbers = [int(number) for number in arguments if number.isdecimal()]
    lines, rounds = numbers if numbers else (LINES, ROUNDS)
    parts = set(arguments) & set(PARTS) or set(PARTS)
    python = octoprint_python()
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        install_plugin(python, site)

        @contextlib.contextmanager
        def make(name, seed, **more):
            """A fresh server, without the plugin or with it and its worker ready."""
            options = {"worker_command": shlex.join(WORKER), "on_review": "warn", "judge_timeout_s": 600}
            disabled = [] if name == WITH else ["c3po"]
            with (
                tempfile.TemporaryDirectory(dir=folder) as base,
                Server(python, site, base, options, disabled=disabled, hash_seed=seed, **more) as server,
            ):
                if name == WITH:
                    server.wait(lambda: server.status()["engine"]["healthy"], 120)
                yield server

        cores = os.sched_getaffinity(0)
        measures = {
            "throughput": lambda: measure_throughput(make, lines, rounds, {max(cores)}),
            "spread": lambda: measure_throughput(make, lines, rounds, cores),
            "within": lambda: measure_within(make),
            "upload": lambda: measure_upload(make),
            "hooks": lambda: measure_hooks(python, site),
            "idle": lambda: measure_idle(make),
        }
        for part in sorted(parts, key=PARTS.index):
            figures[part] = measures[part]()
    figures["octoprint"] = octoprint_version(python)
    figures["machine"] = {"python": platform.python_version(), "cpus": os.cpu_count()}
    for part, found in figures.items():
        for name, value in found.items() if isinstance(found, dict) else [("", found)]:
            print(f"{part:10} {name:24} {value}")
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps({**known, **figures}, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
