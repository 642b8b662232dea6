"""How a part looks while it is printed: cut off at one height after the other, in the poses that people print.

A threshold for growing prints has to hold at the worst moment of a whole print, not at a moment drawn at random: a
harmless part has two dozen chances to look like a gun.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from c3po.errors import C3poError
from c3po.mesh.mesh import Mesh
from c3po.networks.corpus import CorpusPart, read_plate
from c3po.networks.growing import cut_off
from c3po.networks.samples import solid_stack, turned
from c3po.solid import mesh_parts

LYING, STANDING, OVER = "on its side", "standing", "upside down"
POSES = (LYING, STANDING, OVER)
SHARES = np.arange(1, 25) / 25.0
"""Of the height, at which a growing print is looked at; the finished one is another matter."""

MOST_PARTS = 3
"""Of a plate that are followed, largest first."""

Trajectory = tuple[NDArray[np.int64], NDArray[np.uint8]]
"""Indices into SHARES, one per look, and what is seen then: view stacks, uint8 (n, 6, size_px, size_px)."""


def pose_matrix(spans_mm: NDArray[np.float64], pose: str) -> NDArray[np.float64]:
    """The rotation, float64 (3, 3), that lays a box of these sides (3,) on its broad side, on its narrow side or
    stands it on its end."""
    order = np.argsort(-spans_mm)
    turn = np.eye(3)[order if pose == LYING else np.roll(order, 1 if pose == STANDING else 2)]
    if np.linalg.det(turn) < 0:
        turn[0] *= -1
    return turn


def trajectories(meshes: Sequence[Mesh], pose: str, size_px: int) -> list[Trajectory]:
    """What is seen of each part of a plate while it grows; nothing at heights where it cannot be judged."""
    bounds = np.stack([mesh.bounds_mm for mesh in meshes])
    turn = pose_matrix(bounds[:, 1].max(axis=0) - bounds[:, 0].min(axis=0), pose)
    followed = []
    for solid in mesh_parts([turned(mesh, turn) for mesh in meshes])[:MOST_PARTS]:
        stacks = [solid_stack([cut_off(solid, share)], size_px) for share in SHARES]
        seen = [index for index, stack in enumerate(stacks) if stack is not None]
        if seen:
            followed.append((np.array(seen), np.stack([stack for stack in stacks if stack is not None])))
    return followed


def corpus_trajectories(
    parts: Sequence[CorpusPart], size_px: int, workers: int = 1
) -> Iterator[tuple[int, list[Trajectory]]]:
    """The trajectories of each part in each pose, with the index of the part; a file that cannot be read has none."""
    tasks = [(part, pose, size_px) for part in parts for pose in POSES]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        answers = pool.map(_followed, tasks, chunksize=4) if workers > 1 else map(_followed, tasks)
        for number, followed in enumerate(answers):
            yield number // len(POSES), followed


def _followed(task: tuple[CorpusPart, str, int]) -> list[Trajectory]:
    part, pose, size_px = task
    try:
        meshes = [mesh for mesh in read_plate(part.path) if len(mesh.faces)]
    except C3poError:
        return []
    return trajectories(meshes, pose, size_px) if meshes else []


def worst_moment(looks: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]]) -> float:
    """The highest score that two looks in a row reach, of the gravest part each time; 0 where nothing was seen.

    Parameters
    ----------
    looks : of each part the indices into SHARES, int64 (n,), and the scores then, float64 (n,)
    """
    scores = np.zeros(len(SHARES))
    for indices, own in looks:
        scores[indices] = np.maximum(scores[indices], own)
    return float(np.minimum(scores[1:], scores[:-1]).max())
