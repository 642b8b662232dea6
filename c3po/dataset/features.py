"""Descriptors of a solid that rival methods use: the D2 shape distribution and a row of mesh features."""

import numpy as np
from numpy.typing import NDArray

from c3po.solid import Solid

D2_BINS = 64
D2_PAIRS = 8192


def surface_mm(solid: Solid) -> NDArray[np.float64]:
    """Centres of the voxels at the surface, float64, shape (n, 3)."""
    padded = np.pad(solid.voxels, 1)
    inner = padded[1:-1, 1:-1, 1:-1].copy()
    for axis in range(3):
        for step in (-1, 1):
            inner &= np.roll(padded, step, axis=axis)[1:-1, 1:-1, 1:-1]
    centres = np.asarray((np.argwhere(solid.voxels & ~inner) + 0.5) * solid.pitch_mm, dtype=np.float64)
    return centres


def d2_histogram(solid: Solid, rng: np.random.Generator) -> NDArray[np.float32]:
    """Share of pairs of surface points by their distance, float32, shape (D2_BINS,); the scale is the mean distance.

    Source
    ------
    Osada et al. 2002, section 3 (D2); Pham et al. 2018.
    """
    points = surface_mm(solid)
    pairs = points[rng.integers(len(points), size=(D2_PAIRS, 2))]
    distances = np.linalg.norm(pairs[:, 0] - pairs[:, 1], axis=1)
    counts, _ = np.histogram(distances / max(float(distances.mean()), 1e-9), bins=D2_BINS, range=(0.0, 3.0))
    return (counts / D2_PAIRS).astype(np.float32)


FEATURES = (
    "volume", "area", "compactness", "box_1", "box_2", "box_3", "elongation", "flatness", "fill",
    "spread_1", "spread_2", "spread_3", "skew_1", "skew_2", "skew_3", "radius_mean", "radius_std", "layers",
)  # fmt: skip


def mesh_features(solid: Solid) -> NDArray[np.float64]:
    """Size, proportions, moments and surface of a solid, float64, shape (len(FEATURES),), in order of `FEATURES`."""
    where = (np.argwhere(solid.voxels) + 0.5) * solid.pitch_mm
    centred = where - where.mean(axis=0)
    values, axes = np.linalg.eigh(centred.T @ centred / len(where))
    spread = np.sqrt(np.maximum(values[::-1], 1e-9))
    along = centred @ axes[:, ::-1]
    skew = np.abs((along**3).mean(axis=0)) / spread**3
    box = np.sort(np.ptp(along, axis=0) + solid.pitch_mm)[::-1]
    area = len(surface_mm(solid)) * solid.pitch_mm**2
    volume = solid.volume_mm3
    radius = np.linalg.norm(centred, axis=1)
    compactness = 36 * np.pi * volume**2 / area**3
    return np.array(
        [
            volume, area, compactness, *box, box[0] / box[1], box[1] / box[2], volume / np.prod(box),
            *spread / spread[0], *skew, radius.mean() / spread[0], radius.std() / spread[0], solid.layers,
        ]
    )  # fmt: skip
