"""Which parameters a pattern means, and one entry per storage: a tied weight has one auxiliary, not two."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from torch import nn

from ..errors import PlanError
from .sets import ConstraintSet


def weight_names(network: nn.Module, pattern: str = "*") -> list[str]:
    """Names of the weights (two or more axes) that match the comma-separated ``pattern``, tied ones once.

    A pattern is compared with the parameter (``conv1.weight``) and with the module (``conv1``).

    Raises
    ------
    PlanError
        No weight matches.
    """
    wanted = [part.strip() for part in pattern.split(",")]
    seen: set[int] = set()
    names = []
    for name, parameter in network.named_parameters(remove_duplicate=False):
        module = name.rpartition(".")[0]
        if parameter.dim() < 2 or parameter.data_ptr() in seen:
            continue
        if any(fnmatchcase(name, p) or fnmatchcase(module, p) for p in wanted):
            seen.add(parameter.data_ptr())
            names.append(name)
    if not names:
        known = ", ".join(name for name, p in network.named_parameters() if p.dim() >= 2)
        raise PlanError(f"pattern {pattern!r}: expected to match a weight, got none; the weights are {known or 'none'}")
    return names


def resolve(network: nn.Module, constraints: Mapping[str, ConstraintSet]) -> dict[str, ConstraintSet]:
    """One constraint per parameter name; two patterns for the same weight are joined by ``&``.

    Raises
    ------
    PlanError
        A pattern matches nothing, or a set does not fit the shape of a weight; the text names it.
    """
    parameters = dict(network.named_parameters(remove_duplicate=False))
    joined: dict[str, ConstraintSet] = {}
    for pattern, constraint in constraints.items():
        for name in weight_names(network, pattern):
            problem = constraint.misfit(parameters[name].shape)
            if problem:
                raise PlanError(f"{name}: {problem}; {constraint!r} cannot hold it, change the pattern {pattern!r}")
            joined[name] = joined[name] & constraint if name in joined else constraint
    return joined
