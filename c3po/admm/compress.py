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
import os
from pathlib import Path

import torch
from torch import Tensor, nn

from ..errors import PlanError
from .plan import Plan, Stage
from .sets import ConstraintSet
from .stages import MakeOptimiser, Report, Step, TrainEpoch, adam, run_stage

__all__ = ["MakeOptimiser", "Report", "Step", "TrainEpoch", "compress"]


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
    held: dict[str, ConstraintSet] = {}
    for number, stage in enumerate(plan.stages):
        kept = None if folder is None else folder / f"{number}-{stage.name}.pt"
        if kept is not None and kept.exists():
            network, held = load_stage(kept, stage)
            continue
        network, held = run_stage(network, stage, train_epoch, example, make_optimiser, report, held)
        if kept is not None:
            save_stage(kept, stage, network, held)
    return network


def save_stage(path: Path, stage: Stage, network: nn.Module, held: dict[str, ConstraintSet]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save({"stage": repr(stage), "network": network, "held": held}, partial)
    os.replace(partial, path)


def load_stage(path: Path, stage: Stage) -> tuple[nn.Module, dict[str, ConstraintSet]]:
    saved = torch.load(path, weights_only=False)
    if saved["stage"] != repr(stage):
        raise PlanError(
            f"{path}: expected the result of {stage!r}, got one of {saved['stage']}; choose another folder or delete it"
        )
    network = saved["network"]
    assert isinstance(network, nn.Module)
    return network, saved["held"]
