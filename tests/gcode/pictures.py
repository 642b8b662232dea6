"""A plain picture of a toolpath, to compare spellings by."""

import numpy as np
from numpy.typing import NDArray

from c3po.gcode import Toolpath


def pictures(toolpath: Toolpath, size_px: int = 64) -> NDArray[np.float64]:
    """Length of material in each pixel from above, front and side, 0 to 255, shape (3, size, size)."""
    segments = toolpath.segments_mm.astype(np.float64)
    lengths = np.linalg.norm(segments[:, 3:] - segments[:, :3], axis=1)
    counts = np.maximum(1, np.ceil(lengths / 0.002)).astype(int)
    of = np.repeat(np.arange(len(segments)), counts)
    within = (np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + 0.5) / counts[of]
    points = segments[of, :3] + within[:, None] * (segments[of, 3:] - segments[of, :3])
    images = np.zeros((3, size_px, size_px))
    pixels = np.clip(((points - [9.37, 9.37, 0.05]) / [22.0, 22.0, 0.5] * size_px).astype(int), 0, size_px - 1)
    for image, (first, second) in zip(images, ((0, 1), (0, 2), (1, 2)), strict=True):
        np.add.at(image, (pixels[:, first], pixels[:, second]), lengths[of] / counts[of])
        image *= 255 / max(image.max(), 1e-9)
    return images


def bounds(toolpath: Toolpath) -> list[list[float]]:
    points = toolpath.segments_mm.reshape(-1, 3)
    return [[round(float(value), 3) for value in corner] for corner in (points.min(axis=0), points.max(axis=0))]


def length_mm(toolpath: Toolpath) -> float:
    segments = toolpath.segments_mm.astype(np.float64)
    return float(np.linalg.norm(segments[:, 3:] - segments[:, :3], axis=1).sum())
