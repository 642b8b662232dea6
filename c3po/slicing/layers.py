"""What is printed in each layer of one part: outlines, solid skins, sparse infill."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from manifold3d import CrossSection, JoinType, OpType
from numpy.typing import NDArray

from c3po.slicing.hatching import Path, closed, hatch, sparse
from c3po.slicing.settings import SlicerSettings

FEATURES = ("outer", "inner", "solid", "top", "sparse", "support", "skirt", "brim", "raft")


@dataclass
class Layer:
    """One layer of a plate.

    Parameters
    ----------
    z_mm, height_mm : float
        Nozzle height while it is printed; thickness of its beads.
    traces : list of (part, feature, path)
        Part number (-1 for what belongs to none), one of `FEATURES`, corners as float64, shape (n, 2), mm.
    """

    z_mm: float
    height_mm: float
    traces: list[tuple[int, str, Path]] = field(default_factory=list)

    def add(self, part: int, feature: str, paths: Sequence[Path]) -> None:
        """Append paths of one feature."""
        self.traces.extend((part, feature, path) for path in paths)


def layer_heights(top_mm: float, settings: SlicerSettings) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nozzle height and thickness of every layer up to ``top_mm``, each float64, shape (n,), n >= 1."""
    above = max(0.0, top_mm - settings.first_layer_mm)
    count = 1 + int(np.ceil(above / settings.layer_mm - 0.25))
    thickness = np.full(count, settings.layer_mm)
    thickness[0] = settings.first_layer_mm
    return np.cumsum(thickness), thickness


def same_as_below(outlines: Sequence[CrossSection]) -> list[CrossSection]:
    """The outlines with equal neighbours made one object, so that a prism is planned once."""
    kept: list[CrossSection] = []
    before: list[NDArray[np.float64]] = []
    for outline in outlines:
        rings = outline.to_polygons()
        equal = len(rings) == len(before) and all(np.array_equal(a, b) for a, b in zip(rings, before, strict=True))
        kept.append(kept[-1] if kept and equal else outline)
        before = rings
    return kept


@dataclass(frozen=True)
class Walls:
    """Perimeter paths of one outline, outermost first, and what is left inside them."""

    outer: list[Path]
    inner: list[Path]
    inside: CrossSection


def walls(outline: CrossSection, settings: SlicerSettings) -> Walls:
    """Loops along the outline; a body thinner than a bead still gets one thin loop."""
    width = settings.width_mm
    outer: list[Path] = []
    inner: list[Path] = []
    for k in range(settings.perimeters):
        loop = outline.offset(-(k + 0.5) * width, JoinType.Miter, 2.0)
        if k == 0 and loop.is_empty():
            loop = outline.offset(-0.2 * width, JoinType.Miter, 2.0)
        paths = closed(loop.to_polygons())
        if not paths:
            break
        (outer if k == 0 else inner).extend(paths)
    depth = (settings.perimeters - 0.15) * width if settings.perimeters else 0.0
    return Walls(outer, inner, outline.offset(-depth, JoinType.Miter, 2.0) if depth else outline)


def plan_part(outlines: Sequence[CrossSection], layers: Sequence[Layer], part: int, settings: SlicerSettings) -> None:
    """Put one part's traces into its layers.

    Guarantees
    ----------
    - The footprint of a layer is the outline, but for corners rounder than a bead and bodies thinner than one.
    - Where one of the next ``top_layers`` or last ``bottom_layers`` outlines is missing, the layer is solid.
    """
    outlines = same_as_below(outlines)
    made: dict[int, Walls] = {}
    for i, (outline, layer) in enumerate(zip(outlines, layers, strict=True)):
        if outline.is_empty():
            continue
        wall = made.setdefault(id(outline), walls(outline, settings))
        loops: list[tuple[str, list[Path]]] = [("inner", wall.inner[::-1]), ("outer", wall.outer)]
        for feature, paths in loops[::-1] if settings.outer_first else loops:
            layer.add(part, feature, paths)
        _fill(outlines, i, wall.inside, layer, part, settings)


def _fill(
    outlines: Sequence[CrossSection], i: int, inside: CrossSection, layer: Layer, part: int, settings: SlicerSettings
) -> None:
    if inside.is_empty():
        return
    hidden, below_only = _covered(outlines, i, settings)
    angle = settings.infill_deg + 90.0 * (i % 2)
    if settings.density >= 0.999:
        hidden = None
    solid = inside if hidden is None else inside if hidden.is_empty() else inside - hidden
    if solid.area() > settings.width_mm**2:
        top = below_only and settings.top_layers > 0
        layer.add(part, "top" if top else "solid", hatch(solid.to_polygons(), settings.width_mm, angle, join=True))
    if hidden is not None and not hidden.is_empty():
        rest = inside if solid.is_empty() else inside ^ hidden
        layer.add(
            part,
            "sparse",
            sparse(rest, settings.pattern, settings.density, settings.width_mm, settings.infill_deg, layer.z_mm, i),
        )


def _covered(outlines: Sequence[CrossSection], i: int, settings: SlicerSettings) -> tuple[CrossSection | None, bool]:
    """What is hidden under and over layer i (None: nothing), and whether the layer is open to above."""
    top, bottom = settings.top_layers, settings.bottom_layers
    if i < bottom or i + top >= len(outlines):
        return None, i + top >= len(outlines)
    near = outlines[i - bottom : i + top + 1]
    distinct = [outline for k, outline in enumerate(near) if k == 0 or outline is not near[k - 1]]
    if len(distinct) == 1:
        return distinct[0], False
    hidden = CrossSection.batch_boolean(distinct, OpType.Intersect)
    open_above = i + 1 < len(outlines) and outlines[i + 1].is_empty()
    return hidden, open_above
