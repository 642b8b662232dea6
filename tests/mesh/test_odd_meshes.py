"""Meshes as they should not be: the solid and its images are those of the part all the same."""

import io
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
import trimesh

from c3po.containers import Member
from c3po.imaging import view_stack
from c3po.mesh import read_meshes
from c3po.solid import Solid, mesh_parts

GREY_LEVEL = 1 / 255


def elbow() -> trimesh.Trimesh:
    """Two arms without symmetry, overlapping, in faces of at most 4 mm."""
    arms = [trimesh.creation.box((60, 12, 8)), trimesh.creation.box((10, 34, 14))]
    arms[1].apply_translation((-20, 14, 2))
    return trimesh.util.concatenate(arms).subdivide_to_size(4.0)


def soup(shape: trimesh.Trimesh) -> np.ndarray:
    return np.asarray(shape.triangles)


def part_of(triangles: np.ndarray) -> Solid:
    """The one part of a binary STL that holds the triangles."""
    records = np.zeros(len(triangles), dtype=[("n", "<f4", 3), ("v", "<f4", (3, 3)), ("a", "<u2")])
    records["v"] = triangles
    data = bytes(80) + len(records).to_bytes(4, "little") + records.tobytes()
    (solid,) = mesh_parts(read_meshes(Member("part.stl", "stl", lambda: iter([data]))))
    return solid


def scaled_box(scale: float, shift: float) -> np.ndarray:
    box = trimesh.creation.box((12, 3, 2))
    return np.asarray(box.triangles) * scale + shift


def without(triangles: np.ndarray, step: int) -> np.ndarray:
    return np.delete(triangles, np.arange(0, len(triangles), step), axis=0)


ODD: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "inverted": lambda t: t[:, ::-1],
    "half of the faces inverted": lambda t: np.concatenate([t[::2], t[1::2, ::-1]]),
    "every face twice": lambda t: np.concatenate([t, t]),
    "every face twice, once inverted": lambda t: np.concatenate([t, t[:, ::-1]]),
    "faces without area": lambda t: np.concatenate([t, t[:, [0, 0, 1]]]),
    "fins that hang on one edge": lambda t: np.concatenate([t, t[::40] * [1, 1, 0.999]]),
    "a body inside": lambda t: np.concatenate([t, scaled_box(0.5, 0.0)]),
    "an inverted body inside": lambda t: np.concatenate([t, scaled_box(0.5, 0.0)[:, ::-1]]),
    "a body that overlaps": lambda t: np.concatenate([t, scaled_box(1.0, 0.0)]),
    "a fiftieth of the faces missing": lambda t: without(t, 50),
    "inches taken for millimetres": lambda t: t / 25.4,
    "metres": lambda t: t / 1000,
    "micrometres": lambda t: t * 1000,
}
"""What is done to the triangles of the elbow; none of it changes the part."""


@pytest.mark.parametrize("name", ODD)
def test_an_odd_mesh_has_the_images_of_the_part(name: str) -> None:
    triangles = soup(elbow())
    expected, found = part_of(triangles), part_of(ODD[name](triangles))
    assert np.abs(view_stack(found) - view_stack(expected)).max() <= GREY_LEVEL
    assert found.voxels.sum() == pytest.approx(expected.voxels.sum(), rel=0.01)


def test_the_check_bites() -> None:
    triangles = soup(elbow())
    longer = part_of(triangles * [1.05, 1, 1])
    assert np.abs(view_stack(longer) - view_stack(part_of(triangles))).max() > GREY_LEVEL


def test_an_open_mesh_is_flagged_and_a_closed_one_is_not() -> None:
    triangles = soup(elbow())
    assert "open-mesh" not in part_of(triangles).flags
    lid_off = triangles[triangles[:, :, 2].min(axis=1) < 8.9]
    assert "open-mesh" in part_of(lid_off).flags


def test_overlapping_bodies_are_their_union_not_their_difference() -> None:
    boxes = [trimesh.creation.box((20, 20, 20)), trimesh.creation.box((20, 20, 20))]
    boxes[1].apply_translation((10, 0, 0))
    solid = part_of(np.concatenate([soup(box) for box in boxes]))
    assert solid.volume_mm3 == pytest.approx(30 * 20 * 20, rel=0.05)


def test_the_same_part_as_stl_and_as_3mf_has_the_same_images() -> None:
    shape = elbow()
    vertices = "".join(f'<vertex x="{x}" y="{y}" z="{z}"/>' for x, y, z in shape.vertices)
    faces = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in shape.faces)
    mesh = f"<mesh><vertices>{vertices}</vertices><triangles>{faces}</triangles></mesh>"
    model = f'<model unit="millimeter"><resources><object id="1">{mesh}</object></resources>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("3D/3dmodel.model", f'{model}<build><item objectid="1"/></build></model>')
    (solid,) = mesh_parts(read_meshes(Member("part.3mf", "3mf", lambda: iter([file.getvalue()]))))
    assert np.abs(view_stack(solid) - view_stack(part_of(soup(shape)))).max() <= GREY_LEVEL
