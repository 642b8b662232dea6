"""Constraint sets: frozen values with ``contains``, ``project`` (the nearest member) and ``freeze``."""

from .base import ConstraintSet, TiedSet
from .circulant import CirculantSet
from .codebook import CodebookSet
from .groups import BlockSet, ChannelSet, ColumnSet, FilterSet, GroupSparsitySet, KernelSet
from .intersection import Intersection
from .levels import BinarySet, LevelSet, PowerOfTwoSet, ScaledLevelSet, ScaledPatternSet, TernarySet
from .patterns import KernelPatternSet, natural_patterns
from .simple import BoxSet, LowRankSet, SimplexSet
from .sparsity import DensitySet, NestedSparsitySet, NOfMSet, SparsitySet, SupportSet

__all__ = [
    "BinarySet",
    "BlockSet",
    "BoxSet",
    "ChannelSet",
    "CirculantSet",
    "CodebookSet",
    "ColumnSet",
    "ConstraintSet",
    "DensitySet",
    "FilterSet",
    "GroupSparsitySet",
    "Intersection",
    "KernelPatternSet",
    "KernelSet",
    "LevelSet",
    "LowRankSet",
    "NOfMSet",
    "NestedSparsitySet",
    "PowerOfTwoSet",
    "ScaledLevelSet",
    "ScaledPatternSet",
    "SimplexSet",
    "SparsitySet",
    "SupportSet",
    "TernarySet",
    "TiedSet",
    "natural_patterns",
]
