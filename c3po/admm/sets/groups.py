"""Structured sparsity: at most so many nonzero filters, channels, columns, kernels or blocks.

A convolution's weights have the shape (filters, channels, height, width), a linear layer's (outputs, inputs), read as
1 x 1 kernels. Source: 1807.11091 (filter, channel, shape), 1909.05073 (kernels: connectivity).
"""

from abc import abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from .base import ConstraintSet, largest_first, require
from .sparsity import SupportSet


@dataclass(frozen=True)
class GroupSparsitySet(ConstraintSet):
    """At most ``max_groups`` groups hold a nonzero. Projection: keep the groups of largest norm."""

    max_groups: int

    def __post_init__(self) -> None:
        require(self.max_groups >= 0, "max_groups must be at least 0", self.max_groups)

    @abstractmethod
    def groups(self, shape: torch.Size) -> Tensor:
        """The group of each entry: int64, any shape that broadcasts to ``shape``."""

    def energies(self, weights: Tensor) -> Tensor:
        """Sum of squares of each group, float64."""
        return group_sums(self.groups(weights.shape), weights.double().square())

    def misfit(self, shape: torch.Size) -> str | None:
        return None if len(shape) >= 2 else f"expected at least two axes (outputs, inputs), got shape {tuple(shape)}"

    def contains(self, weights: Tensor) -> bool:
        return int(torch.count_nonzero(self.energies(weights))) <= self.max_groups

    def project(self, weights: Tensor) -> Tensor:
        energies = self.energies(weights)
        kept = torch.zeros_like(energies, dtype=torch.bool)
        kept[largest_first(energies)[: self.max_groups]] = True
        return torch.where(kept[self.groups(weights.shape).to(weights.device)], weights, torch.zeros_like(weights))

    def freeze(self, member: Tensor) -> SupportSet:
        live = self.energies(member) > 0
        return SupportSet(live[self.groups(member.shape).to(member.device)].expand(member.shape).clone())


@dataclass(frozen=True)
class FilterSet(GroupSparsitySet):
    """Whole outputs: filters of a convolution, neurons of a linear layer."""

    def groups(self, shape: torch.Size) -> Tensor:
        return along(0, shape)


@dataclass(frozen=True)
class ChannelSet(GroupSparsitySet):
    """Whole inputs: all weights that read one channel."""

    def groups(self, shape: torch.Size) -> Tensor:
        return along(1, shape)


@dataclass(frozen=True)
class ColumnSet(GroupSparsitySet):
    """One position of one channel over all filters: a column of the matrix that GEMM multiplies."""

    def groups(self, shape: torch.Size) -> Tensor:
        return torch.arange(shape[1:].numel()).reshape(1, *shape[1:])


@dataclass(frozen=True)
class KernelSet(GroupSparsitySet):
    """Whole kernels (filter, channel): the connectivity of PCONV."""

    def groups(self, shape: torch.Size) -> Tensor:
        return torch.arange(shape[0] * shape[1]).reshape(shape[0], shape[1], *[1] * (len(shape) - 2))


@dataclass(frozen=True)
class BlockSet(GroupSparsitySet):
    """Tiles of ``rows`` outputs by ``columns`` input positions; the last tile of a row or column may be smaller."""

    rows: int = 4
    columns: int = 1

    def groups(self, shape: torch.Size) -> Tensor:
        n_columns = shape[1:].numel()
        tiles_across = -(-n_columns // self.columns)
        row = torch.arange(shape[0]) // self.rows
        column = torch.arange(n_columns) // self.columns
        return (row[:, None] * tiles_across + column[None, :]).reshape(shape)


def along(axis: int, shape: torch.Size) -> Tensor:
    return torch.arange(shape[axis]).reshape([-1 if i == axis else 1 for i in range(len(shape))])


def group_sums(groups: Tensor, values: Tensor) -> Tensor:
    """Sum of ``values`` in each group, float64, shape (n_groups,)."""
    flat = groups.to(values.device).expand(values.shape).reshape(-1)
    n_groups = int(flat.max()) + 1 if flat.numel() else 0
    return torch.zeros(n_groups, dtype=torch.float64, device=values.device).index_add(0, flat, values.reshape(-1))
