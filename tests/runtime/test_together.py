"""Several questions about one part at once give what they give one by one."""

import numpy as np
import pytest

from c3po._core import native
from c3po.imaging import ASKED_SIGNS, QUESTIONS, asked_views, turned_around
from c3po.runtime import Graph, Network, pack_bytes
from c3po.verdict.scoring import label_scores


def views_network(rng: np.random.Generator, how: str = "concat") -> Graph:
    graph = Graph((3, 16, 16))
    x = graph.add("view_split", 0, channels=1)
    x = graph.add("relu", graph.add("conv2d", x, weight=rng.normal(size=(8, 1, 5, 5)), stride=2, padding=2))
    x = graph.add("relu", graph.add("conv2d", x, weight=rng.normal(size=(8, 8, 3, 3)) / 8, padding=1))
    x = graph.add("view_pool", graph.add("global_avg_pool", x), how=how)
    inputs = 24 if how == "concat" else 8
    weight = rng.normal(size=(20, inputs)) * (rng.random((20, inputs)) < 0.6)
    x = graph.add("relu", graph.add("linear", x, weight=weight, bias=rng.normal(size=20)))
    graph.add("softmax", graph.add("linear", x, weight=rng.normal(size=(4, 20))))
    return graph


@pytest.mark.parametrize("arithmetic", ["float32", "int8"])
@pytest.mark.parametrize("kernels", native.kernel_sets())
def test_answers_are_those_of_each_question_bit_for_bit(
    kernels: str, arithmetic: str, rng: np.random.Generator
) -> None:
    data, _ = pack_bytes(views_network(rng), {"ranges": {"1": [1.0], "3": [4.0] * 8}})
    network = Network(data, kernels=kernels, arithmetic=arithmetic)
    stacks = rng.random((3, 3, 16, 16), dtype=np.float32)
    stacks[1, :, 6:] = 0
    together = network.together(QUESTIONS)
    assert together is not None
    answers = together(asked_views(stacks))
    assert answers.shape == (3, 4, 4)
    for own, signs in zip(answers.swapaxes(0, 1), ASKED_SIGNS, strict=True):
        assert own.tobytes() == network(turned_around(stacks, signs)).tobytes()
    assert network.together(QUESTIONS) is together


def test_a_part_scores_the_same_asked_together_or_apart(rng: np.random.Generator) -> None:
    metadata = {"signs": "both", "views": "axes", "tone": "sqrt", "temperature": 1.3}
    network = Network(pack_bytes(views_network(rng), metadata)[0])

    class Apart:
        name, digest, labels, metadata = network.name, network.digest, network.labels, network.metadata
        input_shape = network.input_shape

        def __call__(self, images: np.ndarray) -> np.ndarray:
            return network(images)

    stacks = rng.random((5, 6, 16, 16), dtype=np.float32)
    np.testing.assert_array_equal(label_scores(network, stacks), label_scores(Apart(), stacks))


def test_the_asked_views_are_eight() -> None:
    assert sorted({place for question in QUESTIONS for place in question}) == list(range(8))
    assert all(list(question) == sorted(question) for question in QUESTIONS), "bit for bit needs this order"


def test_networks_whose_views_meet_otherwise_are_asked_one_by_one(rng: np.random.Generator) -> None:
    assert Network(pack_bytes(views_network(rng, "max"))[0]).together(QUESTIONS) is None
    graph = Graph((3, 4, 4))
    graph.add("linear", 0, weight=np.ones((2, 48)))
    assert Network(pack_bytes(graph)[0]).together(QUESTIONS) is None
    network = Network(pack_bytes(views_network(rng))[0])
    assert network.together([[0, 1]]) is None, "a question of two views"
    together = network.together([[0, 1, 2]])
    assert together is not None
    with pytest.raises(ValueError, match=r"stacks must be finite, of shape \(n, 3, 16, 16\), got \(1, 4, 16, 16\)"):
        together(np.zeros((1, 4, 16, 16), np.float32))
