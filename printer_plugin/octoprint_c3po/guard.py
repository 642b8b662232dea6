"""The guard: one control thread that decides about jobs and is the only caller of the printer.

OctoPrint's hooks (``job_starting``, ``sending``, ``refuses_connection``) return at once; everything else is
posted to the control thread, so its state needs no locks.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import queue
import threading
import time
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillWorking
from pathlib import Path
from typing import Any, Callable, Container, Optional

from .audit import AuditLog
from .bed import BedModel
from .clock import Clock
from .decision import ASK, CANCEL, WARN, Decision, decide_start, decide_without_verdict
from .engine import Engine
from .files import FileReader, stamp
from .gate import Gate
from .guard_state import BUSY
from .hold import Hold
from .jobs import ASKING, JUDGING, RUNNING, STOPPED, FileId, Host, Job, Printer
from .judging import Judged, Judging
from .marks import Marks
from .monitoring import Monitoring
from .options import Options
from .people import People
from .spool import Spool
from .stream import Stream
from .surroundings import Surroundings
from .telling import Telling
from .transfers import Transfer, Transfers
from .verdicts import Key, VerdictStore
from .worker import Worker, worker_command

TICK_S = 0.25
# Ticks in which OctoPrint is at rest although a job is in hand: its end was missed.
GONE_TICKS = 8
KEEP_SCORES = 2000
KEEP_MESSAGES = 20


class Guard(People, Monitoring, Surroundings, Transfers, Marks, Telling):
    """See the module. ``folder`` keeps verdicts, commitments, pictures and the audit log."""

    def __init__(
        self,
        printer: Printer,
        host: Host,
        options: Options,
        folder: Path,
        logger: logging.Logger,
        clock: Optional[Clock] = None,
        start_worker: Optional[Callable[..., Worker]] = None,
    ):
        self.options, self.folder, self.gate = options, Path(folder), Gate()
        self._printer, self._host, self._logger = printer, host, logger
        self._clock = clock = clock or Clock()
        self._inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._ids = itertools.count(1)
        self._job: Optional[Job] = None
        self._transfer: Optional[Transfer] = None
        self._transfers_begun = self._transfers_ended = 0
        self._later: list[tuple[float, Callable[[], None]]] = []
        self._marking: dict[str, dict[str, Any]] = {}
        self._wanted_connection: Optional[dict[str, Any]] = None
        self._unhealthy_since: Optional[float] = clock()
        self._stopping = False
        self._stream_tripped = False
        self._stopped_key: Optional[Key] = None
        self._scores: deque[dict[str, Any]] = deque(maxlen=KEEP_SCORES)
        self._messages: deque[dict[str, Any]] = deque(maxlen=KEEP_MESSAGES)
        self._last_evaluation: dict[str, Any] = {}
        self._pictured_at = 0.0
        self.pictures = self.folder / "pictures"
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.audit = AuditLog(self.folder, options.audit_max_bytes, options.audit_keep_files)
        self.store = VerdictStore(self.folder / "verdicts.json", options.keep_verdicts)
        self.files = FileReader(self.folder / "commitments", options.hold_timeout_s)
        command = worker_command(options.worker_command, options.network_file, options.policy_file)
        self.engine = Engine(
            start_worker or (lambda on_message, on_exit: Worker(command, on_message, on_exit)),
            self.post,
            clock,
            options.judge_timeout_s,
            self._engine_changed,
            self._evaluated,
        )
        self.judging = Judging(self.engine, self.files, self.store, self.post, self.pictures)
        self.stream = Stream(
            Spool(self.folder / "stream.spool", options.spool_max_bytes),
            BedModel(options.homing_commands),
            lambda: self.engine.worker if self.engine.healthy else None,
            lambda job, line: self.post(self._diverged, job, line),
            lambda why: self.post(self._evidence_lost, why),
        )
        self._thread = threading.Thread(target=self._run, name="c3po-control", daemon=True)
        self.gate.stop_job = printer.cancel
        self.status = self._make_status()
        self._apply_options()

    # Any thread

    def start(self) -> None:
        self.files.start()
        self.stream.start()
        self._thread.start()
        self.post(self.engine.start)

    def stop(self) -> None:
        """End all threads and the worker; a job still held is cancelled and released first."""
        with contextlib.suppress(StillWorking):
            self.call(self._close)
        self._thread.join(timeout=5)
        self.stream.stop()
        self.files.stop()

    def post(self, function: Callable[..., object], *arguments: Any) -> None:
        """Run on the control thread, soon."""
        self._inbox.put((function, arguments, None))

    def call(self, function: Callable[..., Any], *arguments: Any, timeout_s: float = 10.0) -> Any:
        """Run on the control thread and wait for what it returns or raises."""
        future: Future[Any] = Future()
        self._inbox.put((function, arguments, future))
        return future.result(timeout_s)

    def job_starting(self, opened: Optional[FileId] = None) -> None:
        """OctoPrint is about to send a job's first line (its thread): hold the job, decide later."""
        hold = Hold(self._printer.set_on_hold)
        self.gate.new_job()
        self.post(self._starting, hold, opened)

    def sending(self, line: str, tags: Container[str]) -> bool:
        """Whether a line may be sent (OctoPrint's sending thread); one that may is taken down for the monitor."""
        gate = self.gate
        if not ((gate.open and line[:1] in "Gg") or gate.passes(line, tags)):
            return False
        self.stream.sent(line, "source:file" in tags)
        return True

    def file_added(self, name: str, disk_path: str) -> None:
        self.post(self._added, name, disk_path)

    def printer_event(self, name: str, payload: dict[str, Any]) -> None:
        self.post(self._printer_event, name, payload or {})

    def change_options(self, options: Options) -> None:
        self.post(self._change_options, options)

    # Control thread

    def _run(self) -> None:
        ticked = self._clock()
        while not self._stopping:
            since, watching = self._clock(), self._watching()
            function, arguments, future = self._next(ticked + TICK_S - since if watching else None)
            if watching:
                self._clock.waited(since, TICK_S)
            if function == self._tick:
                ticked = self._clock()
            try:
                value = function(*arguments)
                if future is not None:
                    future.set_result(value)
            except Exception as problem:
                if future is not None:
                    future.set_exception(problem)
                else:
                    self._broken(problem)

    def _next(self, wait_s: Optional[float]) -> Any:
        """What to do: a posted call, or a tick once it is due, however many calls are waiting."""
        if wait_s is None or wait_s > 0:
            with contextlib.suppress(queue.Empty):
                return self._inbox.get(timeout=wait_s)
        return self._tick, (), None

    def _watching(self) -> bool:
        return bool(self._job or self._later or self.engine.busy or not self.engine.healthy)

    def _broken(self, problem: Exception) -> None:
        """A bug of ours: fail closed, never leave a job held."""
        self._logger.exception("C3PO: the guard failed")
        self.audit.append("guard_failed", problem=f"{type(problem).__name__}: {problem}")
        holds = [held.hold for held in (self._job, self._transfer) if held is not None]
        self._job = self._transfer = None
        try:
            if holds and self.options.closed:
                self._printer.cancel()
        finally:
            for hold in holds:
                hold.release()

    def _tick(self) -> None:
        now = self._clock()
        due = [function for at, function in self._later if at <= now]
        self._later = [(at, function) for at, function in self._later if at > now]
        for function in due:
            function()
        self.engine.tick(watched=self._job is not None)
        self._check_engine(now)
        if self._job is not None:
            self._check_job(self._job, now)

    def _check_job(self, job: Job, now: float) -> None:
        if job.held and now > job.deadline:
            if job.phase == ASKING:
                self._cancel(job, Decision(CANCEL, "no_answer", "nobody answered in time"))
            else:
                why = self.engine.failure or "no verdict in time"
                self._act(job, decide_without_verdict("timeout", f"no verdict in time ({why})", self.options))
            return
        state = self._printer.state()
        if job.held and state == "CANCELLING":
            # Somebody else cancelled; OctoPrint gets no further while the job is held.
            self._finish(job, "PrintCancelled")
            return
        job.misses = 0 if state in BUSY else job.misses + 1
        if job.misses > (0 if job.ending or job.phase == STOPPED else GONE_TICKS):
            self._finish(job, job.ending or "gone")

    def _starting(self, hold: Hold, opened: Optional[FileId]) -> None:
        file = self._printer.selected()
        if self._job is not None:
            self._finish(self._job, "replaced")
        if file is None or file.on_card:
            hold.release()
            return
        now = self._clock()
        wait_s = self.options.hold_timeout_s
        if not self.engine.healthy:
            wait_s = min(wait_s, self.options.engine_grace_s)
            self.engine.start()
        job = self._job = Job(next(self._ids), file, hold, now, now + wait_s, opened)
        self.audit.append("held", file=file.name, user=file.user)
        if self.gate.latched is not None:
            self._act(job, Decision(CANCEL if self.options.enforce else WARN, "latched", self.gate.latched))
            return
        self._host.event("held", {"name": file.name})
        self.judging.judge(file.disk_path, lambda judged: self._job_judged(job, judged), urgent=True)
        self._publish()

    def _job_judged(self, job: Job, judged: Judged) -> None:
        if job is not self._job or job.phase != JUDGING:
            return
        job.verdict, job.commitment, job.key = judged.verdict, judged.commitment, judged.key
        self._mark(job.file.name, judged.verdict)
        code = (judged.verdict.get("error") or {}).get("code")
        if code in ("timeout", "engine_died"):
            text = str(judged.verdict["error"]["message"])
            decision = decide_without_verdict(code, text, self.options)
        else:
            decision = self._decide(judged)
        job.overridden = judged.key is not None and self.store.override(judged.key) is not None
        self._act(job, decision)

    def _decide(self, judged: Judged) -> Decision:
        override = self.store.override(judged.key) if judged.key is not None else None
        return decide_start(judged.verdict, override, self.options)

    def _act(self, job: Job, decision: Decision) -> None:
        if decision.action == CANCEL:
            self._cancel(job, decision)
        elif decision.action == ASK:
            job.phase, job.text = ASKING, decision.text
            job.deadline = self._clock() + self.options.ask_timeout_s
            self.audit.append("asked", **self._about(job), reason=decision.reason)
            self._tell("ask", job, decision.reason, f"{job.file.name} waits for your decision: {decision.text}")
        else:
            if decision.action == WARN:
                self._tell("warning", job, decision.reason, f"{job.file.name} prints, but: {decision.text}")
            self._release(job, decision)

    def _release(self, job: Job, decision: Decision) -> None:
        """Let a held job print, if it still is the job and the file that were judged."""
        try:
            if not job.file.is_file_of(self._printer.selected()) or (job.replaced and self.options.enforce):
                text = "another file was selected, or put in its place, while the job was held"
                self._cancel(job, Decision(CANCEL, "replaced", text))
                return
            self.audit.append("released", **self._about(job), reason=decision.reason, text=decision.text)
            job.phase, job.text, job.stamp = RUNNING, decision.text, stamp(job.file.disk_path)
            self._last_evaluation = {}
            self._scores.clear()
            size = job.commitment.size_bytes if job.commitment else None
            self.stream.begin_job(job.id, job.commitment, size, job.verdict.get("finding") == "clear")
        except Exception:
            self._printer.cancel()
            raise
        finally:
            job.hold.release()
        self._publish()

    def _cancel(self, job: Job, decision: Decision, latch: bool = False) -> None:
        """Stop a job, held or running; the hold is given back whatever happens."""
        was_held, job.phase, job.text, self._stopped_key = job.held, STOPPED, decision.text, job.key
        decided_at = time.time()
        try:
            if was_held:
                self._printer.cancel()
            else:
                self._cancel_running(decision.text if latch else None)
        finally:
            job.hold.release()
        self.audit.append("cancelled", **self._about(job), reason=decision.reason, text=decision.text, at=decided_at)
        name = "blocked" if was_held else "tripped"
        self._host.event(name, {"name": job.file.name, "reason": decision.reason, "text": decision.text})
        self._tell("stopped", job, decision.reason, f"C3PO cancelled {job.file.name}: {decision.text}")

    def _finish(self, job: Job, how: str) -> None:
        job.hold.release()
        self.stream.end_job(finished=how == "PrintDone")
        self.audit.append("ended", **self._about(job), how=how)
        self._job = None
        self.engine.hold_background = False
        self._publish()

    def _change_options(self, options: Options) -> None:
        commands = ("worker_command", "network_file", "policy_file")
        restart = any(getattr(options, name) != getattr(self.options, name) for name in commands)
        changed = {
            name: getattr(options, name)
            for name in Options.defaults()
            if getattr(options, name) != getattr(self.options, name)
        }
        self.options = options
        self.audit.append("settings", changed=changed)
        self._apply_options()
        if restart:
            command = worker_command(options.worker_command, options.network_file, options.policy_file)
            self.engine.use(lambda on_message, on_exit: Worker(command, on_message, on_exit))
            self._engine_changed()
        self._publish()

    def _apply_options(self) -> None:
        self.gate.block_sd = self.options.action("sd_policy") == "block"

    def _close(self) -> None:
        self._stopping = True
        if self._job is not None and self._job.held:
            self._cancel(self._job, Decision(CANCEL, "shutdown", "the plugin is shutting down"))
        self.engine.stop()
