"""What a verdict costs: start-up, a megabyte of G-code, a line of a stream, one look at a growing part.

``python -m benchmarks.verdict [NETWORK]`` prints a table, writes ``benchmarks/results/verdict.json``. Seconds are CPU
seconds (user and system); each row stands beside a peer measured in the same run.
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from c3po.verdict import Monitor, Screen
from c3po.verdict.screen import released_network

RESULTS = Path(__file__).parent / "results" / "verdict.json"
RUNS = 5
MOVE = re.compile(rb"^G0?1\b(?=.*\bE)(?:.*\bZ([-+.\d]+))?")


def block_job(path: Path, n_bytes: int) -> Path:
    """A solid block, printed line by line until the job is as long as ``n_bytes``."""
    lines, size, layer = ["G28", "G90", "M83"], 0, 0
    while size < n_bytes:
        layer += 1
        added = [f"G1 Z{0.2 * layer:.2f} F600"]
        for row in range(90):
            y = 50 + 0.5 * row
            added += [f"G0 X50.000 Y{y:.3f}", f"G1 X110.000 Y{y:.3f} E2.49600"]
        lines += added
        size += sum(len(line) + 1 for line in added)
    path.write_text("\n".join([*lines, ""]))
    return path


def process_s(*call: str) -> float:
    """CPU seconds of a child process, the least of `RUNS`."""
    spent = []
    for _ in range(RUNS):
        before = os.times()
        subprocess.run(call, check=False, stdout=subprocess.DEVNULL)
        after = os.times()
        spent.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return min(spent)


def spent_s(work: Callable[[], object]) -> float:
    """CPU seconds of a call in this process, the least of `RUNS`."""
    spent = []
    for _ in range(RUNS):
        before = time.process_time()
        work()
        spent.append(time.process_time() - before)
    return min(spent)


def regex_layers(lines: list[bytes]) -> int:
    """The peer for a stream: the layer tracker that plugins write, one regular expression per line."""
    layers, z = 0, b""
    for line in lines:
        found = MOVE.match(line)
        if found and found[1] not in (None, z):
            layers, z = layers + 1, found[1]
    return layers


def measured(network: Path) -> list[dict[str, Any]]:
    """Rows of the table."""
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        job = block_job(Path(folder, "block.gcode"), 1_000_000)
        lines = job.read_bytes().splitlines(keepends=True)
        screen = Screen.open(network)

        def fed(monitor: Monitor) -> Monitor:
            for line in lines:
                monitor.feed(line)
            return monitor

        def quiet() -> Monitor:
            return fed(Monitor(screen, cpu_share=1e-9))

        full = quiet()
        started_s = process_s(python, "-c", "import numpy")
        classified_s = process_s(python, "-m", "c3po.cli", "classify", "--json", "--network", str(network), str(job))
        line_us = 1e6 * spent_s(quiet) / len(lines)
        regex_us = 1e6 * spent_s(lambda: regex_layers(lines)) / len(lines)
        look_ms = 1e3 * spent_s(full.evaluate)
        stack_ms = 1e3 * spent_s(lambda: [json.loads(json.dumps(list(range(1000)))) for _ in range(10)])
    return [
        row(
            "c3po classify, 1 MB of G-code, start-up included", classified_s, "s", "python -c 'import numpy'", started_s
        ),
        row("Monitor.feed, per line", line_us, "us", "regular expression per line", regex_us),
        row("Monitor.evaluate, 60 x 45 mm block", look_ms, "ms", "JSON round trip of 10,000 numbers", stack_ms),
    ]


def row(what: str, value: float, unit: str, peer: str, peer_value: float) -> dict[str, Any]:
    ratio = value / peer_value
    return {"what": what, "value": value, "unit": unit, "peer": peer, "peer_value": peer_value, "ratio": ratio}


def main() -> None:
    network = Path(sys.argv[1]) if len(sys.argv) > 1 else released_network()
    rows = measured(network)
    for told in rows:
        print(
            f"{told['what']:<50} {told['value']:8.3f} {told['unit']:<3}"
            f"{told['peer']:<36} {told['peer_value']:8.3f} {told['unit']:<3} ratio {told['ratio']:.2f}"
        )
    machine = {"machine": platform.machine(), "python": platform.python_version(), "load": os.getloadavg()[0]}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"rows": rows, **machine, "runs": RUNS}, indent=1) + "\n")


if __name__ == "__main__":
    main()
