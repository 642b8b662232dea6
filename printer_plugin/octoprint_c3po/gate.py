"""The gate before the printer: which lines may be sent. Runs in OctoPrint's sending thread, in microseconds.

Three reasons to refuse a line: the latch (motion, after a weapon was seen), the SD policy, and a pending cancel
(the next line of the job performs it, and those that OctoPrint queued behind it are dropped: none slips through).
"""

from __future__ import annotations

import threading
from typing import Callable, Container

from .commands import draws, moves, touches_sd

# Scripts of OctoPrint that must run after a stop: they turn heaters off and park.
_ENDING = frozenset(
    f"script:{name}"
    for name in ("afterPrintCancelled", "beforePrintCancelled", "afterPrintPaused", "beforePrinterDisconnected")
)


class Gate:
    """Decides line by line; ``latched`` holds the reason while motion is stopped.

    Guarantees
    ----------
    - Open and with the SD policy off, every line passes.
    - Latched, no line that draws passes, whatever its source; the scripts that end a print may still move.
    - Latched, a line of a job that moves ends the job (``stop_job``): swallowing its lines one by one would let
      OctoPrint count it as printed.
    - A pending cancel is claimed by exactly one caller; from then on no line of that job passes.
    """

    def __init__(self) -> None:
        self.latched: str | None = None
        self.block_sd = True
        self.stop_job: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._cancel: Callable[[], None] | None = None
        self._job_ended = False
        # All of the above in one attribute, for the line that everything lets pass.
        self.open = True

    def latch(self, reason: str) -> None:
        with self._lock:
            self.latched = reason
            self._settle()

    def unlatch(self) -> None:
        with self._lock:
            self.latched = None
            self._settle()

    def request_cancel(self, cancel: Callable[[], None]) -> None:
        """Let the next line of the job, or ``claim_cancel``, stop the job."""
        with self._lock:
            self._cancel = cancel
            self._settle()

    def claim_cancel(self) -> Callable[[], None] | None:
        """The pending cancel for the one caller that gets it, who must perform it: the job's lines are dropped now."""
        with self._lock:
            cancel, self._cancel = self._cancel, None
            self._job_ended = self._job_ended or cancel is not None
            self._settle()
            return cancel

    def new_job(self) -> None:
        """Forget a pending cancel and that a job was cancelled: what comes is another job, or the same one, allowed."""
        with self._lock:
            self._cancel, self._job_ended = None, False
            self._settle()

    def passes(self, line: str, tags: Container[str]) -> bool:
        """Whether the line may be sent. ``open``, every line that begins with G may: callers need not ask."""
        if not self.open:
            from_file = "source:file" in tags
            if from_file and self._cancel is not None:
                cancel = self.claim_cancel()
                if cancel is not None:
                    cancel()
                    return False
            if from_file and self._job_ended:
                return False
            if self.latched is not None and moves(line):
                if from_file:
                    self.stop_job()
                    return False
                return not draws(line) and any(name in tags for name in _ENDING)
        # A line of a file is cleared with its file, except that it must not start another from the card.
        return not (self.block_sd and line[:1] not in "Gg" and touches_sd(line))

    def _settle(self) -> None:
        self.open = self.latched is None and self._cancel is None and not self._job_ended
