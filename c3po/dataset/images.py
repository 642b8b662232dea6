"""The images of one part: Set I (turned projections) and Set II (the growing print, layer by layer and by camera)."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from c3po._core import native
from c3po.gcode import Toolpath
from c3po.imaging import silhouettes, toned
from c3po.slicing.placement import about_z, random_rotation
from c3po.solid import Solid

PLANES = ("xy", "xz", "yz")
CAMERA_VOXELS = 96  # of the longest side, where a camera looks at it
_PART, _UNKNOWN = 1, 0


def turns_of(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Rotations of one part, float64, shape (count, 3, 3): as printed, then about z and in any direction in turn."""
    turns = [np.eye(3)]
    for index in range(1, count):
        turns.append(about_z(float(rng.uniform(0, 360))) if index % 2 else random_rotation(rng))
    return np.stack(turns)


def projections(solid: Solid, turns: NDArray[np.float64], size_px: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Toned thickness (uint8) and silhouette (bool), each of shape (n, 3, size_px, size_px), in order of `PLANES`."""
    views = native.turned_views(np.asfortranarray(solid.voxels).view(np.uint8), turns, size_px)
    return np.rint(255 * toned(views)).astype(np.uint8), silhouettes(views).astype(np.bool_)


def moments(solid: Solid, count: int) -> NDArray[np.int32]:
    """Heights of a growing print in voxels, rising, distinct, the last one complete."""
    height = solid.voxels.shape[2]
    return np.unique(np.ceil(height * np.arange(1, count + 1) / count).astype(np.int32))


def camera_frames(
    solid: Solid, heights: NDArray[np.int32], poses: int, size_px: int, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """What cameras around the bed see, uint8, shape (poses, len(heights), size_px, size_px).

    Poses, exposure, colour, light, noise and whether the print head is in the way are drawn from ``rng``.
    """
    voxels, block = _coarse(solid.voxels)
    azimuth = rng.uniform(0, 2 * np.pi) + 2 * np.pi * (np.arange(poses) + rng.uniform(-0.2, 0.2, poses)) / max(1, poses)
    place = np.stack(
        [azimuth, rng.uniform(0.15, 1.2, poses), rng.uniform(1.5, 2.3, poses), np.exp(rng.normal(0, 0.2, poses))],
        axis=1,
    )
    light = random_rotation(rng)[0]
    light[2] = abs(light[2]) + 0.3
    light /= np.linalg.norm(light)
    frames: NDArray[np.uint8] = native.camera_frames(
        voxels,
        np.ascontiguousarray(-(-heights // block), dtype=np.int32),
        np.ascontiguousarray(place, dtype=np.float32),
        size_px,
        float(rng.uniform(0.35, 0.95)),
        light.astype(np.float32),
        float(rng.uniform(0.5, 2.5)),
        bool(rng.random() < 0.5),
        int(rng.integers(2**63)),
    )
    return frames


def _coarse(voxels: NDArray[np.bool_]) -> tuple[NDArray[np.uint8], int]:
    block = max(1, -(-max(voxels.shape) // CAMERA_VOXELS))
    padded = np.pad(voxels, [(0, -side % block) for side in voxels.shape])
    x, y, z = (side // block for side in padded.shape)
    coarse = padded.reshape(x, block, y, block, z, block).any(axis=(1, 3, 5))
    return np.asfortranarray(coarse).view(np.uint8), block


def layer_images(
    toolpath: Toolpath, solid: Solid, heights: NDArray[np.int32], size_px: int
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """What is laid in the layer under each height, seen from above: layer number from 0, and uint8 (size_px, size_px).

    A pixel is the share of it that beads cover, 255 at most. The part's longest extent fills the image.
    """
    low, high = solid.bounds_mm
    extent, centre = float((high - low).max()), (low + high)[:2] / 2
    scale = size_px * (1 - 1 / 16) / extent
    own = np.isin(toolpath.feature, (_PART, _UNKNOWN))
    segments, width = toolpath.segments_mm[own].astype(np.float64), toolpath.width_mm[own]
    levels, layer = np.unique(np.round(segments[:, 5], 3), return_inverse=True)
    for height in heights.tolist():
        top = solid.origin_mm[2] + height * solid.pitch_mm
        number = max(0, int(np.searchsorted(levels, top + 1e-3)) - 1)
        here = layer == number
        yield number, _beads(segments[here], width[here], scale, centre, size_px)


def _beads(
    segments: NDArray[np.float64],
    width_mm: NDArray[np.float32],
    scale: float,
    centre: NDArray[np.float64],
    size_px: int,
) -> NDArray[np.uint8]:
    """Beads as points half a pixel apart, each spread over its pixel by its share of the area."""
    start, end = segments[:, [0, 1]], segments[:, [3, 4]]
    length_px = np.linalg.norm(end - start, axis=1) * scale
    counts = np.maximum(1, np.ceil(2 * length_px)).astype(np.int64)
    bead = np.repeat(np.arange(len(segments)), counts)
    share = (np.arange(len(bead)) - np.repeat(np.cumsum(counts) - counts, counts) + 0.5) / counts[bead]
    points = (start[bead] + share[:, None] * (end - start)[bead] - centre) * scale + size_px / 2
    column, row = np.floor(points[:, 0]).astype(np.int64), np.floor(size_px - points[:, 1]).astype(np.int64)
    inside = (column >= 0) & (column < size_px) & (row >= 0) & (row < size_px)
    area = (length_px / counts * np.where(width_mm > 0, width_mm, 0.45) * scale)[bead]
    cover = np.bincount((row * size_px + column)[inside], weights=area[inside], minlength=size_px * size_px)
    image: NDArray[np.uint8] = np.rint(255 * np.minimum(1.0, cover)).astype(np.uint8).reshape(size_px, size_px)
    return image
