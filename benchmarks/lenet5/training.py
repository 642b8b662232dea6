"""The one training epoch that every row shares: one-pixel shifts, distillation from the dense net of the same seed."""

import math
from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from c3po.admm import distillation_loss
from c3po.admm.compress import Step

from . import fast
from .data import Images, Splits, batches, draws

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
def quick_accuracy(network: nn.Module, images: Images) -> float:
    """The same through the kernels, for the log: the last images that do not fill a block of 16 are left out."""
    if not fast.available(network):
        return accuracy(network, images)
    n = len(images) // 16 * 16
    rights = 0
    for start in range(0, n, 400):
        rows = torch.arange(start, min(start + 400, n))
        blocks = fast.crops(images, rows, torch.ones_like(rows), torch.ones_like(rows))
        rights += int((fast.logits(network, blocks).argmax(1) == images.labels[rows]).sum())  # type: ignore[arg-type]
    return rights / n


SHIFTS = ((1, 1), (0, 0), (0, 2), (2, 0), (2, 2))


@torch.no_grad()
def soft_answers(teacher: nn.Module, images: Images) -> Tensor:
    """The teacher's logits, mean over the image as it is and shifted to its four corners: float32, shape (n, 10)."""
    total = torch.zeros(len(images), 10)
    windows = images.pixels.unfold(1, 28, 1).unfold(2, 28, 1)
    for down, right in SHIFTS:
        for start in range(0, len(images), 1000):
            crops = windows[start : start + 1000, down, right][:, None].float().div_(255.0)
            total[start : start + 1000] += teacher(crops.contiguous(memory_format=torch.channels_last))
    return total / len(SHIFTS)


class EpochRunner:
    """``train_epoch`` for ``compress``: with ``answers`` it distils, without it learns the labels alone.

    shifted : share of the images that one epoch shifts by a pixel
    nonzeros_only : set it while the supports are fixed, and the slopes of zero weights are not computed
    """

    def __init__(self, images: Images, answers: Tensor | None, seed: int, shifted: float = 1.0) -> None:
        self.images, self.answers, self.shifted = images, answers, shifted
        self.generator = torch.Generator().manual_seed(1_000_003 + seed)
        self.nonzeros_only = False

    def __call__(self, network: nn.Module, step: Step) -> None:
        network.train()
        for logits, rows in self.passes(network):
            labels = self.images.labels[rows]
            if self.answers is None:
                step(F.cross_entropy(logits, labels))
            else:
                step(distillation_loss(logits, labels, self.answers[rows]))

    def passes(self, network: nn.Module) -> Iterator[tuple[Tensor, Tensor]]:
        """Logits and rows, batch by batch; through the kernels of ``fast`` where the network is a LeNet-5."""
        if fast.available(network):
            for rows, down, right in draws(self.images, BATCH, self.generator, self.shifted):
                blocks = fast.crops(self.images, rows, down, right)
                yield fast.logits(network, blocks, self.nonzeros_only), rows  # type: ignore[arg-type]
            return
        for crops, rows in batches(self.images, BATCH, self.generator, self.shifted):
            yield network(crops.contiguous(memory_format=torch.channels_last)), rows


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
        for crops, rows in batches(splits.train, BATCH, generator):
            with torch.autocast("cpu", torch.bfloat16):
                logits = network(crops.contiguous(memory_format=torch.channels_last))
            F.cross_entropy(logits.float(), splits.train.labels[rows]).backward()
            optimiser.step()
            optimiser.zero_grad()
        log({"epoch": epoch, "validation": accuracy(network, splits.validation)})
    dropping.remove()
    network.eval()
