"""One stage of a plan: ADMM towards its sets, projection with purification, retraining inside the frozen sets."""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import PlanError
from .packing import biases_on_levels
from .parameters import resolve, weight_names
from .plan import Stage
from .purification import count_nonzeros, purify, remove_dead, silence_constants
from .retraining import Frozen, StraightThrough
from .sets import ConstraintSet, SparsitySet, SupportSet
from .sets.intersection import OnSupport
from .solver import Admm

Step = Callable[[Tensor], None]
TrainEpoch = Callable[[nn.Module, Step], None]
MakeOptimiser = Callable[[Iterable[nn.Parameter], float], torch.optim.Optimizer]
Report = Callable[[dict[str, Any]], None]


def adam(parameters: Iterable[nn.Parameter], learning_rate: float) -> torch.optim.Optimizer:
    """The default optimiser: Adam without weight decay, which would shrink the survivors."""
    trained = list(parameters)
    fused = all(p.device.type in ("cpu", "cuda") and p.is_floating_point() for p in trained)
    return torch.optim.Adam(trained, lr=learning_rate, fused=fused or None)


def run_stage(
    network: nn.Module,
    stage: Stage,
    train_epoch: TrainEpoch,
    example: Tensor | None = None,
    make_optimiser: MakeOptimiser = adam,
    report: Report = lambda line: None,
    held: Mapping[str, ConstraintSet] | None = None,
) -> tuple[nn.Module, dict[str, ConstraintSet]]:
    """The network after the stage, perhaps a smaller one than was given, and the frozen sets of its weights.

    held : frozen sets from earlier stages; those of weights that this stage does not name stay in force
    """
    sets = stage_constraints(network, stage, count_nonzeros(network))
    kept = others(network, sets, held or {})
    solver = Admm(network, sets, stage.penalty[0], largest_penalty=math.inf)
    if stage.shrink and example is not None:
        check_shrinkable(solver, kept, stage)
    optimiser = make_optimiser(network.parameters(), stage.learning_rate)
    set_learning_rate(optimiser, stage.learning_rate)
    run = AdmmPhase(network, solver, optimiser, stage, kept, report)
    for _ in range(stage.epochs):
        train_epoch(network, run.step)
        run.end_epoch()

    free = {s.name: s.weights.detach().clone() for s in solver.splits} if stage.straight_through else None
    frozen = settle(network, solver, stage, example) | kept
    if stage.shrink and example is not None:
        network = remove_dead(network, example)
        parameters = dict(network.named_parameters(remove_duplicate=False))
        frozen = {name: SupportSet(parameters[name].detach() != 0) for name in frozen}
    report({"stage": stage.name, "phase": "projected", "nonzeros": count_nonzeros(network)})

    if free is None:
        retrain(network, frozen, stage, train_epoch, make_optimiser, report)
        return network, frozen
    open_sets = {s.name: opened(s.constraint) for s in solver.splits}
    through = StraightThrough(network, open_sets, free, stage.turn_every)
    retrain(network, kept, stage, train_epoch, make_optimiser, report, through)
    return network, kept | {s.name: open_sets[s.name].freeze(s.weights.detach()) for s in solver.splits}


def opened(constraint: ConstraintSet) -> ConstraintSet:
    """The set with its places open again: a support, as a Fisher budget gives it, becomes its number of nonzeros."""
    return SparsitySet(int(constraint.support.sum())) if isinstance(constraint, SupportSet) else constraint


def others(
    network: nn.Module, sets: Mapping[str, ConstraintSet], held: Mapping[str, ConstraintSet]
) -> dict[str, ConstraintSet]:
    """What holds for weights that a stage does not name: their frozen sets, or at least their zeros."""
    kept: dict[str, ConstraintSet] = {}
    for name, parameter in network.named_parameters():
        if parameter.dim() >= 2 and name not in sets:
            if name in held:
                kept[name] = held[name]
            elif bool((parameter == 0).any()):
                kept[name] = SupportSet(parameter.detach() != 0)
    return kept


def check_shrinkable(solver: Admm, kept: Mapping[str, ConstraintSet], stage: Stage) -> None:
    """Only supports survive cutting channels out; levels and circulant blocks would lose their pattern."""
    frozen = {s.name: s.constraint.freeze(s.auxiliary) for s in solver.splits} | dict(kept)
    for name, structure in frozen.items():
        if not isinstance(structure, SupportSet):
            raise PlanError(
                f"stage {stage.name}: {name}: expected sets of zeros where channels are cut out, "
                f"got {type(structure).__name__}; put shrink into an earlier stage that prunes"
            )


def retrain(
    network: nn.Module,
    frozen: dict[str, ConstraintSet],
    stage: Stage,
    train_epoch: TrainEpoch,
    make_optimiser: MakeOptimiser = adam,
    report: Report = lambda line: None,
    through: StraightThrough | None = None,
) -> None:
    """Masked retraining: a new optimiser, a cosine learning rate per epoch, weights inside their frozen sets.

    through : weights whose sets stay open
    """
    keeper = Frozen(network, frozen)
    trained = list(network.parameters())
    if stage.bias_bits is not None:
        biases_on_levels(network, stage.bias_bits)
        trained = [p for p in trained if p.dim() >= 2]
    optimiser = make_optimiser(trained, stage.retrain_learning_rate)

    def step(loss: Tensor) -> None:
        check_loss(loss, stage)
        loss.backward()  # type: ignore[no-untyped-call]
        keeper.project_gradients()
        if through is not None:
            through.release()
        optimiser.step()
        if through is not None:
            through.bind()
        keeper.project_weights()
        network.zero_grad()

    for epoch in range(stage.retrain_epochs):
        set_learning_rate(optimiser, cosine(stage.retrain_learning_rate, epoch, stage.retrain_epochs))
        train_epoch(network, step)
        report({"stage": stage.name, "phase": "retrain", "epoch": epoch})


class AdmmPhase:
    """The W-step of every batch, and the Z- and U-steps at even distances within an epoch.

    The first epoch counts the steps and has one update at its end; later ones have ``updates_per_epoch``.
    """

    def __init__(
        self,
        network: nn.Module,
        solver: Admm,
        optimiser: torch.optim.Optimizer,
        stage: Stage,
        kept: Mapping[str, ConstraintSet],
        report: Report,
    ) -> None:
        self.network, self.solver, self.optimiser, self.stage, self.report = network, solver, optimiser, stage, report
        self.start_nonzeros = count_nonzeros(network)
        supports = {s.name: SupportSet(s.weights.detach() != 0) for s in solver.splits} if stage.keep_support else {}
        self.keeper = Frozen(network, {**kept, **supports})
        self.epoch = self.steps = self.steps_per_epoch = self.updates = 0

    def step(self, loss: Tensor) -> None:
        check_loss(loss, self.stage)
        loss.backward()  # type: ignore[no-untyped-call]
        self.solver.observe_gradients()
        if not self.stage.decoupled:
            self.solver.add_penalty_gradient()
        self.keeper.project_gradients()
        self.optimiser.step()
        if self.stage.decoupled:
            self.solver.pull(self.stage.learning_rate)
        self.keeper.project_weights()
        self.network.zero_grad()
        self.steps += 1
        if self.steps_per_epoch and self.steps * self.stage.updates_per_epoch // self.steps_per_epoch > self.updates:
            self.update()

    def end_epoch(self) -> None:
        if self.updates < self.stage.updates_per_epoch:
            self.updates = self.stage.updates_per_epoch - 1
            self.update()
        self.epoch += 1
        self.steps_per_epoch, self.steps, self.updates = self.steps, 0, 0
        line = self.solver.log[-1]
        self.report({"stage": self.stage.name, "phase": "admm", "epoch": self.epoch, "primal": line.largest_primal})

    def update(self) -> None:
        self.updates += 1
        progress = (self.epoch + self.updates / self.stage.updates_per_epoch) / self.stage.epochs
        if self.stage.budget is not None:
            sets = stage_constraints(self.network, self.stage, self.start_nonzeros, self.solver, progress)
            for split in self.solver.splits:
                split.constraint = sets[split.name]
        self.solver.update()
        self.solver.set_penalty(geometric(self.stage.penalty, progress))


def stage_constraints(
    network: nn.Module, stage: Stage, start_nonzeros: int, solver: Admm | None = None, progress: float = 0.0
) -> dict[str, ConstraintSet]:
    """The sets of a stage, by parameter name: its budget divided anew, its patterns resolved, supports kept."""
    parameters = dict(network.named_parameters(remove_duplicate=False))
    if stage.budget is not None:
        names = weight_names(network, stage.weights)
        duals = {s.name: s.scaled_dual for s in solver.splits} if solver is not None else {}
        weights = {name: parameters[name].detach() + duals.get(name, 0.0) for name in names}
        budget = dataclasses.replace(stage.budget, max_nonzeros=ramped(stage, start_nonzeros, progress))
        return dict(budget.constraints(weights, sensitivities=sensitivities(solver)))
    sets = resolve(network, stage.constraints)
    if stage.keep_support:
        return {name: OnSupport(parameters[name].detach() != 0, inner) for name, inner in sets.items()}
    return sets


def ramped(stage: Stage, start_nonzeros: int, progress: float) -> int:
    """The budget at this share of the updates: cubic from where the stage began (1710.01878), then constant."""
    assert stage.budget is not None
    target = stage.budget.max_nonzeros
    left = max(0.0, 1.0 - progress / stage.ramp) if stage.ramp > 0 else 0.0
    return target + round(max(0, start_nonzeros - target) * left**3)


def sensitivities(solver: Admm | None) -> dict[str, Tensor] | None:
    return None if solver is None else {s.name: s.sensitivity for s in solver.splits}


@torch.no_grad()
def settle(network: nn.Module, solver: Admm, stage: Stage, example: Tensor | None) -> dict[str, ConstraintSet]:
    """Projects for good. With a budget, weights on dead paths are found, removed, and their share is given back."""
    if stage.budget is None or example is None:
        frozen = solver.project()
        if example is not None and stage.shrink:
            clear(network, example)
        return frozen
    free = {s.name: s.weights.detach().clone() for s in solver.splits}
    untouched = copy.deepcopy(network.state_dict())
    wanted, n_weights = stage.budget.max_nonzeros, sum(w.numel() for w in free.values())
    low, high, best = wanted, n_weights + 1, untouched
    asked = min(wanted, n_weights)
    for _ in range(12):
        network.load_state_dict(untouched)
        wider = dataclasses.replace(stage.budget, max_nonzeros=asked)
        sets = wider.constraints(free, sensitivities=sensitivities(solver))
        for s in solver.splits:
            s.weights.copy_(sets[s.name].project(s.weights))
        purify(network, example)
        live = sum(int(torch.count_nonzero(s.weights)) for s in solver.splits)
        if live <= wanted:
            low, best = asked, copy.deepcopy(network.state_dict())
        else:
            high = asked
        if live == wanted or high - low <= 1 or asked == n_weights:
            break
        # bisection once the answer is enclosed, else as much more as is missing
        asked = (low + high) // 2 if high <= n_weights else min(n_weights, asked + max(1, wanted - live))
    network.load_state_dict(best)
    if stage.shrink:
        clear(network, example)
    return {s.name: SupportSet(s.weights.detach() != 0) for s in solver.splits}


def clear(network: nn.Module, example: Tensor) -> None:
    """Everything dead goes, constants that cannot be moved on included: retraining follows and repairs those."""
    purify(network, example)
    if silence_constants(network, example):
        purify(network, example)


def geometric(ends: tuple[float, float], progress: float) -> float:
    return float(ends[0] ** (1 - progress) * ends[1] ** progress)


def cosine(peak: float, epoch: int, epochs: int) -> float:
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * epoch / max(1, epochs))))


def set_learning_rate(optimiser: torch.optim.Optimizer, learning_rate: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = learning_rate


def check_loss(loss: Tensor, stage: Stage) -> None:
    if not bool(torch.isfinite(loss)):
        raise PlanError(
            f"stage {stage.name}: expected a finite loss, got {loss.item()}; lower its learning_rate or penalty"
        )
