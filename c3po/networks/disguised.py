"""Generated parts in other proportions, or after somebody tried to hide what they are, as samples; harmless ones as
well, so that a fin or a grid of support by itself says nothing.

The kinds are those of the evasion suite that change what is seen; how far each goes is drawn anew for every part. Of a
part in pieces the largest is shown: the end of a barrel by itself is a rod.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from c3po.mesh.mesh import Mesh
from c3po.networks.samples import Samples, at_most_one, judgeable_stack, random_rotation, samples_by_seed, turned
from c3po.shapes import FAMILIES
from c3po.shapes.changes import transformations as by

Rng = np.random.Generator

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


def warped_stacks(family: str, seed: int, size_px: int) -> list[NDArray[np.uint8]]:
    """The view stack of one generated part in other proportions, uint8; none where it cannot be judged."""
    rng = np.random.default_rng([seed, 13, *family.encode()])
    mesh = by.warped(FAMILIES[family].generate(rng), rng)
    return at_most_one(judgeable_stack(turned(mesh, random_rotation(rng)), size_px))


def disguised_stacks(family: str, seed: int, size_px: int) -> list[NDArray[np.uint8]]:
    """The view stack of one generated part in disguise, uint8; none where it cannot be judged."""
    rng = np.random.default_rng([seed, 11, *family.encode()])
    mesh = FAMILIES[family].generate(rng)
    disguise = DISGUISES[seed % len(DISGUISES)]
    return at_most_one(judgeable_stack(disguise(turned(mesh, random_rotation(rng)), rng), size_px))


def disguised_samples(family: str, seeds: Sequence[int], size_px: int, pool: Executor | None = None) -> Samples:
    """One sample in disguise for each seed, in order; seeds whose part cannot be judged are left out."""
    return samples_by_seed(disguised_stacks, family, seeds, size_px, pool)


def warped_samples(family: str, seeds: Sequence[int], size_px: int, pool: Executor | None = None) -> Samples:
    """One sample in other proportions for each seed, in order; seeds whose part cannot be judged are left out."""
    return samples_by_seed(warped_stacks, family, seeds, size_px, pool)
