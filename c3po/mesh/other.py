"""PLY, OFF and GLB through trimesh: bounded, from memory, with no way to any other file."""

import io
import json
import re
import struct
import warnings
from typing import Any

import numpy as np

from c3po.errors import MeshError
from c3po.mesh.mesh import Mesh

MAX_FACES = 20_000_000
MAX_NODES = 100_000
_PLY_ELEMENT = re.compile(rb"^element[ \t]+(\w+)[ \t]+(\d+)", re.MULTILINE)
_OFF_COUNTS = re.compile(rb"OFF\s*(?:#[^\n]*\n\s*)*(\d+)\s+(\d+)\s+\d+")


class NoFiles:
    """A resolver of external references that knows none."""

    def get(self, name: str) -> bytes:
        raise ValueError(f"expected a file that stands alone, found a reference to {name[:60]!r}")

    def keys(self) -> list[str]:
        return []

    def namespaced(self, _: str) -> "NoFiles":
        return self

    __getitem__ = get


def other_meshes(data: bytes, format_: str, where: str) -> tuple[Mesh, ...]:
    """Every body of the file, placed, in the unit of the file.

    Raises
    ------
    MeshError
        Anything that trimesh cannot read, counts that the file is too short for, or too many faces.
    """
    _check_counts(data, format_, where)
    import logging

    import trimesh  # takes a tenth of a second: only who needs it waits

    logging.getLogger("trimesh").setLevel(logging.CRITICAL)
    options: dict[str, Any] = {"process": False, "maintain_order": True}
    if format_ == "glb":
        options["resolver"] = NoFiles()
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # on colours and textures, which are not used
            scene = trimesh.load_scene(io.BytesIO(data), file_type=format_, **options)
            meshes = _bodies(scene, where)
    except MeshError:
        raise
    except Exception as problem:  # trimesh raises whatever its parsers meet: all of it means "not readable"
        what = " ".join(str(problem).split())[:80] or type(problem).__name__
        raise MeshError(f"{where}: expected a {format_.upper()} mesh, found: {what}; export it again") from None
    return meshes


def _bodies(scene: Any, where: str) -> tuple[Mesh, ...]:
    meshes, n_faces = [], 0
    for node in scene.graph.nodes_geometry:
        transform, name = scene.graph[node]
        geometry = scene.geometry[name]
        faces = getattr(geometry, "faces", None)
        if faces is None or len(faces) == 0:
            continue
        n_faces += len(faces)
        if n_faces > MAX_FACES:
            raise MeshError(f"{where}: expected at most {MAX_FACES} faces, found more; simplify it")
        vertices = np.asarray(geometry.vertices, dtype=np.float64)
        placed = vertices @ np.asarray(transform)[:3, :3].T + np.asarray(transform)[:3, 3]
        meshes.append(Mesh(placed, np.asarray(faces, dtype=np.int32), str(name)))
    return tuple(meshes)


def _check_counts(data: bytes, format_: str, where: str) -> None:
    """Counts in a header never exceed what the bytes can hold, so that no reader allocates by them."""
    if format_ == "ply":
        counts = [int(count) for _, count in _PLY_ELEMENT.findall(data[:65536])]
    elif format_ == "off":
        found = _OFF_COUNTS.search(data[:65536])
        counts = [int(count) for count in found.groups()] if found else []
    elif format_ == "glb":
        counts = _glb_counts(data, where)
    else:
        return
    if sum(counts) > len(data):
        raise MeshError(f"{where}: expected {sum(counts)} elements, found {len(data)} bytes; the file is cut short")


def _glb_counts(data: bytes, where: str) -> list[int]:
    """Counts of a GLB's accessors, once its frame is sound and nothing refers outside."""
    try:
        magic, _, length, json_bytes, kind = struct.unpack_from("<4sIII4s", data)
        if magic != b"glTF" or length > len(data) or kind != b"JSON":
            raise ValueError("a frame that does not fit the file")
        tree = json.loads(data[20 : 20 + json_bytes])
        if any("uri" in buffer and not str(buffer["uri"]).startswith("data:") for buffer in tree.get("buffers", ())):
            raise ValueError("a buffer in another file")
        if len(tree.get("nodes", ())) > MAX_NODES or _has_shared_children(tree.get("nodes", ())):
            raise ValueError("nodes that are no tree")
        # Several meshes may share one accessor: each is bounded by itself.
        return [max((int(accessor["count"]) for accessor in tree.get("accessors", ())), default=0)]
    except (ValueError, KeyError, TypeError, AttributeError, struct.error, RecursionError) as problem:
        what = " ".join(str(problem).split())[:80]
        raise MeshError(f"{where}: expected a GLB mesh, found {what}; export it again") from None


def _has_shared_children(nodes: Any) -> bool:
    children = [child for node in nodes for child in node.get("children", ())]
    return len(children) != len(set(children))
