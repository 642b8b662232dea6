"""``python -m benchmarks.cifar NETWORK --data FOLDER``: dense training, plan, packed file, figures."""

import argparse
import itertools
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from c3po.admm import CodebookSet, Plan, Stage, compress, count_nonzeros, distillation_loss, pack, read_plan
from c3po.admm.compress import Step, TrainEpoch

from .images import Images, batches, noise, normalised, read_splits
from .networks import NETWORKS

OUT = Path(__file__).resolve().parents[2] / "out" / "cifar"


@dataclass(frozen=True)
class Recipe:
    """batch : images a step;  steps : of an epoch, at most;  epochs : of the dense network, a sixth for a phase"""

    batch: int
    steps: int | None
    epochs: int
    seed: int


def default_plan(network: nn.Module, epochs: int) -> Plan:
    """Progressive pruning 10x, 40x, then 16 values a layer."""
    total, part = sum(p.numel() for p in network.parameters() if p.dim() >= 2), max(1, epochs // 6)
    halves: dict[str, Any] = {"epochs": part, "retrain_epochs": part, "updates_per_epoch": 4, "penalty": (0.1, 40.0)}
    prune = [Stage.prune(total // rate, "fisher", ramp=0.8, **halves) for rate in (10, 40)]
    return Plan((*prune, Stage.quantise({"*": CodebookSet(16)}, bias_bits=8, **halves)))


def error_percent(network: nn.Module, images: Images) -> float:
    network.eval()
    with torch.no_grad():
        pairs = zip(images.pixels.split(500), images.labels.split(500), strict=True)
        wrong = sum(int((network(normalised(p)).argmax(1) != y).sum()) for p, y in pairs)
    return round(100 * wrong / len(images), 3)


def train_dense(network: nn.Module, images: Images, recipe: Recipe) -> None:
    """SGD with momentum and a cosine rate from 0.1."""
    generator = torch.Generator().manual_seed(recipe.seed)
    optimiser = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9, weight_decay=5e-4, nesterov=True)
    for epoch in range(recipe.epochs):
        optimiser.param_groups[0]["lr"] = 0.05 * (1 + math.cos(math.pi * epoch / recipe.epochs)) + 1e-4
        network.train()
        for inputs, labels in itertools.islice(batches(images, recipe.batch, generator), recipe.steps):
            F.cross_entropy(network(inputs), labels).backward()
            optimiser.step()
            optimiser.zero_grad()


def distilling_epoch(dense: nn.Module, images: Images, recipe: Recipe) -> TrainEpoch:
    """The dense network answers to the very same crops."""
    generator = torch.Generator().manual_seed(recipe.seed + 1)
    dense.eval()

    def train_epoch(network: nn.Module, step: Step) -> None:
        network.train()
        for inputs, labels in itertools.islice(batches(images, recipe.batch, generator), recipe.steps):
            with torch.no_grad():
                answers = dense(inputs)
            step(distillation_loss(network(inputs), labels, answers))

    return train_epoch


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cifar")
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("--data", type=Path, help="folder of data_batch_1.bin .. test_batch.bin [noise]")
    parser.add_argument("--plan", type=Path, help="stages in YAML [10x, 40x, 16 values]")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--epochs", type=int, default=120)
    parser.add_argument("--steps", type=int, help="at most so many a epoch, to try the way")
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    device, recipe = torch.device(told.device), Recipe(told.batch, told.steps, told.epochs, told.seed)
    torch.manual_seed(told.seed)
    splits = noise(2 * told.batch, device) if told.data is None else read_splits(told.data, device)
    dense = NETWORKS[told.network](told.width).to(device)
    train_dense(dense, splits[0], recipe)
    plan = read_plan(told.plan, dense) if told.plan else default_plan(dense, told.epochs)
    example = normalised(splits[0].pixels[:2])
    say = lambda line: print(json.dumps(line), file=sys.stderr, flush=True)  # noqa: E731
    small = compress(dense, plan, distilling_epoch(dense, splits[0], recipe), example, report=say)
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{told.network}-{told.seed}.c3po"
    errors = {
        f"{name}_{part}_error_percent": error_percent(network, images)
        for name, network in (("dense", dense), ("small", small))
        for part, images in zip(("validation", "test"), splits[1:], strict=True)
    }
    packed = pack(small.cpu(), path, example.cpu(), bias_bits=8, dense=dense)
    figures = {
        "network": told.network,
        "data": str(told.data.name) if told.data else "noise: the errors mean nothing",
        "seed": told.seed,
        "epochs": told.epochs,
        "nonzeros": count_nonzeros(small),
        "file_bytes": packed.n_bytes,
        "file_ratio": round(packed.ratio or 0.0, 1),
        **errors,
    }
    print(json.dumps(figures, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
