"""What the network is asked about: the views of one solid with what a verdict says of it. Small, unlike the solid."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from c3po.imaging import is_judgeable, view_stack
from c3po.solid import Solid
from c3po.solid.readings import WITHOUT_SUPPORT
from c3po.verdict.verdict import Corner

MAX_LOOKS = 512
"""The most solids of a plate that are looked at, largest first."""


@dataclass(frozen=True, eq=False)
class Look:
    """One part, or the whole plate, as it is judged.

    Parameters
    ----------
    name : str
    bounds_mm : least and greatest corner of the material
    layers : int
    volume_mm3 : float
    views : float32, shape (n_views, size_px, size_px), or None
        None when the solid is too thin, empty or broken for its shape to say anything.
    guessed : bool
        What may remain of the print, by its geometry (`c3po.solid.readings`), not the material as it lies.
    """

    name: str
    bounds_mm: tuple[Corner, Corner]
    layers: int
    volume_mm3: float
    views: NDArray[np.float32] | None
    guessed: bool = False


def looks_at(solids: Iterable[Solid], size_px: int) -> tuple[Look, ...]:
    """A look at each of the first `MAX_LOOKS` solids."""
    return tuple(_look(solid, size_px) for solid, _ in zip(solids, range(MAX_LOOKS), strict=False))


def _look(solid: Solid, size_px: int) -> Look:
    low, high = (_corner(row) for row in solid.bounds_mm)
    views = view_stack(solid, size_px=size_px) if is_judgeable(solid) is None else None
    guessed = solid.reading not in ("", WITHOUT_SUPPORT)
    return Look(solid.name, (low, high), solid.layers, solid.volume_mm3, views, guessed)


def _corner(row: NDArray[np.float64]) -> Corner:
    return (float(row[0]), float(row[1]), float(row[2]))
