"""The gate before the printer: which lines may be queued. Runs in OctoPrint's comm thread, in microseconds.

Three reasons to refuse a line: the latch (motion, after a weapon was seen), the SD policy, and a pending cancel
(the next line of the job performs it, so that none slips through).
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
    - A pending cancel is claimed by exactly one caller.
    """

    def __init__(self) -> None:
        self.latched: str | None = None
        self.block_sd = True
        self._lock = threading.Lock()
        self._cancel: Callable[[], None] | None = None
        self.stop_job: Callable[[], None] = lambda: None

    def latch(self, reason: str) -> None:
        self.latched = reason

    def unlatch(self) -> None:
        self.latched = None

    def request_cancel(self, cancel: Callable[[], None]) -> None:
        """Let the next line of the job, or ``claim_cancel``, stop the job."""
        with self._lock:
            self._cancel = cancel

    def claim_cancel(self) -> Callable[[], None] | None:
        """The pending cancel for the one caller that gets it."""
        with self._lock:
            cancel, self._cancel = self._cancel, None
            return cancel

    def passes(self, line: str, tags: Container[str]) -> bool:
        """Whether the line may be queued. The common case costs two attribute reads and one set lookup."""
        from_file = "source:file" in tags
        if from_file and self._cancel is not None:
            cancel = self.claim_cancel()
            if cancel is not None:
                cancel()
                return False
        if self.latched is not None and moves(line):
            if from_file:
                self.stop_job()
                return False
            return not draws(line) and any(name in tags for name in _ENDING)
        # A line of a file is cleared with its file, except that it must not start another from the card.
        return not (self.block_sd and line[:1] not in "Gg" and touches_sd(line))
