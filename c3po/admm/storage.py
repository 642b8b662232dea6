"""What a compressed layer costs: bits by part under four ways of saying where the weights are, MACs, and break-even.

The ways: dense (no addresses), a bitmap, relative indices of a few bits with filler zeros (Deep Compression; 1907.02124
compares structured pruning with them), and the bound that no code for random positions beats, log2 C(n, k).
The file that ``runtime.write_packed`` makes is measured, not modelled; this is for choosing rates before it exists.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .channels import LAYERS


@dataclass(frozen=True)
class LayerCost:
    """Bits and multiply-adds of one layer.

    value_bits : entropy of the nonzero values times their number, and the codebook at 16 bits a value
    """

    name: str
    n_weights: int
    n_nonzeros: int
    macs: int
    value_bits: float
    dense_value_bits: float
    bitmap_bits: float
    relative_bits: float
    bound_bits: float

    @property
    def sparse_bits(self) -> float:
        """Values and the best of the addresses that can be written down."""
        return self.value_bits + min(self.bitmap_bits, self.relative_bits)

    @property
    def pays(self) -> bool:
        """Break-even: whether leaving the zeros out is smaller than storing them as one more value."""
        return self.sparse_bits < self.dense_value_bits


def layer_costs(network: nn.Module, example: Tensor) -> list[LayerCost]:
    """One entry per convolution and linear layer, in the order they run; MACs for one example, nonzeros only."""
    costs: dict[str, LayerCost] = {}
    hooks = []
    for name, module in network.named_modules():
        if isinstance(module, LAYERS):

            def measure(layer: nn.Module, _: object, output: Tensor, name: str = name) -> None:
                weights = layer.weight
                assert isinstance(weights, Tensor)
                places = output[0].numel() // weights.shape[0]
                costs[name] = cost_of(name, weights.detach(), places)

            hooks.append(module.register_forward_hook(measure))
    was_training = network.training
    with torch.no_grad():
        network.eval()(example[:1])
    network.train(was_training)
    for hook in hooks:
        hook.remove()
    return list(costs.values())


def cost_of(name: str, weights: Tensor, places: int) -> LayerCost:
    """places : how many outputs each weight takes part in"""
    flat = weights.reshape(-1)
    n, k = flat.numel(), int(torch.count_nonzero(flat))
    return LayerCost(
        name=name,
        n_weights=n,
        n_nonzeros=k,
        macs=k * places,
        value_bits=entropy_bits(flat[flat != 0]),
        dense_value_bits=entropy_bits(flat),
        bitmap_bits=float(n),
        relative_bits=relative_index_bits(flat),
        bound_bits=log2_binomial(n, k),
    )


def entropy_bits(values: Tensor) -> float:
    """Bits of the values under their own frequencies, plus 16 per different value; 32 each when all differ."""
    if values.numel() == 0:
        return 0.0
    _, counts = torch.unique(values, return_counts=True)
    shares = counts.double() / values.numel()
    coded = float(-(counts * shares.log2()).sum()) + 16.0 * len(counts)
    return min(coded, 32.0 * values.numel())


def relative_index_bits(flat: Tensor) -> float:
    """Gaps to the next nonzero in the best width from 1 to 12 bits; a longer gap inserts fillers (Han et al. 2016).

    A filler is a stored zero, so telling it from a weight is paid for too, at its entropy.
    """
    places = flat.nonzero().flatten()
    k = len(places)
    if k == 0:
        return 0.0
    gaps = torch.diff(places, prepend=places.new_full((1,), -1)) - 1
    fillers = {width: int((gaps // 2**width).sum()) for width in range(1, 13)}
    return min(width * (k + f) + log2_binomial(k + f, f) for width, f in fillers.items())


def log2_binomial(n: int, k: int) -> float:
    return (math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)) / math.log(2)


def break_even_rate(decode_overhead: float) -> float:
    """The pruning rate from which skipping zeros saves time when a kept weight costs ``decode_overhead`` dense ones.

    Source: 1812.11677, section 5: index decoding made rates under about 2.2 useless on its hardware, so layers that
    cannot reach the rate are left dense.
    """
    if decode_overhead < 1:
        raise ValueError(f"decode_overhead must be at least 1, got {decode_overhead}")
    return decode_overhead
