"""Retraining inside frozen sets: supports, assignments and signs stay, values are trained (masked retraining).

The gradient is projected before the step, so an optimiser never builds momentum for a dead weight, and the weights
after it, so weight decay or stale momentum cannot move them out. Start a new optimiser when the phase changes.

Frozen signs leave a binary layer one number to train. ``StraightThrough`` keeps the whole set open instead.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

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


class StraightThrough:
    """Retraining that may still change places, levels and signs: the gradient at the projected weights, the step on
    free ones.

    ``release`` before the optimiser's step, ``bind`` after it; between two steps the network is inside its sets.

    free : where the free weights start, by parameter name
    turn_every : steps from one choice of places, levels or signs to the next; between them only values move

    Source: 1905.00789 ends its binary stages so; Courbariaux et al. 2015 (1511.00363) for the estimator.
    """

    def __init__(
        self,
        network: nn.Module,
        sets: Mapping[str, ConstraintSet],
        free: Mapping[str, Tensor],
        turn_every: int = 1,
    ) -> None:
        parameters = dict(network.named_parameters(remove_duplicate=False))
        self.split = [(parameters[name], inside, free[name].detach().clone()) for name, inside in sets.items()]
        self.turn_every, self.steps = turn_every, 0
        self.frozen = [inside for _, inside, _ in self.split]
        self.bind_from_free()

    @torch.no_grad()
    def release(self) -> None:
        for weights, _, free in self.split:
            weights.copy_(free)

    @torch.no_grad()
    def bind(self) -> None:
        for weights, _, free in self.split:
            free.copy_(weights)
        self.steps += 1
        self.bind_from_free()

    @torch.no_grad()
    def bind_from_free(self) -> None:
        turns = self.steps % self.turn_every == 0
        for i, (weights, inside, free) in enumerate(self.split):
            weights.copy_((inside if turns else self.frozen[i]).project(free))
            if turns and self.turn_every > 1:
                self.frozen[i] = inside.freeze(weights.detach())
