"""Five lines: ``compress(network, plan, train_epoch, example)`` runs every stage of a plan and can be resumed.

    plan = Plan((Stage.prune(5_060), Stage.prune(2_580), Stage.quantise({"*": CodebookSet(8)})))

    def train_epoch(network, step):
        for images, labels in batches():
            step(loss(network(images), labels))

    small = compress(network, plan, train_epoch, example=images[:1])

``train_epoch`` keeps data, loss, adversary and distillation with the user. ``step`` does backward, penalty, optimiser
step and projection. A stage is ADMM towards its sets, projection, purification, and retraining inside the frozen sets.
"""

from __future__ import annotations

import copy
import dataclasses
import math
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import PlanError
from .packing import biases_on_levels
from .parameters import resolve, weight_names
from .plan import Plan, Stage
from .purification import count_nonzeros, purify, remove_dead
from .retraining import Frozen
from .sets import ConstraintSet, SupportSet
from .sets.intersection import OnSupport
from .solver import Admm

Step = Callable[[Tensor], None]
TrainEpoch = Callable[[nn.Module, Step], None]
MakeOptimiser = Callable[[Iterable[nn.Parameter], float], torch.optim.Optimizer]
Report = Callable[[dict[str, Any]], None]


def adam(parameters: Iterable[nn.Parameter], learning_rate: float) -> torch.optim.Optimizer:
    """The default optimiser: Adam without weight decay, which would shrink the survivors."""
    return torch.optim.Adam(parameters, lr=learning_rate)


def compress(
    network: nn.Module,
    plan: Plan,
    train_epoch: TrainEpoch,
    example: Tensor | None = None,
    make_optimiser: MakeOptimiser = adam,
    report: Report = lambda line: None,
    folder: Path | None = None,
) -> nn.Module:
    """A compressed copy of ``network``.

    Parameters
    ----------
    train_epoch : called once per epoch with the network and ``step(loss)``
    example : one input batch; with it, stages purify and, where the plan says so, cut dead channels out
    report : gets one dict per epoch and stage
    folder : finished stages are kept there and not run again; the same plan must be used

    Raises
    ------
    PlanError
        A pattern, rate or set does not fit; a loss is not finite; the folder holds another plan.
    """
    network = copy.deepcopy(network)
    for number, stage in enumerate(plan.stages):
        kept = None if folder is None else folder / f"{number}-{stage.name}.pt"
        if kept is not None and kept.exists():
            network = load_stage(kept, stage)
            continue
        network = run_stage(network, stage, train_epoch, example, make_optimiser, report)
        if kept is not None:
            save_stage(kept, stage, network)
    return network


def run_stage(
    network: nn.Module,
    stage: Stage,
    train_epoch: TrainEpoch,
    example: Tensor | None = None,
    make_optimiser: MakeOptimiser = adam,
    report: Report = lambda line: None,
) -> nn.Module:
    """One stage of the plan; may return a smaller network than it was given."""
    sets = stage_constraints(network, stage, count_nonzeros(network))
    solver = Admm(network, sets, stage.penalty[0], largest_penalty=math.inf)
    optimiser = make_optimiser(network.parameters(), stage.learning_rate)
    set_learning_rate(optimiser, stage.learning_rate)
    run = AdmmPhase(network, solver, optimiser, stage, report)
    for _ in range(stage.epochs):
        train_epoch(network, run.step)
        run.end_epoch()

    frozen = settle(network, solver, stage, example)
    if stage.shrink and example is not None:
        network = remove_dead(network, example)
        frozen = {name: SupportSet(dict(network.named_parameters())[name].detach() != 0) for name in frozen}
    report({"stage": stage.name, "phase": "projected", "nonzeros": count_nonzeros(network)})

    retrain(network, frozen, stage, train_epoch, make_optimiser, report)
    return network


def retrain(
    network: nn.Module,
    frozen: dict[str, ConstraintSet],
    stage: Stage,
    train_epoch: TrainEpoch,
    make_optimiser: MakeOptimiser = adam,
    report: Report = lambda line: None,
) -> None:
    """Masked retraining: a new optimiser, a cosine learning rate per epoch, weights inside their frozen sets."""
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
        optimiser.step()
        keeper.project_weights()
        network.zero_grad()

    for epoch in range(stage.retrain_epochs):
        set_learning_rate(optimiser, cosine(stage.retrain_learning_rate, epoch, stage.retrain_epochs))
        train_epoch(network, step)
        report({"stage": stage.name, "phase": "retrain", "epoch": epoch})


class AdmmPhase:
    """The W-step of every batch, and the Z- and U-steps at even distances within an epoch."""

    def __init__(
        self, network: nn.Module, solver: Admm, optimiser: torch.optim.Optimizer, stage: Stage, report: Report
    ) -> None:
        self.network, self.solver, self.optimiser, self.stage, self.report = network, solver, optimiser, stage, report
        self.n_updates = stage.epochs * stage.updates_per_epoch
        self.start_nonzeros = count_nonzeros(network)
        kept = {s.name: SupportSet(s.weights.detach() != 0) for s in solver.splits} if stage.keep_support else {}
        self.keeper = Frozen(network, kept)
        self.steps = 0
        self.steps_per_epoch = 0
        self.epoch = 0

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
        self.optimiser.zero_grad()
        self.steps += 1
        # the first epoch counts the steps; later ones update in their midst too
        done = self.steps * self.stage.updates_per_epoch // self.steps_per_epoch if self.steps_per_epoch else 0
        if len(self.solver.log) < self.epoch * self.stage.updates_per_epoch + min(
            done, self.stage.updates_per_epoch - 1
        ):
            self.update()

    def end_epoch(self) -> None:
        self.epoch += 1
        self.steps_per_epoch, self.steps = self.steps, 0
        while len(self.solver.log) < self.epoch * self.stage.updates_per_epoch:
            self.update()
        line = self.solver.log[-1]
        self.report({"stage": self.stage.name, "phase": "admm", "epoch": self.epoch, "primal": line.largest_primal})

    def update(self) -> None:
        done = len(self.solver.log) + 1
        if self.stage.budget is not None:
            sets = stage_constraints(self.network, self.stage, self.start_nonzeros, self.solver, done / self.n_updates)
            for split in self.solver.splits:
                split.constraint = sets[split.name]
        self.solver.update()
        self.solver.set_penalty(geometric(self.stage.penalty, done, self.n_updates))


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
            purify(network, example)
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
    return {s.name: SupportSet(s.weights.detach() != 0) for s in solver.splits}


def geometric(ends: tuple[float, float], done: int, n_updates: int) -> float:
    share = done / max(1, n_updates)
    return float(ends[0] ** (1 - share) * ends[1] ** share)


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


def save_stage(path: Path, stage: Stage, network: nn.Module) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save({"stage": repr(stage), "network": network}, partial)
    os.replace(partial, path)


def load_stage(path: Path, stage: Stage) -> nn.Module:
    saved = torch.load(path, weights_only=False)
    if saved["stage"] != repr(stage):
        raise PlanError(
            f"{path}: expected the result of {stage!r}, got one of {saved['stage']}; choose another folder or delete it"
        )
    network = saved["network"]
    assert isinstance(network, nn.Module)
    return network
