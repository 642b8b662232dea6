"""Both sets at once: closed forms where they exist, alternating projections otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from .base import ConstraintSet, largest_first
from .groups import KernelSet
from .patterns import KernelPatternSet
from .simple import BoxSet
from .sparsity import SparsitySet, SupportSet


@dataclass(frozen=True)
class Intersection(ConstraintSet):
    """Members of every one of ``sets``.

    Exact: a support with any elementwise set or another subspace; patterns with kernels (PCONV); a box around zero with
    sparsity; convex sets (Dykstra). Filters with columns, or sparsity with levels, have no closed form (choosing rows
    and columns together is NP-hard): there the sets are projected onto in turn, in the order given, until all hold.
    The result is always a member.
    """

    sets: tuple[ConstraintSet, ...]
    n_rounds = 200

    def misfit(self, shape: torch.Size) -> str | None:
        return next((text for s in self.sets if (text := s.misfit(shape))), None)

    def contains(self, weights: Tensor) -> bool:
        return all(s.contains(weights) for s in self.sets)

    def project(self, weights: Tensor) -> Tensor:
        if len(self.sets) == 2:
            for first, second in (self.sets, self.sets[::-1]):
                nearest = closed_form(first, second, weights)
                if nearest is not None:
                    return nearest
        return self._in_turn(weights)

    def _in_turn(self, weights: Tensor) -> Tensor:
        """Dykstra's corrections for convex sets, plain alternation as soon as one is not."""
        convex = all(s.is_subspace or isinstance(s, BoxSet) for s in self.sets)
        member = weights.double()
        corrections = [torch.zeros_like(member) for _ in self.sets]
        for _ in range(self.n_rounds):
            before = member
            for i, constraint in enumerate(self.sets):
                shifted = member + corrections[i] if convex else member
                member = constraint.project(shifted)
                corrections[i] = shifted - member
            if torch.equal(before, member) or (not convex and self.contains(member.to(weights.dtype))):
                break
        return member.to(weights.dtype)

    def freeze(self, member: Tensor) -> ConstraintSet:
        frozen = tuple(s.freeze(member) for s in self.sets)
        supports = [s for s in frozen if isinstance(s, SupportSet)]
        if len(supports) == len(frozen):
            joint = supports[0].support
            for s in supports[1:]:
                joint = joint & s.support
            return SupportSet(joint)
        if supports and len(frozen) == 2:
            other = next(s for s in frozen if not isinstance(s, SupportSet))
            original = next(s for s in self.sets if s.freeze(member).__class__ is other.__class__)
            return OnSupport(supports[0].support, original).freeze(member)
        return Intersection(frozen)


@dataclass(frozen=True, eq=False)
class OnSupport(ConstraintSet):
    """Zero outside ``support``; the weights on it, as one vector, belong to ``inner`` (prune, then quantise)."""

    support: Tensor
    inner: ConstraintSet

    @property
    def is_subspace(self) -> bool:  # type: ignore[override]
        return self.inner.is_subspace

    def contains(self, weights: Tensor) -> bool:
        support = self.support.to(weights.device)
        return SupportSet(support).contains(weights) and self.inner.contains(weights[support])

    @cached_property
    def _places(self) -> Tensor:
        return self.support.reshape(-1).nonzero().flatten()

    def project(self, weights: Tensor) -> Tensor:
        places = self._places.to(weights.device)
        nearest = torch.zeros_like(weights, memory_format=torch.contiguous_format)
        nearest.view(-1)[places] = self.inner.project(weights.reshape(-1)[places])
        return nearest

    def freeze(self, member: Tensor) -> ConstraintSet:
        return OnSupport(self.support, self.inner.freeze(member[self.support.to(member.device)]))


def closed_form(first: ConstraintSet, second: ConstraintSet, weights: Tensor) -> Tensor | None:
    """The exact projection onto both, where one is known."""
    if isinstance(first, SupportSet):
        if isinstance(second, SupportSet):
            return second.project(first.project(weights))
        if second.is_elementwise:
            return OnSupport(first.support, second).project(weights)
    if isinstance(first, KernelPatternSet) and isinstance(second, KernelSet):
        return second.project(first.project(weights))
    if isinstance(first, BoxSet) and isinstance(second, SparsitySet) and first.low <= 0 <= first.high:
        clipped = first.project(weights)
        gains = weights.double().square() - (weights - clipped).double().square()
        kept = largest_first(gains)[: second.max_nonzeros]
        nearest = torch.zeros_like(weights)
        nearest.view(-1)[kept] = clipped.reshape(-1)[kept]
        return nearest
    return None
