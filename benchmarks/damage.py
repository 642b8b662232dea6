"""Every file of the development data cut short and with bytes flipped: does anything but a `C3poError` come out?

``python -m benchmarks.damage [--seconds S] [FOLDER]`` damages each file in 40 ways (20 cuts, 20 with flipped bytes, in
turn) and writes counts to ``benchmarks/results/damage.json``. Without FOLDER it takes ``../shared/data``. Each damaged
file goes through containers and readers; every third goes on to its solids and views. A file that used up its S seconds
of CPU (default: no limit) and had `LEAST_WAYS` is left; the result tells how many files had all ways and the fewest
that one had. The places depend on the file's name alone.
"""

import argparse
import json
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from c3po._core import native
from c3po.containers import Member, members
from c3po.errors import C3poError
from c3po.gcode import read_material
from c3po.imaging import view_stack
from c3po.mesh import read_meshes
from c3po.solid import mesh_parts, readings

RESULTS = Path(__file__).parent / "results" / "damage.json"
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
CUTS = FLIPS = 20
LEAST_WAYS = 4
TO_SOLIDS = 3  # odd, so that cut and flipped ones are among them
FOLDERS = ("gcode", "benign", "weapons")


def damaged(content: bytes, name: str, n_cuts: int = CUTS, n_flips: int = FLIPS) -> Iterator[bytes]:
    """In turn the content cut at a random place, and with 1 to 64 random bytes at random places."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    for number in range(max(n_cuts, n_flips)):
        if number < n_cuts:
            yield content[: int(rng.integers(0, len(content) + 1))]
        if number < n_flips:
            flipped = np.frombuffer(content, dtype=np.uint8).copy()
            n_bytes = 2 ** int(rng.integers(0, 7))  # one is often enough to spoil a mesh
            places = rng.integers(0, max(1, len(flipped)), n_bytes)
            flipped[places[: len(flipped)]] = rng.integers(0, 256, len(places[: len(flipped)]))
            yield flipped.tobytes()


def read_all(path: Path, *, to_solids: bool) -> str:
    """``read`` or the code of the error; whatever else is raised is let through."""
    try:
        for member in members(path):
            solids = _solids(member, to_solids=to_solids)
            for solid in solids[:4]:
                assert np.isfinite(view_stack(solid, 28)).all()
    except C3poError as problem:
        return problem.code
    return "read"


def _solids(member: Member, *, to_solids: bool) -> tuple:  # type: ignore[type-arg]
    if member.format == "gcode":
        material = native.Material()
        read_material(member.chunks(), material)
        return readings(material) if to_solids else ()
    meshes = [mesh for mesh in read_meshes(member) if len(mesh.faces)]
    return mesh_parts(meshes) if meshes and to_solids else ()


def files(data: Path) -> list[Path]:
    """Every file below the folders of the development data."""
    return sorted(path for folder in FOLDERS for path in (data / folder).rglob("*") if path.is_file())


class Tally:
    """Outcomes of all damaged files, failures by name, and the slowest."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.failures: list[str] = []
        self.ways: list[int] = []
        self.slowest_s, self.slowest = 0.0, ""

    def damage(self, path: Path, copy: Path, limit_s: float) -> None:
        """Reads the file damaged in every way, until its seconds are spent."""
        spent_s, ways = 0.0, 0
        for number, content in enumerate(damaged(path.read_bytes(), path.name)):
            if spent_s > limit_s and ways >= LEAST_WAYS:
                break
            copy.write_bytes(content)
            began = time.process_time()
            self._read(copy, f"{path.name} #{number}", to_solids=number % TO_SOLIDS == 0)
            took_s = time.process_time() - began
            spent_s, ways = spent_s + took_s, ways + 1
            if took_s > self.slowest_s:
                self.slowest_s, self.slowest = took_s, f"{path.name} #{number}"
        self.ways.append(ways)

    def _read(self, copy: Path, name: str, *, to_solids: bool) -> None:
        try:
            self.outcomes[read_all(copy, to_solids=to_solids)] += 1
        except Exception as problem:  # the very thing that is counted here
            self.outcomes["failure"] += 1
            self.failures.append(f"{name}: {type(problem).__name__}: {problem}"[:200])

    def result(self) -> dict[str, object]:
        return {
            "files": len(self.ways),
            "files_damaged_in_all_ways": sum(ways == CUTS + FLIPS for ways in self.ways),
            "fewest_ways_of_a_file": min(self.ways),
            "damaged": sum(self.outcomes.values()),
            "outcomes": dict(sorted(self.outcomes.items())),
            "failures": self.failures,
            "slowest_cpu_s": self.slowest_s,
            "slowest": self.slowest,
        }


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.damage")
    parser.add_argument("folder", type=Path, nargs="?", default=DATA)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="of CPU for each file")
    asked = parser.parse_args(arguments)
    found = files(asked.folder)
    if not found:
        raise SystemExit(f"benchmarks.damage: expected files below {asked.folder}/gcode, found none; name a folder")
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(found):
            tally.damage(path, Path(folder) / f"damaged{path.suffix}", asked.seconds)
            if number % 50 == 0:
                print(f"{number} of {len(found)} files, {time.process_time():.0f} s of CPU", file=sys.stderr)
    limit_s = asked.seconds if np.isfinite(asked.seconds) else None
    result = {**tally.result(), "cpu_s_for_a_file": limit_s, "cpu_s": time.process_time()}
    print(json.dumps(result, indent=2))
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
