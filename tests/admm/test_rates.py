import pytest
import torch
from torch import nn

from c3po.admm import FilterSet, anneal_counts, count_nonzeros, magnitude_score
from c3po.errors import PlanError

SIZES = {"first": 100, "second": 1000, "last": 50}


def test_annealing_finds_the_best_shares_of_a_known_score():
    best = {"first": 60, "second": 100, "last": 40}

    def score(counts):
        return -sum(abs(counts[name] - best[name]) for name in best)

    found = anneal_counts(SIZES, 200, score, n_rounds=600)
    assert sum(found.values()) == 200
    assert score(found) >= -12


def test_every_candidate_keeps_the_total_and_no_layer_collapses():
    seen = []

    def score(counts):
        seen.append(counts)
        return float(-counts["first"])

    anneal_counts(SIZES, 30, score, n_rounds=100)
    assert len(seen) == 101
    for counts in seen:
        assert sum(counts.values()) == 30
        assert all(1 <= counts[name] <= SIZES[name] for name in SIZES)


def test_the_quick_score_prunes_a_copy():
    network = nn.Sequential(nn.Linear(6, 4), nn.Linear(4, 2))
    before = [p.clone() for p in network.parameters()]
    sizes, score = magnitude_score(network, lambda trial: float(count_nonzeros(trial)))
    assert sizes == {"0.weight": 24, "1.weight": 8}
    assert score({"0.weight": 5, "1.weight": 3}) == 8.0
    for p, old in zip(network.parameters(), before, strict=True):
        assert torch.equal(p, old)


def test_groups_are_counted_as_groups():
    network = nn.Sequential(nn.Conv2d(2, 4, 3), nn.Conv2d(4, 6, 3))
    sizes, score = magnitude_score(network, lambda trial: float(count_nonzeros(trial)), make_set=FilterSet)
    assert sizes == {"0.weight": 4, "1.weight": 6}
    assert score({"0.weight": 1, "1.weight": 2}) == 1 * 18 + 2 * 36


def test_an_impossible_total_is_refused():
    with pytest.raises(PlanError) as problem:
        anneal_counts(SIZES, 2, lambda counts: 0.0)
    assert str(problem.value) == (
        "total: expected between 3 (one per layer) and 1150 weights, got 2; choose another rate"
    )
