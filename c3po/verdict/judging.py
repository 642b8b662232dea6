"""`classify`: the verdict on one file. What is wrong with an input ends in ``Verdict.error``, not in an exception."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

from c3po.containers import members
from c3po.errors import C3poError
from c3po.verdict.early import decided_at
from c3po.verdict.policy import ACTIONS, Policy
from c3po.verdict.reading import Job, Plate, read_job
from c3po.verdict.screen import JudgedPart, Screen, default_screen
from c3po.verdict.verdict import Finding, PartVerdict, Problem, Verdict, one_line, worst


@dataclass(frozen=True, eq=False)
class Judged:
    """A verdict with its evidence: every part that was looked at, with the views the network saw."""

    verdict: Verdict
    parts: tuple[JudgedPart, ...]


def classify(
    path: str | Path, *, network: str | Path | None = None, policy: str | Path | None = None, early: bool = False
) -> Verdict:
    """Is the job or mesh in this file a weapon?

    Parameters
    ----------
    path : str or Path
        G-code, STL, 3MF, OBJ, PLY, OFF, GLB, or an archive of them; told by content.
    network, policy : str or Path, optional
        A packed network and a policy file instead of the released ones.
    early : bool
        Replay the job layer by layer and fill ``decided_at``.

    Raises
    ------
    PackedFileError, PolicyError
        The network or the policy cannot be used. A file that cannot be read raises nothing: it is a verdict with an
        ``error``, and its finding is ``review``.

    Guarantees
    ----------
    - The verdict depends on the content alone, not on name or place.

    Examples
    --------
    >>> classify("examples/bracket.stl").finding                                                # doctest: +SKIP
    <Finding.CLEAR: 'clear'>
    """
    if network is None and policy is None:
        screen = default_screen()
    else:
        screen = Screen.open(Path(network) if network else None, Path(policy) if policy else None)
    return judge_file(path, screen, early=early).verdict


def judge_file(path: str | Path, screen: Screen, *, early: bool = False, shown_as: str | None = None) -> Judged:
    """Verdict and evidence for one file; nothing that a file holds makes it raise."""
    started = time.perf_counter()
    blank = unanswered(shown_as or str(path), screen)
    try:
        judged = judge_job(read_job(Path(path), screen.size_px), blank, screen)
        if early:
            judged = Judged(decided_at(members(path), judged.verdict, screen), judged.parts)
    except C3poError as problem:
        judged = Judged(failed(blank, Problem(problem.code, one_line(problem))), ())
    except OSError as problem:
        judged = Judged(failed(blank, Problem("container", unreadable(path, problem))), ())
    except MemoryError:
        message = f"{path}: expected a job that fits in memory, found none left; free some or split the job"
        judged = Judged(failed(blank, Problem("memory", message)), ())
    elapsed_s = time.perf_counter() - started
    return Judged(replace(judged.verdict, elapsed_s=elapsed_s), judged.parts)


def unreadable(path: str | Path, problem: OSError) -> str:
    """The line for a file that the system does not let us read."""
    return f"{path}: expected a readable file, found: {problem.strerror or problem}; check the path and its rights"


def unanswered(path: str, screen: Screen) -> Verdict:
    """The stamped verdict of a file that nothing is known about yet."""
    return Verdict(
        path=path,
        sha256=None,
        format=None,
        finding=Finding.REVIEW,
        network_name=screen.network.name,
        network_digest=screen.network.digest,
        policy_version=screen.policy.stamp,
    )


def failed(blank: Verdict, problem: Problem) -> Verdict:
    """The verdict on a file that could not be judged: ``review``, with the error."""
    return replace(blank, finding=Finding.REVIEW, reasons=("error",), error=problem)


def judge_job(job: Job, blank: Verdict, screen: Screen) -> Judged:
    """Verdict and evidence for everything a file prints."""
    blank = replace(blank, format=job.format, sha256=job.sha256)
    judged = [
        Judged(failed(blank, plate), ()) if isinstance(plate, Problem) else judge_plate(plate, blank, screen)
        for plate in job.plates
    ]
    return judged[0] if len(judged) == 1 else merged(blank, judged)


def judge_plate(
    plate: Plate, blank: Verdict, screen: Screen, *, growing: bool = False, vouched: bool = False
) -> Judged:
    """Verdict and evidence for what one plate prints; ``vouched`` as `Monitor.vouched`."""
    parts = screen.judge_parts(plate.looks, growing=growing, vouched=vouched)
    findings, reasons = _plate_rules(plate, screen.policy, growing=growing)
    gravest = _gravest([part.verdict for part in parts])
    verdict = replace(
        blank,
        finding=worst([*findings, *(part.verdict.finding for part in parts)]),
        score=gravest.score if gravest else 0.0,
        label=gravest.label if gravest else "",
        reasons=tuple(dict.fromkeys([*(code for part in parts for code in part.verdict.reasons), *reasons])),
        parts=tuple(part.verdict for part in parts),
        layers=plate.layers,
        flags=plate.flags,
    )
    return Judged(verdict, parts)


def _plate_rules(plate: Plate, policy: Policy, *, growing: bool) -> tuple[list[Finding], list[str]]:
    """What holds for the plate as a whole, whatever its parts look like."""
    ruled: list[tuple[Finding, str]] = []
    if plate.unreadable:
        ruled.append((ACTIONS[policy.unreadable], "unreadable-shape"))
    if plate.kind in ("cnc", "laser"):
        ruled.append((ACTIONS[policy.not_additive], "not-additive"))
    if plate.n_solids > len(plate.looks):
        ruled.append((Finding.REVIEW, "too-many-parts"))
    if not plate.n_solids and not growing:
        ruled.append((Finding.REVIEW, "nothing-printed"))
    return [finding for finding, _ in ruled], [code for _, code in ruled]


def _gravest(parts: list[PartVerdict]) -> PartVerdict | None:
    return max(parts, key=lambda part: (part.finding.gravity, part.score), default=None)


def merged(blank: Verdict, judged: list[Judged]) -> Judged:
    """One verdict for the members of an archive: the gravest counts, a member that failed is named in the error."""
    verdicts = [member.verdict for member in judged]
    top = max(verdicts, key=lambda verdict: (verdict.finding.gravity, verdict.error is None, verdict.score))
    errors = [verdict.error for verdict in verdicts if verdict.error]
    reasons = [code for verdict in verdicts for code in verdict.reasons]
    if errors and len(errors) < len(verdicts):
        reasons = [*(code for code in reasons if code != "error"), "part-of-file"]
    verdict = replace(
        blank,
        finding=worst([verdict.finding for verdict in verdicts]),
        score=top.score,
        label=top.label,
        reasons=tuple(dict.fromkeys(reasons)),
        parts=tuple(part for verdict in verdicts for part in verdict.parts),
        layers=max(verdict.layers for verdict in verdicts),
        flags=tuple(sorted({flag for verdict in verdicts for flag in verdict.flags})),
        error=errors[0] if errors else None,
    )
    return Judged(verdict, tuple(part for member in judged for part in member.parts))
