"""Plans from YAML: the same words as ``Stage``, sets by short names.

stages:
  - name: prune
    budget: {max_nonzeros: 20000, score: fisher}      # or rate: 20, or max_bytes: 30000 with value_bits: 3
    epochs: 8
    retrain_epochs: 8
    updates_per_epoch: 4
    ramp: 0.8
    shrink: true
  - name: quantise
    constraints: {"*": {codebook: 16}}
    keep_support: true
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from torch import nn

from ..errors import PlanError
from .budget import Budget, budget_of_bytes
from .parameters import weight_names
from .plan import Plan, Stage
from .sets import (
    BinarySet,
    BlockSet,
    BoxSet,
    ChannelSet,
    CirculantSet,
    CodebookSet,
    ColumnSet,
    ConstraintSet,
    DensitySet,
    FilterSet,
    KernelPatternSet,
    KernelSet,
    LevelSet,
    LowRankSet,
    NestedSparsitySet,
    NOfMSet,
    PowerOfTwoSet,
    SimplexSet,
    SparsitySet,
    TernarySet,
)

SETS: dict[str, Callable[..., ConstraintSet]] = {
    "nonzeros": SparsitySet,
    "density": DensitySet,
    "nested": lambda *levels: NestedSparsitySet(levels),
    "n_of_m": NOfMSet,
    "filters": FilterSet,
    "channels": ChannelSet,
    "columns": ColumnSet,
    "kernels": KernelSet,
    "kernel_patterns": lambda *patterns: KernelPatternSet(tuple(tuple(pattern) for pattern in patterns)),
    "blocks": BlockSet,
    "levels": LevelSet,
    "power_of_two": PowerOfTwoSet,
    "codebook": CodebookSet,
    "binary": BinarySet,
    "ternary": TernarySet,
    "circulant": CirculantSet,
    "rank": LowRankSet,
    "box": BoxSet,
    "simplex": SimplexSet,
}


def read_plan(path: Path, network: nn.Module) -> Plan:
    """The plan in a YAML file, its rates turned into counts for ``network``.

    Raises
    ------
    PlanError
        Not YAML, an unknown word, a value out of range, or a pattern without a weight; the text names stage and word.
    """
    try:
        content = yaml.safe_load(path.read_text())
    except FileNotFoundError:
        raise PlanError(f"{path}: expected a plan, found no file; check the path") from None
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        told = " ".join(str(problem).split())[:120]
        raise PlanError(f"{path}: expected YAML, got {told}; see docs/admm.md") from None
    if not isinstance(content, dict) or not isinstance(content.get("stages"), list) or not content["stages"]:
        raise PlanError(f"{path}: expected a list named stages, got {str(content)[:60]}; see docs/admm.md")
    return Plan(
        tuple(stage_from(entry, f"{path}: stage {i + 1}", network) for i, entry in enumerate(content["stages"]))
    )


def stage_from(entry: Any, where: str, network: nn.Module) -> Stage:
    words = {field.name for field in dataclasses.fields(Stage)}
    if not isinstance(entry, dict) or not entry.keys() <= words:
        odd = sorted(map(str, entry.keys() - words)) if isinstance(entry, dict) else entry
        raise PlanError(f"{where}: expected words among {', '.join(sorted(words))}, got {odd}; correct the plan")
    settings = dict(entry)
    if "penalty" in settings:
        settings["penalty"] = penalty_from(settings["penalty"], where)
    if "budget" in settings:
        settings["budget"] = budget_from(settings["budget"], where, network, settings.get("weights", "*"))
    if "constraints" in settings:
        settings["constraints"] = {str(p): set_from(s, f"{where}, {p}") for p, s in settings["constraints"].items()}
    settings.setdefault("name", where.rpartition(" ")[2])
    if settings.get("budget") is None and not settings.get("constraints"):
        raise PlanError(f"{where}: expected a budget or constraints, got neither; say what to compress")
    try:
        return Stage(**settings)
    except (TypeError, ValueError) as problem:
        raise PlanError(f"{where}: {problem}; correct the plan") from None


def penalty_from(value: Any, where: str) -> tuple[float, float]:
    ends = value if isinstance(value, list) else [value, value]
    if len(ends) != 2 or not all(isinstance(end, int | float) and end > 0 for end in ends):
        raise PlanError(f"{where}: expected penalty as one or two positive numbers, got {value}; correct the plan")
    return float(ends[0]), float(ends[1])


def budget_from(value: Any, where: str, network: nn.Module, weights: str) -> Budget:
    settings = dict(value) if isinstance(value, dict) else {"max_nonzeros": value}
    if "max_bytes" in settings:
        return bytes_from(settings, where, network, weights)
    if "rate" in settings:
        rate = settings.pop("rate")
        if not isinstance(rate, int | float) or rate < 1:
            raise PlanError(f"{where}: expected rate to be at least 1, got {rate}; correct the plan")
        parameters = dict(network.named_parameters(remove_duplicate=False))
        total = sum(parameters[name].numel() for name in weight_names(network, weights))
        settings["max_nonzeros"] = int(total / rate)
    try:
        return Budget(**settings)
    except (TypeError, ValueError) as problem:
        raise PlanError(f"{where}: {problem}; correct the plan") from None


def bytes_from(settings: dict[str, Any], where: str, network: nn.Module, weights: str) -> Budget:
    parameters = dict(network.named_parameters(remove_duplicate=False))
    held = {name: parameters[name].detach() for name in weight_names(network, weights)}
    try:
        return budget_of_bytes(held, **settings)
    except (TypeError, ValueError, PlanError) as problem:
        raise PlanError(f"{where}: {problem}; correct the plan") from None


def set_from(value: Any, where: str) -> ConstraintSet:
    """``binary`` | ``{codebook: 16}`` | ``{blocks: [500, 4, 1]}`` | several words: their intersection."""
    entries: Mapping[str, Any] = {value: []} if isinstance(value, str) else value
    if not isinstance(entries, dict) or not entries or not entries.keys() <= SETS.keys():
        raise PlanError(f"{where}: expected sets among {', '.join(SETS)}, got {value}; correct the plan")
    sets = []
    for name, given in entries.items():
        numbers = given if isinstance(given, list) else [] if given in (None, True) else [given]
        try:
            sets.append(SETS[name](*numbers))
        except (TypeError, ValueError) as problem:
            raise PlanError(f"{where}: {name}: {problem}; correct the plan") from None
    joined = sets[0]
    for other in sets[1:]:
        joined = joined & other
    return joined
