"""Training samples: parts of the shape families in random poses, as view stacks.

Each sample depends on its own seed alone, so that any number of workers gives the same arrays.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from c3po.imaging import VIEW_NAMES, is_judgeable, toned, view_stack
from c3po.mesh.mesh import Mesh
from c3po.shapes import FAMILIES, LABELS
from c3po.solid import Solid, mesh_parts

WEAPON_LABELS = LABELS[:2]
WEAPON_COLUMNS = [LABELS.index(label) for label in WEAPON_LABELS]
"""Of label probabilities, those that make the weapon score."""

CHUNK = 32
StacksOf = Callable[[str, int, int], Iterable[NDArray[np.uint8]]]
"""View stacks of one generated part, of its family, seed and size in pixels; none where it cannot be judged."""

VIEW_SETS = {"bed+axes": slice(0, 6), "axes": slice(3, 6)}


@dataclass(frozen=True, eq=False)
class Samples:
    """View stacks and what they show.

    Parameters
    ----------
    views : uint8, shape (n, 6, size_px, size_px)
        255 times the toned thickness (`c3po.imaging.toned`).
    labels : int64, shape (n,)
        Index into ``LABELS``.
    families : tuple of str, length n
    """

    views: NDArray[np.uint8]
    labels: NDArray[np.int64]
    families: tuple[str, ...]

    def seen(self, views: str) -> "Samples":
        """The same samples with the views a network takes: a key of ``VIEW_SETS``."""
        return Samples(np.ascontiguousarray(self.views[:, VIEW_SETS[views]]), self.labels, self.families)

    def subset(self, keep: NDArray[np.bool_]) -> "Samples":
        """The samples where ``keep`` (bool, shape (n,)) is true."""
        return Samples(self.views[keep], self.labels[keep], tuple(np.asarray(self.families, dtype=object)[keep]))


def random_rotation(rng: np.random.Generator) -> NDArray[np.float64]:
    """A rotation matrix, float64, shape (3, 3): half the time only about Z, else uniform over all orientations."""
    if rng.random() < 0.5:
        angle_rad = rng.uniform(0.0, 2.0 * np.pi)
        c, s = np.cos(angle_rad), np.sin(angle_rad)
        about_z = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
        return about_z @ lying_on(int(rng.integers(6)))
    w, x, y, z = rng.normal(size=4)
    norm = np.sqrt(w * w + x * x + y * y + z * z)
    w, x, y, z = w / norm, x / norm, y / norm, z / norm
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def lying_on(face: int) -> NDArray[np.float64]:
    """The rotation that turns one of the six box faces (0 to 5) to the bed, float64, shape (3, 3)."""
    axis, sign = divmod(face, 2)
    down = np.roll(np.eye(3), axis, axis=0)
    return down if sign == 0 else np.diag([1.0, -1.0, -1.0]) @ down


def turned(mesh: Mesh, rotation: NDArray[np.float64]) -> Mesh:
    """The mesh after a linear map (float64, shape (3, 3)) about the origin."""
    return replace(mesh, vertices_mm=mesh.vertices_mm @ rotation.T)


def judgeable_stack(meshes: Mesh | Sequence[Mesh], size_px: int) -> NDArray[np.uint8] | None:
    """View stack of the largest part that some meshes make, uint8; None where it cannot be judged."""
    return solid_stack(mesh_parts(meshes), size_px)


def solid_stack(solids: Sequence[Solid], size_px: int) -> NDArray[np.uint8] | None:
    """View stack of the first solid, uint8, shape (6, size_px, size_px); None where it cannot be judged."""
    if not solids or is_judgeable(solids[0]) is not None:
        return None
    return np.asarray(np.rint(toned(view_stack(solids[0], size_px)) * 255.0), dtype=np.uint8)


def family_sample(family: str, seed: int, size_px: int) -> NDArray[np.uint8] | None:
    """The view stack of one generated part, uint8, shape (6, size_px, size_px); None where it cannot be judged."""
    rng = np.random.default_rng([seed, *family.encode()])
    mesh = FAMILIES[family].generate(rng)
    return judgeable_stack(turned(mesh, random_rotation(rng)), size_px)


def family_counts(families: Sequence[str], count: int, weapon_share: float) -> dict[str, int]:
    """Parts to draw of each family: ``weapon_share`` of guns, the rest spread evenly over the other families."""
    guns = [name for name in families if FAMILIES[name].label in WEAPON_LABELS]
    others = [name for name in families if name not in guns]
    share = weapon_share if guns and others else float(bool(guns))
    per_gun = round(count * share / max(1, len(guns)))
    per_other = round(count * (1.0 - share) / max(1, len(others)))
    return {name: per_gun if name in guns else per_other for name in families}


def at_most_one(stack: NDArray[np.uint8] | None) -> list[NDArray[np.uint8]]:
    """The stack in a list, which is empty without one."""
    return [] if stack is None else [stack]


def _whole_stacks(family: str, seed: int, size_px: int) -> list[NDArray[np.uint8]]:
    return at_most_one(family_sample(family, seed, size_px))


def family_samples(family: str, seeds: Sequence[int], size_px: int, pool: Executor | None = None) -> Samples:
    """One sample of a family for each seed, in order; seeds whose part cannot be judged are left out."""
    return samples_by_seed(_whole_stacks, family, seeds, size_px, pool)


def samples_by_seed(
    stacks_of: StacksOf, family: str, seeds: Sequence[int], size_px: int, pool: Executor | None, chunk: int = CHUNK
) -> Samples:
    """What ``stacks_of`` gives for each seed, in order; ``chunk`` seeds are one task of the pool."""
    tasks = [(stacks_of, family, seeds[start : start + chunk], size_px) for start in range(0, len(seeds), chunk)]
    answers = map(_chunk, tasks) if pool is None else pool.map(_chunk, tasks)
    stacks = [stack for answer in answers for stack in answer]
    views = np.stack(stacks) if stacks else np.zeros((0, len(VIEW_NAMES), size_px, size_px), np.uint8)
    labels = np.full(len(views), LABELS.index(FAMILIES[family].label), dtype=np.int64)
    return Samples(views, labels, (family,) * len(views))


def _chunk(task: tuple[StacksOf, str, Sequence[int], int]) -> list[NDArray[np.uint8]]:
    stacks_of, family, seeds, size_px = task
    return [stack for seed in seeds for stack in stacks_of(family, seed, size_px)]


def join_samples(pieces: Sequence[Samples]) -> Samples:
    """All samples of several pieces, in order."""
    return Samples(
        np.concatenate([piece.views for piece in pieces]),
        np.concatenate([piece.labels for piece in pieces]),
        tuple(family for piece in pieces for family in piece.families),
    )
