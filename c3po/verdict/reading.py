"""From a file to the solids its members print, and to the looks that are judged."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Self

from c3po._core import native
from c3po.containers import Member, members, sniff
from c3po.errors import C3poError, GcodeError, MeshError
from c3po.gcode import SHAPE_FLAGS, read_material
from c3po.mesh.mesh import Mesh
from c3po.solid import Solid, mesh_parts, neighbours, put_together, readings, uncovered
from c3po.solid.meshes import mesh_material
from c3po.verdict.look import Look, looks_at
from c3po.verdict.verdict import Problem, one_line

TOOLPATHS = ("gcode", "bgcode")


@dataclass(frozen=True, eq=False)
class Plate:
    """What one member prints, ready to be judged.

    Parameters
    ----------
    looks : tuple of Look
        The parts by falling volume and, when there are several, the whole plate.
    n_solids : int
        As many as there are, also when not all were looked at.
    kind : str
        ``fdm``, ``cnc``, ``laser``, ``nothing`` or ``mesh``.
    layers : int
        Printed layers; 0 for a mesh.
    flags : tuple of str
        What the readers could not follow or found odd, sorted.
    unreadable : bool
        One of the flags means that the shape was not read completely.
    """

    looks: tuple[Look, ...]
    n_solids: int
    kind: str
    layers: int
    flags: tuple[str, ...]
    unreadable: bool


@dataclass(frozen=True, eq=False)
class Job:
    """A file, read: what each member prints, or why it could not be read."""

    format: str
    sha256: str
    plates: tuple[Plate | Problem, ...]


def read_job(path: Path, size_px: int) -> Job:
    """What a file prints.

    Raises
    ------
    C3poError, OSError
        The file as a whole cannot be read. A member that cannot be read is a `Problem` among the plates.
    """
    format_ = sniff(path)
    with _Digest(path) as digest:
        found = members(path)
        plates: list[Plate | Problem] = []
        for member in found:
            try:
                plate = read_plate(member, size_px)
                plates.append(plate if len(found) == 1 else _named_after(member, plate))
            except C3poError as problem:
                plates.append(Problem(problem.code, one_line(problem)))
    return Job(format_, digest.hexadecimal(), tuple(plates))


class _Digest:
    """SHA-256 of a file, made beside whatever is done within ``with``: both let go of the interpreter's lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._made: str | OSError = ""
        self._thread = Thread(target=self._make, name="c3po-digest", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()

    def _make(self) -> None:
        try:
            with open(self._path, "rb") as stream:
                self._made = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as problem:
            self._made = problem

    def hexadecimal(self) -> str:
        """The digest, after ``with``; raises the OSError that reading met."""
        if isinstance(self._made, OSError):
            raise self._made
        return self._made


def _named_after(member: Member, plate: Plate) -> Plate:
    """The plate with its parts named after the member of the archive that they come from."""
    entry = member.name.rpartition("!")[2]
    return replace(plate, looks=tuple(replace(look, name=f"{entry}: {look.name}") for look in plate.looks))


def read_plate(member: Member, size_px: int) -> Plate:
    """What one member prints.

    Raises
    ------
    C3poError
        The member cannot be read, or is a complete program that prints nothing.
    """
    return plate_of(*read_solids(member), size_px)


def plate_of(solids: Sequence[Solid], kind: str, layers: int, flags: tuple[str, ...], size_px: int) -> Plate:
    """The plate of these solids."""
    unreadable = bool(set(flags) & set(SHAPE_FLAGS))
    return Plate(looks_at(solids, size_px), len(solids), kind, layers, flags, unreadable)


def read_solids(member: Member) -> tuple[tuple[Solid, ...], str, int, tuple[str, ...]]:
    """Solids, kind, layers and flags of one member; raises as `read_plate`."""
    return _printed(member) if member.format in TOOLPATHS else _meshed(member)


def _printed(member: Member) -> tuple[tuple[Solid, ...], str, int, tuple[str, ...]]:
    material = native.Material()
    summary = read_material(member.chunks(), material)
    flags = tuple(sorted(summary.flags))
    solids = readings(material)
    if not solids and not set(flags) & set(SHAPE_FLAGS):
        raise GcodeError(
            f"{member.name}: expected moves that lay down material, found none in {summary.n_bytes} bytes; "
            "slice the part and give the sliced file"
        )
    return solids, summary.kind, summary.layers, flags


def _meshed(member: Member) -> tuple[tuple[Solid, ...], str, int, tuple[str, ...]]:
    from c3po.mesh import read_meshes

    meshes = [mesh for mesh in read_meshes(member) if len(mesh.faces)]
    if not meshes:
        raise MeshError(f"{member.name}: expected a mesh with faces, found none; export the part again")
    solids = meshed_solids(meshes)
    return solids, "mesh", 0, tuple(sorted({flag for solid in solids for flag in solid.flags}))


def meshed_solids(meshes: Sequence[Mesh]) -> tuple[Solid, ...]:
    """The parts that meshes with faces make, those that stand near one another again as one, what remains of the parts
    without what may hide them, and parts whose ends fit put together."""
    solids = mesh_parts(meshes)
    groups = neighbours(mesh_material([mesh.triangles_mm for mesh in meshes])) if len(solids) > 1 else ()
    return (*solids, *groups, *uncovered(solids, printed=False), *put_together(solids))
