"""The built-in slicer, judged by what its G-code prints when read back."""

import dataclasses

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from c3po.errors import MeshError, UnsupportedError
from c3po.mesh.mesh import Mesh
from c3po.shapes import FAMILIES
from c3po.slicing import DIALECTS, PATTERNS, SlicerSettings, random_settings, slice_mesh
from c3po.slicing.placement import arranged
from c3po.slicing.sections import sections
from c3po.slicing.slicer import plan_plate
from tests.slicing.printed import filled, footprint, layers_of, read

PLAIN = SlicerSettings(skirt_loops=0, purge_line=False, object_labels=False)


def plan_plate_of(*parts_and_settings):
    *meshes, chosen = parts_and_settings
    return plan_plate(arranged(meshes, chosen), chosen)


def printed_volume_mm3(layers, width_mm: float) -> float:
    return sum(
        float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum()) * layer.height_mm * width_mm
        for layer in layers
        for _, _, path in layer.traces
    )


def test_a_cube_is_printed_where_it_stands(cube) -> None:
    toolpath = read(slice_mesh(cube, PLAIN))
    ends = toolpath.segments_mm.reshape(-1, 3)
    half_width = PLAIN.width_mm / 2
    np.testing.assert_allclose(ends[:, :2].min(axis=0), 100 + half_width, atol=0.002)
    np.testing.assert_allclose(ends[:, :2].max(axis=0), 120 - half_width, atol=0.002)
    np.testing.assert_allclose(np.unique(ends[:, 2]), np.arange(0.2, 20.01, 0.2), atol=1e-4)


@pytest.mark.parametrize("name", sorted(FAMILIES)[::5])
def test_the_footprint_of_a_layer_is_the_section(name: str) -> None:
    mesh = FAMILIES[name].generate(np.random.default_rng(3))
    chosen = dataclasses.replace(PLAIN, layer_mm=0.3, first_layer_mm=0.3, density=0.3, perimeters=2)
    printed = layers_of(read(slice_mesh(mesh, chosen)))
    heights = sorted(printed)
    picked = heights[:: max(1, len(heights) // 4)][:4]
    assert picked
    true = sections(mesh, np.array(picked) - 0.15)
    for z, section in zip(picked, true, strict=True):
        thick = section.offset(-0.5).offset(0.5)  # what a bead can follow
        if thick.area() < 0.98 * section.area():
            continue
        covered = footprint(printed[z], 0.45)
        solid = (covered + filled(covered) ^ section.translate((110, 110))) if section.num_contour() else covered
        assert solid.area() == pytest.approx(section.area(), rel=0.02)
        assert (covered - section.translate((110, 110)).offset(0.05)).area() < 0.02 * section.area()


@pytest.mark.parametrize("density", [0.2, 0.5, 1.0])
@pytest.mark.parametrize("pattern", ["lines", "grid", "triangles", "cubic"])
def test_the_interior_is_filled_to_the_density_asked_for(slab, pattern: str, density: float) -> None:
    chosen = dataclasses.replace(PLAIN, pattern=pattern, density=density, perimeters=0, top_layers=0, bottom_layers=0)
    layers = plan_plate_of(slab, chosen)
    assert printed_volume_mm3(layers, chosen.width_mm) == pytest.approx(density * 60 * 60 * 6, rel=0.04)


def test_density_one_extrudes_the_volume_of_the_mesh(tube) -> None:
    solid = dataclasses.replace(PLAIN, density=1.0)
    volume = np.pi * (12**2 - 7**2) * 10
    assert printed_volume_mm3(plan_plate_of(tube, solid), solid.width_mm) == pytest.approx(volume, rel=0.03)


def test_the_filament_fed_is_the_volume_of_the_beads(cube) -> None:
    chosen = dataclasses.replace(PLAIN, relative_e=True, retract_mm=0.0, dialect="none")
    fed_mm = sum(
        float(line.split(b" E")[1].split()[0]) for line in slice_mesh(cube, chosen).splitlines() if b" E" in line
    )
    beads = printed_volume_mm3(plan_plate_of(cube, chosen), chosen.width_mm)
    assert fed_mm * np.pi * 1.75**2 / 4 == pytest.approx(beads, rel=1e-3)


def test_skins_are_solid_and_the_middle_is_sparse(cube) -> None:
    chosen = dataclasses.replace(PLAIN, top_layers=3, bottom_layers=2)
    kinds = [{feature for _, feature, _ in layer.traces} for layer in plan_plate_of(cube, chosen)]
    assert ["sparse" not in kind for kind in kinds] == [True] * 2 + [False] * 95 + [True] * 3


def test_a_ledge_is_solid_below_its_top(table) -> None:
    turned = Mesh(table.vertices_mm * np.array([1, -1, -1]), table.faces, "upside down")  # plate below, leg on top
    layers = plan_plate_of(turned, dataclasses.replace(PLAIN, top_layers=3))
    under_ledge = {feature for _, feature, _ in layers[18].traces}
    well_below = {feature for _, feature, _ in layers[10].traces}
    assert "sparse" in well_below
    assert under_ledge & {"solid", "top"}


def test_support_stands_under_a_table_and_only_there(table) -> None:
    chosen = dataclasses.replace(PLAIN, support=True)
    layers = plan_plate_of(table, chosen)
    supported = [i for i, layer in enumerate(layers) if any(f == "support" for _, f, _ in layer.traces)]
    assert supported == list(range(0, 79))  # the plate begins at layer 80; one layer of air
    points = np.concatenate([path for _, f, path in layers[40].traces if f == "support"])
    on_leg = ((points > 95) & (points < 101)).all(axis=1)
    assert not on_leg.any()
    assert not any(f == "support" for layer in plan_plate_of(table, PLAIN) for _, f, _ in layer.traces)


def test_raft_brim_and_skirt_lie_outside_the_part_or_under_it(cube) -> None:
    chosen = dataclasses.replace(PLAIN, raft_layers=3, skirt_loops=2, skirt_gap_mm=5.0)
    layers = plan_plate_of(cube, chosen)
    assert [{f for _, f, _ in layer.traces} for layer in layers[:3]] == [{"raft", "skirt"}, {"raft"}, {"raft"}]
    assert layers[3].z_mm == pytest.approx(layers[2].z_mm + 0.2)
    brimmed = plan_plate_of(cube, dataclasses.replace(PLAIN, brim_mm=4.5))
    brim = np.concatenate([path for _, f, path in brimmed[0].traces if f == "brim"])
    assert brim.min() == pytest.approx(100 - 4.5 + 0.225, abs=0.05)
    assert (np.abs(brim - 110).max(axis=1) > 10).all()


@pytest.mark.parametrize("relative_e", [False, True])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_prints_the_same_beads(cube, dialect: str, relative_e: bool) -> None:
    habits = {"hop_mm": 0.4, "firmware_retraction": True, "travel_word": "G0", "object_labels": True}
    plain = read(slice_mesh(cube, PLAIN))
    other = read(slice_mesh(cube, dataclasses.replace(PLAIN, dialect=dialect, relative_e=relative_e, **habits)))
    np.testing.assert_allclose(other.segments_mm, plain.segments_mm, atol=1e-4)


def test_parts_on_a_plate_keep_apart(cube, tube, table) -> None:
    chosen = dataclasses.replace(PLAIN, gap_mm=6.0)
    layers = plan_plate_of(cube, tube, table, chosen)
    boxes = []
    for part in range(3):
        points = np.concatenate([path for layer in layers for p, _, path in layer.traces if p == part])
        boxes.append((points.min(axis=0), points.max(axis=0)))
    for a in range(3):
        for b in range(a):
            apart = np.maximum(boxes[a][0] - boxes[b][1], boxes[b][0] - boxes[a][1]).max()
            assert apart >= 6.0


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_same_settings_give_the_same_bytes(table, pattern: str) -> None:
    chosen = dataclasses.replace(PLAIN, pattern=pattern, support=True, brim_mm=3.0, skirt_loops=1)
    assert slice_mesh(table, chosen) == slice_mesh(table, chosen)


def test_a_hole_in_the_surface_leaves_the_outline_closed(cube) -> None:
    open_box = Mesh(cube.vertices_mm, cube.faces[2:], "open box")
    areas = [outline.area() for outline in sections(open_box, np.array([5.0, 10.0, 15.0]))]
    np.testing.assert_allclose(areas, 400, rtol=0.51)
    closed = [outline.area() for outline in sections(cube, np.array([5.0, 10.0]))]
    np.testing.assert_allclose(closed, 400, rtol=1e-9)


def test_overlapping_bodies_count_once(cube) -> None:
    moved = cube.vertices_mm + np.array([10.0, 0, 0])
    both = Mesh(np.concatenate([cube.vertices_mm, moved]), np.concatenate([cube.faces, cube.faces + 8]), "two")
    areas = [outline.area() for outline in sections(both, np.array([5.0, 10.0]))]
    np.testing.assert_allclose(areas, 600, rtol=1e-6)


def test_an_inside_out_mesh_prints_like_the_other(cube) -> None:
    inverted = Mesh(cube.vertices_mm, cube.faces[:, ::-1].copy(), "cube")
    areas = [outline.area() for outline in sections(inverted, np.array([5.0, 10.0]))]
    np.testing.assert_allclose(areas, 400, rtol=1e-6)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
@example(seed=268435456)  # a sheet that ends below the middle of the first layer
def test_random_settings_always_give_a_readable_print(seed: int) -> None:
    rng = np.random.default_rng(seed)
    family = FAMILIES[sorted(FAMILIES)[int(rng.integers(len(FAMILIES)))]]
    mesh = family.generate(rng)
    mesh = Mesh(mesh.vertices_mm * (20 / np.ptp(mesh.bounds_mm, axis=0).max()), mesh.faces, mesh.name)
    toolpath = read(slice_mesh(mesh, random_settings(rng)))
    assert toolpath.kind == "fdm"
    assert len(toolpath.segments_mm) > 10


def test_one_generator_state_gives_one_setting() -> None:
    drawn = {random_settings(np.random.default_rng(seed)) for seed in range(40)}
    assert len(drawn) == 40
    assert random_settings(np.random.default_rng(7)) == random_settings(np.random.default_rng(7))


@pytest.mark.parametrize(
    ("mesh", "words"),
    [
        (Mesh(np.zeros((0, 3)), np.zeros((0, 3), np.int32), "a"), "a: expected faces, found none; export it again"),
        (
            Mesh(np.full((3, 3), np.nan), np.array([[0, 1, 2]], np.int32), "b"),
            "b: expected finite coordinates, found nan or infinity; repair it",
        ),
        (
            Mesh(np.eye(3) * 1e6, np.array([[0, 1, 2]], np.int32), "c"),
            "c: expected at most 5000 mm, found 1e+06 mm; scale it",
        ),
        (
            Mesh(np.eye(3), np.array([[0, 1, 7]], np.int32), "d"),
            "d: expected faces over 3 vertices, found a stray index; repair it",
        ),
        (
            Mesh(np.eye(3), np.array([[0, 1, 2]], np.int32), "e"),
            "e: expected a body with an inside, found none at 5 heights; repair it",
        ),
    ],
)
def test_a_mesh_without_body_is_a_clear_error(mesh: Mesh, words: str) -> None:
    with pytest.raises(MeshError) as problem:
        slice_mesh(mesh, PLAIN)
    assert str(problem.value) == words


def test_settings_out_of_range_repeat_the_value() -> None:
    with pytest.raises(ValueError, match=r"density must be between 0 and 1, got 1\.5"):
        SlicerSettings(density=1.5)
    with pytest.raises(ValueError, match=r"pattern must be one of lines, .*, got hearts"):
        SlicerSettings(pattern="hearts")


def test_an_unknown_slicer_names_the_known(cube) -> None:
    with pytest.raises(UnsupportedError, match="--slicer: expected built-in, prusa-slicer, slic3r, cura, got magic"):
        slice_mesh(cube, PLAIN, "magic")


def test_a_name_cannot_break_out_of_its_comment(cube) -> None:
    named = Mesh(cube.vertices_mm, cube.faces, "x\nG1 X0 E5")
    text = slice_mesh(named, dataclasses.replace(PLAIN, object_labels=True))
    assert b"; printing object x_G1_X0_E5_1 id:0 copy 0" in text
