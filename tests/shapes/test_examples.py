"""The files in examples/ are what examples/make.py makes, and can be read by our own readers."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from c3po.containers import members
from c3po.gcode import read_toolpath
from c3po.mesh import read_meshes

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_examples", EXAMPLES / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_example_is_there_and_as_long_as_it_says(make: ModuleType) -> None:
    for stem, family, seed, longest_mm in make.EXAMPLES:
        (member,) = members(EXAMPLES / f"{stem}.stl")
        (mesh,) = read_meshes(member)
        assert np.ptp(mesh.bounds_mm, axis=0).max() == pytest.approx(longest_mm, rel=1e-4)
        again = make.example_mesh(family, seed, longest_mm)
        assert mesh.bounds_mm == pytest.approx(again.bounds_mm, abs=0.05)


def test_the_gcode_examples_print_the_part_beside_them(make: ModuleType) -> None:
    parts = {stem: rest for stem, *rest in make.EXAMPLES}
    for stem, tilt_deg in make.SLICED.items():
        toolpath = read_toolpath(EXAMPLES / f"{stem}.gcode")
        size_mm = np.ptp(make.example_mesh(*parts[stem], tilt_deg).bounds_mm, axis=0)
        upper = toolpath.segments_mm[toolpath.segments_mm[:, 5] > 2 * make.SETTINGS.layer_mm]
        ends = np.concatenate([upper[:, :3], upper[:, 3:]])
        assert np.ptp(ends, axis=0)[:2] == pytest.approx(size_mm[:2], abs=2 * make.SETTINGS.width_mm)
        assert ends[:, 2].max() == pytest.approx(size_mm[2], abs=2 * make.SETTINGS.layer_mm)


def test_examples_are_small() -> None:
    files = [path for path in EXAMPLES.iterdir() if path.suffix in {".stl", ".gcode"}]
    assert len(files) >= 8
    for path in files:
        assert path.stat().st_size < (300_000 if path.suffix == ".stl" else 400_000)


def test_made_again_they_are_the_same(make: ModuleType, tmp_path: Path) -> None:
    make.main(tmp_path / "a")
    make.main(tmp_path / "b")
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
