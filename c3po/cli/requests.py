"""The thread of ``c3po watch`` that judges files beside the stream, one at a time, in the order asked."""

import queue
import sys
import threading
from dataclasses import replace
from pathlib import Path

from c3po.cli.messages import Messages, Said
from c3po.errors import C3poError
from c3po.verdict.judging import Judged
from c3po.verdict.screen import Screen


class ControlError(C3poError):
    """A control line asks for something that cannot be done."""

    code = "control"


def path_in(said: Said, key: str) -> Path:
    """The path under a key of a control line.

    Raises
    ------
    ControlError
        There is none.
    """
    value = said.get(key)
    if not isinstance(value, str) or not value or "\0" in value:
        raise ControlError(f"{said.get('c3po')}: expected {key} as the path of a file, got {value!r}")
    return Path(value)


class Requests:
    """``judge`` control lines, answered with ``verdict`` messages."""

    def __init__(self, screen: Screen, messages: Messages) -> None:
        self._screen, self._messages = screen, messages
        self._asked: queue.SimpleQueue[Said | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def ask(self, said: Said) -> None:
        """Judge the file of a ``judge`` line, soon.

        Raises
        ------
        ControlError
            The line names no file.
        """
        path_in(said, "path")
        if self._thread is None:
            self._thread = threading.Thread(target=self._answer_all, name="c3po-judge", daemon=True)
            self._thread.start()
        self._asked.put(said)

    def finish(self) -> None:
        """Wait until all that was asked is answered."""
        if self._thread is not None:
            self._asked.put(None)
            self._thread.join()

    def _answer_all(self) -> None:
        while (said := self._asked.get()) is not None:
            try:
                self._answer(said)
            except BrokenPipeError:
                return
            except Exception as problem:
                self._messages.failed(said, problem)

    def _answer(self, said: Said) -> None:
        from c3po.cli.workers import judge_safely

        path = path_in(said, "path")
        picture = path_in(said, "explain") if said.get("explain") else None
        judged = judge_safely(path, self._screen, early=said.get("early") is True, evidence=True)
        if picture is not None:
            self._explain(judged, picture)
        self._messages.answer(said, "verdict", verdict=judged.verdict.to_json())

    def _explain(self, judged: Judged, picture: Path) -> None:
        """Write the picture; a full disk costs the picture and not the verdict."""
        from c3po.cli.files import printable, written_whole
        from c3po.verdict.picture import explaining_picture

        # Who sees the picture need not know where files lie on this machine.
        named = replace(judged, verdict=replace(judged.verdict, path=Path(judged.verdict.path).name))
        try:
            with written_whole(picture) as partial:
                explaining_picture([named], self._screen).save(partial, format="PNG")
        except OSError as problem:
            why = f"expected to write the picture, got {problem.strerror or problem}; the verdict stands"
            print(printable(f"{picture.name}: {why}"), file=sys.stderr, flush=True)
