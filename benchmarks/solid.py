"""How fast a job becomes parts and views: G-code end to end, a large STL beside trimesh, images, memory.

``python -m benchmarks.solid [FILE.gcode]`` prints a table and writes ``benchmarks/results/solid.json``. Without a file,
the ball of `benchmarks.gcode` is sliced by PrusaSlicer. Seconds are CPU seconds of one thread, the best of some runs.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.gcode import chunks_of, cpu_name, sliced_ball
from c3po._core import native
from c3po.containers import members
from c3po.gcode import read_material
from c3po.imaging import view_stack
from c3po.mesh import Mesh, read_meshes, write_stl
from c3po.solid import mesh_parts, readings

RESULTS = Path(__file__).parent / "results" / "solid.json"
STREAM = """
import sys
from c3po._core import native
from c3po.gcode import read_material
from c3po.solid import parts
job = open(sys.argv[1], "rb")
begin = job.read(1 << 20).index(b";LAYER_CHANGE")
def chunks():
    sent = moved = 0
    while sent < 1_000_000_000:
        if sent // 200_000_000 > moved:  # the next copies are printed elsewhere
            moved += 1
            yield b"G92 X-80\\n"
        job.seek(begin)
        while chunk := job.read(1 << 20):
            sent += len(chunk)
            yield chunk
material = native.Material()
read_material(chunks(), material)
n = len(parts(material))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(int(peak) / 1024, material.bricks, material.pitch_mm, n)
"""

# A small process starts the command: a child's peak begins with that of its parent.
LAUNCH = """
import os, resource, subprocess, sys, time
if sys.argv[2] == "one":
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
began = time.perf_counter()
subprocess.run([sys.executable, "-m", "c3po.cli", "classify", sys.argv[1]], stdout=subprocess.DEVNULL)
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def best(action: Callable[[], Any], runs: int = 3) -> tuple[float, Any]:
    """CPU seconds of the best run, and what it returned."""
    seconds, result = float("inf"), None
    for _ in range(runs):
        began = time.process_time()
        result = action()
        seconds = min(seconds, time.process_time() - began)
    return seconds, result


def rough_ball(rows: int, columns: int) -> Mesh:
    """A closed ball with waves, 2 x rows x columns faces."""
    theta = np.linspace(0.0, np.pi, rows + 1)[:, None]
    phi = np.linspace(0.0, 2 * np.pi, columns, endpoint=False)[None]
    radius = 60 + 4 * np.sin(7 * theta) * np.sin(6 * phi) + 0.5 * np.sin(60 * theta) * np.sin(60 * phi)
    radius *= np.ones_like(phi)
    points = [radius * np.sin(theta) * np.cos(phi), radius * np.sin(theta) * np.sin(phi), radius * np.cos(theta)]
    i, j = np.mgrid[:rows, :columns]
    a, b = i * columns + j, i * columns + (j + 1) % columns
    quads = np.stack([a, a + columns, b + columns, a, b + columns, b], axis=-1).reshape(-1, 3)
    return Mesh(np.stack([point.ravel() for point in points], axis=1), quads.astype(np.int32))


def measure_stl(folder: Path) -> dict[str, float]:
    import trimesh

    path = folder / "ball.stl"
    write_stl(rough_ball(800, 820), path)
    faces = (path.stat().st_size - 84) // 50
    member = members(path)[0]
    seconds, solids = best(lambda: mesh_parts(read_meshes(member)))
    views_s, _ = best(lambda: view_stack(solids[0], 64))
    peer_s, _ = best(lambda: trimesh.load_mesh(path, process=False), 2)
    merged_s, _ = best(lambda: trimesh.load_mesh(path), 1)
    return {
        "faces": faces,
        "stl_to_solid_s": seconds,
        "views_64_s": views_s,
        "trimesh_load_s": peer_s,
        "trimesh_load_merged_s": merged_s,
    }


def measure_gcode(content: bytes) -> dict[str, float]:
    counter_s, _ = best(lambda: read_material(chunks_of(content), native.SegmentCounter()))

    def to_solid() -> Any:
        material = native.Material()
        read_material(chunks_of(content), material)
        return material, readings(material)

    solid_s, (material, solids) = best(to_solid)
    parts_s, _ = best(lambda: readings(material))
    growing_s, _ = best(lambda: readings(material, growing=True))
    views_s, _ = best(lambda: [view_stack(solid, 64) for solid in solids])
    megabytes = len(content) / 1e6
    return {
        "gcode_mb": megabytes,
        "parse_mb_s": megabytes / counter_s,
        "parse_solid_views_mb_s": megabytes / (solid_s + views_s),
        "segments": material.segments,
        "ns_per_segment": 1e9 * (solid_s - counter_s - parts_s) / max(1, material.segments),
        "readings_s": parts_s,
        "readings_growing_s": growing_s,
        "bricks": material.bricks,
        "pitch_mm": material.pitch_mm,
    }


def measure_images() -> dict[str, float]:
    """Images per second of existing solids: all six views, crop, moments and resampling included."""
    rng = np.random.default_rng(1)
    rates = {}
    for name, shape in {"48": (48, 30, 20), "96": (96, 60, 30), "144": (144, 90, 45)}.items():
        voxels = np.asfortranarray(rng.random(shape) < 2).astype(bool, order="F")
        voxels[: shape[0] // 3, : shape[1] // 2] = False
        for size_px in (28, 64):
            seconds, _ = best(lambda v=voxels, s=size_px: [native.view_stack(v.view(np.uint8), s) for _ in range(50)])
            rates[f"images_s_{name}_voxels_{size_px}px"] = 300 / seconds
    return rates


def measure_classify(job: Path) -> dict[str, float]:
    """Wall seconds and peak memory of whole ``c3po classify`` processes on the job, the best of three: on the machine's
    cores, and held to one."""
    figures = {}
    for cores, name in (("all", ""), ("one", "_one_core")):
        launch = [sys.executable, "-c", LAUNCH, str(job), cores]
        told = [subprocess.run(launch, capture_output=True, text=True, check=True).stdout.split() for _ in range(3)]
        figures[f"classify{name}_wall_s"] = min(float(wall_s) for wall_s, _ in told)
        figures[f"classify{name}_peak_mb"] = max(float(peak_mb) for _, peak_mb in told)
    return figures


def measure_memory(job: Path) -> dict[str, float]:
    """Peak memory of a process that reads a gigabyte of G-code, copies of the job side by side over and over."""
    run = subprocess.run([sys.executable, "-c", STREAM, str(job)], capture_output=True, text=True, check=True)
    peak, bricks, pitch_mm, found = (float(word) for word in run.stdout.split())
    return {"stream_1gb_peak_mb": peak, "stream_bricks": bricks, "stream_pitch_mm": pitch_mm, "stream_parts": found}


def main(arguments: list[str]) -> None:
    if not arguments and not shutil.which("prusa-slicer"):
        raise SystemExit("benchmarks.solid: expected a G-code file or prusa-slicer, found neither; name a file")
    job = Path(arguments[0]) if arguments else sliced_ball()
    content = job.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure_stl(Path(folder))
    figures |= measure_gcode(content) | measure_classify(job) | measure_images() | measure_memory(job)
    for name, value in figures.items():
        print(f"{name:<30}{value:>14.4g}")
    machine = {"cpu": cpu_name(), "cores": os.cpu_count(), "load": os.getloadavg()}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({**figures, "machine": machine}, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
