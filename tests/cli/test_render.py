"""`c3po render`: pictures of a job, whole or not at all."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from c3po.cli.evasions import mesh_in
from c3po.mesh import write_stl
from c3po.shapes.changes.transformations import mapped
from tests.cli.conftest import Ran

Command = Callable[..., Ran]


@pytest.mark.parametrize("name", ["el.gcode", "el.stl"])
def test_a_folder_gets_views_an_isometric_picture_and_the_layers(
    c3po: Command, jobs: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "pictures" / "deep"
    code, said, err = c3po("render", jobs / name, out)
    assert (code, said) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == ["isometric.png", "layers.gif", "views.png"]
    assert err.splitlines() == [f"c3po: wrote {out / name}" for name in ("views.png", "isometric.png", "layers.gif")]
    with Image.open(out / "layers.gif") as frames:
        assert frames.size == (256, 256)
    for picture in ("views.png", "isometric.png"):
        with Image.open(out / picture) as image:
            assert np.ptp(np.asarray(image.convert("L"))) > 100


def test_the_layers_of_a_leaning_part_differ(c3po: Command, jobs: Path, tmp_path: Path) -> None:
    leaning = tmp_path / "leaning.stl"
    write_stl(mapped(mesh_in(jobs / "el.stl"), np.array([[1, 0, 0], [0, 0.8, -0.6], [0, 0.6, 0.8]])), leaning)
    c3po("render", leaning, tmp_path / "out")
    with Image.open(tmp_path / "out" / "layers.gif") as frames:
        assert frames.n_frames > 10


def test_one_picture_holds_the_views(c3po: Command, jobs: Path, tmp_path: Path) -> None:
    code, _, _ = c3po("render", jobs / "el.stl", tmp_path / "one.png")
    assert code == 0
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["one.png"]


def test_what_cannot_be_read_leaves_no_picture(c3po: Command, tmp_path: Path) -> None:
    empty = tmp_path / "empty.gcode"
    empty.write_text("G28\nM84\n")
    code, said, err = c3po("render", empty, tmp_path / "out.png")
    assert (code, said) == (2, "")
    assert err.startswith("c3po: empty.gcode: expected moves that lay down material, found none in 8 bytes; ")
    assert not (tmp_path / "out.png").exists()
