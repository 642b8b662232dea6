"""Pictures for people: the right size, the part in them, whole files or none."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from c3po.imaging.isometric import PAPER, isometric
from c3po.imaging.pictures import layer_frames, view_sheet, write_gif
from c3po.solid import Solid


def solid_of(voxels: np.ndarray, name: str = "part 1") -> Solid:
    return Solid(voxels=voxels.astype(bool), pitch_mm=1.0, origin_mm=np.zeros(3), name=name)


def test_the_part_is_in_the_picture_and_nothing_is_without_one() -> None:
    full = np.asarray(isometric(solid_of(np.ones((30, 20, 10))), 96))
    empty = np.asarray(isometric(solid_of(np.zeros((30, 20, 10))), 96))
    assert full.shape == empty.shape == (96, 96, 3)
    assert (empty == PAPER).all()
    assert 0.3 < (full != PAPER).any(axis=2).mean() < 0.9


def test_what_is_nearer_hides_what_is_behind() -> None:
    behind = np.zeros((20, 20, 20), dtype=bool)
    behind[2:6, 12:16, 2:6] = True
    before = behind.copy()
    before[6:20, 0:12, 0:18] = True
    alone = solid_of(before & ~behind)
    np.testing.assert_array_equal(np.asarray(isometric(solid_of(before), 64)), np.asarray(isometric(alone, 64)))


def test_an_impossible_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="size_px must be 16 to 4096, got 5"):
        isometric(solid_of(np.ones((3, 3, 3))), 5)


def test_a_sheet_has_a_row_for_each_solid_even_with_an_odd_name() -> None:
    one = view_sheet([solid_of(np.ones((9, 9, 9)))])
    two = view_sheet([solid_of(np.ones((9, 9, 9))), solid_of(np.ones((9, 3, 2)), name="Grüße\n漢字")])
    assert two.width == one.width
    assert two.height > one.height + 128


def test_the_layers_of_a_cone_shrink(tmp_path: Path) -> None:
    x, y, z = np.mgrid[:41, :41, :20]
    frames = layer_frames(solid_of(np.hypot(x - 20, y - 20) <= 20 - z), 82)
    lit = [int((np.asarray(frame) > 200).sum()) for frame in frames]
    assert len(frames) == 20
    assert lit == sorted(lit, reverse=True)
    write_gif(frames, tmp_path / "layers.gif")
    with Image.open(tmp_path / "layers.gif") as gif:
        assert (gif.format, gif.size) == ("GIF", (82, 82))
    assert [path.name for path in tmp_path.iterdir()] == ["layers.gif"]
