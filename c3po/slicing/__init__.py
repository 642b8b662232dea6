"""Meshes to G-code: a small slicer of our own, and installed slicers behind the same call."""

from c3po.slicing.placement import Placement, place, random_placement
from c3po.slicing.settings import DIALECTS, PATTERNS, SlicerSettings, random_settings
from c3po.slicing.slicer import slice_mesh

__all__ = [
    "DIALECTS",
    "PATTERNS",
    "Placement",
    "SlicerSettings",
    "place",
    "random_placement",
    "random_settings",
    "slice_mesh",
]
