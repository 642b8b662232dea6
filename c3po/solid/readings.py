"""Every way to read a plate. What a job prints and what remains of it can differ: support falls away, one material is
dissolved, a belt tilts the layers. All readings are judged and the gravest counts, so none has to be the right one.

Geometry comes first: closed outlines, open tops, tools and the lean of the layers are in the moves themselves. What
comments call support or skirt is one more reading, never the only one.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from c3po.solid.belt import off_the_belt
from c3po.solid.joining import put_together
from c3po.solid.parts import Plate
from c3po.solid.remains import remains
from c3po.solid.solid import Solid, read_as

PLATE = "plate"
WITHOUT_SUPPORT = "without support"
ALIKE_SHARE = 0.0005  # of a part's volume; comments that concern less change nothing
LEAST_SHARE = 0.04  # of a part's volume; another reading that differs by less shows nothing new
MOST_PIECES = 8  # within the outlines of one component
MOST_PARTS = 64  # of a plate that are looked at for what hides them, largest first


def readings(material: Any, *, growing: bool = False) -> tuple[Solid, ...]:
    """The solids of a plate under every reading: as it lies first, then those that differ from it.

    =============================  =====================================================================
    name                           what it is
    =============================  =====================================================================
    ``part 1``                     connected material, filled
    ``plate``                      parts that stand near one another, as one
    ``... within outlines``        without what is laid in open lines: support, raft, a slab around the part
    ``... closed``                 top and bottom closed: printed without top or bottom layers, or a cup
    ``... without support``        without what comments call skirt, support, tower or custom code
    ``... of tool 0``              what one tool laid
    ``... off the belt``           standing on a belt instead of a bed
    ``... closed by layers``       every layer with what its loops enclose: a vase
    ``... without thin walls``     without fins, webs and walls of support
    ``... above its base``         what stands on a full slab: a relief, a plaque
    ``plate put together``         parts whose flat ends fit one another, joined there: a shape cut in pieces
    =============================  =====================================================================

    The last four are not asked of a print that is still growing: a stump on a slab may become anything.

    Guarantees
    ----------
    - No solid is told twice.
    """
    seen: set[bytes] = set()
    return tuple(solid for solid in _all(material, growing) if _is_new(solid, seen))


def is_group(solid: Solid) -> bool:
    """Whether the solid is several parts that stand near one another."""
    return solid.name.startswith(PLATE)


def _is_new(solid: Solid, seen: set[bytes]) -> bool:
    where = repr((solid.pitch_mm, solid.voxels.shape, np.round(solid.origin_mm, 6).tolist())).encode()
    key = hashlib.sha1(where + np.packbits(solid.voxels.ravel(order="K")).tobytes(), usedforsecurity=False).digest()
    known = key in seen
    seen.add(key)
    return not known


def _all(material: Any, growing: bool) -> Iterator[Solid]:
    plate = Plate(material, growing=growing, hinted=True)
    yield from _read(plate, "", growing)
    if material.hinted:
        bare = Plate(material, growing=growing, hinted=False)
        if not _alike(plate.parts(), bare.parts()):
            yield from _read(bare, WITHOUT_SUPPORT, growing)
    tools = material.tools
    if len(tools) < 2:
        return
    for index, tool in enumerate(tools):
        alone = Plate(material.of_tools([index]), growing=growing, hinted=True)
        yield from _read(alone, f"of tool {tool}", growing)


def _alike(some: tuple[Solid, ...], others: tuple[Solid, ...]) -> bool:
    """Whether they are the same parts to within a few voxels."""
    return len(some) == len(others) and all(
        np.allclose(a.bounds_mm, b.bounds_mm, atol=0.5 * a.pitch_mm)
        and abs(a.volume_mm3 - b.volume_mm3) <= ALIKE_SHARE * a.volume_mm3
        for a, b in zip(some, others, strict=True)
    )


def _read(plate: Plate, reading: str, growing: bool) -> Iterator[Solid]:
    """Parts, groups and other readings of them, all of them under this reading."""
    found = plate.parts()
    for solid in (*found, *plate.groups(), *plate.others(LEAST_SHARE, MOST_PIECES)):
        yield read_as(solid, reading)
    for solid in found:
        yield from (read_as(leaned, reading) for leaned in off_the_belt(solid))
    if not growing:
        yield from (read_as(solid, reading) for solid in (*uncovered(found, printed=True), *put_together(found)))


def uncovered(solids: Sequence[Solid], *, printed: bool) -> Iterator[Solid]:
    """What remains of the first ``MOST_PARTS`` of some parts without what may hide them (`c3po.solid.remains`)."""
    for solid in solids[:MOST_PARTS]:
        yield from remains(solid, printed=printed)
