"""The policy: what follows from a label and a score. A small TOML or JSON file; the default needs none."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from c3po.errors import PolicyError
from c3po.verdict.verdict import Finding

ACTIONS = {"weapon": Finding.WEAPON, "review": Finding.REVIEW, "clear": Finding.CLEAR}
DEFAULT_ACTIONS = {"handgun": "weapon", "long_gun": "weapon", "blade": "review"}
MAX_POLICY_BYTES = 1 << 20
REVIEW_LABEL = 0.8
"""Least default of the ``review_label`` threshold, for networks that were not calibrated for it."""
VOUCHED = 0.99
"""Least default of the ``vouched`` threshold: what the whole of a job does not show, a part of it hardly proves."""


@dataclass(frozen=True)
class Thresholds:
    """Scores from which a part is called a weapon, sent to review, or sent to review for its label; in [0, 1].

    ``growing`` stands for ``weapon`` while a print grows, ``vouched`` while it grows by the lines of a job that was
    judged whole and cleared; ``guessed`` for what may remain of a print when support falls away or a tool's material
    is dissolved. All may look like many things; what is two of them needs the higher one.
    """

    weapon: float
    review: float
    review_label: float
    growing: float
    guessed: float
    vouched: float

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"threshold {name} must be in [0, 1], got {value}")
        if self.review > self.weapon:
            raise ValueError(f"threshold review must not exceed weapon, got {self.review} > {self.weapon}")

    def doubtful(self, *, guessed: bool) -> float:
        """The score from which a part is sent to review; of a guess, halfway from ``review`` to ``weapon``."""
        return (self.review + self.weapon) / 2.0 if guessed else self.review

    def needed(self, *, growing: bool, guessed: bool, vouched: bool = False) -> float:
        """The score from which a part is called a weapon."""
        special = [max(self.vouched, self.growing) if vouched else self.growing] * growing + [self.guessed] * guessed
        return max(special, default=self.weapon)


THRESHOLDS = tuple(field.name for field in fields(Thresholds))


@dataclass(frozen=True)
class Policy:
    """Actions by label, thresholds that override those of the network, and what to do where no shape can be judged.

    Parameters
    ----------
    version : str
        What the owner calls it; `stamp` adds a digest of the content unless it is the default.
    actions : label -> ``weapon``, ``review`` or ``clear``; labels not named are ``clear``
    thresholds : subset of ``weapon``, ``review``, ``review_label``, ``growing``, ``guessed``, ``vouched`` -> score
    not_judgeable, not_additive, unreadable : ``review`` or ``weapon`` (``not_*`` also ``clear``)
        The action for a part that cannot be judged, for a job of a mill or laser, and for a shape that could not be
        read completely. The last is never ``clear``.
    small_mm3 : float
        A part that cannot be judged is clear when its material is less than this.
    sheet_mm : float
        A printed part that is thinner than this in one direction is a sheet (a sign, a stencil) and clear.
    """

    version: str = "1"
    actions: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_ACTIONS))
    thresholds: Mapping[str, float] = field(default_factory=dict)
    not_judgeable: str = "review"
    not_additive: str = "review"
    unreadable: str = "review"
    small_mm3: float = 250.0
    sheet_mm: float = 1.5

    @property
    def stamp(self) -> str:
        """Version, with the first digits of the content's digest when it is not the default policy."""
        if self == Policy():
            return self.version
        content = json.dumps(asdict(self), sort_keys=True)
        return f"{self.version}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"

    def action(self, label: str) -> Finding:
        """What a part of this label is."""
        return ACTIONS[self.actions.get(label, "clear")]

    def merged(self, metadata: Mapping[str, Any]) -> Thresholds:
        """Thresholds of a network's metadata, overridden by this policy's.

        Raises
        ------
        PolicyError
            A value is missing, no number, or out of range.
        """
        merged: dict[str, Any] = {**dict(metadata.get("thresholds", {})), **self.thresholds}
        try:
            merged.setdefault("review_label", max(REVIEW_LABEL, float(merged.get("weapon", 0.0))))
            merged.setdefault("growing", (1.0 + float(merged.get("weapon", 0.0))) / 2.0)
            merged.setdefault("guessed", merged["growing"])
            merged.setdefault("vouched", max(VOUCHED, float(merged["growing"])))
            return Thresholds(**{name: float(merged[name]) for name in THRESHOLDS})
        except (KeyError, TypeError, ValueError) as problem:
            raise PolicyError(
                f"thresholds: expected weapon and review in [0, 1] with review <= weapon, got {merged} ({problem}); "
                "set them under [thresholds] of a policy"
            ) from None


def read_policy(path: Path) -> Policy:
    """The policy in a TOML (``.toml``) or JSON file.

    Raises
    ------
    PolicyError
        The file cannot be read, has an unknown key, or a value out of range.
    """
    try:
        with open(path, "rb") as stream:
            raw = stream.read(MAX_POLICY_BYTES)
        text = raw.decode()
        content = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise PolicyError(f"{path}: expected a policy in TOML or JSON, got {reason}; see docs/verdict.md") from None
    return policy_from(content, where=str(path))


def policy_from(content: Any, *, where: str = "policy") -> Policy:
    """A policy from plain data, every key and value checked.

    Raises
    ------
    PolicyError
    """
    known = {"version", "actions", "thresholds", "not_judgeable", "not_additive", "unreadable", "small_mm3", "sheet_mm"}
    _check_keys(content, known, where)
    values: dict[str, Any] = dict(content)
    actions = values.get("actions", {})
    _check_keys(actions, None, f"{where}: actions")
    for label, action in actions.items():
        _check_choice(action, tuple(ACTIONS), f"{where}: actions.{label}")
    values["actions"] = {**DEFAULT_ACTIONS, **actions}
    thresholds = values.get("thresholds", {})
    _check_keys(thresholds, set(THRESHOLDS), f"{where}: thresholds")
    for name, score in thresholds.items():
        _check_number(score, 1.0, f"{where}: thresholds.{name}")
    for name in ("not_judgeable", "not_additive"):
        _check_choice(values.get(name, "review"), tuple(ACTIONS), f"{where}: {name}")
    _check_choice(values.get("unreadable", "review"), ("weapon", "review"), f"{where}: unreadable")
    _check_number(values.get("small_mm3", 0.0), 1e9, f"{where}: small_mm3")
    _check_number(values.get("sheet_mm", 0.0), 10.0, f"{where}: sheet_mm")
    if not isinstance(values.get("version", "1"), str):
        raise PolicyError(f"{where}: version: expected a text, got {values['version']!r}; see docs/verdict.md")
    return Policy(**values)


def _check_keys(table: Any, known: set[str] | None, where: str) -> None:
    if not isinstance(table, dict):
        raise PolicyError(f"{where}: expected a table, got {table!r}; see docs/verdict.md")
    for key in table:
        if known is not None and key not in known:
            raise PolicyError(f"{where}: expected one of {', '.join(sorted(known))}, got {key!r}; see docs/verdict.md")


def _check_choice(value: Any, choices: tuple[str, ...], where: str) -> None:
    if value not in choices:
        raise PolicyError(f"{where}: expected {' or '.join(choices)}, got {value!r}; see docs/verdict.md")


def _check_number(value: Any, most: float, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= most:
        raise PolicyError(f"{where}: expected a number from 0 to {most:g}, got {value!r}; see docs/verdict.md")
