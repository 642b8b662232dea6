"""ResNet-18 and VGG-16 as used for images of 32 x 32: a 3x3 stem without pool, one linear layer at the end."""

import torch
from torch import Tensor, nn


def conv(channels_in: int, channels_out: int, side: int = 3, stride: int = 1) -> nn.Sequential:
    """A convolution and its BatchNorm."""
    layer = nn.Conv2d(channels_in, channels_out, side, stride, side // 2, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(channels_out))


class Block(nn.Module):
    """Two 3x3 convolutions and a shortcut."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.a, self.b = conv(channels_in, channels_out, 3, stride), conv(channels_out, channels_out)
        same = stride == 1 and channels_in == channels_out
        self.short = nn.Identity() if same else conv(channels_in, channels_out, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.b(torch.relu(self.a(x))) + self.short(x))


class ResNet18(nn.Module):
    """11.2 million weights at width 64."""

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        self.stem = conv(3, width)
        widths = [width, width, width, 2 * width, 2 * width, 4 * width, 4 * width, 8 * width, 8 * width]
        strides = [1, 1, 2, 1, 2, 1, 2, 1]
        self.blocks = nn.Sequential(*map(Block, widths[:-1], widths[1:], strides))
        self.head = nn.Linear(8 * width, 10)

    def forward(self, images: Tensor) -> Tensor:
        answers: Tensor = self.head(self.blocks(torch.relu(self.stem(images))).mean((2, 3)))
        return answers


def vgg16(width: int = 64) -> nn.Sequential:
    """14.7 million weights at width 64; five pools bring 32 x 32 down to one position."""
    layers: list[nn.Module] = []
    channels = 3
    for factor, count in ((1, 2), (2, 2), (4, 3), (8, 3), (8, 3)):
        for _ in range(count):
            layers += [conv(channels, factor * width), nn.ReLU()]
            channels = factor * width
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels, 10))


NETWORKS = {"resnet18": ResNet18, "vgg16": vgg16}
