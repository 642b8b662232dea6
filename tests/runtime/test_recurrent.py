"""GRU and LSTM layers against torch, dense, thinned and block-circulant."""

import numpy as np
import pytest
import torch

from c3po._core import native
from c3po.runtime import Graph, Network, pack_bytes, unpack


def torch_layer(op: str, features: int, units: int, density: float) -> torch.nn.RNNBase:
    torch.manual_seed(1)
    layer = (torch.nn.GRU if op == "gru" else torch.nn.LSTM)(features, units, batch_first=True)
    for weight in (layer.weight_ih_l0, layer.weight_hh_l0):
        weight.data *= (torch.rand(weight.shape) < density).float() * 2
    return layer


def graph_of(op: str, layer: torch.nn.RNNBase, steps: int, sequence: bool) -> Graph:
    graph = Graph((1, steps, layer.input_size))
    names = {"weight_input": "weight_ih_l0", "weight_hidden": "weight_hh_l0", "bias_input": "bias_ih_l0"}
    tensors = {ours: getattr(layer, theirs).detach().numpy() for ours, theirs in names.items()}
    x = graph.add(op, 0, **tensors, bias_hidden=layer.bias_hh_l0.detach().numpy(), sequence=sequence)
    if sequence:
        graph.add("flatten", x)
    return graph


@pytest.mark.parametrize("density", [1.0, 0.1])
@pytest.mark.parametrize("sequence", [False, True])
@pytest.mark.parametrize("op", ["gru", "lstm"])
def test_a_recurrent_layer_gives_torch_outputs(
    op: str, sequence: bool, density: float, rng: np.random.Generator
) -> None:
    layer = torch_layer(op, 11, 21, density)
    images = rng.normal(size=(3, 1, 9, 11)).astype(np.float32)
    with torch.no_grad():
        outputs, _ = layer.double()(torch.from_numpy(images[:, 0]).double())
    expected = (outputs.reshape(3, -1) if sequence else outputs[:, -1]).numpy()
    data, _ = pack_bytes(graph_of(op, layer.float(), 9, sequence))
    exact = Network(data, kernels="exact")(images)
    for name in native.kernel_sets():
        scores = Network(data, kernels=name)(images)
        np.testing.assert_allclose(scores, expected, atol=1e-6 * max(1.0, np.abs(expected).max()))
        assert scores.tobytes() == exact.tobytes() or name == "base"


def circulant(stored: np.ndarray, block: int) -> np.ndarray:
    """The written-out matrix: row r of a block is its first row turned right r times."""
    blocks = stored.reshape(len(stored), -1, block)
    rows = [np.roll(row, turn, axis=1).ravel() for row in blocks for turn in range(block)]
    return np.array(rows, np.float32)


@pytest.mark.parametrize("block", [2, 4])
def test_a_circulant_layer_is_the_matrix_it_stands_for(block: int, tmp_path, rng: np.random.Generator) -> None:
    stored = rng.normal(size=(8 // block, 12)).astype(np.float32)
    graph, dense = Graph((12, 1, 1)), Graph((12, 1, 1))
    graph.add("linear", 0, weight=stored, circulant=block)
    dense.add("linear", 0, weight=circulant(stored, block))
    images = rng.normal(size=(5, 12, 1, 1)).astype(np.float32)
    np.testing.assert_array_equal(Network(pack_bytes(graph)[0])(images), Network(pack_bytes(dense)[0])(images))
    (tmp_path / "net.c3po").write_bytes(pack_bytes(graph)[0])
    np.testing.assert_array_equal(unpack(tmp_path / "net.c3po")[0].nodes[1].tensors["weight"], stored)


@pytest.mark.parametrize(("block", "sides"), [(128, (256, 128)), (128, (128, 256)), (256, (512, 256))])
def test_large_circulant_blocks_run_by_transform(block: int, sides: tuple[int, int], rng: np.random.Generator) -> None:
    rows, columns = sides
    stored = rng.normal(size=(rows // block, columns)).astype(np.float32)
    bias, scale = rng.normal(size=rows), rng.normal(size=rows)
    graph = Graph((columns // 16, 4, 4))
    graph.add("relu", graph.add("linear", 0, weight=stored, circulant=block, bias=bias, scale=scale))
    images = rng.normal(size=(3, columns // 16, 4, 4)).astype(np.float32)
    product = images.reshape(3, -1).astype(float) @ circulant(stored, block).T.astype(float)
    expected = np.maximum(product * scale.astype(np.float32) + bias.astype(np.float32), 0)
    network = Network(pack_bytes(graph)[0])
    assert [step["step"] for step in network.step_times(images[:1], 1)][1] == "1 circulant"
    np.testing.assert_allclose(network(images), expected, rtol=0, atol=1e-6 * expected.max())
