"""A shaded picture of a Solid seen from a corner of the bed. For people; no network sees it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from c3po.solid import Solid

PAPER, PART = (24, 26, 30), (214, 170, 96)
MARGIN = 0.05
LIGHT = np.array([0.35, -0.55, 0.76])  # towards the light
SIGHT = np.array([1.0, -1.0, 0.8]) / np.sqrt(2.64)  # towards the eye
MAX_SIDE = 128  # voxels drawn along the longest side


def isometric(solid: Solid, size_px: int = 384) -> Image.Image:
    """Square picture of the part, lit from the front, z upwards; empty paper when there is no material.

    Parameters
    ----------
    size_px : int
        16 to 4096.

    Raises
    ------
    ValueError
        ``size_px`` out of range.
    """
    if not 16 <= size_px <= 4096:
        raise ValueError(f"size_px must be 16 to 4096, got {size_px}")
    voxels = _reduced(solid.voxels)
    picture = np.empty((size_px, size_px, 3), dtype=np.uint8)
    picture[:] = PAPER
    if voxels.any():
        faces, brightness = _surface(voxels)
        _paint(picture, faces, brightness)
    return Image.fromarray(picture)


def _reduced(voxels: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """At most ``MAX_SIDE`` voxels along each side, with a voxel of air around."""
    step = -(-max(voxels.shape) // MAX_SIDE)
    padded = np.pad(voxels, [(0, -side % step) for side in voxels.shape])
    nx, ny, nz = (side // step for side in padded.shape)
    blocks = padded.reshape(nx, step, ny, step, nz, step).any(axis=(1, 3, 5))
    return np.pad(blocks, 1)


def _surface(voxels: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middles of the faces that look to the eye, float64 (n, 3), and their brightness, float64 (n,)."""
    middles, brightness = [], []
    normals = _normals(voxels)
    for axis, sign in enumerate(np.sign(SIGHT).astype(int)):
        open_side = voxels & ~np.roll(voxels, -sign, axis=axis)
        cells = np.argwhere(open_side)
        offset = 0.5 * sign * np.eye(3)[axis]
        middles.append(cells + offset)
        flat = np.clip(LIGHT[axis] * sign, 0, None)
        smooth = np.clip(normals[tuple(cells.T)] @ LIGHT, 0, None)
        brightness.append(0.28 + 0.72 * (0.35 * flat + 0.65 * smooth))
    return np.concatenate(middles), np.concatenate(brightness)


def _normals(voxels: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Unit vectors away from the material, float32 (nx, ny, nz, 3), from the blurred solid."""
    blurred: NDArray[np.floating[Any]] = voxels.astype(np.float32)
    for axis in range(3):
        for _ in range(2):
            blurred = (np.roll(blurred, 1, axis) + blurred + np.roll(blurred, -1, axis)) / 3
    slopes = np.stack([np.roll(blurred, 1, axis) - np.roll(blurred, -1, axis) for axis in range(3)], axis=-1)
    lengths = np.sqrt((slopes**2).sum(axis=-1, keepdims=True))
    return np.asarray(slopes / np.maximum(lengths, 1e-6), dtype=np.float32)


def _paint(picture: NDArray[np.uint8], faces: NDArray[np.float64], brightness: NDArray[np.float64]) -> None:
    """Draws the faces as squares that overlap, farthest first."""
    size_px = len(picture)
    right = np.array([SIGHT[1], -SIGHT[0], 0]) * -1 / np.hypot(SIGHT[0], SIGHT[1])
    up = np.cross(SIGHT, right)
    plane = np.stack([faces @ right, -(faces @ up)], axis=1)
    low, high = plane.min(axis=0), plane.max(axis=0)
    scale = size_px * (1 - 2 * MARGIN) / max(float((high - low).max()), 2.0)
    corner = 0.5 * size_px + (plane - 0.5 * (low + high)) * scale
    order = np.argsort(faces @ SIGHT, kind="stable")
    wide = int(np.ceil(scale * 1.3)) + 1
    colours = np.clip(np.outer(brightness, PART), 0, 255).astype(np.uint8)[order]
    corner = corner[order]
    # Numpy keeps the last of several writes to a pixel: all offsets of a face go before the next nearer face.
    steps = np.stack(np.meshgrid(np.arange(wide), np.arange(wide)), axis=-1).reshape(1, -1, 2)
    for start in range(0, len(corner), 65536):
        part = slice(start, start + 65536)
        at = np.clip(corner[part, None] - 0.5 * wide + steps, 0, size_px - 1).astype(np.int64)
        picture[at[..., 1], at[..., 0]] = colours[part, None]
