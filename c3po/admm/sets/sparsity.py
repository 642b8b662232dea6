"""Sets that limit how many weights may be nonzero."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .base import ConstraintSet, largest, require, same_shape


@dataclass(frozen=True)
class SparsitySet(ConstraintSet):
    """At most ``max_nonzeros`` nonzero weights. Projection: keep the largest. Source: 1804.03294, section 3."""

    max_nonzeros: int
    is_elementwise = True

    def __post_init__(self) -> None:
        require(self.max_nonzeros >= 0, "max_nonzeros must be at least 0", self.max_nonzeros)

    def contains(self, weights: Tensor) -> bool:
        return int(torch.count_nonzero(weights)) <= self.max_nonzeros

    def project(self, weights: Tensor) -> Tensor:
        flat = weights.reshape(-1)
        return torch.where(largest(flat.abs(), self.max_nonzeros), flat, 0.0).reshape(weights.shape)

    def freeze(self, member: Tensor) -> "SupportSet":
        return SupportSet(member != 0)


@dataclass(frozen=True)
class DensitySet(ConstraintSet):
    """At most the share ``density`` of the weights is nonzero, and never fewer than one: no layer collapses."""

    density: float
    is_elementwise = True

    def __post_init__(self) -> None:
        require(0.0 < self.density <= 1.0, "density must lie in (0, 1]", self.density)

    def _counted(self, weights: Tensor) -> SparsitySet:
        return SparsitySet(max(1, int(self.density * weights.numel())))

    def contains(self, weights: Tensor) -> bool:
        return self._counted(weights).contains(weights)

    def project(self, weights: Tensor) -> Tensor:
        return self._counted(weights).project(weights)

    def freeze(self, member: Tensor) -> "SupportSet":
        return SupportSet(member != 0)


@dataclass(frozen=True)
class NestedSparsitySet(ConstraintSet):
    """One tensor that holds several networks: the ``k`` largest weights for every ``k`` of ``level_nonzeros``.

    The supports are nested because ties keep their order. Source: multi-level sparse networks (anytime inference).
    """

    level_nonzeros: tuple[int, ...]

    def __post_init__(self) -> None:
        rising = all(a < b for a, b in zip(self.level_nonzeros, self.level_nonzeros[1:], strict=False))
        require(bool(self.level_nonzeros) and rising, "level_nonzeros must rise", self.level_nonzeros)

    def contains(self, weights: Tensor) -> bool:
        return SparsitySet(self.level_nonzeros[-1]).contains(weights)

    def project(self, weights: Tensor) -> Tensor:
        return SparsitySet(self.level_nonzeros[-1]).project(weights)

    def supports(self, member: Tensor) -> tuple[Tensor, ...]:
        """bool tensors, sparsest first, each inside the next."""
        return tuple(SparsitySet(k).project(member) != 0 for k in self.level_nonzeros)

    def freeze(self, member: Tensor) -> "SupportSet":
        return SupportSet(member != 0)


@dataclass(frozen=True)
class NOfMSet(ConstraintSet):
    """At most ``n`` nonzeros in every ``m`` neighbours along the flattened inputs (2:4 and its kin)."""

    n: int
    m: int

    def __post_init__(self) -> None:
        require(0 <= self.n <= self.m and self.m > 0, "n of m needs 0 <= n <= m", (self.n, self.m))

    def misfit(self, shape: torch.Size) -> str | None:
        fits = len(shape) >= 2 and shape[1:].numel() % self.m == 0
        return None if fits else f"expected rows that divide into groups of {self.m}, got shape {tuple(shape)}"

    def contains(self, weights: Tensor) -> bool:
        return bool((torch.count_nonzero(weights.reshape(-1, self.m), dim=1) <= self.n).all())

    def project(self, weights: Tensor) -> Tensor:
        rows = weights.reshape(-1, self.m)
        order = torch.sort(rows.abs(), dim=1, descending=True, stable=True).indices[:, : self.n]
        return torch.zeros_like(rows).scatter(1, order, rows.gather(1, order)).reshape(weights.shape)

    def freeze(self, member: Tensor) -> "SupportSet":
        return SupportSet(member != 0)


@dataclass(frozen=True, eq=False)
class SupportSet(ConstraintSet):
    """Zero outside a fixed support. What masked retraining keeps.

    support : bool, the shape of the weights
    """

    support: Tensor
    is_subspace = True

    def misfit(self, shape: torch.Size) -> str | None:
        return same_shape(self.support.shape, shape)

    def contains(self, weights: Tensor) -> bool:
        return not bool((weights[~self.support.to(weights.device)] != 0).any())

    def project(self, weights: Tensor) -> Tensor:
        return torch.where(self.support.to(weights.device), weights, torch.zeros_like(weights))
