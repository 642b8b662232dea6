"""Retraining inside frozen sets: supports, assignments and signs stay, values are trained (masked retraining).

The gradient is projected before the step, so an optimiser never builds momentum for a dead weight, and the weights
after it, so weight decay or stale momentum cannot move them out. Start a new optimiser when the phase changes.
"""

from collections.abc import Mapping

import torch
from torch import nn

from .sets import ConstraintSet


class Frozen:
    """Keeps weights in their frozen sets: ``project_gradients`` after backward, ``project_weights`` after the step."""

    def __init__(self, network: nn.Module, sets: Mapping[str, ConstraintSet]) -> None:
        parameters = dict(network.named_parameters(remove_duplicate=False))
        self.kept = [(parameters[name], frozen) for name, frozen in sets.items()]

    @torch.no_grad()
    def project_gradients(self) -> None:
        """Source: 1811.01907 for clusters (the gradient of a centroid is that of all its weights together)."""
        for weights, frozen in self.kept:
            if weights.grad is not None and frozen.is_subspace:
                weights.grad = frozen.project(weights.grad)

    @torch.no_grad()
    def project_weights(self) -> None:
        for weights, frozen in self.kept:
            weights.copy_(frozen.project(weights))
