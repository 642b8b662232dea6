"""The networks of the papers, and the small dense control."""

import torch
from torch import Tensor, nn

from c3po.admm import CirculantSet


class LeNet5(nn.Module):
    """Caffe's LeNet-5 with ReLU: 430,500 weights and 580 biases (1,724,320 bytes as float32).

    ReLU follows the pool: the same function as before it, at a quarter of the work.
    """

    def __init__(self, filters: tuple[int, int] = (20, 50), hidden: int = 500) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, filters[0], 5)
        self.conv2 = nn.Conv2d(filters[0], filters[1], 5)
        self.fc1 = nn.Linear(filters[1] * 16, hidden)
        self.fc2 = nn.Linear(hidden, 10)
        self.pool = nn.MaxPool2d(2)
        self.relu = nn.ReLU()

    def forward(self, images: Tensor) -> Tensor:
        x = self.relu(self.pool(self.conv1(images)))
        x = self.relu(self.pool(self.conv2(x)))
        return self.fc2(self.relu(self.fc1(x.flatten(1))))


class LeNet300(nn.Module):
    """LeNet-300-100: 266,200 weights."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(784, 300), nn.Linear(300, 100), nn.Linear(100, 10)
        self.relu = nn.ReLU()

    def forward(self, images: Tensor) -> Tensor:
        return self.fc3(self.relu(self.fc2(self.relu(self.fc1(images.flatten(1))))))


def small() -> LeNet5:
    """The control: LeNet-5 with few filters, dense, 2,505 weights and no addresses to store."""
    return LeNet5((5, 8), 10)


def in_whole_blocks(network: LeNet5, block: int) -> LeNet5:
    """The same function with the sides of conv2 and fc1 multiples of ``block``, as a file of first rows wants them.

    Filters of conv1 that are added are zero; what is added to conv2 and fc1 is read by nobody.
    """
    wanted = CirculantSet(block)
    conv2, fc1 = wanted.whole(network.conv2.weight), wanted.whole(network.fc1.weight)
    larger = LeNet5((conv2.shape[1], conv2.shape[0]), fc1.shape[0])
    with torch.no_grad():
        for parameter in larger.parameters():
            parameter.zero_()
        for name, parameter in network.named_parameters():
            corner = tuple(slice(side) for side in parameter.shape)
            larger.get_parameter(name)[corner] = parameter
        larger.conv2.weight.copy_(conv2)
        larger.fc1.weight[: fc1.shape[0], : fc1.shape[1]] = fc1
    return larger
