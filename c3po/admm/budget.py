"""One budget for the whole network, divided over its layers: by magnitude, by LAMP, or by expected bytes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from ..errors import PlanError
from .sets import Intersection, SparsitySet, SupportSet
from .sets.base import largest_first

SCORES = ("magnitude", "lamp")


@dataclass(frozen=True)
class Budget:
    """At most ``max_nonzeros`` weights in all layers together.

    score : "magnitude" compares weights as they are; "lamp" divides w^2 by the sum of w^2 of the weights of the layer
        that are not smaller (Lee et al. 2021), which makes layers comparable and never empties one.
    least : every layer keeps at least so many weights, no layer collapses
    """

    max_nonzeros: int
    score: str = "lamp"
    least: int = 1

    def __post_init__(self) -> None:
        if self.score not in SCORES:
            raise ValueError(f"score must be one of {', '.join(SCORES)}, got {self.score!r}")
        if self.max_nonzeros < 1:
            raise ValueError(f"max_nonzeros must be at least 1, got {self.max_nonzeros}")

    def allocate(self, weights: Mapping[str, Tensor], allowed: Mapping[str, Tensor] | None = None) -> dict[str, int]:
        """How many nonzeros each layer gets; the sum is the budget, or all weights when there are fewer.

        allowed : bool per layer; weights outside (for example on a dead path) are not counted on
        """
        if self.max_nonzeros < self.least * len(weights):
            raise PlanError(
                f"budget: expected at least {self.least} weights for each of {len(weights)} layers, "
                f"got {self.max_nonzeros} in all; raise max_nonzeros"
            )
        scores = []
        for name, tensor in weights.items():
            score = lamp(tensor) if self.score == "lamp" else tensor.detach().double().abs().reshape(-1)
            if allowed is not None and name in allowed:
                score = torch.where(allowed[name].reshape(-1), score, -1.0)
            first = largest_first(score)[: self.least]
            score[first] = math.inf
            scores.append(score)
        joined = torch.cat(scores)
        kept = torch.zeros(len(joined), dtype=torch.bool)
        kept[largest_first(joined)[: self.max_nonzeros]] = True
        kept &= joined >= 0
        sizes = [len(s) for s in scores]
        return {name: int(part.sum()) for name, part in zip(weights, torch.split(kept, sizes), strict=True)}

    def constraints(
        self, weights: Mapping[str, Tensor], allowed: Mapping[str, Tensor] | None = None
    ) -> dict[str, SparsitySet | Intersection]:
        """One set per layer with its share of the budget."""
        counts = self.allocate(weights, allowed)
        if allowed is None:
            return {name: SparsitySet(count) for name, count in counts.items()}
        return {
            name: SupportSet(allowed[name]) & SparsitySet(count) if name in allowed else SparsitySet(count)
            for name, count in counts.items()
        }


def lamp(weights: Tensor) -> Tensor:
    """w^2 over the sum of w'^2 with |w'| >= |w|: flat, float64, in [0, 1]."""
    squares = weights.detach().double().square().reshape(-1)
    order = largest_first(squares)
    falling = squares[order]
    scores = torch.empty_like(squares)
    scores[order] = falling / torch.cumsum(falling, 0).clamp(min=1e-300)
    return scores
