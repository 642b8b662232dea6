"""Material to parts: told apart, stray material left out, interior filled. The voxel work is in ``_core/solid``."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from c3po._core import native
from c3po.solid.flags import solid_flags
from c3po.solid.selection import part_indices
from c3po.solid.solid import Solid, read_as

LONGEST_VOXELS = 192  # of a Solid; the pitch is halved in resolution until it fits
NEAR_MM = 6.0  # pieces of one shape on a plate; slicers leave about this much between separate parts
BRIM_MM = 0.5  # material up to this high around a taller part is brim


def parts(material: Any, *, growing: bool = False, hinted: bool = True) -> tuple[Solid, ...]:
    """The parts on the plate, filled, by falling volume.

    Parameters
    ----------
    material : native.Material
    growing : bool
        The print is not finished: what is open at the top counts as inside.
    hinted : bool
        Keep what comments call skirt, support, tower or custom code. Judge with and without: comments are under
        the attacker's control.

    Returns
    -------
    tuple of Solid
        Empty when there is no material.

    Guarantees
    ----------
    - The interior is everything that cannot be reached from outside: sparse infill, hollow walls and closed
      cavities fill, a through-hole or a cup stays open.
    - Material less than two voxels apart is one part.
    """
    return Plate(material, growing=growing, hinted=hinted).parts()


def whole(material: Any, *, growing: bool = False, hinted: bool = True) -> Solid | None:
    """All parts of the plate as one Solid named ``whole``; None when there is no material."""
    return Plate(material, growing=growing, hinted=hinted).whole()


def neighbours(material: Any, *, growing: bool = False, hinted: bool = True) -> tuple[Solid, ...]:
    """Parts that stand near one another, each group of two or more as one Solid.

    A shape cut in pieces shows itself only where the pieces lie as they belong together; parts far apart say nothing
    about each other. Two parts are near when their boxes are at most ``NEAR_MM`` apart. The names are ``plate``,
    ``plate 2`` ...
    """
    return Plate(material, growing=growing, hinted=hinted).groups()


class Plate:
    """A material told apart once, to be asked for its parts, its groups and other readings of them."""

    def __init__(self, material: Any, *, growing: bool, hinted: bool) -> None:
        self._material, self._growing = material, growing
        self._components = native.Components(material, hinted, BRIM_MM if material.segments else 0.0)
        self._kept = part_indices(self._components, _layers(material, self._components))
        self._numbered: list[tuple[str, int, Solid]] = []

    def parts(self) -> tuple[Solid, ...]:
        """Each part by falling volume, named ``part 1``, ``part 2`` ..."""
        if not self._numbered:
            found = sorted(((index, self._solid([index])) for index in self._kept), key=lambda row: -row[1].volume_mm3)
            names = [f"part {number}" for number in range(1, len(found) + 1)]
            self._numbered = [(n, index, replace(part, name=n)) for n, (index, part) in zip(names, found, strict=True)]
        return tuple(solid for _, _, solid in self._numbered)

    def whole(self) -> Solid | None:
        """All parts as one, named ``whole``."""
        return replace(self._solid(self._kept), name="whole") if self._kept else None

    def groups(self) -> tuple[Solid, ...]:
        """Parts near one another, each group of two or more as one: ``plate``, ``plate 2`` ..."""
        boxes = np.array([self._components.boxes()[index] for index in self._kept]).reshape(-1, 6)
        near = _near_groups(boxes * self._components.pitch_mm)
        groups = [[self._kept[row] for row in group] for group in near if len(group) > 1]
        names = (f"plate {number}" if number > 1 else "plate" for number in itertools.count(1))
        return tuple(replace(self._solid(group), name=name) for group, name in zip(groups, names, strict=False))

    def others(self, share: float, most: int) -> Iterator[Solid]:
        """Other readings of the parts where they differ by more than a share of the volume: ``part 1 closed`` and the
        pieces within closed outlines, ``part 1 within outlines`` ..., at most so many of each part.
        """
        self.parts()
        for name, index, part in self._numbered:
            halvings = round(float(np.log2(part.pitch_mm / self._components.pitch_mm)))
            closed, pieces = self._components.others([index], halvings, not self._growing, share, most)
            if closed is not None:
                yield read_as(replace(self._placed(closed, halvings), name=name), "closed")
            for number, piece in enumerate(pieces, start=1):
                reading = "within outlines" if number == 1 else f"within outlines, piece {number}"
                yield read_as(replace(self._placed(piece, halvings), name=name), reading)

    def _solid(self, which: Sequence[int]) -> Solid:
        boxes = np.array([self._components.boxes()[index] for index in which])
        lower, upper = boxes[:, :3].min(axis=0), boxes[:, 3:].max(axis=0)
        halvings = 0
        while ((upper - 1 >> halvings) - (lower >> halvings)).max() >= LONGEST_VOXELS:
            halvings += 1
        return self._placed(self._components.solid(list(which), halvings, not self._growing), halvings)

    def _placed(self, found: tuple[NDArray[np.uint8], Sequence[int]], halvings: int) -> Solid:
        """Voxels and lower corner at the components' pitch, halved in resolution, as a Solid."""
        voxels, corner = found
        material, pitch_mm = self._material, self._components.pitch_mm * 2**halvings
        spans = _heights_mm(self._components, corner[2] << halvings, corner[2] + voxels.shape[2] << halvings)
        solid = Solid(
            voxels=voxels.view(np.bool_),
            pitch_mm=pitch_mm,
            origin_mm=np.asarray(self._components.origin_mm) + pitch_mm * np.asarray(corner, dtype=np.float64),
            layers=material.layers_between(*spans) if material.segments else 0,
        )
        return replace(solid, flags=solid_flags(solid, open_fraction=material.open_fraction))


def _near_groups(boxes_mm: np.ndarray[Any, Any]) -> list[list[int]]:
    """Rows of boxes (x0 y0 z0 x1 y1 z1) that hang together, the group of the first row first."""
    gaps = np.maximum(boxes_mm[:, None, :3] - boxes_mm[None, :, 3:], boxes_mm[None, :, :3] - boxes_mm[:, None, 3:])
    near = gaps.max(axis=2) <= NEAR_MM
    groups, left = [], list(range(len(boxes_mm)))
    while left:
        group, rest = [left[0]], left[1:]
        for row in group:
            touched = [other for other in rest if near[row, other]]
            group.extend(touched)
            rest = [other for other in rest if other not in touched]
        groups.append(sorted(group))
        left = rest
    return groups


def _layers(material: Any, components: Any) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Printed layers that each component spans, int64, shape (n,)."""
    if not material.segments:
        return np.zeros(len(components), dtype=np.int64)
    spans = [(box[2], box[5]) for box in components.boxes()]
    known = {span: material.layers_between(*_heights_mm(components, *span)) for span in set(spans)}
    return np.array([known[span] for span in spans], dtype=np.int64)


def _heights_mm(components: Any, low: int, high: int) -> tuple[float, float]:
    pitch_mm, z_mm = components.pitch_mm, components.origin_mm[2]
    return z_mm + low * pitch_mm + 0.03, z_mm + high * pitch_mm
