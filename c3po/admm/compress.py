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
import math
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import PlanError
from .budget import Budget
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
    constraints = stage_constraints(network, stage)
    solver = Admm(network, constraints, stage.penalty[0], largest_penalty=math.inf)
    optimiser = make_optimiser(network.parameters(), stage.learning_rate)
    for epoch in range(stage.epochs):
        solver.set_penalty(geometric(stage.penalty, epoch, stage.epochs))
        set_learning_rate(optimiser, stage.learning_rate)
        train_epoch(network, _admm_step(network, solver, optimiser, stage))
        if stage.budget is not None:
            for split, constraint in zip(
                solver.splits, stage_constraints(network, stage, solver).values(), strict=True
            ):
                split.constraint = constraint
        line = solver.update()
        report({"stage": stage.name, "phase": "admm", "epoch": epoch, "primal": line.largest_primal})

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
    optimiser = make_optimiser(network.parameters(), stage.retrain_learning_rate)

    def step(loss: Tensor) -> None:
        check_loss(loss, stage)
        loss.backward()  # type: ignore[no-untyped-call]
        keeper.project_gradients()
        optimiser.step()
        keeper.project_weights()
        optimiser.zero_grad()

    for epoch in range(stage.retrain_epochs):
        set_learning_rate(optimiser, cosine(stage.retrain_learning_rate, epoch, stage.retrain_epochs))
        train_epoch(network, step)
        report({"stage": stage.name, "phase": "retrain", "epoch": epoch})


def _admm_step(network: nn.Module, solver: Admm, optimiser: torch.optim.Optimizer, stage: Stage) -> Step:
    def step(loss: Tensor) -> None:
        check_loss(loss, stage)
        loss.backward()  # type: ignore[no-untyped-call]
        if not stage.decoupled:
            solver.add_penalty_gradient()
        optimiser.step()
        if stage.decoupled:
            solver.pull(stage.learning_rate)
        optimiser.zero_grad()

    return step


def stage_constraints(network: nn.Module, stage: Stage, solver: Admm | None = None) -> dict[str, ConstraintSet]:
    """The sets of a stage, by parameter name: its budget divided anew, its patterns resolved, supports kept."""
    parameters = dict(network.named_parameters(remove_duplicate=False))
    if stage.budget is not None:
        names = weight_names(network, stage.weights)
        duals = {s.name: s.scaled_dual for s in solver.splits} if solver is not None else {}
        weights = {name: parameters[name].detach() + duals.get(name, 0.0) for name in names}
        return dict(stage.budget.constraints(weights))
    sets = resolve(network, stage.constraints)
    if stage.keep_support:
        return {name: OnSupport(parameters[name].detach() != 0, inner) for name, inner in sets.items()}
    return sets


@torch.no_grad()
def settle(network: nn.Module, solver: Admm, stage: Stage, example: Tensor | None) -> dict[str, ConstraintSet]:
    """Projects for good. With a budget, weights on dead paths are found, removed, and their share is given back."""
    if stage.budget is None or example is None:
        frozen = solver.project()
        if example is not None and stage.shrink:
            purify(network, example)
        return frozen
    names = [s.name for s in solver.splits]
    free = copy.deepcopy(network.state_dict())
    asked, best = stage.budget.max_nonzeros, None
    for _ in range(6):
        network.load_state_dict(free)
        parameters = dict(network.named_parameters(remove_duplicate=False))
        weights = {name: parameters[name].detach() for name in names}
        wider = Budget(asked, stage.budget.score, stage.budget.least)
        for name, constraint in wider.constraints(weights).items():
            parameters[name].copy_(constraint.project(parameters[name]))
        purify(network, example)
        live = sum(int(torch.count_nonzero(parameters[name])) for name in names)
        if live <= stage.budget.max_nonzeros:
            best = copy.deepcopy(network.state_dict())
            if live >= 0.998 * stage.budget.max_nonzeros:
                break
        asked += stage.budget.max_nonzeros - live
    assert best is not None
    network.load_state_dict(best)
    parameters = dict(network.named_parameters(remove_duplicate=False))
    return {name: SupportSet(parameters[name].detach() != 0) for name in names}


def geometric(ends: tuple[float, float], epoch: int, epochs: int) -> float:
    share = epoch / max(1, epochs - 1)
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
