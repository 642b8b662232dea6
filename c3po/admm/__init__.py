"""Network compression by ADMM: constraint sets, solver, schedules, retraining, purification.

Knows nothing of printing. See docs/admm.md.
"""

from .budget import Budget, lamp
from .compress import compress, retrain, run_stage
from .distillation import distillation_loss
from .plan import Plan, Stage
from .purification import count_nonzeros, largest_difference, purify, remove_dead
from .retraining import Frozen
from .sets import *  # noqa: F403
from .sets import __all__ as _sets
from .solver import Admm, Residuals

__all__ = [
    *_sets,
    "Admm",
    "Budget",
    "Frozen",
    "Plan",
    "Residuals",
    "Stage",
    "compress",
    "count_nonzeros",
    "distillation_loss",
    "lamp",
    "largest_difference",
    "purify",
    "remove_dead",
    "retrain",
    "run_stage",
]
