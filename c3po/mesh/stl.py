"""STL, binary and text: numpy-stl's record and writer, with our own checks first."""

import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from c3po._core import native
from c3po.errors import MeshError
from c3po.mesh.mesh import Mesh

HEADER_BYTES = 84
FACE_BYTES = 50


def stl_mesh(data: bytes, where: str) -> Mesh:
    """The triangles of an STL file, unmerged, in the unit of the file.

    A file is binary when its length fits the count in its header, whatever the header says; else it is text when it
    begins with ``solid`` and holds no NUL byte early; else it is binary with a wrong count.

    Raises
    ------
    MeshError
        Cut short, without faces, or text that is not STL.

    Guarantees
    ----------
    - Memory grows with the length of the file, never with the count in its header.
    - Line ends may be LF, CRLF or CR; letters upper or lower case.
    """
    count = int.from_bytes(data[80:HEADER_BYTES], "little") if len(data) >= HEADER_BYTES else -1
    fits = len(data) == HEADER_BYTES + FACE_BYTES * count
    if not fits and _is_text(data):
        return _mesh(_text_corners(data, where), where)
    if count < 0 or len(data) < HEADER_BYTES + FACE_BYTES * count:
        expected = f"84 + 50 x {count} bytes" if count >= 0 else "at least 84 bytes"
        raise MeshError(f"{where}: expected {expected}, got {len(data)}; the file is cut short, export it again")
    import stl  # with what it imports a fiftieth of a second: a job of G-code starts without

    records = np.frombuffer(data, dtype=stl.Mesh.dtype, count=count, offset=HEADER_BYTES)
    return _mesh(records["vectors"], where, () if fits else ("trailing-bytes",))


def write_stl(mesh: Mesh, path: str | Path) -> None:
    """Writes a binary STL in millimetres; the file is there whole or not at all."""
    import stl

    path = Path(path)
    records = np.zeros(len(mesh.faces), dtype=stl.Mesh.dtype)
    records["vectors"] = mesh.triangles_mm
    writer = stl.Mesh(records, calculate_normals=False, speedups=False)
    with np.errstate(invalid="ignore", over="ignore"):
        writer.update_normals(update_areas=False, update_centroids=False)
    # The header must not depend on the date: equal meshes give equal bytes.
    body = np.zeros(HEADER_BYTES, dtype=np.uint8)
    body[:4] = list(b"C3PO")
    body[80:] = np.frombuffer(np.uint32(len(records)).tobytes(), dtype=np.uint8)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body.tobytes())
            file.write(writer.data.tobytes())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _is_text(data: bytes) -> bool:
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head[:5].lower() == b"solid" and b"\0" not in head


def _text_corners(data: bytes, where: str) -> NDArray[np.float32]:
    try:
        corners: NDArray[np.float32] = native.stl_text_triangles(data)
    except ValueError as problem:
        raise MeshError(f"{where}:{problem}; export it again") from None
    return corners


def _mesh(corners: NDArray[np.float32], where: str, flags: tuple[str, ...] = ()) -> Mesh:
    if len(corners) == 0:
        raise MeshError(f"{where}: expected faces, found none; export it again as a surface")
    with np.errstate(invalid="ignore"):  # a signalling NaN becomes a quiet one, which is refused or dropped below
        vertices_mm = corners.reshape(-1, 3).astype(np.float64)
    return Mesh(vertices_mm, np.arange(len(vertices_mm), dtype=np.int32).reshape(-1, 3), flags=flags)
