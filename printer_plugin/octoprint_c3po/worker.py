"""The worker process: ``c3po watch`` at low priority, spoken to as docs/watch.md says.

This file owns the process and its pipes; when to start, ask and give up is ``engine.py``'s business.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shlex
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path
from typing import Any, Callable

MAX_MESSAGE_BYTES = 16 << 20
NICE = 10
Message = dict[str, Any]


def worker_command(command: str, network_file: str, policy_file: str) -> list[str]:
    """The argument list that starts a worker.

    Empty ``command``: the ``c3po`` script in the folder of this interpreter, or the package run by it.
    """
    if command.strip():
        base = shlex.split(command)
    else:
        script = Path(sys.executable).parent / ("c3po.exe" if os.name == "nt" else "c3po")
        base = [str(script)] if script.exists() else [sys.executable, "-m", "c3po.cli"]
        base += ["watch", "--json"]
    base += ["--network", network_file] if network_file else []
    base += ["--policy", policy_file] if policy_file else []
    return base if command.strip() else [*base, "-"]


class Worker:
    """One running worker process.

    ``send`` and ``feed`` never block; ``on_message(worker, message)`` and ``on_exit(worker, why)`` are called from
    the reading thread, ``on_exit`` exactly once and last. Raises ``OSError`` when the process cannot be started.
    """

    def __init__(
        self,
        command: list[str],
        on_message: Callable[[Worker, Message], None],
        on_exit: Callable[[Worker, str], None],
    ):
        self._key = secrets.token_hex(16)
        self._on_message, self._on_exit = on_message, on_exit
        self._outbox: deque[bytes] = deque()
        self._pending_bytes = 0
        self._wake = threading.Condition()
        self._closing = False
        self._last_words: deque[str] = deque(maxlen=5)
        single = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **single, "C3PO_WATCH_KEY": self._key},
            close_fds=True,
            start_new_session=os.name != "nt",
        )
        self._lower_priority()
        self._listener = threading.Thread(target=self._listen, name="c3po-stderr", daemon=True)
        self._listener.start()
        for name, run in (("read", self._read), ("write", self._write)):
            threading.Thread(target=run, name=f"c3po-{name}", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def pending_bytes(self) -> int:
        """Bytes fed that the process has not taken yet."""
        return self._pending_bytes

    def send(self, command: str, **fields: Any) -> None:
        """Queue a control line."""
        self.feed((json.dumps({"c3po": command, "key": self._key, **fields}) + "\n").encode())

    def feed(self, lines: bytes) -> None:
        """Queue lines of G-code, each ended by a newline."""
        with self._wake:
            if not self._closing:
                self._outbox.append(lines)
                self._pending_bytes += len(lines)
                self._wake.notify()

    def close(self) -> None:
        """Let the process end by itself, since its input ends."""
        with self._wake:
            self._closing = True
            self._wake.notify()

    def kill(self) -> None:
        self.close()
        with contextlib.suppress(OSError):
            self._process.kill()

    def _lower_priority(self) -> None:
        with contextlib.suppress(AttributeError, OSError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, NICE)
        # Where Linux groups processes by session, niceness counts within a session only, and the worker has its own.
        with contextlib.suppress(OSError):
            Path(f"/proc/{self._process.pid}/autogroup").write_text(str(NICE))

    def _write(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        try:
            while True:
                with self._wake:
                    while not self._outbox and not self._closing:
                        self._wake.wait()
                    if self._closing:
                        break
                    chunk = self._outbox.popleft()
                pipe.write(chunk)
                pipe.flush()
                with self._wake:
                    self._pending_bytes -= len(chunk)
        except (OSError, ValueError):
            pass
        with contextlib.suppress(OSError):
            pipe.close()

    def _read(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        why = None
        while line := pipe.readline(MAX_MESSAGE_BYTES):
            try:
                message = json.loads(line)
                kind = message["c3po"]
            except (ValueError, KeyError, TypeError):
                why = f"it said {line[:80]!r} instead of a message"
                self._process.kill()
                break
            if kind == "error" and isinstance(message.get("error"), dict):
                self._last_words.append(str(message["error"].get("message"))[:300])
            self._on_message(self, message)
        self.close()
        code = self._process.wait()
        pipe.close()
        self._listener.join(timeout=1)
        if why is None:
            why = "; ".join([f"it ended with code {code}", *self._last_words])[:600]
        self._on_exit(self, why)

    def _listen(self) -> None:
        pipe = self._process.stderr
        assert pipe is not None
        while line := pipe.readline(4096):
            text = line.decode("utf-8", "replace").strip()
            if text:
                self._last_words.append(text[:300])
        pipe.close()
