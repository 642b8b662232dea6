"""Prints that are not finished, as samples: generated parts cut off at a height above the bed.

A weapon lies on its broad side, as people print it: cut off low, that still shows its outline, while one that stands on
its handle shows nothing yet and would only teach that any stump is a gun. Harmless parts lie in any pose.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from c3po.mesh.mesh import Mesh
from c3po.networks.samples import WEAPON_LABELS, Samples, random_rotation, samples_by_seed, solid_stack, turned
from c3po.shapes import FAMILIES
from c3po.solid import Solid, mesh_parts

LEAST_SHARE_OF_A_GUN = 0.12
"""Of its height; less of a gun on its side is a smear."""

CHUNK = 10
LYING_SHARE = 0.3
"""Harmless parts that lie on their broad side, too; the others in any pose."""


def lying(mesh: Mesh, rng: np.random.Generator) -> NDArray[np.float64]:
    """A rotation, float64 (3, 3), that lays the mesh on a broad side, turned at random about Z."""
    broad = np.eye(3)[np.argsort(-np.ptp(mesh.vertices_mm, axis=0))]
    if np.linalg.det(broad) < 0:
        broad[2] *= -1
    angle_rad = rng.uniform(0, 2 * np.pi)
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    about_z = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    over = np.diag([1.0, -1.0, -1.0]) if rng.random() < 0.5 else np.eye(3)
    turn: NDArray[np.float64] = about_z @ over @ broad
    return turn


def cut_off(solid: Solid, share: float) -> Solid:
    """The solid without what lies above ``share`` (0 to 1) of its height; two voxels stay at least."""
    heights = np.flatnonzero(solid.voxels.any(axis=(0, 1)))
    low, high = int(heights[0]), int(heights[-1])
    top = low + max(2, round(share * (high - low + 1)))
    voxels = solid.voxels[:, :, low:top]
    across, along = np.flatnonzero(voxels.any(axis=(1, 2))), np.flatnonzero(voxels.any(axis=(0, 2)))
    kept = voxels[across[0] : across[-1] + 1, along[0] : along[-1] + 1]
    origin_mm = solid.origin_mm + solid.pitch_mm * np.array([across[0], along[0], low], dtype=np.float64)
    return replace(solid, voxels=np.asfortranarray(kept), origin_mm=origin_mm)


def growing_stacks(family: str, seed: int, size_px: int) -> Iterator[NDArray[np.uint8]]:
    """View stacks of one generated part at two heights, as far as they can be judged."""
    rng = np.random.default_rng([seed, 7, *family.encode()])
    mesh = FAMILIES[family].generate(rng)
    is_gun = FAMILIES[family].label in WEAPON_LABELS
    turn = lying(mesh, rng) if is_gun or rng.random() < LYING_SHARE else random_rotation(rng)
    solids = mesh_parts(turned(mesh, turn))
    shares = ((0.08, 0.3), (0.3, 0.9)) if is_gun else ((0.04, 0.3), (0.3, 0.95))
    for share in [rng.uniform(*span) for span in shares] if solids else []:
        if is_gun and share < LEAST_SHARE_OF_A_GUN:
            continue
        stack = solid_stack([cut_off(solids[0], share)], size_px)
        if stack is not None:
            yield stack


def growing_samples(family: str, seeds: Sequence[int], size_px: int, pool: Executor | None = None) -> Samples:
    """Up to two samples of a family for each seed, in order."""
    return samples_by_seed(growing_stacks, family, seeds, size_px, pool, CHUNK)
