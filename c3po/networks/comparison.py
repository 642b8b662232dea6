"""One table of all methods on one data set: what each is trained and asked on, and how often it is right.

Two splits: `seen` deals images out at random, as the papers do; `unseen` keeps whole families and parts apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from c3po.dataset.building import MANIFEST, TOOLPATHS
from c3po.dataset.engines import run_tasks
from c3po.dataset.features import d2_histogram, mesh_features
from c3po.dataset.jobs import read_job, solid_of
from c3po.dataset.manifest import Entry, read_manifest, seen_split
from c3po.dataset.viewing import arrays, films
from c3po.figures import wilson_interval
from c3po.imaging import toned, view_stack
from c3po.networks.baselines import CnnRnn, D2Cnn, EarlyCnn, LeNet, Method, forest_method, network_method
from c3po.networks.multiview import MultiViewNet
from c3po.networks.training import Recipe
from c3po.shapes import LABELS

MOMENTS = 8  # frames of a film that the CNN-RNN sees


@dataclass(frozen=True)
class Score:
    """How often one method was right on both splits, and of how many samples; a split without tests has n 0."""

    method: str
    data: str
    hits_seen: int
    n_seen: int
    hits_unseen: int
    n_unseen: int

    @property
    def seen(self) -> float:
        """Share of the seen split's test samples that were named right; nan where there are none."""
        return self.hits_seen / self.n_seen if self.n_seen else float("nan")

    @property
    def unseen(self) -> float:
        """The same for the split by family."""
        return self.hits_unseen / self.n_unseen if self.n_unseen else float("nan")


@dataclass(frozen=True, eq=False)
class Task:
    """Samples with their labels and the two ways of splitting them."""

    samples: NDArray[Any]
    labels: NDArray[np.int64]
    split: NDArray[np.str_]
    seen: NDArray[np.str_]


@dataclass(frozen=True)
class Efforts:
    """How long to train, and on how many films of each part."""

    epochs: int = 8
    part_epochs: int = 30
    film_epochs: int = 4
    films: int = 2
    batch_size: int = 64
    seed: int = 0


METHODS = ("lenet", "early-cnn", "c3po-images", "cnn-rnn", "d2-cnn", "forest", "c3po")


def compare(
    folder: Path, efforts: Efforts, workers: int, report: Callable[[Score], None], only: Sequence[str] = METHODS
) -> list[Score]:
    """Every method, or ``only`` some of `METHODS`, on the data set in ``folder``.

    Raises
    ------
    ManifestError
        A table is missing or empty.
    """
    plain = Recipe(
        efforts.epochs, efforts.batch_size, label_smoothing=0.0, shift_px=0, turn_deg=0.0, zoom=0.0, view_dropout=0.0,
        seed=efforts.seed,
    )  # fmt: skip
    by_film, by_part = replace(plain, epochs=efforts.film_epochs), replace(plain, epochs=efforts.part_epochs)
    ours = Recipe(efforts.part_epochs, efforts.batch_size, seed=efforts.seed)
    by_image = Recipe(
        efforts.epochs, efforts.batch_size, shift_px=1, turn_deg=2.0, zoom=0.03, view_dropout=0.0, average=0.995,
        seed=efforts.seed,
    )  # fmt: skip
    images = cache(lambda: projection_task(folder))
    parts = cache(lambda: part_tasks(folder, efforts.seed, workers))
    plans: dict[str, tuple[str, str, Callable[[], Task], Method]] = {
        "lenet": ("LeNet (1803.07544)", "Set I", images, network_method(LeNet, plain)),
        "early-cnn": ("CNN (1803.00391)", "Set I", images, network_method(EarlyCnn, plain)),
        "c3po-images": ("C3PO, single images", "Set I", images, network_method(one_view, by_image)),
        "cnn-rnn": (
            "CNN-RNN (1803.07544)", "Set II", lambda: film_task(folder, efforts.films), network_method(CnnRnn, by_film)
        ),
        "d2-cnn": ("D2 + CNN (Pham et al. 2018)", "parts", lambda: parts()[0], network_method(D2Cnn, by_part)),
        "forest": ("random forest (Garland et al. 2026)", "parts", lambda: parts()[1], forest_method(efforts.seed)),
        "c3po": ("C3PO, same parts", "parts", lambda: parts()[2], network_method(MultiViewNet, ours)),
    }  # fmt: skip
    scores = []
    for name in only:
        method, data, task, answer = plans[name]
        scores.append(measured(method, data, task(), answer))
        report(scores[-1])
    return scores


def one_view() -> MultiViewNet:
    """The screening network's trunk for single images."""
    return MultiViewNet(n_views=1, channels=(32, 64, 96), dropout=0.1)


def measured(method: str, data: str, task: Task, answer: Method) -> Score:
    """Train and test once on each split."""
    counts = []
    for names in (task.seen, task.split):
        train_rows, test_rows = names == "train", names == "test"
        if train_rows.any() and test_rows.any():
            given = answer(task.samples[train_rows], task.labels[train_rows], task.samples[test_rows])
            counts += [int((given == task.labels[test_rows]).sum()), int(test_rows.sum())]
        else:
            counts += [0, 0]
    return Score(method, data, *counts)


def projection_task(folder: Path) -> Task:
    """Set I at 28x28, image by image."""
    table = arrays(folder, "projections_28")
    return Task(table["images"][:, None], table["labels"], table["split"], table["seen"])


def film_task(folder: Path, per_part: int) -> Task:
    """Set II, the films of a few cameras of each part, `MOMENTS` frames of each; a film is seen or not as a whole."""
    table = films(folder, MOMENTS, per_part)
    names = zip(table["part"].tolist(), table["view"].tolist(), strict=True)
    seen = np.array([seen_split(f"{part}-{view}") for part, view in names])
    return Task(table["images"], table["labels"], table["split"], seen)


def part_tasks(folder: Path, seed: int, workers: int = 1) -> tuple[Task, Task, Task]:
    """Every part once: its D2 histogram, its mesh features, and its view stack, from its G-code."""
    entries = read_manifest(folder / MANIFEST)
    tasks = [(entry, folder / TOOLPATHS, seed) for entry in entries]
    histograms, features, stacks = map(np.stack, zip(*run_tasks(_described, tasks, workers), strict=True))
    as_images = np.clip(histograms * 255 / max(float(histograms.max()), 1e-9), 0, 255).astype(np.uint8)
    labels = np.array([LABELS.index(entry.label) for entry in entries], dtype=np.int64)
    split = np.array([entry.split for entry in entries])
    seen = np.array([seen_split(entry.part) for entry in entries])
    one, two, three = (Task(each, labels, split, seen) for each in (as_images[:, None, None, :], features, stacks))
    return one, two, three


def _described(task: tuple[Entry, Path, int]) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.uint8]]:
    entry, toolpaths, seed = task
    solid = solid_of(read_job(entry, toolpaths)[0])
    assert solid is not None  # make_job keeps no job without one
    histogram = d2_histogram(solid, np.random.default_rng([seed, entry.number]))
    stack = np.rint(255 * toned(view_stack(solid, 64))).astype(np.uint8)
    return histogram, mesh_features(solid), stack


def table_lines(scores: Sequence[Score]) -> list[str]:
    """The comparison as Markdown: shares in percent with 95 % Wilson intervals."""
    head = ["| method | data | seen, % | n | unseen, % | n |", "|---|---|---|---|---|---|"]
    return [*head, *("| " + " | ".join(row) + " |" for row in table_rows(scores))]


def table_rows(scores: Sequence[Score]) -> list[list[str]]:
    """The cells of the comparison, a row for each method."""
    return [
        [
            score.method,
            score.data,
            share_text(score.hits_seen, score.n_seen),
            str(score.n_seen),
            share_text(score.hits_unseen, score.n_unseen),
            str(score.n_unseen),
        ]
        for score in scores
    ]


def share_text(hits: int, n: int) -> str:
    """A share in percent with its 95 % Wilson interval, or a dash for a share of nothing."""
    if not n:
        return "-"
    low, high = wilson_interval(hits, n)
    return f"{100 * hits / n:.2f} ({100 * low:.2f} to {100 * high:.2f})"
