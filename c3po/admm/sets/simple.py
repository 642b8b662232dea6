"""Convex classics and low rank: box, probability simplex, matrices of small rank."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .base import ConstraintSet, largest_first, require


@dataclass(frozen=True)
class BoxSet(ConstraintSet):
    """Every entry lies in [low, high]. Projection: clip."""

    low: float
    high: float
    is_elementwise = True

    def __post_init__(self) -> None:
        require(self.low <= self.high, "low must not exceed high", (self.low, self.high))

    def contains(self, weights: Tensor) -> bool:
        return bool(((weights >= self.low) & (weights <= self.high)).all())

    def project(self, weights: Tensor) -> Tensor:
        return weights.clamp(self.low, self.high)


@dataclass(frozen=True)
class SimplexSet(ConstraintSet):
    """Entries are nonnegative and sum to ``total``. Projection: shift and clip (Held, Wolfe, Crowder 1974)."""

    total: float = 1.0
    is_elementwise = True

    def __post_init__(self) -> None:
        require(self.total > 0, "total must be positive", self.total)

    def contains(self, weights: Tensor) -> bool:
        near = abs(float(weights.double().sum()) - self.total) <= 1e-5 * self.total
        return near and bool((weights >= 0).all())

    def project(self, weights: Tensor) -> Tensor:
        flat = weights.double().reshape(-1)
        falling = flat[largest_first(flat)]
        shifts = (torch.cumsum(falling, 0) - self.total) / torch.arange(1, len(flat) + 1, device=weights.device)
        n_positive = int(torch.count_nonzero(falling > shifts))
        return (flat - shifts[n_positive - 1]).clamp(min=0.0).reshape(weights.shape).to(weights.dtype)


@dataclass(frozen=True)
class LowRankSet(ConstraintSet):
    """The matrix (outputs, everything else) has at most this rank. Projection: truncated SVD (Eckart, Young 1936)."""

    rank: int

    def __post_init__(self) -> None:
        require(self.rank >= 0, "rank must be at least 0", self.rank)

    def misfit(self, shape: torch.Size) -> str | None:
        return None if len(shape) >= 2 else f"expected at least two axes (outputs, inputs), got shape {tuple(shape)}"

    def project(self, weights: Tensor) -> Tensor:
        left, singular, right = torch.linalg.svd(weights.double().reshape(weights.shape[0], -1), full_matrices=False)
        singular[self.rank :] = 0.0
        nearest: Tensor = ((left * singular) @ right).reshape(weights.shape).to(weights.dtype)
        return nearest
