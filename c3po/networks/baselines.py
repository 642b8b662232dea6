"""The rivals: the networks of the C3PO papers and two methods from the literature, on our data set and our splits.

Where a paper leaves a number open, the usual choice of its kind is taken; the table compares methods, not reprints.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from c3po.dataset.features import d2_histogram, mesh_features
from c3po.dataset.jobs import read_job, solid_of
from c3po.dataset.manifest import Entry, read_manifest, seen_split
from c3po.dataset.viewing import arrays
from c3po.imaging import toned, view_stack
from c3po.networks.multiview import MultiViewNet
from c3po.networks.training import Recipe, logits_of, train
from c3po.shapes import LABELS
from c3po.solid import Solid

Images = NDArray[np.uint8]
Mask = NDArray[np.bool_]


class LeNet(nn.Module):
    """Two 5x5 convolutions and two linear layers on 28x28 images, as in LeNet-5 (1803.07544, Set I)."""

    def __init__(self, n_labels: int = len(LABELS)) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, n_labels),
        )  # fmt: skip

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


class EarlyCnn(nn.Module):
    """3x3 convolutions with dropout on 28x28 images, the kind used before the data set had its name (1803.00391)."""

    def __init__(self, n_labels: int = len(LABELS)) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Dropout(0.25), nn.Linear(1600, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, n_labels),
        )  # fmt: skip

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


class CnnRnn(nn.Module):
    """A small CNN on every frame and a GRU over the frames (1803.07544, Set II). Frames: (n, moments, size, size)."""

    def __init__(self, n_labels: int = len(LABELS), hidden: int = 64) -> None:
        super().__init__()
        self.eye = nn.Sequential(
            nn.Conv2d(1, 16, 5, stride=2, padding=2), nn.ReLU(), nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(32, 48, 3, stride=2, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(3), nn.Flatten(),
        )  # fmt: skip
        self.memory = nn.GRU(48 * 9, hidden, batch_first=True)
        self.head = nn.Linear(hidden, n_labels)

    def forward(self, frames: Tensor) -> Tensor:
        n, moments, height, width = frames.shape
        seen = self.eye(frames.reshape(n * moments, 1, height, width)).reshape(n, moments, -1)
        _, last = self.memory(seen)
        logits: Tensor = self.head(last[-1])
        return logits


class D2Cnn(nn.Module):
    """A one-dimensional CNN on the D2 shape distribution (Pham et al., Symmetry 2018, 10(4), 90)."""

    def __init__(self, n_labels: int = len(LABELS)) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(16, 32, 5, padding=2), nn.ReLU(),
            nn.MaxPool1d(2), nn.Flatten(), nn.Linear(512, 64), nn.ReLU(), nn.Linear(64, n_labels),
        )  # fmt: skip

    def forward(self, histograms: Tensor) -> Tensor:
        logits: Tensor = self.layers(histograms.flatten(2))
        return logits


@dataclass(frozen=True)
class Score:
    """Accuracy of one method on both splits, with the images or parts they were measured on."""

    method: str
    data: str
    seen: float
    unseen: float
    n_seen: int
    n_unseen: int


@dataclass(frozen=True, eq=False)
class Task:
    """Samples with their labels and the two ways of splitting them."""

    samples: NDArray[Any]
    labels: NDArray[np.int64]
    split: NDArray[np.str_]
    seen: NDArray[np.str_]


Method = Callable[[NDArray[Any], NDArray[np.int64], NDArray[Any]], NDArray[np.int64]]
"""Training samples, their labels, test samples; the labels it gives to these."""


def compare(folder: Path, toolpaths: Path, recipe: Recipe, report: Callable[[Score], None]) -> list[Score]:
    """Accuracy of every method on the data set in ``folder``.

    Raises
    ------
    ManifestError
        A table is missing or empty.
    """
    plain = replace(recipe, shift_px=0, view_dropout=0.0, label_smoothing=0.0)
    scores = []

    def judge(method: str, data: str, task: Task, answer: Method) -> None:
        scores.append(measured(method, data, task, answer))
        report(scores[-1])

    images = projection_task(folder)
    judge("LeNet (1803.07544)", "Set I", images, network_method(LeNet, plain))
    judge("CNN (1803.00391)", "Set I", images, network_method(EarlyCnn, plain))
    judge("CNN-RNN (1803.07544)", "Set II", sequence_task(folder), network_method(CnnRnn, plain))
    histograms, features, stacks = part_tasks(folder, toolpaths, recipe.seed)
    longer = replace(plain, epochs=recipe.epochs * 5)
    judge("D2 + CNN (Pham et al. 2018)", "parts", histograms, network_method(D2Cnn, longer))
    judge("random forest (Garland et al. 2026)", "parts", features, forest_method(recipe.seed))
    ours = replace(recipe, epochs=recipe.epochs * 5)
    judge("C3PO, same parts", "parts", stacks, network_method(lambda: MultiViewNet(n_views=6), ours))
    return scores


def measured(method: str, data: str, task: Task, answer: Method) -> Score:
    """Train and test once on each split; nan where a split has no test samples."""
    shares, counts = [], []
    for names in (task.seen, task.split):
        train_rows, test_rows = names == "train", names == "test"
        counts.append(int(test_rows.sum()))
        if not train_rows.any() or not test_rows.any():
            shares.append(float("nan"))
            continue
        given = answer(task.samples[train_rows], task.labels[train_rows], task.samples[test_rows])
        shares.append(float(np.mean(given == task.labels[test_rows])))
    return Score(method, data, shares[0], shares[1], counts[0], counts[1])


def network_method(make: Callable[[], nn.Module], recipe: Recipe) -> Method:
    """Training by the one loop of this package."""

    def answer(samples: NDArray[Any], labels: NDArray[np.int64], asked: NDArray[Any]) -> NDArray[np.int64]:
        torch.manual_seed(recipe.seed)
        network = train(make(), samples, labels, recipe)
        return np.asarray(logits_of(network, asked).argmax(axis=1), dtype=np.int64)

    return answer


def forest_method(seed: int) -> Method:
    """A random forest with the usual settings."""

    def answer(samples: NDArray[Any], labels: NDArray[np.int64], asked: NDArray[Any]) -> NDArray[np.int64]:
        from sklearn.ensemble import RandomForestClassifier

        forest = RandomForestClassifier(300, random_state=seed, n_jobs=1).fit(samples, labels)
        return np.asarray(forest.predict(asked), dtype=np.int64)

    return answer


def projection_task(folder: Path) -> Task:
    """Set I at 28x28, image by image."""
    table = arrays(folder, "projections_28")
    return Task(table["images"][:, None], table["labels"], table["split"], table["seen"])


def sequence_task(folder: Path, moments: int = 8) -> Task:
    """Set II, one film of a camera after the other, ``moments`` frames of each; a film is seen or not as a whole."""
    table = arrays(folder, "sequences")
    films: dict[tuple[str, str], list[int]] = {}
    for row, (part, view) in enumerate(zip(table["part"].tolist(), table["view"].tolist(), strict=True)):
        if view != "layer":
            films.setdefault((part, view), []).append(row)
    rows = np.array(
        [np.array(own)[np.linspace(0, len(own) - 1, moments).round().astype(int)] for own in films.values()]
    )
    seen = np.array([seen_split(f"{part}-{view}") for part, view in films])
    first = rows[:, 0]
    return Task(table["images"][rows], table["labels"][first], table["split"][first], seen)


def part_tasks(folder: Path, toolpaths: Path, seed: int) -> tuple[Task, Task, Task]:
    """Every part once: its D2 histogram, its mesh features, and its view stack."""
    entries = read_manifest(folder / "manifest.csv")
    solids = [_solid(entry, toolpaths) for entry in entries]
    labels = np.array([LABELS.index(entry.label) for entry in entries], dtype=np.int64)
    split = np.array([entry.split for entry in entries])
    seen = np.array([seen_split(entry.part) for entry in entries])
    histograms = np.stack([d2_histogram(solid, np.random.default_rng([seed, i])) for i, solid in enumerate(solids)])
    as_images = np.clip(histograms * 255 / max(float(histograms.max()), 1e-9), 0, 255).astype(np.uint8)
    stacks = np.stack([np.rint(255 * toned(view_stack(solid, 64))).astype(np.uint8) for solid in solids])
    features = np.stack([mesh_features(solid) for solid in solids])
    kinds = (as_images[:, None, None, :], features, stacks)
    one, two, three = (Task(samples, labels, split, seen) for samples in kinds)
    return one, two, three


def _solid(entry: Entry, toolpaths: Path) -> Solid:
    solid = solid_of(read_job(entry, toolpaths)[0])
    assert solid is not None  # make_job keeps no job without one
    return solid


def table_lines(scores: list[Score]) -> list[str]:
    """The comparison as Markdown."""
    head = ["| method | data | seen | unseen | n seen | n unseen |", "|---|---|---|---|---|---|"]
    return [
        *head,
        *(f"| {s.method} | {s.data} | {s.seen:.4f} | {s.unseen:.4f} | {s.n_seen} | {s.n_unseen} |" for s in scores),
    ]
