"""Verdicts that are already known, and overrides, by content; never by a file's name.

The key is (SHA-256 of the file, network digest, policy version): renaming or copying a file keeps its verdict,
changing one byte, the network or the policy loses it.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, NamedTuple


class Key(NamedTuple):
    sha256: str
    network: str
    policy: str


class VerdictStore:
    """Bounded memory of verdicts and overrides, kept in one JSON file.

    Guarantees
    ----------
    - A key that was not stored, or one that differs in any part, is not known.
    - At most ``limit`` of each are kept; the ones used least recently go first.
    - A damaged file means an empty store (files are judged again), never an error.
    - A full disk loses nothing in memory; ``failed`` says what happened.
    """

    def __init__(self, path: Path, limit: int = 2000):
        self._path, self._limit = Path(path), limit
        self._lock = threading.Lock()
        self._verdicts: OrderedDict[Key, dict[str, Any]] = OrderedDict()
        self._overrides: OrderedDict[Key, dict[str, Any]] = OrderedDict()
        self.failed: str | None = None
        self._load()

    def get(self, key: Key) -> dict[str, Any] | None:
        with self._lock:
            return _touch(self._verdicts, key)

    def put(self, key: Key, verdict: dict[str, Any]) -> None:
        with self._lock:
            _insert(self._verdicts, key, verdict, self._limit)
            self._save()

    def override(self, key: Key) -> dict[str, Any] | None:
        with self._lock:
            return _touch(self._overrides, key)

    def put_override(self, key: Key, record: dict[str, Any]) -> None:
        with self._lock:
            _insert(self._overrides, key, record, self._limit)
            self._save()

    def remove_override(self, key: Key) -> None:
        with self._lock:
            if self._overrides.pop(key, None) is not None:
                self._save()

    def recent(self, count: int) -> list[tuple[Key, dict[str, Any]]]:
        """The last verdicts put, newest first."""
        with self._lock:
            return list(reversed(self._verdicts.items()))[:count]

    def blocked_sizes(self) -> frozenset[int]:
        """Sizes in bytes of files called a weapon, so that an upload of another size need not be hashed."""
        with self._lock:
            return frozenset(
                int(verdict["size_bytes"])
                for key, verdict in self._verdicts.items()
                if verdict.get("finding") == "weapon" and "size_bytes" in verdict and key not in self._overrides
            )

    def _load(self) -> None:
        try:
            content = json.loads(self._path.read_text("utf-8"))
            for row in content["verdicts"]:
                self._verdicts[Key(*map(str, row["key"]))] = dict(row["verdict"])
            for row in content["overrides"]:
                self._overrides[Key(*map(str, row["key"]))] = dict(row["record"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as problem:
            self.failed = f"{self._path.name}: {problem}"
            self._verdicts.clear()
            self._overrides.clear()

    def _save(self) -> None:
        content = {
            "verdicts": [{"key": list(key), "verdict": verdict} for key, verdict in self._verdicts.items()],
            "overrides": [{"key": list(key), "record": record} for key, record in self._overrides.items()],
        }
        temporary = self._path.with_suffix(".tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(content), "utf-8")
            os.replace(temporary, self._path)
            self.failed = None
        except OSError as problem:
            self.failed = f"{self._path.name}: {problem}"
            with contextlib.suppress(OSError):
                temporary.unlink()


def _touch(entries: OrderedDict[Key, dict[str, Any]], key: Key) -> dict[str, Any] | None:
    if key not in entries:
        return None
    entries.move_to_end(key)
    return entries[key]


def _insert(entries: OrderedDict[Key, dict[str, Any]], key: Key, value: dict[str, Any], limit: int) -> None:
    entries[key] = value
    entries.move_to_end(key)
    while len(entries) > limit:
        entries.popitem(last=False)
