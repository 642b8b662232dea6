"""The engine on graphs of every make against the same nodes in float64, by every set of kernels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c3po._core import native
from c3po.runtime import Graph, Network, pack_bytes
from tests.reference import graph as reference


class Maker:
    """Random layers on top of each other; `shape` is that of the newest value."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.rng = np.random.default_rng(draw(st.integers(0, 2**16)))
        self.views = draw(st.sampled_from([1, 1, 2, 3]))
        channels = draw(st.integers(1, 3))
        height, width = draw(st.integers(4, 19)), draw(st.sampled_from([4, 5, 8, 9, 12, 16, 17, 20, 31, 33]))
        self.graph = Graph((channels * self.views, height, width))
        self.last, self.shape = 0, (channels, height, width)
        if draw(st.booleans()):
            scale = self.rng.normal(size=channels * self.views)
            self.put("affine", scale=scale, offset=self.rng.normal(size=channels * self.views))
        if self.views > 1:
            self.put("view_split", channels=channels)

    def put(self, op: str, *others: int, **details: object) -> int:
        self.last = self.graph.add(op, self.last, *others, **details)
        return self.last

    def weight(self, *shape: int) -> np.ndarray:
        """Dense, scattered or in blocks of four rows; some rows empty."""
        density, rows = self.draw(st.sampled_from([(1.0, 1), (0.3, 1), (0.3, 4), (0.05, 1)]))
        kept = self.rng.random((-(-shape[0] // rows), *shape[1:])) < density
        return self.rng.normal(size=shape) * np.repeat(kept, rows, axis=0)[: shape[0]]

    def conv(self, outputs: int, kernel: tuple[int, int], stride: tuple[int, int], source: int | None = None) -> int:
        channels, height, width = self.shape
        padding = tuple(side // 2 for side in kernel)
        bias = self.rng.normal(size=outputs) * (self.rng.random(outputs) < 0.7)
        node = self.graph.add(
            "conv2d", self.last if source is None else source, weight=self.weight(outputs, channels, *kernel),
            bias=bias, stride=stride, padding=padding,
        )  # fmt: skip
        sides = [(n + 2 * p - k) // s + 1 for n, p, k, s in zip((height, width), padding, kernel, stride, strict=True)]
        self.made = (outputs, *sides)
        return node

    def block(self) -> None:
        """Two convolutions and a shortcut, as it is or of stride 2, which may come before or after them."""
        entry, channels = self.last, self.shape[0]
        stride = self.draw(st.sampled_from([(1, 1), (2, 2), (2, 1)]))
        before = self.shape
        outputs = channels if stride == (1, 1) else self.draw(st.sampled_from([4, 6, 8]))
        early = self.draw(st.booleans())
        short = entry if stride == (1, 1) else self.conv(outputs, (1, 1), stride) if early else None
        self.last = self.conv(outputs, (3, 3), stride)
        self.shape = self.made
        self.put("relu")
        self.last = self.conv(outputs, (3, 3), (1, 1))
        if short is None:
            self.shape, after = before, self.shape
            short = self.conv(outputs, (1, 1), stride, entry)
            self.shape = after
        self.put("add", short)
        if self.draw(st.booleans()):
            self.put("relu")

    def layer(self) -> None:
        kind = self.draw(st.sampled_from(["block", "block", "conv", "strided", "pool", "avg"]))
        if kind == "block":
            return self.block()
        if kind in ("pool", "avg"):
            if min(self.shape[1:]) >= 2:
                self.put("max_pool" if kind == "pool" else "avg_pool", kernel=2)
                self.shape = (self.shape[0], self.shape[1] // 2, self.shape[2] // 2)
            return None
        kernel = self.draw(st.sampled_from([(1, 1), (3, 3), (5, 5), (3, 1)]))
        self.last = self.conv(self.draw(st.integers(1, 9)), kernel, (2, 2) if kind == "strided" else (1, 1))
        self.shape = self.made
        if self.draw(st.booleans()):
            self.put("relu")
        return None

    def head(self) -> Graph:
        if self.draw(st.booleans()):
            self.put(self.draw(st.sampled_from(["global_avg_pool", "global_max_pool"])))
            self.shape = (self.shape[0], 1, 1)
        inputs = int(np.prod(self.shape))
        if self.views > 1 and self.draw(st.booleans()):
            self.put("linear", weight=self.weight(6, inputs))
            inputs = 6
        else:
            self.put("flatten")
        if self.views > 1:
            how = self.draw(st.sampled_from(["max", "mean", "concat"]))
            self.put("view_pool", how=how)
            inputs *= self.views if how == "concat" else 1
        self.put("linear", weight=self.weight(40, inputs), bias=self.rng.normal(size=40))
        self.put("relu")
        self.put("linear", weight=self.weight(3, 40), bias=self.rng.normal(size=3))
        return self.graph


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    maker = Maker(draw)
    for _ in range(draw(st.integers(1, 4))):
        maker.layer()
    return maker.head()


def assert_gives(graph: Graph, images: np.ndarray) -> None:
    expected = reference.outputs(graph, images)[-1]
    data, _ = pack_bytes(graph)
    exact = Network(data, kernels="exact")(images)
    largest = max(1.0, float(np.abs(expected).max()))
    for name in native.kernel_sets():
        scores = Network(data, kernels=name)(images)
        np.testing.assert_allclose(scores, expected, rtol=0, atol=2e-5 * largest)
        if name.startswith("x86-64"):
            assert scores.tobytes() == exact.tobytes()


@settings(max_examples=120, deadline=None)
@given(graph=graphs())
def test_every_graph_gives_what_its_nodes_mean(graph: Graph) -> None:
    images = np.random.default_rng(1).normal(size=(3, *graph.input_shape)).astype(np.float32)
    assert_gives(graph, images)


@pytest.mark.parametrize("width", [4, 8, 12, 16, 24, 32, 48, 64])
def test_every_width_of_a_layer(width: int, rng: np.random.Generator) -> None:
    graph = Graph((2, 6, width))
    x = graph.add("conv2d", 0, weight=rng.normal(size=(8, 2, 3, 3)), padding=1)
    x = graph.add("max_pool", graph.add("relu", x), kernel=2)
    x = graph.add("conv2d", x, weight=rng.normal(size=(5, 8, 3, 3)), stride=2, padding=1)
    graph.add("linear", x, weight=rng.normal(size=(3, 5 * 2 * (width // 4))))
    assert_gives(graph, rng.normal(size=(2, 2, 6, width)).astype(np.float32))


def test_an_image_leaves_nothing_behind_for_the_next(rng: np.random.Generator) -> None:
    graph = Graph((1, 8, 8))
    x = graph.add("conv2d", 0, weight=rng.normal(size=(4, 1, 3, 3)), padding=1)
    for _ in range(3):
        x = graph.add("conv2d", graph.add("relu", x), weight=rng.normal(size=(4, 4, 3, 3)), padding=1)
    graph.add("global_max_pool", x)
    network = Network(pack_bytes(graph)[0])
    large, small = np.full((1, 1, 8, 8), 1e6, np.float32), rng.random((1, 1, 8, 8), dtype=np.float32)
    before = network(small)
    network(large)
    np.testing.assert_array_equal(network(small), before)
