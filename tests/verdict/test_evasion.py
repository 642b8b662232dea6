"""The evasion suite: what each transformation does to a body whose size is known, and how the shares are counted."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from c3po.mesh import joined
from c3po.mesh.mesh import Mesh
from c3po.shapes.changes import transformations as by
from c3po.shapes.changes.voxels import solid_of, surface
from c3po.solid import mesh_parts
from c3po.solid.morphology import grown, shrunk
from c3po.verdict import Finding
from c3po.verdict.evasion import EVASIONS, evasion_report, judged_evasions
from tests.screens import EL, fill_screen, stl


def volume_mm3(mesh: Mesh) -> float:
    """Signed volume of a closed mesh by the divergence theorem."""
    a, b, c = np.moveaxis(mesh.triangles_mm, 1, 0)
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6.0)


@pytest.fixture
def el(tmp_path: Path) -> Mesh:
    from c3po.cli.evasions import mesh_in

    path = tmp_path / "el.stl"
    path.write_bytes(stl(EL, height_mm=8.0))
    return mesh_in(path)


small_voxels = arrays.arrays(np.bool_, st.tuples(*[st.integers(1, 5)] * 3))


@given(voxels=small_voxels, pitch_mm=st.sampled_from([0.5, 1.0, 2.0]))
def test_the_surface_of_voxels_encloses_their_volume(voxels: np.ndarray, pitch_mm: float) -> None:
    mesh = surface(voxels, pitch_mm)
    assert volume_mm3(mesh) == pytest.approx(np.count_nonzero(voxels) * pitch_mm**3)


@given(voxels=small_voxels)
def test_growing_and_shrinking_are_opposites_of_the_complement(voxels: np.ndarray) -> None:
    padded = np.pad(voxels, 2)
    np.testing.assert_array_equal(shrunk(padded, 1)[1:-1, 1:-1, 1:-1], ~grown(~padded, 1)[2:-2, 2:-2, 2:-2])
    assert not (shrunk(voxels, 1) & ~voxels).any()
    assert not (np.pad(voxels, 1) & ~grown(voxels, 1)).any()


def test_moves_keep_the_volume_and_scaling_cubes_it(el: Mesh, rng: np.random.Generator) -> None:
    box = by.box_mesh(np.zeros(3), np.array([4.0, 5.0, 6.0]))
    assert volume_mm3(box) == pytest.approx(120.0)
    assert volume_mm3(by.mapped(box, by.rotation(rng))) == pytest.approx(120.0)
    assert volume_mm3(by.mapped(box, np.diag([-1.0, 1.0, 1.0]))) == pytest.approx(120.0)
    assert volume_mm3(by.scaled(box, 0.5)) == pytest.approx(15.0)
    assert volume_mm3(by.stretched(box, rng)) == pytest.approx(120.0, rel=0.4)


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32))
def test_a_rotation_is_a_rotation(seed: int) -> None:
    matrix = by.rotation(np.random.default_rng(seed))
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(matrix) == pytest.approx(1.0)


@pytest.mark.parametrize("n_pieces", [2, 3, 4])
def test_pieces_have_the_volume_of_the_whole_and_lie_apart(el: Mesh, n_pieces: int) -> None:
    pieces = by.in_pieces(el, n_pieces)
    whole = solid_of(el)
    assert len(mesh_parts(pieces)) == n_pieces
    assert sum(map(volume_mm3, pieces)) == pytest.approx(whole.volume_mm3)
    longest = [np.ptp(piece.bounds_mm, axis=0).max() for piece in (*pieces, el)]
    assert max(longest[:-1]) < longest[-1]


def test_additions_add_and_removals_remove(el: Mesh, rng: np.random.Generator) -> None:
    whole_mm3 = solid_of(el).volume_mm3
    for added in (by.with_fins(el, rng), by.with_blocks(el, rng), by.in_block(el), by.thickened(el)):
        assert volume_mm3(added) > 1.01 * whole_mm3
    for removed in (by.hollowed(el), by.opened(el), by.drilled(el, rng)):
        assert volume_mm3(removed) < 0.99 * whole_mm3
    for reworked in (by.roughened(el, rng), by.smoothed(el)):
        assert volume_mm3(reworked) == pytest.approx(whole_mm3, rel=0.35)


def test_a_hollow_part_is_filled_again_and_an_open_one_is_not(el: Mesh) -> None:
    whole_mm3 = solid_of(el).volume_mm3
    assert solid_of(by.hollowed(el)).volume_mm3 == pytest.approx(whole_mm3, rel=0.1)
    assert solid_of(by.opened(el)).volume_mm3 < 0.8 * whole_mm3


def test_names_are_unique_and_the_suite_holds_what_was_asked() -> None:
    names = [evasion.name for evasion in EVASIONS]
    assert len(set(names)) == len(names) >= 24


@pytest.mark.slow
def test_every_evasion_is_judged_and_repeats(el: Mesh) -> None:
    first, second = ({e.name: v for e, v in judged_evasions(el, fill_screen(), seed=3)} for _ in range(2))
    assert list(first) == [evasion.name for evasion in EVASIONS]
    assert all(first[name].same_answer(second[name]) for name in first)
    orientations = [name for name in first if name.startswith(("on its", "standing", "mirror", "as it"))]
    assert {first[name].finding for name in orientations} == {Finding.WEAPON}
    assert first["sliced, 2 walls, 15 %"].finding is Finding.WEAPON


def test_shares_are_counted_by_evasion(el: Mesh) -> None:
    as_it_is = [verdict for _, verdict in judged_evasions(el, fill_screen(), evasions=EVASIONS[:1])]
    rows = {row["evasion"]: row for row in evasion_report({"as it is": as_it_is})}
    assert (rows["as it is"]["weapon"]["hits"], rows["as it is"]["weapon"]["n"]) == (1, 1)
    assert rows["mirror image"]["flagged"]["share"] is None


def test_joined_bodies_keep_every_face(el: Mesh) -> None:
    both = joined([el, by.scaled(el, 2.0)])
    assert len(both.faces) == 2 * len(el.faces)
    np.testing.assert_allclose(both.triangles_mm[len(el.faces) :], 2.0 * el.triangles_mm)
