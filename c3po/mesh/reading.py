"""A member of a file to meshes in millimetres, whatever its format."""

from c3po.containers import Member
from c3po.errors import MeshError, UnsupportedError
from c3po.mesh.mesh import Mesh
from c3po.mesh.obj import obj_mesh
from c3po.mesh.other import other_meshes
from c3po.mesh.stl import stl_mesh
from c3po.mesh.threemf import threemf_meshes
from c3po.mesh.units import in_millimetres

MAX_BYTES = {"stl": 1 << 30, "3mf": 1 << 28, "obj": 1 << 28, "ply": 1 << 29, "off": 1 << 28, "glb": 1 << 28}


def read_meshes(member: Member) -> tuple[Mesh, ...]:
    """Every body that the file composes, placed, in millimetres; at least one, each with faces.

    Raises
    ------
    MeshError
        The mesh could not be read, has no faces, or its size makes no sense.
    ContainerError
        The bytes could not be read, or are too many.
    UnsupportedError
        Not a mesh.

    Guarantees
    ----------
    - Coordinates are finite, faces name vertices that exist, and the part has an extent.
    - Nothing but the member's bytes is read: no other file, no network.
    """
    if member.format not in MAX_BYTES:
        raise UnsupportedError(
            f"{member.name}: expected a mesh, found {member.format}; give STL, 3MF, OBJ, PLY, OFF or GLB"
        )
    data = _all_bytes(member)
    try:
        meshes = _decoded(data, member)
    except MemoryError:
        raise MeshError(
            f"{member.name}: expected a mesh that fits in memory, found a larger one; simplify it"
        ) from None
    return in_millimetres(meshes, member.name, metres=member.format == "glb")


def _all_bytes(member: Member) -> bytes:
    """The member's bytes; a plain file of a fitting size in one piece."""
    limit = MAX_BYTES[member.format]
    try:
        if member.path is not None and member.path.stat().st_size <= limit:
            return member.path.read_bytes()
    except OSError:
        pass  # told by the member's own reader
    return member.read_bytes(limit)


def _decoded(data: bytes, member: Member) -> tuple[Mesh, ...]:
    if member.format == "stl":
        return (stl_mesh(data, member.name),)
    if member.format == "3mf":
        return threemf_meshes(data, member.name)
    if member.format == "obj":
        return (obj_mesh(data, member.name),)
    return other_meshes(data, member.format, member.name)
