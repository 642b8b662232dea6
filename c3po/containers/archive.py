"""Zip archives: ``.zip`` of jobs and meshes, ``.gcode.3mf``, ``.3mf``, ``.ufp``. Entries are read, never extracted."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from c3po.containers.limits import CHUNK_BYTES, MAX_DIRECTORY_BYTES, MAX_ENTRIES, check_growth
from c3po.containers.magic import HEAD_BYTES, format_of, unsupported_kind
from c3po.containers.member import Member
from c3po.errors import ContainerError, UnsupportedError

_PLATE = re.compile(r"metadata/plate_\d+\.gcode")
_ASIDE = re.compile(r"(^|/)(\.[^/]*|__macosx/.*|thumbs\.db)$")
_JOB_FORMATS = ("gcode", "stl", "obj", "ply", "off", "glb")
_END = struct.Struct("<4s4H2LH")


def kind(path: Path) -> str:
    """``gcode`` for an archive of a printer's job, ``3mf`` for a 3MF part, ``archive`` for anything else.

    Raises
    ------
    ContainerError, UnsupportedError
        As `members`.
    """
    with _opened(path) as file:
        names = [_part_name(entry) for entry in _entries(path.name, file)]
    return _kind(path.name, names)


def members(path: Path) -> tuple[Member, ...]:
    """The jobs or meshes of an archive; G-code outranks the mesh beside it.

    Raises
    ------
    UnsupportedError
        A MakerBot job, a resin job, or an entry that holds a part in a format that is not judged.
    ContainerError
        Corrupt, encrypted, with doubled or outside paths, nested, a decompression bomb, or without any job.
    """
    with _opened(path) as file:
        entries = _entries(path.name, file)
        of_kind = _kind(path.name, [_part_name(entry) for entry in entries])
        if of_kind == "3mf":
            return (Member(path.name, "3mf", lambda: _file_chunks(path), path),)
        wanted = [entry for entry in entries if of_kind == "archive" or _is_job_part(_part_name(entry))]
        found = [_member(path, file, entry) for entry in wanted]
    jobs = tuple(member for member in found if member)
    if not jobs:
        raise ContainerError(f"{path.name}: expected a job or mesh in the archive, found none; add one")
    return jobs


def _kind(name: str, names: list[str]) -> str:
    if any(_is_job_part(part) for part in names):
        return "gcode"
    if any(part.endswith(".model") for part in names) and "[content_types].xml" in names:
        return "3mf"
    if any(part.endswith((".jsontoolpath", "toolpath.json")) for part in names):
        raise UnsupportedError(f"{name}: expected G-code or a mesh, found a MakerBot job; this format is not judged")
    if "config.ini" in names and any(part.endswith(".png") for part in names):
        raise UnsupportedError(f"{name}: expected G-code or a mesh, found a resin job (SL1); this format is not judged")
    return "archive"


def _is_job_part(part_name: str) -> bool:
    return bool(_PLATE.fullmatch(part_name)) or part_name == "3d/model.gcode"


def _part_name(entry: zipfile.ZipInfo) -> str:
    """Name to compare by: archives on most machines do not tell upper case from lower, and OPC begins with a slash."""
    return entry.filename.casefold().removeprefix("/")


def _opened(path: Path) -> zipfile.ZipFile:
    _check_directory(path)
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError, EOFError, UnicodeDecodeError):
        raise ContainerError(f"{path.name}: expected a zip archive, found a corrupt one; copy the file again") from None
    except OSError as problem:
        raise ContainerError(f"{path.name}: expected a readable file, found: {problem.strerror}; check it") from None


def _check_directory(path: Path) -> None:
    """The directory is small, told from its end record before anything is read into memory."""
    with path.open("rb") as file:
        size_bytes = file.seek(0, 2)
        file.seek(max(0, size_bytes - (1 << 16) - _END.size))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + _END.size:
        raise ContainerError(f"{path.name}: expected a zip archive, found no directory in it; copy the file again")
    _, _, _, _, n_entries, directory_bytes, _, _ = _END.unpack_from(tail, at)
    zip64 = b"PK\x06\x07" in tail[max(0, at - 20) : at]
    if n_entries > MAX_ENTRIES or directory_bytes > MAX_DIRECTORY_BYTES or zip64:
        raise ContainerError(
            f"{path.name}: expected at most {MAX_ENTRIES} entries and a directory of {MAX_DIRECTORY_BYTES} bytes, "
            f"found {'a zip64 archive' if zip64 else f'{n_entries} and {directory_bytes}'}; split the archive"
        )


def _entries(name: str, file: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of an archive that can be read in only one way."""
    entries = [entry for entry in file.infolist() if not entry.is_dir()]
    seen: set[str] = set()
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        part = _part_name(entry)
        label = f"{name}!{entry.filename}"
        if entry.flag_bits & 0x1:
            raise ContainerError(f"{label}: expected a plain entry, found an encrypted one; unlock the archive")
        if ".." in re.split(r"[/\\]", part) or "\\" in part or re.match(r"/|[a-z]:", part):
            raise ContainerError(f"{label}: expected a path inside the archive, found one that leaves it; repack it")
        if part in seen:
            raise ContainerError(f"{label}: expected one entry of this name, found two; repack it")
        if entry.header_offset < end:
            raise ContainerError(f"{label}: expected entries side by side, found two that overlap; repack it")
        seen.add(part)
        end = entry.header_offset + entry.compress_size
    return entries


def _member(path: Path, file: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Member | None:
    """The entry as a member, or None for what accompanies a job: pictures, settings, notes."""
    name = f"{path.name}!{entry.filename}"
    if _ASIDE.search(_part_name(entry)):
        return None
    head = next(_inflated(name, file, entry, HEAD_BYTES), b"")
    format_ = format_of(head, entry.file_size)
    if format_ in ("zip", "gzip", "bgcode"):
        raise ContainerError(f"{name}: expected a job or mesh, found an archive in the archive; unpack it first")
    other = unsupported_kind(head)
    if other in ("STEP", "X3G", "XML (amf)"):
        raise UnsupportedError(f"{name}: expected a job or mesh, found {other}; this format is not judged")
    if format_ not in _JOB_FORMATS:
        return None
    return Member(name, format_, lambda: _entry_chunks(path, entry))


def _entry_chunks(path: Path, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with _opened(path) as file:
        yield from _inflated(f"{path.name}!{entry.filename}", file, entry, CHUNK_BYTES)


def _inflated(name: str, file: zipfile.ZipFile, entry: zipfile.ZipInfo, chunk_bytes: int) -> Iterator[bytes]:
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnsupportedError(f"{name}: expected a stored or deflated entry, found another method; repack the archive")
    inflated_bytes = 0
    try:
        with file.open(entry) as stream:
            while chunk := stream.read(chunk_bytes):
                inflated_bytes += len(chunk)
                check_growth(name, inflated_bytes, entry.compress_size)
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, struct.error, NotImplementedError, UnicodeDecodeError):
        raise ContainerError(f"{name}: expected a whole entry, found a corrupt one; copy the archive again") from None


def _file_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
