"""Parametric part families over ten labels: solid silhouettes made in code, from a seeded generator.

Weapons are filled shapes for recognition only: no bores, chambers, magazines or mechanisms, nothing that assembles.
"""

from c3po.shapes import (
    angle_plate,
    blade,
    blaster_kit,
    bracket,
    creature,
    enclosure,
    gear,
    gun_grammar,
    hand_tool,
    handgun,
    harmless_grammar,
    held,
    long_gun,
    look_alike,
    mast,
    person,
    prop,
    random_csg,
    toy_gun,
    toy_long_gun,
    vehicle,
    vessel,
)
from c3po.shapes.family import FAMILIES, Family, entangled
from c3po.shapes.labels import C3PO_22, LABELS, SILHOUETTE_LABELS

__all__ = [
    "C3PO_22",
    "FAMILIES",
    "LABELS",
    "SILHOUETTE_LABELS",
    "Family",
    "angle_plate",
    "blade",
    "blaster_kit",
    "bracket",
    "creature",
    "enclosure",
    "entangled",
    "gear",
    "gun_grammar",
    "hand_tool",
    "handgun",
    "harmless_grammar",
    "held",
    "long_gun",
    "look_alike",
    "mast",
    "person",
    "prop",
    "random_csg",
    "toy_gun",
    "toy_long_gun",
    "vehicle",
    "vessel",
]
