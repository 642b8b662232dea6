"""A real OctoPrint with its virtual printer, started for a test and stopped after it."""

import datetime
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEY = "TESTKEY0123456789ABCDEF012345678"
GUEST_KEY = "GUESTKEY123456789ABCDEF012345678"
KEEPER_KEY = "KEEPERKEY12345689ABCDEF012345678"
GIVE_UP_S = 120  # a starved machine takes its time; nothing is measured here
# Makes the virtual printer's moves take no time.
HEAD = "M220 S10000000\nM221 S10000000\nG28\n"

CONFIG = """
server: {{firstRun: false, seenWizards: {{corewizard: 4, c3po: {wizard}}}, onlineCheck: {{enabled: false}},
         pluginBlacklist: {{enabled: false}}, secretKey: 0123456789abcdef0123456789abcdef}}
accessControl: {{salt: abcdefghijklmnopqrstuvwxyz012345{login}}}
webcam: {{timelapse: {{type: "off"}}}}
feature: {{pollWatched: false}}
gcodeAnalysis: {{runAt: never}}
serial: {{port: VIRTUAL, baudrate: 115200, autoconnect: false, log: false,
         logPositionOnPause: false, logPositionOnCancel: false}}
plugins:
  _disabled: [announcements, pluginmanager, backup, discovery, errortracking, tracking, softwareupdate, pi_support,
              firmware_check, file_check, health_check, achievements, action_command_notification,
              action_command_prompt, eventmanager, classicwebcam, gcodeviewer, logging, uploadmanager,
              customcontrolmanager, corewizard{disabled}]
  virtual_printer: {{enabled: true, sendWait: false, simulated_errors: []}}
  c3po: {settings}
devel: {{enableRateLimiter: false}}
"""
USERS = """
tester: {active: true, apikey: %s, groups: [users, admins], password: x, permissions: [], settings: {}}
pupil: {active: true, apikey: %s, groups: [users], password: x, permissions: [], settings: {}}
keeper: {active: true, apikey: %s, groups: [users], password: x, permissions: [SETTINGS], settings: {}}
"""


def octoprint_python():
    """The interpreter with OctoPrint: ``C3PO_OCTOPRINT_PYTHON``, or the one ``make test`` set up."""
    chosen = os.environ.get("C3PO_OCTOPRINT_PYTHON") or ".venv-octoprint/bin/python"
    return str(ROOT / chosen)


def printable(text):
    """The job without what the virtual printer cannot do: wait for heat or time quickly, take long lines at all."""
    waits = r"(?m)^\s*(M109|M190|M191|M220|M221|G4|M400|M0|M1|M600|M226)\b.*$|^[^;\n]{200,}$"
    return HEAD.removesuffix("G28\n") + re.sub(waits, "", text)


def install_plugin(python, target):
    """The plugin as pip installs it, built from a copy so that the source tree stays clean."""
    source = target.parent / "plugin-source"
    shutil.copytree(
        ROOT / "printer_plugin", source, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
    )
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "--no-build-isolation", "--target", str(target), str(source)], check=True, timeout=120)


def plain(line):
    """A line that reached the printer without its number and checksum."""
    return re.sub(r"^N\d+\s*|\*\d+$", "", line.strip())


class Server:
    """``with Server(python, site, folder, settings) as server``; ``server.base`` is OctoPrint's own folder."""

    def __init__(
        self, python, site, folder, settings, disabled=(), wizard_seen=True, extra_plugin=None, login=None,
        hash_seed="random",
    ):  # fmt: skip
        self.base = Path(folder) / "octoprint"
        self.base.mkdir(parents=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        more = "".join(f", {name}" for name in disabled)
        wizard = 1 if wizard_seen else "null"
        login = f", autologinLocal: true, autologinAs: {login}, localNetworks: [127.0.0.0/8]" if login else ""
        config = CONFIG.format(settings=json.dumps(settings), disabled=more, wizard=wizard, login=login)
        (self.base / "config.yaml").write_text(config)
        (self.base / "users.yaml").write_text(USERS % (KEY, GUEST_KEY, KEEPER_KEY))
        if extra_plugin:
            (self.base / "plugins").mkdir()
            (self.base / "plugins" / "other.py").write_text(extra_plugin)
        self._command = [python, "-m", "octoprint", "serve", "--iknowwhatimdoing", "--host", "127.0.0.1"]
        self._command += ["--port", str(self.port), "-b", str(self.base), "--no-color"]
        self._environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONHASHSEED": str(hash_seed)}
        self._environment.pop("COVERAGE_PROCESS_START", None)
        self.log = self.base / "stdout.log"
        self.two = False

    def __enter__(self):
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(
                self._command, stdout=output, stderr=subprocess.STDOUT, env=self._environment, start_new_session=True
            )
        try:
            self.wait(self._ready)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exception):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(10)

    def _ready(self):
        assert self.process.poll() is None, self.log.read_text(errors="replace")[-3000:]
        try:
            self.two = self.get("/api/version")["server"].startswith("2.")
            return True
        except (OSError, ValueError, KeyError, http.client.HTTPException, AssertionError):
            return False

    def request(self, method, path, body=None, headers=None, key=KEY):
        """Status and JSON (or bytes) of one request."""
        headers = {"X-Api-Key": key, **(headers or {})}
        if isinstance(body, dict):
            body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=GIVE_UP_S) as answer:
                status, content = answer.status, answer.read()
        except urllib.error.HTTPError as problem:
            status, content = problem.code, problem.read()
        try:
            return status, json.loads(content) if content else None
        except ValueError:
            return status, content

    def other(self, command, **fields):
        return self.post("/api/plugin/other", {"command": command, **fields}, expect=(200,))

    def get(self, path, **options):
        status, content = self.request("GET", path, **options)
        assert status == 200, (path, status, content)
        return content

    def post(self, path, body, expect=(200, 201, 202, 204), **options):
        status, content = self.request("POST", path, body, **options)
        assert status in expect, (path, status, content)
        return content

    def upload(self, name, content, target="local", expect=(201,), **fields):
        boundary = uuid.uuid4().hex
        parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
                 for key, value in fields.items()]  # fmt: skip
        disposition = f'Content-Disposition: form-data; name="file"; filename="{name}"'
        parts.append(f"--{boundary}\r\n{disposition}\r\nContent-Type: text/plain\r\n\r\n".encode())
        content = content if isinstance(content, bytes) else content.encode()
        body = b"".join(parts) + content + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        target = "printer" if self.two and target == "sdcard" else target
        status, answer = self.request("POST", f"/api/files/{target}", body, headers)
        assert status in expect, (status, answer)
        return answer

    def connect(self, wait=True):
        parameters = {"port": "VIRTUAL", "baudrate": 115200}
        body = {"command": "connect", "printerProfile": "_default"}
        body.update({"connector": "serial", "parameters": parameters} if self.two else parameters)
        self.post("/api/connection", body)
        if wait:
            self.wait_state("Operational")

    def state(self):
        return self.get("/api/connection")["current"]["state"]

    def wait_state(self, state, timeout_s=GIVE_UP_S):
        self.wait(lambda: self.state() == state, timeout_s)

    def start(self, name):
        self.post(f"/api/files/local/{name}", {"command": "select", "print": True})

    def commands(self, *commands):
        self.post("/api/printer/command", {"commands": list(commands)})

    def status(self):
        return self.get("/api/plugin/c3po")

    def command(self, command, expect=(200,), key=KEY, **fields):
        return self.post("/api/plugin/c3po", {"command": command, **fields}, expect=expect, key=key)

    def verdict_of(self, name):
        for file in self.get("/api/files/local")["files"]:
            if file["name"] == name:
                return (file.get("c3po") or {}).get("finding")
        return None

    def serial_log(self):
        log = self.base / "logs" / "plugin_virtual_printer_serial.log"
        return log.read_text(errors="replace").splitlines() if log.exists() else []

    def serial(self):
        """Everything that reached the printer so far, line by line."""
        return [line.split("<<<", 1)[1].strip() for line in self.serial_log() if "<<<" in line]

    def serial_size(self):
        """Bytes of the serial log so far: a place for ``serial_since``."""
        log = self.base / "logs" / "plugin_virtual_printer_serial.log"
        return log.stat().st_size if log.exists() else 0

    def serial_since(self, offset):
        """Moment (seconds since 1970) and text of every line that reached the printer after this place."""
        with open(self.base / "logs" / "plugin_virtual_printer_serial.log", errors="replace") as stream:
            stream.seek(offset)
            lines = [line for line in stream.read().splitlines() if "<<<" in line]
        stamps = (datetime.datetime.strptime(line[:23], "%Y-%m-%d %H:%M:%S,%f").timestamp() for line in lines)
        return [(stamp, plain(line.split("<<<", 1)[1])) for stamp, line in zip(stamps, lines, strict=True)]

    def reached_after(self, word, moment):
        """How many lines with this word reached the printer after a moment."""
        return sum(word in line and stamp > moment for stamp, line in self.serial_since(0))

    def reached(self, word):
        """How many lines with this word reached the printer."""
        return sum(word in line for line in self.serial())

    def audit(self):
        path = self.base / "data" / "c3po" / "audit.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def events(self):
        return [record["event"] for record in self.audit()]

    def octoprint_log(self):
        return (self.base / "logs" / "octoprint.log").read_text(errors="replace")

    def history(self, name):
        """Successes and failures in the job history of a file."""
        prints = self.get(f"/api/files/local/{urllib.parse.quote(name)}").get("prints", {})
        return prints.get("success", 0), prints.get("failure", 0)

    def wait(self, condition, timeout_s=GIVE_UP_S, pause_s=0.05):
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(pause_s)
        raise AssertionError(f"waited {timeout_s} s; {self.log.read_text(errors='replace')[-3000:]}")


# A second plugin: starts jobs on its own, and looks at (or breaks) what runs in OctoPrint's process.
OTHER_PLUGIN = """
import sys, threading
import octoprint.plugin

class Other(octoprint.plugin.SimpleApiPlugin, octoprint.plugin.EventHandlerPlugin):
    def __init__(self):
        self.events = set()

    def on_event(self, event, payload):
        self.events.add(event)

    def get_api_commands(self):
        return {"start": ["path"], "send": ["lines"], "look": [], "break": ["what"], "mend": [],
                "unmark": ["path"]}

    def is_api_protected(self):
        return True

    def on_api_command(self, command, data):
        import flask
        guard = self._plugin_manager.get_plugin_info("c3po").implementation.guard
        if command == "start":
            self._printer.select_file(data["path"], False, printAfterSelect=True)
        elif command == "send":
            self._printer.commands(data["lines"])
        elif command == "unmark":
            self._file_manager.remove_additional_metadata("local", data["path"], "c3po")
        elif command == "break":
            def broken(*args, **kwargs):
                raise RuntimeError("sabotage")
            target = {"gate": guard.gate, "stream": guard.stream, "guard": guard}[data["what"]]
            setattr(target, {"gate": "passes", "stream": "sent", "guard": "job_starting"}[data["what"]], broken)
        elif command == "mend":
            for target, name in ((guard.gate, "passes"), (guard.stream, "sent"), (guard, "job_starting")):
                target.__dict__.pop(name, None)
        heavy = [name for name in ("numpy", "torch", "c3po") if name in sys.modules]
        names = {thread.native_id: thread.name for thread in threading.enumerate() if thread.native_id}
        pid = getattr(guard.engine.worker, "pid", None)
        return flask.jsonify({"heavy": heavy, "names": names, "pid": pid, "events": sorted(self.events)})

__plugin_name__ = "Other"
__plugin_pythoncompat__ = ">=3.7,<4"
__plugin_implementation__ = Other()
"""


def job(word="", x=10, lines=20, layers=3, comment=""):
    """A small job whose motion lines carry their own mark ``Y<x>.25``."""
    body = [f";{comment}" if comment else ";plain"]
    for layer in range(1, layers + 1):
        body.append(f"G1 Z{0.2 * layer:.1f} F600")
        body += [f"G1 X{10 + i}{word} Y{x}.25 E{i}" for i in range(lines)]
    return HEAD + "\n".join(body) + "\n"


def start_by_select(server, name, content):
    server.upload(name, content)
    server.start(name)


def start_by_job(server, name, content):
    server.upload(name, content)
    server.post(f"/api/files/local/{name}", {"command": "select"})
    server.post("/api/job", {"command": "start"})


def start_by_upload(server, name, content):
    server.upload(name, content, select="true", print="true")


def start_by_plugin(server, name, content):
    server.upload(name, content)
    server.other("start", path=name)


STARTS = [start_by_select, start_by_job, start_by_upload, start_by_plugin]
