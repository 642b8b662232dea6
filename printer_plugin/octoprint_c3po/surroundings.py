"""What happens around jobs: connections, the printer's card, uploads, the engine's health, OctoPrint's events."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from .decision import ASK, CANCEL, Decision, describe
from .guard_state import BUSY, GuardState
from .jobs import RUNNING
from .judging import Judged

UNGUARDED_S = 3.0
ENGINE_LATCH = "the engine is not healthy"


class Surroundings(GuardState):
    """Part of the guard."""

    def refuses_connection(self, arguments: dict[str, Any]) -> bool:
        """Whether OctoPrint must not connect now; it is connected by the guard once the engine is healthy."""
        if not self.options.closed or self.engine.healthy:
            return False
        self.post(self._remember_connection, dict(arguments))
        return True

    def allows_card_upload(self, disk_path: str) -> Future[tuple[bool, str]]:
        """Whether a file may be written to the printer's card; settled when its verdict is known."""
        answer: Future[tuple[bool, str]] = Future()

        def judged(judged: Judged) -> None:
            decision = self._decide(judged)
            answer.set_result((decision.action not in (CANCEL, ASK), decision.text))

        self.post(self.judging.judge, disk_path, judged, True)
        return answer

    def knows_weapon(self, sha256: str) -> bool:
        """Whether this content was judged to be a weapon, and nobody allowed it."""
        key = self.judging.key(sha256)
        return (self.store.get(key) or {}).get("finding") == "weapon" and self.store.override(key) is None

    def refused_upload(self, name: str) -> None:
        self.audit.append("upload_refused", file=name)
        self._tell("stopped", None, "known_weapon", f"C3PO refused the upload of {name}: judged to be a weapon before")

    def refused_card_upload(self, name: str, text: str) -> None:
        self.audit.append("card_upload_refused", file=name, text=text)
        self._tell("stopped", None, "card", f"C3PO did not send {name} to the printer's card: {text}")

    def hook_failed(self, name: str, problem: str) -> None:
        """A hook of ours failed: with ``fail_closed`` the job that may have slipped through is cancelled."""
        self.audit.append("hook_failed", hook=name, problem=problem)
        self._tell("stopped", self._job, "hook_failed", f"a hook of C3PO failed ({name}: {problem})")
        if self._printer.state() in BUSY:
            self._printer.cancel()

    def _printer_event(self, name: str, payload: dict[str, Any]) -> None:
        job = self._job
        if name == "PrintStarted":
            self._started(payload)
        elif name in ("TransferDone", "TransferFailed"):
            self._transfer_event()
        elif name == "Disconnected":
            self._transfers_lost()
            if job is not None:
                job.hold.forget()
                self._finish(job, name)
        elif job is not None and payload.get("path") == job.file.name:
            state = self._printer.state()
            if state not in BUSY or (job.held and state == "CANCELLING"):
                self._finish(job, name)
            elif not job.held and name != "PrintStarted":
                # OctoPrint says so before it is at rest; the next tick at rest ends the job.
                job.ending = name

    def _started(self, payload: dict[str, Any]) -> None:
        name = str(payload.get("path"))
        file = self._printer.selected()
        if file is not None and file.on_card:
            self._card_started(name)
            return

        def check() -> None:
            now = self._printer.selected()
            if now is None or now.on_card or self._job is not None or not self.options.enforce:
                return
            if self._printer.state() == "PRINTING":
                self.audit.append("unguarded", file=name)
                self._printer.cancel()
                self._tell("stopped", None, "unguarded", f"C3PO cancelled {name}: it started without being held")

        self._later.append((self._clock() + UNGUARDED_S, check))

    def _card_started(self, name: str) -> None:
        policy = self.options.action("sd_policy")
        self.audit.append("card_print", file=name, policy=policy)
        if policy == "block":
            self._printer.cancel()
            self._host.event("blocked", {"name": name, "reason": "card", "text": "prints from the card are blocked"})
            self._tell("stopped", None, "card", f"C3PO cancelled {name}: prints from the printer's card are blocked")
        elif policy == "warn":
            self._tell("warning", None, "card", f"{name} prints from the printer's card; its content cannot be seen")

    def _added(self, name: str, disk_path: str) -> None:
        def judged(judged: Judged) -> None:
            verdict = judged.verdict
            self._mark(name, verdict)
            self.audit.append("judged", file=name, finding=verdict.get("finding"), sha256=verdict.get("sha256"))
            self._host.event(
                "verdict", {"name": name, "finding": verdict.get("finding"), "score": verdict.get("score")}
            )
            # Of a file whose job waits for its verdict, the job's own notification tells more.
            if verdict.get("finding") != "clear" and (self._job is None or self._job.file.name != name):
                self._host.notify(
                    "verdict", {"name": name, "finding": verdict.get("finding"), "text": describe(verdict)}
                )
            self._publish()

        self._unmarked(name)
        self.judging.judge(disk_path, judged)

    def _engine_changed(self) -> None:
        if self.engine.healthy:
            self._unhealthy_since = None
            if self.gate.latched is not None and self.gate.latched.startswith(ENGINE_LATCH):
                self.gate.unlatch()
            self.audit.append("engine_ready", network=self.engine.network_digest, policy=self.engine.policy_version)
            self.judging.engine_changed()
            self.stream.poke()
            wanted, self._wanted_connection = self._wanted_connection, None
            if wanted is not None:
                self._printer.connect(wanted)
        else:
            if self._unhealthy_since is None:
                self._unhealthy_since = self._clock()
            if self.engine.failure != "stopped":
                self.audit.append("engine_failed", why=self.engine.failure)
                self._host.event("engine", {"healthy": False, "why": self.engine.failure})
        self._publish()

    def _check_engine(self, now: float) -> None:
        if self.engine.healthy or self._unhealthy_since is None:
            return
        if now - self._unhealthy_since < self.options.engine_grace_s:
            return
        job, why = self._job, f"{ENGINE_LATCH}: {self.engine.failure}"
        if self.options.closed:
            if self.gate.latched is None:
                self.gate.latch(why)
                self.audit.append("latched", reason=why)
            if job is not None and job.phase == RUNNING:
                self._cancel(job, Decision(CANCEL, "engine", why))
        elif job is not None and job.phase == RUNNING and job.text != why:
            job.text = why
            self._tell("warning", job, "engine", f"{job.file.name} prints unguarded: {self.engine.failure}")

    def _remember_connection(self, arguments: dict[str, Any]) -> None:
        self._wanted_connection = arguments
        self._tell(
            "warning", None, "connection", f"C3PO connects the printer once its engine runs ({self.engine.failure})"
        )
        if self.engine.healthy:
            self._engine_changed()
        else:
            self.engine.start()
