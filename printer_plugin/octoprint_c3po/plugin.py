"""The plugin as OctoPrint sees it: mixins, settings, API; all deciding is the guard's."""

from __future__ import annotations

import os
import re
from concurrent.futures import TimeoutError as StillWorking
from pathlib import Path
from typing import Any

import flask
import octoprint.plugin
from octoprint.access import ADMIN_GROUP, USER_GROUP
from octoprint.access.permissions import Permissions
from octoprint.events import Events

from .declarations import EVENTS, permissions, update_information
from .guard import Guard
from .hooks import Hooks
from .options import CHOICES, RANGES, VERSION, Options, migrate
from .ports import OctoHost, OctoPrinter
from .texts import HELP, SECTIONS, TITLES

_PICTURE = re.compile(r"[A-Za-z0-9-]{1,40}\.png")
_FOLLOWED = frozenset(
    {"PrintStarted", "PrintDone", "PrintFailed", "PrintCancelled", "TransferDone", "TransferFailed", "Disconnected"}
)
_ADMIN = ("worker_command", "network_file", "policy_file", "update_repository")


class C3poPlugin(
    Hooks,
    octoprint.plugin.StartupPlugin,
    octoprint.plugin.ShutdownPlugin,
    octoprint.plugin.SettingsPlugin,
    octoprint.plugin.TemplatePlugin,
    octoprint.plugin.AssetPlugin,
    octoprint.plugin.EventHandlerPlugin,
    octoprint.plugin.SimpleApiPlugin,
    octoprint.plugin.WizardPlugin,
):
    # Start and stop

    def initialize(self) -> None:
        """Before anything connects: the guard runs from here on."""
        self.guard = Guard(
            OctoPrinter(self), OctoHost(self), self._options(), Path(self.get_plugin_data_folder()), self._logger
        )
        self.guard.start()

    def on_shutdown(self) -> None:
        guard, self.guard = self.guard, None
        if guard is not None:
            guard.stop()

    def on_plugin_disabled(self) -> None:
        self.on_shutdown()

    def _options(self) -> Options:
        return Options.read({name: self._settings.get([name]) for name in Options.defaults()})

    def permission(self, key: str) -> Any:
        return getattr(Permissions, f"PLUGIN_C3PO_{key}")

    # Events

    def on_event(self, event: str, payload: Any) -> None:
        guard = self.guard
        if guard is None:
            return
        if event in _FOLLOWED:
            guard.printer_event(event, payload)
        elif event == Events.FILE_ADDED and payload.get("storage") == "local" and _judged(payload.get("type")):
            guard.file_added(payload["path"], self._file_manager.path_on_disk("local", payload["path"]))

    # Settings

    def get_settings_version(self) -> int:
        return VERSION

    def get_settings_defaults(self) -> dict[str, Any]:
        return Options.defaults()

    def get_settings_restricted_paths(self) -> dict[str, Any]:
        return {"admin": [[name] for name in _ADMIN]}

    def on_settings_migrate(self, target: int, current: Any) -> None:
        old = {name: self._settings.get([name]) for name in ("mode", "sd_prints")}
        for name, value in migrate({key: value for key, value in old.items() if value is not None}, current).items():
            self._settings.set([name], value)
        for name in old:
            self._settings.remove([name])

    def on_settings_save(self, data: dict[str, Any]) -> Any:
        """Save what was sent. Which program runs is for administrators: the permission for settings is less."""
        if flask.has_request_context() and not Permissions.ADMIN.can():
            data = {name: value for name, value in data.items() if name not in _ADMIN}
        saved = octoprint.plugin.SettingsPlugin.on_settings_save(self, data)
        if self.guard is not None:
            self.guard.change_options(self._options())
        return saved

    # Pages

    def is_template_autoescaped(self) -> bool:
        return True

    def get_template_configs(self) -> list[dict[str, Any]]:
        return [
            {"type": "navbar", "custom_bindings": True},
            {"type": "tab", "name": "C3PO", "custom_bindings": True},
            {"type": "settings", "name": "C3PO", "custom_bindings": False},
            {"type": "wizard", "name": "C3PO", "custom_bindings": True},
        ]

    def get_template_vars(self) -> dict[str, Any]:
        texts = {"help": HELP, "titles": TITLES, "sections": SECTIONS}
        return {**texts, "choices": CHOICES, "ranges": RANGES, "defaults": Options.defaults()}

    def get_assets(self) -> dict[str, list[str]]:
        return {"js": ["js/c3po.js"], "css": ["css/c3po.css"]}

    def is_wizard_required(self) -> bool:
        """OctoPrint shows each version of the wizard once."""
        return True

    def get_wizard_version(self) -> int:
        return 1

    def on_wizard_finish(self, handled: bool) -> None:
        if self.guard is not None:
            self.guard.change_options(self._options())

    # API

    def is_api_protected(self) -> bool:
        return True

    def is_api_adminonly(self) -> bool:
        return False

    def get_api_commands(self) -> dict[str, list[str]]:
        return {
            "override": ["reason"],
            "refuse": [],
            "clear_bed": [],
            "restart_engine": [],
            "live_picture": [],
        }

    def on_api_command(self, command: str, data: dict[str, Any]) -> Any:
        wanted = "VIEW" if command == "live_picture" else "OVERRIDE"
        if command == "refuse":
            if not (Permissions.PRINT.can() or self.permission("OVERRIDE").can()):
                flask.abort(403)
        elif not self.permission(wanted).can():
            flask.abort(403)
        guard = self.guard
        if guard is None:
            return flask.abort(503)
        user = _user()
        calls = {
            "override": lambda: guard.override(user, str(data.get("reason", ""))[:500], str(data.get("sha256", ""))),
            "refuse": lambda: guard.refuse(user),
            "clear_bed": lambda: guard.clear_bed(user),
            "restart_engine": lambda: guard.restart_engine(user),
            "live_picture": guard.live_picture,
        }
        try:
            return flask.jsonify({"result": guard.call(calls[command])})
        except StillWorking:
            return flask.make_response(flask.jsonify({"error": "the guard is busy; try again"}), 503)
        except ValueError as problem:
            return flask.make_response(flask.jsonify({"error": str(problem)}), 409)

    def on_api_get(self, request: Any) -> Any:
        if not self.permission("VIEW").can():
            flask.abort(403)
        guard = self.guard
        if guard is None:
            return flask.abort(503)
        if "picture" in request.args:
            return self._picture(guard, request.args["picture"])
        if "audit" in request.args:
            return self._audit(guard)
        recent = [verdict for _, verdict in guard.store.recent(30)]
        overridden = [key.sha256 for key, _ in guard.store.recent(30) if guard.store.override(key)]
        may = {"override": self.permission("OVERRIDE").can()}
        return flask.jsonify({**guard.status, "recent": recent, "overridden": overridden, "may": may})

    def _picture(self, guard: Guard, name: str) -> Any:
        if not _PICTURE.fullmatch(name) or not (guard.pictures / name).is_file():
            return flask.abort(404)
        response = flask.make_response((guard.pictures / name).read_bytes())
        response.headers["Content-Type"] = "image/png"
        response.headers["Cache-Control"] = "no-store"
        return response

    def _audit(self, guard: Guard) -> Any:
        if not self.permission("OVERRIDE").can():
            flask.abort(403)
        files = guard.audit.files()

        def lines() -> Any:
            for path in files:
                with open(path, "rb") as stream:
                    yield from iter(lambda: stream.read(1 << 16), b"")

        response = flask.Response(lines(), mimetype="application/x-ndjson")
        response.headers["Content-Disposition"] = "attachment; filename=c3po-audit.jsonl"
        return response

    # Declarations

    def declare_permissions(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        return permissions(ADMIN_GROUP, USER_GROUP)

    def declare_events(self, *args: Any, **kwargs: Any) -> list[str]:
        return list(EVENTS)

    def declare_updates(self) -> dict[str, Any]:
        return update_information(self._plugin_version, self._options().update_repository)

    def bundle_files(self, *args: Any, **kwargs: Any) -> dict[str, str]:
        return {"c3po-audit.jsonl": os.path.join(self.get_plugin_data_folder(), "audit.jsonl")}


def _judged(kinds: Any) -> bool:
    """Whether a file of these kinds (OctoPrint's type path) can be printed or sliced."""
    return bool(set(kinds or ()) & {"machinecode", "model"})


def _user() -> str:
    import flask_login

    return str(getattr(flask_login.current_user, "get_name", lambda: "?")())


def hooks_of(plugin: C3poPlugin) -> dict[str, Any]:
    """Every hook; the gate is asked last, after plugins that rewrite lines."""
    return {
        "octoprint.comm.protocol.scripts": (plugin.hook_scripts, 1),
        "octoprint.comm.protocol.gcode.sending": (plugin.hook_sending, 1_000_000),
        "octoprint.printer.handle_connect": plugin.hook_connect,
        "octoprint.printer.sdcardupload": (plugin.hook_card_upload, 1),
        "octoprint.filemanager.preprocessor": plugin.hook_preprocessor,
        "octoprint.access.permissions": plugin.declare_permissions,
        "octoprint.events.register_custom_events": plugin.declare_events,
        "octoprint.plugin.softwareupdate.check_config": plugin.declare_updates,
        "octoprint.systeminfo.additional_bundle_files": plugin.bundle_files,
    }
