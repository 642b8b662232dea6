"""One budget for the whole network, divided over its layers: by magnitude, by LAMP, or by what the loss would mind."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

import torch
from torch import Tensor

from ..errors import PlanError
from .sets import Intersection, SparsitySet, SupportSet
from .sets.base import largest, largest_first
from .storage import log2_binomial

SCORES = ("magnitude", "lamp", "fisher")


@dataclass(frozen=True)
class Budget:
    """At most ``max_nonzeros`` weights in all layers together.

    score : "magnitude" compares weights as they are; "lamp" divides w^2 by the sum of w^2 of the weights of the layer
        that are not smaller (Lee et al. 2021), which makes layers comparable and never empties one; "fisher" is
        w^2 times the mean squared gradient, the loss that a missing weight costs to second order (optimal brain
        damage, LeCun et al. 1990): one projection for all layers, in the metric of the loss.
    least : every layer keeps at least so many weights, no layer collapses
    every_output_of : pattern of weights (``fc2.weight``) of which each output keeps at least one, no class goes silent
    """

    max_nonzeros: int
    score: str = "lamp"
    least: int = 1
    every_output_of: str = ""

    def __post_init__(self) -> None:
        if self.score not in SCORES:
            raise ValueError(f"score must be one of {', '.join(SCORES)}, got {self.score!r}")
        if self.max_nonzeros < 1:
            raise ValueError(f"max_nonzeros must be at least 1, got {self.max_nonzeros}")

    def supports(
        self,
        weights: Mapping[str, Tensor],
        allowed: Mapping[str, Tensor] | None = None,
        sensitivities: Mapping[str, Tensor] | None = None,
    ) -> dict[str, Tensor]:
        """The weights that the budget keeps: bool per layer, as many as the budget or, when fewer, all.

        allowed : bool per layer; weights outside (for example on a dead path) are not kept
        sensitivities : mean squared gradients per layer, for "fisher"
        """
        if self.max_nonzeros < self.least * len(weights):
            raise PlanError(
                f"budget: expected at least {self.least} weights for each of {len(weights)} layers, "
                f"got {self.max_nonzeros} in all; raise max_nonzeros"
            )
        scores = []
        for name, tensor in weights.items():
            score = self._scores(tensor.detach(), None if sensitivities is None else sensitivities.get(name))
            if allowed is not None and name in allowed:
                score = torch.where(allowed[name].reshape(-1), score, -1.0)
            score[largest(score, self.least)] = math.inf
            if fnmatchcase(name, self.every_output_of):
                rows = score.reshape(tensor.shape[0], -1)
                rows.scatter_(1, rows.argmax(dim=1, keepdim=True), math.inf)
            scores.append(score)
        joined = torch.cat(scores)
        kept = largest(joined, self.max_nonzeros) & (joined >= 0)
        parts = torch.split(kept, [len(s) for s in scores])
        return {name: part.reshape(tensor.shape) for (name, tensor), part in zip(weights.items(), parts, strict=True)}

    def _scores(self, weights: Tensor, sensitivity: Tensor | None) -> Tensor:
        if self.score == "lamp":
            return lamp(weights)
        if self.score == "fisher" and sensitivity is not None:
            return (weights.double().square() * sensitivity.double()).reshape(-1)
        return weights.double().abs().reshape(-1)

    def allocate(self, weights: Mapping[str, Tensor], allowed: Mapping[str, Tensor] | None = None) -> dict[str, int]:
        """How many nonzeros each layer gets; the sum is the budget, or all weights when there are fewer."""
        return {name: int(support.sum()) for name, support in self.supports(weights, allowed).items()}

    def constraints(
        self,
        weights: Mapping[str, Tensor],
        allowed: Mapping[str, Tensor] | None = None,
        sensitivities: Mapping[str, Tensor] | None = None,
    ) -> dict[str, SupportSet | SparsitySet | Intersection]:
        """One set per layer: its share of the budget, or under "fisher" the chosen support itself."""
        supports = self.supports(weights, allowed, sensitivities)
        if self.score == "fisher":
            return {name: SupportSet(support) for name, support in supports.items()}
        shares = {name: SparsitySet(int(support.sum())) for name, support in supports.items()}
        if allowed is None:
            return dict(shares)
        return {n: SupportSet(allowed[n]) & share if n in allowed else share for n, share in shares.items()}


def budget_of_bytes(
    weights: Mapping[str, Tensor], max_bytes: int, value_bits: float = 3.0, score: str = "lamp"
) -> Budget:
    """The largest budget whose support and values fit ``max_bytes`` by the storage model.

    value_bits : mean bits of a coded value (3 bits: a codebook of eight, not evenly used)

    Each layer is charged log2 C(n, k) for its support, the bound that no code of random places beats; the packer's
    contexts come out under it on trained networks. Header and biases are not in it, so leave them room.

    Raises
    ------
    PlanError
        Not even one weight a layer fits.
    """

    def n_bytes(max_nonzeros: int) -> float:
        shares = Budget(max_nonzeros, score).allocate(weights)
        return sum(log2_binomial(weights[n].numel(), k) + k * value_bits for n, k in shares.items()) / 8

    low, high = len(weights), sum(w.numel() for w in weights.values())
    if n_bytes(low) > max_bytes:
        raise PlanError(
            f"max_bytes: expected at least {math.ceil(n_bytes(low))} bytes for one weight in each of {low} layers, "
            f"got {max_bytes}; allow more"
        )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if n_bytes(middle) <= max_bytes else (low, middle)
    return Budget(low, score)


def lamp(weights: Tensor) -> Tensor:
    """w^2 over the sum of w'^2 with |w'| >= |w|: flat, float64, in [0, 1]."""
    squares = weights.detach().double().square().reshape(-1)
    order = largest_first(squares)
    falling = squares[order]
    scores = torch.empty_like(squares)
    scores[order] = falling / torch.cumsum(falling, 0).clamp(min=1e-300)
    return scores
