"""BatchNorm folded into the layer before it: one affine map instead of two, the same function."""

import copy
from collections.abc import Iterable

import torch
import torch.fx
from torch import Tensor, nn

from .channels import LAYERS, NORMS


@torch.no_grad()
def fold_batchnorm(network: nn.Module) -> nn.Module:
    """A copy in evaluation mode whose BatchNorms behind a convolution or linear layer are gone (Identity).

    A norm whose layer is read by someone else too, or that follows none, stays.

    Guarantees
    ----------
    - The outputs in evaluation mode stay the same, up to float32 rounding.
    - Zero weights stay zero.
    """
    folded = copy.deepcopy(network).eval()
    modules = dict(folded.named_modules())
    graph = torch.fx.symbolic_trace(folded).graph
    for node in graph.nodes:
        norm = modules.get(str(node.target)) if node.op == "call_module" else None
        if not isinstance(norm, NORMS) or norm.running_mean is None or norm.running_var is None:
            continue
        (before,) = node.all_input_nodes[:1]
        layer = modules.get(str(before.target)) if before.op == "call_module" else None
        if not isinstance(layer, LAYERS) or len(before.users) != 1:
            continue
        scale = (norm.running_var + norm.eps).rsqrt()
        offset = -norm.running_mean * scale
        if norm.affine:
            scale, offset = scale * norm.weight, offset * norm.weight + norm.bias
        layer.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        bias = offset if layer.bias is None else layer.bias * scale + offset
        layer.bias = nn.Parameter(bias.clone())
        folded.set_submodule(str(node.target), nn.Identity())
        modules[str(node.target)] = nn.Identity()
    return folded


@torch.no_grad()
def reestimate_statistics(network: nn.Module, batches: Iterable[Tensor]) -> None:
    """BatchNorm's means and variances measured anew, in place: pruning moved them. Plain means over all batches."""
    norms = [m for m in network.modules() if isinstance(m, NORMS) and m.track_running_stats]
    momenta = [m.momentum for m in norms]
    was_training = network.training
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    network.train()
    for batch in batches:
        network(batch)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    network.train(was_training)
