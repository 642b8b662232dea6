"""Refining on real parts: folds never leak, thresholds keep their budget, an interrupted run goes on."""

import json
from pathlib import Path

import numpy as np
import pytest

from c3po.cli.app import main
from c3po.errors import ManifestError
from c3po.figures import weapon_scores
from c3po.mesh import write_stl
from c3po.networks import refining
from c3po.networks.checkpoint import read_checkpoint
from c3po.networks.corpus import CorpusPart
from c3po.networks.multiview import MultiViewNet
from c3po.networks.refining import Real, RefinePlan, fold_logits, fold_of, read_folds, set_temperature
from c3po.networks.release import FOLDS, refine_screen, thresholds_of
from c3po.networks.samples import Samples
from c3po.networks.screen import ScreenPlan, make_screen, probabilities
from c3po.networks.training import Recipe
from c3po.shapes import FAMILIES, LABELS

SMALL = {"channels": (4, 8), "hidden": 8}
PLAN = ScreenPlan(count=len(FAMILIES), size_px=28, held_out_share=0.0, network=SMALL, recipe=Recipe(epochs=1))
REFINING = RefinePlan(gun_poses=2, other_poses=2, recipe=Recipe(epochs=1, learning_rate=1e-3))
PARTS = (
    ("pistol", "gun", "a/one"),
    ("cup", "benign", "a/one"),
    ("revolver", "gun", "b/two"),
    ("car", "benign", "b/two"),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    rows = ["file,label,source"]
    for family, label, source in PARTS:
        write_stl(FAMILIES[family].generate(np.random.default_rng(3)), folder / f"{family}.stl")
        rows.append(f"{family}.stl,{label},{source}")
    (folder / "index.csv").write_text("\n".join(rows) + "\n")
    (folder / "folds.csv").write_text("source,fold\na/one,0\nb/two,1\n")
    make_screen(PLAN, folder / "run", 1, lambda *_: None)
    refine_screen(PLAN, REFINING, folder / "index.csv", folder / "run", 1, lambda *_: None, folder / "folds.csv")
    return folder


def test_the_figures_are_of_both_folds_with_their_counts(run: Path) -> None:
    figures = json.loads((run / "run" / "refined.json").read_text())
    everything, growing, *folds = figures["folds"]
    assert [fold["fold"] for fold in folds] == [0, 1]
    assert everything["gun_views"] == sum(fold["gun_views"] for fold in folds) == 4
    assert growing["fold"] == "growing"
    assert growing["benign_views"] == 4
    assert everything["guns"] == everything["benign"] == 2
    assert 0.0 <= everything["roc_area"] <= 1.0


def test_the_refined_network_carries_thresholds_and_the_folds_are_kept(run: Path) -> None:
    metadata = read_checkpoint(run / "run" / "refined.pt").metadata
    assert 0.0 <= metadata["thresholds"]["review"] <= metadata["thresholds"]["weapon"]
    assert metadata["labels"] == list(LABELS)
    assert (run / "run" / "fold-0.pt").exists()
    assert (run / "run" / "fold-1.pt").exists()


def test_a_second_run_takes_the_samples_that_are_there(run: Path) -> None:
    before = (run / "run" / "real.npz").stat().st_mtime_ns
    refine_screen(PLAN, REFINING, run / "index.csv", run / "run", 1, lambda *_: None, run / "folds.csv")
    assert (run / "run" / "real.npz").stat().st_mtime_ns == before


def test_no_network_is_asked_about_a_fold_it_was_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for training writes down the fold of what it was shown."""
    shown: list[set[int]] = []
    real = Real(
        views=np.zeros((6, 3, 28, 28), np.uint8),
        label_sets=np.ones((6, len(LABELS)), np.bool_),
        part=np.arange(6),
        fold=np.array([0, 0, 1, 1, 2, 2]),
        is_gun=np.array([True, False] * 3),
        is_benign=np.array([False, True] * 3),
        growing=np.zeros(6, np.bool_),
    )

    def pretend(network, generated, real, rows, plan):
        shown.append(set(real.fold[rows].tolist()))
        return network

    monkeypatch.setattr(refining, "refined", pretend)
    generated = Samples(np.zeros((2, 3, 28, 28), np.uint8), np.zeros(2, np.int64), ("x", "x"))
    fold_logits(MultiViewNet(3, **SMALL), lambda: MultiViewNet(3, **SMALL), generated, real, REFINING)
    assert shown == [{1, 2}, {0, 2}, {0, 1}]


def test_thresholds_keep_the_budget_of_harmless_views(rng: np.random.Generator) -> None:
    n = 2000
    real = Real(
        views=np.zeros((n, 1, 4, 4), np.uint8),
        label_sets=np.ones((n, len(LABELS)), np.bool_),
        part=np.arange(n),
        fold=np.zeros(n, np.int64),
        is_gun=np.zeros(n, np.bool_),
        is_benign=np.ones(n, np.bool_),
        growing=np.arange(n) % 2 == 1,
    )
    logits = rng.normal(size=(n, len(LABELS))).astype(np.float32)
    thresholds = thresholds_of(logits[None], real, PLAN)
    scores = weapon_scores(probabilities(logits), [0, 1])
    whole, growing = scores[::2], scores[1::2]
    assert np.sum(whole >= thresholds["weapon"]) <= PLAN.weapon_budget * n / 2
    assert np.sum(whole >= thresholds["review"]) <= PLAN.review_budget * n / 2
    assert np.sum(growing >= thresholds["growing"]) <= 0.005 * n / 2
    assert np.sum(growing >= thresholds["guessed"]) <= 0.001 * n / 2


def test_the_temperature_undoes_overconfidence(rng: np.random.Generator) -> None:
    logits = rng.normal(size=(5000, 3)).astype(np.float32) * 2
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = (rng.random((len(shares), 1)) > shares.cumsum(axis=1)).sum(axis=1)
    assert set_temperature(logits[None] * 2, np.eye(3, dtype=np.bool_)[labels]) == pytest.approx(2.0, rel=0.1)


def test_the_shipped_folds_keep_an_artist_on_one_side() -> None:
    folds = read_folds(FOLDS)
    assert folds["atomical/afps"] == folds["KenneyNL/Starter-Kit-FPS"]
    assert set(folds.values()) == {0, 1}


def test_a_source_without_a_fold_always_gets_the_same_one() -> None:
    parts = [CorpusPart(Path("x.stl"), "benign", source) for source in ("new/one", "new/one", "a/one")]
    numbers = fold_of(parts, {"a/one": 0, "b/two": 1})
    assert numbers[0] == numbers[1]
    assert numbers[2] == 0


def test_a_corpus_of_one_side_is_refused(run: Path) -> None:
    (run / "one.csv").write_text("source,fold\na/one,0\nb/two,0\n")
    with pytest.raises(ManifestError, match="expected guns and harmless parts of two folds, found fewer; add sources"):
        refine_screen(PLAN, REFINING, run / "index.csv", run / "run", 1, lambda *_: None, run / "one.csv")


def test_a_missing_corpus_is_told_before_anything_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["train", str(tmp_path / "run"), "--corpus", str(tmp_path / "none.csv")])
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert "none.csv: expected a CSV with the columns file, label, source, found no file" in told.replace("\n", " ")
    assert not (tmp_path / "run").exists()


def test_channels_that_are_no_numbers_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("24,forty", "24", "24,0"):
        with pytest.raises(SystemExit) as stopped:
            main(["train", str(tmp_path / "run"), "--channels", text])
        assert stopped.value.code == 2
        assert f"got {text}" in capsys.readouterr().err.replace("\n", " ")
    assert not (tmp_path / "run").exists()
