"""What a part is when somebody takes off what hides it: thin walls broken away, a base cut off, an open side closed.

Pure geometry, of meshes and of prints: no comment, no tool change and no kind of line is believed here.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from c3po._core import native
from c3po.solid.morphology import Voxels, opening
from c3po.solid.solid import Solid, read_as

WITHOUT_WALLS, ABOVE_BASE = "without thin walls", "above its base"
CLOSED, CLOSED_BY_LAYERS = "closed", "closed by layers"
LEAST_SHARE = 0.04  # of the part's volume; what differs by less shows nothing new
LEAST_KEPT = 0.5  # of the part's volume; a part that is thin all over leaves a few lumps, which look like anything
THIN_SHARE = 1.0 / 72.0  # of the longest side: half the thickness of a wall that breaks away
BASE_FILL = 0.8  # of its bounding rectangle; a cross-section that fills so much may be of a base
LEAST_BASE, LEAST_ABOVE = 3, 0.1  # voxels; share of the height


def remains(solid: Solid, *, printed: bool) -> Iterator[Solid]:
    """Other shapes that the part may come to, each named after what was done to it.

    Parameters
    ----------
    printed : bool
        The part is made of layers, which may be loops alone (a vase); else of surfaces, which may be a shell.
    """
    bare = without_walls(solid)
    if bare is not None:
        yield read_as(bare, WITHOUT_WALLS)
    for above in above_bases(solid):
        yield read_as(above, ABOVE_BASE)
    for full in layers_closed(solid) if printed else shells_closed(solid):
        yield read_as(full, CLOSED_BY_LAYERS if printed else CLOSED)


def without_walls(solid: Solid) -> Solid | None:
    """The largest piece that is left without fins, webs and walls of support; None where it is the part itself."""
    steps = max(1, round(THIN_SHARE * max(solid.voxels.shape)))
    usual, kept = np.count_nonzero(solid.voxels), opening(solid.voxels, steps)
    if not LEAST_KEPT * usual <= np.count_nonzero(kept) <= (1.0 - LEAST_SHARE) * usual:
        return None
    piece = _largest_piece(solid, kept)
    return piece if piece is not None and np.count_nonzero(piece.voxels) >= LEAST_KEPT * usual else None


def above_bases(solid: Solid) -> Iterator[Solid]:
    """What stands on a full slab at either end of the thinnest direction: the upper half of a relief, a plaque.

    A slab across another direction is no base but an arm of the part.
    """
    axis = int(np.argmin(solid.voxels.shape))
    along = np.moveaxis(solid.voxels, axis, 0)
    fill = along.reshape(len(along), -1).mean(axis=1)
    for end in (1, -1):
        height = _base(fill[::end])
        if not height or len(fill) - height < max(LEAST_BASE, LEAST_ABOVE * len(fill)):
            continue
        above = np.zeros_like(along)
        above[::end][height:] = along[::end][height:]
        piece = _largest_piece(solid, np.moveaxis(above, 0, axis))
        if piece is not None:
            yield piece


def _base(fill: NDArray[np.float64]) -> int:
    """How many cross-sections from the first on are a slab, whose outermost may be rounded; 0 where none are."""
    full = fill >= BASE_FILL
    start = int(np.argmax(full[:LEAST_BASE]))
    end = start + int(np.argmin(np.append(full[start:], False)))
    return end if end - start >= LEAST_BASE else 0


def layers_closed(solid: Solid) -> Iterator[Solid]:
    """The part with each of its layers filled: a vase, whose walls lean too far to hold water."""
    yield from _fuller(solid, native.filled_layers(np.asfortranarray(solid.voxels).view(np.uint8)).view(np.bool_))


def shells_closed(solid: Solid) -> Iterator[Solid]:
    """The part with everything filled that opens along one axis only: a shell without its back, a cup."""
    for axis in range(3):
        turned = np.asfortranarray(np.moveaxis(solid.voxels, axis, 2)).view(np.uint8)
        full = native.filled(turned, from_above=False, from_below=False).view(np.bool_)
        yield from _fuller(solid, np.moveaxis(full, 2, axis))


def _fuller(solid: Solid, full: Voxels) -> Iterator[Solid]:
    if np.count_nonzero(full) > (1.0 + LEAST_SHARE) * np.count_nonzero(solid.voxels):
        yield _cut_out(solid, full, (0, 0, 0))


def _largest_piece(solid: Solid, voxels: Voxels) -> Solid | None:
    found = native.largest_piece(np.asfortranarray(voxels).view(np.uint8))
    return None if found is None else _cut_out(solid, found[0].view(np.bool_), found[1])


def _cut_out(solid: Solid, voxels: Voxels, corner: tuple[int, int, int]) -> Solid:
    origin_mm = solid.origin_mm + solid.pitch_mm * np.asarray(corner, dtype=np.float64)
    return replace(solid, voxels=np.asfortranarray(voxels), origin_mm=origin_mm)
