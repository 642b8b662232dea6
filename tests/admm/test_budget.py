import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from c3po.admm import Budget, budget_of_bytes, lamp
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


def test_every_output_keeps_a_weight_where_that_is_asked():
    weights = {"fc1.weight": torch.full((6, 4), 2.0), "fc2.weight": torch.tensor([[1.0, 1.0], [0.1, 0.2]])}
    kept = Budget(5, "magnitude", every_output_of="fc2*").supports(weights)
    assert kept["fc2.weight"].tolist() == [[True, False], [False, True]]
    assert sum(int(k.sum()) for k in kept.values()) == 5


@given(max_bytes=st.integers(20, 400))
@settings(max_examples=20, deadline=None)
def test_a_budget_in_bytes_is_used_up_and_not_passed(max_bytes):
    weights = {"a": torch.linspace(-1, 1, 600).reshape(20, 30), "b": torch.linspace(-2, 3, 200).reshape(20, 10)}

    def model_bytes(max_nonzeros):
        shares = Budget(max_nonzeros).allocate(weights)
        bits = sum(math.log2(math.comb(weights[n].numel(), k)) + 4.0 * k for n, k in shares.items())
        return bits / 8

    found = budget_of_bytes(weights, max_bytes, value_bits=4.0).max_nonzeros
    assert model_bytes(found) <= max_bytes < model_bytes(found + 1)


def test_a_budget_in_bytes_too_small_for_one_weight_a_layer_says_how_many_it_takes():
    with pytest.raises(PlanError) as problem:
        budget_of_bytes({"a": torch.ones(100, 100)}, 1)
    assert str(problem.value) == (
        "max_bytes: expected at least 3 bytes for one weight in each of 1 layers, got 1; allow more"
    )
