"""Quantisation levels with the best scale: fixed point, power of two, ternary, binary.

The scale is not searched by bisection but found exactly: between two neighbouring break points (where some weight
changes its level) the squared error is a parabola in the scale, so the best of all parabola tops is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from .base import ConstraintSet, require


@dataclass(frozen=True)
class ScaledLevelSet(ConstraintSet):
    """Every weight is ``scale * level`` with one free ``scale`` > 0 per tensor; levels come with both signs.

    positive_levels : rising, > 0;  with_zero : 0 is a level too
    """

    positive_levels: tuple[float, ...]
    with_zero: bool = False
    is_elementwise = True

    def __post_init__(self) -> None:
        levels = self.positive_levels
        rising = all(a < b for a, b in pairwise(levels))
        require(bool(levels) and levels[0] > 0 and rising, "positive_levels must be positive and rise", levels)

    def pattern(self, weights: Tensor) -> Tensor:
        """The level of each weight in the nearest member, float64, before scaling."""
        magnitudes = weights.abs().double().reshape(-1)
        levels = torch.tensor(self.positive_levels, dtype=torch.float64, device=weights.device)
        if self.with_zero:
            levels = torch.cat([levels.new_zeros(1), levels])
        scale = best_scale(magnitudes, levels)
        chosen = torch.bucketize(magnitudes, scale * (levels[1:] + levels[:-1]) / 2, right=False)
        signs = torch.where(weights.reshape(-1) < 0, -1.0, 1.0).double()
        return (signs * levels[chosen]).reshape(weights.shape)

    def project(self, weights: Tensor) -> Tensor:
        return ScaledPatternSet(self.pattern(weights)).project(weights)

    def freeze(self, member: Tensor) -> ScaledPatternSet:
        return ScaledPatternSet(self.pattern(member))


@dataclass(frozen=True)
class LevelSet(ConstraintSet):
    """``2 ** n_bits`` equidistant levels +-q, +-2q .. without zero, q free. Source: 1812.11677, section 3.3."""

    n_bits: int
    is_elementwise = True

    def __post_init__(self) -> None:
        require(1 <= self.n_bits <= 12, "n_bits must lie in 1..12", self.n_bits)

    def _levels(self) -> ScaledLevelSet:
        return ScaledLevelSet(tuple(float(i + 1) for i in range(2 ** (self.n_bits - 1))))

    def project(self, weights: Tensor) -> Tensor:
        return self._levels().project(weights)

    def freeze(self, member: Tensor) -> ScaledPatternSet:
        return self._levels().freeze(member)


@dataclass(frozen=True)
class PowerOfTwoSet(ConstraintSet):
    """Zero and +-q, +-2q, +-4q .. with ``n_powers`` magnitudes, q free: multiplication is a shift."""

    n_powers: int
    is_elementwise = True

    def __post_init__(self) -> None:
        require(1 <= self.n_powers <= 16, "n_powers must lie in 1..16", self.n_powers)

    def _levels(self) -> ScaledLevelSet:
        return ScaledLevelSet(tuple(2.0**i for i in range(self.n_powers)), with_zero=True)

    def project(self, weights: Tensor) -> Tensor:
        return self._levels().project(weights)

    def freeze(self, member: Tensor) -> ScaledPatternSet:
        return self._levels().freeze(member)


@dataclass(frozen=True)
class BinarySet(ConstraintSet):
    """+-a with one free a per tensor. Projection: the signs times the mean magnitude. Source: 1905.00789."""

    is_elementwise = True

    def project(self, weights: Tensor) -> Tensor:
        scale = weights.abs().mean(dtype=torch.float64).to(weights.dtype)
        return torch.where(weights < 0, -scale, scale)

    def freeze(self, member: Tensor) -> ScaledPatternSet:
        return ScaledPatternSet(torch.where(member < 0, -1.0, 1.0).double())


@dataclass(frozen=True)
class TernarySet(ConstraintSet):
    """-a, 0 or a with one free a per tensor. Source: 1905.00789; here with the best threshold, not 0.7 of the mean."""

    is_elementwise = True

    def project(self, weights: Tensor) -> Tensor:
        return ScaledLevelSet((1.0,), with_zero=True).project(weights)

    def freeze(self, member: Tensor) -> ScaledPatternSet:
        return ScaledLevelSet((1.0,), with_zero=True).freeze(member)


@dataclass(frozen=True, eq=False)
class ScaledPatternSet(ConstraintSet):
    """The multiples of one tensor: signs and levels are fixed, the scale is trained.

    pattern : float64, the shape of the weights
    """

    pattern: Tensor
    is_subspace = True

    def project(self, weights: Tensor) -> Tensor:
        pattern = self.pattern.to(weights.device)
        energy = pattern.square().sum()
        scale = (weights.double() * pattern).sum() / energy if energy > 0 else energy
        return (scale * pattern).to(weights.dtype)


def best_scale(magnitudes: Tensor, levels: Tensor) -> Tensor:
    """The scale q that minimises the squared distance from ``magnitudes`` to the nearest ``q * levels``, exactly.

    magnitudes : float64, shape (n,), >= 0;  levels : float64, rising, >= 0

    The error is sum(m^2) - (sum m l)^2 / sum l^2 for the levels l in force; walking q down from infinity, a weight
    climbs one level at each break point m / midpoint, and the two sums are updated.
    """
    if magnitudes.numel() == 0 or float(magnitudes.max()) == 0.0:
        return magnitudes.new_ones(())
    midpoints = (levels[1:] + levels[:-1]) / 2
    steps, squares = levels.diff(), levels.square().diff()
    breaks = (magnitudes[:, None] / midpoints[None, :]).reshape(-1)
    order = torch.argsort(breaks, descending=True)
    # index 0: every weight on the lowest level
    products = torch.cumsum((magnitudes[:, None] * steps[None, :]).reshape(-1)[order], 0)
    energies = torch.cumsum(squares.repeat(len(magnitudes))[order], 0)
    products = torch.cat([products.new_zeros(1), products]) + magnitudes.sum() * levels[0]
    energies = torch.cat([energies.new_zeros(1), energies]) + len(magnitudes) * levels[0] ** 2
    gains = torch.where(energies > 0, products.square() / energies.clamp(min=1e-300), 0.0)
    best = gains.argmax()
    return products[best] / energies[best]
