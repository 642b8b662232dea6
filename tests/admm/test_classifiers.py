"""Networks that are not ours, from the command line: built by name, trained on a .npz, packed."""

import textwrap

import numpy as np
import pytest
import torch

from c3po.cli.app import run
from c3po.runtime import Network

BUILDER = """
    from torch import nn

    def build():
        return nn.Sequential(nn.Flatten(), nn.Linear(36, 12), nn.ReLU(), nn.Linear(12, 3))

    def with_need(size):
        return build()

    def nothing():
        return None
"""
PLAN = """
stages:
  - {name: prune, budget: {max_nonzeros: 90}, epochs: 3, retrain_epochs: 4, learning_rate: 0.005}
  - {name: quantise, constraints: {"*": {codebook: 8}}, keep_support: true, epochs: 2, retrain_epochs: 2}
"""


@pytest.fixture
def job(tmp_path, monkeypatch, request):
    """A folder with a builder, its trained weights, a plan and samples: which third of a 6x6 image is bright."""
    monkeypatch.chdir(tmp_path)
    name = f"nets_{abs(hash(request.node.name))}"
    (tmp_path / f"{name}.py").write_text(textwrap.dedent(BUILDER))
    (tmp_path / "plan.yaml").write_text(PLAN)
    rng = np.random.default_rng(0)
    for file, n in (("train.npz", 300), ("held.npz", 100)):
        labels = rng.integers(0, 3, n)
        images = rng.integers(0, 120, (n, 1, 6, 6), dtype=np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[0, 2 * label : 2 * label + 2] += 100
        np.savez(tmp_path / file, inputs=images, labels=labels)
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(36, 12), torch.nn.ReLU(), torch.nn.Linear(12, 3))
    train(network, np.load(tmp_path / "train.npz"))
    torch.save(network.state_dict(), tmp_path / "weights.pt")
    return name


def train(network, table):
    inputs, labels = torch.from_numpy(table["inputs"]).float() / 255, torch.from_numpy(table["labels"])
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(60):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(network(inputs), labels).backward()
        optimiser.step()


def call(*arguments):
    return run(["compress", *arguments, "--out", "net.c3po"])


def test_a_network_of_another_project_is_compressed_and_its_file_answers(job, tmp_path, capsys):
    options = ["--samples", "train.npz", "--weights", "weights.pt", "--validation", "held.npz"]
    assert call(f"{job}:build", "plan.yaml", *options) == 0
    told = capsys.readouterr()
    assert told.out.startswith("net.c3po: ")
    assert "small_error_percent" in told.err
    held = np.load("held.npz")
    answers = Network.open(tmp_path / "net.c3po")(held["inputs"].astype(np.float32) / np.float32(255))
    assert (answers.argmax(axis=1) == held["labels"]).mean() >= 0.95
    assert (tmp_path / "net.c3po").stat().st_size < (36 * 12 + 12 * 3) * 4 / 5


@pytest.mark.parametrize(
    ("function", "told"),
    [
        ("absent", "expected module:function that builds a network without arguments, got "),
        ("with_need", "expected module:function that builds a network without arguments, got "),
        ("nothing", "expected a torch module, got NoneType; return the network"),
    ],
)
def test_a_builder_that_does_not_fit_is_one_line(job, tmp_path, capsys, function, told):
    assert call(f"{job}:{function}", "plan.yaml", "--samples", "train.npz") == 2
    line = capsys.readouterr().err.strip().replace("\n", " ")
    assert f"{job}:{function}: {told}" in line
    assert not (tmp_path / "net.c3po").exists()


def bad(tmp_path, kind):
    good = np.load(tmp_path / "train.npz")
    inputs, labels = good["inputs"], good["labels"]
    changed = {
        "no labels": {"inputs": inputs},
        "floats": {"inputs": inputs, "labels": labels.astype(np.float32)},
        "short": {"inputs": inputs, "labels": labels[:5]},
        "class 7": {"inputs": inputs, "labels": labels + 5},
        "wide": {"inputs": np.zeros((9, 50), np.float32), "labels": labels[:9]},
        "objects": {"inputs": np.array([[None], [3]]), "labels": labels[:2]},
    }
    np.savez(tmp_path / "bad.npz", **changed[kind])


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("no labels", "expected a .npz with inputs and labels, got"),
        ("floats", "expected inputs as float32 or uint8 (n, ...) and n integer labels, got"),
        ("short", "expected inputs as float32 or uint8 (n, ...) and n integer labels, got"),
        ("class 7", "expected labels from 0 to 2, got 5 to 7; number the classes as the network does"),
        ("wide", "expected inputs that the network takes, got"),
        ("objects", "expected a .npz with inputs and labels, got"),
    ],
)
def test_samples_that_do_not_fit_are_one_line(job, tmp_path, capsys, kind, told):
    bad(tmp_path, kind)
    assert call(f"{job}:build", "plan.yaml", "--samples", "bad.npz") == 2
    line = capsys.readouterr().err.strip().replace("\n", " ")
    assert f"bad.npz: {told}" in line
    assert not (tmp_path / "net.c3po").exists()


def test_weights_of_another_network_and_a_file_that_is_none(job, tmp_path, capsys):
    torch.save(torch.nn.Linear(2, 2).state_dict(), "other.pt")
    (tmp_path / "text.pt").write_text("no weights")
    (tmp_path / "text.npz").write_text("no samples")
    for options in (
        ["--samples", "train.npz", "--weights", "other.pt"],
        ["--samples", "train.npz", "--weights", "text.pt"],
        ["--samples", "text.npz"],
    ):
        assert call(f"{job}:build", "plan.yaml", *options) == 2
        assert f"{options[-1]}: expected a " in capsys.readouterr().err
    assert call("weights.pt", "plan.yaml", "--samples", "train.npz", "--weights", "weights.pt") == 2
    assert "expected module:function beside --weights and --validation" in capsys.readouterr().err
