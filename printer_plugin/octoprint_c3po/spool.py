"""The record of what was sent since the bed was clear, to tell a restarted worker everything its predecessor saw."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any, Iterator, Union

CHUNK_BYTES = 1 << 16


class Spool:
    """Lines on disk, control messages in memory, replayed in their order. Used by one thread.

    Guarantees
    ----------
    - ``replay`` yields exactly what was appended since ``clear``, in order, unless ``lost`` says why it cannot.
    - The file never grows beyond ``max_bytes``.
    """

    def __init__(self, path: Path, max_bytes: int):
        self._path, self._max_bytes = Path(path), max_bytes
        self._size = 0
        self._marks: list[tuple[int, dict[str, Any]]] = []
        self._stream: Any = None
        self.lost: str | None = None
        self.clear()

    def clear(self) -> None:
        """Forget everything; also ends a state of loss."""
        self.close()
        self._size, self._marks, self.lost = 0, [], None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = open(self._path, "w+b", buffering=0)  # noqa: SIM115 - closed by close()
        except OSError as problem:
            self.lost = str(problem)

    def append(self, lines: bytes) -> None:
        if self.lost is not None:
            return
        if self._size + len(lines) > self._max_bytes:
            self._lose(f"more than {self._max_bytes} bytes were sent")
            return
        try:
            taken = self._stream.write(lines)
        except OSError as problem:
            self._lose(str(problem))
            return
        self._size += taken
        if taken != len(lines):
            self._lose("the disk is full")

    def mark(self, control: dict[str, Any]) -> None:
        """Remember a control message at this place."""
        self._marks.append((self._size, control))

    def replay(self) -> Iterator[Union[bytes, dict[str, Any]]]:
        """Everything since ``clear``; stops early, with ``lost`` set, when the file cannot be read."""
        position = 0
        for offset, control in [*self._marks, (self._size, {})]:
            while position < offset:
                try:
                    chunk = os.pread(self._stream.fileno(), min(CHUNK_BYTES, offset - position), position)
                except (OSError, AttributeError) as problem:
                    self.lost = str(problem)
                    return
                if not chunk:
                    self.lost = "the record on disk is shorter than what was written"
                    return
                position += len(chunk)
                yield chunk
            if control:
                yield control

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _lose(self, why: str) -> None:
        self.close()
        self.lost = why
        with contextlib.suppress(OSError):
            self._path.unlink()
