"""OctoPrint's hooks. OctoPrint lets a line or file pass when a hook fails, so each body catches and fails closed."""

from __future__ import annotations

import os
from concurrent.futures import TimeoutError as StillJudging
from typing import Any, Optional

from octoprint.filemanager.storage import StorageError

from .commands import moves
from .commitment import file_sha256
from .guard import Guard
from .jobs import FileId, file_id
from .transfers import STARTS, transfer_of

CARD_WAIT_S = 5.0


class Hooks:
    """Mixin: thin ways from OctoPrint's threads to the guard."""

    guard: Optional[Guard] = None
    _logger: Any
    _identifier: str
    _hook_failures = 0

    def hook_scripts(self, comm: Any, script_type: str, script_name: str, *args: Any, **kwargs: Any) -> None:
        if script_type != "gcode" or script_name != "beforePrintStarted" or self.guard is None:
            return None
        try:
            self.guard.job_starting(opened_file(comm))
        except Exception as problem:
            self._hook_failed("scripts", problem)
        return None

    def hook_sending(
        self, comm: Any, phase: str, cmd: str, cmd_type: Any, gcode: Any, subcode: Any = None, tags: Any = None,
        *args: Any, **kwargs: Any,
    ) -> Any:  # fmt: skip
        """The one hook that every line passes, just before it is sent: refuse it, or take it down for the monitor.

        OctoPrint spends some microseconds on every hook of every line whatever the hook does, so one does the work of
        three. A line that the printer asks for again passes once.
        """
        guard = self.guard
        if guard is None:
            return None
        try:
            if gcode == "M28" and tags and STARTS in tags:
                # The command that opens a file on the card: from here on OctoPrint streams without asking.
                guard.transfer_starting(*transfer_of(comm))
                return None
            if guard.sending(cmd, tags or ()):
                return None
        except Exception as problem:
            self._hook_failed("sending", problem)
            if not guard.options.closed or not moves(cmd):
                return None
            if tags and "source:file" in tags:
                guard.gate.stop_job()
        return (None,)

    def hook_connect(self, printer: Any, *args: Any, **kwargs: Any) -> bool:
        try:
            return self.guard is not None and self.guard.refuses_connection(kwargs)
        except Exception as problem:
            self._hook_failed("connect", problem)
            return True

    def hook_card_upload(
        self,
        printer: Any,
        filename: str,
        path: str,
        started: Any,
        succeeded: Any,
        failed: Any,
        *args: Any,
        **kwargs: Any,
    ) -> Optional[str]:
        """Refuse (a name without streaming) unless the file is cleared. OctoPrint 1.11 asks here, 2.0 does not.

        A file still being judged is let on: it waits at its first command (``hook_sending``), unless another plugin
        might send it by its own means.
        """
        guard = self.guard
        if guard is None or guard.options.action("sd_policy") != "block":
            return None
        text = "it is being judged; send it again in a moment"
        try:
            allowed, text = guard.allows_card_upload(path).result(CARD_WAIT_S)
            if allowed:
                return None
        except StillJudging:
            if len(getattr(printer, "sd_card_upload_hooks", ())) == 1:
                return None
        except Exception as problem:
            text = f"it could not be judged: {problem}"
        guard.post(guard.refused_card_upload, filename, text)
        remote = os.path.basename(filename)
        failed(filename, remote, 0)
        return remote

    def hook_preprocessor(self, path: str, file_object: Any, *args: Any, **kwargs: Any) -> Any:
        """Refuse an upload already known as a weapon. Its size decides whether its digest is worth computing."""
        guard = self.guard
        try:
            if guard is None or not guard.options.enforce or not guard.options.reject_known_uploads:
                return file_object
            source = getattr(file_object, "path", None)
            if not source or os.path.getsize(source) not in guard.store.blocked_sizes():
                return file_object
            if guard.knows_weapon(file_sha256(source)):
                guard.post(guard.refused_upload, path)
                return Refused(file_object)
        except Exception as problem:
            # The file is judged again before it prints; refusing here is only the earlier answer.
            self._hook_failed("preprocessor", problem)
        return file_object

    def _hook_failed(self, name: str, problem: Exception) -> None:
        guard = self.guard
        self._hook_failures += 1
        if self._hook_failures <= 5:
            self._logger.exception("C3PO: hook %s failed", name)
        if guard is not None and guard.options.closed:
            guard.gate.latch(f"the hook {name} failed: {problem}")
            guard.post(guard.hook_failed, name, str(problem))


def opened_file(comm: Any) -> Optional[FileId]:
    """Which file OctoPrint has open for the job; None when it does not say."""
    handle = getattr(getattr(comm, "_currentFile", None), "_handle", None)
    try:
        return file_id(os.fstat(handle.fileno()))  # type: ignore[union-attr]
    except (AttributeError, OSError, ValueError):
        return None


class Refused:
    """An upload whose saving says no; OctoPrint turns that into an error for whoever uploads."""

    def __init__(self, file_object: Any):
        self._file_object = file_object
        self.filename = getattr(file_object, "filename", None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file_object, name)

    def save(self, path: str, *args: Any, **kwargs: Any) -> None:
        text = "C3PO refused this file, since its content was judged to be a weapon"
        raise StorageError(text, code=StorageError.UNKNOWN, cause=Exception(text))
