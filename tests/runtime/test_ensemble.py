"""Several networks as one: its answers against the mean of the members' logits, and what cannot be joined."""

from pathlib import Path

import numpy as np
import pytest

from c3po.cli.app import run
from c3po.runtime import Network
from c3po.runtime.ensemble import ensemble
from c3po.runtime.graph import Graph
from c3po.runtime.packing import pack_bytes, unpack


def member(seed: int, width: int = 6, labels: int = 4, side: int = 8) -> Graph:
    """A small network of random weights."""
    rng = np.random.default_rng(seed)
    graph = Graph((1, side, side))
    x = graph.add("conv2d", 0, weight=rng.normal(size=(width, 1, 3, 3)), bias=rng.normal(size=width), padding=1)
    x = graph.add("global_avg_pool", graph.add("relu", x))
    x = graph.add("linear", x, weight=rng.normal(size=(labels, width)), bias=rng.normal(size=labels))
    graph.add("softmax", x)
    return graph


def answers(graph: Graph, images: np.ndarray, folder: Path) -> np.ndarray:
    path = folder / "network.c3po"
    path.write_bytes(pack_bytes(graph, {"labels": list("abcd")})[0])
    return Network.open(path)(images)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_mean_of_the_logits_counts(count: int, rng: np.random.Generator, tmp_path: Path) -> None:
    images = rng.random((5, 1, 8, 8)).astype(np.float32)
    members = [member(seed, width=4 + seed) for seed in range(count)]
    logits = np.mean([np.log(answers(each, images, tmp_path)) for each in members], axis=0)
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(answers(ensemble(members), images, tmp_path), expected, rtol=2e-5)


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([member(1, side=9)], "images of one shape"),
        ([member(1, labels=5)], "the same scores"),
        ([Graph((1, 8, 8))], "end in linear and softmax"),
    ],
)
def test_what_does_not_fit_is_refused(others: list[Graph], said: str) -> None:
    if len(others[0].nodes) == 1:
        others[0].add("relu", others[0].add("flatten", 0))
    with pytest.raises(ValueError, match=said):
        ensemble([member(0), *others])


def test_a_member_may_count_more(rng: np.random.Generator, tmp_path: Path) -> None:
    images = rng.random((5, 1, 8, 8)).astype(np.float32)
    members = [member(seed, width=4 + seed) for seed in range(3)]
    logits = np.average([np.log(answers(each, images, tmp_path)) for each in members], axis=0, weights=[1, 2, 1])
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(answers(ensemble(members, [1, 2, 1]), images, tmp_path), expected, rtol=2e-5)


@pytest.mark.parametrize("weights", [[1.0], [1.0, 0.0], [1.0, float("nan")], [1.0, float("inf")]])
def test_weights_that_mean_nothing_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weights must be 2 positive numbers"):
        ensemble([member(0), member(1)], weights)


def test_no_networks_are_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        ensemble([])


def test_the_command_joins_packed_files(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for seed in (0, 1):
        data, _ = pack_bytes(member(seed), {"name": f"n{seed}", "labels": list("abcd")})
        (tmp_path / f"{seed}.c3po").write_bytes(data)
    (tmp_path / "other.c3po").write_bytes(pack_bytes(member(2, labels=3), {"labels": list("abc")})[0])
    start = ["pack", str(tmp_path / "0.c3po"), "--with"]
    assert run([*start, str(tmp_path / "1.c3po"), "--out", str(tmp_path / "both.c3po")]) == 0
    graph, metadata = unpack(tmp_path / "both.c3po")
    assert (metadata["name"], sum(node.op == "conv2d" for node in graph.nodes)) == ("n0", 2)
    capfd.readouterr()
    assert run([*start, str(tmp_path / "other.c3po"), "--out", str(tmp_path / "no.c3po")]) == 2
    assert "the same scores" in capfd.readouterr().err
    assert not (tmp_path / "no.c3po").exists()


def test_weights_without_other_networks_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.c3po").write_bytes(pack_bytes(member(0), {"labels": list("abcd")})[0])
    assert run(["pack", str(tmp_path / "one.c3po"), "--weights", "1,2", "--out", str(tmp_path / "out.c3po")]) == 2
    assert "--with" in capsys.readouterr().err
    assert not (tmp_path / "out.c3po").exists()
