"""Which files a command line means: files, folders, standard input; and writing files whole or not at all."""

import os
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

JOB_SUFFIXES = frozenset(
    {".gcode", ".gco", ".g", ".nc", ".ngc", ".tap", ".cnc", ".gz", ".bgcode", ".ufp", ".x3g", ".makerbot", ".sl1"}
    | {".stl", ".3mf", ".obj", ".ply", ".off", ".glb", ".zip"}
)
"""Names that claim to be a job: in a folder these are always judged, other files only if their content is a job."""

MAX_STREAM_BYTES = 2 << 30


@dataclass(frozen=True)
class Found:
    """Files to judge in order, and what was passed over. ``empty`` are folders that held no job."""

    paths: tuple[Path, ...]
    skipped: int
    empty: tuple[Path, ...]


def find_jobs(paths: Sequence[Path]) -> Found:
    """The files meant by the paths, folders walked in sorted order; a missing path is kept, to become an error."""
    chosen: dict[Path, None] = {}
    skipped = 0
    empty = []
    for path in paths:
        if str(path) == "-" or not path.is_dir():
            chosen[path] = None
            continue
        inside = list(_walked(path))
        jobs = [file for file in inside if _claims_to_be_a_job(file)]
        skipped += len(inside) - len(jobs)
        chosen.update(dict.fromkeys(jobs))
        if not jobs:
            empty.append(path)
    return Found(tuple(chosen), skipped, tuple(empty))


def _walked(folder: Path) -> Iterator[Path]:
    """Regular files below a folder and directories named like a job; links to folders are not followed."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            try:
                if stat.S_ISREG(path.stat().st_mode):
                    yield path
            except OSError:
                yield path


def _claims_to_be_a_job(path: Path) -> bool:
    if path.suffix.lower() in JOB_SUFFIXES:
        return True
    from c3po.containers import sniff
    from c3po.errors import C3poError

    try:
        sniff(path)
    except C3poError:
        return False
    return True


@contextmanager
def standard_input() -> Iterator[Path]:
    """Standard input as a temporary file called ``-``, gone afterwards.

    Raises
    ------
    ContainerError
        More than `MAX_STREAM_BYTES`.
    """
    from c3po.errors import ContainerError

    with tempfile.TemporaryDirectory(prefix="c3po-") as folder:
        path, size = Path(folder, "-"), 0
        with open(path, "wb") as spool:
            while chunk := os.read(sys.stdin.fileno(), 1 << 20):
                size += len(chunk)
                if size > MAX_STREAM_BYTES:
                    raise ContainerError(f"-: expected at most {MAX_STREAM_BYTES} bytes, got more; give a file instead")
                spool.write(chunk)
        yield path


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path``, renamed to ``path`` when the block ends without an exception."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.stem}.{os.getpid()}.partial{path.suffix}")
    try:
        yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def printable(text: object) -> str:
    """The text without control characters, so that a file's name cannot steer the terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(text))
