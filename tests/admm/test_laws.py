"""Each shared check is shown a wrong set and refuses it."""

from dataclasses import dataclass

import pytest
import torch

from c3po.admm import SparsitySet, SupportSet
from tests.admm import laws

WEIGHTS = torch.tensor([[0.5, -2.0], [1.0, 0.0]])


@dataclass(frozen=True)
class KeepsTheSmallest(SparsitySet):
    def project(self, weights):
        kept = torch.argsort(weights.abs().flatten())[: self.max_nonzeros]
        nearest = torch.zeros_like(weights)
        nearest.view(-1)[kept] = weights.flatten()[kept]
        return nearest


@dataclass(frozen=True)
class Shrinks(SparsitySet):
    def project(self, weights):
        return 0.9 * super().project(weights)


@dataclass(frozen=True)
class Overwrites(SparsitySet):
    def project(self, weights):
        weights[0, 0] = 7.0
        return weights


@dataclass(frozen=True)
class ForgetsTheSupport(SparsitySet):
    def freeze(self, member):
        return SupportSet(torch.ones_like(member, dtype=torch.bool))


@pytest.mark.parametrize(
    ("law", "wrong"),
    [
        (laws.projection_is_the_nearest_member, KeepsTheSmallest(2)),
        (laws.projection_is_the_nearest_member, Shrinks(2)),
        (laws.projecting_twice_changes_nothing, Shrinks(2)),
        (laws.the_input_is_untouched, Overwrites(2)),
        (laws.freezing_keeps_the_member, ForgetsTheSupport(2)),
        (laws.a_subspace_projects_at_right_angles, Shrinks(2)),
    ],
    ids=lambda value: getattr(value, "__name__", repr(value)),
)
def test_a_wrong_set_is_caught(law, wrong):
    with pytest.raises(AssertionError):
        law(wrong, WEIGHTS.clone())
