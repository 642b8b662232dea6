"""Networks that the runtime is timed on: random weights, zeros as pruning leaves them."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from c3po.networks.multiview import MultiViewNet


class Block(nn.Module):
    """Two 3x3 convolutions and a shortcut."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.a = nn.Conv2d(channels_in, channels_out, 3, stride, 1)
        self.b = nn.Conv2d(channels_out, channels_out, 3, 1, 1)
        self.short = nn.Conv2d(channels_in, channels_out, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.b(torch.relu(self.a(x))) + self.short(x))


class ResNet14(nn.Module):
    """173,616 weights and 106,627,200 multiplications on 3 x 64 x 64."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 1, 1)
        sides = [(16, 16, 1), (16, 16, 1), (16, 32, 2), (32, 32, 1), (32, 64, 2), (64, 64, 1)]
        self.blocks = nn.Sequential(*(Block(*side) for side in sides))
        self.head = nn.Linear(64, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.blocks(torch.relu(self.stem(x))).mean((2, 3)))


class Sequence(nn.Module):
    """GRU(64) over 32 steps of 32 features; the last state is the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.gru = nn.GRU(32, 64, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.gru(x.squeeze(1))[0][:, -1]


def thin(weight: Tensor, density: float, rows: int) -> None:
    """Keeps ``density`` of the weights, the same columns for ``rows`` consecutive outputs."""
    outputs, *kernel = weight.shape
    kept = (torch.rand(outputs // rows, *kernel) < density).float().repeat_interleave(rows, 0)
    weight.data *= kept / density**0.5


def resnet(density: float, rows: int) -> nn.Module:
    """The ResNet with zeros shared by ``rows`` output channels; stem and head stay dense."""
    torch.manual_seed(0)
    network = ResNet14()
    for name, layer in network.named_modules():
        if isinstance(layer, nn.Conv2d) and name != "stem":
            thin(layer.weight, density, rows)
    return network.eval()


def screen(density: float, channels: tuple[int, ...]) -> nn.Module:
    """The screening network of three views, stem and hidden layer pruned too, in 4x1 and 16x1 blocks."""
    torch.manual_seed(0)
    network = MultiViewNet(n_views=3, channels=channels)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            thin(layer.weight, density, 4)
    thin(network.meet.weight, density, 16)
    return network.eval()


def gru(density: float) -> nn.Module:
    """The GRU with zeros shared by 16 consecutive outputs."""
    torch.manual_seed(0)
    network = Sequence()
    for weight in (network.gru.weight_ih_l0, network.gru.weight_hh_l0):
        thin(weight, density, 16)
    return network.eval()


def lenet5() -> nn.Module:
    """LeNet-5 with 2,500 weights, in the proportions of a pruned one."""
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10),
    )  # fmt: skip
    for place, nonzeros in ((0, 200), (3, 900), (7, 1100), (9, 300)):
        weight = network[place].weight.data
        kept = torch.zeros(weight.numel())
        kept[torch.randperm(weight.numel())[:nonzeros]] = 3
        weight *= kept.view_as(weight)
    return network.eval()


CASES: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "lenet5, 2,500 weights": (lenet5, (1, 28, 28)),
    "resnet14, 95 % zeros in 4x1 blocks": (lambda: resnet(0.05, 4), (3, 64, 64)),
    "resnet14, 95 % random zeros": (lambda: resnet(0.05, 1), (3, 64, 64)),
    "resnet14, dense": (lambda: resnet(1.0, 1), (3, 64, 64)),
    "gru64 over 32 steps, 90 % zeros in 16x1 blocks": (lambda: gru(0.1), (1, 32, 32)),
    "gru64 over 32 steps, dense": (lambda: gru(1.0), (1, 32, 32)),
    "screening network, 95 % zeros in blocks": (lambda: screen(0.05, (16, 32, 64, 96)), (3, 64, 64)),
}
