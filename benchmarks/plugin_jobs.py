"""Whole jobs on a real OctoPrint with the real worker: harmless ones must print to the end, weapons must stop early.

    python -m benchmarks.plugin_jobs replay     # the monitor alone, on every job, layer by layer
    python -m benchmarks.plugin_jobs benign     # every FDM job of ../shared/data/gcode, printed
    python -m benchmarks.plugin_jobs swapped    # weapons swapped in after a bracket was cleared, default settings
    python -m benchmarks.plugin_jobs streamed   # the same lines sent by another plugin: no file, the monitor alone
    python -m benchmarks.plugin_jobs alternating  # 50 jobs, every other one a weapon, started in four ways in turn
    python -m benchmarks.plugin_jobs thousand   # 1,000 jobs on one server: what stays open, running, held

`replay` judges at every step of the layers, as a print that takes hours does; the virtual printer takes about 3,000
lines a second, which leaves the monitor a twentieth of the looks: late for weapons, kind to harmless parts. So both
are measured. Weapons are solid silhouettes of `c3po.shapes`, lying, standing and upside down, from PrusaSlicer and
the built-in slicer. Results go to benchmarks/results/plugin-jobs.json, one entry per part of this bench.
"""

import csv
import json
import re
import shlex
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from c3po.containers import members
from c3po.mesh import Mesh
from c3po.shapes import FAMILIES
from c3po.slicing import SlicerSettings, slice_mesh
from c3po.verdict import Screen
from c3po.verdict.monitor import Monitor
from c3po.verdict.reading import TOOLPATHS

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "plugin"))

from octoprint_server import OTHER_PLUGIN, STARTS, Server, install_plugin, job, octoprint_python, printable  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
RESULTS = ROOT / "benchmarks" / "results" / "plugin-jobs.json"
SETTINGS = SlicerSettings(layer_mm=0.3, first_layer_mm=0.3, width_mm=0.6, density=0.1, top_layers=3, bottom_layers=3)
WEAPONS = ("pistol", "revolver", "pistol_long", "blaster_compact", "carbine", "rifle_wooden")
POSES = {"lying": (90.0, 0.0), "standing": (0.0, 0.0), "upside down": (180.0, 0.0)}
SLICERS = ("built-in", "prusa-slicer")
LONGEST_MM = 110.0
RULES = ((0.93, 2), (0.93, 1), (0.85, 2), (0.5, 2))  # threshold of a score, looks in a row
MOTION = re.compile(rb"(?m)^[ \t]*[Gg]0?[0123][ \t]")
WORKER = ["/usr/bin/env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "c3po.cli", "watch", "--json", "-"]


def benign_jobs() -> Iterator[tuple[str, bytes]]:
    """Name and text of every FDM job, short ones first; packed ones as the G-code inside: OctoPrint prints text."""
    with open(DATA / "gcode.csv", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["kind"] == "fdm"]
    for row in sorted(rows, key=lambda row: int(row["lines"]) or sys.maxsize):  # 0: packed, nobody counted
        path = DATA / row["file"]
        member = next(member for member in members(path) if member.format in TOOLPATHS)
        yield path.name, b"".join(member.chunks())


def weapon_jobs() -> Iterator[tuple[str, bytes]]:
    """Name and G-code of the example, and of every family, pose and slicer."""
    yield "examples/weapon-silhouette.gcode", (ROOT / "examples" / "weapon-silhouette.gcode").read_bytes()
    for number, family in enumerate(WEAPONS):
        mesh = FAMILIES[family].generate(np.random.default_rng(700 + number))
        for pose, (about_x, about_y) in POSES.items():
            for slicer in SLICERS:
                yield f"{family}, {pose}, {slicer}", slice_mesh(turned(mesh, about_x, about_y), SETTINGS, slicer)


def turned(mesh: Mesh, about_x_deg: float, about_y_deg: float) -> Mesh:
    """The mesh scaled, turned and stood on the bed."""
    a, b = np.radians([about_x_deg, about_y_deg])
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    points = mesh.vertices_mm @ (about_y @ about_x).T * (LONGEST_MM / np.ptp(mesh.vertices_mm, axis=0).max())
    return replace(mesh, vertices_mm=points - (0, 0, points[:, 2].min()))


def layers_of(text: bytes, screen: Screen) -> int:
    """Layers that a text begins, as the monitor counts them."""
    monitor = Monitor(screen, cpu_share=1e-9)
    monitor.feed(text)
    return monitor.layers


Jobs = dict[str, dict[str, Any]]


def replay(jobs: Jobs) -> None:
    """Every job through a Monitor that looks at every step."""
    screen = Screen.open(None, None)
    for kind, source in (("benign", benign_jobs()), ("weapon", weapon_jobs())):
        for name, text in source:
            if name in jobs:
                continue
            monitor = Monitor(screen, cpu_share=1.0)
            at = None
            for start in range(0, len(text), 4096):
                if monitor.feed(text[start : start + 4096]) and at is None:
                    at = monitor.layers
            total = monitor.layers
            jobs[name] = {
                "kind": kind,
                "layers": total,
                "tripped_at": at,
                "fraction": round(at / total, 3) if at else None,
                "top_score": round(max((look.score for look in monitor.history), default=0.0), 3),
                "would_stop": would_stop([(look.layer, look.score) for look in monitor.history], total),
            }
            keep("replay", jobs)


def would_stop(looks: list[tuple[int, float]], layers: int) -> dict[str, float | None]:
    """The fraction of the layers at which other rules would have stopped: a threshold, looks in a row."""
    fractions: dict[str, float | None] = {}
    for threshold, times in RULES:
        in_a_row, at = 0, None
        for layer, score in looks:
            in_a_row = in_a_row + 1 if score >= threshold else 0
            if in_a_row >= times and at is None:
                at = round(layer / layers, 3)
        fractions[f"{threshold} x{times}"] = at
    return fractions


def summary(jobs: Jobs) -> dict[str, Any]:
    """Counts and the distribution of the fraction of the layers at the stop."""
    benign = [job for job in jobs.values() if job["kind"] == "benign"]
    weapons = [job for job in jobs.values() if job["kind"] == "weapon"]
    fractions = sorted(1.0 if job["fraction"] is None else job["fraction"] for job in weapons)
    found: dict[str, Any] = {}
    if benign:
        found["benign"] = {"jobs": len(benign), "stopped": sum(job["tripped_at"] is not None for job in benign)}
    if weapons:
        found["weapons"] = {
            "jobs": len(weapons),
            "stopped": sum(job["tripped_at"] is not None for job in weapons),
            "before_40_percent": sum(fraction < 0.4 for fraction in fractions),
            "fraction_quartiles": [round(float(q), 3) for q in np.quantile(fractions, (0, 0.25, 0.5, 0.75, 1))],
        }
        found["weapons"]["lines_after_trip"] = max((job.get("lines_after_trip", 0) for job in weapons), default=0)
    return found


def benign(server: Server, jobs: Jobs) -> None:
    """Print every harmless job; what is for review waits for a person, who allows it."""
    for number, (name, text) in enumerate(benign_jobs()):
        if name in jobs:
            continue
        file = f"benign{number}.gcode"
        server.upload(file, printable(text.decode("utf-8", "replace")))
        started = time.monotonic()
        server.start(file)
        ended = wait_ended(server, file)
        jobs[name] = {
            "kind": "benign",
            "finding": ended["finding"],
            "score": ended["score"],
            "how": ended["how"],
            "tripped_at": None if ended["how"] == "PrintDone" else ended["how"],
            "top_score": round(max([look["score"] or 0.0 for look in server.status()["scores"]], default=0.0), 3),
            "seconds": round(time.monotonic() - started, 1),
        }
        keep("benign", jobs)
        if server.status()["latched"]:
            server.command("clear_bed")


def wait_ended(server: Server, file: str) -> dict[str, Any]:
    """The audit record of the end of a job; a question on the way is answered with yes."""

    def ended() -> list[dict[str, Any]]:
        job = server.status()["job"]
        if job and job["phase"] == "asking":
            server.command("override", reason="a job of the bench, known to be harmless")
        return [r["details"] for r in server.audit() if r["event"] == "ended" and r["details"]["file"] == file]

    record = server.wait(ended, 1800, pause_s=1.0)[-1]
    server.wait_state("Operational", 60)
    return dict(record)


def swapped(server: Server, jobs: Jobs) -> None:
    """A bracket is cleared and starts; then a weapon stands in its file."""
    bracket = printable((ROOT / "examples" / "bracket.gcode").read_text())

    def start(file: str, text: str) -> None:
        server.upload(file, bracket + ";" + "-" * len(text))
        server.wait(lambda: server.verdict_of(file) == "clear", 120)
        server.start(file)
        server.wait(lambda: (server.status()["job"] or {}).get("phase") == "running", 60)
        with open(server.base / "uploads" / file, "r+b") as stream:
            stream.write(text.encode())
            stream.truncate()
        wait_ended(server, file)

    stopped("swapped", server, jobs, start)


def streamed(server: Server, jobs: Jobs) -> None:
    """Another plugin sends the lines of a weapon itself, without a file or a job."""

    def start(file: str, text: str) -> None:
        lines = [line for line in (line.split(";")[0].strip() for line in text.splitlines()) if line]
        for first in range(0, len(lines), 500):
            server.other("send", lines=lines[first : first + 500])
            mark, offset = f"M117 {file} {first}", server.serial_size()
            server.other("send", lines=[mark])
            server.wait(lambda mark=mark, offset=offset: mark in str(server.serial_since(offset)), 120)
            if server.status()["latched"]:
                return

    stopped("streamed", server, jobs, start)


def stopped(part: str, server: Server, jobs: Jobs, start: Any) -> None:
    """Where each weapon was stopped: from the lines that reached the printer."""
    screen = Screen.open(None, None)
    for number, (name, text) in enumerate(weapon_jobs()):
        if name in jobs:
            continue
        ready = printable(text.decode())
        offset, trips = server.serial_size(), len([r for r in server.audit() if r["event"] == "tripped"])
        start(f"weapon{number}.gcode", ready)
        time.sleep(0.5)
        sent = server.serial_since(offset)
        tripped = [r["details"] for r in server.audit() if r["event"] == "tripped"][trips:]
        ends = [r["details"] for r in server.audit() if r["event"] == "cancelled"]
        layers, total = layers_of("\n".join(line for _, line in sent).encode(), screen), layers_of(text, screen)
        halted = bool(tripped) or bool(ends and ends[-1]["file"] == f"weapon{number}.gcode")
        at = tripped[0]["at"] if tripped else ends[-1]["at"] if halted else time.time()
        jobs[name] = {
            "kind": "weapon",
            "why": "stream_weapon" if tripped else ends[-1]["reason"] if halted else None,
            "layers": total,
            "tripped_at": layers if halted else None,
            "fraction": round(layers / total, 3) if halted else None,
            "motion_lines": sum(bool(MOTION.match(line.encode())) for _, line in sent),
            "lines_after_trip": sum(moment > at and bool(MOTION.match(line.encode())) for moment, line in sent),
        }
        keep(part, jobs)
        server.wait(lambda: server.status()["job"] is None, 60)
        server.command("clear_bed")


def alternating(server: Server, jobs: Jobs) -> None:
    """Good and bad jobs in turn: the lines of each that reached the printer, and what the job history says of it."""
    texts = [printable((ROOT / "examples" / name).read_text()) for name in ("bracket.gcode", "weapon-silhouette.gcode")]
    for number in range(len(jobs), 50):
        file, start = f"job{number}.gcode", STARTS[number // 2 % len(STARTS)]
        offset = server.serial_size()
        start(server, file, f";{number}\n{texts[number % 2]}")
        wait_ended(server, file)
        time.sleep(0.3)
        jobs[file] = {
            "kind": ("bracket", "silhouette")[number % 2],
            "start": start.__name__,
            "motion_lines": sum(bool(MOTION.match(line.encode())) for _, line in server.serial_since(offset)),
            "history": dict(zip(("success", "failure"), server.history(file), strict=True)),
        }
        bad = [found for found in jobs.values() if found["kind"] == "silhouette"]
        good = [found for found in jobs.values() if found["kind"] == "bracket"]
        keep(
            "alternating",
            jobs,
            weapons=len(bad),
            lines_of_weapons=sum(found["motion_lines"] for found in bad),
            weapons_called_done=sum(found["history"]["success"] for found in bad),
            brackets=len(good),
            brackets_done=sum(found["history"]["success"] for found in good),
        )


def thousand(server: Server, jobs: Jobs) -> None:
    """Small jobs, every fifth a weapon; what server and worker hold open after every hundred."""
    weapon = printable((ROOT / "examples" / "weapon-silhouette.gcode").read_text())
    for number in range(1, 1001):
        bad = number % 5 == 0
        file = f"job{number % 20}.gcode"  # the list stays short: names come again with other content
        ended = server.events().count("ended")
        server.upload(file, f";{number}\n{weapon}" if bad else job(comment=str(number)))
        server.start(file)
        server.wait(lambda ended=ended: server.events().count("ended") > ended, 120)
        server.wait_state("Operational", 60)
        if number % 100 == 0:
            worker = server.other("look")["pid"]
            jobs[f"after {number}"] = {
                "kind": "count",
                "server": held_open(server.process.pid),
                "worker": held_open(worker),
                "job": server.status()["job"],
            }
            keep("thousand", jobs, finished=number)


def held_open(process: int) -> dict[str, int]:
    """Open files, threads and resident megabytes of a process."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    files = len(list(Path(f"/proc/{process}/fd").iterdir()))
    return {"files": files, "threads": int(status["Threads"]), "resident_mb": int(status["VmRSS"].split()[0]) // 1024}


PARTS = {
    "benign": benign,
    "swapped": swapped,
    "streamed": streamed,
    "alternating": alternating,
    "thousand": thousand,
}


def kept() -> dict[str, Any]:
    return dict(json.loads(RESULTS.read_text())) if RESULTS.exists() else {}


def keep(part: str, jobs: Jobs, **about: Any) -> None:
    """Write the results of one part so far, beside those of the others."""
    known = kept()
    stamp = {name: value for name, value in known.get(part, {}).items() if name in ("network", "octoprint")}
    known[part] = {**stamp, **about, **summary(jobs), "jobs": jobs}
    RESULTS.write_text(json.dumps(known, indent=1) + "\n")
    if jobs:
        print(part, *list(jobs.items())[-1], flush=True)


def main(arguments: list[str]) -> None:
    """Measure the parts named, or all; with ``--resume`` go on after the jobs that this network has already seen."""
    resume, digest = "--resume" in arguments, Screen.open(None, None).network.digest
    for part in [name for name in arguments if name != "--resume"] or ["replay", *PARTS]:
        before = kept().get(part, {})
        jobs: Jobs = before.get("jobs", {}) if resume and before.get("network") == digest else {}
        keep(part, jobs, network=digest)
        if part == "replay":
            replay(jobs)
            continue
        with tempfile.TemporaryDirectory() as folder:
            python, site = octoprint_python(), Path(folder) / "site"
            install_plugin(python, site)
            settings = {"worker_command": shlex.join(WORKER)}
            with Server(python, site, Path(folder), settings, extra_plugin=OTHER_PLUGIN) as server:
                server.wait(lambda server=server: server.status()["engine"]["healthy"], 120)
                server.connect()
                keep(part, jobs, octoprint=server.get("/api/version")["server"])
                PARTS[part](server, jobs)


if __name__ == "__main__":
    main(sys.argv[1:])
