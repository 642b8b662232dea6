"""What must hold for every part, whatever its shape: equal material gives equal solids and images."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from c3po._core import native
from c3po.imaging import is_judgeable, silhouettes, view_stack
from c3po.mesh.mesh import Mesh
from c3po.solid import Solid, mesh_parts, parts

from .shapes import box, material_of, printed_box

GREY_LEVEL = 1 / 255
SEEDS = st.integers(0, 2**32 - 1)


def heap(seed: int) -> Mesh:
    """Some overlapping boxes of different sizes: no symmetry."""
    rng = np.random.default_rng(seed)
    bodies = [box((60, 8, 6))]
    for _ in range(4):
        extents, centre = rng.uniform(6, 25, 3), rng.uniform(-20, 20, 3) * (1, 0.2, 0.2)
        bodies.append(box(tuple(extents), tuple(centre)))
    vertices = np.concatenate([body.vertices_mm for body in bodies])
    faces = np.concatenate([body.faces + 8 * i for i, body in enumerate(bodies)])
    return Mesh(vertices, faces.astype(np.int32))


def steps(seed: int) -> list[list[float]]:
    """A printed staircase: no symmetry either."""
    rng = np.random.default_rng(seed)
    beads = []
    for i in range(3):
        x, y = rng.uniform(8, 14), rng.uniform(8, 20)
        beads += printed_box((10 + 7 * i, 10), (10 + 7 * i + x, 10 + y), int(rng.integers(6, 30)))
    return beads


def one(mesh: Mesh) -> Solid:
    (solid,) = mesh_parts(mesh)
    return solid


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_shuffled_and_inverted_faces_give_the_same_solid(seed: int) -> None:
    mesh = heap(seed)
    rng = np.random.default_rng(seed)
    faces = mesh.faces[rng.permutation(len(mesh.faces))]
    expected = one(mesh).voxels
    np.testing.assert_array_equal(one(Mesh(mesh.vertices_mm, faces)).voxels, expected)
    np.testing.assert_array_equal(one(Mesh(mesh.vertices_mm, faces[:, ::-1])).voxels, expected)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(-3000, 3000), st.integers(-3000, 3000), st.integers(0, 400))
def test_moving_a_job_by_whole_voxels_moves_the_solid(seed: int, dx: int, dy: int, dz: int) -> None:
    beads = np.array(steps(seed))
    shift_mm = np.array([dx, dy, dz]) * 0.5
    here = parts(material_of(beads))
    there = parts(material_of(beads + np.tile(shift_mm, 2)))
    assert len(here) == len(there)
    for a, b in zip(here, there, strict=True):
        assert np.abs(view_stack(a) - view_stack(b)).max() < 0.1
        np.testing.assert_allclose(b.bounds_mm - a.bounds_mm, np.tile(shift_mm, (2, 1)), atol=0.3)
        assert b.volume_mm3 == pytest.approx(a.volume_mm3, rel=0.03)


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.integers(2, 9))
def test_cutting_and_shuffling_the_beads_gives_the_same_images(seed: int, cuts: int) -> None:
    beads = np.array(steps(seed))
    shares = np.linspace(0, 1, cuts + 1)
    start, end = beads[:, None, :3], beads[:, None, 3:]
    points = start + (end - start) * shares[None, :, None]
    pieces = np.concatenate([points[:, :-1], points[:, 1:]], axis=2).reshape(-1, 6)
    pieces = np.random.default_rng(seed).permutation(pieces)
    whole, cut = parts(material_of(beads)), parts(material_of(pieces))
    assert len(whole) == len(cut)
    for a, b in zip(whole, cut, strict=True):
        assert np.abs(view_stack(a) - view_stack(b)).mean() < GREY_LEVEL


def quarter(voxels: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.rot90(voxels, axes=(0, 1))


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_a_quarter_turn_about_z_permutes_the_views(seed: int) -> None:
    solid = one(heap(seed))
    turned = Solid(np.asfortranarray(quarter(solid.voxels)), solid.pitch_mm, solid.origin_mm)
    before, after = view_stack(solid), view_stack(turned)
    np.testing.assert_allclose(after[0], before[1], atol=1e-5)
    np.testing.assert_allclose(after[1], before[0][:, ::-1], atol=1e-5)
    np.testing.assert_allclose(after[2], np.rot90(before[2]), atol=1e-5)
    assert np.abs(after[3:] - before[3:]).mean() < 0.03  # nearly equal variances: the axes turn a little


def reachable(walls: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Textbook: what a six-connected flood from outside reaches, with gaps of two voxels closed to it."""
    padded = np.pad(walls, 3)
    closed = grown(padded)
    outside = np.zeros_like(padded)
    stack = [(0, 0, 0)]
    while stack:
        cell = stack.pop()
        if outside[cell] or closed[cell]:
            continue
        outside[cell] = True
        for axis in range(3):
            for step in (-1, 1):
                beside = list(cell)
                beside[axis] += step
                if 0 <= beside[axis] < padded.shape[axis]:
                    stack.append((beside[0], beside[1], beside[2]))
    return (grown(outside) & ~padded)[3:-3, 3:-3, 3:-3]


def grown(voxels: NDArray[np.bool_]) -> NDArray[np.bool_]:
    wide = np.pad(voxels, 1)
    return np.any(
        [np.roll(wide, (i, j, k), (0, 1, 2)) for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)], axis=0
    )[1:-1, 1:-1, 1:-1]


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.tuples(*[st.integers(1, 14)] * 3), st.floats(0.02, 0.5))
def test_the_interior_is_what_a_flood_cannot_reach(seed: int, shape: tuple[int, int, int], share: float) -> None:
    walls = np.random.default_rng(seed).random(shape) < share
    filled = native.filled(np.asfortranarray(walls).view(np.uint8)).view(bool)
    np.testing.assert_array_equal(filled, ~reachable(walls))


@pytest.mark.parametrize("width", [63, 64, 65, 130])
def test_a_hollow_box_fills_at_every_width(width: int) -> None:
    walls = np.ones((width, 9, 9), dtype=bool)
    walls[1:-1, 1:-1, 1:-1] = False
    assert native.filled(np.asfortranarray(walls).view(np.uint8)).all()
    walls[width // 2 - 2 : width // 2 + 2, 2:-2, -1] = False
    assert not native.filled(np.asfortranarray(walls).view(np.uint8)).all()


def components(voxels: NDArray[np.bool_]) -> int:
    """Textbook: how many groups of cells of 2 x 2 x 2 voxels touch one another, corners included."""
    left = {tuple(cell) for cell in (np.argwhere(voxels) // 2).tolist()}
    groups = 0
    while left:
        groups += 1
        stack = [left.pop()]
        while stack:
            x, y, z = stack.pop()
            near = [(x + i, y + j, z + k) for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)]
            found = [cell for cell in near if cell in left]
            left.difference_update(found)
            stack += found
    return groups


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(1, 60))
def test_components_are_what_hangs_together(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    dots = rng.integers(0, 24, (n, 3))
    voxels = np.zeros((24, 24, 24), dtype=bool)
    voxels[tuple(dots.T)] = True
    middles = dots + np.array([0.5, 0.5, 1.0])  # a bead of one voxel: its top is the voxel's top
    material = native.Material(1.0)
    beads = np.concatenate([middles, middles + np.array([1e-3, 0, 0])], axis=1).astype(np.float32)
    material.add_segments(beads, np.full(n, 0.5, np.float32), np.full(n, 1.0, np.float32), np.zeros(0, np.uint8))
    found = native.Components(material, True, 0.0)
    assert len(found) == components(voxels)
    assert sum(found.voxels()) == voxels.sum()


def shows_something(views: NDArray[np.float32]) -> bool:
    """No view is blank, and one at least is more than specks."""
    return bool((views.max(axis=(1, 2)) > 1e-3).all() and silhouettes(views).sum(axis=(1, 2)).max() >= 8)


def test_the_check_for_blank_images_bites() -> None:
    assert not shows_something(np.zeros((6, 28, 28), dtype=np.float32))
    assert shows_something(view_stack(one(box((30, 20, 10))), 28))


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 40), st.sampled_from([0.3, 3.0, 60.0]))
def test_no_blank_image_ever_counts_as_judgeable(seed: int, n: int, spread_mm: float) -> None:
    rng = np.random.default_rng(seed)
    corners = rng.normal(0, spread_mm, (n, 1, 3)) + rng.normal(0, spread_mm * rng.uniform(1e-4, 1), (n, 3, 3))
    corners[:, :, int(rng.integers(3))] *= rng.choice([0.0, 1e-6, 1.0])
    mesh = Mesh(corners.reshape(-1, 3), np.arange(3 * n, dtype=np.int32).reshape(-1, 3))
    solids = mesh_parts(mesh)
    assert solids
    for solid in solids:
        views = view_stack(solid, 28)
        assert np.isfinite(views).all()
        assert is_judgeable(solid) is not None or shows_something(views)
