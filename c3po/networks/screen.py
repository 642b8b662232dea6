"""The screening network from nothing: generated parts, training, calibration, thresholds, checkpoint.

Each step leaves a file in the output folder, so that an interrupted run goes on where it stopped. Families held out
of training give the temperature and the thresholds; parts of one family never stand on both sides.
"""

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from c3po.figures import roc_area, share_at_rate, threshold_for_budget, weapon_scores
from c3po.imaging import ASKED_SIGNS, turned_around
from c3po.networks.checkpoint import Checkpoint, write_checkpoint
from c3po.networks.disguised import disguised_samples, warped_samples
from c3po.networks.growing import growing_samples
from c3po.networks.multiview import MultiViewNet
from c3po.networks.samples import (
    WEAPON_COLUMNS,
    WEAPON_LABELS,
    Samples,
    family_counts,
    family_samples,
    join_samples,
)
from c3po.networks.training import Recipe, logits_of, train
from c3po.shapes import FAMILIES, LABELS, entangled

Progress = Callable[[str, int, int], None]
Maker = Callable[[str, Sequence[int], int, Executor | None], Samples]
CHANGED_WEIGHT = 0.7
"""Of a print not finished, or a part warped or disguised, against a whole one."""

SCREEN_RECIPE = Recipe(stretch=0.1, swell=0.15, average=0.998, turn_around=(0.15, 0.5, 0.5))
UNCALIBRATED = {"weapon": 0.6, "review": 0.4}


@dataclass(frozen=True)
class ScreenPlan:
    """Every number of a run.

    Parameters
    ----------
    count, held_out_count : int
        Generated parts for training and for calibration.
    weapon_share : float
        Share of guns among the parts for training.
    growing_count : int
        Generated parts that are cut off at two heights each, as prints not finished.
    warped_count, disguised_count : int
        Generated parts in other proportions, and hidden in some way, half of them guns.
    held_out_share : float
        Share of each label's families kept out of training; 0 leaves thresholds and figures to others.
    views : str
        Which views the network takes, a key of ``VIEW_SETS``.
    weapon_budget, review_budget : float
        False-alarm rates of views that set the thresholds; a file is looked at several times, so that of weapon is
        half of the 0.1 % of files that are aimed at.
    restart_epochs : int
        Passes of a second cycle at three quarters of the rate and with another order (Loshchilov and Hutter 2017).
    """

    count: int = 30000
    held_out_count: int = 4000
    weapon_share: float = 0.35
    growing_count: int = 0
    warped_count: int = 0
    disguised_count: int = 0
    held_out_share: float = 0.12
    size_px: int = 64
    views: str = "axes"
    seed: int = 0
    weapon_budget: float = 0.0005
    review_budget: float = 0.015
    network: dict[str, Any] = field(default_factory=dict)
    recipe: Recipe = field(default_factory=lambda: SCREEN_RECIPE)
    restart_epochs: int = 0

    @property
    def cycles(self) -> list[Recipe]:
        """The recipe, and that of the second cycle where there is one."""
        rate, seed = 0.75 * self.recipe.learning_rate, self.recipe.seed + 1
        second = replace(self.recipe, epochs=self.restart_epochs, learning_rate=rate, seed=seed)
        return [self.recipe, *([second] if self.restart_epochs else [])]


def split_families(share: float, seed: int) -> tuple[list[str], list[str]]:
    """Families for training and families held out, ``share`` of every label but never its last family.

    Families made of others' members, and those others, are for training: no member stands on both sides.
    """
    tangled = entangled()
    rng = np.random.default_rng(seed)
    seen: list[str] = []
    unseen: list[str] = []
    for label in LABELS:
        names = sorted(name for name, family in FAMILIES.items() if family.label == label)
        rng.shuffle(names)
        names.sort(key=lambda name: name in tangled)
        n_free = sum(name not in tangled for name in names)
        n_unseen = min(n_free, len(names) - 1, max(1, round(share * len(names)))) if share > 0 else 0
        unseen += names[:n_unseen]
        seen += names[n_unseen:]
    return sorted(seen), sorted(unseen)


def cached_samples(
    counts: Mapping[str, int],
    seed: int,
    size_px: int,
    folder: Path,
    workers: int,
    progress: Progress,
    make: Maker = family_samples,
) -> Samples:
    """Samples of ``counts[family]`` parts of each family, one file per family in ``folder``; none is made again.

    Files made with another seed or size have another name, so runs may share the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pieces, done, total = [], 0, sum(counts.values())
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for family, count in counts.items():
            shard = folder / f"{family}-{seed}-{count}-{size_px}.npz"
            if not shard.exists():
                seeds = [seed * 10_000_019 + index for index in range(count)]
                _write_shard(make(family, seeds, size_px, pool), shard)
            pieces.append(_read_shard(shard))
            done += count
            progress(folder.name, done, total)
    return join_samples(pieces)


def _write_shard(samples: Samples, path: Path) -> None:
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, views=samples.views, labels=samples.labels, families=np.array(samples.families))
    partial.replace(path)


def _read_shard(path: Path) -> Samples:
    with np.load(path) as shard:
        return Samples(shard["views"], shard["labels"], tuple(str(name) for name in shard["families"]))


def temperature_of(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The temperature that makes held-out labels likeliest (Guo et al. 2017, section 4.2), by golden search."""
    low, high = np.log(0.2), np.log(5.0)
    ratio = (np.sqrt(5.0) - 1.0) / 2.0

    def loss(log_temperature: float) -> float:
        scaled = torch.from_numpy(logits) / float(np.exp(log_temperature))
        return float(torch.nn.functional.cross_entropy(scaled, torch.from_numpy(labels)))

    while high - low > 1e-3:
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return float(np.exp((low + high) / 2.0))


def fold_temperature(network: MultiViewNet, temperature: float) -> None:
    """Divide the logits of a network by ``temperature`` once and for all, in its head."""
    with torch.no_grad():
        network.head.weight.div_(temperature)
        network.head.bias.div_(temperature)


def probabilities(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Softmax over the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: NDArray[np.float32] = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def training_samples(
    plan: ScreenPlan, folder: Path, workers: int, progress: Progress
) -> tuple[Samples, NDArray[np.float32]]:
    """Samples of the families for training, whole parts and changed ones, and the weight of each, float32, (n,)."""
    seen, _ = split_families(plan.held_out_share, plan.seed)
    kinds: list[tuple[str, int, float, Maker]] = [
        ("train", plan.count, plan.weapon_share, family_samples),
        ("growing", plan.growing_count, 0.4, growing_samples),
        ("warped", plan.warped_count, 0.5, warped_samples),
        ("disguised", plan.disguised_count, 0.5, disguised_samples),
    ]
    pieces, weights = [], []
    for name, count, share, make in kinds:
        if not count:
            continue
        counts = family_counts(seen, count, share)
        made = cached_samples(counts, plan.seed, plan.size_px, folder / name, workers, progress, make)
        pieces.append(made.seen(plan.views))
        weights.append(np.full(len(made.labels), 1.0 if name == "train" else CHANGED_WEIGHT, np.float32))
    return join_samples(pieces), np.concatenate(weights)


def make_screen(plan: ScreenPlan, folder: Path, workers: int, progress: Progress) -> Checkpoint:
    """Train the screening network of ``plan`` on generated parts alone; writes ``screen.pt`` and ``metrics.json``."""
    seen, unseen = split_families(plan.held_out_share, plan.seed)
    training, weights = training_samples(plan, folder, workers, progress)
    torch.manual_seed(plan.seed)
    arguments = {"n_views": training.views.shape[1], "n_labels": len(LABELS), **plan.network}
    network = MultiViewNet(**arguments)
    total = sum(recipe.epochs for recipe in plan.cycles)
    done = itertools.count(1)
    for recipe in plan.cycles:
        train(
            network,
            training.views,
            training.labels,
            recipe,
            sample_weights=weights,
            on_epoch=lambda epoch, loss: progress("epochs", next(done), total),
        )
    if unseen:
        counts = family_counts(unseen, plan.held_out_count, 0.15)
        held_out = cached_samples(counts, plan.seed + 1, plan.size_px, folder / "held-out", workers, progress)
        metadata, figures = calibrate(network, held_out.seen(plan.views), plan)
    else:
        metadata, figures = screen_metadata(plan, UNCALIBRATED), {}
    checkpoint = Checkpoint(network, "multiview", arguments, metadata)
    figures |= {"families_seen": seen, "families_unseen": unseen, "plan": asdict(plan)}
    write_checkpoint(checkpoint, folder / "screen.pt")
    (folder / "metrics.json").write_text(json.dumps(figures, indent=1))
    return checkpoint


def either_way_logits(network: nn.Module, views: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Logits for each of ``ASKED_SIGNS``, float32, shape (n_signs, n, n_labels)."""
    return np.stack([logits_of(network, turned_around(views, signs)) for signs in ASKED_SIGNS])


def either_way_shares(network: nn.Module, views: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Probabilities as the verdict asks for them, averaged over ``ASKED_SIGNS``; float32, shape (n, n_labels)."""
    shares: NDArray[np.float32] = probabilities(either_way_logits(network, views)).mean(axis=0)
    return shares


def calibrate(network: MultiViewNet, held_out: Samples, plan: ScreenPlan) -> tuple[dict[str, Any], dict[str, Any]]:
    """Metadata to pack and figures to report, from parts of families the network never saw."""
    logits = logits_of(network, held_out.views)
    temperature = temperature_of(logits, held_out.labels)
    fold_temperature(network, temperature)
    shares = either_way_shares(network, held_out.views)
    scores = weapon_scores(shares, WEAPON_COLUMNS)
    is_gun = np.isin(held_out.labels, WEAPON_COLUMNS)
    thresholds = {
        "weapon": threshold_for_budget(scores[~is_gun], plan.weapon_budget),
        "review": threshold_for_budget(scores[~is_gun], plan.review_budget),
    }
    figures = {
        "accuracy_unseen": float(np.mean(shares.argmax(axis=1) == held_out.labels)),
        "roc_area_unseen": roc_area(scores, is_gun),
        "guns_at_1_percent": share_at_rate(scores[is_gun], scores[~is_gun], 0.01),
        "guns_at_0.1_percent": share_at_rate(scores[is_gun], scores[~is_gun], 0.001),
        "n_guns": int(is_gun.sum()),
        "n_others": int((~is_gun).sum()),
        "temperature": temperature,
        "thresholds": thresholds,
    }
    return screen_metadata(plan, thresholds), figures


def screen_metadata(plan: ScreenPlan, thresholds: Mapping[str, float]) -> dict[str, Any]:
    """What the packed network has to say of itself."""
    return {
        "name": "screen",
        "labels": list(LABELS),
        "weapon_labels": list(WEAPON_LABELS),
        "views": plan.views,
        "signs": "both",
        "tone": "sqrt",
        "size_px": plan.size_px,
        "thresholds": dict(thresholds),
    }
