"""The same parts seen in every way that a row needs: views in two sizes, voxels in the principal frame, a histogram."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from c3po.dataset.features import d2_histogram
from c3po.errors import C3poError
from c3po.imaging import is_judgeable, view_stack
from c3po.networks.corpus import LABEL_SETS, CorpusPart, posed_at_random, read_plate
from c3po.networks.samples import family_counts, random_rotation, turned
from c3po.shapes import FAMILIES, LABELS
from c3po.solid import Solid, mesh_parts

SIDE = 32
"""Of the voxel cube."""

KINDS = ("views_64", "views_96", "voxels", "histogram")


@dataclass(frozen=True, eq=False)
class Seen:
    """Parts, one row each.

    Parameters
    ----------
    views_64, views_96 : float16, shape (n, 6, 64, 64) and (n, 3, 96, 96): thickness; the axes' views alone
    voxels : bool, shape (n, SIDE, SIDE, SIDE), in the frame of the principal axes
    histogram : float32, shape (n, bins), the D2 shape distribution
    allowed : bool, shape (n, n_labels), the labels that the part may have
    part : int64, shape (n,), which part or family it is of
    """

    views_64: NDArray[np.float16]
    views_96: NDArray[np.float16]
    voxels: NDArray[np.bool_]
    histogram: NDArray[np.float32]
    allowed: NDArray[np.bool_]
    part: NDArray[np.int64]

    def rows(self, keep: NDArray[np.bool_]) -> "Seen":
        """The rows where ``keep`` is true."""
        return Seen(**{name: values[keep] for name, values in vars(self).items()})


def framed_voxels(solid: Solid) -> NDArray[np.bool_]:
    """The solid in a cube of SIDE voxels, longest extent along the first axis, each axis towards its longer tail."""
    where = np.argwhere(solid.voxels) + 0.5
    centred = where - where.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1]
    along = centred @ axes
    axes = axes * np.where(along.max(axis=0) < -along.min(axis=0), -1.0, 1.0)
    along = centred @ axes
    middle, reach = (along.max(axis=0) + along.min(axis=0)) / 2.0, np.ptp(along, axis=0).max() / 2.0
    grid = (np.arange(SIDE) + 0.5) / SIDE * 2.0 - 1.0
    places = np.stack(np.meshgrid(grid, grid, grid, indexing="ij"), axis=-1) * reach * SIDE / (SIDE - 2.0) + middle
    index = np.floor(places @ axes.T + where.mean(axis=0)).astype(np.int64)
    inside = ((index >= 0) & (index < solid.voxels.shape)).all(axis=-1)
    x, y, z = np.moveaxis(np.where(inside[..., None], index, 0), -1, 0)
    found: NDArray[np.bool_] = solid.voxels[x, y, z] & inside
    return found


Row = tuple[NDArray[np.float16], NDArray[np.float16], NDArray[np.bool_], NDArray[np.float32]]


def seen(solid: Solid, rng: np.random.Generator) -> Row:
    """One row of `Seen`."""
    views, large = view_stack(solid, 64).astype(np.float16), view_stack(solid, 96)[3:].astype(np.float16)
    return views, large, framed_voxels(solid), d2_histogram(solid, rng)


def _generated(task: tuple[str, int]) -> list[Row]:
    family, seed = task
    rng = np.random.default_rng([seed, 23, *family.encode()])
    mesh = FAMILIES[family].generate(rng)
    solids = mesh_parts(turned(mesh, random_rotation(rng)))
    return [seen(solids[0], rng)] if solids and is_judgeable(solids[0]) is None else []


def _real(task: tuple[CorpusPart, int]) -> list[Row]:
    part, poses = task
    rng = np.random.default_rng([29, *part.path.name.encode()])
    try:
        meshes = read_plate(part.path)
    except C3poError:
        return []
    rows = []
    for _ in range(poses):
        solids = mesh_parts(posed_at_random(meshes, rng))
        if solids and is_judgeable(solids[0]) is None:
            rows.append(seen(solids[0], rng))
    return rows


def generated(count: int, path: Path, workers: int) -> Seen:
    """``count`` parts of all families, two in five of them guns; kept in ``path``."""
    counts = family_counts(sorted(FAMILIES), count, 0.4)
    tasks = [(family, seed) for family, n in counts.items() for seed in range(n)]
    allowed = [np.array([label == FAMILIES[family].label for label in LABELS]) for family, _ in tasks]
    names = sorted(FAMILIES)
    return _kept(path, lambda: _made(_generated, tasks, allowed, [names.index(f) for f, _ in tasks], workers))


def real(parts: Sequence[CorpusPart], path: Path, workers: int, gun_poses: int = 12, other_poses: int = 6) -> Seen:
    """Every real part in random poses, its axes stretched by up to 10 %; kept in ``path``."""
    tasks = [(part, other_poses if part.label == "benign" else gun_poses) for part in parts]
    allowed = [np.array([label in LABEL_SETS[part.label] for label in LABELS]) for part in parts]
    return _kept(path, lambda: _made(_real, tasks, allowed, list(range(len(parts))), workers))


def _made(
    make: Callable[..., list[Row]], tasks: Sequence[tuple[object, int]], allowed: list[NDArray[np.bool_]],
    part: list[int], workers: int,
) -> Seen:  # fmt: skip
    rows, sets, owners = [], [], []
    with ProcessPoolExecutor(workers) as pool:
        for number, found in enumerate(pool.map(make, tasks, chunksize=16)):
            rows += found
            sets += [allowed[number]] * len(found)
            owners += [part[number]] * len(found)
    views, large, voxels, histogram = (np.stack(column) for column in zip(*rows, strict=True))
    return Seen(views, large, voxels, histogram, np.stack(sets), np.array(owners))


def _kept(path: Path, make: Callable[[], Seen]) -> Seen:
    if not path.exists():
        made = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial.npz")
        np.savez(partial, **vars(made))
        partial.replace(path)
    with np.load(path) as table:
        return Seen(**{name: table[name] for name in table.files})
