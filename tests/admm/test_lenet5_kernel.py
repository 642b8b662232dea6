"""The training kernels of benchmarks/lenet5 against torch's own convolution, pool and ReLU."""

import pytest
import torch
import torch.nn.functional as F

from benchmarks.lenet5 import fast
from benchmarks.lenet5.data import Images
from benchmarks.lenet5.networks import LeNet5

needs_compiler = pytest.mark.skipif(fast.library() is None, reason="no C++ compiler")

IMAGES = Images(
    torch.randint(0, 256, (48, 30, 30), dtype=torch.uint8, generator=torch.Generator().manual_seed(1)),
    torch.arange(48) % 10,
)
ROWS, DOWN, RIGHT = torch.arange(47, 15, -1), torch.arange(32) % 3, torch.arange(32) // 3 % 3


def slopes(network: LeNet5, answers: torch.Tensor) -> dict[str, torch.Tensor]:
    network.zero_grad()
    F.cross_entropy(answers, IMAGES.labels[ROWS]).backward()
    return {name: p.grad.clone() for name, p in network.named_parameters() if p.grad is not None}


@needs_compiler
@pytest.mark.parametrize("density", [0.1, 1.0])
@pytest.mark.parametrize(("filters", "hidden"), [((20, 50), 500), ((7, 9), 16), ((5, 10), 8)])
def test_outputs_and_slopes_are_those_of_torch(filters: tuple[int, int], hidden: int, density: float) -> None:
    torch.manual_seed(3)
    network = LeNet5(filters, hidden)
    with torch.no_grad():
        for weights in (network.conv1.weight, network.conv2.weight):
            weights.mul_(torch.rand_like(weights) < density)
    windows = IMAGES.pixels.unfold(1, 28, 1).unfold(2, 28, 1)[ROWS, DOWN, RIGHT]
    expected = network(windows[:, None].float() / 255)
    wanted = slopes(network, expected)
    for nonzeros_only in (False, True):
        found = fast.logits(network, fast.crops(IMAGES, ROWS, DOWN, RIGHT), nonzeros_only)
        assert torch.allclose(found, expected, atol=1e-5)
        got = slopes(network, found)
        for name, parameter in network.named_parameters():
            counted = parameter != 0 if nonzeros_only else torch.ones_like(parameter, dtype=torch.bool)
            gap = (got[name] - wanted[name])[counted].abs().max()
            assert gap <= 1e-4 * wanted[name].abs().max(), name


@needs_compiler
def test_a_filter_that_never_fires_gets_no_slope() -> None:
    torch.manual_seed(4)
    network = LeNet5((4, 4), 8)
    with torch.no_grad():
        network.conv1.bias.fill_(-1000.0)
    got = slopes(network, fast.logits(network, fast.crops(IMAGES, ROWS, DOWN, RIGHT)))
    assert not got["conv1.weight"].any()
    assert not got["conv1.bias"].any()
