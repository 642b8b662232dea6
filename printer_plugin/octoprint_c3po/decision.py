"""From a verdict and the settings to what happens with a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .options import Options

RELEASE, ASK, CANCEL, WARN, PAUSE = "release", "ask", "cancel", "warn", "pause"


@dataclass(frozen=True)
class Decision:
    """``action`` is release, warn (release and say so), ask or cancel; ``reason`` a code, ``text`` for a person."""

    action: str
    reason: str
    text: str


def review_verdict(code: str, message: str, sha256: str = "") -> dict[str, Any]:
    """The verdict on something that could not be judged: never clear."""
    return {
        "finding": "review",
        "score": None,
        "label": None,
        "reasons": [code],
        "sha256": sha256,
        "parts": [],
        "error": {"code": code, "message": message},
    }


def decide_start(verdict: dict[str, Any], override: dict[str, Any] | None, options: Options) -> Decision:
    """What happens to a job that is held at its start, now that its verdict is known.

    Anything but the words ``clear`` and ``weapon`` counts as ``review``.
    """
    finding = verdict.get("finding")
    if finding == "clear":
        return Decision(RELEASE, "clear", "cleared")
    if override is not None:
        return Decision(RELEASE, "override", f"printed on the word of {override.get('user')}: {override.get('reason')}")
    if finding == "weapon":
        return Decision(options.action("on_weapon"), "weapon", f"judged to be a weapon{describe(verdict)}")
    return Decision(options.action("on_review"), "review", f"cannot be cleared{describe(verdict)}")


def decide_without_verdict(reason: str, text: str, options: Options) -> Decision:
    """What happens to a held job when no verdict came."""
    return Decision(CANCEL if options.closed else WARN, reason, text)


def describe(verdict: dict[str, Any]) -> str:
    """`` (handgun, score 0.97)`` or the reasons, for the end of a sentence."""
    pieces = []
    if verdict.get("label"):
        pieces.append(str(verdict["label"]))
    if isinstance(verdict.get("score"), (int, float)):
        pieces.append(f"score {verdict['score']:.2f}")
    if verdict.get("finding") != "weapon":
        pieces += [str(reason) for reason in verdict.get("reasons") or []][:3]
    error = verdict.get("error")
    if isinstance(error, dict) and error.get("message"):
        pieces.append(str(error["message"])[:200])
    return f" ({', '.join(pieces)})" if pieces else ""
