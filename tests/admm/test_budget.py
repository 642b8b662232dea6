import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from c3po.admm import Budget, lamp
from c3po.errors import PlanError

WEIGHTS = {"a": torch.tensor([[3.0, 2.0], [1.0, 0.1]]), "b": torch.tensor([[0.03, -0.02, 0.01]])}


@pytest.mark.parametrize("score", ["magnitude", "lamp"])
@given(max_nonzeros=st.integers(2, 9))
def test_the_budget_is_spent_to_the_last_weight(score, max_nonzeros):
    counts = Budget(max_nonzeros, score).allocate(WEIGHTS)
    assert sum(counts.values()) == min(7, max_nonzeros)
    assert min(counts.values()) >= 1


def test_magnitude_starves_a_layer_of_small_weights_and_lamp_does_not():
    assert Budget(4, "magnitude").allocate(WEIGHTS) == {"a": 3, "b": 1}
    assert Budget(4, "lamp").allocate(WEIGHTS) == {"a": 2, "b": 2}


def test_lamp_is_the_square_over_the_squares_not_smaller():
    assert torch.allclose(lamp(torch.tensor([1.0, -2.0, 3.0])), torch.tensor([1 / 14, 4 / 13, 9 / 9]).double())


def test_weights_on_dead_paths_are_not_counted_on():
    allowed = {"a": torch.tensor([[False, True], [True, True]])}
    sets = Budget(4, "magnitude").constraints(WEIGHTS, allowed)
    member = sets["a"].project(WEIGHTS["a"])
    assert member.tolist() == [[0.0, 2.0], [1.0, pytest.approx(0.1)]]


def test_an_impossible_budget_names_the_layers_and_the_remedy():
    with pytest.raises(PlanError) as problem:
        Budget(1).allocate(WEIGHTS)
    assert str(problem.value) == (
        "budget: expected at least 1 weights for each of 2 layers, got 1 in all; raise max_nonzeros"
    )
