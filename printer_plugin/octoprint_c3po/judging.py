"""From a path to a verdict on exactly the bytes that were read: digest, memory, worker, digest again."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, NamedTuple, Optional

from .commitment import Commitment
from .decision import review_verdict
from .engine import Engine, Request
from .files import FileReader, stamp
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


class Ticket(NamedTuple):
    """A path and what stood there when it was asked about: inode, size and time of change."""

    path: str
    stamp: tuple[int, ...]


class Judging:
    """Judges paths, on the control thread. Every request is answered once; a file in hand is not judged twice.

    A file that was written anew under the same name is another file: its requests never get the verdict on what the
    name held before.
    """

    def __init__(
        self, engine: Engine, files: FileReader, store: VerdictStore, post: Callable[..., None], pictures: Path
    ):
        self._engine, self._files, self._store, self._post = engine, files, store, post
        self._pictures = pictures
        self._answers: dict[Ticket, list[Answer]] = {}
        self._waiting: dict[Ticket, tuple[Commitment, int, bool]] = {}

    @property
    def open(self) -> int:
        return len(self._answers)

    def judge(self, path: str, answer: Answer, urgent: bool = False) -> None:
        ticket = Ticket(path, stamp(path))
        if ticket in self._answers:
            self._answers[ticket].append(answer)
            if urgent:
                self._hurry(ticket)
            return
        self._answers[ticket] = [answer]
        self._read(ticket, 0, urgent)

    def engine_changed(self) -> None:
        """The worker became ready: ask for what waited for it."""
        if self._engine.healthy:
            waiting, self._waiting = self._waiting, {}
            for ticket, (commitment, attempt, urgent) in waiting.items():
                self._look_up(ticket, commitment, attempt, urgent)

    def key(self, sha256: str) -> Key:
        return Key(sha256, self._engine.network_digest, self._engine.policy_version)

    def _hurry(self, ticket: Ticket) -> None:
        if ticket in self._waiting:
            commitment, attempt, _ = self._waiting[ticket]
            self._waiting[ticket] = (commitment, attempt, True)
        self._engine.hurry(ticket.path)

    def _read(self, ticket: Ticket, attempt: int, urgent: bool) -> None:
        self._files.request(
            ticket.path, lambda made, why: self._post(self._committed, ticket, made, why, attempt, urgent), urgent
        )

    def _committed(self, ticket: Ticket, made: Optional[Commitment], why: str, attempt: int, urgent: bool) -> None:
        if made is None:
            self._settle(ticket, Judged(review_verdict("unreadable", why)))
        elif not self._engine.healthy:
            self._waiting[ticket] = (made, attempt, urgent)
        else:
            self._look_up(ticket, made, attempt, urgent)

    def _look_up(self, ticket: Ticket, commitment: Commitment, attempt: int, urgent: bool) -> None:
        key = self.key(commitment.sha256)
        known = self._store.get(key)
        if known is not None:
            self._settle(ticket, Judged(known, commitment, key))
            return
        picture = str(self._pictures / f"{commitment.sha256[:16]}.png")
        self._engine.judge(
            Request(
                ticket.path, lambda verdict: self._judged(ticket, commitment, key, verdict, attempt), picture, urgent
            )
        )

    def _judged(self, ticket: Ticket, commitment: Commitment, key: Key, verdict: dict[str, Any], attempt: int) -> None:
        code = (verdict.get("error") or {}).get("code")
        if code in PASSING:
            self._settle(ticket, Judged(verdict, commitment, key))
        elif verdict.get("sha256") == commitment.sha256 or (code is not None and not verdict.get("sha256")):
            kept = compact(verdict, ticket.path, commitment)
            self._store.put(key, kept)
            self._prune_pictures()
            self._settle(ticket, Judged(kept, commitment, key))
        elif attempt + 1 < ATTEMPTS:
            self._read(ticket, attempt + 1, urgent=True)
        else:
            self._settle(
                ticket, Judged(review_verdict("changing", "the file changes while it is judged"), commitment, key)
            )

    def _settle(self, ticket: Ticket, judged: Judged) -> None:
        for answer in self._answers.pop(ticket, []):
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
