"""Other readings of a plate: what remains when support falls away, a material is dissolved, or the bed is a belt."""

import numpy as np
import pytest
from numpy.typing import NDArray

from c3po.solid import Solid, readings

from .shapes import infill, material_of, printed_box, ring, support_block

BOX = ((10.0, 10.0), (40.0, 30.0))
BOX_MM3 = 30.45 * 20.45 * 10


def named(material: object, *, growing: bool = False) -> dict[str, Solid]:
    return {solid.name: solid for solid in readings(material, growing=growing)}


def test_a_plain_part_has_one_reading() -> None:
    (only,) = readings(material_of(printed_box(*BOX, layers=50)))
    assert (only.name, only.reading) == ("part 1", "")


def test_a_support_is_told_by_its_outline_without_any_comment() -> None:
    found = named(material_of(printed_box(*BOX, layers=50) + support_block((10, 30.7), (40, 50), 50)))
    assert found["part 1"].volume_mm3 > 1.3 * BOX_MM3
    within = found["part 1 within outlines"]
    assert within.volume_mm3 == pytest.approx(BOX_MM3, rel=0.03)
    np.testing.assert_allclose(within.bounds_mm, [[9.75, 9.75, 0], [40.25, 30.25, 10]], atol=0.5)
    assert within.layers == 50


def test_parts_on_one_raft_are_read_apart() -> None:
    raft = [bead for layer in range(4) for bead in infill((4, 4), (80, 36), 0.2 * (layer + 1), 0.9)]
    left = [[x0, y0, z0 + 0.8, x1, y1, z1 + 0.8] for x0, y0, z0, x1, y1, z1 in printed_box(*BOX, layers=50)]
    right = [[x0 + 36, y0, z0, x1 + 36, y1, z1] for x0, y0, z0, x1, y1, z1 in left]
    found = named(material_of(raft + left + right))
    assert found["part 1"].volume_mm3 > 2 * BOX_MM3
    for name in ("part 1 within outlines", "part 1 within outlines, piece 2"):
        assert found[name].volume_mm3 == pytest.approx(BOX_MM3, rel=0.12)
        assert found[name].bounds_mm[0, 2] == pytest.approx(0.75, abs=0.3)


def test_a_part_printed_without_top_or_bottom_layers_is_also_read_as_full() -> None:
    walls = [bead for layer in range(50) for inset in (0, 0.45) for bead in _inset_ring(inset, 0.2 * (layer + 1))]
    found = named(material_of(walls))
    assert found["part 1"].volume_mm3 < 0.3 * BOX_MM3
    assert found["part 1 closed"].volume_mm3 == pytest.approx(BOX_MM3, rel=0.02)


def _inset_ring(inset: float, z_mm: float) -> list[list[float]]:
    return ring((BOX[0][0] + inset, BOX[0][1] + inset), (BOX[1][0] - inset, BOX[1][1] - inset), z_mm)


def test_a_block_of_another_material_around_a_part_does_not_hide_it() -> None:
    part = printed_box((20, 20), (50, 30), layers=30)
    block = [bead for layer in range(30) for bead in _around((10, 10), (60, 40), (20, 20), (50, 30), 0.2 * (layer + 1))]
    found = named(material_of(part + block, tool=[0] * len(part) + [1] * len(block)))
    assert found["part 1"].volume_mm3 == pytest.approx(50.45 * 30.45 * 6, rel=0.03)
    assert found["part 1 of tool 0"].volume_mm3 == pytest.approx(30.45 * 10.45 * 6, rel=0.03)
    np.testing.assert_allclose(found["part 1 of tool 0"].bounds_mm[:, :2], [[19.75, 19.75], [50.25, 30.25]])


def _around(
    lower: tuple[float, float], upper: tuple[float, float], hole_low: tuple[float, float],
    hole_high: tuple[float, float], z_mm: float,
) -> list[list[float]]:  # fmt: skip
    """Full lines over a rectangle with a hole."""
    beads = []
    for y in np.arange(lower[1], upper[1], 0.45):
        if hole_low[1] - 0.45 < y < hole_high[1] + 0.45:
            beads += [
                [lower[0], y, z_mm, hole_low[0] - 0.45, y, z_mm],
                [hole_high[0] + 0.45, y, z_mm, upper[0], y, z_mm],
            ]
        else:
            beads.append([lower[0], y, z_mm, upper[0], y, z_mm])
    return beads


def test_tools_beyond_the_eighth_share_a_place_and_nothing_is_lost() -> None:
    beads = printed_box(*BOX, layers=50)
    tools = [i * 12 // len(beads) for i in range(len(beads))]
    material = material_of(beads, tool=tools)
    assert len(material.tools) == 8
    (all_of_them,) = [s for s in readings(material.of_tools(list(range(8)))) if not s.reading]
    (together,) = [s for s in readings(material_of(beads)) if not s.reading]
    np.testing.assert_array_equal(all_of_them.voxels, together.voxels)


def on_a_belt(extents_mm: tuple[float, float, float], way: int) -> NDArray[np.float64]:
    """Beads of an upright full box on a belt as the machine is told: x, y up along the gantry, z along the belt."""
    beads = []
    root = np.sqrt(2.0)
    for z in np.arange(-extents_mm[2], extents_mm[1] + extents_mm[2], 0.2 * root):
        for y in np.arange(0, extents_mm[2] * root, 0.4):
            along = z + way * y / root
            if 0 <= along <= extents_mm[1]:
                beads.append([50, y, z, 50 + extents_mm[0], y, z])
    return np.array(beads)


@pytest.mark.parametrize(("way", "name"), [(-1, "off the belt"), (1, "off the belt, other way")])
def test_a_part_from_a_belt_stands_upright(way: int, name: str) -> None:
    beads = on_a_belt((20, 40, 12), way)
    material = material_of(list(map(list, beads)))
    found = named(material)
    leaned, upright = found["part 1"], found[f"part 1 {name}"]
    extents = np.ptp(upright.bounds_mm, axis=0)
    np.testing.assert_allclose(extents, [20.5, 40, 12], atol=1.6)
    box_fill = upright.volume_mm3 / np.prod(extents)
    assert box_fill > 0.9
    assert leaned.volume_mm3 / np.prod(np.ptp(leaned.bounds_mm, axis=0)) < 0.85


def test_a_part_in_the_middle_of_a_bed_is_not_from_a_belt() -> None:
    assert not any("belt" in solid.name for solid in readings(material_of(printed_box(*BOX, layers=50))))


def test_a_growing_part_is_read_in_the_same_ways() -> None:
    beads = printed_box(*BOX, layers=50, closed=False) + support_block((10, 30.7), (40, 50), 50)
    found = named(material_of(beads), growing=True)
    assert found["part 1 within outlines"].volume_mm3 == pytest.approx(BOX_MM3, rel=0.03)


def test_looking_at_an_open_path_changes_nothing() -> None:
    rows = np.array(printed_box(*BOX, layers=50), dtype=np.float32)
    watched, width = material_of([]), np.full(1, 0.45, np.float32)
    for i, row in enumerate(rows):
        watched.add_segments(row[None], width, width * 0 + 0.2, np.zeros(0, np.uint8))
        if i % 97 == 0:
            readings(watched, growing=True)
    straight = readings(material_of(list(map(list, rows))))
    seen = readings(watched)
    assert [solid.name for solid in seen] == [solid.name for solid in straight]
    for a, b in zip(seen, straight, strict=True):
        np.testing.assert_array_equal(a.voxels, b.voxels)
