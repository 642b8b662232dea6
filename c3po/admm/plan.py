"""Plans: what to compress, in which order, for how long. A value; ``Plan.read`` takes the same from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .budget import Budget
from .sets import ConstraintSet


@dataclass(frozen=True)
class Stage:
    """ADMM towards ``budget`` or ``constraints``, projection, retraining.

    weights : pattern of the weights a budget is divided over
    epochs, retrain_epochs : of ADMM and of retraining
    penalty : rho at the first and the last update, geometric between (multi-rho)
    updates_per_epoch : auxiliary and dual steps per epoch
    ramp : share of the updates over which a budget falls (cubic) from the nonzeros it finds to its target; 0: at once
    decoupled : proximal pull after the optimiser's step instead of a gradient term
    keep_support : sets act on the nonzeros only (quantise or cluster after pruning)
    bias_bits : biases are rounded to levels of so many bits before retraining and kept; None: trained freely
    straight_through : retraining may still change places, levels and signs, see ``StraightThrough``; else they are
        frozen. Beside a budget every layer keeps the share that ADMM ended with
    turn_every : steps between two such changes
    shrink : dead channels are cut out, so that the next stage trains a smaller network
    """

    name: str
    budget: Budget | None = None
    constraints: Mapping[str, ConstraintSet] = field(default_factory=dict)
    weights: str = "*"
    epochs: int = 6
    retrain_epochs: int = 10
    learning_rate: float = 1e-3
    retrain_learning_rate: float = 1e-3
    penalty: tuple[float, float] = (0.1, 10.0)
    updates_per_epoch: int = 1
    ramp: float = 0.0
    decoupled: bool = True
    keep_support: bool = False
    bias_bits: int | None = None
    straight_through: bool = False
    turn_every: int = 1
    shrink: bool = False

    def __post_init__(self) -> None:
        if self.straight_through and self.shrink:
            raise ValueError("straight_through: expected a stage without shrink; put it into the next stage")
        if self.turn_every < 1:
            raise ValueError(f"turn_every: expected at least 1 step, got {self.turn_every}")

    @classmethod
    def prune(cls, max_nonzeros: int, score: str = "lamp", **settings: object) -> Stage:
        """One global budget of nonzero weights."""
        return cls(f"prune-{max_nonzeros}", Budget(max_nonzeros, score), **settings)  # type: ignore[arg-type]

    @classmethod
    def quantise(cls, constraints: Mapping[str, ConstraintSet], **settings: object) -> Stage:
        """Levels or codebooks for the nonzero weights."""
        return cls("quantise", None, constraints, keep_support=True, **settings)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Plan:
    """Stages in order."""

    stages: tuple[Stage, ...]
