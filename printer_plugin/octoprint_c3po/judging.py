"""From a path to a verdict on exactly the bytes that were read: digest, memory, worker, digest again."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional

from .commitment import Commitment
from .decision import review_verdict
from .engine import Engine, Request
from .files import FileReader
from .verdicts import Key, VerdictStore

ATTEMPTS = 3
KEEP_PICTURES = 200
# Failures of this moment, not of the file: they are not remembered.
PASSING = frozenset({"timeout", "engine_died"})


@dataclass(frozen=True)
class Judged:
    """The verdict on a path; ``commitment`` is None when the file could not be read."""

    verdict: dict[str, Any]
    commitment: Optional[Commitment] = None
    key: Optional[Key] = None


Answer = Callable[[Judged], None]


class Judging:
    """Judges paths, on the control thread. Every request is answered once; a file in hand is not judged twice."""

    def __init__(
        self, engine: Engine, files: FileReader, store: VerdictStore, post: Callable[..., None], pictures: Path
    ):
        self._engine, self._files, self._store, self._post = engine, files, store, post
        self._pictures = pictures
        self._answers: dict[str, list[Answer]] = {}
        self._waiting: dict[str, tuple[Commitment, int, bool]] = {}

    @property
    def open(self) -> int:
        return len(self._answers)

    def judge(self, path: str, answer: Answer, urgent: bool = False) -> None:
        if path in self._answers:
            self._answers[path].append(answer)
            if urgent:
                self._hurry(path)
            return
        self._answers[path] = [answer]
        self._read(path, 0, urgent)

    def engine_changed(self) -> None:
        """The worker became ready: ask for what waited for it."""
        if self._engine.healthy:
            waiting, self._waiting = self._waiting, {}
            for path, (commitment, attempt, urgent) in waiting.items():
                self._look_up(path, commitment, attempt, urgent)

    def key(self, sha256: str) -> Key:
        return Key(sha256, self._engine.network_digest, self._engine.policy_version)

    def _hurry(self, path: str) -> None:
        if path in self._waiting:
            commitment, attempt, _ = self._waiting[path]
            self._waiting[path] = (commitment, attempt, True)
        self._engine.hurry(path)

    def _read(self, path: str, attempt: int, urgent: bool) -> None:
        self._files.request(
            path, lambda made, why: self._post(self._committed, path, made, why, attempt, urgent), urgent
        )

    def _committed(self, path: str, made: Optional[Commitment], why: str, attempt: int, urgent: bool) -> None:
        if made is None:
            self._settle(path, Judged(review_verdict("unreadable", why)))
        elif not self._engine.healthy:
            self._waiting[path] = (made, attempt, urgent)
        else:
            self._look_up(path, made, attempt, urgent)

    def _look_up(self, path: str, commitment: Commitment, attempt: int, urgent: bool) -> None:
        key = self.key(commitment.sha256)
        known = self._store.get(key)
        if known is not None:
            self._settle(path, Judged(known, commitment, key))
            return
        picture = str(self._pictures / f"{commitment.sha256[:16]}.png")
        self._engine.judge(
            Request(path, lambda verdict: self._judged(path, commitment, key, verdict, attempt), picture, urgent)
        )

    def _judged(self, path: str, commitment: Commitment, key: Key, verdict: dict[str, Any], attempt: int) -> None:
        code = (verdict.get("error") or {}).get("code")
        if code in PASSING:
            self._settle(path, Judged(verdict, commitment, key))
        elif verdict.get("sha256") == commitment.sha256 or (code is not None and not verdict.get("sha256")):
            kept = compact(verdict, path, commitment)
            self._store.put(key, kept)
            self._prune_pictures()
            self._settle(path, Judged(kept, commitment, key))
        elif attempt + 1 < ATTEMPTS:
            self._read(path, attempt + 1, urgent=True)
        else:
            self._settle(
                path, Judged(review_verdict("changing", "the file changes while it is judged"), commitment, key)
            )

    def _settle(self, path: str, judged: Judged) -> None:
        for answer in self._answers.pop(path, []):
            answer(judged)

    def _prune_pictures(self) -> None:
        try:
            pictures = sorted(self._pictures.glob("*.png"), key=lambda file: file.stat().st_mtime)
            for old in pictures[:-KEEP_PICTURES]:
                old.unlink()
        except OSError:
            pass


def compact(verdict: dict[str, Any], path: str, commitment: Commitment) -> dict[str, Any]:
    """The part of a verdict that is kept and shown; unknown findings become ``review``."""
    finding = verdict.get("finding")
    return {
        "finding": finding if finding in ("clear", "weapon") else "review",
        "score": verdict.get("score"),
        "label": verdict.get("label"),
        "reasons": [str(reason) for reason in (verdict.get("reasons") or [])][:10],
        "parts": (verdict.get("parts") or [])[:10],
        "layers": verdict.get("layers"),
        "error": verdict.get("error"),
        "sha256": commitment.sha256,
        "size_bytes": commitment.size_bytes,
        "name": os.path.basename(path),
        "judged_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "picture": f"{commitment.sha256[:16]}.png",
    }
