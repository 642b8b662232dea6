import pytest
import torch
from torch import nn

from c3po.admm import (
    BlockSet,
    BoxSet,
    Budget,
    CodebookSet,
    FilterSet,
    Intersection,
    KernelPatternSet,
    KernelSet,
    NestedSparsitySet,
    NOfMSet,
    SimplexSet,
    Stage,
    read_plan,
)
from c3po.errors import PlanError

PLAN = """
stages:
  - name: prune
    budget: {rate: 4, score: fisher}
    epochs: 3
    penalty: [1, 40]
    shrink: true
  - name: blocks
    constraints:
      "0": {blocks: [5, 2, 1]}
      "*": {filters: 2, n_of_m: [1, 4]}
  - name: quantise
    constraints: {"*": {codebook: 8}}
    keep_support: true
"""


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 2))


def test_a_plan_is_read_word_by_word(tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN)
    prune, blocks, quantise = read_plan(tmp_path / "plan.yaml", network()).stages
    assert prune == Stage("prune", Budget(10, "fisher"), epochs=3, penalty=(1.0, 40.0), shrink=True)
    assert blocks.constraints["0"] == BlockSet(5, 2, 1)
    assert blocks.constraints["*"] == Intersection((FilterSet(2), NOfMSet(1, 4)))
    assert quantise.constraints == {"*": CodebookSet(8)}
    assert quantise.keep_support


def test_every_set_has_a_word(tmp_path):
    text = """
stages:
  - constraints:
      "0": {nested: [3, 9], box: [-1, 1]}
      "2": {simplex: 2}
  - budget: {max_bytes: 12, value_bits: 2, score: magnitude}
"""
    (tmp_path / "plan.yaml").write_text(text)
    first, second = read_plan(tmp_path / "plan.yaml", network()).stages
    assert first.constraints["0"] == Intersection((NestedSparsitySet((3, 9)), BoxSet(-1, 1)))
    assert first.constraints["2"] == SimplexSet(2)
    assert 2 < second.budget.max_nonzeros < 40
    (tmp_path / "conv.yaml").write_text(
        'stages: [{constraints: {"0": {kernel_patterns: [[0, 1], [1, 2]], kernels: 4}}}]'
    )
    (conv,) = read_plan(tmp_path / "conv.yaml", nn.Sequential(nn.Conv2d(2, 4, 3))).stages
    assert conv.constraints["0"] == Intersection((KernelPatternSet(((0, 1), (1, 2))), KernelSet(4)))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("stages: [", "expected YAML, got while parsing"),
        ("epochs: 3", "expected a list named stages, got {'epochs': 3}; see docs/admm.md"),
        ("stages: [{budget: 5, speed: 2}]", "stage 1: expected words among bias_bits, budget"),
        ("stages: [{epochs: 2}]", "stage 1: expected a budget or constraints, got neither; say what to compress"),
        ("stages: [{budget: {rate: 0.5}}]", "stage 1: expected rate to be at least 1, got 0.5; correct the plan"),
        (
            "stages: [{budget: {rate: 99, score: best}}]",
            "stage 1: score must be one of magnitude, lamp, fisher, got 'best'",
        ),
        ("stages: [{constraints: {'*': {codebook: 0}}}]", "stage 1, *: codebook: n_values must be at least 1, got 0"),
        ("stages: [{constraints: {'*': {pattern: 3}}}]", "stage 1, *: expected sets among nonzeros, density"),
        ("stages: [{budget: {max_bytes: 0}}]", "stage 1: max_bytes: expected at least 2 bytes for one weight in each"),
        ("stages: [{budget: {max_bytes: 9, rate: 2}}]", "stage 1: "),
        (
            "stages: [{constraints: {'*': {nested: [4, 2]}}}]",
            "stage 1, *: nested: level_nonzeros must rise, got",
        ),
        ("stages: [{budget: 9, penalty: -1}]", "stage 1: expected penalty as one or two positive numbers, got -1"),
    ],
)
def test_a_wrong_plan_is_refused_with_its_place(tmp_path, text, told):
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    with pytest.raises(PlanError) as problem:
        read_plan(path, network())
    assert str(problem.value).startswith(f"{path}: {told}")


def test_a_missing_plan_is_a_clear_error(tmp_path):
    with pytest.raises(PlanError) as problem:
        read_plan(tmp_path / "no.yaml", network())
    assert str(problem.value) == f"{tmp_path / 'no.yaml'}: expected a plan, found no file; check the path"
