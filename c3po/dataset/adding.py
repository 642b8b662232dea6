"""Parts of one's own: a folder of STL, 3MF or G-code with a label becomes shards. Local only."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from c3po._core import native
from c3po.containers import members
from c3po.dataset import shards
from c3po.dataset.images import projections, turns_of
from c3po.dataset.manifest import Entry
from c3po.dataset.plan import DatasetPlan
from c3po.errors import C3poError, ManifestError
from c3po.gcode import read_material
from c3po.imaging import is_judgeable
from c3po.mesh import read_meshes
from c3po.shapes import LABELS
from c3po.solid import Solid, mesh_parts, parts

OWN = "own"


def add_folder(source: Path, label: str, out: Path, plan: DatasetPlan) -> tuple[int, list[str]]:
    """Write Set I of every file below ``source`` to ``out/own/<table>/``; images written, and what was left out.

    Raises
    ------
    ManifestError
        The label is unknown, or no file could be used.
    """
    if label not in LABELS:
        raise ManifestError(f"--label: expected one of {', '.join(LABELS)}, got {label}; choose one")
    rows: dict[str, list[shards.Row]] = {f"projections_{size}": [] for size in plan.sizes_px}
    refused = []
    files = sorted(path for path in ([source] if source.is_file() else source.rglob("*")) if path.is_file())
    for number, path in enumerate(files):
        try:
            solids = list(solids_of(path))
        except C3poError as problem:
            refused.append(str(problem))
            continue
        for index, solid in enumerate(solids):
            entry = Entry(number, f"{path.stem}-{index}", f"{OWN}-{source.name}", label, "train")
            turns = turns_of(np.random.default_rng([plan.seed, number, index]), plan.rotations)
            for size in plan.sizes_px:
                rows[f"projections_{size}"] += shards.projection_images(entry, *projections(solid, turns, size))
    if not any(rows.values()):
        raise ManifestError(f"{source}: expected meshes or G-code, found none that can be used; name another folder")
    for table, own in rows.items():
        shards.write_shard(own, table, out / OWN / table / f"{label}-{source.stem}.parquet")
    return sum(map(len, rows.values())), refused


def solids_of(path: Path) -> Iterator[Solid]:
    """The parts in a file that can be judged."""
    for member in members(path):
        if member.format == "gcode":
            material = native.Material(0.4)
            read_material(member.chunks(), material)
            found = parts(material)
        else:
            found = mesh_parts(read_meshes(member))
        yield from (solid for solid in found if is_judgeable(solid) is None)
