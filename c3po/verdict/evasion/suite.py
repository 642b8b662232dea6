"""The list of evasions and the share of weapons that is still flagged under each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from c3po.containers import Member
from c3po.mesh.mesh import Mesh
from c3po.shapes.changes import transformations as by
from c3po.verdict.evaluation import Rate
from c3po.verdict.evasion import gcode
from c3po.verdict.judging import judge_plate, unanswered
from c3po.verdict.reading import Plate, meshed_solids, plate_of, read_plate
from c3po.verdict.screen import Screen
from c3po.verdict.verdict import Finding, Verdict

Rng = np.random.Generator


@dataclass(frozen=True)
class Evasion:
    """One thing to do to a weapon.

    Parameters
    ----------
    name : str
    person : str
        What a person who sees the print would say.
    change : the meshes of the plate, from the mesh and a random generator
    settings : dict or None
        Slice the plate with these `SlicerSettings` and judge the G-code; None judges the meshes.
    retouch : what is done to the G-code then, from its text and a random generator
    """

    name: str
    person: str
    change: Callable[[Mesh, Rng], Sequence[Mesh]]
    settings: Mapping[str, Any] | None = None
    retouch: Callable[[str, Rng], str] | None = None


def _one(change: Callable[[Mesh], Mesh]) -> Callable[[Mesh, Rng], Sequence[Mesh]]:
    return lambda mesh, rng: [change(mesh)]


def _turned(x_deg: int, y_deg: int) -> Callable[[Mesh, Rng], Sequence[Mesh]]:
    a, b = np.radians(x_deg), np.radians(y_deg)
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    return lambda mesh, rng: [by.mapped(mesh, about_y @ about_x)]


def _flat(mesh: Mesh, rng: Rng) -> Sequence[Mesh]:
    """Laid on its broadest side, as people print it."""
    thinnest = int(np.argmin(np.ptp(mesh.bounds_mm, axis=0)))
    return [by.mapped(mesh, np.roll(np.eye(3), 2 - thinnest, axis=0))]


GUN = "a gun"
EVASIONS = (
    Evasion("as it is", GUN, _one(lambda mesh: mesh)),
    Evasion("on its back", GUN, _turned(180, 0)),
    Evasion("on its left side", GUN, _turned(90, 0)),
    Evasion("on its right side", GUN, _turned(-90, 0)),
    Evasion("standing on its muzzle", GUN, _turned(0, 90)),
    Evasion("standing on its butt", GUN, _turned(0, -90)),
    Evasion("tilted at random", GUN, lambda mesh, rng: [by.mapped(mesh, by.rotation(rng))]),
    Evasion("tilted at random again", GUN, lambda mesh, rng: [by.mapped(mesh, by.rotation(rng))]),
    Evasion("mirror image", GUN, _one(lambda mesh: by.mapped(mesh, np.diag([-1.0, 1.0, 1.0])))),
    Evasion("0.4 times as large", "a toy gun", _one(lambda mesh: by.scaled(mesh, 0.4))),
    Evasion("2.5 times as large", GUN, _one(lambda mesh: by.scaled(mesh, 2.5))),
    Evasion("stretched to 15 %", GUN, lambda mesh, rng: [by.stretched(mesh, rng)]),
    Evasion("cut in 2 on one plate", "halves of a gun", lambda mesh, rng: by.in_pieces(mesh, 2)),
    Evasion("cut in 3 on one plate", "pieces of a gun", lambda mesh, rng: by.in_pieces(mesh, 3)),
    Evasion("cut in 4 on one plate", "pieces, unclear", lambda mesh, rng: by.in_pieces(mesh, 4)),
    Evasion("decoys on the plate", "a gun and boxes", by.with_decoys),
    Evasion("fins", "a gun with fins", lambda mesh, rng: [by.with_fins(mesh, rng)]),
    Evasion("blocks", "a gun with blocks", lambda mesh, rng: [by.with_blocks(mesh, rng)]),
    Evasion("half sunk in a block", "a relief of a gun", _one(by.in_block)),
    Evasion("in a grid of support", "a gun in support", _one(by.in_support)),
    Evasion("thickened by 4 %", "a plump gun", _one(by.thickened)),
    Evasion("hollow", GUN, _one(by.hollowed)),
    Evasion("hollow, one side open", "a shell of a gun", _one(by.opened)),
    Evasion("drilled with 12 holes", "a gun with holes", lambda mesh, rng: [by.drilled(mesh, rng)]),
    Evasion("rough surface", "a rough gun", lambda mesh, rng: [by.roughened(mesh, rng)]),
    Evasion("smoothed", "a worn gun", _one(by.smoothed)),
    Evasion("sliced, 2 walls, 15 %", GUN, _flat, {"density": 0.15}),
    Evasion("sliced, 1 wall, empty", "a thin-walled gun", _flat, {"perimeters": 1, "density": 0.0}),
    Evasion("sliced, 5 walls, 60 %", GUN, _flat, {"perimeters": 5, "density": 0.6}),
    Evasion("sliced with brim and raft", GUN, _flat, {"brim_mm": 6.0, "raft_layers": 2}),
    Evasion("sliced with support", "a gun in support", _one(lambda mesh: mesh), {"support": True}),
    Evasion("sliced as a vase", "a shell of a gun", _flat, {"perimeters": 1, "density": 0.0, "top_layers": 0}),
    Evasion("sliced, turned in the G-code", GUN, _flat, {}, gcode.turned),
    Evasion("sliced, layers by two tools", "a two-coloured gun", _flat, {}, lambda text, _: gcode.of_two_tools(text)),
    Evasion("sliced in 3 pieces", "pieces of a gun", lambda mesh, rng: by.in_pieces(mesh, 3), {"density": 0.1}),
)


def judged_evasions(
    mesh: Mesh, screen: Screen, *, seed: int = 0, evasions: Sequence[Evasion] = EVASIONS
) -> Iterator[tuple[Evasion, Verdict]]:
    """The verdict on a mesh under each evasion; the random numbers depend on the seed and the evasion alone."""
    for evasion in evasions:
        rng = np.random.default_rng([seed, *evasion.name.encode()])
        plate = _plate(list(evasion.change(mesh, rng)), evasion, rng, screen.size_px)
        yield evasion, judge_plate(plate, unanswered(evasion.name, screen), screen).verdict


def _plate(meshes: Sequence[Mesh], evasion: Evasion, rng: Rng, size_px: int) -> Plate:
    if evasion.settings is None:
        return plate_of(meshed_solids(meshes), "mesh", 0, (), size_px)
    from c3po.slicing import SlicerSettings, slice_mesh

    text = slice_mesh(meshes, SlicerSettings(layer_mm=0.3, first_layer_mm=0.3, **evasion.settings))
    if evasion.retouch is not None:
        text = evasion.retouch(text.decode(), rng).encode()
    return read_plate(Member("sliced", "gcode", lambda: iter([text])), size_px)


def evasion_report(verdicts: Mapping[str, Sequence[Verdict]]) -> list[dict[str, Any]]:
    """For each evasion, the share called a weapon and the share flagged, with Wilson intervals; JSON types only.

    Parameters
    ----------
    verdicts : name of an evasion -> verdicts on the weapons under it
    """
    rows = []
    for evasion in EVASIONS:
        findings = [verdict.finding for verdict in verdicts.get(evasion.name, ())]
        flagged = Rate(sum(finding is not Finding.CLEAR for finding in findings), len(findings))
        weapon = Rate(sum(finding is Finding.WEAPON for finding in findings), len(findings))
        row = {"evasion": evasion.name, "person": evasion.person}
        rows.append({**row, "weapon": weapon.to_json(), "flagged": flagged.to_json()})
    return rows


def evasion_summary(answers: Sequence[Mapping[str, Verdict]]) -> dict[str, Any]:
    """The report on all weapons with the mean and the worst share flagged; JSON types only.

    Parameters
    ----------
    answers : for each weapon the verdicts of `judged_evasions` by name; empty where it could not be read
    """
    read = [answer for answer in answers if answer]
    rows = evasion_report({evasion.name: [answer[evasion.name] for answer in read] for evasion in EVASIONS})
    shares = [row["flagged"]["share"] for row in rows if row["flagged"]["share"] is not None]
    worst = min(rows, key=lambda row: row["flagged"]["share"] or 0.0, default=None)
    return {
        "weapons": len(read),
        "unreadable": len(answers) - len(read),
        "evasions": rows,
        "mean_flagged": sum(shares) / len(shares) if shares else None,
        "worst": worst["evasion"] if worst and shares else None,
    }
