"""Textbook answers for tiny tensors: every candidate for the nearest member, without the code under test."""

import itertools
from collections.abc import Iterator

import torch
from torch import Tensor

from c3po.admm import (
    BinarySet,
    BlockSet,
    ChannelSet,
    CodebookSet,
    ColumnSet,
    ConstraintSet,
    DensitySet,
    FilterSet,
    KernelPatternSet,
    KernelSet,
    LevelSet,
    NestedSparsitySet,
    NOfMSet,
    PowerOfTwoSet,
    ScaledLevelSet,
    SparsitySet,
    TernarySet,
)

COUNTED = (SparsitySet, NestedSparsitySet, DensitySet, NOfMSet)
SUPPORTED = (*COUNTED, FilterSet, ChannelSet, ColumnSet, KernelSet, BlockSet, KernelPatternSet)


def candidates(constraint: ConstraintSet, weights: Tensor) -> Iterator[Tensor]:
    """Members among which the nearest one must be (float64)."""
    weights = weights.double()
    if isinstance(constraint, SUPPORTED):
        yield from supported(weights, supports(constraint, weights.shape))
    elif isinstance(constraint, CodebookSet):
        yield from clustered(weights, constraint.n_values)
    else:
        yield from scaled(weights, signed_levels(constraint))


def supported(weights: Tensor, allowed: Iterator[Tensor]) -> Iterator[Tensor]:
    for support in allowed:
        yield weights * support


def supports(constraint: ConstraintSet, shape: torch.Size) -> Iterator[Tensor]:
    """Every support of the shape that the definition allows."""
    for bits in itertools.product((0.0, 1.0), repeat=shape.numel()):
        support = torch.tensor(bits, dtype=torch.float64).reshape(shape)
        if allows(constraint, support):
            yield support


def allows(constraint: ConstraintSet, support: Tensor) -> bool:
    n_live = int(support.sum())
    if isinstance(constraint, SparsitySet):
        return n_live <= constraint.max_nonzeros
    if isinstance(constraint, NestedSparsitySet):
        return n_live <= constraint.level_nonzeros[-1]
    if isinstance(constraint, DensitySet):
        return n_live <= max(1, int(constraint.density * support.numel()))
    if isinstance(constraint, NOfMSet):
        flat = support.flatten()
        return all(int(flat[i : i + constraint.m].sum()) <= constraint.n for i in range(0, len(flat), constraint.m))
    if isinstance(constraint, KernelPatternSet):
        kernels = support.flatten(2).flatten(0, 1)
        return all(any(set(k.nonzero().flatten().tolist()) <= set(p) for p in constraint.patterns) for k in kernels)
    live = {group_of(constraint, index) for index in support.nonzero().tolist()}
    return len(live) <= constraint.max_groups  # type: ignore[attr-defined]


def group_of(constraint: ConstraintSet, index: list[int]) -> tuple[int, ...]:
    if isinstance(constraint, FilterSet):
        return (index[0],)
    if isinstance(constraint, ChannelSet):
        return (index[1],)
    if isinstance(constraint, KernelSet):
        return (index[0], index[1])
    if isinstance(constraint, ColumnSet):
        return tuple(index[1:])
    assert isinstance(constraint, BlockSet)
    return (index[0] // constraint.rows, index[1] // constraint.columns)


def clustered(weights: Tensor, n_values: int) -> Iterator[Tensor]:
    """Every assignment of entries to clusters, each cluster at its mean."""
    flat = weights.flatten()
    for assignment in itertools.product(range(n_values), repeat=len(flat)):
        chosen = torch.tensor(assignment)
        member = torch.zeros_like(flat)
        for cluster in set(assignment):
            member[chosen == cluster] = flat[chosen == cluster].mean()
        yield member.reshape(weights.shape)


def signed_levels(constraint: ConstraintSet) -> list[float]:
    if isinstance(constraint, BinarySet):
        return [-1.0, 1.0]
    if isinstance(constraint, TernarySet):
        return [-1.0, 0.0, 1.0]
    if isinstance(constraint, LevelSet):
        return [s * (i + 1) for i in range(2 ** (constraint.n_bits - 1)) for s in (-1.0, 1.0)]
    if isinstance(constraint, PowerOfTwoSet):
        return [0.0] + [s * 2.0**i for i in range(constraint.n_powers) for s in (-1.0, 1.0)]
    assert isinstance(constraint, ScaledLevelSet)
    return [0.0] * constraint.with_zero + [s * x for x in constraint.positive_levels for s in (-1.0, 1.0)]


def scaled(weights: Tensor, levels: list[float]) -> Iterator[Tensor]:
    """Every assignment of entries to levels, each with its least-squares scale."""
    flat = weights.flatten()
    for chosen in itertools.product(levels, repeat=len(flat)):
        pattern = torch.tensor(chosen, dtype=torch.float64)
        energy = float(pattern @ pattern)
        yield ((float(flat @ pattern) / energy if energy else 0.0) * pattern).reshape(weights.shape)
