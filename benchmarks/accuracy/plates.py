"""What putting parts together costs: plates of several harmless parts, and harmless parts cut in pieces."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.accuracy.folds import Asked
from c3po.cli.evasions import mesh_in
from c3po.errors import C3poError
from c3po.mesh.mesh import Mesh
from c3po.shapes.changes.transformations import in_pieces
from c3po.solid.joining import PUT_TOGETHER
from c3po.verdict.evaluation import Rate
from c3po.verdict.judging import judge_plate, unanswered
from c3po.verdict.reading import meshed_solids, plate_of
from c3po.verdict.screen import Screen
from c3po.verdict.verdict import Finding

PLATES, CUT_PARTS = 300, 150
GAP_MM = 8.0
MOST_FACES = 60_000


def harmless_plates(asked: Sequence[Asked], screens: dict[int, Screen]) -> dict[str, Any]:
    """Rates of plates flagged at all, and of plates that nothing but parts put together is flagged on."""
    rng = np.random.default_rng(0)
    harmless = [asked[i] for i in rng.permutation(len(asked)) if asked[i].truth == "benign"]
    read = [(each.fold, mesh) for each in harmless[: 2 * CUT_PARTS] if (mesh := _mesh(each)) is not None]
    told = {"plates of 2 to 6 parts, a third of them copies": list(_plates(read, rng))}
    for n_pieces in (2, 3, 4):
        told[f"cut in {n_pieces}"] = [(fold, in_pieces(mesh, n_pieces)) for fold, mesh in read[:CUT_PARTS]]
    return {name: _rates(plates, screens) for name, plates in told.items()}


def _mesh(each: Asked) -> Mesh | None:
    try:
        mesh = mesh_in(each.path)
    except C3poError:
        return None
    return mesh if 0 < len(mesh.faces) <= MOST_FACES else None


def _plates(read: Sequence[tuple[int, Mesh]], rng: np.random.Generator) -> Iterator[tuple[int, list[Mesh]]]:
    """Parts of one fold in a row, some millimetres apart."""
    for number in range(PLATES):
        fold = read[int(rng.integers(len(read)))][0]
        own = [mesh for other, mesh in read if other == fold]
        picked = [own[i] for i in rng.integers(len(own), size=rng.integers(2, 7))]
        plate, x_mm = [], 0.0
        for mesh in picked[:2] * 2 if number % 3 == 0 else picked:
            low, high = mesh.bounds_mm
            plate.append(replace(mesh, vertices_mm=mesh.vertices_mm - low + np.array([x_mm, 0.0, 0.0])))
            x_mm += high[0] - low[0] + GAP_MM
        yield fold, plate


def _rates(plates: Sequence[tuple[int, Sequence[Mesh]]], screens: dict[int, Screen]) -> dict[str, Any]:
    flagged = weapon = together = only_together = 0
    for fold, meshes in plates:
        screen = screens[fold]
        solids = meshed_solids([mesh for mesh in meshes if len(mesh.faces)])
        verdict = judge_plate(
            plate_of(solids, "mesh", 0, (), screen.size_px), unanswered("plate", screen), screen
        ).verdict
        alarms = [part.name.endswith(PUT_TOGETHER) for part in verdict.parts if part.finding is not Finding.CLEAR]
        together += any(solid.reading == PUT_TOGETHER for solid in solids)
        flagged += bool(alarms)
        only_together += bool(alarms) and all(alarms)
        weapon += verdict.finding is Finding.WEAPON
    counts = {
        "weapon": weapon,
        "flagged": flagged,
        "flagged only put together": only_together,
        "put together": together,
    }
    return {name: Rate(hits, len(plates)).to_json() for name, hits in counts.items()}
