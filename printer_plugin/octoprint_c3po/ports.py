"""The guard's ports, filled with OctoPrint: its printer, its events, notifications and file list."""

from __future__ import annotations

import threading
import time
from typing import Any, Optional

from octoprint.events import Events, eventManager
from octoprint.filemanager import FileDestinations

from .jobs import JobFile

_STATUS_S = 0.3


class OctoPrinter:
    """The printer as the guard knows it; every cancel carries the plugin's name."""

    def __init__(self, plugin: Any):
        self._plugin = plugin
        self._tags = {"source:plugin", f"plugin:{plugin._identifier}"}

    @property
    def _printer(self) -> Any:
        return self._plugin._printer

    def set_on_hold(self, value: bool) -> object:
        return self._printer.set_job_on_hold(value)

    def cancel(self) -> None:
        self._printer.cancel_print(tags=set(self._tags))

    def pause(self) -> None:
        self._printer.pause_print(tags=set(self._tags))

    def resume(self) -> None:
        self._printer.resume_print(tags=set(self._tags))

    def connect(self, arguments: dict[str, Any]) -> None:
        self._printer.connect(**arguments)

    def disconnect(self) -> None:
        self._printer.disconnect()

    def state(self) -> str:
        return str(self._printer.get_state_id())

    def selected(self) -> Optional[JobFile]:
        job = self._printer.get_current_job() or {}
        file = job.get("file") or {}
        if not file.get("path"):
            return None
        name, on_card = str(file["path"]), file.get("origin") == FileDestinations.SDCARD
        path = "" if on_card else self._plugin._file_manager.path_on_disk(FileDestinations.LOCAL, name)
        return JobFile(name, path, on_card, str(job.get("user") or ""))


class OctoHost:
    """Tells browsers, other plugins and the file list."""

    def __init__(self, plugin: Any):
        self._plugin = plugin
        self._status_at = 0.0
        self._status_due = False

    def notify(self, kind: str, payload: dict[str, Any]) -> None:
        if kind == "status":
            # The tab reads the whole status by itself; pushing every evaluation would only fill the socket.
            if self._status_due:
                return
            wait_s = self._status_at + _STATUS_S - time.monotonic()
            if wait_s > 0:
                self._status_due = True
                timer = threading.Timer(wait_s, self._send_status)
                timer.daemon = True
                timer.start()
                return
            self._send_status()
        else:
            self._send(kind, payload)

    def _send_status(self) -> None:
        self._status_at, self._status_due = time.monotonic(), False
        self._send("status", {})

    def _send(self, kind: str, payload: dict[str, Any]) -> None:
        self._plugin._plugin_manager.send_plugin_message(
            self._plugin._identifier,
            {"type": kind, **payload},
            permissions=[self._plugin.permission("VIEW")],
        )

    def event(self, name: str, payload: dict[str, Any]) -> None:
        event = getattr(Events, f"PLUGIN_C3PO_{name.upper()}", None)
        if event is not None:
            eventManager().fire(event, payload)

    def mark(self, name: str, verdict: dict[str, Any]) -> None:
        shown = {key: verdict.get(key) for key in ("finding", "score", "label", "reasons", "sha256")}
        files, identifier = self._plugin._file_manager, self._plugin._identifier
        try:
            if (files.get_metadata(FileDestinations.LOCAL, name) or {}).get(identifier) == shown:
                return
            files.set_additional_metadata(FileDestinations.LOCAL, name, identifier, shown, overwrite=True)
        except Exception:  # the file is gone, or its storage is: only a picture in a list is lost
            self._plugin._logger.debug("C3PO: could not mark %s", name, exc_info=True)
            return
        self._send("marked", {})
