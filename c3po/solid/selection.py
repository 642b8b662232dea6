"""Which components of a plate are parts. Told by geometry alone; comments never decide here."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

STRAY_SHARE = 0.01  # of the largest component's material
STRAY_LENGTH = 0.25  # of the largest component's longest side
FLAT_LAYERS = 2


def part_indices(components: Any, layers: NDArray[np.int64]) -> list[int]:
    """Indices of the components that are parts, largest first.

    Parameters
    ----------
    components : native.Components
    layers : int64, shape (n,)
        Printed layers each component spans; 0 for a mesh.

    Guarantees
    ----------
    - Something is a part whenever there is material.
    - A component that is small and short beside the largest is not a part: a stray blob cannot set the frame.
    - A component of one or two layers is not a part beside one three times as high: skirt, purge line, brim.
    """
    counts = np.asarray(components.voxels(), dtype=np.int64)
    boxes = np.asarray(components.boxes(), dtype=np.int64).reshape(-1, 6)
    longest = (boxes[:, 3:] - boxes[:, :3]).max(axis=1)
    flat = (layers > 0) & (layers <= FLAT_LAYERS) & (3 * layers <= layers.max(initial=0))
    candidates = np.flatnonzero(~flat)
    if candidates.size == 0:
        return []
    main = candidates[0]
    stray = (counts < STRAY_SHARE * counts[main]) & (longest < STRAY_LENGTH * longest[main])
    return [int(index) for index in candidates if not stray[index]]
