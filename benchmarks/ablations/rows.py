"""The rows: what is shown to which network, and what it learns from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.ablations.samples import SIDE, Seen
from c3po.figures import weapon_scores
from c3po.imaging import ASKED_SIGNS, turned_around
from c3po.imaging.views import SILHOUETTE_LEVEL
from c3po.networks.multiview import MultiViewNet
from c3po.networks.samples import WEAPON_COLUMNS
from c3po.networks.screen import SCREEN_RECIPE, probabilities
from c3po.networks.training import Recipe, logits_of, train
from c3po.shapes import LABELS

RECIPE = replace(SCREEN_RECIPE, epochs=5, average=0.99)
STILL = replace(
    RECIPE, shift_px=0, turn_deg=0.0, zoom=0.0, stretch=0.0, swell=0.0, turn_around=(0.0, 0.0, 0.0), view_dropout=0.0
)
"""For voxels: what moves or thickens single views would tear a cube apart."""

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Row:
    """One row.

    Parameters
    ----------
    shown : the images of some parts, uint8, shape (n, channels, height, width)
    network : a fresh network
    learns : ``generated``, ``real`` (of the other sources) or ``both`` (generated first)
    signs : asked four times, with the lesser axes pointing either way
    """

    says: str
    shown: Callable[[Seen], Bytes]
    network: Callable[[], nn.Module]
    recipe: Recipe = RECIPE
    learns: str = "generated"
    signs: bool = False


def _bytes(values: NDArray[np.float32]) -> Bytes:
    return np.rint(255.0 * values).astype(np.uint8)


def root(parts: Seen) -> Bytes:
    """Square root of the thickness along the principal axes."""
    return _bytes(np.sqrt(parts.views_64[:, 3:].astype(np.float32)))


def thickness(parts: Seen) -> Bytes:
    return _bytes(parts.views_64[:, 3:].astype(np.float32))


def silhouette(parts: Seen) -> Bytes:
    return _bytes((parts.views_64[:, 3:] > SILHOUETTE_LEVEL).astype(np.float32))


def six_views(parts: Seen) -> Bytes:
    return _bytes(np.sqrt(parts.views_64.astype(np.float32)))


def bed_views(parts: Seen) -> Bytes:
    return _bytes(np.sqrt(parts.views_64[:, :3].astype(np.float32)))


def large(parts: Seen) -> Bytes:
    return _bytes(np.sqrt(parts.views_96.astype(np.float32)))


def cube(parts: Seen) -> Bytes:
    return (255 * parts.voxels).astype(np.uint8)


class VoxelNet(nn.Module):
    """Three strided 3-D convolutions over a cube of voxels, shape (n, SIDE, SIDE, SIDE)."""

    def __init__(self, channels: tuple[int, ...] = (16, 32, 64), hidden: int = 128) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 1
        for width in channels:
            layers += [nn.Conv3d(before, width, 3, 2, 1, bias=False), nn.BatchNorm3d(width), nn.ReLU()]
            before = width
        self.trunk = nn.Sequential(*layers)
        self.head = nn.Sequential(
            nn.Linear(before * (SIDE // 2 ** len(channels)) ** 3, hidden), nn.ReLU(), nn.Dropout(0.2),
            nn.Linear(hidden, len(LABELS)),
        )  # fmt: skip

    def forward(self, cubes: Tensor) -> Tensor:
        logits: Tensor = self.head(self.trunk(cubes[:, None].contiguous()).flatten(1))
        return logits


def views_net(n_views: int) -> Callable[[], nn.Module]:
    return lambda: MultiViewNet(n_views)


AXES = views_net(3)
ROWS: dict[str, Row] = {
    "base": Row("square root of thickness, principal axes, 64 px", root, AXES),
    "four-questions": Row("the same, asked with the lesser axes either way", root, AXES, signs=True),
    "thickness": Row("thickness as it is", thickness, AXES),
    "silhouette": Row("silhouettes", silhouette, AXES),
    "bed": Row("views along the bed's axes", bed_views, AXES),
    "six": Row("both, six views", six_views, views_net(6)),
    "96px": Row("96 px", large, AXES),
    "voxels": Row("32 x 32 x 32 voxels, 3-D convolutions", cube, VoxelNet, STILL),
    "real": Row("real parts of other sources alone", root, AXES, replace(RECIPE, epochs=30), "real"),
    "both": Row("generated, then generated and real", root, AXES, learns="both"),
}


def scores_of(row: Row, network: nn.Module, images: Bytes) -> NDArray[np.float64]:
    """Weapon score of each image stack, float64, shape (n,)."""
    asked = [turned_around(images, signs) for signs in ASKED_SIGNS] if row.signs else [images]
    return weapon_scores(np.mean([probabilities(logits_of(network, each)) for each in asked], axis=0), WEAPON_COLUMNS)


Trained = dict[tuple[Any, ...], nn.Module]
"""Networks trained on the generated parts, by what they are shown and how: several rows begin with the same one."""


def trained(row: Row, generated: Seen, seed: int, known: Trained) -> nn.Module:
    """The network of a row after the generated parts; from ``known``, or trained and put there."""
    key = (row.shown, row.network, row.recipe, seed)
    if key not in known:
        torch.manual_seed(seed)
        known[key] = train(row.network(), row.shown(generated), generated.allowed, replace(row.recipe, seed=seed))
    return known[key]


def scored(
    row: Row, generated: Seen, real: Seen, fold: NDArray[np.int64], seed: int, known: Trained
) -> NDArray[np.float64]:
    """Weapon score of each real part from a network that has not seen its source, float64, shape (n,)."""
    recipe = replace(row.recipe, seed=seed)
    torch.manual_seed(seed)
    first = row.network() if row.learns == "real" else trained(row, generated, seed, known)
    if row.learns == "generated":
        return scores_of(row, first, row.shown(real))
    scores = np.zeros(len(fold))
    for number in np.unique(fold):
        torch.manual_seed(seed)
        network = row.network()
        network.load_state_dict(first.state_dict())
        others = real.rows(fold != number)
        if row.learns == "real":
            train(network, row.shown(others), others.allowed, recipe)
        else:
            _refine(network, row, generated, others, recipe)
        scores[fold == number] = scores_of(row, network, row.shown(real.rows(fold == number)))
    return scores


def _refine(network: nn.Module, row: Row, generated: Seen, others: Seen, recipe: Recipe) -> None:
    kept = np.random.default_rng(recipe.seed).random(len(generated.part)) < 0.35
    some = generated.rows(kept)
    images = np.concatenate([row.shown(some), row.shown(others)])
    allowed = np.concatenate([some.allowed, others.allowed])
    weights = np.repeat([1.0, 2.0], [len(some.part), len(others.part)]).astype(np.float32)
    train(network, images, allowed, replace(recipe, epochs=3, learning_rate=5e-4), sample_weights=weights)


def forest(generated: Seen, real: Seen, seed: int) -> NDArray[np.float64]:
    """Weapon score of each real part from a random forest on D2 shape distributions of generated parts."""
    from sklearn.ensemble import RandomForestClassifier

    chosen = RandomForestClassifier(300, random_state=seed, n_jobs=1)
    chosen.fit(generated.histogram, generated.allowed.argmax(axis=1))
    shares = np.zeros((len(real.part), len(LABELS)))
    shares[:, chosen.classes_] = chosen.predict_proba(real.histogram)
    return weapon_scores(shares, WEAPON_COLUMNS)
