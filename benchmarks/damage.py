"""Every file of the development data cut short and with bytes flipped: does anything but a `C3poError` come out?

``python -m benchmarks.damage [FOLDER]`` damages each file in 40 ways (20 cuts, 20 with flipped bytes) and writes counts
to ``benchmarks/results/damage.json``. Without FOLDER it takes ``../shared/data``. Each damaged file goes through
containers and readers; every fifth goes on to its solids and views. The places depend on the file's name alone.
"""

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
TO_SOLIDS = 5
FOLDERS = ("gcode", "benign", "weapons")


def damaged(content: bytes, name: str, n_cuts: int = CUTS, n_flips: int = FLIPS) -> Iterator[bytes]:
    """The content cut at random places, then with 1 to 64 of its bytes at random places set to random values."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    for _ in range(n_cuts):
        yield content[: int(rng.integers(0, len(content) + 1))]
    for _ in range(n_flips):
        flipped = np.frombuffer(content, dtype=np.uint8).copy()
        places = rng.integers(0, max(1, len(flipped)), int(rng.integers(1, 65)))
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


def main(arguments: list[str]) -> None:
    data = Path(arguments[0]) if arguments else DATA
    found = files(data)
    if not found:
        raise SystemExit(f"benchmarks.damage: expected files below {data}/gcode, found none; name a folder")
    outcomes: Counter[str] = Counter()
    failures, slowest = [], (0.0, "")
    with tempfile.TemporaryDirectory() as folder:
        for path in found:
            copy = Path(folder) / f"damaged{path.suffix}"
            for number, content in enumerate(damaged(path.read_bytes(), path.name)):
                copy.write_bytes(content)
                began = time.process_time()
                try:
                    outcomes[read_all(copy, to_solids=number % TO_SOLIDS == 0)] += 1
                except Exception as problem:  # the very thing that is counted here
                    outcomes["failure"] += 1
                    failures.append(f"{path.name} #{number}: {type(problem).__name__}: {problem}"[:200])
                slowest = max(slowest, (time.process_time() - began, f"{path.name} #{number}"))
    result = {"files": len(found), "damaged": sum(outcomes.values()), "outcomes": dict(sorted(outcomes.items()))}
    result |= {"failures": failures, "slowest_s": slowest[0], "slowest": slowest[1]}
    print(json.dumps(result, indent=2))
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
