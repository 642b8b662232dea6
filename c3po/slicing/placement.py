"""How a part lies on the bed: turned, tilted, scaled, mirrored, beside others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from manifold3d import Manifold
from numpy.typing import NDArray

from c3po.errors import MeshError
from c3po.mesh.mesh import Mesh
from c3po.slicing.settings import SlicerSettings


@dataclass(frozen=True, eq=False)
class Placement:
    """A turn (rotation matrix, float64, shape (3, 3)), a scale, and whether x is mirrored first."""

    turn: NDArray[np.float64]
    scale: float = 1.0
    mirror: bool = False


def place(mesh: Mesh, placement: Placement) -> Mesh:
    """The mesh placed and standing on z = 0; a mirrored one keeps its outside outside."""
    vertices, faces = mesh.vertices_mm * placement.scale, mesh.faces
    if placement.mirror:
        vertices, faces = vertices * np.array([-1.0, 1.0, 1.0]), faces[:, ::-1]
    vertices = vertices @ placement.turn.T
    return stood(Mesh(vertices, np.ascontiguousarray(faces), mesh.name))


def stood(mesh: Mesh) -> Mesh:
    """The mesh moved so that its lowest point is at z = 0 and its box is centred on the z axis."""
    low, high = mesh.bounds_mm
    shift = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    return Mesh(mesh.vertices_mm - shift, mesh.faces, mesh.name)


def random_placement(mesh: Mesh, rng: np.random.Generator) -> Placement:
    """As people print: as drawn or laid on a flat face, turned about z; sometimes tilted, scaled, mirrored."""
    spin = about_z(float(rng.choice([0, 90, 180, 270])) if rng.random() < 0.4 else float(rng.uniform(0, 360)))
    kind = rng.random()
    if kind < 0.35:
        turn = spin
    elif kind < 0.85:
        turn = spin @ lay(mesh, rng)
    else:
        turn = random_rotation(rng)
    scale = 1.0 if rng.random() < 0.7 else float(np.exp(rng.uniform(np.log(0.7), np.log(1.3))))
    return Placement(turn, scale, bool(rng.random() < 0.3))


def about_z(angle_deg: float) -> NDArray[np.float64]:
    """Rotation matrix about the z axis."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def random_rotation(rng: np.random.Generator) -> NDArray[np.float64]:
    """A rotation matrix, all orientations equally likely (from a random unit quaternion)."""
    quaternion = rng.normal(size=4)
    w, x, y, z = quaternion / np.linalg.norm(quaternion)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def lay(mesh: Mesh, rng: np.random.Generator) -> NDArray[np.float64]:
    """A turn that lays the part on one of the faces of its convex hull, large ones more likely."""
    hull = Manifold.hull_points(np.ascontiguousarray(mesh.vertices_mm)).to_mesh()
    corners = np.asarray(hull.vert_properties, np.float64)[:, :3][np.asarray(hull.tri_verts)]
    if len(corners) == 0:
        return np.eye(3)
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    areas = np.linalg.norm(cross, axis=1)
    normals = cross / np.maximum(areas, 1e-12)[:, None]
    _, group = np.unique(np.round(normals, 3), axis=0, return_inverse=True)
    total = np.bincount(group.reshape(-1), weights=areas)
    chosen = int(rng.choice(len(total), p=total**1.5 / np.sum(total**1.5)))
    return turn_down(normals[np.flatnonzero(group.reshape(-1) == chosen)[0]])


def turn_down(direction: NDArray[np.float64]) -> NDArray[np.float64]:
    """The shortest turn that takes a unit vector to -z (Rodrigues)."""
    cosine = float(-direction[2])
    if cosine < -0.999999:
        return np.diag([1.0, -1.0, -1.0])
    axis = np.cross(direction, [0.0, 0.0, -1.0])
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    turned: NDArray[np.float64] = np.eye(3) + cross + cross @ cross / (1.0 + cosine)
    return turned


def arranged(meshes: Sequence[Mesh], settings: SlicerSettings) -> list[Mesh]:
    """The meshes in rows, largest depth first, a gap apart, the whole centred on the bed.

    Raises
    ------
    MeshError
        A part has no extent.

    Guarantees
    ----------
    - Boxes of two parts never overlap.
    """
    standing = [stood(mesh) for mesh in meshes]
    sizes = np.array([np.ptp(mesh.bounds_mm, axis=0)[:2] for mesh in standing])
    if (sizes <= 0).any():
        raise MeshError("plate: expected parts with length and width, found a flat one; repair it")
    order = sorted(range(len(meshes)), key=lambda i: (-sizes[i, 1], i))
    row_length = max(float(np.sqrt(np.sum(np.prod(sizes + settings.gap_mm, axis=1)))) * 1.2, float(sizes[:, 0].max()))
    centres = np.zeros((len(meshes), 2))
    x = y = depth = 0.0
    for i in order:
        if x > 0.0 and x + sizes[i, 0] > row_length:
            x, y, depth = 0.0, y + depth + settings.gap_mm, 0.0
        centres[i] = (x + sizes[i, 0] / 2, y + sizes[i, 1] / 2)
        x, depth = x + sizes[i, 0] + settings.gap_mm, max(depth, float(sizes[i, 1]))
    low, high = (centres - sizes / 2).min(axis=0), (centres + sizes / 2).max(axis=0)
    centres += settings.bed_mm / 2 - (low + high) / 2
    return [
        Mesh(mesh.vertices_mm + np.array([*centre, 0.0]), mesh.faces, mesh.name)
        for mesh, centre in zip(standing, centres, strict=True)
    ]
