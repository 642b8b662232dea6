"""The lossy half of network purification (1905.00136): filters that are nearly empty and hardly matter are emptied.

``purify`` keeps the function; this does not, so retrain afterwards, or look at the loss before and after.
"""

import torch
from torch import Tensor, nn

from .channels import ChannelMap
from .purification import layer


@torch.no_grad()
def empty_weak_filters(network: nn.Module, example: Tensor, emptiness: float = 0.95, importance: float = 0.1) -> int:
    """Zeroes, in place, filters with more than ``emptiness`` zeros and little weight. Returns how many.

    emptiness : eta of the paper, in [0, 1]: the share of zeros a filter must exceed
    importance : sigma of the paper, as a share of the mean norm of the filters of its layer

    Where layers' outputs are added, a channel goes only when it is weak in each of them.
    """
    if not 0 <= emptiness <= 1 or importance < 0:
        raise ValueError(f"emptiness must lie in [0, 1] and importance be >= 0, got {emptiness} and {importance}")
    modules = dict(network.named_modules())
    emptied = 0
    for space in ChannelMap(network, example).spaces:
        if space.closed_source or space.observed or not space.producers:
            continue
        weak = torch.ones(space.n_channels, dtype=torch.bool)
        live = torch.zeros(space.n_channels, dtype=torch.bool)
        for name in space.producers:
            filters = layer(modules, name).weight.flatten(1)
            norms = filters.norm(dim=1)
            zeros = (filters == 0).float().mean(dim=1)
            weak &= ((zeros > emptiness) & (norms < importance * norms.mean())).cpu()
            live |= filters.ne(0).any(dim=1).cpu()
        for name in space.producers:
            layer(modules, name).weight[weak.to(layer(modules, name).weight.device)] = 0.0
        emptied += int((weak & live).sum())
    return emptied
