"""The lines that really reached the printer, on their way to the worker's monitor.

OctoPrint's sending thread only appends to a deque. One thread takes them in portions, compares the job's lines with its
commitment, keeps the bed model's record and feeds the worker. It looks every ``PAUSE_S`` while lines come, less often
while a cleared job prints: to be woken by each would cost OctoPrint's threads, which share one interpreter with it,
more than the lines do.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from itertools import groupby
from typing import Any, Callable, Optional, Tuple

from .bed import BedModel
from .commitment import Commitment, Follower, geometry_lines
from .spool import Spool
from .worker import Worker

PAUSE_S = 0.1
VOUCHED_PAUSE_S = 0.3  # once SETTLED_LINES of a cleared job were those of its file
SETTLED_LINES = 1000
PORTION_LINES = 2000
FULL_BYTES = 4 << 20
BACKLOG_LINES = 2_000_000
FOREIGN_LINES = 200  # extrusions by scripts, macros and plugins while a cleared file prints: a purge line, not a part


class Foreign(str):
    """A line that is sent but is not the job's: a script's, a macro's, another plugin's."""


class Stream:
    """Feeds the monitor.

    ``worker()`` returns the healthy worker or None. ``on_diverged(job, line)`` and ``on_lost(why)`` are called from
    the stream's thread.

    Guarantees
    ----------
    - Lines reach the worker in the order they were sent; a new worker first gets the record since the bed was clear.
    - ``sent`` does no input or output and takes no lock that others hold for long.
    - The thread sleeps when nothing is sent, and is woken by the next line.
    """

    def __init__(
        self,
        spool: Spool,
        bed: BedModel,
        worker: Callable[[], Optional[Worker]],
        on_diverged: Callable[[Any, int], None],
        on_lost: Callable[[str], None],
    ):
        self._spool, self._bed, self._worker = spool, bed, worker
        self._on_diverged, self._on_lost = on_diverged, on_lost
        self._items: deque[Any] = deque()
        self._wake = threading.Event()
        self._asleep = False
        self._stopping = False
        self._fed: Optional[Worker] = None
        self._follower: Optional[Follower] = None
        self._vouched = False
        self._foreign = self._followed = 0
        self._job: Any = None
        self._total_bytes: Optional[int] = None
        self._reported_loss: Optional[str] = None
        self.lines = 0
        self._thread = threading.Thread(target=self._run, name="c3po-stream", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()
        self._thread.join(timeout=5)
        self._spool.close()

    def sent(self, line: str, from_file: bool) -> None:
        """One line that is sent now (OctoPrint's sending thread)."""
        self._items.append(line if from_file else Foreign(line))
        if self._asleep:
            self._wake.set()

    def begin_job(
        self, job: Any, commitment: Optional[Commitment], total_bytes: Optional[int], cleared: bool = False
    ) -> None:
        """A job starts; ``cleared``: its file was judged whole and is clear, so half of it proves little."""
        self._call(self._begin, job, commitment, total_bytes, cleared)

    def end_job(self, finished: bool) -> None:
        self._call(self._end, finished)

    def accept(self) -> None:
        """An authorised override: what was seen so far does not trip again."""
        self._call(self._control, {"command": "accept"})

    def clear_bed(self) -> None:
        self._call(self._forget)

    def poke(self) -> None:
        """A new worker is ready: bring it up to date."""
        self._call(self._catch_up)

    def drained(self, timeout_s: float = 5.0) -> bool:
        """Wait until everything appended so far was handled (for tests and shutdown)."""
        done = threading.Event()
        self._call(done.set)
        return done.wait(timeout_s)

    def _call(self, function: Callable[..., object], *arguments: Any) -> None:
        self._items.append((function, arguments))
        if self._asleep:
            self._wake.set()

    def _run(self) -> None:
        while not self._stopping:
            if not self._items:
                self._sleep()
            try:
                while self._items and not self._stopping:
                    self._portion()
            except Exception as problem:  # the monitor must never die silently: the policy decides
                self._on_lost(f"{type(problem).__name__}: {problem}")
            time.sleep(VOUCHED_PAUSE_S if self._vouched and self._followed >= SETTLED_LINES else PAUSE_S)

    def _sleep(self) -> None:
        """Until there is something to do. Who appends looks at ``_asleep`` afterwards, so nothing is missed."""
        self._wake.clear()
        self._asleep = True
        if not self._items and not self._stopping:
            self._wake.wait()
        self._asleep = False

    def _portion(self) -> None:
        if len(self._items) > BACKLOG_LINES:
            self._items.clear()
            self._spool.lost = "the worker is too slow for the stream"
        items = [self._items.popleft() for _ in range(min(len(self._items), PORTION_LINES))]
        # Runs of lines of the job (str), of others (Foreign), and of calls with their arguments (tuple).
        for kind, run in groupby(items, key=type):
            if kind is tuple:
                for function, arguments in run:
                    function(*arguments)
            else:
                self._take(list(run), of_job=kind is not Foreign)

    def _take(self, lines: list[str], of_job: bool) -> None:
        """Hand the lines over; forget what was before one that says that the bed is clear."""
        first = 0
        if self._bed.may_clear or self._bed.names_homing("\n".join(lines)):
            for number, line in enumerate(lines):
                restarts = self._bed.restarts(line)
                if restarts or self._bed.clears(line):
                    self._hand_over(lines[first:number], of_job)
                    if restarts:
                        self._control({"command": "homed"})
                    else:
                        self._forget()
                    first = number
        self._hand_over(lines[first:], of_job)

    def _hand_over(self, lines: list[str], of_job: bool) -> None:
        if not lines:
            return
        self.lines += len(lines)
        text = "\n".join(lines)
        if "\r" in text or text.count("\n") >= len(lines):
            text = "\n".join(line.replace("\n", " ").replace("\r", " ") for line in lines)
        if of_job:
            self._followed += len(lines)
            self._follow(text)
        elif self._vouched:
            self._foreign += sum("E" in line.upper() for line in geometry_lines(text))
            if self._foreign > FOREIGN_LINES:
                self._vouch(False)
        data = (text + "\n").encode("utf-8", "replace")
        self._spool.append(data)
        worker, replayed = self._catch_up()
        if worker is not None and not replayed:
            worker.feed(data)
            self._wait_for_room(worker)

    def _catch_up(self) -> Tuple[Optional[Worker], bool]:
        """The worker, and whether it just got the whole record (being new)."""
        worker = self._worker()
        if worker is None or worker is self._fed:
            return worker, False
        self._fed = worker
        self._send_reset(worker)
        if self._spool.lost is None:
            for piece in self._spool.replay():
                if isinstance(piece, bytes):
                    worker.feed(piece)
                    self._wait_for_room(worker)
                else:
                    worker.send(**piece)
        if self._spool.lost is not None and self._spool.lost != self._reported_loss:
            self._reported_loss = self._spool.lost
            self._on_lost(f"what was printed before is lost to the monitor: {self._spool.lost}")
        return worker, self._spool.lost is None

    def _wait_for_room(self, worker: Worker) -> None:
        while worker.pending_bytes > FULL_BYTES and worker is self._worker() and not self._stopping:
            time.sleep(0.05)

    def _control(self, control: dict[str, Any]) -> None:
        self._spool.mark(control)
        worker = self._worker()
        if worker is not None and worker is self._fed:
            worker.send(**control)

    def _forget(self) -> None:
        self._spool.clear()
        self._reported_loss = None
        worker = self._worker()
        if worker is not None:
            self._fed = worker
            self._send_reset(worker)
        if self._vouched:
            self._control({"command": "vouch", "value": True})

    def _vouch(self, vouched: bool) -> None:
        """Tell the worker whether what follows is a cleared file, as long as it is that and nothing else."""
        if vouched != self._vouched:
            self._vouched = vouched
            self._control({"command": "vouch", "value": vouched})

    def _send_reset(self, worker: Worker) -> None:
        worker.send("reset", **({"total_bytes": self._total_bytes} if self._total_bytes else {}))

    def _begin(self, job: Any, commitment: Optional[Commitment], total_bytes: Optional[int], cleared: bool) -> None:
        self._job, self._total_bytes, self._foreign, self._followed = job, total_bytes, 0, 0
        self._vouch(cleared and commitment is not None)
        self._follower = Follower(commitment) if commitment is not None else None
        self._bed.job_started()

    def _end(self, finished: bool) -> None:
        self._vouch(False)
        follower, self._follower = self._follower, None
        if finished and follower is not None and follower.diverged_at is None and not follower.finish():
            self._on_diverged(self._job, follower.diverged_at or 0)

    def _follow(self, text: str) -> None:
        follower = self._follower
        if follower is not None and follower.diverged_at is None and not follower.sent(text):
            self._vouch(False)
            self._on_diverged(self._job, follower.diverged_at or 0)
