"""Generated parts in other proportions, or after somebody tried to hide what they are, as samples; harmless ones as
well, so that a fin or a grid of support by itself says nothing.

The kinds are those of the evasion suite that change what is seen; how far each goes is drawn anew for every part. Of a
part in pieces the largest is shown: the end of a barrel by itself is a rod.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from c3po.imaging import VIEW_NAMES
from c3po.mesh.mesh import Mesh
from c3po.networks.samples import CHUNK, Samples, judgeable_stack, random_rotation, turned
from c3po.shapes import FAMILIES, LABELS
from c3po.shapes.changes import transformations as by

Rng = np.random.Generator
Maker = Callable[[str, int, int], NDArray[np.uint8] | None]

DISGUISES: tuple[Callable[[Mesh, Rng], Sequence[Mesh]], ...] = (
    lambda mesh, rng: by.in_pieces(mesh, 2),
    lambda mesh, rng: by.in_pieces(mesh, int(rng.integers(3, 5))),
    lambda mesh, rng: [by.with_fins(mesh, rng, n_fins=int(rng.integers(1, 5)))],
    lambda mesh, rng: [by.with_blocks(mesh, rng, n_blocks=int(rng.integers(1, 5)))],
    lambda mesh, rng: [by.in_block(mesh, share=rng.uniform(0.3, 0.6), margin=int(rng.integers(2, 16)))],
    lambda mesh, rng: [by.in_support(mesh, spacing=int(rng.integers(5, 14)))],
    lambda mesh, rng: [by.thickened(mesh, rng.uniform(0.015, 0.06))],
    lambda mesh, rng: [by.opened(mesh, wall=int(rng.integers(2, 5)), share=rng.uniform(0.1, 0.4))],
)


def warped_stack(family: str, seed: int, size_px: int) -> NDArray[np.uint8] | None:
    """The view stack of one generated part in other proportions, uint8; None where it cannot be judged."""
    rng = np.random.default_rng([seed, 13, *family.encode()])
    mesh = by.warped(FAMILIES[family].generate(rng), rng)
    return judgeable_stack(turned(mesh, random_rotation(rng)), size_px)


def disguised_stack(family: str, seed: int, size_px: int) -> NDArray[np.uint8] | None:
    """The view stack of one generated part in disguise, uint8; None where it cannot be judged."""
    rng = np.random.default_rng([seed, 11, *family.encode()])
    mesh = FAMILIES[family].generate(rng)
    disguise = DISGUISES[seed % len(DISGUISES)]
    return judgeable_stack(disguise(turned(mesh, random_rotation(rng)), rng), size_px)


def _chunk(task: tuple[Maker, str, Sequence[int], int]) -> list[NDArray[np.uint8]]:
    make, family, seeds, size_px = task
    stacks = [make(family, seed, size_px) for seed in seeds]
    return [stack for stack in stacks if stack is not None]


def _samples(make: Maker, family: str, seeds: Sequence[int], size_px: int, pool: Executor | None) -> Samples:
    tasks = [(make, family, seeds[start : start + CHUNK], size_px) for start in range(0, len(seeds), CHUNK)]
    answers = map(_chunk, tasks) if pool is None else pool.map(_chunk, tasks)
    stacks = [stack for answer in answers for stack in answer]
    views = np.stack(stacks) if stacks else np.zeros((0, len(VIEW_NAMES), size_px, size_px), np.uint8)
    label = LABELS.index(FAMILIES[family].label)
    return Samples(views, np.full(len(views), label, dtype=np.int64), (family,) * len(views))


def disguised_samples(family: str, seeds: Sequence[int], size_px: int, pool: Executor | None = None) -> Samples:
    """One sample in disguise for each seed, in order; seeds whose part cannot be judged are left out."""
    return _samples(disguised_stack, family, seeds, size_px, pool)


def warped_samples(family: str, seeds: Sequence[int], size_px: int, pool: Executor | None = None) -> Samples:
    """One sample in other proportions for each seed, in order; seeds whose part cannot be judged are left out."""
    return _samples(warped_stack, family, seeds, size_px, pool)
