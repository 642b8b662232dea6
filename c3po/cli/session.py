"""One run of ``c3po watch``: splits the input into G-code and control lines and does what they say (docs/watch.md)."""

import hmac
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from c3po.cli.messages import Messages, Said
from c3po.cli.requests import ControlError, Requests, path_in
from c3po.containers import members
from c3po.verdict.early import PIECE_BYTES, pieces
from c3po.verdict.monitor import CPU_SHARE
from c3po.verdict.prints import Prints
from c3po.verdict.reading import TOOLPATHS
from c3po.verdict.screen import Screen
from c3po.verdict.verdict import Finding

PROTOCOL = 1
CONTROL = b'{"c3po":'
READ_BYTES = 1 << 16
MAX_CONTROL_BYTES = 1 << 16


class Session:
    """Prints for the stream, Requests for the files, and the control lines that drive both.

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
        self.screen, self.key = screen, key
        self.messages = Messages(as_json=as_json)
        self.requests = Requests(screen, self.messages)
        self.prints = Prints(screen, cpu_share=cpu_share)
        self.resets = 0
        self._seen = 0
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
        self.prints = Prints(self.screen, cpu_share=1.0)
        self.prints.reset(total_bytes=path.stat().st_size)
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

    def _control(self, line: bytes) -> Said | None:
        """The control line, or None when it is none of ours: no JSON, or the wrong key."""
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            return None
        given = said.get("key") if isinstance(said, dict) else None
        if not isinstance(given, str) or not hmac.compare_digest(_bytes(given), _bytes(self.key)):
            return None
        return dict(said)

    def _fed(self, text: bytes) -> None:
        if self.prints.whole.finished:
            self._renew(None)
        self.prints.learn(text)
        for start in range(0, len(text), PIECE_BYTES):
            self.prints.feed(text[start : start + PIECE_BYTES])
            if self.prints.looks > self._seen:
                self._report("evaluation")

    # -- control ---------------------------------------------------------------------------------------------------

    def _done(self, control: Said) -> None:
        commands: dict[str, Callable[[Said], None]] = {
            "ping": lambda said: self.messages.answer(said, "pong"),
            "reset": self._reset,
            "homed": self._homed,
            "accept": self._accept,
            "vouch": self._vouch,
            "evaluate": self._evaluate,
            "end": self._end,
            "judge": self.requests.ask,
            "picture": self._picture,
            "quit": self._stop,
        }
        command = commands.get(str(control.get("c3po")))
        if command is None:
            known = ", ".join(commands)
            problem = ControlError(f"control line: expected one of {known}, got {control.get('c3po')!r}")
            return self.messages.failed(control, problem)
        try:
            command(control)
        except Exception as problem:  # whatever a control line does, the stream goes on being watched
            self.messages.failed(control, problem)

    def _reset(self, said: Said) -> None:
        total_bytes = said.get("total_bytes")
        if total_bytes is not None and (not isinstance(total_bytes, int) or total_bytes < 0):
            raise ControlError(f"reset: expected total_bytes as a count of bytes, got {total_bytes!r}")
        self._renew(total_bytes or None)
        self.messages.answer(said, "done", did="reset")

    def _renew(self, total_bytes: int | None) -> None:
        self.prints.reset(total_bytes=total_bytes)
        self.resets, self._seen = self.resets + 1, 0

    def _homed(self, said: Said) -> None:
        self.prints.homed()
        self._seen = self.prints.looks
        self.messages.answer(said, "done", did="homed")

    def _accept(self, said: Said) -> None:
        self.prints.accept()
        self.messages.answer(said, "done", did="accept")

    def _vouch(self, said: Said) -> None:
        value = said.get("value", True)
        if not isinstance(value, bool):
            raise ControlError(f"vouch: expected value as true or false, got {value!r}")
        self.prints.vouch(value)
        self.messages.answer(said, "done", did="vouch")

    def _evaluate(self, said: Said) -> None:
        self.prints.evaluate()
        self._report("evaluation", said)

    def _end(self, said: Said) -> None:
        self.prints.finish()
        self._report("final", said)

    def _stop(self, said: Said) -> None:
        self._quit = True

    def _picture(self, said: Said) -> None:
        from c3po.cli.files import written_whole
        from c3po.verdict.picture import explaining_picture

        path = path_in(said, "path")
        judged = self.prints.gravest.judged
        named = replace(judged, verdict=replace(judged.verdict, path="on the bed"))
        with written_whole(path) as partial:
            explaining_picture([named], self.screen, regions=False).save(partial, format="PNG")
        self.messages.answer(said, "done", did="picture")

    # -- ends ------------------------------------------------------------------------------------------------------

    def _ready(self) -> None:
        from c3po import __version__

        network = {"name": self.screen.network.name, "digest": self.screen.network.digest}
        marks = {name: getattr(self.screen.thresholds, name) for name in ("review", "weapon", "growing", "vouched")}
        about = {"network": network, "policy": self.screen.policy.stamp, "thresholds": marks}
        self.messages.write("ready", protocol=PROTOCOL, version=__version__, **about)

    def _ended(self) -> int:
        self.requests.finish()
        if not self.prints.whole.finished:
            self.prints.finish()
            self._report("final")
        gravest = self.prints.gravest
        if gravest.tripped:
            return 1
        return {Finding.CLEAR: 0, Finding.WEAPON: 1, Finding.REVIEW: 3}[gravest.verdict.finding]

    def _report(self, kind: str, said: Said | None = None) -> None:
        self._seen = self.prints.looks
        self.messages.report(said or {}, kind, self.prints.gravest, self.resets)


def _bytes(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")
