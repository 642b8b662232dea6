"""MNIST and Fashion-MNIST as uint8 tensors in memory: no loader, no copy, one-pixel shifts by indexing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .idx import FOLDER, read_idx

N_VALIDATION = 5_000


@dataclass(frozen=True)
class Images:
    """Images with one pixel of zero border on each side, and their labels.

    pixels : uint8, shape (n, 30, 30);  labels : int64, shape (n,)
    """

    pixels: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def plain(self, rows: slice | Tensor = slice(None)) -> Tensor:
        """float32 in [0, 1], shape (n, 1, 28, 28), not shifted."""
        return self.pixels[rows, None, 1:29, 1:29].float().div_(255.0)

    def part(self, rows: Tensor) -> "Images":
        return Images(self.pixels[rows], self.labels[rows])


@dataclass(frozen=True)
class Splits:
    """train (55,000) to learn from, validation (5,000) to choose by, test (10,000) to report once."""

    train: Images
    validation: Images
    test: Images


def read_images(folder: Path, prefix: str) -> Images:
    pixels = torch.from_numpy(read_idx(folder / f"{prefix}-images-idx3-ubyte.gz").copy())
    labels = torch.from_numpy(read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz").astype(np.int64))
    return Images(torch.nn.functional.pad(pixels, (1, 1, 1, 1)), labels)


def read_splits(name: str = "mnist") -> Splits:
    """The same split for every row and seed: the last 5,000 of a fixed shuffle of the training images validate."""
    folder = FOLDER / ("fashion_mnist" if name == "fashion" else name)
    known = read_images(folder, "train")
    order = torch.from_numpy(np.random.default_rng(5).permutation(len(known)))
    return Splits(
        train=known.part(order[:-N_VALIDATION]),
        validation=known.part(order[-N_VALIDATION:]),
        test=read_images(folder, "t10k"),
    )


def draws(
    images: Images, batch_size: int, generator: torch.Generator, shifted: float = 1.0
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """One epoch in random order: rows, where their crops start (down, right; 1 is the middle); no short last batch.

    shifted : share of the images that is shifted at all
    """
    order = torch.randperm(len(images), generator=generator)
    offsets = torch.randint(0, 3, (2, len(images)), generator=generator)
    if shifted < 1.0:
        offsets[:, torch.rand(len(images), generator=generator) >= shifted] = 1
    for start in range(0, len(images) - batch_size + 1, batch_size):
        rows = order[start : start + batch_size]
        yield rows, offsets[0, rows], offsets[1, rows]


def batches(
    images: Images, batch_size: int, generator: torch.Generator, shifted: float = 1.0
) -> Iterator[tuple[Tensor, Tensor]]:
    """The same with pixels: (images float32 (b, 1, 28, 28), rows int64 (b,))."""
    windows = images.pixels.unfold(1, 28, 1).unfold(2, 28, 1)
    for rows, down, right in draws(images, batch_size, generator, shifted):
        yield windows[rows, down, right][:, None].float().div_(255.0), rows
