"""What people may ask of the guard: override, refuse, declare the bed clear. Runs on the control thread."""

from __future__ import annotations

from .decision import CANCEL, RELEASE, Decision
from .guard_state import GuardState
from .jobs import RUNNING, STOPPED

PICTURE_S = 3.0


class People(GuardState):
    """Part of the guard. Each command returns ``done`` or raises ``ValueError`` with a sentence for the person."""

    def override(self, user: str, reason: str, sha256: str = "") -> str:
        """Let what was stopped go on: a judged file by its digest, or without one the job or motion stopped now.

        The reason is written to the audit log first; without that nothing is allowed.
        """
        if len(reason.strip()) < 3:
            raise ValueError("override: expected a reason, got none; say why this is allowed")
        job = self._job
        key = self.judging.key(sha256) if sha256 else (job.key if job else self._stopped_key)
        if sha256 and (key is None or self.store.get(key) is None):
            raise ValueError(f"override: expected the digest of a judged file, got {sha256[:12]!r}")
        if not sha256 and self.gate.latched is None and (job is None or job.phase == RUNNING):
            raise ValueError("override: expected a held or stopped job, found none; nothing to do")
        if not self.audit.append("override", user=user, reason=reason, sha256=key.sha256 if key else None):
            raise ValueError(f"override: expected the audit log to be written, {self.audit.failed}; free some space")
        if key is not None:
            self.store.put_override(key, {"user": user, "reason": reason})
        self._host.event("override", {"user": user, "reason": reason, "sha256": key.sha256 if key else None})
        if not sha256 or key == (job.key if job else self._stopped_key):
            self._go_on(user, reason)
        self._publish()
        return "done"

    def _go_on(self, user: str, reason: str) -> None:
        """Accept the evidence seen so far, open the gate, release or resume the job in hand."""
        self.gate.new_job()
        if self._stream_tripped or self.gate.latched is not None:
            self.stream.accept()
            self._stream_tripped = False
        self.gate.unlatch()
        job = self._job
        if job is None:
            return
        job.overridden = True
        if job.held:
            self._release(job, Decision(RELEASE, "override", f"printed on the word of {user}: {reason}"))
        elif job.phase == STOPPED and self._printer.state() == "PAUSED":
            job.phase = RUNNING
            self._printer.resume()

    def refuse(self, user: str) -> str:
        """A person says no to the job that waits."""
        if self._job is None or self._job.phase == RUNNING:
            raise ValueError("refuse: expected a held or paused job, found none")
        self._cancel(self._job, Decision(CANCEL, "refused", f"refused by {user}"))
        return "done"

    def clear_bed(self, user: str) -> str:
        """A person says that the bed is empty: the monitor forgets, the gate opens."""
        if self._job is not None:
            raise ValueError("clear_bed: expected no job, one is in hand; cancel it first")
        self.audit.append("bed_cleared", user=user)
        self.stream.clear_bed()
        self._stream_tripped, self._last_evaluation = False, {}
        self._scores.clear()
        self.gate.unlatch()
        self._publish()
        return "done"

    def restart_engine(self, user: str) -> str:
        self.audit.append("engine_restarted", user=user)
        self.engine.stop()
        self._engine_changed()
        self.engine.start()
        return "done"

    def live_picture(self) -> str:
        """Ask for a fresh picture of the growing part, at most every few seconds."""
        now = self._clock()
        if now - self._pictured_at > PICTURE_S and self.engine.healthy:
            self._pictured_at = now
            self.engine.ask("picture", lambda message: None, path=str(self.pictures / "live.png"))
        return "done"
