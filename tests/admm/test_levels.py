"""Nested supports: several networks in one set of values."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from c3po.admm import NestedSparsitySet, Plan, Stage, answer_at, compress, level_network, nested_supports
from c3po.errors import PlanError

COUNTS = {"*": (6, 40)}


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 12), nn.ReLU(), nn.Linear(12, 3))


def test_each_level_lies_inside_the_next_and_has_its_count():
    sparse, dense = nested_supports(network(), COUNTS)
    assert set(sparse) == {"0.weight", "2.weight"}
    for name, support in sparse.items():
        assert int(support.sum()) == 6
        assert not bool((support & ~dense[name]).any())
    assert int(dense["0.weight"].sum()) == 40
    assert int(dense["2.weight"].sum()) == 36  # the whole layer


def test_a_level_answers_as_the_network_that_holds_it_alone_and_leaves_the_others_without_slope():
    torch.manual_seed(1)
    whole, images = network(), torch.randn(4, 5)
    sparse = nested_supports(whole, COUNTS)[0]
    answer = answer_at(whole, sparse, images)
    assert torch.allclose(answer, level_network(whole, sparse)(images), atol=1e-6)
    answer.square().sum().backward()
    assert not whole[0].weight.grad[~sparse["0.weight"]].any()
    assert whole[0].weight.grad[sparse["0.weight"]].any()


def test_levels_trained_together_both_learn():
    generator = torch.Generator().manual_seed(2)
    images = torch.randn(256, 5, generator=generator)
    labels = images[:, :3].argmax(dim=1)

    def train_epoch(net, step):
        for rows in torch.randperm(256, generator=generator).split(32):
            levels = nested_supports(net, COUNTS)
            step(sum(F.cross_entropy(answer_at(net, level, images[rows]), labels[rows]) for level in levels))

    constraints = {"*": NestedSparsitySet((6, 40))}
    stage = Stage("nested", constraints=constraints, epochs=8, retrain_epochs=12,
                  learning_rate=1e-2, retrain_learning_rate=1e-2)  # fmt: skip
    both = compress(network(), Plan((stage,)), train_epoch)
    right = [
        float((level_network(both, level)(images).argmax(1) == labels).float().mean())
        for level in nested_supports(both, COUNTS)
    ]
    assert right[0] > 0.8
    assert right[1] > 0.9


def test_patterns_with_different_numbers_of_levels_are_refused():
    with pytest.raises(PlanError, match="expected as many levels for every pattern"):
        nested_supports(network(), {"0": (1, 2), "2": (1,)})
