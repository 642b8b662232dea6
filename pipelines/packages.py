"""Real models of many makers out of Debian's and PyPI's packages, as STL with a manifest: no stage, run by hand.

``python -m pipelines.packages FOLDER OUT``. FOLDER holds the packages of ``PACKAGES`` that are wanted (``apt-get
download NAME``, ``pip download --no-deps NAME``); ``assimp`` converts (Debian: assimp-utils). OUT gets the models and
``manifest.csv`` for ``c3po dataset corpus add OUT/manifest.csv --from OUT``. packages.csv says what is a gun, what a
blade, what harmless; the first pattern that fits a path counts. Left out: effects, flat things, turrets, players,
weapons that are not guns (gauntlet, fireball, hook, tuba), second copies of a model.

None of them has a size in the world, so each is scaled to a hand's length.
"""

import argparse
import csv
import fnmatch
import hashlib
import io
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
import trimesh

from c3po.dataset.corpus import CorpusEntry
from c3po.dataset.files import written_whole
from c3po.mesh import write_stl
from c3po.mesh.mesh import Mesh
from pipelines.params import show

TRUTHS = Path(__file__).with_suffix(".csv")
LEFT_OUT = "left out"
MODELS = (".md2", ".md3", ".md5mesh", ".obj", ".iqm", ".stl", ".ac", ".dae", ".3ds", ".glb")
ARCHIVES = (".pk3", ".sh3f")
LONGEST_MM = 150.0
THINNEST = 0.02
"""Of the longest side; what is flatter is a picture on a plane, not a thing."""

LEAST_FACES = 12
LONGEST_CONVERSION_S = 60.0


@dataclass(frozen=True)
class Package:
    """A package: who published it (first half of the manifest's repository) and its licence."""

    publisher: str
    licence: str


PACKAGES = {
    "cube2-data": Package("debian", "CC-BY-SA-3.0"),
    "flightgear-data-models": Package("debian", "GPL-2.0-or-later"),
    "minetest-mod-homedecor": Package("debian", "LGPL-3.0"),
    "metaworld": Package("pypi", "MIT"),
    "nexuiz-data": Package("debian", "GPL-2.0"),
    "openarena-data": Package("debian", "GPL-2.0-or-later"),
    "pybullet": Package("pypi", "Zlib"),
    "redeclipse-data": Package("debian", "CC-BY-SA-3.0"),
    "robosuite": Package("pypi", "MIT"),
    "sweethome3d-furniture": Package("debian", "CC-BY-3.0"),
    "ufoai-data": Package("debian", "GPL-2.0-or-later"),
}


def package_file(package: str, folder: Path) -> Path | None:
    """The package in the folder, the last by name where there are several versions."""
    return max(folder.glob(f"{package}[_-]*.*"), default=None)


def models_of(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every model of a package, by its path there; ``archive!path`` where it lies in an archive of the package."""
    for name, content in _wheel(path) if path.suffix == ".whl" else _deb(path):
        if name.endswith(ARCHIVES):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                yield from ((f"{name}!{own}", archive.read(own)) for own in sorted(archive.namelist()) if is_model(own))
        else:
            yield name, content


def _wheel(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        yield from ((name, archive.read(name)) for name in sorted(archive.namelist()) if is_model(name))


def _deb(path: Path) -> Iterator[tuple[str, bytes]]:
    with (
        subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(path)], stdout=subprocess.PIPE) as unpacked,
        tarfile.open(fileobj=unpacked.stdout, mode="r|") as tree,
    ):
        for entry in tree:
            name = entry.name.removeprefix("./")
            held = tree.extractfile(entry) if entry.isfile() and (is_model(name) or name.endswith(ARCHIVES)) else None
            if held is not None:
                yield name, held.read()


def is_model(name: str) -> bool:
    return name.lower().endswith(MODELS)


def truths() -> dict[str, list[tuple[str, str]]]:
    """Of each package its (pattern, truth), the first that fits counts."""
    told: dict[str, list[tuple[str, str]]] = {package: [] for package in PACKAGES}
    with TRUTHS.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            told[row["package"]].append((row["pattern"], row["truth"]))
    return told


def truth_of(name: str, patterns: Sequence[tuple[str, str]]) -> str:
    """What a model is: gun, blade, benign or left out; of a path in an archive the part after the ``!`` may fit too."""
    names = (name, name.rpartition("!")[2])
    return next((truth for pattern, truth in patterns if any(fnmatch.fnmatch(n, pattern) for n in names)), LEFT_OUT)


def as_mesh(name: str, content: bytes, scratch: Path) -> Mesh | None:
    """The model, its longest side ``LONGEST_MM``; None where there is no solid thing in it."""
    try:
        mesh = md2_mesh(content) if name.endswith(".md2") else converted(name, content, scratch)
    except (ValueError, IndexError, struct.error, subprocess.TimeoutExpired):
        return None
    if mesh is None or len(mesh.faces) < LEAST_FACES or min(mesh.extents) < THINNEST * max(mesh.extents):
        return None
    vertices = np.asarray(mesh.vertices) * (LONGEST_MM / max(mesh.extents))
    return Mesh(vertices, np.asarray(mesh.faces, np.int32), "part")


def converted(name: str, content: bytes, scratch: Path) -> trimesh.Trimesh | None:
    """The model as assimp reads it; None where it does not."""
    model, raw = scratch / f"model{Path(name).suffix}", scratch / "converted.stl"
    model.write_bytes(content)
    raw.unlink(missing_ok=True)
    command = ["assimp", "export", str(model), str(raw), "-tri"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=LONGEST_CONVERSION_S)
    except FileNotFoundError:
        sys.exit("assimp: expected the program, found none; apt-get install assimp-utils")
    model.unlink()
    return None if done.returncode or not raw.exists() else trimesh.load(raw, file_type="stl", force="mesh")


def md2_mesh(content: bytes) -> trimesh.Trimesh:
    """The first frame of a Quake II model; assimp refuses those whose header is not as id Software's."""
    n_points, _, n_triangles = struct.unpack_from("<3i", content, 24)
    at_triangles, at_frames = struct.unpack_from("<2i", content, 52)
    faces = np.frombuffer(content, "<u2", 6 * n_triangles, at_triangles).reshape(-1, 6)[:, :3]
    scale, origin = np.frombuffer(content, "<f4", 6, at_frames).reshape(2, 3)
    points = np.frombuffer(content, np.uint8, 4 * n_points, at_frames + 40).reshape(-1, 4)[:, :3]
    return trimesh.Trimesh(points * scale + origin, faces.astype(np.int64))


def unpacked(package: str, path: Path, out: Path, scratch: Path) -> Iterator[CorpusEntry]:
    """Write the models of one package into ``out``; a row of the manifest for each."""
    published, version, seen = PACKAGES[package], path.name.removeprefix(package)[1:], set[str]()
    patterns = truths()[package]
    for name, content in models_of(path):
        digest, truth = hashlib.sha256(content).hexdigest(), truth_of(name, patterns)
        mesh = None if truth == LEFT_OUT or digest in seen else as_mesh(name, content, scratch)
        if mesh is None:
            continue
        seen.add(digest)
        kept = out / f"{digest[:16]}.stl"
        write_stl(mesh, kept)
        yield CorpusEntry(
            repository=f"{published.publisher}/{package}",
            path=f"{name.rpartition('.')[0]}.stl",
            commit=version.rpartition(".")[0],
            licence=published.licence,
            sha256=digest,
            label=truth,
            converted_sha256=hashlib.sha256(kept.read_bytes()).hexdigest(),
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m pipelines.packages", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    found = {package: path for package in PACKAGES if (path := package_file(package, given.folder)) is not None}
    if not found:
        sys.exit(f"{given.folder}: expected packages ({', '.join(PACKAGES)}), found none; apt-get download them there")
    given.out.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(column.name for column in fields(CorpusEntry))
    with tempfile.TemporaryDirectory() as scratch:
        for done, (package, path) in enumerate(found.items(), start=1):
            entries = list(unpacked(package, path, given.out, Path(scratch)))
            rows.writerows(map(astuple, entries))
            show("packages", done, len(found))
            print(f"{package}: {len(entries)} models")
    written_whole(given.out / "manifest.csv", text.getvalue().encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
