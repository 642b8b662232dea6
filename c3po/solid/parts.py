"""Material to parts: told apart, stray material left out, interior filled. The voxel work is in ``_core/solid``."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from c3po._core import native
from c3po.solid.flags import solid_flags
from c3po.solid.selection import part_indices
from c3po.solid.solid import Solid

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
    components, kept = _kept(material, hinted)
    solids = [_solid(material, components, [index], growing) for index in kept]
    solids.sort(key=lambda solid: -solid.volume_mm3)
    return tuple(replace(solid, name=f"part {number}") for number, solid in enumerate(solids, start=1))


def whole(material: Any, *, growing: bool = False, hinted: bool = True) -> Solid | None:
    """All parts of the plate as one Solid named ``whole``; None when there is no material."""
    components, kept = _kept(material, hinted)
    return replace(_solid(material, components, kept, growing), name="whole") if kept else None


def neighbours(material: Any, *, growing: bool = False, hinted: bool = True) -> tuple[Solid, ...]:
    """Parts that stand near one another, each group of two or more as one Solid.

    A shape cut in pieces shows itself only where the pieces lie as they belong together; parts far apart say nothing
    about each other. Two parts are near when their boxes are at most ``NEAR_MM`` apart.
    """
    components, kept = _kept(material, hinted)
    boxes = np.array([components.boxes()[index] for index in kept]).reshape(-1, 6) * components.pitch_mm
    groups = [[kept[row] for row in group] for group in _near_groups(boxes) if len(group) > 1]
    return tuple(replace(_solid(material, components, group, growing), name="group") for group in groups)


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


def _kept(material: Any, hinted: bool) -> tuple[Any, list[int]]:
    components = native.Components(material, hinted, BRIM_MM if material.segments else 0.0)
    return components, part_indices(components, _layers(material, components))


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


def _solid(material: Any, components: Any, which: Sequence[int], growing: bool) -> Solid:
    boxes = np.array([components.boxes()[index] for index in which])
    lower, upper = boxes[:, :3].min(axis=0), boxes[:, 3:].max(axis=0)
    halvings = 0
    while ((upper - 1 >> halvings) - (lower >> halvings)).max() >= LONGEST_VOXELS:
        halvings += 1
    voxels, corner = components.solid(list(which), halvings, not growing)
    pitch_mm = components.pitch_mm * 2**halvings
    layers = material.layers_between(*_heights_mm(components, lower[2], upper[2])) if material.segments else 0
    solid = Solid(
        voxels=voxels.view(np.bool_),
        pitch_mm=pitch_mm,
        origin_mm=np.asarray(components.origin_mm) + pitch_mm * np.asarray(corner, dtype=np.float64),
        layers=layers,
    )
    return replace(solid, flags=solid_flags(solid, open_fraction=material.open_fraction))
