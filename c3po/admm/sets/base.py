"""What every constraint set is: a value that can say whether weights belong to it and which member is nearest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from .intersection import Intersection

RELATIVE_TOLERANCE = 1e-5
"""Float32 sums of a layer's weights differ by this much with the order of addition."""


class ConstraintSet(ABC):
    """A set S of weight tensors.

    Guarantees
    ----------
    - ``project(weights)`` is a member, no member is nearer (Frobenius norm), and the input is untouched.
    - Projecting a member returns it.
    - ``freeze(member)`` is a subset that holds ``member``; retraining stays inside it.
    """

    is_subspace = False
    """Projection is linear, so a gradient can be projected too."""
    is_elementwise = False
    """The order of the entries does not matter, so the set can be asked about some of them only."""

    @abstractmethod
    def project(self, weights: Tensor) -> Tensor:
        """The member nearest to ``weights``."""

    def contains(self, weights: Tensor) -> bool:
        """Whether ``weights`` belong to the set, up to float32 rounding."""
        weights = weights.detach()
        return bool(distance(weights, self.project(weights)) <= RELATIVE_TOLERANCE * float(weights.norm()))

    def freeze(self, member: Tensor) -> ConstraintSet:
        """The part of the set with the structure of ``member``: its support, assignment or signs."""
        return self

    def misfit(self, shape: torch.Size) -> str | None:
        """What is wrong with a tensor of this shape (expected, got), or None."""
        return None

    def __and__(self, other: ConstraintSet) -> Intersection:
        from .intersection import Intersection

        return Intersection((self, other))


@dataclass(frozen=True, eq=False)
class TiedSet(ConstraintSet):
    """Entries with the same group number are equal; group -1 is zero. Projection: the mean of each group.

    groups : int64, the shape of the weights, from -1 to n - 1

    Source: 1811.01907 (assignment fixed, centroids trained); any block-circulant matrix is one too.
    """

    groups: Tensor
    is_subspace = True

    @cached_property
    def _slots(self) -> tuple[Tensor, Tensor]:
        """The group of each entry, zeros in a last group of their own, and how many entries each group has."""
        groups = self.groups.reshape(-1)
        n_groups = int(groups.max()) + 1 if groups.numel() else 0
        slots = torch.where(groups >= 0, groups, n_groups)
        return slots, torch.bincount(slots, minlength=n_groups + 1).clamp(min=1)

    def project(self, weights: Tensor) -> Tensor:
        slots, counts = (t.to(weights.device) for t in self._slots)
        means = torch.zeros(len(counts), dtype=torch.float64, device=weights.device)
        means = means.index_add_(0, slots, weights.reshape(-1).double()).div_(counts)
        means[-1] = 0.0
        nearest: Tensor = means.to(weights.dtype)[slots].reshape(weights.shape)
        return nearest

    def misfit(self, shape: torch.Size) -> str | None:
        return same_shape(self.groups.shape, shape)


def distance(weights: Tensor, member: Tensor) -> Tensor:
    """Frobenius distance, float64."""
    gap: Tensor = (weights.double() - member.double()).norm()
    return gap


def same_shape(expected: torch.Size, shape: torch.Size) -> str | None:
    return None if expected == shape else f"expected a tensor of shape {tuple(expected)}, got {tuple(shape)}"


def largest_first(scores: Tensor) -> Tensor:
    """Indices of a flat tensor by falling score; ties keep their order, so the first entry wins."""
    return torch.sort(scores.reshape(-1), descending=True, stable=True).indices


def largest(scores: Tensor, count: int) -> Tensor:
    """bool, which of flat scores are the ``count`` largest, first ties win; no sort, five times faster."""
    if count >= len(scores) or count <= 0:
        return torch.full(scores.shape, count > 0, device=scores.device)
    threshold = torch.kthvalue(scores, len(scores) - count + 1).values
    chosen = scores > threshold
    ties = (scores == threshold).nonzero().reshape(-1)
    chosen[ties[: count - int(chosen.sum())]] = True
    return chosen


def require(condition: bool, expected: str, value: object) -> None:
    """``ValueError`` that repeats the value."""
    if not condition:
        raise ValueError(f"{expected}, got {value}")
