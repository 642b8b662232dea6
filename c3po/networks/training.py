"""The one training loop. It knows images, labels and a loss; what they mean is the caller's business."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from c3po.imaging import FLIPS


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Parameters
    ----------
    epochs, batch_size : int
    learning_rate, weight_decay, label_smoothing : float
        AdamW with a linear warm-up over 5 % of the steps, then a cosine to zero.
    shift_px : int
        Largest random shift of a whole view stack.
    turn_deg, zoom : float
        Spread of a random turn and the largest relative change of scale of each view: principal axes of a part in
        twenty poses differ by a few degrees.
    stretch : float
        Largest relative change of a view's height against its width.
    swell : float
        Chance that a sample's outlines are thickened by a pixel, and that they are thinned.
    turn_around : (float, float, float)
        Chance that each axis of a frame points the other way; then views come in frames of three.
    view_dropout : float
        Chance that a view is blanked out in a sample; never all of them.
    average : float
        The network returned holds an exponential average of the weights of all steps with this memory; 0 keeps the
        last weights (Polyak and Juditsky 1992).
    seed : int
    """

    epochs: int = 8
    batch_size: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    label_smoothing: float = 0.05
    shift_px: int = 2
    turn_deg: float = 4.0
    zoom: float = 0.05
    stretch: float = 0.0
    swell: float = 0.0
    turn_around: tuple[float, float, float] = (0.0, 0.0, 0.0)
    view_dropout: float = 0.05
    average: float = 0.0
    seed: int = 0


def device() -> torch.device:
    """CUDA where it is present, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def short_floats(where: torch.device) -> bool:
    """Whether the device multiplies bfloat16 in hardware, which makes the passes about twice as fast."""
    return where.type == "cuda" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def train(
    network: nn.Module,
    views: NDArray[np.uint8],
    targets: NDArray[np.generic],
    recipe: Recipe,
    *,
    sample_weights: NDArray[np.float32] | None = None,
    on_epoch: Callable[[int, float], None] | None = None,
    step_hook: Callable[[], None] | None = None,
) -> nn.Module:
    """The network, trained in place on view stacks.

    Parameters
    ----------
    views : uint8, shape (n, n_views, size_px, size_px)
    targets : one of the three kinds of `label_loss`
    sample_weights : float32, shape (n,), optional
    on_epoch : called with the epoch, from 1, and its mean loss
    step_hook : called between backward and the optimiser's step (the ADMM penalty)

    Raises
    ------
    FloatingPointError
        The loss is not finite.
    """
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    where = device()
    network.to(where)
    if all(weight.dim() < 5 for weight in network.parameters()):  # 3-D convolutions have another layout
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    network.train()
    average = WeightAverage(network, recipe.average) if recipe.average else None
    optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    steps = recipe.epochs * math.ceil(len(views) / recipe.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    for epoch in range(1, recipe.epochs + 1):
        order, total = rng.permutation(len(views)), 0.0
        for start in range(0, len(order), recipe.batch_size):
            rows = order[start : start + recipe.batch_size]
            batch = augment(torch.from_numpy(views[rows]).to(where), recipe, rng)
            with torch.autocast(where.type, torch.bfloat16, enabled=short_floats(where)):
                logits = network(batch)
            loss = _mean_loss(logits.float(), torch.from_numpy(targets[rows]).to(where), sample_weights, rows, recipe)
            if not torch.isfinite(loss):
                raise FloatingPointError(f"epoch {epoch}: the loss is {loss.item()}; lower the learning rate")
            optimiser.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            if step_hook is not None:
                step_hook()
            optimiser.step()
            schedule.step()
            if average is not None:
                average.update(network)
            total += loss.item() * len(rows)
        if on_epoch is not None:
            on_epoch(epoch, total / len(order))
    if average is not None:
        average.store(network)
    return network.eval()


class WeightAverage:
    """An exponential average of weights and statistics, warmed up so that the first steps do not linger."""

    def __init__(self, network: nn.Module, memory: float) -> None:
        self._memory, self._steps = memory, 0
        self._values = {name: tensor.clone() for name, tensor in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Take in the weights after a step."""
        self._steps += 1
        share = 1.0 - min(self._memory, self._steps / (self._steps + 10.0))
        for name, tensor in network.state_dict().items():
            if tensor.is_floating_point():
                self._values[name].lerp_(tensor, share)
            else:
                self._values[name].copy_(tensor)

    def store(self, network: nn.Module) -> None:
        """Put the average into a network."""
        network.load_state_dict(self._values)


def _rate(step: int, steps: int) -> float:
    warm = max(1, steps // 20)
    return (step + 1) / warm if step < warm else 0.5 * (1.0 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def label_loss(logits: Tensor, targets: Tensor, label_smoothing: float = 0.0) -> Tensor:
    """Loss of each sample, float32, shape (n,).

    Parameters
    ----------
    logits : float32, shape (n, n_labels)
    targets : int64, shape (n,): the label; or bool, shape (n, n_labels): the labels it may have, of which the loss asks
        only that one be right (a real part known just as *no weapon*); or float32, shape (n, n_labels): a teacher's
        probabilities.
    """
    if targets.dtype == torch.bool:
        allowed = logits.masked_fill(~targets, -torch.inf)
        return torch.logsumexp(logits, dim=1) - torch.logsumexp(allowed, dim=1)
    return nn.functional.cross_entropy(logits, targets, reduction="none", label_smoothing=label_smoothing)


def _mean_loss(
    logits: Tensor, targets: Tensor, weights: NDArray[np.float32] | None, rows: NDArray[np.int64], recipe: Recipe
) -> Tensor:
    losses = label_loss(logits, targets, recipe.label_smoothing)
    if weights is None:
        return losses.mean()
    share = torch.from_numpy(weights[rows]).to(losses)
    return (losses * share).sum() / share.sum()


def augment(views: Tensor, recipe: Recipe, rng: np.random.Generator) -> Tensor:
    """Float images in [0, 1] of a uint8 batch: shifted, turned and scaled a little, dimmed, views left out."""
    batch = views.float() / 255.0
    n, v, height, width = batch.shape
    if any(recipe.turn_around):
        batch = either_way(batch, recipe.turn_around, rng)
    if recipe.swell:
        batch = swollen(batch, recipe.swell, rng)
    angle_rad = np.radians(rng.normal(0.0, recipe.turn_deg, n * v))
    scale = rng.uniform(1.0 - recipe.zoom, 1.0 + recipe.zoom, n * v)
    taller = 1.0 + rng.uniform(-recipe.stretch, recipe.stretch, n * v) if recipe.stretch else 1.0
    shift = 2.0 * recipe.shift_px / np.array([width, height]) * rng.uniform(-1.0, 1.0, (n * v, 2))
    maps = np.zeros((n * v, 2, 3), np.float32)
    maps[:, 0, 0] = maps[:, 1, 1] = scale * np.cos(angle_rad)
    maps[:, 0, 1], maps[:, 1, 0] = -scale * np.sin(angle_rad), scale * np.sin(angle_rad)
    maps[:, 1] *= np.reshape(taller, (-1, 1))
    maps[:, :, 2] = shift
    grid = nn.functional.affine_grid(torch.from_numpy(maps).to(batch), [n * v, 1, height, width], align_corners=False)
    moved = nn.functional.grid_sample(batch.reshape(n * v, 1, height, width), grid, align_corners=False)
    gain = torch.from_numpy(rng.uniform(0.8, 1.15, size=(n, 1, 1, 1)).astype(np.float32)).to(batch)
    keep = rng.random((n, v)) >= recipe.view_dropout
    keep[~keep.any(axis=1)] = True
    kept = torch.from_numpy(keep.astype(np.float32)).to(batch)[:, :, None, None]
    return (moved.reshape(n, v, height, width) * gain).clamp(0.0, 1.0) * kept


def either_way(batch: Tensor, chances: tuple[float, float, float], rng: np.random.Generator) -> Tensor:
    """Some samples with axes of their frame pointing the other way (`c3po.imaging.turned_around`)."""
    batch = batch.clone()
    for flips, chance in zip(FLIPS, chances, strict=True):
        rows = torch.from_numpy(np.flatnonzero(rng.random(len(batch)) < chance))
        for view, dimension in flips:
            for own in range(view, batch.shape[1], 3):
                batch[rows, own] = batch[rows, own].flip(dimension)
    return batch


def swollen(batch: Tensor, chance: float, rng: np.random.Generator) -> Tensor:
    """Some samples with every outline a pixel further out, some a pixel further in: thicker and thinner parts."""
    fate = rng.random(len(batch))
    out, further_in = torch.from_numpy(fate < chance), torch.from_numpy(fate > 1.0 - chance)
    batch = batch.clone()
    batch[out] = nn.functional.max_pool2d(batch[out], 3, 1, 1)
    batch[further_in] = -nn.functional.max_pool2d(-batch[further_in], 3, 1, 1)
    return batch


@torch.no_grad()
def logits_of(network: nn.Module, views: NDArray[np.uint8], batch_size: int = 256) -> NDArray[np.float32]:
    """Logits of a network for uint8 view stacks, float32, shape (n, n_labels)."""
    where = device()
    network.to(where).eval()
    pieces = [
        network(torch.from_numpy(views[start : start + batch_size]).to(where).float() / 255.0).cpu().numpy()
        for start in range(0, len(views), batch_size)
    ]
    return np.concatenate(pieces) if pieces else np.zeros((0, 0), np.float32)
