"""What a slicer prints around a part: skirt, brim, raft and support columns."""

from collections.abc import Sequence

import numpy as np
from manifold3d import CrossSection, JoinType, OpType

from c3po.slicing.hatching import closed, hatch
from c3po.slicing.layers import Layer
from c3po.slicing.settings import SlicerSettings

_ROUND = 32


def grown(outline: CrossSection, distance_mm: float) -> CrossSection:
    """The outline with everything within a distance of it."""
    return outline.offset(distance_mm, JoinType.Round, 2.0, _ROUND).simplify(0.02)


def united(outlines: Sequence[CrossSection]) -> CrossSection:
    """The union of outlines; empty for none."""
    return CrossSection.batch_boolean(list(outlines), OpType.Add) if outlines else CrossSection()


def add_skirt(layer: Layer, footprint: CrossSection, settings: SlicerSettings) -> None:
    """Loops at a distance around everything on the plate."""
    hull = footprint.hull()
    for k in range(settings.skirt_loops):
        loop = grown(hull, settings.skirt_gap_mm + settings.brim_mm + (k + 0.5) * settings.width_mm)
        layer.add(-1, "skirt", closed(loop.to_polygons()))


def add_brim(layer: Layer, footprint: CrossSection, settings: SlicerSettings) -> None:
    """Loops touching the first layer, outermost first."""
    for k in reversed(range(int(settings.brim_mm / settings.width_mm))):
        layer.add(-1, "brim", closed(grown(footprint, (k + 0.5) * settings.width_mm).to_polygons()))


def raft(footprint: CrossSection, settings: SlicerSettings) -> list[Layer]:
    """Layers of crossed lines under everything: thick and open at the bottom, dense at the top."""
    region = grown(footprint, 3.0).to_polygons()
    layers, z_mm = [], 0.0
    for k in range(settings.raft_layers):
        height = 1.3 * settings.first_layer_mm if k == 0 else settings.layer_mm
        last = k == settings.raft_layers - 1
        z_mm += height
        layer = Layer(z_mm, height)
        spacing = settings.width_mm * (1.0 if last and k else 2.0)
        layer.add(-1, "raft", hatch(region, spacing, 90.0 * (k % 2), join=True))
        layers.append(layer)
    return layers


def support_regions(outlines: Sequence[CrossSection], settings: SlicerSettings) -> list[CrossSection]:
    """Where support is printed in each layer: under what leans too far, down to the bed or the part below."""
    reach = settings.layer_mm * np.tan(np.radians(settings.support_deg))
    gap, needed = 1.2 * settings.width_mm, CrossSection()
    regions = [CrossSection()] * len(outlines)
    for i in range(len(outlines) - 2, -1, -1):
        above, here = outlines[i + 1], outlines[i]
        if above is not here:
            hanging = above - here.offset(reach, JoinType.Miter, 2.0)
            hanging = hanging.offset(-0.25 * settings.width_mm, JoinType.Miter, 2.0)
            if not hanging.is_empty():
                needed = united([needed, grown(hanging, 0.6)])
        if not needed.is_empty():
            regions[i] = (needed - grown(here, gap) if not here.is_empty() else needed).simplify(0.02)
            needed = needed - here if not here.is_empty() else needed
    return regions


def add_supports(layers: Sequence[Layer], regions: Sequence[CrossSection], part: int, settings: SlicerSettings) -> None:
    """Thin walls of support in its `support_regions`, one layer of air below the part."""
    spacing = settings.width_mm / settings.support_density
    for i, (layer, region) in enumerate(zip(layers, regions, strict=True)):
        gap = regions[i + 1] if i + 1 < len(regions) else CrossSection()
        if region.is_empty() or gap.is_empty():
            continue
        layer.add(part, "support", hatch((region ^ gap).to_polygons(), spacing, settings.infill_deg + 90.0))
