"""Filters put in an order in which neighbours resemble each other, so that blocks of output channels lose less.

A block set keeps or drops the same input position of ``rows`` neighbouring filters together (a kernel then reads each
input once for all of them). Which filters are neighbours is free: permuting the channels of a space, and the columns
that read them, leaves the network's function as it is. Source: filter-kernel reordering of PCONV (1909.05073).
"""

import torch
from torch import Tensor, nn

from .channels import Space
from .purification import layer, select_channels


@torch.no_grad()
def group_similar_filters(network: nn.Module, example: Tensor, rows: int = 4) -> nn.Module:
    """A copy with the channels of every space permuted: each block of ``rows`` filters has similar large weights.

    Guarantees
    ----------
    - The outputs stay the same, up to float32 rounding.
    """
    if rows < 1:
        raise ValueError(f"rows must be at least 1, got {rows}")

    def order(space: Space, modules: dict[str, nn.Module]) -> Tensor:
        if space.observed:
            return torch.arange(space.n_channels)
        weights = [layer(modules, name).weight for name in space.producers]
        energies = torch.cat([w.reshape(w.shape[0], -1).double().square() for w in weights], dim=1)
        return similar_order(energies, rows)

    return select_channels(network, example, order)


def similar_order(energies: Tensor, rows: int) -> Tensor:
    """Greedy groups: the strongest filter left, then one by one the filter that shares most energy with the group.

    energies : float64, shape (n_filters, n_positions), >= 0
    """
    left = torch.ones(len(energies), dtype=torch.bool)
    order: list[int] = []
    strength = energies.sum(dim=1)
    while bool(left.any()):
        first = int(torch.where(left, strength, -1.0).argmax())
        group = energies[first].clone()
        left[first] = False
        order.append(first)
        for _ in range(min(rows - 1, int(left.sum()))):
            likeness = torch.where(left, (energies.sqrt() * group.sqrt()).sum(dim=1), -1.0)
            nearest = int(likeness.argmax())
            group += energies[nearest]
            left[nearest] = False
            order.append(nearest)
    return torch.tensor(order)
