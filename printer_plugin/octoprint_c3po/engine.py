"""Keeps one healthy worker: starts it, asks it, notices when it dies or hangs, starts the next.

All methods run on the guard's control thread, so there are no locks; the worker's own threads only post messages.
"""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from .decision import review_verdict
from .worker import Worker

PING_S = 5.0
# An evaluation of a large part on a slow, busy machine takes its time; a print takes hours.
SILENT_S = 90.0
START_S = 120.0
BACKOFF_S = (0.2, 1.0, 5.0, 30.0, 120.0, 600.0)
ATTEMPTS = 2

Answer = Callable[[dict[str, Any]], None]


@dataclass
class Request:
    """One file to judge; ``urgent`` ones (a job is held) go first."""

    path: str
    answer: Answer
    picture: str = ""
    urgent: bool = False
    attempts: int = 0
    id: int = field(default=0)
    deadline: float = 0.0


class Engine:
    """The worker as the guard sees it.

    Parameters
    ----------
    start : makes a Worker from (on_message, on_exit); raises OSError when it cannot.
    post : puts a call on the control thread.
    on_change : called when health changes.  on_evaluation : called with each ``evaluation`` and ``final`` message.

    Guarantees
    ----------
    - Every request is answered exactly once, at the latest after ``ATTEMPTS`` workers or timeouts, with a verdict.
    - One request is with the worker at a time, urgent ones first.
    - A file that kills or stalls the worker twice is for review; the next file gets a fresh worker.
    """

    def __init__(
        self,
        start: Callable[..., Worker],
        post: Callable[..., None],
        clock: Callable[[], float],
        judge_timeout_s: float,
        on_change: Callable[[], None],
        on_evaluation: Callable[[dict[str, Any]], None],
    ):
        self._start, self._post, self._clock = start, post, clock
        self._judge_timeout_s = judge_timeout_s
        self._on_change, self._on_evaluation = on_change, on_evaluation
        self._ids = itertools.count(1)
        self._queue: deque[Request] = deque()
        self._asked: Optional[Request] = None
        self._answers: dict[int, Answer] = {}
        self._failures = 0
        self._start_at: Optional[float] = None
        self._heard_at = self._pinged_at = 0.0
        self.worker: Optional[Worker] = None
        self.ready: dict[str, Any] = {}
        self.failure = "not started"
        self.hold_background = False

    @property
    def healthy(self) -> bool:
        return self.worker is not None and bool(self.ready)

    @property
    def network_digest(self) -> str:
        return str((self.ready.get("network") or {}).get("digest", ""))

    @property
    def policy_version(self) -> str:
        return str(self.ready.get("policy", ""))

    def start(self) -> None:
        """Start now, whatever the pause between attempts says."""
        if self.worker is None:
            self._start_at = self._clock()
            self.tick(watched=False)

    def stop(self) -> None:
        self._start_at = None
        worker, self.worker, self.ready, self.failure = self.worker, None, {}, "stopped"
        if worker is not None:
            worker.kill()

    def judge(self, request: Request) -> None:
        if request.urgent:
            self._queue.appendleft(request)
        else:
            self._queue.append(request)
        self._next()

    def hurry(self, path: str) -> None:
        """Let a queued file go first."""
        for request in [queued for queued in self._queue if queued.path == path]:
            self._queue.remove(request)
            request.urgent = True
            self._queue.appendleft(request)
        self._next()

    def ask(self, command: str, answer: Answer, **fields: Any) -> bool:
        """Send a control line that is answered once; ``False`` without a healthy worker."""
        if not self.healthy or self.worker is None:
            return False
        number = next(self._ids)
        self._answers[number] = answer
        self.worker.send(command, id=number, **fields)
        return True

    @property
    def busy(self) -> bool:
        """Whether time must pass: a request is open or a start is due."""
        return self._asked is not None or self._start_at is not None or (self.worker is not None and not self.ready)

    def tick(self, watched: bool) -> None:
        """Do what is due. ``watched``: a print depends on the worker, so it must answer pings."""
        now = self._clock()
        if self.worker is None:
            if self._start_at is not None and now >= self._start_at:
                self._spawn(now)
            return
        if not self.ready:
            if now - self._heard_at > START_S:
                self._lose_worker("it did not get ready")
        elif self._asked is not None and now > self._asked.deadline:
            self._lose_worker("judging a file took too long", hang=True)
        elif watched or self._asked is not None:
            if now - self._pinged_at > PING_S:
                self._pinged_at = now
                self.worker.send("ping")
            if now - self._heard_at > SILENT_S + PING_S:
                self._lose_worker("it did not answer", hang=True)
        else:
            self._heard_at = self._pinged_at = now
        self._next()

    def _spawn(self, now: float) -> None:
        self._start_at = None
        try:
            self.worker = self._start(
                lambda worker, message: self._post(self._message, worker, message),
                lambda worker, why: self._post(self._exited, worker, why),
            )
            self._heard_at = self._pinged_at = now
        except (OSError, ValueError) as problem:
            self._fail(str(problem))

    def _message(self, worker: Worker, message: dict[str, Any]) -> None:
        if worker is not self.worker:
            return
        self._heard_at = self._clock()
        kind = message.get("c3po")
        if kind == "ready":
            self.ready, self.failure = message, ""
            self._on_change()
        elif kind in ("evaluation", "final"):
            self._failures = 0
            self._on_evaluation(message)
        answer = self._answers.pop(message.get("id", 0), None) if isinstance(message.get("id"), int) else None
        if answer is not None:
            answer(message)
        elif self._asked is not None and message.get("id") == self._asked.id and kind in ("verdict", "error"):
            request, self._asked = self._asked, None
            self._failures = 0
            self._settle(request, message)
        self._next()

    def _settle(self, request: Request, message: dict[str, Any]) -> None:
        verdict = message.get("verdict")
        if not isinstance(verdict, dict):
            error = message.get("error") or {}
            verdict = review_verdict(str(error.get("code", "error")), str(error.get("message", "no verdict")))
        request.answer(verdict)

    def _exited(self, worker: Worker, why: str) -> None:
        if worker is self.worker:
            self._lose_worker(why)

    def _lose_worker(self, why: str, hang: bool = False) -> None:
        worker, self.worker, self.ready = self.worker, None, {}
        self._answers.clear()
        if worker is not None:
            worker.kill()
        request, self._asked = self._asked, None
        if request is not None:
            request.attempts += 1
            if request.attempts >= ATTEMPTS or hang:
                code = "timeout" if hang else "engine_died"
                self._fail(why)
                request.answer(review_verdict(code, f"the worker failed on this file: {why}"))
                return
            self._queue.appendleft(request)
        self._fail(why)

    def _fail(self, why: str) -> None:
        self.failure = why
        pause = BACKOFF_S[min(self._failures, len(BACKOFF_S) - 1)]
        self._failures += 1
        self._start_at = self._clock() + pause
        self._on_change()

    def _next(self) -> None:
        if self._asked is not None or not self._queue or not self.healthy or self.worker is None:
            return
        if self.hold_background and not self._queue[0].urgent:
            return
        self._asked = request = self._queue.popleft()
        request.id = next(self._ids)
        request.deadline = self._clock() + self._judge_timeout_s
        fields = {"explain": request.picture} if request.picture else {}
        self.worker.send("judge", id=request.id, path=request.path, **fields)

    def use(self, start: Callable[..., Worker]) -> None:
        """Replace the worker by one started in another way (the settings changed)."""
        self.stop()
        self._start, self._failures = start, 0
        self.start()
