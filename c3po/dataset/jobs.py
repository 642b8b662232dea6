"""One part as a print job: drawn, placed, sliced, written; and read back as a solid."""

import dataclasses
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from c3po._core import native
from c3po.dataset.files import written_whole
from c3po.dataset.manifest import Entry
from c3po.dataset.plan import DatasetPlan
from c3po.errors import ManifestError, MeshError
from c3po.gcode import read_material
from c3po.imaging import is_judgeable
from c3po.mesh.mesh import Mesh
from c3po.shapes import FAMILIES
from c3po.slicing import SlicerSettings, place, random_placement, random_settings, slice_mesh
from c3po.solid import Solid, parts

PITCH_MM = 0.4
ATTEMPTS = 12
MOST_COPIES = 3


@dataclasses.dataclass(frozen=True)
class Job:
    """What one entry became: the text of its print job and how it was made."""

    entry: Entry
    attempt: int
    copies: int
    settings: SlicerSettings
    gcode: bytes

    @property
    def record(self) -> dict[str, Any]:
        """What to keep beside the toolpath."""
        return {
            **dataclasses.asdict(self.entry),
            "attempt": self.attempt,
            "copies": self.copies,
            "settings": dataclasses.asdict(self.settings),
            "bytes": len(self.gcode),
            "sha256": hashlib.sha256(self.gcode).hexdigest(),
        }


def make_job(entry: Entry, plan: DatasetPlan) -> Job:
    """The print job of an entry: the first of a few draws that prints as a part.

    Raises
    ------
    ManifestError
        No draw of the family gave a part that can be judged.

    Guarantees
    ----------
    - The job depends on the plan's seed, size and slicer and the entry's number and family, nothing else.
    """
    reason = ""
    for attempt in range(ATTEMPTS):
        rng = np.random.default_rng([plan.seed, entry.number, attempt])
        try:
            mesh = drawn(entry.family, plan, rng)
            settings = random_settings(rng)
            copies = int(rng.integers(2, MOST_COPIES + 1)) if rng.random() < 0.1 else 1
            gcode = slice_mesh([mesh] * copies, settings, plan.slicer)
            solid = solid_of(gcode)
        except MeshError as problem:
            reason = str(problem)
            continue
        unfit = "no material" if solid is None else is_judgeable(solid)
        if unfit is None:
            return Job(entry, attempt, copies, settings, gcode)
        reason = str(unfit)
    raise ManifestError(
        f"family {entry.family}: expected a printable part in {ATTEMPTS} draws, got none ({reason}); leave it out"
    )


def drawn(family: str, plan: DatasetPlan, rng: np.random.Generator) -> Mesh:
    """A member of the family, placed as people place parts, its longest side within the plan's range."""
    mesh = FAMILIES[family].generate(rng)
    mesh = place(mesh, random_placement(mesh, rng))
    wanted = float(np.exp(rng.uniform(np.log(plan.longest_mm[0]), np.log(plan.longest_mm[1]))))
    return dataclasses.replace(mesh, vertices_mm=mesh.vertices_mm * (wanted / np.ptp(mesh.bounds_mm, axis=0).max()))


def solid_of(gcode: bytes) -> Solid | None:
    """The largest part that a toolpath prints; None where it prints nothing."""
    material = native.Material(PITCH_MM)
    read_material([gcode], material)
    found = parts(material)
    return found[0] if found else None


def paths_of(folder: Path, entry: Entry) -> tuple[Path, Path]:
    """Where the toolpath and the record of an entry lie."""
    return folder / f"{entry.part}.gcode.gz", folder / f"{entry.part}.json"


def write_job(entry: Entry, plan: DatasetPlan, folder: Path) -> dict[str, Any]:
    """Make a job and keep it; one that is already there stays. The record is written last, so it means: complete."""
    toolpath, record = paths_of(folder, entry)
    if record.exists() and toolpath.exists():
        try:
            kept: dict[str, Any] = json.loads(record.read_text("utf-8"))
            return kept
        except ValueError:
            record.unlink()
    job = make_job(entry, plan)
    written_whole(toolpath, gzip.compress(job.gcode, 5, mtime=0))
    written_whole(record, json.dumps(job.record, indent=1, sort_keys=True).encode())
    return job.record


def read_job(entry: Entry, folder: Path) -> tuple[bytes, dict[str, Any]]:
    """The text of a job and its record.

    Raises
    ------
    ManifestError
        A file is missing, or the text is not the one recorded.
    """
    toolpath, record = paths_of(folder, entry)
    try:
        gcode, known = gzip.decompress(toolpath.read_bytes()), json.loads(record.read_text("utf-8"))
    except (OSError, EOFError, ValueError, gzip.BadGzipFile) as problem:
        raise ManifestError(f"{toolpath}: expected a toolpath, got {type(problem).__name__}; build it again") from None
    found = hashlib.sha256(gcode).hexdigest()
    if known.get("sha256") != found:
        raise ManifestError(f"{toolpath}: expected SHA-256 {known.get('sha256')}, got {found}; build it again")
    return gcode, known
