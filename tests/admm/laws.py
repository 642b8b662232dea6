"""Checks that every constraint set must pass; tests/admm/test_laws.py shows each of them a wrong set."""

import torch
from torch import Tensor

from c3po.admm import ConstraintSet
from tests.admm import reference


def projection_is_the_nearest_member(constraint: ConstraintSet, weights: Tensor) -> None:
    nearest = constraint.project(weights)
    distances = [float((weights.double() - member).norm()) for member in reference.candidates(constraint, weights)]
    assert constraint.contains(nearest)
    assert abs(float((weights.double() - nearest.double()).norm()) - min(distances)) < 1e-5


def projecting_twice_changes_nothing(constraint: ConstraintSet, weights: Tensor) -> None:
    once = constraint.project(weights)
    assert torch.allclose(constraint.project(once), once, atol=1e-6)


def the_input_is_untouched(constraint: ConstraintSet, weights: Tensor) -> None:
    before = weights.clone()
    constraint.project(weights)
    assert torch.equal(weights, before)


def freezing_keeps_the_member(constraint: ConstraintSet, weights: Tensor) -> None:
    """The frozen set holds the member, and whatever it projects stays in the set it came from."""
    member = constraint.project(weights)
    frozen = constraint.freeze(member)
    assert torch.allclose(frozen.project(member), member, atol=1e-6)
    moved = frozen.project(member + 0.1 * torch.arange(weights.numel()).reshape(weights.shape) - 0.2)
    assert constraint.contains(moved)


def a_subspace_projects_at_right_angles(constraint: ConstraintSet, weights: Tensor) -> None:
    nearest = constraint.project(weights).double()
    assert abs(float(((weights.double() - nearest) * nearest).sum())) < 1e-4 * (
        1 + float(weights.double().square().sum())
    )
