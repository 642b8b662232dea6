"""Pieces of one shape put together again: parts of a plate whose flat ends fit one another.

Pure geometry: what a saw leaves is two ends of the same outline. Who joins the pieces after printing needs no more.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from c3po.solid.morphology import Voxels, filled_box
from c3po.solid.solid import Solid, read_as

PUT_TOGETHER = "put together"
MOST_PIECES = 8  # the largest of a plate; of more, most are copies or a kit
FLAT_DEPTH = 4  # voxels inwards from an end, where a flat one has about the same outline
FLAT, FITS = 0.75, 0.85  # share that two outlines have in common of what either has
LEAST_AREA = 30  # voxels of an end
LEAST_SHARE = 0.1  # of an end, in the largest cross-section across the same direction
MOST_OVERLAP = 0.05  # of a piece, in those already placed
COPY_SIDES, COPY_VOLUME = (
    2,
    0.97,
)  # voxels; share: pieces as alike as this are copies, which belong to no shape together
MOST_VOXELS = 1 << 26  # of the box of a whole

Turn = NDArray[np.int64]  # 3 x 3, a signed permutation of determinant 1

AHEAD: dict[tuple[int, int], Turn] = {
    (0, 1): np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    (0, -1): np.array([[-1, 0, 0], [0, -1, 0], [0, 0, 1]]),
    (1, 1): np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1]]),
    (1, -1): np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]]),
    (2, 1): np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]]),
    (2, -1): np.array([[0, 0, -1], [0, 1, 0], [1, 0, 0]]),
}  # by axis and sign of an end: the turn that makes it face along x
HALF_TURN = AHEAD[0, -1]  # what faced along x faces back
QUARTER: Turn = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])  # about x


@dataclass(frozen=True, eq=False)
class _End:
    """A flat end of a piece, seen along x."""

    piece: int
    ahead: Turn
    outline: Voxels


@dataclass(frozen=True, eq=False)
class _Joint:
    """Two ends that fit, and the turn of the second piece that fits best where the first faces along x."""

    first: _End
    second: _End
    turn: Turn
    fit: float


@dataclass(frozen=True, eq=False)
class _Placed:
    turn: Turn
    corner: NDArray[np.int64]
    voxels: Voxels


def put_together(solids: Sequence[Solid]) -> Iterator[Solid]:
    """Pieces whose flat ends have the same outline, joined there in the way that fits best; one Solid for each shape.

    Only the best way counts: of several wrong ones some would look like anything.

    Parameters
    ----------
    solids : sequence of Solid
        The parts of a plate by falling volume; ends are looked for along the axes of the bed.
    """
    some = solids[:MOST_PIECES]
    if len(some) < 2:
        return
    pitch_mm = max(solid.pitch_mm for solid in some)
    pieces = [_at_pitch(solid, pitch_mm) for solid in some]
    pairs = itertools.combinations(_ends(pieces), 2)
    joints = _chosen([joint for a, b in pairs if (joint := _joint(a, b, pieces)) is not None])
    for number, group in enumerate(_groups(joints), start=1):
        voxels = _joined(pieces, group)
        if voxels is not None:
            first = some[group[0].first.piece]
            name = "plate" if number == 1 else f"plate {number}"
            yield read_as(replace(first, voxels=voxels, pitch_mm=pitch_mm, name=name, flags=()), PUT_TOGETHER)


def _at_pitch(solid: Solid, pitch_mm: float) -> Voxels:
    counts = [max(1, round(n * solid.pitch_mm / pitch_mm)) for n in solid.voxels.shape]
    places = [((np.arange(n) + 0.5) * had / n).astype(int) for n, had in zip(counts, solid.voxels.shape, strict=True)]
    taken = solid.voxels[np.ix_(*places)]
    return taken[filled_box(taken)]


def _turned(voxels: Voxels, turn: Turn) -> Voxels:
    source = np.abs(turn).argmax(axis=1)
    ways = tuple(slice(None, None, int(turn[axis, source[axis]])) for axis in range(3))
    return np.asarray(voxels.transpose(source)[ways])


def _ends(pieces: Sequence[Voxels]) -> list[_End]:
    found = []
    for number, piece in enumerate(pieces):
        for ahead in AHEAD.values():
            along = _turned(piece, ahead)
            if len(along) < 2 * FLAT_DEPTH:
                continue
            outline, inside = _outline(along[-2:]), _outline(along[-FLAT_DEPTH - 2 : -FLAT_DEPTH])
            area, largest = np.count_nonzero(outline), along.sum(axis=(1, 2)).max()
            if area >= max(LEAST_AREA, LEAST_SHARE * largest) and _common(outline, inside) >= FLAT:
                found.append(_End(number, ahead, outline))
    return found


def _outline(layers: Voxels) -> Voxels:
    return np.asarray(layers.any(axis=0))


def _common(some: Voxels, others: Voxels) -> float:
    return float(np.count_nonzero(some & others)) / (float(np.count_nonzero(some | others)) or 1.0)


def _joint(first: _End, second: _End, pieces: Sequence[Voxels]) -> _Joint | None:
    """The joint of two ends of different pieces; None where they do not fit."""
    least, most = sorted(float(np.count_nonzero(end.outline)) for end in (first, second))
    if first.piece == second.piece or least < FITS * most or _are_copies(pieces[first.piece], pieces[second.piece]):
        return None
    best = _Joint(first, second, HALF_TURN @ second.ahead, 0.0)
    for quarters in range(4):
        turn = np.linalg.matrix_power(QUARTER, quarters) @ HALF_TURN @ second.ahead
        fit = _fit(first.outline, _outline(_turned(pieces[second.piece], turn)[:2]))
        if fit > best.fit:
            best = replace(best, turn=turn, fit=fit)
    return best if best.fit >= FITS else None


def _are_copies(some: Voxels, others: Voxels) -> bool:
    """Whether two pieces have about the same sides and volume: printed twice, or mirrored."""
    sides = zip(sorted(some.shape), sorted(others.shape), strict=True)
    least, most = sorted(float(np.count_nonzero(piece)) for piece in (some, others))
    return all(abs(a - b) <= COPY_SIDES for a, b in sides) and least >= COPY_VOLUME * most


def _fit(some: Voxels, others: Voxels) -> float:
    """Share in common of two outlines, laid middle on middle."""
    a, b = some[filled_box(some)], others[filled_box(others)]
    if np.abs(np.subtract(a.shape, b.shape)).max() > 2 + 0.1 * max(a.shape):
        return 0.0
    shape = np.maximum(a.shape, b.shape)
    return _common(_in_the_middle(a, shape), _in_the_middle(b, shape))


def _in_the_middle(outline: Voxels, shape: NDArray[np.int64]) -> Voxels:
    before = (shape - outline.shape) // 2
    after = shape - outline.shape - before
    return np.pad(outline, list(zip(before, after, strict=True)))


def _chosen(joints: Sequence[_Joint]) -> list[_Joint]:
    """The best joints, of equal ones the smallest, as a saw cuts; each end in one of them, no ring."""
    group: dict[int, int] = {}
    used: set[int] = set()
    chosen = []
    for joint in sorted(joints, key=lambda joint: (-round(joint.fit, 2), np.count_nonzero(joint.first.outline))):
        pieces = joint.first.piece, joint.second.piece
        roots = [group.setdefault(piece, piece) for piece in pieces]
        if roots[0] == roots[1] or used & {id(joint.first), id(joint.second)}:
            continue
        used |= {id(joint.first), id(joint.second)}
        group = {piece: roots[0] if root == roots[1] else root for piece, root in group.items()}
        chosen.append(joint)
    return chosen


def _groups(joints: Sequence[_Joint]) -> list[list[_Joint]]:
    """Joints that hang together, each after one that reaches it."""
    left, groups = list(joints), []
    while left:
        group = [left.pop(0)]
        held = {group[0].first.piece, group[0].second.piece}
        while reached := [joint for joint in left if {joint.first.piece, joint.second.piece} & held]:
            group.append(reached[0])
            held |= {reached[0].first.piece, reached[0].second.piece}
            left.remove(reached[0])
        groups.append(group)
    return groups


def _joined(pieces: Sequence[Voxels], joints: Sequence[_Joint]) -> Voxels | None:
    """All pieces in one array; None where they would run into each other, or reach far apart."""
    still = np.eye(3, dtype=np.int64)
    start = joints[0].first.piece
    placed = {start: _Placed(still, np.zeros(3, np.int64), pieces[start])}
    for joint in joints:
        number, piece = _beside(placed, joint, pieces)
        placed[number] = piece
    low = np.min([piece.corner for piece in placed.values()], axis=0)
    high = np.max([piece.corner + piece.voxels.shape for piece in placed.values()], axis=0)
    if np.prod((high - low).astype(float)) > MOST_VOXELS:
        return None
    whole = np.zeros(high - low, bool)
    for piece in placed.values():
        where = tuple(slice(a, a + n) for a, n in zip(piece.corner - low, piece.voxels.shape, strict=True))
        if np.count_nonzero(whole[where] & piece.voxels) > MOST_OVERLAP * np.count_nonzero(piece.voxels):
            return None
        whole[where] |= piece.voxels
    return np.asfortranarray(whole)


def _beside(placed: dict[int, _Placed], joint: _Joint, pieces: Sequence[Voxels]) -> tuple[int, _Placed]:
    """The piece that a joint adds, beside the one that is placed."""
    if joint.first.piece in placed:
        end, other, relative = joint.first, joint.second, joint.turn
    else:  # the same, seen from the second
        end, other = joint.second, joint.first
        relative = joint.second.ahead @ joint.turn.T @ joint.first.ahead
    held = placed[end.piece]
    frame = held.turn @ end.ahead.T  # from the frame of the end, which faces along x, to the whole
    there, here = _turned(pieces[end.piece], end.ahead), _turned(pieces[other.piece], relative)
    shift = _middle(_outline(there[-2:])) - _middle(_outline(here[:2]))
    corner = np.array([len(there), *np.rint(shift).astype(np.int64)])
    low = _least_corner(frame, np.zeros(3, np.int64), np.array(there.shape))
    at = _least_corner(frame, corner, np.array(here.shape)) - low + held.corner
    turned = frame @ relative
    return other.piece, _Placed(turned, at, _turned(pieces[other.piece], turned))


def _middle(outline: Voxels) -> NDArray[np.float64]:
    return np.array([side.start + side.stop for side in filled_box(outline)]) / 2.0


def _least_corner(frame: Turn, corner: NDArray[np.int64], shape: NDArray[np.int64]) -> NDArray[np.int64]:
    """Least corner of a box once it is turned."""
    ends = np.stack([frame @ corner, frame @ (corner + shape)])
    low: NDArray[np.int64] = ends.min(axis=0)
    return low
