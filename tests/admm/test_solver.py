import pytest
import torch
from torch import nn

from c3po.admm import Admm, BinarySet, BoxSet, CodebookSet, FilterSet, NOfMSet, SparsitySet
from c3po.errors import PlanError


def linear(rows: int = 3, columns: int = 4, seed: int = 0) -> nn.Linear:
    torch.manual_seed(seed)
    return nn.Linear(columns, rows, bias=False).double()


def test_the_penalty_gradient_is_that_of_the_squared_norm():
    layer = linear()
    solver = Admm(layer, {"*": SparsitySet(4)}, penalty=0.3)
    split = solver.splits[0]
    split.scaled_dual = torch.randn_like(split.scaled_dual)
    loss = 0.15 * (layer.weight - split.auxiliary + split.scaled_dual).square().sum()
    (expected,) = torch.autograd.grad(loss, layer.weight)
    layer.weight.grad = torch.full_like(layer.weight, 2.0)
    solver.add_penalty_gradient()
    assert torch.allclose(layer.weight.grad - 2.0, expected, atol=1e-7)


def test_it_starts_inside_the_sets_with_zero_duals():
    layer = linear()
    split = Admm(layer, {"*": SparsitySet(4)}).splits[0]
    assert torch.count_nonzero(split.auxiliary) == 4
    assert torch.count_nonzero(split.scaled_dual) == 0


def test_the_pull_is_the_proximal_step_of_the_penalty():
    layer = linear()
    solver = Admm(layer, {"*": SparsitySet(4)}, penalty=5.0)
    split = solver.splits[0]
    target = split.auxiliary - split.scaled_dual
    before = layer.weight.detach().clone()
    solver.pull(learning_rate=0.1)
    # argmin of ||w - before||^2 / (2 lr) + rho/2 ||w - target||^2
    assert torch.allclose(layer.weight, (before / 0.1 + 5.0 * target) / (1 / 0.1 + 5.0))


def test_changing_the_penalty_leaves_the_unscaled_dual():
    layer = linear()
    solver = Admm(layer, {"*": SparsitySet(4)}, penalty=0.5)
    solver.update()
    before = 0.5 * solver.splits[0].scaled_dual
    solver.set_penalty(4.0)
    assert torch.allclose(4.0 * solver.splits[0].scaled_dual, before)


def test_a_least_squares_problem_over_a_box_reaches_its_optimum():
    """Convex, so ADMM must find the answer; here min 1/2 ||w - t||^2 in a box, solved by clipping t."""
    target = torch.tensor([[2.0, -3.0, 0.25]], dtype=torch.float64)
    layer = linear(1, 3)
    solver = Admm(layer, {"*": BoxSet(-1.0, 1.0)}, penalty=1.0)
    for _ in range(60):
        split = solver.splits[0]
        with torch.no_grad():  # exact minimiser of the loss plus the penalty
            layer.weight.copy_((target + split.auxiliary - split.scaled_dual) / 2)
        line = solver.update()
    assert torch.allclose(layer.weight, target.clamp(-1, 1), atol=1e-6)
    assert line.largest_primal < 1e-6
    assert solver.log[0].largest_primal > line.largest_primal


def test_balancing_raises_the_penalty_while_the_weights_are_far_and_lowers_it_in_the_other_case():
    layer = linear()
    solver = Admm(layer, {"*": SparsitySet(1)}, penalty=1.0, balance=2.0)
    solver.update()
    assert solver.penalty == 2.0
    solver.project()
    solver.splits[0].auxiliary = torch.randn_like(layer.weight)
    solver.splits[0].scaled_dual.zero_()
    solver.update()
    assert solver.penalty == 1.0


def test_a_resumed_solver_goes_on_as_if_nothing_had_happened(tmp_path):
    def run(n_updates: int, solver: Admm, layer: nn.Linear) -> None:
        for _ in range(n_updates):
            split = solver.splits[0]
            with torch.no_grad():
                layer.weight.copy_(0.7 * layer.weight + 0.3 * (split.auxiliary - split.scaled_dual))
            solver.update()

    straight = linear()
    solver = Admm(straight, {"*": CodebookSet(2)}, growth=1.3)
    run(6, solver, straight)

    first = linear()
    half = Admm(first, {"*": CodebookSet(2)}, growth=1.3)
    run(3, half, first)
    torch.save({"network": first.state_dict(), "solver": half.state_dict()}, tmp_path / "half.pt")
    saved = torch.load(tmp_path / "half.pt")
    second = linear(seed=9)
    second.load_state_dict(saved["network"])
    resumed = Admm(second, {"*": CodebookSet(2)}, penalty=7.0, growth=1.3)
    resumed.load_state_dict(saved["solver"])
    run(3, resumed, second)

    assert torch.equal(second.weight, straight.weight)
    assert resumed.log == solver.log


def test_a_state_of_another_plan_is_refused_by_name():
    state = Admm(linear(), {"*": SparsitySet(4)}).state_dict()
    with pytest.raises(PlanError) as problem:
        Admm(linear(), {"*": SparsitySet(5)}).load_state_dict(state)
    assert str(problem.value) == (
        "weight: expected a state of SparsitySet(max_nonzeros=5), got one of SparsitySet(max_nonzeros=4); "
        "resume with the same plan"
    )


def test_a_tied_weight_has_one_auxiliary():
    network = nn.ModuleDict({"a": nn.Linear(3, 3), "b": nn.Linear(3, 3)})
    network["b"].weight = network["a"].weight
    assert [s.name for s in Admm(network, {"*": SparsitySet(2)}).splits] == ["a.weight"]


def test_two_patterns_for_one_weight_are_joined():
    solver = Admm(linear(4, 4), {"*": FilterSet(2), "weight": SparsitySet(5)})
    member = solver.splits[0].auxiliary
    assert len(solver.splits) == 1
    assert int(member.ne(0).any(dim=1).sum()) <= 2
    assert torch.count_nonzero(member) <= 5


def test_projecting_returns_frozen_sets_and_leaves_members():
    layer = linear()
    frozen = Admm(layer, {"*": BinarySet()}).project()
    assert len(layer.weight.unique()) == 2
    assert torch.equal(frozen["weight"].project(layer.weight.detach()), layer.weight)


@pytest.mark.parametrize(
    ("constraints", "text"),
    [
        ({"conv*": SparsitySet(1)}, "pattern 'conv*': expected to match a weight, got none; the weights are weight"),
        (
            {"weight": NOfMSet(2, 8)},
            "weight: expected rows that divide into groups of 8, got shape (3, 4); "
            "NOfMSet(n=2, m=8) cannot hold it, change the pattern 'weight'",
        ),
    ],
)
def test_a_plan_that_does_not_fit_names_the_weight_and_the_remedy(constraints, text):
    with pytest.raises(PlanError) as problem:
        Admm(linear(), constraints)
    assert str(problem.value) == text


def test_weights_that_are_not_finite_stop_the_solver():
    layer = linear()
    solver = Admm(layer, {"*": SparsitySet(1)})
    with torch.no_grad():
        layer.weight[0, 0] = torch.nan
    with pytest.raises(PlanError) as problem:
        solver.update()
    assert str(problem.value) == (
        "weight: expected finite weights, got NaN or infinity; lower the learning rate or the penalty"
    )
