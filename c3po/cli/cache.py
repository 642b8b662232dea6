"""Jobs as they were read, kept by the digest of the file and of the code that read it: another network or policy is
then evaluated without reading a file twice.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from c3po.cli.files import written_whole
from c3po.errors import C3poError
from c3po.verdict import Judged, Problem, Screen
from c3po.verdict.judging import failed, judge_job, unanswered, unreadable
from c3po.verdict.look import Look
from c3po.verdict.reading import Job, Plate, read_job
from c3po.verdict.verdict import one_line

READERS = ("_core", "containers", "gcode", "mesh", "solid", "imaging", "verdict")
"""The folders whose code decides what a job looks like."""


class JobCache:
    """Read jobs in a folder, one file each; a file that cannot be used is read again.

    Parameters
    ----------
    folder : Path or None
        ``~/.cache/c3po/jobs`` (or below ``XDG_CACHE_HOME``) when None.
    size_px : int
        Side of the views.
    """

    def __init__(self, folder: Path | None, size_px: int) -> None:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        self.folder = folder or home / "c3po" / "jobs"
        self.size_px = size_px
        self._code = code_digest()

    def judged(self, paths: Sequence[Path], screen: Screen, jobs: int) -> Iterator[Judged]:
        """A judged file for every path, in order."""
        n_workers = min(jobs or os.cpu_count() or 1, max(1, len(paths)))
        if n_workers == 1:
            for path in paths:
                yield self._judge(path, self.job(path), screen)
            return
        with ProcessPoolExecutor(n_workers, mp_context=get_context("spawn")) as pool:
            for path, job in zip(paths, pool.map(self.job, paths, chunksize=4), strict=True):
                yield self._judge(path, job, screen)

    def _judge(self, path: Path, job: Job | Problem, screen: Screen) -> Judged:
        blank = unanswered(str(path), screen)
        return Judged(failed(blank, job), ()) if isinstance(job, Problem) else judge_job(job, blank, screen)

    def job(self, path: Path) -> Job | Problem:
        """The job in a file, from the cache or read and kept."""
        try:
            kept = self.folder / f"{self._key(path)}.npz"
            found = _load(kept)
            if found is None:
                found = read_job(path, self.size_px)
                with written_whole(kept) as partial:
                    _save(found, partial)
            return found
        except C3poError as problem:
            return Problem(problem.code, one_line(problem))
        except OSError as problem:
            return Problem("container", unreadable(path, problem))

    def _key(self, path: Path) -> str:
        with open(path, "rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        return hashlib.sha256(f"{content} {path.name} {self.size_px} {self._code}".encode()).hexdigest()


def code_digest() -> str:
    """Digest of the code that reads jobs."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for folder in READERS:
        for file in sorted([*(package / folder).rglob("*.py"), *(package / folder).rglob("*.so")]):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _save(job: Job, path: Path) -> None:
    views: list[np.ndarray[Any, Any]] = []
    plates = []
    for plate in job.plates:
        told = asdict(plate)
        if isinstance(plate, Plate):
            for look, shown in zip(plate.looks, told["looks"], strict=True):
                shown["views"] = None if look.views is None else len(views)
                views.extend([] if look.views is None else [look.views])
        plates.append(told)
    content = json.dumps({"format": job.format, "sha256": job.sha256, "plates": plates})
    stack = np.stack(views) if views else np.zeros((0, 1, 1, 1), np.float32)
    np.savez_compressed(path, content=np.frombuffer(content.encode(), np.uint8), views=stack)


def _load(path: Path) -> Job | None:
    try:
        with open(path, "rb") as file, np.load(file) as kept:
            content, views = json.loads(kept["content"].tobytes()), kept["views"]
        plates = tuple(_plate(told, views) for told in content["plates"])
        return Job(content["format"], content["sha256"], plates)
    except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, zipfile.BadZipFile):
        return None


def _plate(told: dict[str, Any], views: "np.ndarray[Any, Any]") -> Plate | Problem:
    if "code" in told:
        return Problem(**told)
    looks = tuple(
        Look(
            **{
                **look,
                "bounds_mm": (tuple(look["bounds_mm"][0]), tuple(look["bounds_mm"][1])),
                "views": None if look["views"] is None else views[look["views"]],
            }
        )
        for look in told.pop("looks")
    )
    return Plate(looks=looks, **{**told, "flags": tuple(told["flags"])})
