"""ADMM on the weights of any network: two calls in the user's own loop.

    solver = Admm(network, {"conv*": SparsitySet(500), "fc1": CirculantSet(8)}, penalty=0.1)
    for epoch in range(10):
        for images, labels in batches:
            loss(network(images), labels).backward()
            solver.add_penalty_gradient()           # or solver.pull(learning_rate) after the step, for Adam
            optimiser.step(); optimiser.zero_grad()
        solver.update()
    solver.project()

Scaled form: Boyd et al. 2011, section 3.1.1; on networks 1804.03294. W is ``weights``, Z ``auxiliary``, U
``scaled_dual``, rho ``penalty``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import PlanError
from .parameters import resolve
from .sets import ConstraintSet


@dataclass
class Split:
    """One constrained weight tensor, its auxiliary copy inside the set, and the scaled dual between them."""

    name: str
    weights: nn.Parameter
    constraint: ConstraintSet
    auxiliary: Tensor
    scaled_dual: Tensor
    sensitivity: Tensor
    """Running mean of the squared gradient of the loss: how much the loss minds a change of each weight."""

    def update(self) -> tuple[float, float]:
        """The two lower equations. Returns the relative primal and dual residuals."""
        weights, previous = self.weights.detach(), self.auxiliary
        self.auxiliary = self.constraint.project(weights + self.scaled_dual)
        self.scaled_dual = self.scaled_dual + weights - self.auxiliary

        scale = max(float(weights.norm()), float(self.auxiliary.norm()), 1e-12)
        return float((weights - self.auxiliary).norm()) / scale, float((self.auxiliary - previous).norm()) / scale


@dataclass(frozen=True)
class Residuals:
    """One line of the log: how far the weights are from their sets (primal), how far the sets' members moved (dual)."""

    update: int
    penalty: float
    primal: dict[str, float]
    dual: dict[str, float]

    @property
    def largest_primal(self) -> float:
        return max(self.primal.values())


class Admm:
    """The solver. Owns auxiliary and dual variables; network, loss, data and optimiser stay the user's.

    Parameters
    ----------
    network : any module; its weights stay on their device
    constraints : pattern of parameter or module names -> set
    penalty : rho > 0. With ``add_penalty_gradient`` under plain gradient descent it is rho of the papers; under Adam
        prefer ``pull``, which Adam's normalisation cannot distort.
    growth : factor on the penalty at each update (multi-rho of 1903.09769)
    balance : > 0 turns on residual balancing (Boyd 3.4.1): the penalty doubles when the primal residual exceeds
        ``balance`` times the dual one and halves in the opposite case
    largest_penalty : where growth and balancing stop

    Raises
    ------
    PlanError
        A pattern matches nothing, a set does not fit a shape, or a weight is not finite.
    """

    def __init__(
        self,
        network: nn.Module,
        constraints: Mapping[str, ConstraintSet],
        penalty: float = 1e-2,
        growth: float = 1.0,
        balance: float = 0.0,
        largest_penalty: float = 1e6,
    ) -> None:
        if not penalty > 0 or not growth > 0:
            raise ValueError(f"penalty and growth must be positive, got {penalty} and {growth}")
        parameters = dict(network.named_parameters(remove_duplicate=False))
        self.penalty, self.growth, self.balance, self.largest_penalty = penalty, growth, balance, largest_penalty
        self.log: list[Residuals] = []
        self.splits: list[Split] = []
        for name, constraint in resolve(network, constraints).items():
            weights = parameters[name]
            require_finite(name, weights)
            auxiliary = constraint.project(weights.detach())
            zeros = torch.zeros_like(auxiliary)
            self.splits.append(Split(name, weights, constraint, auxiliary, zeros, zeros.clone()))

    @torch.no_grad()
    def observe_gradients(self, memory: float = 0.99) -> None:
        """After ``backward``, before the penalty: keeps the sensitivities that a Fisher budget ranks by."""
        for s in self.splits:
            if s.weights.grad is not None:
                s.sensitivity.lerp_(s.weights.grad.square(), 1.0 - memory)

    def add_penalty_gradient(self) -> None:
        """After ``backward``: adds rho (W - Z + U), the gradient of rho/2 ||W - Z + U||^2."""
        for s in self.splits:
            gap = s.weights.detach() - s.auxiliary + s.scaled_dual
            s.weights.grad = gap * self.penalty if s.weights.grad is None else s.weights.grad + self.penalty * gap

    @torch.no_grad()
    def pull(self, learning_rate: float) -> None:
        """After ``optimiser.step``: the proximal step of the penalty, decoupled from the optimiser (as AdamW does)."""
        share = learning_rate * self.penalty / (1.0 + learning_rate * self.penalty)
        for s in self.splits:
            s.weights.lerp_(s.auxiliary - s.scaled_dual, share)

    def update(self) -> Residuals:
        """Once per epoch: auxiliary and dual step, then the next penalty. Returns and logs the residuals."""
        for s in self.splits:
            require_finite(s.name, s.weights)
        residuals = {s.name: s.update() for s in self.splits}
        line = Residuals(
            update=len(self.log) + 1,
            penalty=self.penalty,
            primal={name: primal for name, (primal, _) in residuals.items()},
            dual={name: dual for name, (_, dual) in residuals.items()},
        )
        self.log.append(line)
        self.set_penalty(min(self.largest_penalty, self.penalty * self.growth * self._balancing(line)))
        return line

    def _balancing(self, line: Residuals) -> float:
        if not self.balance:
            return 1.0
        primal, dual = sum(line.primal.values()), sum(line.dual.values())
        return 2.0 if primal > self.balance * dual else 0.5 if dual > self.balance * primal else 1.0

    def set_penalty(self, penalty: float) -> None:
        """Changes rho and rescales the duals, so that the unscaled dual rho U is continuous (Boyd 3.4.1)."""
        for s in self.splits:
            s.scaled_dual = s.scaled_dual * (self.penalty / penalty)
        self.penalty = penalty

    @torch.no_grad()
    def project(self) -> dict[str, ConstraintSet]:
        """Puts every weight into its set for good. Returns the frozen sets for retraining."""
        frozen = {}
        for s in self.splits:
            s.weights.copy_(s.constraint.project(s.weights))
            frozen[s.name] = s.constraint.freeze(s.weights.detach())
        return frozen

    def state_dict(self) -> dict[str, Any]:
        """All that a resume needs beside the network's and the optimiser's own states."""
        return {
            "penalty": self.penalty,
            "constraints": {s.name: repr(s.constraint) for s in self.splits},
            "auxiliary": {s.name: s.auxiliary for s in self.splits},
            "scaled_dual": {s.name: s.scaled_dual for s in self.splits},
            "sensitivity": {s.name: s.sensitivity for s in self.splits},
            "log": [(r.update, r.penalty, r.primal, r.dual) for r in self.log],
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Raises ``PlanError`` when the state belongs to another plan or network."""
        ours = {s.name: repr(s.constraint) for s in self.splits}
        for name in sorted(ours.keys() | state["constraints"].keys()):
            expected, found = (held.get(name, "no constraint") for held in (ours, state["constraints"]))
            if expected != found:
                raise PlanError(
                    f"{name}: expected a state of {expected}, got one of {found}; resume with the same plan"
                )
        for s in self.splits:
            s.auxiliary = state["auxiliary"][s.name].to(s.weights.device)
            s.scaled_dual = state["scaled_dual"][s.name].to(s.weights.device)
            s.sensitivity = state["sensitivity"][s.name].to(s.weights.device)
        self.penalty = state["penalty"]
        self.log = [Residuals(*line) for line in state["log"]]


def require_finite(name: str, weights: Tensor) -> None:
    if not bool(torch.isfinite(weights).all()):
        raise PlanError(f"{name}: expected finite weights, got NaN or infinity; lower the learning rate or the penalty")
