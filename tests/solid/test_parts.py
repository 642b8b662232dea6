"""Parts of a plate: what is one, what is not, what is inside."""

import numpy as np
import pytest

from c3po._core import native
from c3po.solid import neighbours, parts

from .shapes import infill, material_of, printed_box, ring

BOX = ((10.0, 10.0), (40.0, 30.0))


def test_sparse_infill_fills() -> None:
    (part,) = parts(material_of(printed_box(*BOX, layers=50)))
    assert part.volume_mm3 == pytest.approx(30.45 * 20.45 * 10, rel=0.02)
    np.testing.assert_allclose(part.bounds_mm, [[9.75, 9.75, 0], [40.25, 30.25, 10]])
    assert part.layers == 50


def test_a_box_open_at_the_top_is_hollow_when_finished_and_full_while_it_grows() -> None:
    cup = [bead for layer in range(50) for bead in ring(*BOX, 0.2 * (layer + 1))]
    cup += [bead for layer in range(3) for bead in infill(*BOX, 0.2 * (layer + 1), 0.45)]
    (finished,) = parts(material_of(cup))
    (growing,) = parts(material_of(cup), growing=True)
    assert finished.volume_mm3 < 0.25 * growing.volume_mm3
    assert growing.volume_mm3 == pytest.approx(30.45 * 20.45 * 10, rel=0.02)


def test_a_skirt_a_purge_line_and_stray_blobs_do_not_set_the_frame() -> None:
    clean = parts(material_of(printed_box(*BOX, layers=50)))
    skirt = ring((4, 4), (46, 36), 0.2)
    purge = [[0, 0, 0.2, 200, 0, 0.2]]
    blobs = [[299, 299, 5, 299.1, 299, 5], [9000, 10, 1, 9000.1, 10, 1], [1e30, 0, 0, 5, 5, 5]]
    found = parts(material_of(skirt + purge + blobs + printed_box(*BOX, layers=50)))
    assert len(found) == 1
    np.testing.assert_array_equal(found[0].voxels, clean[0].voxels)


def test_a_brim_is_cut_and_parts_that_share_it_are_two() -> None:
    left, right = printed_box((10, 10), (30, 30), 20), printed_box((36, 10), (56, 30), 20)
    brim = infill((5, 5), (61, 35), 0.2, 0.45)
    found = parts(material_of(brim + left + right))
    assert len(found) == 2
    for part in found:
        np.testing.assert_allclose(np.ptp(part.bounds_mm, axis=0), [20.5, 20.5, 4.0], atol=0.76)


def test_a_flat_part_alone_on_the_bed_is_a_part() -> None:
    sign = infill((10, 10), (60, 30), 0.2, 0.45) + infill((10, 10), (60, 30), 0.4, 0.45)
    (part,) = parts(material_of(sign))
    assert part.layers == 2
    assert part.volume_mm3 == pytest.approx(50.45 * 20.4 * 0.5, rel=0.05)


def test_many_small_parts_are_all_kept() -> None:
    plate = [
        bead for i in range(12) for j in range(12) for bead in printed_box((i * 9, j * 9), (i * 9 + 5, j * 9 + 5), 8)
    ]
    assert len(parts(material_of(plate))) == 144


def test_material_above_the_bed_is_read_as_it_lies() -> None:
    raised = [[x0, y0, z0 + 60, x1, y1, z1 + 60] for x0, y0, z0, x1, y1, z1 in printed_box(*BOX, layers=50)]
    (part,) = parts(material_of(raised))
    assert part.bounds_mm[0, 2] == pytest.approx(60.0, abs=0.26)
    assert part.layers == 50


def test_hinted_material_can_be_left_out() -> None:
    beads, support = printed_box(*BOX, layers=50), printed_box((10, 30.6), (40, 40), 50)
    material = material_of(beads + support, feature=[1] * len(beads) + [3] * len(support))
    (both,), (part,) = parts(material), parts(material, hinted=False)
    assert both.volume_mm3 > 1.4 * part.volume_mm3
    assert part.volume_mm3 == pytest.approx(30.45 * 20.45 * 10, rel=0.02)


def test_no_material_gives_no_parts() -> None:
    assert parts(native.Material(0.25)) == ()
    assert neighbours(native.Material(0.25)) == ()


def test_parts_near_one_another_are_also_seen_as_one() -> None:
    near = printed_box((10, 10), (30, 30), 20) + printed_box((34, 10), (54, 30), 20)
    material = material_of(near + printed_box((100, 10), (120, 30), 20))
    found = parts(material)
    (group,) = neighbours(material)
    assert len(found) == 3
    assert group.volume_mm3 == pytest.approx(2 / 3 * sum(part.volume_mm3 for part in found), rel=0.1)


def test_parts_far_apart_say_nothing_about_each_other() -> None:
    material = material_of(printed_box((10, 10), (30, 30), 20) + printed_box((40, 10), (60, 30), 20))
    assert len(parts(material)) == 2
    assert neighbours(material) == ()


def test_memory_stays_bounded_by_a_coarser_grid() -> None:
    rng = np.random.default_rng(1)
    material = native.Material(0.25, max_bricks=5000)
    rows = rng.uniform(0, 1000, (20000, 6)).astype(np.float32)
    material.add_segments(rows, np.zeros(20000, np.float32), np.zeros(20000, np.float32), np.zeros(0, np.uint8))
    assert material.bricks <= 5000
    assert material.pitch_mm > 0.25


def test_a_job_below_the_bed_has_its_layers_all_the_same() -> None:
    beads = np.array(printed_box((10, 10), (30, 30), 20), dtype=np.float32)
    beads[:, [2, 5]] -= 251.5
    (part,) = parts(material_of(beads))
    assert part.layers == 20
