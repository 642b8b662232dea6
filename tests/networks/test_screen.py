"""The run that makes the screening network, small: it resumes, repeats itself, and its thresholds keep their budget."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from c3po.figures import weapon_scores
from c3po.networks.checkpoint import read_checkpoint
from c3po.networks.samples import WEAPON_LABELS, Samples, family_counts, family_sample
from c3po.networks.screen import (
    ScreenPlan,
    calibrate,
    either_way_shares,
    make_screen,
    probabilities,
    split_families,
    temperature_of,
)
from c3po.networks.training import Recipe
from c3po.shapes import FAMILIES, LABELS, entangled

SMALL = {"channels": (4, 8), "hidden": 8}


def small_plan(seed: int = 0) -> ScreenPlan:
    return ScreenPlan(
        count=len(FAMILIES), held_out_count=40, size_px=28, seed=seed, network=SMALL, recipe=Recipe(epochs=1)
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    make_screen(small_plan(), folder, workers=1, progress=lambda *_: None)
    return folder


def test_a_run_leaves_a_checkpoint_that_says_what_it_needs_to_be_packed(run: Path) -> None:
    metadata = read_checkpoint(run / "screen.pt").metadata
    assert metadata["labels"] == list(LABELS)
    assert metadata["tone"] == "sqrt"
    assert 0.0 <= metadata["thresholds"]["review"] <= metadata["thresholds"]["weapon"] <= 1.0 + 1e-9


def test_figures_are_of_families_never_trained_on(run: Path) -> None:
    figures = json.loads((run / "metrics.json").read_text())
    assert figures["families_unseen"]
    assert not set(figures["families_seen"]) & set(figures["families_unseen"])
    assert figures["n_guns"] + figures["n_others"] > 0


def test_a_second_run_makes_no_part_again_and_gives_the_same_network(run: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in run.glob("*/*.npz")}
    first = read_checkpoint(run / "screen.pt").network.state_dict()
    make_screen(small_plan(), run, workers=1, progress=lambda *_: None)
    second = read_checkpoint(run / "screen.pt").network.state_dict()
    assert before
    assert before == {path: path.stat().st_mtime_ns for path in run.glob("*/*.npz")}
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_the_split_keeps_a_family_of_every_label_for_training() -> None:
    seen, unseen = split_families(0.9, seed=3)
    assert {FAMILIES[name].label for name in seen} == {family.label for family in FAMILIES.values()}
    assert sorted(seen + unseen) == sorted(FAMILIES)


def test_no_family_held_out_shares_members_with_one_for_training() -> None:
    _, unseen = split_families(0.3, seed=1)
    assert unseen
    assert not entangled() & set(unseen)


def test_counts_give_guns_their_share() -> None:
    guns = [name for name in FAMILIES if FAMILIES[name].label in WEAPON_LABELS]
    counts = family_counts(sorted(FAMILIES), 10_000, weapon_share=0.3)
    assert sum(counts[name] for name in guns) == pytest.approx(3000, abs=len(guns))


def test_the_same_seed_gives_the_same_part() -> None:
    family = next(iter(FAMILIES))
    first, second, other = (family_sample(family, seed, 28) for seed in (5, 5, 6))
    assert first is not None
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_the_temperature_of_calibrated_logits_is_one() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(20_000, 3)).astype(np.float32) * 2
    shares = probabilities(logits)
    labels = (rng.random((len(shares), 1)) > shares.cumsum(axis=1)).sum(axis=1)
    assert temperature_of(logits, labels) == pytest.approx(1.0, abs=0.05)
    assert temperature_of(logits * 3, labels) == pytest.approx(3.0, abs=0.15)


def test_thresholds_keep_the_false_alarm_budget_of_the_held_out_parts(run: Path) -> None:
    network = read_checkpoint(run / "screen.pt").network
    rng = np.random.default_rng(1)
    views = rng.integers(0, 255, (300, 3, 28, 28)).astype(np.uint8)
    labels = np.arange(300) % len(LABELS)
    metadata, _ = calibrate(network, Samples(views, labels, ("x",) * 300), small_plan())
    scores = weapon_scores(either_way_shares(network, views), [0, 1])[labels > 1]
    assert np.mean(scores >= metadata["thresholds"]["review"]) <= small_plan().review_budget
    assert np.mean(scores >= metadata["thresholds"]["weapon"]) <= 0.001
