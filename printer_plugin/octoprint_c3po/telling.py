"""What the guard says: audit details, notifications that stay, the status for the tab."""

from __future__ import annotations

import os
import time
from typing import Any, Optional

from .guard_state import GuardState
from .jobs import Job


class Telling(GuardState):
    """Part of the guard."""

    def _about(self, job: Job) -> dict[str, Any]:
        verdict = job.verdict
        return {
            "file": job.file.name,
            "user": job.file.user,
            "sha256": job.commitment.sha256 if job.commitment else None,
            "finding": verdict.get("finding"),
            "score": verdict.get("score"),
        }

    def _tell(self, kind: str, job: Optional[Job], reason: str, text: str) -> None:
        """A notification that stays until a person closes it, and a line of the tab for who was not there."""
        self._logger.warning("C3PO: %s", text)
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self._messages.append({"at": at, "kind": kind, "reason": reason, "text": text})
        self._host.notify(
            "message", {"kind": kind, "reason": reason, "text": text, "name": job.file.name if job else None}
        )
        self._publish()

    def _publish(self) -> None:
        """Make the status for the tab; threads read it whole."""
        job = self._job
        self.engine.hold_background = job is not None and not job.held and not self.options.judge_while_printing
        self.status = self._make_status()
        self._host.notify("status", self.status)

    def _make_status(self) -> dict[str, Any]:
        job = self._job
        return {
            "engine": {
                "healthy": self.engine.healthy,
                "failure": self.engine.failure,
                "network": self.engine.ready.get("network"),
                "policy": self.engine.policy_version,
                "thresholds": self.engine.ready.get("thresholds") or {},
            },
            "enforce": self.options.enforce,
            "latched": self.gate.latched,
            "judging": self.judging.open,
            "evaluation": self._last_evaluation,
            "scores": list(self._scores)[-200:],
            "job": None if job is None else self._job_status(job),
            "messages": list(self._messages),
            "audit_failed": self.audit.failed,
        }

    def _job_status(self, job: Job) -> dict[str, Any]:
        return {
            "name": job.file.name,
            "phase": job.phase,
            "text": job.text,
            "verdict": job.verdict,
            "waited_s": round(self._clock() - job.started_at, 1),
            "limit_s": round(job.deadline - job.started_at, 1),
            "picture": os.path.basename(str(job.verdict.get("picture") or "")),
        }
