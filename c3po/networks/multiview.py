"""The screening network: one small convolutional trunk shared by all views of a part, then a linear head.

No attention anywhere (EP4478232B1 claims attention on G-code): views meet by concatenation, in their fixed order.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut; the first halves the image and sets the channels."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(channels_in, channels_out, 3, stride=2, padding=1, bias=False)
        self.down_norm = nn.BatchNorm2d(channels_out)
        self.keep = nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False)
        self.keep_norm = nn.BatchNorm2d(channels_out)

    def forward(self, images: Tensor) -> Tensor:
        halved = torch.relu(self.down_norm(self.down(images)))
        return torch.relu(halved + self.keep_norm(self.keep(halved)))


class Outline(nn.Module):
    """Where something is, whatever its thickness: min(1, ``slope`` x), out of layers that every runtime has."""

    def __init__(self, slope: float = 24.0) -> None:
        super().__init__()
        self.steep, self.flip = nn.Conv2d(1, 1, 1), nn.Conv2d(1, 1, 1)
        for layer, weight in ((self.steep, -slope), (self.flip, -1.0)):
            nn.init.constant_(layer.weight, weight)
            nn.init.ones_(layer.bias)  # type: ignore[arg-type]
            layer.requires_grad_(False)

    def forward(self, images: Tensor) -> Tensor:
        return torch.relu(self.flip(torch.relu(self.steep(images))))


class MultiViewNet(nn.Module):
    """Scores of the labels from the view stack of a part.

    Parameters
    ----------
    n_views, n_labels : int
    channels : tuple of int
        Channels of the stem and of each residual block.
    hidden : int
        Width of the layer where the views meet.
    outlines : bool
        It sees silhouettes instead of thickness.

    The forward pass takes float32 images, shape (n, n_views, size_px, size_px), in [0, 1], and gives logits, shape
    (n, n_labels).
    """

    def __init__(
        self,
        n_views: int = 6,
        n_labels: int = 10,
        channels: tuple[int, ...] = (24, 48, 96),
        hidden: int = 128,
        dropout: float = 0.2,
        outlines: bool = False,
    ) -> None:
        super().__init__()
        self.n_views = n_views
        self.look = Outline() if outlines else nn.Identity()
        self.stem = nn.Conv2d(1, channels[0], 5, stride=2, padding=2, bias=False)
        self.stem_norm = nn.BatchNorm2d(channels[0])
        self.blocks = nn.Sequential(*(ResidualBlock(a, b) for a, b in pairwise(channels)))
        self.meet = nn.Linear(n_views * channels[-1], hidden)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(hidden, n_labels)

    def forward(self, views: Tensor) -> Tensor:
        n, v, h, w = views.shape
        images = views.reshape(n * v, 1, h, w)
        images = torch.relu(self.stem_norm(self.stem(self.look(images))))
        features = self.blocks(images).mean(dim=(2, 3)).reshape(n, -1)
        logits: Tensor = self.head(self.dropout(torch.relu(self.meet(features))))
        return logits
