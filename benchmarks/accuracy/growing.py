"""How early a gun is stopped that prints on its side, standing or upside down, and how often a harmless print is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.folds import Asked
from c3po._core import native
from c3po.containers import Member, members
from c3po.errors import C3poError
from c3po.mesh import joined, read_meshes
from c3po.mesh.mesh import Mesh
from c3po.networks.trajectories import POSES, pose_matrix
from c3po.slicing import SlicerSettings, slice_mesh
from c3po.verdict.early import pieces
from c3po.verdict.evaluation import Rate
from c3po.verdict.monitor import Monitor
from c3po.verdict.screen import Screen

LONGEST_MM = 120.0
SETTINGS = SlicerSettings(layer_mm=0.3, first_layer_mm=0.3)


def posed(mesh: Mesh, pose: str, longest_mm: float = LONGEST_MM) -> Mesh:
    """The mesh at a size, as it lies on the bed."""
    spans = np.ptp(mesh.bounds_mm, axis=0)
    return Mesh(mesh.vertices_mm @ pose_matrix(spans, pose).T * (longest_mm / spans.max()), mesh.faces, mesh.name)


def stopped_at(job: bytes, screen: Screen) -> float | None:
    """The fraction of its layers at which a job is stopped; None when it prints to its end."""
    return stopped_member(Member("job", "gcode", lambda: iter([job])), screen)


def stopped_member(member: Member, screen: Screen, *, vouched: bool = False) -> float | None:
    """As `stopped_at`, for a job in a file; ``vouched`` as on a print server that judged and cleared it before."""
    layers = _layers(member)
    monitor = Monitor(screen, total_layers=layers, cpu_share=1.0)
    monitor.vouched = vouched
    return next((monitor.layers / layers for piece in pieces(member) if monitor.feed(piece)), None)


def _layers(member: Member) -> int:
    reader = native.GcodeReader(native.Material())
    for chunk in member.chunks():
        reader.feed(chunk)
    reader.finish()
    return max(1, int(reader.layers))


def growing_guns(asked: Sequence[Asked], screens: dict[int, Screen]) -> dict[str, Any]:
    """For each pose the fraction at which each gun was stopped."""
    table: dict[str, Any] = {}
    for pose in POSES:
        fractions = []
        for each in asked:
            mesh = joined([mesh for member in members(each.path) for mesh in read_meshes(member)])
            fractions.append(stopped_at(slice_mesh([posed(mesh, pose)], SETTINGS), screens[each.fold]))
        caught = [fraction for fraction in fractions if fraction is not None]
        table[pose] = {
            "stopped": Rate(len(caught), len(fractions)).to_json(),
            "median_fraction": float(np.median([1.0 if f is None else f for f in fractions])),
            "median_of_stopped": float(np.median(caught)) if caught else None,
            "fractions": fractions,
        }
    return table


def growing_jobs(
    folder: Path, screens: dict[int, Screen], kinds: Sequence[str] = ("gcode", "bgcode"), *, vouched: bool = False
) -> dict[str, Any]:
    """Wild harmless jobs replayed through the monitor of every fold: how many would have been stopped as streams that
    nothing is known of or, ``vouched``, as jobs that were cleared."""
    stopped, n = [], 0
    for path in sorted(folder.iterdir()):
        try:
            jobs = [member for member in members(path) if member.format in kinds]
            for member in jobs:
                n += 1
                at = [stopped_member(member, screen, vouched=vouched) for screen in screens.values()]
                if any(fraction is not None for fraction in at):
                    stopped.append({"job": path.name, "at": at})
        except C3poError:
            continue
    return {"stopped_by_any_fold": Rate(len(stopped), n).to_json(), "jobs": stopped}
