"""The settings: safe defaults, migration, and a checked value object for the other parts (words: ``texts.py``)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Mapping

VERSION = 2

CHOICES = {
    "on_weapon": ("cancel", "ask", "warn"),
    "on_review": ("ask", "cancel", "warn"),
    "on_stream_weapon": ("cancel", "pause", "warn"),
    "on_changed_file": ("cancel", "pause", "warn"),
    "sd_policy": ("block", "warn", "allow"),
}
RANGES = {
    "hold_timeout_s": (5, 3600),
    "ask_timeout_s": (10, 86400),
    "judge_timeout_s": (5, 3600),
    "engine_grace_s": (5, 600),
    "keep_verdicts": (10, 100_000),
    "audit_max_bytes": (10_000, 1_000_000_000),
    "audit_keep_files": (1, 1000),
    "spool_max_bytes": (1_000_000, 4_000_000_000),
}


@dataclass(frozen=True)
class Options:
    """Every setting, checked. Field names are the names in OctoPrint's settings."""

    enforce: bool = True
    fail_closed: bool = True
    on_weapon: str = "cancel"
    on_review: str = "ask"
    on_stream_weapon: str = "cancel"
    on_changed_file: str = "cancel"
    sd_policy: str = "block"
    reject_known_uploads: bool = True
    judge_while_printing: bool = False
    hold_timeout_s: float = 300
    ask_timeout_s: float = 900
    judge_timeout_s: float = 240
    engine_grace_s: float = 60
    homing_commands: str = "G28 START_PRINT PRINT_START"
    worker_command: str = ""
    network_file: str = ""
    policy_file: str = ""
    update_repository: str = ""
    keep_verdicts: int = 2000
    audit_max_bytes: int = 5_000_000
    audit_keep_files: int = 20
    spool_max_bytes: int = 500_000_000

    @property
    def closed(self) -> bool:
        """Whether a missing answer stops a job."""
        return self.enforce and self.fail_closed

    def action(self, name: str) -> str:
        """The chosen action of one setting, ``warn`` (or ``allow``) when nothing is enforced."""
        if not self.enforce:
            return "warn"
        return str(getattr(self, name))

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        return {field.name: field.default for field in fields(cls)}

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Options:
        """Checked options; a value out of range or of the wrong kind falls back to its safe default."""
        return cls(**{field.name: _checked(field.name, values.get(field.name), field.default) for field in fields(cls)})


def _checked(name: str, value: Any, default: Any) -> Any:
    if value is None:
        return default
    if name in CHOICES:
        return value if value in CHOICES[name] else default
    if isinstance(default, bool):
        return value if isinstance(value, bool) else default
    if name in RANGES:
        low, high = RANGES[name]
        try:
            number = float(value)
        except (TypeError, ValueError):
            return default
        return type(default)(number) if low <= number <= high else default
    return str(value)


def migrate(values: Mapping[str, Any], version: int | None) -> dict[str, Any]:
    """Settings of an older version, as they are called now; keys without change are left out.

    Version 1 had ``mode`` (enforce, observe) and ``sd_prints`` (true allowed them).
    """
    changed: dict[str, Any] = {}
    if version is None or version < 2:
        if "mode" in values:
            changed["enforce"] = values["mode"] != "observe"
        if "sd_prints" in values:
            changed["sd_policy"] = "allow" if values["sd_prints"] else "block"
    return changed
