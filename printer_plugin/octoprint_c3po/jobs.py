"""One print job as the guard follows it, and the ports through which the guard acts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional, Protocol, Tuple

from .commitment import Commitment
from .hold import Hold
from .verdicts import Key

FileId = Tuple[int, int]
JUDGING, ASKING, RUNNING, STOPPED = "judging", "asking", "running", "stopped"


class JobFile(NamedTuple):
    """What OctoPrint has selected, and who did: name in its storage, path on disk ("" on the printer's card)."""

    name: str
    disk_path: str
    on_card: bool
    user: str

    def is_file_of(self, other: Optional[JobFile]) -> bool:
        """Whether both are the same file, whoever selected it."""
        return other is not None and self[:3] == other[:3]


def file_id(found: os.stat_result) -> FileId:
    """Device and inode: what a file is, whatever name it stands under."""
    return found.st_dev, found.st_ino


@dataclass
class Job:
    """A job from its start to its end; ``phase`` is judging, asking, running or stopped.

    ``opened`` is the file that OctoPrint reads from, which need not be the one that stands under the name by now;
    ``stamp`` is what the disk said of it at its release.
    """

    id: int
    file: JobFile
    hold: Hold
    started_at: float
    deadline: float
    opened: Optional[FileId] = None
    stamp: Tuple[int, ...] = ()
    phase: str = JUDGING
    text: str = "waiting for its verdict"
    verdict: dict[str, Any] = field(default_factory=dict)
    key: Optional[Key] = None
    commitment: Optional[Commitment] = None
    overridden: bool = False
    diverged: bool = False
    misses: int = 0
    ending: str = ""

    @property
    def held(self) -> bool:
        return self.phase in (JUDGING, ASKING)

    @property
    def replaced(self) -> bool:
        """Whether another file than the one that is open stands under the job's name."""
        if self.opened is None:
            return False
        try:
            return file_id(os.stat(self.file.disk_path)) != self.opened
        except OSError:
            return True


class Printer(Protocol):
    """The few things the guard asks of OctoPrint's printer."""

    def set_on_hold(self, value: bool) -> object: ...

    def cancel(self) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def connect(self, arguments: dict[str, Any]) -> None: ...

    def disconnect(self) -> None: ...

    def state(self) -> str:
        """OctoPrint's state id: OPERATIONAL, STARTING, PRINTING, PAUSED, CANCELLING, ..."""
        ...

    def selected(self) -> Optional[JobFile]: ...


class Host(Protocol):
    """How the guard tells people and OctoPrint."""

    def notify(self, kind: str, payload: dict[str, Any]) -> None: ...

    def event(self, name: str, payload: dict[str, Any]) -> None: ...

    def mark(self, name: str, verdict: dict[str, Any]) -> None:
        """Show a verdict in the file list, unless it is there."""
        ...
