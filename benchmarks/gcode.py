"""How fast G-code is read, beside a tight Python loop, Printrun and gcodeparser on the same file in the same run.

``python -m benchmarks.gcode [FILE]`` prints a table and writes ``benchmarks/results/gcode.json``. Without a file,
PrusaSlicer slices a large ball with a rough skin to some 110 MB. Peers that are not installed are left
out (``pip install --no-deps printrun gcodeparser``). Seconds are CPU seconds of one thread; slow peers get the first
part of the file. ``python -m benchmarks.gcode --feed`` measures the memory of ten million lines through `Monitor.feed`
alone and keeps the other figures.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from c3po._core import native
from c3po.gcode import read_material
from c3po.verdict import Monitor

RESULTS = Path(__file__).parent / "results" / "gcode.json"
CACHE = Path(tempfile.gettempdir()) / "c3po-bench-gcode"
TARGET_BYTES = 100_000_000
CHUNK_BYTES = 1 << 20
RUNS = 5


def rough_ball(path: Path) -> None:
    """A ball of 125 mm with waves and ripples, 1.3 million faces: long layers of short moves, as scanned parts have."""
    import trimesh

    ball = trimesh.creation.icosphere(subdivisions=8, radius=1.0)
    x, y, z = ball.vertices.T
    radius = 62.5 + 4 * np.sin(7 * x + 1) * np.sin(6 * y) * np.sin(5 * z + 2) + 0.4 * np.sin(60 * x) * np.sin(60 * y)
    ball.vertices = ball.vertices * radius[:, None]
    ball.vertices -= ball.vertices.min(axis=0)
    ball.export(path)


def sliced_ball() -> Path:
    """About 110 MB of G-code of the ball by PrusaSlicer, made in some minutes and kept between runs."""
    job = CACHE / "large100.gcode"
    if job.exists():
        return job
    CACHE.mkdir(exist_ok=True)
    rough_ball(CACHE / "large.stl")
    bed = ["--bed-shape", "0x0,300x0,300x300,0x300", "--max-print-height", "300"]
    settings = ["--layer-height", "0.05", "--first-layer-height", "0.2", "--fill-density", "15%", "--loglevel", "1"]
    command = ["prusa-slicer", "--export-gcode", *bed, *settings, "-o", str(job), str(CACHE / "large.stl")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return job


def chunks_of(content: bytes) -> Iterator[bytes]:
    return (content[i : i + CHUNK_BYTES] for i in range(0, len(content), CHUNK_BYTES))


def core(content: bytes) -> int:
    counter = native.SegmentCounter()
    read_material(chunks_of(content), counter)
    return len(counter)


def core_to_arrays(content: bytes) -> int:
    collector = native.SegmentCollector()
    read_material(chunks_of(content), collector)
    return len(collector.segments_mm)


def python_loop(content: bytes) -> int:
    """The least a Python reader can do: X, Y, Z, E of G0 and G1, absolute, segments kept in a list."""
    x = y = z = e = 0.0
    segments = []
    keep = segments.append
    for line in content.decode().splitlines():
        if line.startswith(("G1 ", "G0 ")):
            nx, ny, ne = x, y, e
            for word in line.split(";", 1)[0].split()[1:]:
                letter = word[0]
                if letter == "X":
                    nx = float(word[1:])
                elif letter == "Y":
                    ny = float(word[1:])
                elif letter == "E":
                    ne = float(word[1:])
                elif letter == "Z":
                    z = float(word[1:])
            if ne > e and (nx != x or ny != y):
                keep((x, y, z, nx, ny, z))
            x, y, e = nx, ny, ne
        elif line.startswith("G92"):
            e = 0.0
    return len(segments)


def printrun(content: bytes) -> int:
    from printrun import gcoder

    return len(gcoder.GCode(content.decode().splitlines()).lines)


def gcodeparser(content: bytes) -> int:
    from gcodeparser import parse_gcode_lines

    return sum(1 for _ in parse_gcode_lines(content.decode()))


GROWTH = """
import sys
from c3po.verdict import Monitor

lines = open(sys.argv[1], "rb").read(64 << 20).splitlines(keepends=True)[:1_000_000]

def resident_kib():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1])

monitor = Monitor()
for million in range(10):  # the same million lines: after the first, all voxels are there
    for line in lines:
        monitor.feed(line)
    print(resident_kib(), sys.getallocatedblocks(), len(monitor.history))
"""
"""A process that prints memory, Python's blocks and evaluations after each million lines."""

READERS: dict[str, tuple[Callable[[bytes], int], int, int]] = {
    "c3po core": (core, TARGET_BYTES, RUNS),
    "c3po core to arrays": (core_to_arrays, TARGET_BYTES, 3),
    "tight Python loop": (python_loop, 20_000_000, 2),
    "Printrun": (printrun, 5_000_000, 1),
    "gcodeparser": (gcodeparser, 5_000_000, 1),
}
"""Name to reader, how much of the file it gets, and how often."""


def megabytes_per_second(reader: Callable[[bytes], int], content: bytes, runs: int) -> float:
    """The best of some runs, in CPU time."""
    best = float("inf")
    for _ in range(runs):
        began = time.process_time()
        assert reader(content) > 0
        best = min(best, time.process_time() - began)
    return len(content) / best / 1e6


def feed_costs(content: bytes) -> dict[str, float]:
    """Microseconds per line when a stream is fed line by line and in batches of 100 lines, and of ``Monitor.feed``.

    The monitor judges once, then has no time left to judge again: its cost here is that of reading.
    """
    lines = content[: 20 << 20].splitlines(keepends=True)
    costs = {}
    for name in ("one by one", "batches of 100"):
        reader = native.GcodeReader(native.SegmentCounter())
        began = time.process_time()
        if name == "one by one":
            for line in lines:
                reader.feed(line)
        else:
            for i in range(0, len(lines), 100):
                reader.feed_lines(lines[i : i + 100])
        costs[name] = (time.process_time() - began) / len(lines) * 1e6
    monitor = Monitor(cpu_share=1e-9)
    monitor.feed_lines(lines[:2000])
    began = time.process_time()
    for line in lines[2000:]:
        monitor.feed(line)
    costs["Monitor.feed"] = (time.process_time() - began) / (len(lines) - 2000) * 1e6
    return costs


def feed_growth(job: Path) -> dict[str, float]:
    """Memory of a process after two and after ten million lines, one by one to a `Monitor` that judges as it goes."""
    run = subprocess.run([sys.executable, "-c", GROWTH, str(job)], capture_output=True, text=True, check=True)
    rows = [[int(word) for word in line.split()] for line in run.stdout.splitlines()]
    return {
        "lines": 1e6 * len(rows),
        "resident_mb_after_2m": rows[1][0] / 1024,
        "resident_mb_after_10m": rows[-1][0] / 1024,
        "python_blocks_after_2m": rows[1][1],
        "python_blocks_after_10m": rows[-1][1],
        "evaluations": rows[-1][2],
    }


def measure(content: bytes) -> dict[str, float]:
    rates = {}
    for name, (reader, n_bytes, runs) in READERS.items():
        part = content[: content.rfind(b"\n", 0, n_bytes) + 1]
        try:
            rates[name] = megabytes_per_second(reader, part, runs)
        except ImportError as missing:
            print(f"{name}: left out ({missing})", file=sys.stderr)
    return rates


def cpu_name() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", cpuinfo.read_text()) if cpuinfo.exists() else []
    return names[0] if names else platform.machine()


def main(arguments: list[str]) -> None:
    names = [argument for argument in arguments if argument != "--feed"]
    if not names and not shutil.which("prusa-slicer"):
        raise SystemExit("benchmarks.gcode: expected a G-code file or prusa-slicer, found neither; name a file")
    job = Path(names[0]) if names else sliced_ball()
    if "--feed" in arguments:
        result = {**json.loads(RESULTS.read_text()), "feed_growth": feed_growth(job)}
    else:
        result = {**measured(job.read_bytes()), "feed_growth": feed_growth(job)}
    print(json.dumps(result["feed_growth"], indent=2))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")


def measured(content: bytes) -> dict[str, object]:
    """Rates of all readers and costs of feeding, printed as a table."""
    rates, costs = measure(content), feed_costs(content)
    print(f"{'reader':<22}{'MB/s':>8}{'c3po is':>10}")
    for name, rate in rates.items():
        print(f"{name:<22}{rate:>8.1f}{rates['c3po core'] / rate:>9.1f}x")
    for name, cost in costs.items():
        print(f"feed a line, {name}: {cost:.2f} us")
    machine = {"cpu": cpu_name(), "cores": os.cpu_count(), "load": os.getloadavg()}
    return {"n_bytes": len(content), "mb_per_s": rates, "feed_us_per_line": costs, "machine": machine}


if __name__ == "__main__":
    main(sys.argv[1:])
