"""GRU and LSTM layers against torch, dense, thinned and block-circulant."""

import numpy as np
import pytest
import torch

from c3po._core import native
from c3po.runtime import Graph, Network, pack_bytes, unpack
from c3po.runtime.int8 import measured_ranges


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


def nearest_steps(values: np.ndarray, range_: np.ndarray | float) -> np.ndarray:
    """Values in whole steps, 127 to the range of each row."""
    return np.rint(np.clip(values * (127.0 / range_), -127, 127))


def on_bytes(op: str, layer: torch.nn.RNNBase, rows: np.ndarray, range_: float) -> np.ndarray:
    """The last state by the rules of docs/runtime.md: products of whole numbers, gates in float64."""
    stored = [
        getattr(layer, f"{kind}_{name}_l0").detach().double().numpy()
        for kind in ("weight", "bias")
        for name in ("ih", "hh")
    ]
    tops = [np.abs(weight).max(axis=1, keepdims=True) for weight in stored[:2]]
    whole = [nearest_steps(weight, top) for weight, top in zip(stored[:2], tops, strict=True)]
    state = cell = np.zeros(layer.hidden_size)
    for row in rows.astype(np.float64):
        given, kept = (
            (weight @ nearest_steps(values, reach)) * (top[:, 0] * reach / 127**2) + bias
            for weight, values, reach, top, bias in zip(
                whole, (row, state), (range_, 1.0), tops, stored[2:], strict=True
            )
        )
        gates = np.split(given, 3 if op == "gru" else 4), np.split(kept, 3 if op == "gru" else 4)
        opened = [1 / (1 + np.exp(-a - b)) for a, b in zip(*gates, strict=True)]
        if op == "gru":
            fresh = np.tanh(gates[0][2] + opened[0] * gates[1][2])
            state = fresh + opened[1] * (state - fresh)
        else:
            cell = opened[1] * cell + opened[0] * np.tanh(gates[0][2] + gates[1][2])
            state = opened[3] * np.tanh(cell)
    return state


@pytest.mark.parametrize("op", ["gru", "lstm"])
@pytest.mark.parametrize(("features", "units", "steps"), [(3, 1, 1), (11, 21, 1), (33, 64, 40), (70, 130, 9)])
def test_on_bytes_a_recurrent_layer_gives_what_whole_numbers_give(
    op: str, features: int, units: int, steps: int, rng: np.random.Generator
) -> None:
    layer = torch_layer(op, features, units, 1.0)
    images = rng.normal(size=(4, 1, steps, features)).astype(np.float32)
    expected = np.array([on_bytes(op, layer, image[0], 2.0) for image in images])
    data, _ = pack_bytes(graph_of(op, layer, steps, sequence=False), {"ranges": {"0": [2.0]}})
    exact = Network(data, kernels="exact", arithmetic="int8")
    assert [step["step"] for step in exact.step_times(images[:1], 1)][1] == "1 int8 recurrent"
    for name in native.kernel_sets():
        scores = Network(data, kernels=name, arithmetic="int8")(images)
        apart = np.abs(scores - expected)
        assert np.median(apart) < 1e-6
        assert apart.max() < (1e-5 if steps == 1 else 0.02), "a state between two steps may be rounded either way"
        assert scores.tobytes() == exact(images).tobytes() or name == "base"


@pytest.mark.parametrize("op", ["gru", "lstm"])
def test_with_measured_ranges_scores_on_bytes_are_near_those_of_float32(op: str, rng: np.random.Generator) -> None:
    graph = graph_of(op, torch_layer(op, 20, 48, 1.0), 30, sequence=True)
    images = (rng.random((5, 1, 30, 20)) - 0.7).astype(np.float32)
    ranges = measured_ranges(graph, images, cut=100)
    assert ranges == {"0": [pytest.approx(float(-images.min()))]}, "the largest of either sign"
    data, _ = pack_bytes(graph, {"ranges": ranges})
    assert np.abs(Network(data, arithmetic="int8")(images) - Network(data)(images)).max() < 0.03


def test_a_layer_of_zeros_for_the_most_stays_float32(rng: np.random.Generator) -> None:
    images = rng.random((2, 1, 9, 11), dtype=np.float32)
    data, _ = pack_bytes(graph_of("gru", torch_layer("gru", 11, 21, 0.1), 9, sequence=False), {"ranges": {"0": [1.0]}})
    np.testing.assert_array_equal(Network(data, arithmetic="int8")(images), Network(data)(images))


def test_rows_beyond_the_range_are_cut_off(rng: np.random.Generator) -> None:
    layer = torch_layer("gru", 6, 8, 1.0)
    data, _ = pack_bytes(graph_of("gru", layer, 3, sequence=False), {"ranges": {"0": [1.0]}})
    network = Network(data, arithmetic="int8")
    images = rng.choice([-1.0, 1.0], size=(3, 1, 3, 6)).astype(np.float32)
    np.testing.assert_array_equal(network(images * np.float32(3e38)), network(images))


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
