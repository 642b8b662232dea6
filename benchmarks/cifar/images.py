"""CIFAR-10's binary batches as uint8 tensors on the device; noise of the same shape where only the way is tried."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

N_VALIDATION = 5_000
RECORD = 1 + 3 * 32 * 32
"""Bytes of a label and its image."""
MEAN, DEVIATION = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
EDGE = 4


@dataclass(frozen=True)
class Images:
    """pixels : uint8, shape (n, 3, 32, 32);  labels : int64, shape (n,)"""

    pixels: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def part(self, rows: Tensor) -> "Images":
        return Images(self.pixels[rows], self.labels[rows])


def read_batches(paths: list[Path], device: torch.device) -> Images:
    """Files of 3,073-byte records."""
    raws = [np.fromfile(path, np.uint8) for path in paths]
    for path, raw in zip(paths, raws, strict=True):
        if not len(raw) or len(raw) % RECORD:
            raise SystemExit(
                f"{path}: expected records of {RECORD} bytes, got {len(raw)} bytes; fetch the binary version"
            )
    records = torch.from_numpy(np.concatenate(raws).reshape(-1, RECORD)).to(device)
    return Images(records[:, 1:].reshape(-1, 3, 32, 32).contiguous(), records[:, 0].long())


def read_splits(folder: Path, device: torch.device) -> tuple[Images, Images, Images]:
    """Training (45,000), validation (5,000, a fixed shuffle's last) and test images (10,000)."""
    known = read_batches([folder / f"data_batch_{i}.bin" for i in range(1, 6)], device)
    order = torch.from_numpy(np.random.default_rng(5).permutation(len(known))).to(device)
    test = read_batches([folder / "test_batch.bin"], device)
    return known.part(order[:-N_VALIDATION]), known.part(order[-N_VALIDATION:]), test


def noise(n: int, device: torch.device) -> tuple[Images, Images, Images]:
    """Three sets of random images and labels."""
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (3, n, 3, 32, 32), generator=generator, dtype=torch.uint8)
    labels = torch.randint(0, 10, (3, n), generator=generator)
    first, second, third = (Images(p.to(device), y.to(device)) for p, y in zip(pixels, labels, strict=True))
    return first, second, third


def normalised(pixels: Tensor) -> Tensor:
    mean, deviation = (torch.tensor(v, device=pixels.device)[:, None, None] for v in (MEAN, DEVIATION))
    return (pixels.float() / 255 - mean) / deviation


def batches(images: Images, size: int, generator: torch.Generator) -> Iterator[tuple[Tensor, Tensor]]:
    """One epoch in random order, each batch shifted by up to four pixels and mirrored or not; no short last batch."""
    order = torch.randperm(len(images), generator=generator).to(images.labels.device)
    for rows in order.split(size):
        if len(rows) < size:
            return
        down, right, mirrored = torch.randint(0, 2 * EDGE + 1, (3,), generator=generator).tolist()
        shifted = F.pad(images.pixels[rows], (EDGE,) * 4)[..., down : down + 32, right : right + 32]
        yield normalised(shifted.flip(3) if mirrored % 2 else shifted), images.labels[rows]
