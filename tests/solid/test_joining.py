"""Pieces of a cut shape put together again, however they lie; parts that do not belong together left alone."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c3po.solid import Solid, put_together

TURNS = [
    matrix
    for places in itertools.permutations(range(3))
    for signs in itertools.product([1, -1], repeat=3)
    if np.linalg.det(matrix := np.diag(signs) @ np.eye(3, dtype=int)[list(places)]) > 0
]


def turned(voxels: np.ndarray, turn: np.ndarray) -> np.ndarray:
    source = np.abs(turn).argmax(axis=1)
    return np.flip(voxels.transpose(source), [axis for axis in range(3) if turn[axis, source[axis]] < 0])


def solid(voxels: np.ndarray, pitch_mm: float = 0.5) -> Solid:
    return Solid(np.asfortranarray(voxels), pitch_mm, np.zeros(3))


def by_volume(pieces: list[np.ndarray]) -> list[Solid]:
    return [solid(piece) for piece in sorted(pieces, key=np.count_nonzero, reverse=True)]


def lumpy_bar(n_pieces: int) -> np.ndarray:
    """A bar with round ends, to be cut into equal lengths; the outline of each cut is its own and no turn of itself."""
    bar = np.zeros((40 * n_pieces, 40, 40), bool)
    for piece in range(n_pieces):
        start = 40 * piece
        bar[start : start + 40, 8:20, 10:24] = True
        at = start + 12 + piece
        bar[at : at + 7 + 4 * piece, 4 : 23 + 6 * piece, 4 : 38 - 5 * piece] = True
        if piece:
            bar[start - 9 : start + 9, 8:14, 10 : 26 + 6 * piece] = True
    for end in (bar, bar[::-1]):
        for depth in range(5):
            end[depth, : 13 - depth] = end[depth, :, 12 + 2 * depth :] = False
    return bar


def cut(voxels: np.ndarray) -> np.ndarray:
    filled = [np.flatnonzero(voxels.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    return voxels[tuple(slice(found[0], found[-1] + 1) for found in filled)]


def is_same(some: np.ndarray, others: np.ndarray) -> bool:
    """Whether one is the other, turned."""
    some, others = cut(some), cut(others)
    return any(np.array_equal(some, way) for turn in TURNS if (way := turned(others, turn)).shape == some.shape)


@settings(max_examples=40, deadline=None)
@given(
    n_pieces=st.integers(2, 3),
    ways=st.lists(st.sampled_from(TURNS), min_size=3, max_size=3),
)
def test_a_cut_bar_is_put_together_however_its_pieces_lie(n_pieces: int, ways: list[np.ndarray]) -> None:
    bar = lumpy_bar(n_pieces)
    pieces = [turned(piece, way) for piece, way in zip(np.split(bar, n_pieces), ways, strict=False)]
    (whole,) = put_together(by_volume(pieces))
    assert is_same(whole.voxels, bar)
    assert whole.name == "plate put together"
    assert whole.reading == "put together"


def test_pieces_on_grids_of_their_own_meet() -> None:
    bar = lumpy_bar(2)
    fine = np.kron(bar[:40], np.ones((2, 2, 2), bool))
    (whole,) = put_together([solid(bar[40:], 0.5), solid(fine, 0.25)])
    assert is_same(whole.voxels, bar)
    assert whole.pitch_mm == 0.5


def ball(radius: int) -> np.ndarray:
    grid = np.indices((2 * radius + 1,) * 3) - radius
    return (grid**2).sum(axis=0) <= radius**2


@pytest.mark.parametrize(
    "voxels",
    [
        [ball(20), ball(14)],
        [np.ones((30, 30, 40), bool), np.ones((12, 9, 60), bool)],
        [lumpy_bar(2)[:40], lumpy_bar(2)[39::-1]],
        [np.ones((40, 12, 12), bool)],
        [],
    ],
    ids=["round ends", "ends of other sizes", "copies", "one part", "none"],
)
def test_parts_that_do_not_fit_are_left_alone(voxels: list[np.ndarray]) -> None:
    assert list(put_together(by_volume(voxels))) == []


def test_pieces_that_would_run_into_each_other_are_left_alone() -> None:
    hook = np.zeros((40, 20, 60), bool)
    hook[:, :, :10] = hook[:20] = True
    cup = np.ones((46, 26, 40), bool)
    cup[:, :, 8:32] = False
    found = [whole.voxels.sum() for whole in put_together(by_volume([hook, cup]))]
    assert all(volume == hook.sum() + cup.sum() for volume in found)
