"""Real parts as samples: a list of mesh files with what is known of each, in random poses.

A real part is often known only as *no weapon*; its target is then the set of labels that it may have. Sources
(repository, artist) travel along, since a split by file would let near-copies cross.
"""

import csv
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from c3po.containers import members
from c3po.errors import C3poError, ManifestError
from c3po.mesh import joined, read_meshes
from c3po.mesh.mesh import Mesh
from c3po.networks.growing import LEAST_SHARE_OF_A_GUN, cut_off, lying
from c3po.networks.samples import WEAPON_LABELS, random_rotation, solid_stack, turned
from c3po.shapes import LABELS
from c3po.solid import mesh_parts

NOT_A_GUN = tuple(label for label in LABELS if label not in WEAPON_LABELS)
LABEL_SETS = {"gun": WEAPON_LABELS, "benign": tuple(label for label in NOT_A_GUN if label != "blade")} | {
    label: (label,) for label in LABELS
}


@dataclass(frozen=True)
class CorpusPart:
    """One real file: where it is, which labels it may have (a key of ``LABEL_SETS``), and where it came from."""

    path: Path
    label: str
    source: str


@dataclass(frozen=True, eq=False)
class CorpusSamples:
    """View stacks of real parts.

    Parameters
    ----------
    views : uint8, shape (n, 6, size_px, size_px)
    label_sets : bool, shape (n, n_labels)
    part : int64, shape (n,)
        Index into the list of parts.
    growing : bool, shape (n,)
        Whether the part was cut off, as a print not finished.
    """

    views: NDArray[np.uint8]
    label_sets: NDArray[np.bool_]
    part: NDArray[np.int64]
    growing: NDArray[np.bool_]


def read_corpus(index: Path) -> list[CorpusPart]:
    """The parts listed in a CSV with the columns file, label, source; files are relative to the CSV.

    Raises
    ------
    ManifestError
        There is no file, a column is missing or a label is unknown; the text names the line.
    """
    if not index.is_file():
        raise ManifestError(
            f"{index}: expected a CSV with the columns file, label, source, found no file; "
            "make it by c3po dataset corpus add"
        )
    parts = []
    with index.open(newline="", encoding="utf-8") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            missing = {"file", "label", "source"} - row.keys()
            if missing:
                raise ManifestError(
                    f"{index}:{number}: expected the columns file, label, source; add {sorted(missing)}"
                )
            if row["label"] not in LABEL_SETS:
                known = ", ".join(LABEL_SETS)
                raise ManifestError(f"{index}:{number}: expected a label of {known}, got {row['label']!r}")
            parts.append(CorpusPart(index.parent / row["file"], row["label"], row["source"]))
    return parts


def read_plate(path: Path) -> tuple[Mesh, ...]:
    """Every mesh in a file."""
    return tuple(mesh for member in members(path) for mesh in read_meshes(member))


def part_stacks(part: CorpusPart, seed: int, poses: int, size_px: int) -> list[tuple[NDArray[np.uint8], bool]]:
    """View stacks of a file in ``poses`` random orientations, each with whether it is of a print not finished.

    A harmless part comes once whole and once cut off in each pose, a weapon half as often lying on its broad side and
    cut off (see `growing`). Fewer where the part cannot be judged.
    """
    rng = np.random.default_rng([seed, *part.path.name.encode()])
    try:
        meshes = read_plate(part.path)
    except C3poError:
        return []
    is_weapon = part.label != "benign"
    stacks: list[tuple[NDArray[np.uint8] | None, bool]] = []
    for _ in range(poses):
        solids = mesh_parts(posed_at_random(meshes, rng))
        stacks.append((solid_stack(solids, size_px), False))
        if solids and not is_weapon:
            stacks.append((solid_stack([cut_off(solids[0], rng.uniform(0.04, 0.95))], size_px), True))
    for _ in range(poses // 2 if is_weapon and meshes else 0):
        turn = lying(joined(meshes), rng)
        solids = mesh_parts([turned(mesh, turn) for mesh in meshes])
        if solids:
            share = rng.uniform(LEAST_SHARE_OF_A_GUN, 0.9)
            stacks.append((solid_stack([cut_off(solids[0], share)], size_px), True))
    return [(stack, growing) for stack, growing in stacks if stack is not None]


def posed_at_random(meshes: Sequence[Mesh], rng: np.random.Generator) -> list[Mesh]:
    """The plate turned at random after each axis was scaled by up to 10 % either way."""
    pose = random_rotation(rng) @ np.diag(rng.uniform(0.9, 1.1, size=3))
    return [turned(mesh, pose) for mesh in meshes]


def _stacks(task: tuple[CorpusPart, int, int, int]) -> list[tuple[NDArray[np.uint8], bool]]:
    return part_stacks(*task)


def corpus_samples(
    parts: Sequence[CorpusPart], poses: Sequence[int], seed: int = 0, size_px: int = 64, workers: int = 1
) -> Iterator[tuple[int, CorpusSamples]]:
    """Samples of each part in order, from ``poses[i]`` orientations of part ``i``, with the number of parts done."""
    tasks = [(part, seed, count, size_px) for part, count in zip(parts, poses, strict=True)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        answers = pool.map(_stacks, tasks, chunksize=4) if workers > 1 else map(_stacks, tasks)
        for index, stacks in enumerate(answers):
            views = np.stack([stack for stack, _ in stacks]) if stacks else np.zeros((0, 6, size_px, size_px), np.uint8)
            allowed = np.array([label in LABEL_SETS[parts[index].label] for label in LABELS])
            growing = np.array([cut for _, cut in stacks], dtype=np.bool_)
            yield (
                index + 1,
                CorpusSamples(views, np.tile(allowed, (len(views), 1)), np.full(len(views), index), growing),
            )
