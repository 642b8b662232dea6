import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from c3po.admm import (
    BoxSet,
    CirculantSet,
    CodebookSet,
    ColumnSet,
    FilterSet,
    KernelPatternSet,
    KernelSet,
    LevelSet,
    SparsitySet,
    SupportSet,
    TernarySet,
    TiedSet,
)
from tests.admm import laws, reference
from tests.admm.test_sets import tensors

SUPPORT = torch.tensor([[True, False, True], [True, True, False]])
PATTERNS = KernelPatternSet(((0, 1), (1, 2), (0, 3)))


def nearest_distance(members, weights):
    return min(float((weights.double() - member).norm()) for member in members)


@pytest.mark.parametrize("inner", [CodebookSet(2), LevelSet(2), TernarySet(), SparsitySet(2)], ids=repr)
@settings(max_examples=20, deadline=None)
@given(weights=tensors((2, 3)))
def test_a_support_with_values_is_the_nearest_member(inner, weights):
    both = SupportSet(SUPPORT) & inner
    nearest = both.project(weights)
    live = reference.candidates(inner, weights[SUPPORT])
    best = nearest_distance(live, weights[SUPPORT]) ** 2 + float(weights[~SUPPORT].double().square().sum())
    assert float((weights - nearest).double().square().sum()) == pytest.approx(best, abs=1e-5)
    assert not nearest[~SUPPORT].any()
    assert torch.allclose(both.freeze(nearest).project(nearest), nearest, atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(weights=tensors((2, 2, 2, 2)))
def test_patterns_with_kernels_are_the_nearest_member(weights):
    both = PATTERNS & KernelSet(2)
    nearest = both.project(weights)
    distances = []
    for kernels in itertools.combinations(range(4), 2):
        for chosen in itertools.product(PATTERNS.patterns, repeat=2):
            member = torch.zeros(4, 4)
            for kernel, pattern in zip(kernels, chosen, strict=True):
                member[kernel, list(pattern)] = weights.flatten(2).flatten(0, 1)[kernel, list(pattern)]
            distances.append(float((weights - member.reshape(weights.shape)).norm()))
    assert both.contains(nearest)
    assert float((weights - nearest).norm()) == pytest.approx(min(distances), abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(weights=tensors((5,)), max_nonzeros=st.integers(0, 5))
def test_a_box_with_sparsity_is_the_nearest_member(weights, max_nonzeros):
    both = BoxSet(-0.5, 1.0) & SparsitySet(max_nonzeros)
    nearest = both.project(weights)
    members = [
        torch.where(torch.tensor(bits), weights.clamp(-0.5, 1.0), torch.zeros(5)).double()
        for bits in itertools.product((True, False), repeat=5)
        if sum(bits) <= max_nonzeros
    ]
    assert both.contains(nearest)
    assert float((weights - nearest).norm()) == pytest.approx(nearest_distance(members, weights), abs=1e-5)


def test_two_subspaces_meet_in_the_nearest_point():
    """Circulant and zero outside a support: an independent answer by least squares on the joint basis."""
    support = torch.tensor([[True, False], [False, True]])
    both = CirculantSet(2) & SupportSet(support)
    weights = torch.tensor([[1.0, 5.0], [-2.0, 4.0]])
    assert torch.allclose(both.project(weights), torch.tensor([[2.5, 0.0], [0.0, 2.5]]), atol=1e-5)


def test_filters_with_columns_give_a_member():
    weights = torch.randn(6, 3, 2, 2, generator=torch.Generator().manual_seed(0))
    both = FilterSet(3) & ColumnSet(5)
    member = both.project(weights)
    assert both.contains(member)
    assert torch.count_nonzero(member) == 15
    laws.projecting_twice_changes_nothing(both, weights)
    frozen = both.freeze(member)
    assert isinstance(frozen, SupportSet)


def test_a_misfit_of_any_part_is_told():
    both = SparsitySet(2) & KernelPatternSet(((0, 1),))
    assert both.misfit(torch.Size((3, 3))) == "expected kernels with more than 1 positions, got shape (3, 3)"
    assert (TiedSet(torch.zeros(2, dtype=torch.int64)) & SparsitySet(1)).misfit(torch.Size((3,))) == (
        "expected a tensor of shape (2,), got (3,)"
    )
