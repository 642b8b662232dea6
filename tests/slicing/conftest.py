import numpy as np
import pytest
from manifold3d import Manifold

from c3po.mesh.mesh import Mesh


def mesh_of(body: Manifold, name: str = "body") -> Mesh:
    solid = body.to_mesh()
    return Mesh(np.asarray(solid.vert_properties, np.float64)[:, :3], np.asarray(solid.tri_verts, np.int32), name)


@pytest.fixture
def cube() -> Mesh:
    """A cube of 20 mm."""
    return mesh_of(Manifold.cube((20, 20, 20)), "cube")


@pytest.fixture
def slab() -> Mesh:
    """A plate of 60 x 60 x 6 mm."""
    return mesh_of(Manifold.cube((60, 60, 6)), "slab")


@pytest.fixture
def table() -> Mesh:
    """A plate of 30 x 30 x 4 mm on one leg of 6 x 6 x 16 mm."""
    return mesh_of(Manifold.cube((30, 30, 4)).translate((0, 0, 16)) + Manifold.cube((6, 6, 17)), "table")


@pytest.fixture
def tube() -> Mesh:
    """A tube of 24 mm, 14 mm inside, 10 mm high."""
    return mesh_of(Manifold.cylinder(10, 12, 12, 64) - Manifold.cylinder(10, 7, 7, 64), "tube")
