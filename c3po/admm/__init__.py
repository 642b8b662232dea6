"""Network compression by ADMM: constraint sets, solver, schedules, retraining, purification.

Knows nothing of printing. See docs/admm.md.
"""

from .budget import Budget, budget_of_bytes, lamp
from .compress import compress
from .distillation import distillation_loss
from .folding import fold_batchnorm, reestimate_statistics
from .levels import answer_at, level_network, nested_supports
from .packing import Packed, pack
from .plan import Plan, Stage
from .purification import count_nonzeros, largest_difference, purify, remove_dead, silence_constants
from .rates import anneal_counts, magnitude_score
from .reading import read_plan
from .reordering import group_similar_filters
from .retraining import Frozen, StraightThrough
from .sets import *  # noqa: F403
from .sets import __all__ as _sets
from .solver import Admm, Residuals
from .stages import retrain, run_stage
from .storage import LayerCost, break_even_rate, layer_costs
from .thinning import empty_weak_filters

__all__ = [
    *_sets,
    "Admm",
    "Budget",
    "Frozen",
    "LayerCost",
    "Packed",
    "Plan",
    "Residuals",
    "Stage",
    "StraightThrough",
    "anneal_counts",
    "answer_at",
    "break_even_rate",
    "budget_of_bytes",
    "compress",
    "count_nonzeros",
    "distillation_loss",
    "empty_weak_filters",
    "fold_batchnorm",
    "group_similar_filters",
    "lamp",
    "largest_difference",
    "layer_costs",
    "level_network",
    "magnitude_score",
    "nested_supports",
    "pack",
    "purify",
    "read_plan",
    "reestimate_statistics",
    "remove_dead",
    "retrain",
    "run_stage",
    "silence_constants",
]
