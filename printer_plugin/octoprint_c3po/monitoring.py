"""What the guard does about the stream: a weapon grows, lines differ, evidence is lost. Runs on the control thread."""

from __future__ import annotations

import threading
import time
from typing import Any, Optional

from .decision import CANCEL, PAUSE, WARN, Decision, describe
from .files import stamp
from .guard_state import GuardState
from .jobs import RUNNING, STOPPED, Job

CLAIM_S = 0.05


class Monitoring(GuardState):
    """Part of the guard."""

    def _evaluated(self, message: dict[str, Any]) -> None:
        score = {name: message.get(name) for name in ("layer", "fraction", "score", "finding", "lines")}
        self._last_evaluation = {**score, "tripped": bool(message.get("tripped"))}
        job = self._job
        self._scores.append(score)
        if message.get("tripped") and not self._stream_tripped:
            self._trip(job, message)
        self._publish()

    def _trip(self, job: Optional[Job], message: dict[str, Any]) -> None:
        verdict = message.get("verdict") or {}
        text = f"the part on the bed is judged to be a weapon at layer {message.get('layer')}{describe(verdict)}"
        if job is not None and job.phase == RUNNING and job.overridden and not job.diverged and not job.ending:
            self.audit.append("override_covers", **self._about(job), layer=message.get("layer"))
            self.stream.accept()
            return
        self._stream_tripped = True
        tripped_at = time.time()
        action = self.options.action("on_stream_weapon")
        running = job is not None and job.phase == RUNNING
        if action == CANCEL and running:
            self._cancel(job, Decision(CANCEL, "stream_weapon", text), latch=True)  # type: ignore[arg-type]
        elif action == PAUSE and running:
            self._pause(job, Decision(PAUSE, "stream_weapon", text))  # type: ignore[arg-type]
        elif action == WARN:
            self.stream.accept()
            self._stream_tripped = False
            self.audit.append("warned", reason="stream_weapon", text=text)
            self._tell("warning", job, "stream_weapon", text)
        else:
            self.gate.latch(text)
            self.audit.append("latched", reason="stream_weapon", text=text)
            self._host.event("tripped", {"name": None, "reason": "stream_weapon", "text": text})
            self._tell("stopped", job, "stream_weapon", f"C3PO stopped all motion: {text}")
        self.audit.append(
            "tripped", layer=message.get("layer"), score=message.get("score"), action=action, at=tripped_at
        )
        picture = f"trip-{int(tripped_at)}.png"
        self.engine.ask("picture", lambda answer: self._pictured(picture), path=str(self.pictures / picture))

    def _pictured(self, name: str) -> None:
        self._host.notify("picture", {"picture": name})
        self._last_evaluation["picture"] = name
        self._publish()

    def _pause(self, job: Job, decision: Decision) -> None:
        job.phase, job.text = STOPPED, decision.text
        self._printer.pause()
        self.audit.append("paused", **self._about(job), reason=decision.reason, text=decision.text)
        # Resumed without an override, its next line cancels it.
        self._later.append((self._clock() + 0.5, lambda: self._arm(job)))
        self._host.event("tripped", {"name": job.file.name, "reason": decision.reason, "text": decision.text})
        self._tell("ask", job, decision.reason, f"C3PO paused {job.file.name}: {decision.text}")

    def _arm(self, job: Job) -> None:
        if job is self._job and job.phase == STOPPED:
            self.gate.request_cancel(self._printer.cancel)

    def _cancel_running(self, latch: Optional[str]) -> None:
        """Cancel in the comm thread at the job's next line, or here when none comes at once."""

        def cancel() -> None:
            self._printer.cancel()
            # Only now: the job's own lines must end by the cancel, not by being swallowed one by one.
            if latch is not None:
                self.gate.latch(latch)

        if self._printer.state() != "PRINTING":
            cancel()
            return
        claimed = threading.Event()

        def claim() -> None:
            try:
                cancel()
            finally:
                claimed.set()

        self.gate.request_cancel(claim)
        if not claimed.wait(CLAIM_S):
            pending = self.gate.claim_cancel()
            if pending is not None:
                pending()
            else:
                claimed.wait(5)

    def _diverged(self, job_id: int, line: int) -> None:
        job = self._job
        if job is None or job.id != job_id or job.diverged:
            return
        job.diverged = True
        self.audit.append("lines_differ", **self._about(job), motion_line=line)
        self.files.request(
            job.file.disk_path,
            lambda made, why: self.post(self._compared, job, made.sha256 if made else why, line),
            True,
        )

    def _compared(self, job: Job, found: str, line: int) -> None:
        """The file as it is now was read again: swapped, or are its lines rewritten by another plugin?"""
        # A file that was changed and put back has its old content but not its old times.
        touched = stamp(job.file.disk_path) != job.stamp
        swapped = touched or (job.commitment is not None and found != job.commitment.sha256)
        text = f"the file was changed after it was judged (noticed at motion line {line})"
        if not swapped:
            text = f"another plugin changes the lines of the job (noticed at motion line {line}); the monitor goes on"
        action = self.options.action("on_changed_file") if swapped else WARN
        if job is not self._job or job.phase != RUNNING or action == WARN:
            self.audit.append(
                "warned", **self._about(job), reason="changed_file" if swapped else "rewritten", text=text
            )
            self._tell("warning", job, "changed_file" if swapped else "rewritten", f"{job.file.name}: {text}")
        elif action == PAUSE:
            self._pause(job, Decision(PAUSE, "changed_file", text))
        else:
            self._cancel(job, Decision(CANCEL, "changed_file", text))

    def _evidence_lost(self, why: str) -> None:
        self.audit.append("evidence_lost", why=why)
        if self._job is not None and self._job.phase == RUNNING and self.options.closed:
            self._cancel(self._job, Decision(CANCEL, "evidence_lost", why))
        else:
            self._tell("warning", self._job, "evidence_lost", why)
