"""The clock of all deadlines: seconds in which this process ran."""

from __future__ import annotations

import time
from typing import Callable

# A wait that ends this much too late was slept through: a suspended machine, a stopped process.
SLEPT_S = 5.0


class Clock:
    """``clock()`` never jumps: not with the time of day, not over a sleep of the whole machine.

    The worker slept too, so its silence says nothing, and nobody could answer meanwhile. Whoever waits in steps says
    so with ``waited``.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic):
        self._monotonic = monotonic
        self._slept_s = 0.0

    def __call__(self) -> float:
        return self._monotonic() - self._slept_s

    def waited(self, since: float, at_most_s: float) -> None:
        """A wait that began at ``since`` was to take ``at_most_s``; what it took longer, beyond doubt, is left out."""
        late_s = self() - since - at_most_s
        if late_s > SLEPT_S:
            self._slept_s += late_s
