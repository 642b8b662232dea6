"""Files on their way to the printer's own card: held at their first command, judged, then sent or called off.

While OctoPrint streams to the card it asks no hook about the lines, and version 2.0 no longer asks whether to stream at
all. But the command that opens the file on the card (M28) passes the ``sending`` hook, and a hold taken there keeps
every line of the file back. So the content is judged before any of it leaves, on both versions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .decision import ASK, CANCEL, Decision, decide_without_verdict
from .guard_state import GuardState
from .hold import Hold
from .judging import Judged

STARTS = "trigger:comm.start_file_transfer"
RETRY_S = 0.25
# A printer that never opened its file: the transfer is stuck in OctoPrint, the hold must not be.
GIVE_UP = 240


@dataclass
class Transfer:
    """The ``number``-th file sent to the card: ``path`` on disk, ``name`` on the card."""

    path: str
    name: str
    hold: Hold
    number: int
    refused: bool = False
    calls: int = 0


class Transfers(GuardState):
    """Part of the guard."""

    def transfer_starting(self, path: str, name: str) -> None:
        """OctoPrint is about to open a file on the card (its thread): hold it, decide later."""
        self._transfers_begun += 1
        if self.options.action("sd_policy") == "block":
            transfer = Transfer(path, name, Hold(self._printer.set_on_hold), self._transfers_begun)
            self.post(self._transfer_held, transfer)

    def _transfer_event(self) -> None:
        """OctoPrint says, late, that a transfer was done, failed or called off: one such event for each begun."""
        self._transfers_ended += 1
        if self._transfer is not None and self._transfers_ended >= self._transfer.number:
            self._transfer_over()

    def _transfers_lost(self) -> None:
        """The connection is gone, and what was held with it."""
        self._transfers_ended = self._transfers_begun
        if self._transfer is not None:
            self._transfer.hold.forget()
            self._transfer = None

    def _transfer_held(self, transfer: Transfer) -> None:
        if self._transfer is not None:
            self._transfer_over()
        self._transfer = transfer
        self.audit.append("card_upload_held", file=transfer.name)
        self._later.append((self._clock() + self.options.hold_timeout_s, lambda: self._transfer_late(transfer)))
        self.judging.judge(transfer.path, lambda judged: self._transfer_judged(transfer, judged), urgent=True)

    def _transfer_judged(self, transfer: Transfer, judged: Judged) -> None:
        self._transfer_decided(transfer, self._decide(judged))

    def _transfer_late(self, transfer: Transfer) -> None:
        self._transfer_decided(transfer, decide_without_verdict("timeout", "no verdict in time", self.options))

    def _transfer_decided(self, transfer: Transfer, decision: Decision) -> None:
        if transfer is not self._transfer or transfer.refused:
            return
        if decision.action in (CANCEL, ASK):
            transfer.refused = True
            self.refused_card_upload(transfer.name, decision.text)
            self._call_off(transfer)
        else:
            self.audit.append("card_upload_released", file=transfer.name, reason=decision.reason, text=decision.text)
            self._transfer_over()

    def _call_off(self, transfer: Transfer) -> None:
        """Cancel until OctoPrint says that it is over; before the printer opened the file, a cancel does nothing."""
        if transfer is not self._transfer:
            return
        transfer.calls += 1
        if transfer.calls > GIVE_UP:
            self._transfer_over()
            return
        self._printer.cancel()
        self._later.append((self._clock() + RETRY_S, lambda: self._call_off(transfer)))

    def _transfer_over(self) -> None:
        transfer, self._transfer = self._transfer, None
        if transfer is not None:
            transfer.hold.release()
            if transfer.refused:
                self.audit.append("card_upload_called_off", file=transfer.name)


def transfer_of(comm: Any) -> tuple[str, str]:
    """Path on disk and name on the card of what OctoPrint's comm layer is about to send; empty when it is not known."""
    file = getattr(comm, "_currentFile", None)
    name = getattr(file, "remote_name", None) or getattr(file, "getRemoteFilename", str)()
    return str(getattr(file, "getFilename", str)() or ""), str(name or "?").lstrip("/")
