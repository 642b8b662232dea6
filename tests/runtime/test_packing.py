"""A graph and its packed file hold the same numbers, and a broken file is an error with a name."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c3po._core import native
from c3po.errors import PackedFileError
from c3po.runtime import Graph, Network, pack_bytes, unpack, write_packed
from c3po.runtime.packing import unpack_bytes


def small_graph(rng: np.random.Generator, density: float = 0.3) -> Graph:
    """Convolution, pool, two linear layers; weights thinned at random."""

    def thinned(*shape: int) -> np.ndarray:
        return (rng.normal(size=shape) * (rng.random(shape) < density)).astype(np.float32)

    graph = Graph((2, 9, 8))
    x = graph.add("conv2d", 0, weight=thinned(5, 2, 3, 3), bias=thinned(5), padding=1)
    x = graph.add("max_pool", graph.add("relu", x), kernel=2)
    x = graph.add("relu", graph.add("linear", x, weight=thinned(12, 80), bias=thinned(12)))
    graph.add("linear", x, weight=thinned(3, 12), scale=thinned(3))
    return graph


def assert_same(one: Graph, other: Graph) -> None:
    assert [n.op for n in one.nodes] == [n.op for n in other.nodes]
    for a, b in zip(one.nodes, other.nodes, strict=True):
        assert a.tensors.keys() == b.tensors.keys()
        for name in a.tensors:
            np.testing.assert_array_equal(a.tensors[name], b.tensors[name])


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), density=st.sampled_from([0.0, 0.02, 0.3, 1.0]))
def test_a_graph_comes_back_bit_for_bit(seed: int, density: float) -> None:
    graph = small_graph(np.random.default_rng(seed), density)
    data, parts = pack_bytes(graph, {"labels": ["a", "b", "c"]})
    again, metadata = unpack_bytes(data, "memory")
    assert_same(graph, again)
    assert metadata == {"labels": ["a", "b", "c"]}
    assert sum(parts.values()) == len(data)


@pytest.mark.parametrize("bits", [1, 2, 3, 5])
def test_rounding_keeps_the_support_and_at_most_two_to_the_bits_values(bits: int, rng: np.random.Generator) -> None:
    graph = small_graph(rng)
    again, _ = unpack_bytes(pack_bytes(graph, weight_bits=bits)[0], "memory")
    for a, b in zip(graph.nodes, again.nodes, strict=True):
        if "weight" in a.tensors:
            np.testing.assert_array_equal(a.tensors["weight"] != 0, b.tensors["weight"] != 0)
            assert len(np.unique(b.tensors["weight"][b.tensors["weight"] != 0])) <= 2**bits


def test_a_file_is_written_whole_and_opened(tmp_path, rng: np.random.Generator) -> None:
    parts = write_packed(small_graph(rng), tmp_path / "net.c3po", {"labels": ["x", "y", "z"], "name": "tiny"})
    network = Network.open(tmp_path / "net.c3po")
    assert [path.name for path in tmp_path.iterdir()] == ["net.c3po"]
    assert sum(parts.values()) == (tmp_path / "net.c3po").stat().st_size
    assert (network.labels, network.name, network.input_shape) == (("x", "y", "z"), "tiny", (2, 9, 8))
    assert_same(unpack(tmp_path / "net.c3po")[0], small_graph(np.random.default_rng(20260101)))


def test_a_changed_byte_is_noticed(rng: np.random.Generator) -> None:
    data, _ = pack_bytes(small_graph(rng))
    for place in rng.integers(0, len(data), size=50):
        changed = bytearray(data)
        changed[place] ^= 1 << int(rng.integers(8))
        with pytest.raises(PackedFileError, match=r"^net\.c3po: expected"):
            Network(bytes(changed), "net.c3po")


def test_every_cut_is_noticed(rng: np.random.Generator) -> None:
    data, _ = pack_bytes(small_graph(rng))
    for length in range(len(data)):
        with pytest.raises(PackedFileError):
            Network(data[:length], "net.c3po")


def test_a_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(PackedFileError, match="expected a readable file, got No such file"):
        Network.open(tmp_path / "none.c3po")


def test_all_kernels_with_fused_multiply_add_give_the_same_bits(rng: np.random.Generator) -> None:
    data, _ = pack_bytes(small_graph(rng, 0.5))
    images = rng.random((5, 2, 9, 8), dtype=np.float32)
    exact = Network(data, kernels="exact")(images)
    for name in native.kernel_sets():
        scores = Network(data, kernels=name)(images)
        if name.startswith("x86-64"):
            assert scores.tobytes() == exact.tobytes()
        np.testing.assert_allclose(scores, exact, atol=1e-6 * np.abs(exact).max())


@pytest.mark.parametrize(
    ("images", "text"),
    [
        (np.zeros((1, 2, 9, 7), np.float32), r"images must have shape \(n, 2, 9, 8\), got \(1, 2, 9, 7\)"),
        (np.zeros((2, 9, 8), np.float32), r"images must have shape \(n, 2, 9, 8\), got \(2, 9, 8\)"),
        (np.zeros((1, 2, 9, 8), np.uint8), "images must be float32 in .*, got uint8"),
        (np.full((1, 2, 9, 8), np.nan, np.float32), "images must be finite"),
    ],
)
def test_wrong_images_are_refused(images: np.ndarray, text: str, rng: np.random.Generator) -> None:
    network = Network(pack_bytes(small_graph(rng))[0])
    with pytest.raises(ValueError, match=text):
        network(images)
    assert np.isfinite(network(np.zeros((1, 2, 9, 8), np.float32))).all()


def test_strided_and_read_only_images_are_taken(rng: np.random.Generator) -> None:
    network = Network(pack_bytes(small_graph(rng))[0])
    images = rng.random((4, 2, 9, 8), dtype=np.float32)
    images.flags.writeable = False
    np.testing.assert_array_equal(network(images[::2]), network(images)[::2])
