"""The audit log: what was judged, stopped and overridden, by whom; append-only, each record chained to the one before.

    python -m octoprint_c3po.audit check audit.jsonl        # or a folder with rotated files

A record is one JSON object per line. ``digest`` is the SHA-256 of the record without it (keys sorted, no spaces);
``previous`` is the digest of the record before, across files too. Changing, removing or swapping a record breaks the
chain. Cutting records off the end does not, unless you kept the last digest elsewhere: the check prints it for that,
and ``--head DIGEST`` compares. Whoever can write the files can also write a whole new chain; keep copies elsewhere.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import sys
import threading
from collections import deque
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Iterable, Iterator

GENESIS = "0" * 64
NAME = "audit.jsonl"


def record_digest(record: dict[str, Any]) -> str:
    """SHA-256 over the record without its own digest."""
    body = {key: value for key, value in record.items() if key != "digest"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


class AuditLog:
    """Appends records to ``folder/audit.jsonl``; thread-safe; never raises for a full or broken disk.

    Guarantees
    ----------
    - ``check_records`` accepts everything that was written, across rotations and restarts.
    - ``append`` returns ``False`` when the record could not be made durable; the chain then goes on from the last
      record that could.
    """

    def __init__(self, folder: Path, max_bytes: int = 5_000_000, keep_files: int = 20):
        self._folder, self._max_bytes, self._keep_files = Path(folder), max_bytes, keep_files
        self._lock = threading.Lock()
        self.recent: deque[dict[str, Any]] = deque(maxlen=200)
        self.failed: str | None = None
        self._sequence, self._previous = self._resume()

    def append(self, event: str, **details: Any) -> bool:
        with self._lock:
            record = {
                "sequence": self._sequence + 1,
                "at": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
                "event": event,
                "details": details,
                "previous": self._previous,
            }
            record = json.loads(json.dumps(record, default=str))
            record["digest"] = record_digest(record)
            self.recent.append(record)
            try:
                self._write(json.dumps(record, sort_keys=True) + "\n")
            except OSError as problem:
                self.failed = str(problem)
                return False
            self.failed = None
            self._sequence, self._previous = record["sequence"], record["digest"]
            return True

    def files(self) -> list[Path]:
        """All files of the log, oldest first."""
        return _log_files(self._folder)

    def _write(self, line: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        current = self._folder / NAME
        size = current.stat().st_size if current.exists() else 0
        if size and size + len(line) > self._max_bytes:
            os.replace(current, self._folder / f"audit-{self._sequence:012d}.jsonl")
            for old in self.files()[: -self._keep_files]:
                old.unlink()
            size = 0
        # Unbuffered: what a full disk did not take must not be written later, when the file is closed.
        with open(current, "ab", buffering=0) as stream:
            try:
                whole = line.encode("utf-8")
                if stream.write(whole) != len(whole):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(stream.fileno())
            except OSError:
                _truncate(current, size)
                raise

    def _resume(self) -> tuple[int, str]:
        """Sequence and digest of the last whole record; a torn last line (power cut) is cut off."""
        for path in reversed(_log_files(self._folder)):
            try:
                content = path.read_bytes()
                whole = content[: content.rfind(b"\n") + 1]
                if len(whole) < len(content):
                    _truncate(path, len(whole))
                if whole:
                    record = json.loads(whole.splitlines()[-1])
                    return int(record["sequence"]), str(record["digest"])
            except (OSError, ValueError, KeyError, TypeError) as problem:
                self.failed = f"{path.name}: {problem}"
                return 0, GENESIS
        return 0, GENESIS


def check_records(lines: Iterable[tuple[str, int, str]], head: str | None = None) -> tuple[int, str]:
    """Number of records and the last digest of an intact log.

    ``lines`` are (file name, line number, text). The first record may have any ``previous``, since older files are
    rotated away. Raises ``ValueError`` that names the first line that breaks the chain.
    """
    count, previous, sequence = 0, None, None
    for name, number, text in lines:
        where = f"{name}:{number}"
        try:
            record = json.loads(text)
            digest, before, position = record["digest"], record["previous"], record["sequence"]
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"{where}: expected an audit record, got {text[:40]!r}; the line was damaged") from None
        if record_digest(record) != digest:
            raise ValueError(f"{where}: expected the record to match its digest, it does not; it was changed")
        if previous is not None and (before != previous or position != sequence + 1):
            raise ValueError(f"{where}: expected to follow record {sequence}, got {position}; records are missing")
        count, previous, sequence = count + 1, digest, position
    if head is not None and head != previous:
        raise ValueError(f"log: expected to end at {head[:12]}, ends at {str(previous)[:12]}; the end is missing")
    return count, previous or GENESIS


def read_lines(path: Path) -> Iterator[tuple[str, int, str]]:
    """Lines of one file, or of every audit file of a folder, oldest first."""
    for file in _log_files(path) if path.is_dir() else [path]:
        with open(file, encoding="utf-8", errors="replace") as stream:
            for number, line in enumerate(stream, start=1):
                yield file.name, number, line


def _log_files(folder: Path) -> list[Path]:
    rotated = sorted(Path(folder).glob("audit-*.jsonl"))
    current = Path(folder) / NAME
    return rotated + ([current] if current.exists() else [])


def _truncate(path: Path, size: int) -> None:
    with contextlib.suppress(OSError):
        os.truncate(path, size)


def main(arguments: list[str]) -> int:
    head = None
    if len(arguments) == 4 and arguments[2] == "--head":
        head = arguments[3]
        arguments = arguments[:2]
    if len(arguments) != 2 or arguments[0] != "check":
        print("usage: python -m octoprint_c3po.audit check FILE_OR_FOLDER [--head DIGEST]", file=sys.stderr)
        return 2
    try:
        count, last = check_records(read_lines(Path(arguments[1])), head)
    except OSError as problem:
        print(f"{arguments[1]}: {problem.strerror or problem}", file=sys.stderr)
        return 2
    except ValueError as problem:
        print(problem)
        return 1
    print(f"intact: {count} records, last digest {last}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
