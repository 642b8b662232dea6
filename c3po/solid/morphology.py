"""Voxels grown and shrunk, the two steps that everything about thin and thick is made of, and the box around them."""

import numpy as np
from numpy.typing import NDArray

Voxels = NDArray[np.bool_]


def filled_box(voxels: Voxels) -> tuple[slice, ...]:
    """The least box that holds every filled voxel, one slice an axis; empty slices at 0 where none is filled."""
    box = []
    for axis in range(voxels.ndim):
        filled = np.flatnonzero(voxels.any(axis=tuple(other for other in range(voxels.ndim) if other != axis)))
        box.append(slice(int(filled[0]), int(filled[-1]) + 1) if filled.size else slice(0, 0))
    return tuple(box)


def grown(voxels: Voxels, steps: int) -> Voxels:
    """All voxels within ``steps`` of a filled one along the axes; the array is padded by ``steps``."""
    result = np.pad(voxels, steps)
    for _ in range(steps):
        result = _any_neighbour(result)
    return result


def shrunk(voxels: Voxels, steps: int) -> Voxels:
    """The voxels that are further than ``steps`` from an empty one, same shape."""
    result = ~np.pad(voxels, 1)
    for _ in range(steps):
        result = _any_neighbour(result)
    return ~result[1:-1, 1:-1, 1:-1]


def opening(voxels: Voxels, steps: int) -> Voxels:
    """What is left when everything thinner than about twice ``steps`` is taken away (a morphological opening)."""
    if steps < 1:
        return voxels
    inner = slice(steps, -steps)
    kept: Voxels = grown(shrunk(voxels, steps), steps)[inner, inner, inner]
    return kept


def _any_neighbour(filled: Voxels) -> Voxels:
    result = filled.copy()
    for axis in range(3):
        ahead: list[slice] = [slice(None)] * 3
        behind: list[slice] = [slice(None)] * 3
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        result[tuple(ahead)] |= filled[tuple(behind)]
        result[tuple(behind)] |= filled[tuple(ahead)]
    return result
