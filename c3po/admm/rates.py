"""Automatic rates: simulated annealing over per-layer densities under a hard total (AutoCompress, 1907.03141)."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor, nn

from ..errors import PlanError
from .parameters import weight_names
from .sets import ConstraintSet, GroupSparsitySet, SparsitySet

Counts = dict[str, int]


def anneal_counts(
    sizes: Mapping[str, int],
    total: int,
    score: Callable[[Counts], float],
    n_rounds: int = 200,
    seed: int = 0,
    start: Mapping[str, int] | None = None,
) -> Counts:
    """Nonzeros per layer, ``total`` in all, with the best ``score`` that was found.

    Parameters
    ----------
    sizes : weights per layer, in the order the layers run
    score : larger is better; called once per candidate (``magnitude_score`` makes one from an evaluation)
    start : where to begin; by default experience guides: early layers and small layers are pruned less

    Each round moves part of one layer's share to another; a worse candidate is accepted with probability
    exp(change / temperature), the temperature falls geometrically from the first changes seen.
    """
    if not len(sizes) <= total <= sum(sizes.values()):
        raise PlanError(
            f"total: expected between {len(sizes)} (one per layer) and {sum(sizes.values())} weights, got {total}; "
            "choose another rate"
        )
    rng = np.random.default_rng(seed)
    now = fitted(dict(start) if start else guided_start(sizes, total), sizes, total)
    now_score = score(now)
    best, best_score = now, now_score
    temperature = 0.0
    for _ in range(n_rounds):
        candidate = moved(now, sizes, rng)
        candidate_score = score(candidate)
        change = candidate_score - now_score
        temperature = 0.97 * temperature if temperature else abs(change)
        if change >= 0 or (temperature > 0 and rng.random() < math.exp(max(-700.0, change / temperature))):
            now, now_score = candidate, candidate_score
        if now_score > best_score:
            best, best_score = now, now_score
    return best


def guided_start(sizes: Mapping[str, int], total: int) -> Counts:
    """Shares that grow with the square root of a layer's size, the first layer's doubled."""
    shares = {name: math.sqrt(size) * (2.0 if i == 0 else 1.0) for i, (name, size) in enumerate(sizes.items())}
    scale = total / sum(shares.values())
    return {name: round(share * scale) for name, share in shares.items()}


def fitted(counts: Counts, sizes: Mapping[str, int], total: int) -> Counts:
    """The nearest counts with 1 <= count <= size that sum to ``total``."""
    counts = {name: min(size, max(1, counts.get(name, 1))) for name, size in sizes.items()}
    for name in sorted(sizes, key=lambda name: -sizes[name]):
        room = total - sum(counts.values())
        counts[name] = min(sizes[name], max(1, counts[name] + room))
    return counts


def moved(counts: Counts, sizes: Mapping[str, int], rng: np.random.Generator) -> Counts:
    giver, taker = rng.choice(list(counts), size=2, replace=len(counts) < 2)
    amount = max(1, int(counts[str(giver)] * rng.uniform(0.02, 0.3)))
    amount = min(amount, counts[str(giver)] - 1, sizes[str(taker)] - counts[str(taker)])
    neighbour = dict(counts)
    neighbour[str(giver)] -= amount
    neighbour[str(taker)] += amount
    return neighbour


def magnitude_score(
    network: nn.Module,
    evaluate: Callable[[nn.Module], float],
    weights: str = "*",
    make_set: Callable[[int], ConstraintSet] = SparsitySet,
) -> tuple[dict[str, int], Callable[[Counts], float]]:
    """Sizes and a quick score for ``anneal_counts``: a copy is pruned by magnitude, then evaluated.

    make_set : what a count is a count of: weights (``SparsitySet``), or groups (``FilterSet``, ``ColumnSet`` ..)
    """
    names = weight_names(network, weights)
    trial = copy.deepcopy(network)
    original = dict(network.named_parameters(remove_duplicate=False))
    tried = dict(trial.named_parameters(remove_duplicate=False))

    @torch.no_grad()
    def score(counts: Counts) -> float:
        for name in names:
            tried[name].copy_(make_set(counts[name]).project(original[name]))
        return evaluate(trial)

    return {name: n_units(make_set(1), original[name]) for name in names}, score


def n_units(constraint: ConstraintSet, weights: Tensor) -> int:
    """How many of what the set counts a tensor has."""
    if isinstance(constraint, GroupSparsitySet):
        return len(constraint.energies(weights.detach()))
    return weights.numel()
