"""The training loop learns what is there to learn, repeats itself, and says when the loss breaks."""

import numpy as np
import pytest
import torch
from torch import nn

from c3po.errors import ManifestError
from c3po.networks.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from c3po.networks.multiview import MultiViewNet
from c3po.networks.training import Recipe, label_loss, logits_of, train

TINY = {"n_views": 2, "n_labels": 2, "channels": (4, 8), "hidden": 8, "dropout": 0.0}


def bars(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Stacks with a bright bar, upright (0) or lying (1)."""
    labels = rng.integers(0, 2, size=n)
    views = np.zeros((n, 2, 16, 16), np.uint8)
    for index, label in enumerate(labels):
        place = int(rng.integers(4, 10))
        bar = np.s_[index, :, place : place + 3, :] if label else np.s_[index, :, :, place : place + 3]
        views[bar] = 255
    return views, labels.astype(np.int64)


def trained(seed: int, rng: np.random.Generator) -> tuple[torch.nn.Module, np.ndarray, np.ndarray]:
    torch.manual_seed(seed)
    views, labels = bars(rng, 256)
    network = train(MultiViewNet(**TINY), views, labels, Recipe(epochs=6, batch_size=32, learning_rate=1e-2))
    return network, views, labels


def test_it_learns_bars_it_has_not_seen(rng: np.random.Generator) -> None:
    network, _, _ = trained(0, rng)
    views, labels = bars(rng, 200)
    assert np.mean(logits_of(network, views).argmax(axis=1) == labels) > 0.95


def test_the_same_seed_gives_the_same_network() -> None:
    first, views, _ = trained(0, np.random.default_rng(1))
    second, _, _ = trained(0, np.random.default_rng(1))
    assert np.array_equal(logits_of(first, views), logits_of(second, views))


def test_a_broken_loss_is_named(rng: np.random.Generator) -> None:
    views, labels = bars(rng, 64)
    network = MultiViewNet(**TINY)
    with torch.no_grad():
        network.head.bias.fill_(float("nan"))
    with pytest.raises(FloatingPointError, match=r"epoch 1: the loss is nan; lower the learning rate"):
        train(network, views, labels, Recipe(epochs=1))


def test_a_checkpoint_comes_back_whole(tmp_path, rng: np.random.Generator) -> None:
    network = MultiViewNet(**TINY).eval()
    write_checkpoint(Checkpoint(network, "multiview", TINY, {"labels": ["a", "b"]}), tmp_path / "run" / "net.pt")
    back = read_checkpoint(tmp_path / "run" / "net.pt")
    views, _ = bars(rng, 5)
    assert np.array_equal(logits_of(network, views), logits_of(back.network, views))
    assert back.metadata == {"labels": ["a", "b"]}


def test_a_broken_checkpoint_is_named(tmp_path) -> None:
    (tmp_path / "net.pt").write_bytes(b"no")
    with pytest.raises(ManifestError, match=r"net\.pt: expected a checkpoint of c3po train"):
        read_checkpoint(tmp_path / "net.pt")
    with pytest.raises(ManifestError, match="found no file; run c3po train first"):
        read_checkpoint(tmp_path / "missing.pt")


def test_a_set_of_labels_asks_only_that_one_of_them_be_right() -> None:
    logits = torch.log(torch.tensor([[0.5, 0.3, 0.2]]))
    loss = label_loss(logits, torch.tensor([[False, True, True]]))
    assert loss.tolist() == pytest.approx([-np.log(0.5)], rel=1e-6)


def test_a_set_of_one_label_is_that_label() -> None:
    logits = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([0, 2, 1, 1])
    as_sets = nn.functional.one_hot(labels, 3).bool()
    assert torch.allclose(label_loss(logits, as_sets), label_loss(logits, labels), atol=1e-6)
