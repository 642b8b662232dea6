"""A printer and a host for the guard, with OctoPrint's counted hold and its way of cancelling."""

import threading

from octoprint_c3po.jobs import JobFile


class FakePrinter:
    """Counts holds as OctoPrint does; ``begin`` calls the guard where OctoPrint calls the script hook."""

    def __init__(self):
        self.holds = 0
        self.calls = []
        self.current = None
        self.phase = "OPERATIONAL"
        self.lock = threading.Lock()

    def set_on_hold(self, value):
        with self.lock:
            self.calls.append("hold" if value else "release")
            self.holds = max(0, self.holds + (1 if value else -1))
            if not value and self.holds == 0:
                self.phase = {"STARTING": "PRINTING", "CANCELLING": "OPERATIONAL"}.get(self.phase, self.phase)
        return True

    def cancel(self):
        with self.lock:
            self.calls.append("cancel")
            if self.phase in ("STARTING", "PRINTING", "PAUSED"):
                self.phase = "CANCELLING" if self.holds else "OPERATIONAL"

    def pause(self):
        self.calls.append("pause")
        self.phase = "PAUSED"

    def resume(self):
        self.calls.append("resume")
        self.phase = "PRINTING"

    def connect(self, arguments):
        self.calls.append(("connect", arguments))

    def lose_connection(self):
        """The printer is unplugged; whatever was held is gone with it, without a release."""
        with self.lock:
            self.calls += ["lost"] * self.holds
            self.holds, self.phase = 0, "OFFLINE"

    def disconnect(self):
        self.calls.append("disconnect")

    def state(self):
        return self.phase

    def selected(self):
        return self.current

    def begin(self, guard, path):
        self.current = JobFile(path.name, str(path), False, "ada")
        self.phase = "STARTING"
        guard.job_starting()

    def end(self, guard, event="PrintDone"):
        self.phase = "OPERATIONAL"
        guard.printer_event(event, {"path": self.current.name})


class FakeHost:
    def __init__(self):
        self.messages, self.events, self.marks = [], [], {}

    def notify(self, kind, payload):
        if kind != "status":
            self.messages.append((kind, payload))

    def event(self, name, payload):
        self.events.append((name, payload))

    def mark(self, name, verdict):
        self.marks[name] = verdict.get("finding")
