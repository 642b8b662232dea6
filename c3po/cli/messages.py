"""What ``c3po watch`` writes: JSON Lines for programs, a line per evaluation for people (docs/watch.md)."""

import json
import sys
import threading
from typing import Any

from c3po.verdict.monitor import Monitor

Said = dict[str, Any]
"""A control line."""


class Messages:
    """Standard output, one whole message at a time from any thread."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._writing = threading.Lock()

    def write(self, kind: str, **content: Any) -> None:
        """One message, flushed."""
        line = json.dumps({"c3po": kind, **content}) if self.as_json else _for_people(kind, content)
        if line:
            with self._writing:
                sys.stdout.write(line + "\n")
                sys.stdout.flush()

    def answer(self, said: Said, kind: str, **content: Any) -> None:
        """One message with the ``id`` of the control line that it answers, if it had one."""
        self.write(kind, **({"id": said["id"]} if "id" in said else {}), **content)

    def failed(self, said: Said, problem: Exception) -> None:
        """The ``error`` that answers a control line."""
        if isinstance(problem, OSError):
            code, message = "file", unusable(problem)
        else:
            code, message = getattr(problem, "code", "internal"), str(problem) or type(problem).__name__
        self.answer(said, "error", error={"code": code, "message": " ".join(message.split())})

    def report(self, said: Said, kind: str, monitor: Monitor, stream: int) -> None:
        """The last evaluation of a monitor as ``evaluation`` or ``final``."""
        last = monitor.history[-1]
        self.answer(
            said,
            kind,
            stream=stream,
            layer=last.layer,
            fraction=last.fraction,
            score=round(last.score, 6),
            finding=str(last.finding),
            tripped=monitor.tripped,
            lines=monitor.fed_lines,
            verdict=monitor.verdict.to_json(),
        )


def unusable(problem: OSError) -> str:
    """The line for a path that the system does not let us use."""
    where = f"{problem.filename}: " if problem.filename else ""
    return f"{where}expected a usable path, found: {problem.strerror or problem}; try another"


def _for_people(kind: str, content: dict[str, Any]) -> str:
    if kind not in ("evaluation", "final"):
        return ""
    fraction = content["fraction"]
    share = "" if fraction is None else f" ({100 * fraction:3.0f} %)"
    tripped = "  STOP" if content["tripped"] else ""
    label = content["verdict"]["label"] or "-"
    when = "finished" if kind == "final" else f"layer {content['layer']:>4}{share}"
    return f"{when:<18} {content['finding']:<7} {content['score']:.3f}  {label}{tripped}"
