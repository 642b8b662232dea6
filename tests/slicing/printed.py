"""What a toolpath covers, worked out slowly: every bead as a rectangle with round ends, layer by layer."""

import numpy as np
from manifold3d import CrossSection, JoinType

from c3po.gcode import Toolpath, read_toolpath


def read(gcode: bytes) -> Toolpath:
    toolpath = read_toolpath([gcode])
    assert toolpath.flags == ()
    return toolpath


def layers_of(toolpath: Toolpath, features: tuple[int, ...] = (1,)) -> dict[float, np.ndarray]:
    """Segments by nozzle height, of the wanted features only."""
    wanted = np.isin(toolpath.feature, features)
    heights = np.round(toolpath.segments_mm[:, 5], 3)
    return {float(z): toolpath.segments_mm[wanted & (heights == z)] for z in np.unique(heights[wanted])}


def footprint(segments: np.ndarray, width_mm: float) -> CrossSection:
    """The area that beads of one width touch."""
    return CrossSection.compose([]) if not len(segments) else _union([_bead(s, width_mm) for s in segments])


def _bead(segment: np.ndarray, width_mm: float) -> CrossSection:
    a, b = segment[[0, 1]].astype(float), segment[[3, 4]].astype(float)
    ends = [CrossSection.circle(width_mm / 2, 12).translate(tuple(p)) for p in (a, b)]
    return CrossSection.batch_hull(ends)


def _union(shapes: list[CrossSection]) -> CrossSection:
    total = CrossSection()
    for shape in shapes:
        total = total + shape
    return total


def filled(outline: CrossSection) -> CrossSection:
    """The outline with holes smaller than a few beads closed, as sparse infill leaves them."""
    return CrossSection([p for p in outline.to_polygons() if _area(p) > 0])


def _area(ring: np.ndarray) -> float:
    after = np.roll(ring, -1, axis=0)
    return float(np.sum(ring[:, 0] * after[:, 1] - after[:, 0] * ring[:, 1])) / 2


__all__ = ["JoinType", "filled", "footprint", "layers_of", "read"]
