import math

import pytest
import torch
from torch import nn

from c3po.admm import break_even_rate, layer_costs


def test_costs_of_a_layer_counted_by_hand():
    network = nn.Sequential(nn.Conv2d(1, 2, 2, bias=False), nn.Flatten(), nn.Linear(8, 1))
    with torch.no_grad():
        network[0].weight.copy_(torch.tensor([1.0, 0, 0, 1, 0, 0, 0, 2]).reshape(2, 1, 2, 2))
        network[2].weight.fill_(1.0)
    conv, linear = layer_costs(network, torch.zeros(1, 1, 3, 3))
    assert (conv.n_weights, conv.n_nonzeros, conv.macs) == (8, 3, 12)
    assert conv.bitmap_bits == 8
    # gaps 0, 2, 3 before the three nonzeros: two bits each, no filler
    assert conv.relative_bits == 6
    assert conv.bound_bits == pytest.approx(math.log2(math.comb(8, 3)))
    assert conv.value_bits == pytest.approx(2 * math.log2(3 / 2) + math.log2(3) + 32)
    assert (linear.n_nonzeros, linear.macs, linear.relative_bits) == (8, 8, 8)


def test_leaving_zeros_out_pays_for_a_sparse_layer_and_not_for_a_nearly_full_binary_one():
    network = nn.Sequential(nn.Linear(1000, 1, bias=False), nn.Linear(1, 1000, bias=False))
    with torch.no_grad():
        network[0].weight.zero_()
        network[0].weight[0, ::500] = torch.tensor([1.0, 2.0])
        network[1].weight.copy_((torch.rand(1000, 1, generator=torch.Generator().manual_seed(0)) < 0.9).float())
    sparse, full = layer_costs(network, torch.zeros(1, 1000))
    assert sparse.pays
    assert not full.pays


def test_the_break_even_rate_is_the_overhead():
    assert break_even_rate(2.2) == 2.2
    with pytest.raises(ValueError) as problem:
        break_even_rate(0.5)
    assert str(problem.value) == "decode_overhead must be at least 1, got 0.5"
