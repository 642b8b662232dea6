"""What the parts of the guard share: its fields and the steps they ask of each other. No behaviour."""

from __future__ import annotations

import logging
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

if TYPE_CHECKING:
    from .audit import AuditLog
    from .clock import Clock
    from .decision import Decision
    from .engine import Engine
    from .files import FileReader
    from .gate import Gate
    from .jobs import Host, Job, Printer
    from .judging import Judged, Judging
    from .options import Options
    from .stream import Stream
    from .transfers import Transfer
    from .verdicts import Key, VerdictStore

BUSY = frozenset({"STARTING", "PRINTING", "PAUSED", "PAUSING", "RESUMING", "FINISHING", "CANCELLING"})


class GuardState:
    options: Options
    folder: Path
    pictures: Path
    status: dict[str, Any]
    gate: Gate
    audit: AuditLog
    store: VerdictStore
    files: FileReader
    engine: Engine
    judging: Judging
    stream: Stream

    _printer: Printer
    _host: Host
    _logger: logging.Logger
    _clock: Clock
    _job: Optional[Job]
    _later: list[tuple[float, Callable[[], None]]]
    _marking: dict[str, dict[str, Any]]
    _wanted_connection: Optional[dict[str, Any]]
    _unhealthy_since: Optional[float]
    _stream_tripped: bool
    _stopped_key: Optional[Key]
    _scores: deque[dict[str, Any]]
    _messages: deque[dict[str, Any]]
    _last_evaluation: dict[str, Any]
    _pictured_at: float
    _transfer: Optional[Transfer]
    _transfers_begun: int
    _transfers_ended: int

    if TYPE_CHECKING:

        def post(self, function: Callable[..., object], *arguments: Any) -> None: ...

        def _decide(self, judged: Judged) -> Decision: ...

        def _release(self, job: Job, decision: Decision) -> None: ...

        def _cancel(self, job: Job, decision: Decision, latch: bool = False) -> None: ...

        def _cancel_running(self, latch: Optional[str]) -> None: ...

        def _mark(self, name: str, verdict: dict[str, Any]) -> None: ...

        def _unmarked(self, name: str) -> None: ...

        def _finish(self, job: Job, how: str) -> None: ...

        def _about(self, job: Job) -> dict[str, Any]: ...

        def _tell(self, kind: str, job: Optional[Job], reason: str, text: str) -> None: ...

        def _publish(self) -> None: ...

        def refused_card_upload(self, name: str, text: str) -> None: ...

        def _transfer_event(self) -> None: ...

        def _transfers_lost(self) -> None: ...

        def _make_status(self) -> dict[str, Any]: ...
