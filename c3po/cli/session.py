"""One run of ``c3po watch``: splits the input into G-code and control lines, writes the messages (docs/watch.md)."""

import hmac
import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from c3po.containers import members
from c3po.errors import C3poError
from c3po.verdict.early import PIECE_BYTES, pieces
from c3po.verdict.monitor import CPU_SHARE, Monitor
from c3po.verdict.reading import TOOLPATHS
from c3po.verdict.screen import Screen
from c3po.verdict.verdict import Finding

PROTOCOL = 1
CONTROL = b'{"c3po":'
READ_BYTES = 1 << 16
MAX_CONTROL_BYTES = 1 << 16


class ControlError(C3poError):
    """A control line asks for something that cannot be done."""

    code = "control"


class Session:
    """A Monitor, a thread that judges files, and the one lock that keeps messages whole.

    Parameters
    ----------
    screen : Screen
    key : str
        What control lines must carry; empty turns control off, every line is G-code.
    as_json : bool
        Messages as JSON Lines; otherwise a line for a person per evaluation.
    cpu_share : float in (0, 1]
        The share of the time that evaluations of the stream may take.
    """

    def __init__(self, screen: Screen, *, key: str = "", as_json: bool = True, cpu_share: float = CPU_SHARE) -> None:
        self.screen, self.key, self.as_json = screen, key, as_json
        self.monitor = Monitor(screen, cpu_share=cpu_share)
        self.resets = 0
        self._seen = 0
        self._writing = threading.Lock()
        self._requests: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._judge_thread: threading.Thread | None = None
        self._quit = False

    def run_stream(self, descriptor: int) -> int:
        """Read a descriptor to its end; the exit code."""
        self._ready()
        pending = b""
        while not self._quit and (read := os.read(descriptor, READ_BYTES)):
            pending = self._taken(pending + read)
        if pending and not self._quit:
            self._line(pending)
        return self._ended()

    def run_file(self, path: Path) -> int:
        """Replay the first job of a file; the exit code.

        Raises
        ------
        C3poError
            The file cannot be read or holds no G-code.
        """
        jobs = [member for member in members(path) if member.format in TOOLPATHS]
        if not jobs:
            raise ControlError(f"{path}: expected G-code to watch, found a mesh; use c3po classify {path}")
        self._ready()
        self.monitor = Monitor(self.screen, total_bytes=path.stat().st_size, cpu_share=1.0)
        for piece in pieces(jobs[0]):
            self._fed(piece)
        return self._ended()

    # -- input -----------------------------------------------------------------------------------------------------

    def _taken(self, text: bytes) -> bytes:
        """Handle all whole lines; what is left of the last one."""
        end = text.rfind(b"\n") + 1
        whole, rest = text[:end], text[end:]
        if not self.key or CONTROL not in whole:
            if whole:
                self._fed(whole)
            if not self.key or len(rest) > MAX_CONTROL_BYTES:
                if rest:
                    self._fed(rest)
                return b""
            return rest
        for line in whole.splitlines(keepends=True):
            if self._quit:
                break
            self._line(line)
        return rest

    def _line(self, line: bytes) -> None:
        control = self._control(line) if self.key and line.startswith(CONTROL) else None
        if control is None:
            self._fed(line)
        else:
            self._done(control)

    def _control(self, line: bytes) -> dict[str, Any] | None:
        """The control line, or None when it is none of ours: no JSON, or the wrong key."""
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            return None
        given = said.get("key") if isinstance(said, dict) else None
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), self.key.encode()):
            return None
        return dict(said)

    def _fed(self, text: bytes) -> None:
        if self.monitor.finished:
            self._renew(None)
        for start in range(0, len(text), PIECE_BYTES):
            self.monitor.feed(text[start : start + PIECE_BYTES])
            if len(self.monitor.history) > self._seen:
                self._report("evaluation")

    # -- control ---------------------------------------------------------------------------------------------------

    def _done(self, control: dict[str, Any]) -> None:
        commands: dict[str, Callable[[dict[str, Any]], None]] = {
            "ping": lambda said: self._answer(said, "pong"),
            "reset": self._reset,
            "accept": self._accept,
            "evaluate": self._evaluate,
            "end": self._end,
            "judge": self._judge_later,
            "picture": self._picture,
            "quit": self._stop,
        }
        command = commands.get(str(control.get("c3po")))
        if command is None:
            known = ", ".join(commands)
            problem = ControlError(f"control line: expected one of {known}, got {control.get('c3po')!r}")
            return self._failed(control, problem)
        try:
            command(control)
        except (C3poError, OSError) as problem:
            self._failed(control, problem)

    def _reset(self, said: dict[str, Any]) -> None:
        total_bytes = said.get("total_bytes")
        if total_bytes is not None and (not isinstance(total_bytes, int) or total_bytes < 0):
            raise ControlError(f"reset: expected total_bytes as a count of bytes, got {total_bytes!r}")
        self._renew(total_bytes or None)
        self._answer(said, "done", did="reset")

    def _renew(self, total_bytes: int | None) -> None:
        self.monitor.reset(total_bytes=total_bytes)
        self.resets, self._seen = self.resets + 1, 0

    def _accept(self, said: dict[str, Any]) -> None:
        self.monitor.accept()
        self._answer(said, "done", did="accept")

    def _evaluate(self, said: dict[str, Any]) -> None:
        self.monitor.evaluate()
        self._report("evaluation", said)

    def _end(self, said: dict[str, Any]) -> None:
        self.monitor.finish()
        self._report("final", said)

    def _stop(self, said: dict[str, Any]) -> None:
        self._quit = True

    def _picture(self, said: dict[str, Any]) -> None:
        from c3po.cli.files import written_whole
        from c3po.verdict.picture import explaining_picture

        path = _path(said, "path")
        with written_whole(path) as partial:
            explaining_picture([self.monitor.judged], self.screen, regions=False).save(partial, format="PNG")
        self._answer(said, "done", did="picture")

    def _judge_later(self, said: dict[str, Any]) -> None:
        _path(said, "path")
        if self._judge_thread is None:
            self._judge_thread = threading.Thread(target=self._judge_all, name="c3po-judge", daemon=True)
            self._judge_thread.start()
        self._requests.put(said)

    def _judge_all(self) -> None:
        while (said := self._requests.get()) is not None:
            try:
                self._answer(said, "verdict", verdict=self._judged(said))
            except BrokenPipeError:
                return
            except Exception as problem:
                self._failed(said, problem)

    def _judged(self, said: dict[str, Any]) -> dict[str, Any]:
        from c3po.cli.files import written_whole
        from c3po.cli.workers import judge_safely
        from c3po.verdict.picture import explaining_picture

        judged = judge_safely(_path(said, "path"), self.screen, early=said.get("early") is True, evidence=True)
        if said.get("explain"):
            with written_whole(_path(said, "explain")) as partial:
                explaining_picture([judged], self.screen).save(partial, format="PNG")
        return judged.verdict.to_json()

    # -- output ----------------------------------------------------------------------------------------------------

    def _ready(self) -> None:
        from c3po import __version__

        network = {"name": self.screen.network.name, "digest": self.screen.network.digest}
        self._write("ready", protocol=PROTOCOL, version=__version__, network=network, policy=self.screen.policy.stamp)

    def _ended(self) -> int:
        if self._judge_thread is not None:
            self._requests.put(None)
            self._judge_thread.join()
        if not self.monitor.finished:
            self.monitor.finish()
            self._report("final")
        verdict = self.monitor.verdict
        if self.monitor.tripped:
            return 1
        return {Finding.CLEAR: 0, Finding.WEAPON: 1, Finding.REVIEW: 3}[verdict.finding]

    def _report(self, kind: str, said: dict[str, Any] | None = None) -> None:
        monitor, verdict = self.monitor, self.monitor.verdict
        last = monitor.history[-1]
        self._seen = len(monitor.history)
        self._answer(
            said or {},
            kind,
            stream=self.resets,
            layer=last.layer,
            fraction=last.fraction,
            score=round(last.score, 6),
            finding=str(last.finding),
            tripped=monitor.tripped,
            lines=monitor.fed_lines,
            verdict=verdict.to_json(),
        )

    def _failed(self, said: dict[str, Any], problem: Exception) -> None:
        message = " ".join(str(problem).split()) or type(problem).__name__
        self._answer(said, "error", error={"code": getattr(problem, "code", "internal"), "message": message})

    def _answer(self, said: dict[str, Any], kind: str, **content: Any) -> None:
        self._write(kind, **({"id": said["id"]} if "id" in said else {}), **content)

    def _write(self, kind: str, **content: Any) -> None:
        line = json.dumps({"c3po": kind, **content}) if self.as_json else _for_people(kind, content)
        if line:
            with self._writing:
                sys.stdout.write(line + "\n")
                sys.stdout.flush()


def _for_people(kind: str, content: dict[str, Any]) -> str:
    if kind not in ("evaluation", "final"):
        return ""
    fraction = content["fraction"]
    share = "" if fraction is None else f" ({100 * fraction:3.0f} %)"
    tripped = "  STOP" if content["tripped"] else ""
    label = content["verdict"]["label"] or "-"
    when = "finished" if kind == "final" else f"layer {content['layer']:>4}{share}"
    return f"{when:<18} {content['finding']:<7} {content['score']:.3f}  {label}{tripped}"


def _path(said: dict[str, Any], key: str) -> Path:
    value = said.get(key)
    if not isinstance(value, str) or not value or "\0" in value:
        raise ControlError(f"{said.get('c3po')}: expected {key} as the path of a file, got {value!r}")
    return Path(value)
