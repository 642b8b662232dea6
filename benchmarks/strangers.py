"""Guns and harmless things by artists nobody trained on: the models of four free games, from Debian's packages.

``python -m benchmarks.strangers FOLDER [--network FILE]``. FOLDER holds the packages ``nexuiz-data``,
``openarena-data``, ``redeclipse-data`` and ``ufoai-data`` (``apt-get download`` them); ``assimp`` converts (Debian:
assimp-utils). Each model is scaled to a hand's length and judged as a mesh file. strangers.csv says what counts as a
gun and what as harmless. Left out: effects, flat things, turrets, players, weapons that are not guns (gauntlet,
fireball, hook, tuba), second copies of a model.
"""

import argparse
import csv
import fnmatch
import io
import json
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import trimesh

from c3po.mesh import write_stl
from c3po.mesh.mesh import Mesh
from c3po.verdict.evaluation import Case, rate
from c3po.verdict.judging import judge_file
from c3po.verdict.screen import Screen

RESULTS = Path(__file__).parent / "results" / "strangers.json"
TRUTHS = Path(__file__).with_suffix(".csv")
MODELS = (".md2", ".md3", ".md5mesh", ".obj", ".iqm")
LONGEST_MM = 150.0
THINNEST = 0.02
"""Of the longest side; what is flatter is a picture on a plane, not a thing."""

ARCHIVES = {
    "nexuiz-data": "usr/share/games/nexuiz/data/data.pk3",
    "openarena-data": "usr/share/games/openarena/baseoa/pak0.pk3",
    "redeclipse-data": None,
    "ufoai-data": "usr/share/games/ufoai/base/0models.pk3",
}
"""Of each package the archive that holds its models; None: they lie in the package as they are."""


def files_of(package: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every model of a package, by its path there."""
    found = sorted(folder.glob(f"{package}_*.deb"))
    if not found:
        raise SystemExit(f"{folder}: expected {package}_*.deb, found none; apt-get download {package}")
    command = ["dpkg-deb", "--fsys-tarfile", str(found[-1])]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as unpacked,
        tarfile.open(fileobj=unpacked.stdout, mode="r|") as tree,
    ):
        for entry in tree:
            name = entry.name.removeprefix("./")
            held = tree.extractfile(entry) if entry.isfile() else None
            if held is None:
                continue
            if name == ARCHIVES[package]:
                with zipfile.ZipFile(io.BytesIO(held.read())) as archive:
                    yield from ((each, archive.read(each)) for each in sorted(archive.namelist()) if is_model(each))
            elif ARCHIVES[package] is None and is_model(name):
                yield name, held.read()


def is_model(name: str) -> bool:
    return name.lower().endswith(MODELS)


def truths() -> dict[str, list[tuple[str, str]]]:
    """Of each package its (pattern, truth), the first that fits counts."""
    told: dict[str, list[tuple[str, str]]] = {package: [] for package in ARCHIVES}
    with TRUTHS.open(newline="") as lines:
        for row in csv.DictReader(lines):
            told[row["package"]].append((row["pattern"], row["truth"]))
    return told


def as_stl(name: str, data: bytes, folder: Path) -> Path | None:
    """The model as an STL of a hand's length; None where there is no solid thing in it."""
    mesh = md2_mesh(data) if name.endswith(".md2") else converted(name, data, folder)
    if mesh is None or len(mesh.faces) < 12 or min(mesh.extents) < THINNEST * max(mesh.extents):
        return None
    vertices, path = np.asarray(mesh.vertices) * (LONGEST_MM / max(mesh.extents)), folder / "part.stl"
    write_stl(Mesh(vertices, np.asarray(mesh.faces, np.int32), "part"), path)
    return path


def converted(name: str, data: bytes, folder: Path) -> trimesh.Trimesh | None:
    """The model as assimp reads it; None where it does not."""
    model, raw = folder / Path(name).name, folder / "raw.stl"
    model.write_bytes(data)
    raw.unlink(missing_ok=True)
    done = subprocess.run(["assimp", "export", str(model), str(raw)], capture_output=True, check=False)
    return None if done.returncode or not raw.exists() else trimesh.load(raw, file_type="stl", force="mesh")


def md2_mesh(data: bytes) -> trimesh.Trimesh:
    """The first frame of a Quake II model; assimp refuses those whose header is not as id Software's."""
    n_points, _, n_triangles = struct.unpack_from("<3i", data, 24)
    at_triangles, at_frames = struct.unpack_from("<2i", data, 52)
    faces = np.frombuffer(data, "<u2", 6 * n_triangles, at_triangles).reshape(-1, 6)[:, :3]
    scale, origin = np.frombuffer(data, "<f4", 6, at_frames).reshape(2, 3)
    points = np.frombuffer(data, np.uint8, 4 * n_points, at_frames + 40).reshape(-1, 4)[:, :3]
    return trimesh.Trimesh(points * scale + origin, faces.astype(np.int64))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.strangers", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--network", type=Path)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    screen = Screen.open(given.network, None)
    cases = []
    with tempfile.TemporaryDirectory() as scratch:
        for package, patterns in truths().items():
            for name, data in files_of(package, given.folder):
                truth = next((truth for pattern, truth in patterns if fnmatch.fnmatch(name, pattern)), "left out")
                path = as_stl(name, data, Path(scratch)) if truth != "left out" else None
                if path is None:
                    continue
                case = Case(Path(*Path(name).parts[-3:]), package, truth, judge_file(path, screen).verdict)
                cases.append(case)
                if case.flagged or truth == "gun":
                    print(
                        f"{truth:7} {case.verdict.finding:7} {case.verdict.score:.3f} {package} {case.path}", flush=True
                    )
    told = {"network": screen.network.digest[:12], "longest_mm": LONGEST_MM, "counts": counts(cases),
            "models": [model_row(case) for case in cases]}  # fmt: skip
    given.out.write_text(json.dumps(told, indent=1) + "\n")
    for kind, shares in told["counts"].items():
        print(kind, {name: f"{share['hits']} of {share['n']}" for name, share in shares.items()})
    return 0


def model_row(case: Case) -> dict[str, Any]:
    verdict = case.verdict
    return {"package": case.category, "model": case.path.as_posix(), "truth": case.truth,
            "finding": str(verdict.finding), "score": round(verdict.score, 3)}  # fmt: skip


def counts(cases: Sequence[Case]) -> dict[str, dict[str, Any]]:
    """For guns and harmless things, all and by package: how many are called weapon, how many flagged."""
    told = {}
    for truth in ("gun", "benign"):
        for package in ("all", *ARCHIVES):
            own = [case for case in cases if case.truth == truth and package in ("all", case.category)]
            weapon, flagged = (rate(own, weapon_only=only).to_json() for only in (True, False))
            told[f"{truth}, {package}"] = {"weapon": weapon, "flagged": flagged}
    return told


if __name__ == "__main__":
    sys.exit(main())
