import pytest
import torch
from torch import nn

from c3po.admm import empty_weak_filters, purify, remove_dead


def test_a_nearly_empty_weak_filter_goes_and_an_important_one_stays():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(40, 4), nn.ReLU(), nn.Linear(4, 2))
    with torch.no_grad():
        network[0].weight[1, 1:] = 0.0
        network[0].weight[1, 0] = 0.001
        network[0].weight[2, 1:] = 0.0
        network[0].weight[2, 0] = 3.0
    example = torch.rand(2, 40)
    assert empty_weak_filters(network, example) == 1
    assert network[0].weight[2, 0] == 3.0
    purify(network, example)
    assert remove_dead(network, example)[0].out_features == 3
    assert empty_weak_filters(network, example) == 0


def test_thresholds_out_of_range_are_refused():
    with pytest.raises(ValueError) as problem:
        empty_weak_filters(nn.Linear(2, 2), torch.zeros(1, 2), emptiness=1.5)
    assert str(problem.value) == "emptiness must lie in [0, 1] and importance be >= 0, got 1.5 and 0.1"
