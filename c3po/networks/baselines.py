"""The rivals: the networks of the C3PO papers and two methods from the literature, each as a `Method`.

Where a paper leaves a number open, the usual choice of its kind is taken; they stand for methods, not for reprints.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from c3po.networks.training import Recipe, logits_of, train
from c3po.shapes import LABELS

Method = Callable[[NDArray[Any], NDArray[np.int64], NDArray[Any]], NDArray[np.int64]]
"""Training samples, their labels, test samples; the labels it gives to these."""


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
