"""OBJ: vertices and faces alone. Materials, textures, normals and groups do not shape a part, so they are not read.

Own reader because relative (negative) indices, free-form lines between faces and references to other files are common
in the wild and must neither fail nor be followed.
"""

import numpy as np

from c3po.errors import MeshError
from c3po.mesh.mesh import Mesh


def obj_mesh(data: bytes, where: str) -> Mesh:
    """All faces of an OBJ file as one Mesh, polygons fanned, in the unit of the file.

    Raises
    ------
    MeshError
        A vertex or face line that holds no numbers, or a face that names a vertex not there.
    """
    vertices: list[list[float]] = []
    faces: list[tuple[int, int, int]] = []
    text = data.replace(b"\\\r\n", b" ").replace(b"\\\n", b" ")
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        try:
            if words[:1] == [b"v"]:
                vertices.append([float(word) for word in words[1:4]])
            elif words[:1] == [b"f"]:
                corners = [_index(word, len(vertices)) for word in words[1:]]
                faces += [(corners[0], b, c) for b, c in zip(corners[1:], corners[2:], strict=False)]
        except ValueError:
            found = line[:40].decode("ascii", errors="replace")
            raise MeshError(f"{where}:{number}: expected numbers, found {found!r}; export it again") from None
    if any(len(vertex) != 3 for vertex in vertices):
        raise MeshError(f"{where}: expected three coordinates for each vertex, found fewer; export it again")
    return Mesh(
        np.array(vertices, dtype=np.float64).reshape(-1, 3),
        np.array(faces, dtype=np.int64).astype(np.int32).reshape(-1, 3),
    )


def _index(word: bytes, n_vertices: int) -> int:
    """Index from 0 of ``7``, ``7/1/3`` or ``-1`` (the latest vertex); -1 when out of range."""
    index = int(word.partition(b"/")[0])
    index = index - 1 if index > 0 else n_vertices + index
    return index if 0 <= index < 2**31 - 1 else -1
