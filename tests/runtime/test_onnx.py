"""A packed network exported as ONNX gives the engine's scores in onnxruntime."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from c3po.cli.app import run
from c3po.runtime import Graph, Network, pack_bytes, write_packed
from c3po.runtime.onnx import onnx_model
from tests.runtime.test_engine import graphs

onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
pytest.importorskip("onnx", reason="onnx is not installed")


def scores_elsewhere(model: bytes | str, images: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(["scores"], {"images": images})[0]


@settings(max_examples=15, deadline=None)
@given(graph=graphs())
def test_onnxruntime_gives_the_same_scores(graph: Graph) -> None:
    images = np.random.default_rng(2).normal(size=(2, *graph.input_shape)).astype(np.float32)
    ours = Network(pack_bytes(graph)[0])(images)
    theirs = scores_elsewhere(onnx_model(graph).SerializeToString(), images)
    np.testing.assert_allclose(theirs, ours, rtol=0, atol=3e-5 * max(1.0, float(np.abs(ours).max())))


@pytest.mark.parametrize("sequence", [False, True])
@pytest.mark.parametrize(("op", "gates", "circulant"), [("gru", 3, 0), ("lstm", 4, 0), ("gru", 3, 2)])
def test_recurrent_layers_keep_their_gates(
    op: str, gates: int, circulant: int, sequence: bool, rng: np.random.Generator
) -> None:
    graph, rows = Graph((1, 5, 6)), gates * 8 // max(circulant, 1)
    weights = {"weight_input": rng.normal(size=(rows, 6)), "weight_hidden": rng.normal(size=(rows, 8))}
    biases = {name: rng.normal(size=gates * 8) for name in ("bias_input", "bias_hidden")}
    x = graph.add(op, 0, **weights, **biases, sequence=sequence, circulant=circulant)
    graph.add("linear", x, weight=rng.normal(size=(2, 40 if sequence else 8)))
    images = rng.normal(size=(3, 1, 5, 6)).astype(np.float32)
    ours = Network(pack_bytes(graph)[0])(images)
    np.testing.assert_allclose(scores_elsewhere(onnx_model(graph).SerializeToString(), images), ours, atol=1e-5)


def test_the_command_exports_a_packed_file(tmp_path: Path, rng: np.random.Generator) -> None:
    graph = Graph((2, 4, 4))
    graph.add("linear", 0, weight=rng.normal(size=(3, 32)))
    write_packed(graph, tmp_path / "net.c3po")
    assert run(["export", str(tmp_path / "net.c3po"), "--onnx", str(tmp_path / "net.onnx")]) == 0
    images = rng.random((2, 2, 4, 4), dtype=np.float32)
    ours = Network.open(tmp_path / "net.c3po")(images)
    np.testing.assert_allclose(scores_elsewhere(str(tmp_path / "net.onnx"), images), ours, atol=1e-6)
