"""The one training epoch that every row shares: one-pixel shifts, distillation from the dense net of the same seed."""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from c3po.admm import distillation_loss
from c3po.admm.compress import Step, TrainEpoch

from .data import Images, Splits, batches

BATCH = 128
DENSE_EPOCHS = 16


def accuracy(network: nn.Module, images: Images) -> float:
    """Share of right answers, in evaluation mode."""
    was = network.training
    network.eval()
    with torch.no_grad():
        rights = [
            (network(images.plain(slice(i, i + 1000))).argmax(1) == images.labels[i : i + 1000]).sum()
            for i in range(0, len(images), 1000)
        ]
    network.train(was)
    return int(sum(rights)) / len(images)


@torch.no_grad()
def soft_answers(teacher: nn.Module, images: Images) -> Tensor:
    """The teacher's logits, mean over the nine one-pixel shifts: float32, shape (n, 10)."""
    windows = images.pixels.unfold(1, 28, 1).unfold(2, 28, 1)
    total = torch.zeros(len(images), 10)
    for dy in range(3):
        for dx in range(3):
            for i in range(0, len(images), 1000):
                crops = windows[i : i + 1000, dy, dx][:, None].float().div_(255.0)
                total[i : i + 1000] += teacher(crops.contiguous(memory_format=torch.channels_last))
    return total / 9


def epoch_runner(images: Images, answers: Tensor | None, seed: int, batch_size: int = BATCH) -> TrainEpoch:
    """``train_epoch`` for ``compress``: with ``answers`` it distils, without it learns the labels alone."""
    generator = torch.Generator().manual_seed(1_000_003 + seed)

    def train_epoch(network: nn.Module, step: Step) -> None:
        network.train()
        wide = sum(p.numel() for p in network.parameters()) > 200_000
        for crops, rows in batches(images, batch_size, generator, shift=True):
            with torch.autocast("cpu", torch.bfloat16, enabled=wide):
                logits = network(crops.contiguous(memory_format=torch.channels_last)).float()
            labels = images.labels[rows]
            step(
                F.cross_entropy(logits, labels) if answers is None else distillation_loss(logits, labels, answers[rows])
            )

    return train_epoch


def train_dense(
    network: nn.Module, splits: Splits, seed: int, epochs: int, log: Callable[[dict[str, float]], None]
) -> None:
    """From scratch by Adam with a cosine rate; bfloat16 convolutions, half of the inputs of the last layer dropped."""
    generator = torch.Generator().manual_seed(1000 + seed)
    linear = [m for m in network.modules() if isinstance(m, nn.Linear)][-1]
    dropping = linear.register_forward_pre_hook(lambda _, inputs: F.dropout(inputs[0], 0.5, linear.training))
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)
    for epoch in range(epochs):
        for group in optimiser.param_groups:
            group["lr"] = 1e-3 * 0.5 * (1 + math.cos(math.pi * epoch / epochs)) + 1e-5
        network.train()
        for crops, rows in batches(splits.train, BATCH, generator, shift=True):
            with torch.autocast("cpu", torch.bfloat16):
                logits = network(crops.contiguous(memory_format=torch.channels_last))
            F.cross_entropy(logits.float(), splits.train.labels[rows]).backward()
            optimiser.step()
            optimiser.zero_grad()
        log({"epoch": epoch, "validation": accuracy(network, splits.validation)})
    dropping.remove()
    network.eval()
