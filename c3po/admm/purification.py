"""Network purification and unused-path removal (1905.00136), with the biases that papers gloss over.

A filter whose weights are all zero still emits a constant (its bias, through BatchNorm and ReLU). The constant is moved
to the next layer's bias, then the filter is dead; a channel that nobody reads makes its filter dead; and so on until
nothing changes. Behind a zero-padded convolution a constant other than zero is not constant at the border, so such a
channel stays. The network's function does not change.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .channels import LAYERS, NORMS, ChannelMap, Layer, Reading, Space

CONSTANT = 1e-6


@dataclass(frozen=True)
class Purified:
    """What purification found: weights set to zero, and the number of rounds until nothing changed."""

    removed_weights: int
    rounds: int


@torch.no_grad()
def purify(network: nn.Module, example: Tensor) -> Purified:
    """Zeroes, in place, every weight that no path from input to output uses.

    example : one input batch; only its shape and the constants of dead channels matter

    Guarantees
    ----------
    - The outputs stay the same, up to float32 rounding.
    - Purifying again removes nothing.
    """
    before = count_nonzeros(network)
    rounds = 0
    changed = True
    while changed:
        rounds += 1
        modules = dict(network.named_modules())
        changed = False
        for space in ChannelMap(network, example).spaces:
            changed |= _propagate_constants(space, modules)
            changed |= _silence_unread(space, modules)
    return Purified(before - count_nonzeros(network), rounds)


def count_nonzeros(network: nn.Module) -> int:
    """Nonzero weights (tensors of two or more axes), biases not counted."""
    return sum(int(torch.count_nonzero(p)) for p in network.parameters() if p.dim() >= 2)


def constant_channels(space: Space, modules: dict[str, nn.Module]) -> Tensor:
    """bool, shape (n_channels,): every producer's filter is zero."""
    constant = torch.full((space.n_channels,), not space.closed_source and bool(space.producers))
    for name in space.producers:
        weight = layer(modules, name).weight
        constant &= ~weight.reshape(weight.shape[0], -1).ne(0).any(dim=1).cpu()
    return constant


def unread_channels(space: Space, modules: dict[str, nn.Module]) -> Tensor:
    """bool, shape (n_channels,): no layer reads them and they do not reach the output otherwise."""
    unread = torch.full((space.n_channels,), not space.observed)
    for reading in space.consumers:
        weight = layer(modules, reading.layer).weight
        used = weight.movedim(1, 0).reshape(weight.shape[1], -1).ne(0).any(dim=1).cpu()
        used = used[reading.first : reading.first + space.n_channels * reading.repeat]
        unread &= ~used.reshape(space.n_channels, reading.repeat).any(dim=1)
    return unread


@torch.no_grad()
def silence_constants(network: nn.Module, example: Tensor) -> int:
    """Sets to zero, in place, the constants that ``purify`` had to leave: of dead filters before a padded convolution.

    The function changes there, so do it before retraining. Returns how many channels fell silent; the next ``purify``
    and ``remove_dead`` take them away.
    """
    modules = dict(network.named_modules())
    silenced = 0
    for space in ChannelMap(network, example).spaces:
        stuck = constant_channels(space, modules) & ~unread_channels(space, modules)
        if not bool(stuck.any()):
            continue
        silenced += int(stuck.sum())
        for name in space.producers + space.norms:
            for part in ("bias", "running_mean"):
                values = getattr(modules[name], part, None)
                if isinstance(values, Tensor):
                    values[stuck.to(values.device)] = 0.0
    return silenced


def layer(modules: dict[str, nn.Module], name: str) -> Layer:
    module = modules[name]
    assert isinstance(module, LAYERS)
    return module


def _propagate_constants(space: Space, modules: dict[str, nn.Module]) -> bool:
    constant = constant_channels(space, modules)
    if not bool(constant.any()):
        return False
    changed = False
    for reading in space.consumers:
        reader = layer(modules, reading.layer)
        for channel in constant.nonzero().flatten().tolist():
            for position in range(channel * reading.repeat, (channel + 1) * reading.repeat):
                changed |= _absorb(reader, reading, position)
    return changed


def _absorb(reader: Layer, reading: Reading, position: int) -> bool:
    column = reader.weight[:, reading.first + position]
    value, spread = float(reading.value[position]), float(reading.spread[position])
    padded = not isinstance(reader, nn.Linear) and any(p != 0 for p in padding(reader))
    if not bool(column.ne(0).any()) or spread > CONSTANT * (1 + abs(value)) or (padded and value != 0.0):
        return False
    if value != 0.0:
        if reader.bias is None:
            reader.bias = nn.Parameter(reader.weight.new_zeros(reader.weight.shape[0]))
        reader.bias += value * column.reshape(column.shape[0], -1).sum(dim=1)
    column.zero_()
    return True


def padding(module: nn.Module) -> tuple[int, ...]:
    amount = getattr(module, "padding", 0)
    if isinstance(amount, str):
        return (0,) if amount == "valid" else (1,)
    return tuple(amount) if isinstance(amount, tuple) else (amount,)


def _silence_unread(space: Space, modules: dict[str, nn.Module]) -> bool:
    changed = False
    unread = unread_channels(space, modules)
    for name in space.producers:
        writer = layer(modules, name)
        rows = unread.to(writer.weight.device)
        changed |= bool(writer.weight[rows].ne(0).any())
        writer.weight[rows] = 0.0
        if writer.bias is not None:
            writer.bias[rows] = 0.0
    return changed


@torch.no_grad()
def remove_dead(network: nn.Module, example: Tensor) -> nn.Module:
    """A physically smaller copy: channels without readers are cut out of filters, norms and the readers' columns.

    Call ``purify`` first. Every space keeps at least one channel.

    Guarantees
    ----------
    - The outputs equal those of ``network``, up to float32 rounding (``largest_difference`` measures it).
    """

    def live(space: Space, modules: dict[str, nn.Module]) -> Tensor:
        kept = ~unread_channels(space, modules)
        if not bool(kept.any()):
            kept[0] = True
        return kept.nonzero().flatten()

    return select_channels(network, example, live)


@torch.no_grad()
def select_channels(
    network: nn.Module, example: Tensor, choose: Callable[[Space, dict[str, nn.Module]], Tensor]
) -> nn.Module:
    """A copy with the channels of every space that ``choose`` lists, in its order: a removal, a permutation, or both.

    choose : from a space and the modules by name to channel numbers, int64
    """
    chosen_network = copy.deepcopy(network)
    modules = dict(chosen_network.named_modules())
    rows: dict[str, Tensor] = {}
    columns: dict[str, Tensor] = {}
    for space in ChannelMap(chosen_network, example).spaces:
        if space.closed_source or not space.producers:
            continue
        chosen = choose(space, modules)
        for name in space.producers + space.norms:
            rows[name] = chosen
        for reading in space.consumers:
            columns.setdefault(reading.layer, torch.arange(layer(modules, reading.layer).weight.shape[1]))
            _reselect(columns[reading.layer], reading, chosen, space.n_channels)
    for name in rows.keys() | columns.keys():
        wanted = columns.get(name)
        _slice(modules[name], rows.get(name), None if wanted is None else wanted[wanted >= 0])
    return chosen_network


def _reselect(columns: Tensor, reading: Reading, chosen: Tensor, n_channels: int) -> None:
    """Writes the chosen input features into their places in ``columns``; places left over become -1."""
    places = slice(reading.first, reading.first + n_channels * reading.repeat)
    wanted = reading.first + (chosen[:, None] * reading.repeat + torch.arange(reading.repeat)).flatten()
    columns[places] = torch.cat([wanted, wanted.new_full((n_channels * reading.repeat - len(wanted),), -1)])


def _slice(module: nn.Module, rows: Tensor | None, columns: Tensor | None) -> None:
    if isinstance(module, NORMS):
        assert rows is not None
        for name in ("weight", "bias"):
            if getattr(module, name) is not None:
                setattr(module, name, nn.Parameter(getattr(module, name)[rows].clone()))
        for name in ("running_mean", "running_var"):
            if getattr(module, name) is not None:
                setattr(module, name, getattr(module, name)[rows].clone())
        module.num_features = len(rows)
        return
    assert isinstance(module, LAYERS)
    if rows is not None:
        module.weight = nn.Parameter(module.weight[rows].clone())
        if module.bias is not None:
            module.bias = nn.Parameter(module.bias[rows].clone())
    if columns is not None:
        module.weight = nn.Parameter(module.weight[:, columns].clone())
    n_out, n_in = module.weight.shape[:2]
    if isinstance(module, nn.Linear):
        module.out_features, module.in_features = n_out, n_in
    else:
        module.out_channels, module.in_channels = n_out, n_in


@torch.no_grad()
def largest_difference(network: nn.Module, other: nn.Module, example: Tensor) -> float:
    """The largest difference between the outputs of two networks on ``example``, in evaluation mode."""
    was = network.training, other.training
    difference = float((network.eval()(example) - other.eval()(example)).abs().max())
    network.train(was[0])
    other.train(was[1])
    return difference
