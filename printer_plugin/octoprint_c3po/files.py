"""Digest and commitment of files, made away from every thread that matters; kept by content for the next start."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path
from typing import Callable, Optional

from . import commitment as commitment_program
from .commitment import Commitment, file_sha256

KEEP = 500

Answer = Callable[[Optional[Commitment], str], None]


def stamp(path: str) -> tuple[int, ...]:
    """What the disk says of a file: inode, size, times of its last changes; empty when there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


class FileReader:
    """One thread that reads files for the guard; urgent ones first.

    ``request(path, answer)`` calls ``answer(commitment, "")`` or ``answer(None, why)`` from that thread. A file whose
    content was read before costs its SHA-256 (other threads run meanwhile); a new one costs a process at low priority.
    """

    def __init__(self, folder: Path, timeout_s: float):
        self._folder, self._timeout_s = Path(folder), timeout_s
        self._queue: deque[tuple[str, Answer]] = deque()
        self._wake = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="c3po-files", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._wake:
            self._stopping = True
            self._wake.notify()

    def request(self, path: str, answer: Answer, urgent: bool = False) -> None:
        with self._wake:
            if urgent:
                self._queue.appendleft((path, answer))
            else:
                self._queue.append((path, answer))
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._queue and not self._stopping:
                    self._wake.wait()
                if self._stopping:
                    return
                path, answer = self._queue.popleft()
            try:
                made, why = self._commit(path), ""
            except (OSError, ValueError, subprocess.SubprocessError) as problem:
                made, why = None, f"the file could not be read: {problem}"
            answer(made, why)

    def _commit(self, path: str) -> Commitment:
        if not os.path.isfile(path):  # a pipe or a device would be read for ever
            raise ValueError(f"{os.path.basename(path)}: expected a file, found something else or nothing")
        known = self._folder / f"{file_sha256(path)}.json"
        try:
            return Commitment.from_json(known.read_text("ascii"))
        except (OSError, ValueError):
            pass
        done = subprocess.run(
            [sys.executable, "-I", str(Path(commitment_program.__file__).resolve()), path],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=self._timeout_s,
            check=False,
        )
        if done.returncode != 0:
            raise ValueError(done.stderr.decode("utf-8", "replace").strip()[-200:])
        made = Commitment.from_json(done.stdout.decode("ascii"))
        self._keep(made)
        return made

    def _keep(self, made: Commitment) -> None:
        temporary = self._folder / f"{made.sha256}.tmp"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_text(made.to_json(), "ascii")
            os.replace(temporary, self._folder / f"{made.sha256}.json")
            old = sorted(self._folder.glob("*.json"), key=lambda file: file.stat().st_mtime)[:-KEEP]
            for file in old:
                file.unlink()
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()
