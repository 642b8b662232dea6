"""Convolutions on bytes against whole numbers, by every set of kernels; where ranges come from and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c3po._core import native
from c3po.errors import PackedFileError
from c3po.runtime import Graph, Network, pack_bytes
from c3po.runtime.int8 import measured_ranges
from tests.reference.int8 import Run


def with_ranges(graph: Graph, ranges: dict[int, list[float]]) -> bytes:
    return pack_bytes(graph, {"ranges": {str(node): values for node, values in ranges.items()}})[0]


class Maker:
    """Random networks of convolutions that keep the sides, but for the stride. Ranges for all values, or for some: then
    convolutions on floats lie between, whose last bit may decide how a byte is rounded."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw, self.rng = draw, np.random.default_rng(draw(st.integers(0, 2**16)))
        self.views, channels = draw(st.sampled_from([1, 2, 3])), draw(st.integers(1, 2))
        height, width = draw(st.integers(1, 19)), draw(st.sampled_from([1, 3, 4, 7, 8, 16, 17, 32, 40, 70]))
        self.graph = Graph((channels * self.views, height, width))
        self.last, self.channels = 0, {0: channels * self.views}
        if self.views > 1:
            self.put("view_split", channels, channels=channels)

    def put(self, op: str, outputs: int, *others: int, **details: object) -> int:
        self.last = self.graph.add(op, self.last, *others, **details)
        self.channels[self.last] = outputs
        return self.last

    def conv(self, outputs: int, stride: tuple[int, int] = (1, 1), kernel: tuple[int, int] | None = None) -> int:
        kernel = kernel or self.draw(st.sampled_from([(1, 1), (3, 3), (5, 5), (3, 1), (7, 3)]))
        shape = (outputs, self.channels[self.last], *kernel)
        weight = self.rng.normal(size=shape) * (self.rng.random(shape) < self.draw(st.sampled_from([1.0, 0.3])))
        weight[:, 0, 0, 0] = 0.5  # dead rows would be dropped, and with them what sets the steps of those who read them
        bias = self.rng.normal(size=outputs) if self.draw(st.booleans()) else None
        padding = tuple(side // 2 for side in kernel)
        return self.put("conv2d", outputs, weight=weight, bias=bias, stride=stride, padding=padding)

    def layer(self, has_relu: bool) -> None:
        kind = self.draw(st.sampled_from(["plain", "strided", "residual", "shortcut", "pool"]))
        outputs = self.draw(st.integers(1, 9))
        entry, stride = self.last, self.draw(st.sampled_from([(2, 2), (1, 1), (2, 1), (3, 2)]))
        if kind == "residual":
            self.put("add", self.channels[entry], self.conv(self.channels[entry]) and entry)
        elif kind == "shortcut":
            short = self.conv(outputs, stride, (1, 1))
            self.last = entry
            self.conv(outputs, stride)
            self.put("add", outputs, short)
        elif kind == "pool":
            self.put("max_pool", self.channels[entry], kernel=3, stride=1, padding=1)
        else:
            self.conv(outputs, stride if kind == "strided" else (1, 1))
        if has_relu:
            self.put("relu", self.channels[self.last])

    def done(self, share: float) -> tuple[Graph, dict[int, list[float]]]:
        self.put("global_avg_pool", self.channels[self.last])
        if self.views > 1:
            self.put("view_pool", self.channels[self.last] * self.views, how="concat")
        ranges = {
            node: (self.rng.random(self.channels[node]) * 4 + 0.5).round(3).tolist()
            for node in range(len(self.graph.nodes) - 2)
            if self.graph.nodes[node].op in ("input", "view_split", "relu", "max_pool") and self.rng.random() < share
        }
        return self.graph, ranges


@st.composite
def graphs(draw: st.DrawFn, share: float) -> tuple[Graph, dict[int, list[float]]]:
    maker, layers = Maker(draw), draw(st.integers(1, 4))
    for n in range(layers):
        maker.layer(draw(st.booleans()) if share < 1 or n == layers - 1 else True)
    return maker.done(share)


def images_of(graph: Graph, rng: np.random.Generator) -> np.ndarray:
    """One full image, one blank, two with some rows, as parts leave them."""
    images = rng.random((4, *graph.input_shape), dtype=np.float32)
    images[1] = 0
    images[2:] *= rng.random((2, 1, graph.input_shape[1], 1)) < 0.3
    return images


@settings(max_examples=150, deadline=None)
@given(made=graphs(share=1.0))
def test_every_graph_gives_what_whole_numbers_give(made: tuple[Graph, dict[int, list[float]]]) -> None:
    assert_gives(*made, tolerance=1e-5)


@settings(max_examples=60, deadline=None)
@given(made=graphs(share=0.7))
def test_convolutions_on_bytes_and_on_floats_may_be_mixed(made: tuple[Graph, dict[int, list[float]]]) -> None:
    assert_gives(*made, tolerance=0.02)


def assert_gives(graph: Graph, ranges: dict[int, list[float]], tolerance: float) -> None:
    images = images_of(graph, np.random.default_rng(1))
    expected, data = Run(graph, images, ranges).outputs, with_ranges(graph, ranges)
    largest = max(1.0, float(np.abs(expected).max()))
    for kernels in native.kernel_sets():
        scores = Network(data, kernels=kernels, arithmetic="int8")(images)
        np.testing.assert_allclose(scores, expected, rtol=0, atol=tolerance * largest)


def trunk(rng: np.random.Generator, width: int) -> Graph:
    graph = Graph((2, 24, width))
    x = graph.add("conv2d", 0, weight=rng.normal(size=(8, 2, 5, 5)), bias=rng.normal(size=8), stride=2, padding=2)
    x = graph.add("relu", x)
    y = graph.add("conv2d", x, weight=rng.normal(size=(8, 8, 3, 3)) / 8, padding=1)
    x = graph.add("relu", graph.add("add", x, y))
    x = graph.add("relu", graph.add("conv2d", x, weight=rng.normal(size=(12, 8, 3, 3)) / 8, stride=2, padding=1))
    graph.add("global_avg_pool", x)
    return graph


@pytest.mark.parametrize("width", [8, 16, 32, 64])
def test_all_sets_give_the_same_bits_whatever_came_before(width: int, rng: np.random.Generator) -> None:
    graph = trunk(rng, width)
    images = images_of(graph, rng)
    data = with_ranges(graph, {int(n): r for n, r in measured_ranges(graph, images).items()})
    together = Network(data, arithmetic="int8")(images)
    for kernels in native.kernel_sets():
        network = Network(data, kernels=kernels, arithmetic="int8")
        for order in (range(4), reversed(range(4))):
            for i in order:
                scores = network(images[i : i + 1])
                np.testing.assert_allclose(scores, together[i : i + 1], rtol=1e-6, atol=1e-6)
                assert kernels == "base" or scores.tobytes() == together[i : i + 1].tobytes()


def test_with_fitting_ranges_scores_are_near_those_of_float32(rng: np.random.Generator) -> None:
    graph = trunk(rng, 32)
    images = images_of(graph, rng)
    data = with_ranges(graph, {int(n): r for n, r in measured_ranges(graph, images).items()})
    exact = Network(data)(images)
    assert np.abs(Network(data, arithmetic="int8")(images) - exact).max() < 0.02 * np.abs(exact).max()


def test_ranges_are_the_largest_values_of_channels() -> None:
    graph = Graph((2, 4, 4))
    x = graph.add("view_split", 0, channels=1)
    x = graph.add("conv2d", x, weight=np.array([[[[3.0]]], [[[-1.0]]], [[[1.0]]]]))
    x = graph.add("conv2d", graph.add("relu", x), weight=np.ones((1, 3, 1, 1)))
    x = graph.add("conv2d", x, weight=np.ones((1, 1, 1, 1)), bias=np.full(1, -1.0))
    graph.add("view_pool", graph.add("global_avg_pool", x), how="max")
    images = np.zeros((5, 2, 4, 4), np.float32)
    images[:, 1, 2, 3] = [0.1, 0.2, 0.3, 0.4, 0.5]
    ranges = measured_ranges(graph, images, cut=100)
    assert ranges == {"1": [0.5], "3": [1.5, 0.0015, 0.5], "4": [2.0]}
    assert measured_ranges(graph, -images, cut=100).keys() == {"3", "4"}, "an image below zero cannot be told in bytes"


def test_a_blank_value_is_a_whole_number_of_steps() -> None:
    graph = Graph((1, 8, 8))
    x = graph.add("conv2d", 0, weight=np.eye(3, 1).reshape(3, 1, 1, 1), bias=np.array([0.5, 0.3, 0.001]))
    graph.add("global_avg_pool", graph.add("conv2d", graph.add("relu", x), weight=np.ones((1, 3, 1, 1))))
    images = np.zeros((1, 1, 8, 8), np.float32)
    images[0, 0, 1, 1] = 7.0
    first, second, third = measured_ranges(graph, images, cut=100)["2"]
    assert 127 * 0.5 / first == pytest.approx(round(127 * 0.5 / 7.5))
    assert first == pytest.approx(7.5, rel=0.07)
    assert second == pytest.approx(0.3), "127 steps of a channel that never changes"
    assert 127 * 0.001 / third == pytest.approx(17), "silent beside the others: about a thousandth of their range"


def test_the_file_says_how_it_runs_and_the_caller_has_the_last_word(rng: np.random.Generator) -> None:
    graph = trunk(rng, 8)
    metadata = {"ranges": {"0": [1.0, 1.0]}}
    files = {told: pack_bytes(graph, metadata | ({"arithmetic": told} if told else {}))[0] for told in ("", "int8")}
    assert Network(files[""]).arithmetic == "float32"
    assert Network(files["int8"]).arithmetic == "int8"
    assert Network(files["int8"], arithmetic="float32").arithmetic == "float32"
    kinds = [step["step"] for step in Network(files["int8"]).step_times(np.zeros((1, 2, 24, 8), np.float32), 1)]
    assert "2 int8 conv" not in kinds
    assert "1 int8 conv" in kinds
    with pytest.raises(ValueError, match="arithmetic must be one of float32, int8, got 'int4'"):
        Network(files[""], arithmetic="int4")


@pytest.mark.parametrize(
    ("metadata", "text"),
    [
        ({}, "expected ranges of its values for int8, found none; measure them: c3po pack --int8 SAMPLES"),
        ({"ranges": [1]}, "expected ranges as lists of numbers by node"),
        ({"ranges": {"x": [1]}}, "expected ranges as lists of numbers by node"),
        ({"ranges": {"9999": [1]}}, "expected ranges as lists of numbers by node"),
        ({"ranges": {"0": [1, "2"]}}, "expected ranges as lists of numbers by node"),
        ({"ranges": {"0": [1]}}, r"node 0: expected 2 ranges, got 1"),
        ({"ranges": {"0": [1, 0]}}, r"node 0: expected ranges from 1e-20 to 1e20, got 0"),
        ({"ranges": {"0": [1, float("nan")]}}, r"node 0: expected ranges from 1e-20 to 1e20, got nan"),
        ({"ranges": {"0": [1, 10**400]}}, r"node 0: expected ranges from 1e-20 to 1e20, got 3"),
        ({"ranges": {"0": [1, 1], "2": [1e-19] * 8}}, "expected weights and ranges that int8 can hold"),
    ],
)
def test_ranges_that_cannot_be_are_refused(metadata: dict, text: str, rng: np.random.Generator) -> None:
    data, _ = pack_bytes(trunk(rng, 8), metadata)
    assert Network(data).arithmetic == "float32"
    with pytest.raises(PackedFileError, match=text):
        Network(data, "net.c3po", arithmetic="int8")


def test_an_image_with_an_infinity_is_refused_and_leaves_nothing_behind(rng: np.random.Generator) -> None:
    graph = trunk(rng, 16)
    network = Network(with_ranges(graph, {0: [1.0, 1.0], 2: [5.0] * 8}), arithmetic="int8")
    image = rng.random((1, 2, 24, 16), dtype=np.float32)
    before = network(image)
    for strange in (np.inf, -np.inf, np.nan):
        bad = image.copy()
        bad[0, 1, 23, 15] = strange
        with pytest.raises(ValueError, match="images must be finite"):
            network(bad)
    np.testing.assert_array_equal(network(image), before)
