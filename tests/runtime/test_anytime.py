"""One file, several answers: nested levels, early exits, and streams of steps."""

import numpy as np
import pytest

from c3po.errors import PackedFileError
from c3po.runtime import Graph, Network, pack_bytes
from c3po.runtime.levels import at_level, nested
from c3po.runtime.packing import unpack_bytes
from tests.reference import graph as reference


def levels_of_one_network(rng: np.random.Generator, densities: tuple[float, ...]) -> list[Graph]:
    """Graphs whose supports grow, with biases of their own."""
    conv, head = rng.normal(size=(6, 2, 3, 3)), rng.normal(size=(3, 6))
    ranks = [rng.random(weight.shape) for weight in (conv, head)]
    graphs = []
    for density in densities:
        graph = Graph((2, 8, 8))
        x = graph.add("conv2d", 0, weight=conv * (ranks[0] < density), bias=rng.normal(size=6), padding=1)
        x = graph.add("global_avg_pool", graph.add("relu", x))
        graph.add("linear", x, weight=head * (ranks[1] < density), bias=np.ones(3))
        graphs.append(graph)
    return graphs


def test_each_level_of_a_file_is_the_network_it_was_made_of(rng: np.random.Generator) -> None:
    graphs = levels_of_one_network(rng, (0.1, 0.4, 1.0))
    data, parts = pack_bytes(nested(graphs), {"labels": ["a", "b", "c"]})
    images = rng.random((4, 2, 8, 8), dtype=np.float32)
    again, _ = unpack_bytes(data, "memory")
    assert (data[3], sum(parts.values()), again.n_levels) == (2, len(data), 3)
    for level, graph in enumerate(graphs):
        network = Network(data, level=level)
        assert (network.level, network.n_levels) == (level, 3)
        np.testing.assert_array_equal(network(images), Network(pack_bytes(graph)[0])(images))
        for node, own in zip(at_level(again, level).nodes, graph.nodes, strict=True):
            for name in own.tensors:
                np.testing.assert_array_equal(node.tensors[name], own.tensors[name])
    np.testing.assert_array_equal(Network(data)(images), Network(data, level=2)(images))


def test_three_levels_take_less_than_three_files(rng: np.random.Generator) -> None:
    graphs = levels_of_one_network(rng, (0.3, 0.6, 1.0))
    assert len(pack_bytes(nested(graphs))[0]) < sum(len(pack_bytes(graph)[0]) for graph in graphs)


def test_one_level_is_written_as_before(rng: np.random.Generator) -> None:
    (graph,) = levels_of_one_network(rng, (0.5,))
    assert pack_bytes(nested([graph]))[0] == pack_bytes(graph)[0]


def test_levels_that_do_not_nest_are_refused(rng: np.random.Generator) -> None:
    small, large = levels_of_one_network(rng, (0.3, 0.6))
    with pytest.raises(ValueError, match=r"node 1 \(conv2d\) weight must keep its weights .*, got others at level 0"):
        nested([large, small])
    small.nodes[1].tensors["weight"] = small.nodes[1].tensors["weight"] * 2
    with pytest.raises(ValueError, match="got others at level 0"):
        nested([small, large])
    with pytest.raises(ValueError, match="level must be from 0 to 0, got 1"):
        Network(pack_bytes(large)[0], level=1)


def with_exits(rng: np.random.Generator) -> Graph:
    """Two shallow heads before the answer, all softmax; the heads stand last in the file, as a trace puts them."""
    graph = Graph((1, 8, 8))
    trunk, x = [], 0
    for channels in (1, 4, 4):
        weight = rng.normal(size=(4, channels, 3, 3))
        x = graph.add("relu", graph.add("conv2d", x, weight=weight, padding=1))
        trunk.append(x)
    for value in trunk:
        head = graph.add("linear", graph.add("global_avg_pool", value), weight=3 * rng.normal(size=(3, 4)))
        graph.outputs.append(graph.add("softmax", head))
    return graph


@pytest.mark.parametrize("confidence", [0.0, 0.5, 0.8, 0.95, 2.0])
def test_an_image_stops_at_the_first_exit_that_is_sure(confidence: float, rng: np.random.Generator) -> None:
    graph = with_exits(rng)
    images = rng.normal(size=(40, 1, 8, 8)).astype(np.float32)
    expected = reference.outputs(graph, images)
    network = Network(pack_bytes(graph)[0])
    scores, exits = network.until(images, confidence)
    sure = [values.max(1) >= confidence for values in expected[:-1]]
    first = np.where(sure[0], 0, np.where(sure[1], 1, 2))
    assert network.n_exits == 3
    np.testing.assert_array_equal(exits, first)
    np.testing.assert_allclose(scores, np.choose(first[:, None], expected), atol=1e-5)
    np.testing.assert_allclose(network(images), expected[-1], atol=1e-5)


def test_exits_that_are_never_asked_for_change_nothing(rng: np.random.Generator) -> None:
    graph = with_exits(rng)
    images = rng.normal(size=(3, 1, 8, 8)).astype(np.float32)
    both = Network(pack_bytes(graph)[0])(images)
    graph.outputs = graph.outputs[-1:]
    np.testing.assert_array_equal(Network(pack_bytes(graph)[0])(images), both)


def recurrent(rng: np.random.Generator) -> Graph:
    """Two layers, then a linear head on the last state."""
    graph = Graph((1, 6, 5))
    x = graph.add("affine", 0, scale=np.array([0.5]))
    x = graph.add(
        "gru", x, weight_input=rng.normal(size=(24, 5)), weight_hidden=rng.normal(size=(24, 8)), sequence=True
    )
    x = graph.add("lstm", x, weight_input=rng.normal(size=(28, 8)), weight_hidden=rng.normal(size=(28, 7)))
    graph.add("linear", x, weight=rng.normal(size=(3, 7)))
    return graph


@pytest.mark.parametrize("arithmetic", ["float32", "int8"])
def test_a_stream_ends_with_the_scores_of_the_sequence(arithmetic: str, rng: np.random.Generator) -> None:
    data, _ = pack_bytes(recurrent(rng), {"ranges": {"1": [1.5], "2": [1.0]}})
    network = Network(data, arithmetic=arithmetic)
    sequences = rng.normal(size=(2, 1, 6, 5)).astype(np.float32)
    stream = network.stream()
    for sequence in sequences:
        for row in sequence[0]:
            scores = stream.push(row)
        assert scores.tobytes() == network(sequence[None]).tobytes()
        stream.reset()


def test_a_stream_of_something_else_is_refused(rng: np.random.Generator) -> None:
    graph = Graph((1, 6, 5))
    graph.add("linear", 0, weight=rng.normal(size=(3, 30)))
    with pytest.raises(PackedFileError, match=r"node 1 \(linear\): expected recurrent layers from the input"):
        Network(pack_bytes(graph)[0]).stream()
    stream = Network(pack_bytes(recurrent(rng))[0]).stream()
    with pytest.raises(ValueError, match=r"features must have shape \(5,\), got \(4,\)"):
        stream.push(np.zeros(4, np.float32))
    with pytest.raises(ValueError, match="features must be finite"):
        stream.push(np.full(5, np.nan, np.float32))
