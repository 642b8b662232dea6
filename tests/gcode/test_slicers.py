"""One part through a real slicer's dialects: the same material."""

import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

from c3po.gcode import SHAPE_FLAGS, Toolpath, read_toolpath
from tests.gcode.pictures import bounds, length_mm

pytestmark = pytest.mark.integration

DIALECTS = {
    "marlin": ["--gcode-flavor", "marlin2"],
    "relative E": ["--use-relative-e-distances", "--layer-gcode", "G92 E0"],
    "volumetric E": ["--use-volumetric-e"],
    "firmware retraction": ["--use-firmware-retraction"],
    "RepRapFirmware": ["--gcode-flavor", "reprapfirmware"],
    "Mach3": ["--gcode-flavor", "mach3"],
    "Sailfish": ["--gcode-flavor", "sailfish"],
    "Smoothieware": ["--gcode-flavor", "smoothie"],
    "comments": ["--gcode-comments", "--gcode-label-objects"],
}


def box(path: Path, size_mm: tuple[float, float, float]) -> Path:
    """A box as binary STL."""
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)]) * size_mm
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = [face for a, b, c, d in quads for face in ((a, b, c), (a, c, d))]
    triangles = b"".join(struct.pack("<12fH", 0, 0, 0, *corners[list(face)].ravel(), 0) for face in faces)
    path.write_bytes(bytes(80) + struct.pack("<I", len(faces)) + triangles)
    return path


@pytest.fixture(scope="module")
def sliced(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Toolpath]:
    if shutil.which("prusa-slicer") is None:
        pytest.skip("needs prusa-slicer")
    folder = tmp_path_factory.mktemp("dialects")
    part = box(folder / "part.stl", (30, 20, 4))
    toolpaths = {}
    for name, settings in DIALECTS.items():
        job = folder / "job.gcode"
        command = ["prusa-slicer", "--export-gcode", "--loglevel", "1", "--skirts", "0", *settings, "-o", job, part]
        subprocess.run(command, check=True, cwd=folder, capture_output=True)
        toolpaths[name] = read_toolpath(job)
    return toolpaths


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_of_a_slicer_lays_the_same_material(sliced: dict[str, Toolpath], dialect: str) -> None:
    toolpath, plain = sliced[dialect], sliced["marlin"]
    assert toolpath.kind == "fdm"
    assert not SHAPE_FLAGS.intersection(toolpath.flags)
    assert np.array(bounds(toolpath)) == pytest.approx(np.array(bounds(plain)), abs=0.15)
    assert length_mm(toolpath) == pytest.approx(length_mm(plain), rel=0.01)


def test_the_slicers_part_has_its_size(sliced: dict[str, Toolpath]) -> None:
    low, high = np.array(bounds(sliced["marlin"]))
    assert (high - low)[:2] == pytest.approx([30 - 0.45, 20 - 0.45], abs=0.1)
    assert high[2] == pytest.approx(4, abs=0.3)
    assert set(sliced["marlin"].feature.tolist()) >= {1}
