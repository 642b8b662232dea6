"""Does a mesh get the finding that its print jobs get, whichever slicer made them?

Slicers print a mesh that is open or overlaps itself each in its own way, with pieces missing: then the job is another
thing. So the jobs that print the mesh are counted apart.
"""

import re
import shutil
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.accuracy.folds import Asked
from benchmarks.accuracy.growing import posed
from c3po.cli.evasions import mesh_in
from c3po.containers import Member
from c3po.errors import C3poError
from c3po.mesh.mesh import Mesh
from c3po.networks.trajectories import LYING
from c3po.slicing import SlicerSettings, slice_mesh
from c3po.slicing.engines import ENGINES
from c3po.verdict.evaluation import Rate
from c3po.verdict.judging import judge_plate, unanswered
from c3po.verdict.reading import Plate, meshed_solids, plate_of, read_plate
from c3po.verdict.screen import Screen

LONGEST_MM = 80.0
BENIGN = 66
SAME = 0.1
"""Largest relative difference of volumes between a mesh and a job that prints it; a bead is a little wider."""


def chosen(asked: Sequence[Asked], seed: int = 0) -> list[Asked]:
    """All guns, and `BENIGN` harmless meshes drawn at random."""
    benign = [each for each in asked if each.truth == "benign"]
    drawn = np.random.default_rng(seed).permutation(len(benign))[:BENIGN]
    return [each for each in asked if each.truth == "gun"] + [benign[i] for i in sorted(drawn)]


def findings_of(mesh: Mesh, screen: Screen, slicers: Sequence[str]) -> dict[str, tuple[str, float, bool]]:
    """Finding and score of a mesh and of its job from each slicer, and whether it prints the mesh; without those that
    refuse it or print nothing."""
    plates = {"mesh": plate_of(meshed_solids([mesh]), "mesh", 0, (), screen.size_px)}
    for slicer in slicers:
        try:
            text = slice_mesh([mesh], SlicerSettings(layer_mm=0.3, first_layer_mm=0.3), slicer)
            plates[slicer] = read_plate(Member("job", "gcode", lambda text=text: iter([text])), screen.size_px)
        except C3poError:
            continue
    verdicts = {name: judge_plate(plate, unanswered(name, screen), screen).verdict for name, plate in plates.items()}
    return {
        name: (verdict.finding.value, round(verdict.score, 4), prints(plates[name], plates["mesh"]))
        for name, verdict in verdicts.items()
    }


def prints(job: Plate, mesh: Plate) -> bool:
    """Whether as many parts lie there, and all of them together and the largest have about their volumes."""
    volumes = [
        sorted(look.volume_mm3 for look in plate.looks if re.fullmatch(r"part \d+", look.name)) for plate in (job, mesh)
    ]
    if len(volumes[0]) != len(volumes[1]) or not volumes[0]:
        return False
    measured = [(sum(each), each[-1]) for each in volumes]
    return all(abs(own / asked - 1.0) <= SAME for own, asked in zip(*measured, strict=True))


def slicer_agreement(asked: Sequence[Asked], screens: dict[int, Screen]) -> dict[str, Any]:
    """For each slicer, how many jobs have the finding of their mesh, and which have not."""
    slicers = ["built-in", *(name for name, (program, _) in ENGINES.items() if shutil.which(program))]
    same: dict[str, list[tuple[bool, bool]]] = {name: [] for name in slicers}
    others = []
    for each in chosen(asked):
        try:
            mesh = posed(mesh_in(each.path), LYING, LONGEST_MM)
        except C3poError:
            continue
        found = findings_of(mesh, screens[each.fold], slicers)
        for name in set(found) - {"mesh"}:
            same[name].append((found[name][0] == found["mesh"][0], found[name][2]))
        if len({finding for finding, _, _ in found.values()}) > 1:
            others.append({"file": each.path.name, "found": found})
    real = [job for name, jobs in same.items() if name != "built-in" for job in jobs]
    whole = [hit for hit, prints_mesh in real if prints_mesh]
    return {
        "real_slicers": Rate(sum(hit for hit, _ in real), len(real)).to_json(),
        "real_slicers_that_print_the_mesh": Rate(sum(whole), len(whole)).to_json(),
        "each": {name: Rate(sum(hit for hit, _ in jobs), len(jobs)).to_json() for name, jobs in same.items()},
        "differing": others,
    }
