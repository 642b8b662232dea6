"""The peer: gradual magnitude pruning (Zhu, Gupta 2017: cubic schedule) with LAMP scores, at equal epochs.

The same start, teacher, shifts, optimiser and learning rate as the ADMM rows; the rate rises over the first half of the
epochs, the mask is fixed in the second.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from c3po.admm import Budget, Frozen, SupportSet, count_nonzeros
from c3po.admm.compress import TrainEpoch

MASK_EVERY = 100
"""Steps between two mask updates."""


def run_gmp(
    network: nn.Module, goal: tuple[int, int], run: TrainEpoch, log: Callable[[dict[str, float]], None]
) -> None:
    """Prunes ``network`` in place to ``goal[0]`` nonzeros in ``goal[1]`` epochs."""
    max_nonzeros, epochs = goal
    weights = {n: p for n, p in network.named_parameters() if p.dim() >= 2}
    start = count_nonzeros(network)
    optimiser = torch.optim.Adam(network.parameters(), lr=2e-3)
    steps, steps_per_epoch = 0, 430
    keeper = Frozen(network, {})

    def step(loss: Tensor) -> None:
        nonlocal steps, keeper
        loss.backward()
        keeper.project_gradients()
        optimiser.step()
        keeper.project_weights()
        optimiser.zero_grad()
        steps += 1
        done = min(1.0, steps / (epochs * steps_per_epoch / 2))
        if steps % MASK_EVERY == 0 and steps < epochs * steps_per_epoch / 2 + MASK_EVERY:
            allowed = max_nonzeros + round((start - max_nonzeros) * (1 - done) ** 3)
            supports = Budget(allowed, "lamp").supports({n: p.detach() for n, p in weights.items()})
            keeper = Frozen(network, {n: SupportSet(s) for n, s in supports.items()})
            keeper.project_weights()

    for epoch in range(epochs):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * epoch / epochs)))
        run(network, step)
        log({"epoch": epoch, "nonzeros": count_nonzeros(network)})
