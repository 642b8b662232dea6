"""Several networks in one: nested supports, the sparse ones cheap, the dense one exact (multi-level networks).

Values are shared: level 0 holds the largest weights of each layer, every next level adds some. Train them together:

    plan = Plan((Stage("nested", constraints={"*": NestedSparsitySet((200, 1000))}),))

    def train_epoch(network, step):
        for images, labels in batches():
            levels = nested_supports(network, {"*": (200, 1000)})
            step(sum(loss(answer_at(network, level, images), labels) for level in levels))
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from ..errors import PlanError
from .parameters import weight_names
from .sets import NestedSparsitySet

Supports = dict[str, Tensor]


def nested_supports(network: nn.Module, counts: Mapping[str, tuple[int, ...]]) -> list[Supports]:
    """The supports of each level, sparsest first: bool by parameter name.

    counts : pattern of weights -> nonzeros of a layer at each level; a level above a layer's size keeps all of it

    Raises
    ------
    PlanError
        The patterns have different numbers of levels, or one matches nothing.
    """
    n_levels = {len(levels) for levels in counts.values()}
    if len(n_levels) != 1:
        raise PlanError(f"counts: expected as many levels for every pattern, got {dict(counts)}; fill them up")
    parameters = dict(network.named_parameters(remove_duplicate=False))
    supports: list[Supports] = [{} for _ in range(n_levels.pop())]
    for pattern, levels in counts.items():
        for name in weight_names(network, pattern):
            for level, support in zip(
                supports, NestedSparsitySet(levels).supports(parameters[name].detach()), strict=True
            ):
                level[name] = support
    return supports


def answer_at(network: nn.Module, supports: Supports, *inputs: Tensor) -> Tensor:
    """What the network says with the weights of one level alone; gradients reach those weights."""
    parameters = dict(network.named_parameters(remove_duplicate=False))
    masked = {name: torch.where(support, parameters[name], 0.0) for name, support in supports.items()}
    answer: Tensor = torch.func.functional_call(network, masked, inputs)
    return answer


@torch.no_grad()
def level_network(network: nn.Module, supports: Supports) -> nn.Module:
    """A copy that holds one level only, ready to be packed."""
    alone = copy.deepcopy(network)
    for name, parameter in alone.named_parameters(remove_duplicate=False):
        if name in supports:
            parameter.copy_(torch.where(supports[name], parameter, 0.0))
    return alone
