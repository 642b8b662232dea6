"""From a path or a stream to its members."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from c3po.containers import archive
from c3po.containers.bgcode import decode
from c3po.containers.gunzip import gunzip
from c3po.containers.limits import CHUNK_BYTES
from c3po.containers.magic import HEAD_BYTES, format_of, unsupported_kind
from c3po.containers.member import Member
from c3po.errors import ContainerError, UnsupportedError

_KNOWN = "G-code, STL, 3MF, OBJ, PLY, OFF or GLB"


def sniff(path: str | Path) -> str:
    """Format of a file by its content.

    One of ``gcode``, ``bgcode``, ``stl``, ``3mf``, ``obj``, ``ply``, ``off``, ``glb``, ``gzip``, or ``zip`` of jobs or
    meshes.

    Raises
    ------
    UnsupportedError
        A known format that is not judged (STEP, SL1, X3G, MakerBot, pictures ...).
    ContainerError
        Missing, unreadable, a directory, empty, or of no known format.
    """
    path = Path(path)
    with _opened(path) as file:
        format_ = _format(path.name, *_head(path.name, file), path.stat().st_size)
    if format_ == "zip":
        return "zip" if archive.kind(path) == "archive" else archive.kind(path)
    return format_


def members(path: str | Path) -> tuple[Member, ...]:
    """Every job or mesh in a file, at least one. A plain file is its own single member.

    Guarantees
    ----------
    - ``.gcode.3mf`` gives every plate's G-code, not the mesh beside it; ``.ufp`` its G-code; ``.zip`` all it holds.
    - Nothing is written to disk, and no archive is opened inside an archive.

    Raises
    ------
    ContainerError, UnsupportedError
        As `sniff`; also an encrypted, corrupt or ambiguous archive.
    """
    path = Path(path)
    with _opened(path) as file:
        format_ = _format(path.name, *_head(path.name, file), path.stat().st_size)
    if format_ == "zip":
        return archive.members(path)
    if format_ in ("gzip", "bgcode"):
        return (_unwrapped(path.name, format_, lambda: _chunks(path)),)
    return (Member(path.name, format_, lambda: _chunks(path), path),)


def stream_member(stream: BinaryIO, name: str = "-") -> Member:
    """The single member that a stream (standard input) carries; its chunks can be read once.

    Raises
    ------
    ContainerError, UnsupportedError
        As `sniff`; an archive, because it can only be read from a file.
    """
    head, skipped = _head(name, stream)
    format_ = _format(name, head, skipped, None)
    if format_ == "zip":
        raise UnsupportedError(f"{name}: expected {_KNOWN} on the stream, found an archive; give its path instead")
    if format_ == "gzip":
        return Member(name, "gcode", lambda: gunzip(name, _once(head, stream)))
    if format_ == "bgcode":
        return _unwrapped(name, format_, lambda: _once(head, stream))
    return Member(name, format_, lambda: _once(head, stream))


def _unwrapped(name: str, format_: str, open_chunks: Callable[[], Iterator[bytes]]) -> Member:
    """The member inside a gzip file or a binary G-code file."""
    if format_ == "bgcode":
        return Member(name, "gcode", lambda: decode(name, open_chunks()))
    first = next(gunzip(name, open_chunks()), b"")
    inner = _format(name, first[:HEAD_BYTES], 0, None)
    if inner in ("gzip", "zip", "bgcode"):
        raise ContainerError(f"{name}: expected {_KNOWN} in the gzip file, found {inner}; unpack it first")
    return Member(name, inner, lambda: gunzip(name, open_chunks()))


def _format(name: str, head: bytes, skipped_bytes: int, size_bytes: int | None) -> str:
    if not head.strip():
        found = "only blank characters" if skipped_bytes or head else "an empty file"
        raise ContainerError(f"{name}: expected {_KNOWN}, found {found}; export the job again")
    if found_kind := unsupported_kind(head):
        raise UnsupportedError(f"{name}: expected {_KNOWN}, found {found_kind}; this format is not judged")
    if format_ := format_of(head, size_bytes):
        return format_
    raise ContainerError(f"{name}: expected {_KNOWN}, found {head[:12]!r}; no known format begins so")


def _head(name: str, file: BinaryIO) -> tuple[bytes, int]:
    """The first `HEAD_BYTES` that are not wholly blank, and how many blank bytes stood before them."""
    skipped = 0
    try:
        head = _read_full(file, HEAD_BYTES)
        while head and not head.strip():
            skipped += len(head)
            head = _read_full(file, HEAD_BYTES)
    except OSError as problem:
        raise _unreadable(name, problem) from None
    return head, skipped


def _read_full(file: BinaryIO, n_bytes: int) -> bytes:
    read = bytearray()
    while len(read) < n_bytes and (more := file.read(n_bytes - len(read))):
        read += more
    return bytes(read)


def _unreadable(name: str, problem: OSError) -> ContainerError:
    return ContainerError(
        f"{name}: expected a readable file, found: {problem.strerror or problem}; check the path and its rights"
    )


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        if path.is_dir():
            raise ContainerError(f"{path.name}: expected a file, found a directory; name the files in it")
        if path.exists() and not path.is_file():
            raise ContainerError(f"{path.name}: expected a regular file, found a device or pipe; give a file")
        with path.open("rb") as file:
            yield file
    except OSError as problem:
        raise _unreadable(path.name, problem) from None


def _chunks(path: Path) -> Iterator[bytes]:
    with _opened(path) as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _once(head: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield head
    read = stream.read1 if isinstance(stream, io.BufferedReader) else stream.read
    while chunk := read(CHUNK_BYTES):
        yield chunk
