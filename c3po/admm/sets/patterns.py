"""Kernel patterns: every kernel keeps the positions of one pattern out of a few (PCONV, 1909.05073)."""

from collections import Counter
from dataclasses import dataclass

import torch
from torch import Tensor

from .base import ConstraintSet, require
from .sparsity import SupportSet

Pattern = tuple[int, ...]
"""Flat positions inside a kernel: (0, 1, 3, 4) is the upper left square of a 3 x 3 kernel."""


@dataclass(frozen=True)
class KernelPatternSet(ConstraintSet):
    """Every kernel is zero outside one of ``patterns``. Projection: the pattern with the most energy."""

    patterns: tuple[Pattern, ...]

    def __post_init__(self) -> None:
        require(bool(self.patterns) and all(self.patterns), "patterns must not be empty", self.patterns)

    def misfit(self, shape: torch.Size) -> str | None:
        reach = max(max(p) for p in self.patterns)
        fits = len(shape) == 4 and shape[2] * shape[3] > reach
        return None if fits else f"expected kernels with more than {reach} positions, got shape {tuple(shape)}"

    def library(self, n_positions: int) -> Tensor:
        """bool, shape (n_patterns, n_positions)."""
        rows = torch.zeros(len(self.patterns), n_positions, dtype=torch.bool)
        for row, pattern in zip(rows, self.patterns, strict=True):
            row[list(pattern)] = True
        return rows

    def chosen(self, weights: Tensor) -> Tensor:
        """The support of the nearest member: bool, the shape of ``weights``."""
        kernels = weights.double().reshape(-1, weights.shape[2:].numel())
        library = self.library(kernels.shape[1]).to(weights.device)
        energies = kernels.square() @ library.double().T
        return library[energies.argmax(dim=1)].reshape(weights.shape)

    def project(self, weights: Tensor) -> Tensor:
        return torch.where(self.chosen(weights), weights, torch.zeros_like(weights))

    def covers(self, weights: Tensor) -> Tensor:
        """Which patterns hold every nonzero of a kernel: bool, shape (n_kernels, n_patterns)."""
        kernels = weights.reshape(-1, weights.shape[2:].numel()).ne(0)
        outside = ~self.library(kernels.shape[1]).to(weights.device)
        return (kernels.double() @ outside.double().T) == 0

    def contains(self, weights: Tensor) -> bool:
        return bool(self.covers(weights).any(dim=1).all())

    def freeze(self, member: Tensor) -> SupportSet:
        covers = self.covers(member)
        first = self.library(member.shape[2:].numel()).to(member.device)[covers.double().argmax(dim=1)]
        live = member.reshape(*member.shape[:2], -1).ne(0).any(dim=2)
        return SupportSet(first.reshape(member.shape) & live[:, :, None, None])


def natural_patterns(weights: Tensor, n_patterns: int = 8, n_positions: int = 4) -> tuple[Pattern, ...]:
    """The most frequent supports of the ``n_positions`` largest weights of each kernel, the centre always included.

    weights : shape (filters, channels, height, width), trained
    """
    kernels = weights.detach().abs().reshape(-1, weights.shape[2:].numel()).clone()
    kernels[:, kernels.shape[1] // 2] = torch.inf
    tops = torch.sort(kernels, dim=1, descending=True, stable=True).indices[:, :n_positions].sort(dim=1).values
    counted = Counter(tuple(int(i) for i in row) for row in tops.tolist())
    return tuple(pattern for pattern, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:n_patterns])
