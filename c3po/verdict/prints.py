"""The prints that may stand on a bed: everything since it was clear, and what followed the last homing by itself."""

import re

from c3po.verdict.monitor import CPU_SHARE, Monitor
from c3po.verdict.screen import Screen

# What a printer keeps between two prints and a monitor must know: units, absolute or relative moves and extrusion.
_MODES = re.compile(rb"^[ \t]*(?:[Nn]\d+[ \t]*)?([Gg]2[01]|[Gg]9[01]|[Mm]8[23])(?![\d.])", re.MULTILINE)


class Prints:
    """A Monitor of everything and, once Z was homed after something was drawn, a second one of what came since.

    A part may be split over several prints, so what was there stays. But a printer that homes usually begins another
    print on a bed that somebody cleared, and a weapon drawn through the ghost of a bracket looks like neither.

    Parameters
    ----------
    screen : Screen
    cpu_share : float in (0, 1]
        The share of the time that evaluations of everything may take; those of the latest print take half as much.
    """

    def __init__(self, screen: Screen, *, cpu_share: float = CPU_SHARE) -> None:
        self._screen, self._cpu_share = screen, cpu_share
        self.reset()

    def reset(self, *, total_bytes: int | None = None) -> None:
        """A new, empty bed."""
        self.whole = Monitor(self._screen, total_bytes=total_bytes, cpu_share=self._cpu_share)
        self.latest: Monitor | None = None
        self._modes: dict[bytes, bytes] = {}
        self._vouched = False

    @property
    def monitors(self) -> tuple[Monitor, ...]:
        return (self.whole,) if self.latest is None else (self.whole, self.latest)

    @property
    def gravest(self) -> Monitor:
        """The one that tripped, or whose last score is the highest."""
        return max(self.monitors, key=lambda monitor: (monitor.tripped, monitor.verdict.score))

    @property
    def looks(self) -> int:
        """Evaluations so far."""
        return sum(len(monitor.history) for monitor in self.monitors)

    def homed(self) -> None:
        """Z was homed although something was drawn: what follows may be another print."""
        self.latest = Monitor(self._screen, cpu_share=self._cpu_share / 2 if self._cpu_share < 1.0 else 1.0)
        self.latest.vouched = self._vouched
        self.latest.feed(b"".join(mode + b"\n" for mode in self._modes.values()))

    def learn(self, lines: bytes) -> None:
        """Remember the modes that whole lines set, for the print that may follow."""
        for mode in _MODES.findall(lines):
            command = mode.upper()
            self._modes[command[:2]] = command

    def feed(self, piece: bytes) -> None:
        """Give a piece of the stream, cut anywhere, to every monitor."""
        for monitor in self.monitors:
            monitor.feed(piece)

    def evaluate(self) -> None:
        for monitor in self.monitors:
            monitor.evaluate()

    def finish(self) -> None:
        for monitor in self.monitors:
            monitor.finish()

    def vouch(self, vouched: bool) -> None:
        """Whether what follows is a job that was judged whole and cleared (`Monitor.vouched`)."""
        self._vouched = vouched
        for monitor in self.monitors:
            monitor.vouched = vouched

    def accept(self) -> None:
        for monitor in self.monitors:
            monitor.accept()
