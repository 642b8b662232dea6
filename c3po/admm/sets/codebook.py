"""Clustering: a tensor takes at most K different values (1811.01907). The projection is one-dimensional k-means."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .base import ConstraintSet, TiedSet, require

EXACT_VALUES = 1024
"""Above so many different weights, neighbours are first merged into this many equal-count bins; then Lloyd polishes."""


@dataclass(frozen=True)
class CodebookSet(ConstraintSet):
    """At most ``n_values`` different values, free per tensor.

    Optimal (dynamic programming) up to 1,024 different weights; above, started from the optimum of 1,024 bins and
    polished by Lloyd's iteration, so a local optimum.
    """

    n_values: int
    is_elementwise = True

    def __post_init__(self) -> None:
        require(self.n_values >= 1, "n_values must be at least 1", self.n_values)

    def contains(self, weights: Tensor) -> bool:
        return len(torch.unique(weights)) <= self.n_values

    def assignment(self, weights: Tensor) -> Tensor:
        """The cluster of each weight, int64, numbered by rising value."""
        values, inverse, counts = torch.unique(weights.reshape(-1), return_inverse=True, return_counts=True)
        clusters = torch.arange(len(values), device=weights.device)
        if len(values) > self.n_values:
            bounds = cluster_bounds(values.double(), counts.double(), self.n_values)
            clusters = torch.bucketize(clusters, bounds, right=True)
        assigned: Tensor = clusters[inverse].reshape(weights.shape)
        return assigned

    def project(self, weights: Tensor) -> Tensor:
        return TiedSet(self.assignment(weights)).project(weights) if weights.numel() else weights.clone()

    def freeze(self, member: Tensor) -> TiedSet:
        return TiedSet(self.assignment(member))


def cluster_bounds(values: Tensor, counts: Tensor, n_clusters: int) -> Tensor:
    """First index of clusters 1 .. K-1 in the sorted ``values`` (weighted by ``counts``): int64, shape (K - 1,)."""
    if len(values) <= EXACT_VALUES:
        return optimal_bounds(values, counts, n_clusters)
    edges = torch.linspace(0, len(values), EXACT_VALUES + 1, device=values.device).long()
    totals, moments = running(counts), running(counts * values)
    bin_counts = totals[edges[1:]] - totals[edges[:-1]]
    bin_means = (moments[edges[1:]] - moments[edges[:-1]]) / bin_counts
    bounds = edges[optimal_bounds(bin_means, bin_counts, n_clusters)]
    return lloyd(values, totals, moments, bounds)


def optimal_bounds(values: Tensor, counts: Tensor, n_clusters: int) -> Tensor:
    """Bounds of least squared error, by dynamic programming over all splits: O(K n^2), vectorised over n^2."""
    n = len(values)
    totals, moments, squares = running(counts), running(counts * values), running(counts * values.square())
    places = torch.arange(n + 1, device=values.device)
    first, last = places[:-1, None], places[None, 1:]
    weight = (totals[last] - totals[first]).clamp(min=1e-300)
    cost = (squares[last] - squares[first]) - (moments[last] - moments[first]).square() / weight
    cost = torch.where(last > first, cost.clamp(min=0.0), torch.inf)  # cost[i, j-1]: values i .. j-1 are one cluster
    best = cost[0].clone()
    splits = []
    for _ in range(n_clusters - 1):
        candidates = torch.cat([cost.new_full((1,), torch.inf), best[:-1]])[:, None] + cost
        best, split = candidates.min(dim=0)
        splits.append(split)
    bounds, end = [], n
    for split in reversed(splits):
        end = int(split[end - 1])
        bounds.append(end)
    return torch.tensor(bounds[::-1], dtype=torch.int64, device=values.device)


def lloyd(values: Tensor, totals: Tensor, moments: Tensor, bounds: Tensor, n_rounds: int = 100) -> Tensor:
    """Lloyd's iteration on sorted values: centres are means, bounds are midpoints; an empty cluster stays empty."""
    for _ in range(n_rounds):
        edges = torch.cat([bounds.new_zeros(1), bounds, bounds.new_full((1,), len(values))])
        centres = (moments[edges[1:]] - moments[edges[:-1]]) / (totals[edges[1:]] - totals[edges[:-1]]).clamp(
            min=1e-300
        )
        moved = torch.searchsorted(values, (centres[1:] + centres[:-1]) / 2)
        if torch.equal(moved, bounds):
            break
        bounds = moved
    return bounds


def running(amounts: Tensor) -> Tensor:
    """Sums of the first 0, 1, .. n entries."""
    return torch.cat([amounts.new_zeros(1), torch.cumsum(amounts, 0)])
