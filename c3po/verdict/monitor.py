"""A Monitor: lines of G-code in, the verdict on what is printed so far. For streams, and for replays of a file."""

import hashlib
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from c3po._core import native
from c3po.solid import readings
from c3po.solid.readings import PLATE
from c3po.verdict.judging import Judged, judge_plate, unanswered
from c3po.verdict.reading import plate_of
from c3po.verdict.screen import Screen, default_screen
from c3po.verdict.verdict import DecidedAt, Finding, PartVerdict, Verdict

Bounds = tuple[tuple[float, float, float], tuple[float, float, float]]

STEPS = 50
"""Evaluations come at most every 1/STEPS of the layers (of those so far, when the total is not known)."""

CPU_SHARE = 0.25
"""Most of the time that evaluations may take in a stream."""

GAP_S = 0.25
"""Least time from one evaluation of a stream to the next, unless it is to confirm a weapon: no printer draws several
layers in less."""

VOUCHED_GAP_S = 2.0
"""The same while the lines are vouched for: the whole job was judged and is clear."""


@dataclass(frozen=True)
class Evaluation:
    """One look at the growing part. ``layer`` counts from 1; ``fraction`` is None when the total is not known."""

    layer: int
    fraction: float | None
    score: float
    finding: Finding
    tripped: bool


class Monitor:
    """The verdict on a print that is still growing.

    Parameters
    ----------
    screen : Screen, optional
        Network and policy; the released ones by default.
    total_bytes, total_layers : int, optional
        Size of the whole job, so that evaluations can report a fraction.
    cpu_share : float in (0, 1], optional
        The share of the time that evaluations may take; 1 makes the schedule depend on the lines alone, without
        gaps.

    Guarantees
    ----------
    - The verdict of `finish` does not depend on how the text was cut into calls of `feed`.
    - After `accept`, parts that were there do not trip again; another part does.

    Notes
    -----
    The owner of a stream that carries a job which was judged whole and cleared may set ``vouched``. A print that is
    not finished looks like many things, and what this one becomes is known: then only the threshold of that name
    trips. It has to be taken back as soon as another line comes; `reset` takes it back.
    """

    def __init__(
        self,
        screen: Screen | None = None,
        *,
        total_bytes: int | None = None,
        total_layers: int | None = None,
        cpu_share: float = CPU_SHARE,
    ) -> None:
        if not 0.0 < cpu_share <= 1.0:
            raise ValueError(f"cpu_share must be in (0, 1], got {cpu_share}")
        self.screen = screen or default_screen()
        self._cpu_share = cpu_share
        self.reset(total_bytes=total_bytes, total_layers=total_layers)

    def reset(self, *, total_bytes: int | None = None, total_layers: int | None = None) -> None:
        """Forget all material, evaluations and what was accepted: a new, empty bed."""
        self._total_bytes, self._total_layers = total_bytes, total_layers
        self._material = native.Material()
        self._reader = native.GcodeReader(self._material)
        self._digest = hashlib.sha256()
        self._next_layer, self._looked_s, self._took_s = 2, -math.inf, 0.0
        self._confirmed, self._accepted = 0, ()  # type: tuple[int, tuple[Bounds, ...]]
        self.vouched = False
        self.fed_bytes = self.fed_lines = 0
        self.tripped = self.finished = False
        self.history: list[Evaluation] = []
        self.judged = Judged(replace(unanswered("-", self.screen), format="gcode"), ())

    @property
    def verdict(self) -> Verdict:
        """The last evaluation; ``review`` before the first."""
        return self.judged.verdict

    @property
    def layers(self) -> int:
        """Layers begun so far."""
        return int(self._reader.layers)

    def feed(self, lines: bytes | str) -> bool:
        """Read one line or many, judge if a layer was finished and it is time; whether the evidence has tripped.

        A str without a line break at its end is one whole line; bytes are taken as they are, so that a stream may be
        cut anywhere.

        Raises
        ------
        ValueError
            After `finish`.
        """
        if isinstance(lines, str):
            lines = (lines if lines.endswith("\n") else lines + "\n").encode("utf-8", "replace")
        self._reader.feed(lines)
        self._digest.update(lines)
        self.fed_bytes += len(lines)
        self.fed_lines += lines.count(b"\n")
        if self._reader.layers >= self._next_layer and self._is_time():
            self.evaluate()
        return self.tripped

    def feed_lines(self, lines: Iterable[bytes | str]) -> bool:
        """`feed` each of them; bytes without a line break are whole lines here."""
        for line in lines:
            self.feed(line if isinstance(line, str) or line.endswith(b"\n") else line + b"\n")
        return self.tripped

    def evaluate(self) -> Verdict:
        """Judge what is printed so far, whatever the schedule says."""
        return self._evaluated(growing=True)

    def finish(self) -> Verdict:
        """Judge what was fed as a finished print; nothing can be fed until `reset`."""
        self._reader.finish()
        self.finished = True
        return self._evaluated(growing=False)

    def accept(self) -> None:
        """An authorised person overrides: the parts seen so far do not trip again until `reset`."""
        self._accepted += tuple(part.bounds_mm for part in self.verdict.parts)
        self._confirmed, self.tripped = 0, False

    def _evaluated(self, *, growing: bool) -> Verdict:
        started_s = time.perf_counter()
        flags, layers = tuple(sorted(self._reader.flags)), self.layers
        solids = readings(self._material, growing=growing)
        plate = plate_of(solids, str(self._reader.kind), layers, flags, self.screen.size_px)
        blank = replace(unanswered("-", self.screen), format="gcode", sha256=self._digest.hexdigest())
        blank = replace(blank, decided_at=self.verdict.decided_at)
        self.judged = judge_plate(plate, blank, self.screen, growing=growing, vouched=self.vouched)
        self._trip(growing)
        elapsed_s = time.perf_counter() - started_s
        self.judged = Judged(replace(self.verdict, elapsed_s=elapsed_s), self.judged.parts)
        self.history.append(Evaluation(layers, self.fraction, self.verdict.score, self.verdict.finding, self.tripped))
        self._next_layer = layers + max(1, (self._total_layers or layers) // STEPS)
        self._looked_s, self._took_s = started_s, elapsed_s
        return self.verdict

    def _is_time(self) -> bool:
        """Whether evaluations would keep to their share of the time if one came now."""
        if self._cpu_share == 1.0:
            return True
        gap_s = 0.0 if self._confirmed else VOUCHED_GAP_S if self.vouched else GAP_S
        return time.perf_counter() - self._looked_s >= max(self._took_s / self._cpu_share, gap_s)

    @property
    def fraction(self) -> float | None:
        """Share of the job that was fed, in [0, 1]; None when its size is not known."""
        if self._total_layers:
            return min(1.0, self.layers / self._total_layers)
        return min(1.0, self.fed_bytes / self._total_bytes) if self._total_bytes else None

    def _trip(self, growing: bool) -> None:
        """Count evaluations in a row that show a weapon which nobody accepted."""
        fresh = [part for part in self.verdict.parts if part.finding is Finding.WEAPON and not self._is_accepted(part)]
        self._confirmed = self._confirmed + 1 if fresh else 0
        needed = int(self.screen.network.metadata.get("confirmations", 2)) if growing else 1
        if self.tripped or self._confirmed < needed:
            return
        self.tripped = True
        decided = DecidedAt(self.layers, self.fraction)
        self.judged = Judged(replace(self.verdict, decided_at=decided), self.judged.parts)

    def _is_accepted(self, part: PartVerdict) -> bool:
        """Whether the part stands where an accepted one stood; the plate counts as accepted as soon as anything is."""
        if part.name.startswith(PLATE):
            return bool(self._accepted)
        return any(_overlap(part.bounds_mm, bounds) for bounds in self._accepted)


def _overlap(a: Bounds, b: Bounds) -> bool:
    """Whether two boxes share floor on the bed."""
    return all(a[0][axis] < b[1][axis] and b[0][axis] < a[1][axis] for axis in (0, 1))
