"""The network that is released: a screen trained on generated parts, refined on a corpus of real ones.

Leaves in the folder, beside what `make_screen` left: ``real.npz`` (samples of the corpus), ``refined.pt`` (refined on
all of it), ``refined.json`` (figures of the folds), and for each fold ``fold-N.pt`` (a network that has not seen it)
and ``real-without-N.npz`` (the samples it has seen).
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from c3po.dataset.files import digest_of
from c3po.errors import ManifestError
from c3po.figures import roc_area, share_at_rate, threshold_for_budget, weapon_scores, wilson_interval
from c3po.networks.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from c3po.networks.corpus import CorpusPart, CorpusSamples, corpus_samples, read_corpus
from c3po.networks.multiview import MultiViewNet
from c3po.networks.refining import (
    Real,
    RefinePlan,
    fold_logits,
    poses_of,
    read_folds,
    real_samples,
    refined,
    set_temperature,
)
from c3po.networks.samples import WEAPON_COLUMNS
from c3po.networks.screen import Progress, ScreenPlan, fold_temperature, probabilities, training_samples

FOLDS = Path(__file__).parents[1] / "dataset" / "folds.csv"
GROWING_BUDGET = 0.005
"""Of single looks at harmless prints not finished; two looks in a row have to agree before a print is stopped."""

GUESSED_BUDGET = 0.001
"""Of guesses at what remains of a print, which are `weapon`."""

BUDGETS = (0.001, 0.005, 0.01, 0.02)


def refine_screen(
    plan: ScreenPlan,
    refining: RefinePlan,
    index: Path,
    folder: Path,
    workers: int,
    progress: Progress,
    folds: Path = FOLDS,
) -> Checkpoint:
    """Refine ``folder/screen.pt`` on the corpus listed in ``index``; the checkpoint of ``folder/refined.pt``.

    Raises
    ------
    ManifestError
        The checkpoint, the corpus or the folds cannot be used.
    """
    pretrained = read_checkpoint(folder / "screen.pt")
    parts, fold_numbers = read_corpus(index), read_folds(folds)
    pieces = cached_corpus(parts, refining, digest_of(index), plan, folder / "real.npz", workers, progress)
    real = real_samples([pieces], parts, fold_numbers, plan.views)
    if not real.is_gun.any() or not real.is_benign.any() or len(set(real.fold.tolist())) < 2:
        raise ManifestError(f"{index}: expected guns and harmless parts of two folds, found fewer; add sources")
    generated, _ = training_samples(plan, folder, workers, progress)

    def fresh() -> nn.Module:
        return MultiViewNet(**pretrained.arguments)

    held_back: dict[int, MultiViewNet] = {}

    def keep(fold: int, network: nn.Module) -> None:
        assert isinstance(network, MultiViewNet)
        held_back[fold] = network
        progress("folds", len(held_back), len(set(real.fold.tolist())))

    logits = fold_logits(pretrained.network, fresh, generated, real, refining, keep)
    temperature = set_temperature(logits, real.label_sets)
    thresholds = thresholds_of(logits / temperature, real, plan)
    network = refined(pretrained.network, generated, real, np.ones(len(real.part), np.bool_), refining)
    assert isinstance(network, MultiViewNet)

    def finished(network: MultiViewNet, name: str) -> Checkpoint:
        fold_temperature(network, temperature)
        metadata = pretrained.metadata | {"thresholds": thresholds, "name": name}
        return Checkpoint(network, pretrained.architecture, pretrained.arguments, metadata)

    for fold, own in held_back.items():
        write_checkpoint(finished(own, f"fold-{fold}"), folder / f"fold-{fold}.pt")
        seen = real.fold != fold
        _write_corpus(folder / f"real-without-{fold}.npz", pieces, seen)
    checkpoint = finished(network, str(pretrained.metadata["name"]))
    figures = {"folds": fold_figures(logits / temperature, real), "temperature": temperature, "thresholds": thresholds}
    figures |= {"corpus": digest_of(index), "plan": asdict(plan), "refining": asdict(refining)}
    write_checkpoint(checkpoint, folder / "refined.pt")
    (folder / "refined.json").write_text(json.dumps(figures, indent=1))
    return checkpoint


def cached_corpus(
    parts: list[CorpusPart],
    refining: RefinePlan,
    digest: str,
    plan: ScreenPlan,
    path: Path,
    workers: int,
    progress: Progress,
) -> CorpusSamples:
    """Samples of the corpus, from ``path`` where it holds those of this index."""
    stamp = f"{digest}-{refining.gun_poses}-{refining.other_poses}-{plan.size_px}-{plan.seed}"
    if path.exists():
        with np.load(path) as table:
            if str(table["stamp"]) == stamp:
                return CorpusSamples(table["views"], table["sets"], table["part"], table["growing"])
    pieces = []
    for done, piece in corpus_samples(parts, poses_of(parts, refining), plan.seed, plan.size_px, workers):
        pieces.append(piece)
        progress("corpus", done, len(parts))
    whole = CorpusSamples(
        np.concatenate([piece.views for piece in pieces]),
        np.concatenate([piece.label_sets for piece in pieces]),
        np.concatenate([piece.part for piece in pieces]),
        np.concatenate([piece.growing for piece in pieces]),
    )
    _write_corpus(path, whole, np.ones(len(whole.part), np.bool_), stamp)
    return whole


def _write_corpus(path: Path, whole: CorpusSamples, rows: NDArray[np.bool_], stamp: str = "") -> None:
    partial = path.with_suffix(".partial.npz")
    np.savez(
        partial,
        views=whole.views[rows],
        sets=whole.label_sets[rows],
        part=whole.part[rows],
        growing=whole.growing[rows],
        stamp=stamp,
    )
    partial.replace(path)


def _scores(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Weapon scores from logits of shape (n_signs, n, n_labels)."""
    return weapon_scores(probabilities(logits).mean(axis=0), WEAPON_COLUMNS)


def thresholds_of(logits: NDArray[np.float32], real: Real, plan: ScreenPlan) -> dict[str, float]:
    """Least thresholds within the false-alarm budgets on harmless parts of sources the networks had not seen.

    A print not finished may look like anything for a while, so it has a threshold of its own; and so has a guess at
    what remains of a print (one tool's material alone), which is a cut as well but has no second look.
    """
    scores = _scores(logits)
    whole, growing = scores[real.is_benign & ~real.growing], scores[real.is_benign & real.growing]
    weapon = threshold_for_budget(whole, plan.weapon_budget)
    return {
        "weapon": weapon,
        "review": threshold_for_budget(whole, plan.review_budget),
        "growing": max(weapon, threshold_for_budget(growing, GROWING_BUDGET)),
        "guessed": max(weapon, threshold_for_budget(growing, GUESSED_BUDGET)),
    }


def fold_figures(logits: NDArray[np.float32], real: Real) -> list[dict[str, Any]]:
    """Detection over all folds, on growing prints, and of each fold by itself; samples are poses."""
    scores = _scores(logits)
    folds = sorted(set(real.fold.tolist()))
    names = ["all", "growing", *folds]
    rows = [~real.growing, real.growing, *(~real.growing & (real.fold == fold) for fold in folds)]
    return [_figures(scores, real, rows_) | {"fold": name} for name, rows_ in zip(names, rows, strict=True)]


def _figures(scores: NDArray[np.float64], real: Real, rows: NDArray[np.bool_]) -> dict[str, Any]:
    guns, benign = rows & real.is_gun, rows & real.is_benign
    found = {str(b): share_at_rate(scores[guns], scores[benign], b) for b in BUDGETS}
    n = int(guns.sum())
    return {
        "gun_views": n,
        "benign_views": int(benign.sum()),
        "guns": len(set(real.part[guns].tolist())),
        "benign": len(set(real.part[benign].tolist())),
        "roc_area": roc_area(scores[guns | benign], real.is_gun[guns | benign]),
        "found": found,
        "intervals": {rate: wilson_interval(round(share * n), n) for rate, share in found.items()},
    }
