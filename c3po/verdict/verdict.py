"""What is said about a job: findings, reasons, verdicts and their one JSON form."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

Corner = tuple[float, float, float]


class Finding(StrEnum):
    """The three outcomes. Their order of gravity is clear, review, weapon."""

    CLEAR = "clear"
    REVIEW = "review"
    WEAPON = "weapon"

    @property
    def gravity(self) -> int:
        """0 for clear, 1 for review, 2 for weapon."""
        return list(Finding).index(self)


def worst(findings: list[Finding]) -> Finding:
    """The gravest of the findings; ``clear`` when there are none."""
    return max(findings, key=lambda finding: finding.gravity, default=Finding.CLEAR)


REASONS = {
    "weapon-shape": "the score of a part reaches the weapon threshold",
    "possible-weapon": "the score of a part lies between the review and the weapon threshold",
    "review-label": "the part looks like something the policy wants seen by a person (a blade, by default)",
    "unreadable-shape": "the job holds commands that may draw and that C3PO cannot follow; see `flags`",
    "not-additive": "a job for a mill, laser or plotter: what remains is not what the tool draws",
    "nothing-printed": "no material at all was found",
    "cannot-judge": "the part is too thin, empty or broken to be judged by its shape",
    "too-many-parts": "more parts than are judged one by one; the rest was not looked at",
    "sheet": "a printed sheet, such as a sign or a stencil (clear)",
    "little-material": "a part that cannot be judged, but too little material to matter (clear)",
    "weapon-while-growing": "the growing part was called a weapon during the replay (`--early`) or the stream",
    "too-early": "not enough of the part is printed to judge it (clear, streams only)",
    "part-of-file": "a member of the archive could not be read, the others were judged",
    "error": "the file could not be read; see `error`",
}


@dataclass(frozen=True)
class PartVerdict:
    """The finding on one part, or on the whole plate (``name`` is then ``plate``).

    ``bounds_mm`` are the least and greatest corner of its material; ``layers`` is 0 for a mesh. ``reasons`` are
    codes of `REASONS`.
    """

    name: str
    finding: Finding
    score: float
    label: str
    bounds_mm: tuple[Corner, Corner]
    layers: int
    reasons: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The part as `c3po classify --json` prints it."""
        return {
            "name": self.name,
            "finding": str(self.finding),
            "score": round(self.score, 6),
            "label": self.label,
            "bounds_mm": [[round(value, 3) for value in corner] for corner in self.bounds_mm],
            "layers": self.layers,
        }


@dataclass(frozen=True)
class DecidedAt:
    """Where in the print the evidence first sufficed: layer (from 1) and share of all layers, in (0, 1]."""

    layer: int
    fraction: float | None


@dataclass(frozen=True)
class Problem:
    """Why a file could not be judged: a code for programs, one line for a person."""

    code: str
    message: str


@dataclass(frozen=True)
class Verdict:
    """The answer about one file.

    ``score`` in [0, 1] and ``label`` are those of the gravest part; ``label`` is empty when nothing could be judged.
    ``network_name``, ``network_digest`` and ``policy_version`` say who answered. Two verdicts are equal when all but
    the time is.

    Guarantees
    ----------
    - A verdict with an error is never ``clear``.
    - ``finding`` is at least as grave as that of every part.
    """

    path: str
    sha256: str | None
    format: str | None
    finding: Finding
    score: float = 0.0
    label: str = ""
    reasons: tuple[str, ...] = ()
    parts: tuple[PartVerdict, ...] = ()
    layers: int = 0
    decided_at: DecidedAt | None = None
    flags: tuple[str, ...] = ()
    network_name: str = ""
    network_digest: str = ""
    policy_version: str = ""
    error: Problem | None = None
    elapsed_s: float = 0.0

    def __post_init__(self) -> None:
        least = worst([part.finding for part in self.parts] + ([Finding.REVIEW] if self.error else []))
        if self.finding.gravity < least.gravity:
            raise ValueError(f"finding must be at least {least}, got {self.finding}")

    def to_json(self) -> dict[str, Any]:
        """The verdict as `c3po classify --json` prints it, JSON types only."""
        decided = self.decided_at
        fraction = None if decided is None or decided.fraction is None else round(decided.fraction, 4)
        return {
            "path": self.path,
            "sha256": self.sha256,
            "format": self.format,
            "finding": str(self.finding),
            "score": round(self.score, 6),
            "label": self.label,
            "reasons": list(self.reasons),
            "parts": [part.to_json() for part in self.parts],
            "layers": self.layers,
            "decided_at": None if decided is None else {"layer": decided.layer, "fraction": fraction},
            "flags": list(self.flags),
            "network": {"name": self.network_name, "digest": self.network_digest},
            "elapsed_s": round(self.elapsed_s, 4),
            "error": None if self.error is None else {"code": self.error.code, "message": self.error.message},
        }

    def same_answer(self, other: "Verdict") -> bool:
        """Whether the two say the same about a job, whatever its path and the time it took."""
        return replace(self, path="", elapsed_s=0.0) == replace(other, path="", elapsed_s=0.0)


def one_line(problem: object) -> str:
    """The text of an error on a single line."""
    return " ".join(str(problem).split())
