"""The same part as STL and as PrusaSlicer's G-code gives nearly the same Solid, whatever the settings."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray

from c3po._core import native
from c3po.containers import members
from c3po.gcode import read_material
from c3po.imaging import view_stack
from c3po.mesh import read_meshes, write_stl
from c3po.solid import Solid, mesh_parts, parts, readings

from .shapes import mesh_of

SLICER = shutil.which("prusa-slicer")
pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(SLICER is None, reason="needs PrusaSlicer (apt-get install prusa-slicer)"),
]


def extruded(outline: list[tuple[float, float]], height_mm: float) -> trimesh.Trimesh:
    """A prism over a star-shaped outline, fanned from its first corner."""
    n = len(outline)
    points = [(*corner, z) for z in (0.0, height_mm) for corner in outline]
    faces = [(0, i + 1, i) for i in range(1, n - 1)] + [(n, n + i, n + i + 1) for i in range(1, n - 1)]
    for i in range(n):
        j = (i + 1) % n
        faces += [(i, j, n + j), (i, n + j, n + i)]
    return trimesh.Trimesh(points, faces, process=False)


def tilted_bar() -> trimesh.Trimesh:
    bar = trimesh.creation.box((60, 20, 8))
    bar.apply_transform(trimesh.transformations.rotation_matrix(np.radians(35), (0.2, 1, 0.3)))
    return bar


SHAPES = {
    "ring": trimesh.creation.annulus(6, 20, 15, sections=48),
    "L": extruded([(0, 0), (50, 0), (50, 12), (12, 12), (12, 40), (0, 40)], 14),
    "cup": trimesh.creation.revolve([(0, 0), (18, 0), (18, 22), (15, 22), (15, 3), (0, 3)], sections=48),
    "tilted": tilted_bar(),
}
SETTINGS = {
    "plain": [],
    "hollow": ["--fill-density", "0%"],
    "solid": ["--fill-density", "100%", "--fill-pattern", "rectilinear"],
    "coarse": ["--layer-height", "0.3", "--first-layer-height", "0.3", "--fill-pattern", "gyroid"],
    "brim-and-skirt": ["--brim-width", "5", "--skirts", "4", "--skirt-distance", "7"],
    "raft": ["--raft-layers", "3"],
    "support": ["--support-material", "--use-relative-e-distances", "--layer-gcode", "G92 E0"],
}
# Settings whose extra material geometry alone cannot tell from the part: compared without hinted material.
BY_HINT = ("raft", "support")
CASES = [("ring", name) for name in SETTINGS] + [(shape, "plain") for shape in SHAPES if shape != "ring"]
CASES += [("tilted", "support"), ("cup", "brim-and-skirt"), ("L", "hollow")]


@pytest.mark.parametrize(("shape", "settings"), CASES)
def test_stl_and_gcode_agree(shape: str, settings: str, tmp_path: Path) -> None:
    stl, gcode = tmp_path / "part.stl", tmp_path / "part.gcode"
    write_stl(mesh_of(SHAPES[shape]), stl)
    command = [str(SLICER), "--export-gcode", "--loglevel", "1", *SETTINGS[settings], "-o", str(gcode), str(stl)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (meant,) = mesh_parts(read_meshes(members(stl)[0]))
    material = native.Material()
    read_material(members(gcode)[0].chunks(), material)
    (printed,) = parts(material, hinted=settings not in BY_HINT)
    difference = np.abs(view_stack(printed) - view_stack(meant)).mean(axis=(1, 2))
    assert difference.max() < 0.05
    assert overlap(printed, meant) > 0.9


def sliced(folder: Path, settings: list[str], *shapes: trimesh.Trimesh) -> bytes:
    """G-code without a single comment."""
    paths = []
    for number, shape in enumerate(shapes):
        paths.append(folder / f"{number}.stl")
        write_stl(mesh_of(shape), paths[-1])
    out = folder / "out.gcode"
    command = [str(SLICER), "--export-gcode", "--loglevel", "1", *settings, "-o", str(out), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return re.sub(rb";[^\n]*", b"", out.read_bytes())


def read_readings(text: bytes) -> dict[str, Solid]:
    material = native.Material()
    read_material([text], material)
    return {solid.name: solid for solid in readings(material)}


@pytest.mark.parametrize("pattern", ["rectilinear", "rectilinear-grid", "honeycomb"])
def test_support_without_comments_is_told_by_geometry(pattern: str, tmp_path: Path) -> None:
    text = sliced(tmp_path, ["--support-material", "--support-material-pattern", pattern], SHAPES["tilted"])
    (meant,) = mesh_parts(mesh_of(SHAPES["tilted"]))
    found = read_readings(text)
    within = overlap(found["part 1 within outlines"], meant)
    assert within > 0.85
    assert within > overlap(found["part 1"], meant) + 0.1


def test_a_spiral_vase_is_also_read_as_full(tmp_path: Path) -> None:
    vase = ["--spiral-vase", "--perimeters", "1", "--top-solid-layers", "0", "--fill-density", "0"]
    found = read_readings(sliced(tmp_path, vase, SHAPES["L"]))
    (meant,) = mesh_parts(mesh_of(SHAPES["L"]))
    assert found["part 1"].volume_mm3 < 0.5 * meant.volume_mm3
    assert overlap(found["part 1 closed"], meant) > 0.9


def test_parts_printed_one_after_another_are_parts(tmp_path: Path) -> None:
    bed = ["-m", "--complete-objects", "--extruder-clearance-height", "40", "--bed-shape", "0x0,400x0,400x400,0x400"]
    found = read_readings(sliced(tmp_path, bed, SHAPES["L"], SHAPES["ring"]))
    for name, shape in (("part 1", "ring"), ("part 2", "L")):
        (meant,) = mesh_parts(mesh_of(SHAPES[shape]))
        assert overlap(found[name], meant) > 0.9


def test_the_agreement_check_bites() -> None:
    (whole,) = mesh_parts(mesh_of(trimesh.creation.box((40, 20, 10))))
    (half,) = mesh_parts(mesh_of(trimesh.creation.box((40, 10, 10))))
    assert overlap(whole, half) < 0.6
    assert overlap(whole, whole) == 1.0


def overlap(first: Solid, second: Solid) -> float:
    """Intersection over union, each laid with its centre of mass in the middle of one grid."""
    length_mm = 1.3 * max(np.ptp(solid.bounds_mm, axis=0).max() for solid in (first, second))
    a, b = (_sampled(solid, length_mm) for solid in (first, second))
    return float((a & b).sum() / (a | b).sum())


def _sampled(solid: Solid, length_mm: float, n: int = 224) -> NDArray[np.bool_]:
    middle = solid.origin_mm + (np.argwhere(solid.voxels).mean(axis=0) + 0.5) * solid.pitch_mm
    steps = ((np.arange(n) + 0.5) / n - 0.5) * length_mm
    index = [np.floor((steps + middle[k] - solid.origin_mm[k]) / solid.pitch_mm).astype(int) + 1 for k in range(3)]
    padded = np.pad(solid.voxels, 1)
    return padded[np.ix_(*(np.clip(index[k], 0, padded.shape[k] - 1) for k in range(3)))]
