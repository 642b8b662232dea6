"""A worker that speaks docs/watch.md and whose opinions are written into the file: for tests of the plugin alone.

A file with the word WEAPON is one, with REVIEW is for review; HANG, DIE, SLOW (1 s) and SLOWER (6 s) do what they say.
In the stream every line with X66.6 counts as evidence: the third since the last reset or accept trips.
"""

import hashlib
import json
import os
import sys
import threading
import time

KEY = os.environ.get("C3PO_WATCH_KEY")
TRIP_AT = 3
out_lock = threading.Lock()
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def say(**message):
    with out_lock:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def judge(message):
    with open(message["path"], "rb") as stream:
        content = stream.read()
    if b"HANG" in content:
        time.sleep(3600)
    if b"DIE" in content:
        os._exit(3)
    if b"SLOW" in content:
        time.sleep(6.0 if b"SLOWER" in content else 1.0)
    finding = "weapon" if b"WEAPON" in content else "review" if b"REVIEW" in content else "clear"
    if "explain" in message:
        with open(message["explain"], "wb") as stream:
            stream.write(PNG)
    score = {"weapon": 0.97, "review": 0.5, "clear": 0.01}[finding]
    reason = content.partition(b"REVIEW")[2].partition(b"\n")[0].decode() or "unknown_command"
    verdict = {
        "path": message["path"],
        "sha256": hashlib.sha256(content).hexdigest(),
        "finding": finding,
        "score": score,
        "label": "handgun" if finding == "weapon" else None,
        "reasons": [reason] if finding == "review" else [],
        "parts": [],
        "layers": 3,
        "error": None,
    }
    say(c3po="verdict", id=message.get("id"), verdict=verdict)


def main():
    about = {"network": {"name": "fake", "digest": "d" * 64}, "policy": "1", "thresholds": {"growing": 0.85}}
    say(c3po="ready", protocol=1, version="0", **about)
    lines = evidence = layer = resets = 0
    tripped = False
    for line in sys.stdin:
        if line.startswith('{"c3po":') and KEY and json.loads(line).get("key") == KEY:
            message = json.loads(line)
            command = message["c3po"]
            if command == "ping":
                say(c3po="pong", id=message.get("id"))
            elif command == "judge":
                threading.Thread(target=judge, args=(message,), daemon=True).start()
            else:
                if command == "reset":
                    evidence, layer, tripped, resets = 0, 0, False, resets + 1
                elif command == "accept":
                    evidence, tripped = -1000, False
                elif command == "homed":
                    # For the tests: layers of what may be another print are counted from 100.
                    layer = 100
                elif command == "picture":
                    with open(message["path"], "wb") as stream:
                        stream.write(PNG)
                say(c3po="done", did=command, id=message.get("id"))
            continue
        lines += 1
        evidence += "X66.6" in line
        turn = not tripped and evidence >= TRIP_AT
        tripped = tripped or turn
        if " Z" in line or turn:
            layer += " Z" in line
            say(
                c3po="evaluation",
                stream=resets,
                layer=layer,
                fraction=None,
                score=min(1.0, max(evidence, 0) / TRIP_AT),
                finding="weapon" if tripped else "clear",
                tripped=tripped,
                lines=lines,
                verdict={"finding": "weapon", "score": 0.97, "label": "handgun"} if tripped else {},
            )


if __name__ == "__main__":
    main()
