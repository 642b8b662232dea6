import pytest
import torch

from c3po.admm import BlockSet, group_similar_filters, largest_difference
from tests.admm.test_purification import CASES, sparse


@pytest.mark.parametrize(("make", "shape"), CASES, ids=lambda c: getattr(c, "__name__", ""))
def test_reordering_keeps_the_function(make, shape):
    network = sparse(make, 0.5)
    images = torch.rand(shape, generator=torch.Generator().manual_seed(3))
    reordered = group_similar_filters(network, images[:1], rows=2)
    assert largest_difference(reordered, network, images) < 1e-5
    assert any(not torch.equal(a, b) for a, b in zip(reordered.parameters(), network.parameters(), strict=True))


def test_filters_with_the_same_support_become_neighbours_and_blocks_lose_nothing():
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(6, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
    with torch.no_grad():
        network[0].weight[0::2, :3] = 0.0
        network[0].weight[1::2, 3:] = 0.0
    blocks = BlockSet(6, rows=2, columns=1)
    example = torch.rand(3, 6)
    assert not blocks.contains(network[0].weight)
    reordered = group_similar_filters(network, example, rows=2)
    assert blocks.contains(reordered[0].weight)
    assert largest_difference(reordered, network, example) < 1e-6
