"""How finely the parts of a plate of meshes are seen."""

import numpy as np
import pytest
import trimesh

from c3po.mesh.mesh import Mesh
from c3po.solid import mesh_parts
from c3po.solid.meshes import MESH_VOXELS


def box(sides_mm: tuple[float, float, float], x_mm: float) -> Mesh:
    found = trimesh.creation.box(sides_mm)
    return Mesh(found.vertices + np.array([x_mm, 0.0, 0.0]), found.faces.astype(np.int32))


@pytest.mark.parametrize("lengths_mm", [[30.0] * 6, [60.0, 50.0, 40.0, 30.0, 16.0], [100.0, 20.0]])
def test_every_part_of_a_plate_is_seen_as_finely_as_if_it_were_alone(lengths_mm: list[float]) -> None:
    places = np.cumsum([0.0, *lengths_mm[:-1]]) + 10.0 * np.arange(len(lengths_mm))
    plate = [box((side, side / 3, side / 4), x + side / 2) for side, x in zip(lengths_mm, places, strict=True)]
    found = mesh_parts(plate)
    assert len(found) == len(lengths_mm)
    for solid, side in zip(found, sorted(lengths_mm, reverse=True), strict=True):
        assert MESH_VOXELS / 2 - 2 <= max(solid.voxels.shape) <= MESH_VOXELS
        assert np.ptp(solid.bounds_mm, axis=0)[0] == pytest.approx(side, rel=0.05)
        (alone,) = mesh_parts(plate[lengths_mm.index(side)])
        assert solid.volume_mm3 == pytest.approx(alone.volume_mm3, rel=0.1)
