"""Images of a Solid, for the network and for people."""

from c3po.imaging.judgeable import is_judgeable
from c3po.imaging.signs import ASKED_SIGNS, FLIPS, QUESTIONS, asked_views, turned_around
from c3po.imaging.tone import toned
from c3po.imaging.views import VIEW_NAMES, silhouettes, view_stack

__all__ = [
    "ASKED_SIGNS",
    "FLIPS",
    "QUESTIONS",
    "VIEW_NAMES",
    "asked_views",
    "is_judgeable",
    "silhouettes",
    "toned",
    "turned_around",
    "view_stack",
]
