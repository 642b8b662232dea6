"""When would the stream have been stopped? A job replayed through a Monitor."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from c3po.containers import Member
from c3po.verdict.reading import TOOLPATHS
from c3po.verdict.screen import Screen
from c3po.verdict.verdict import DecidedAt, Finding, Verdict

PIECE_BYTES = 4096


def decided_at(members: Sequence[Member], verdict: Verdict, screen: Screen) -> Verdict:
    """The verdict with ``decided_at`` filled, from a replay of the jobs among the members; a mesh has no such moment.

    A job whose growing part was called a weapon is a weapon, since its print would have been stopped; a weapon that no
    partial print gave away is decided at its end. A job that is clear as a whole is vouched for (`Monitor.vouched`).
    """
    if verdict.error is not None and not verdict.parts:
        return verdict
    for member in members:
        if member.format in TOOLPATHS:
            found = _replayed(member, verdict, screen)
            if found is not None:
                return replace(
                    verdict,
                    finding=Finding.WEAPON,
                    reasons=tuple(dict.fromkeys((*verdict.reasons, "weapon-while-growing"))),
                    decided_at=found,
                )
    if verdict.finding is Finding.WEAPON and verdict.layers:
        return replace(verdict, decided_at=DecidedAt(verdict.layers, 1.0))
    return verdict


def _replayed(member: Member, verdict: Verdict, screen: Screen) -> DecidedAt | None:
    from c3po.verdict.monitor import Monitor

    monitor = Monitor(screen, total_layers=verdict.layers, cpu_share=1.0)
    monitor.vouched = verdict.finding is Finding.CLEAR
    for piece in pieces(member):
        if monitor.feed(piece):
            return monitor.verdict.decided_at
    return None


def pieces(member: Member, piece_bytes: int = PIECE_BYTES) -> Iterator[bytes]:
    """The bytes of a member in pieces small enough that layers are told apart."""
    for chunk in member.chunks():
        for start in range(0, len(chunk), piece_bytes):
            yield chunk[start : start + piece_bytes]
