"""Several networks as one: they see the same image, and the mean of their logits counts, weighted where one is better.

The geometric mean of what networks say that were trained apart errs less than each of them (Hansen and Salamon 1990),
and one file, one digest and one reader stay enough.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from c3po.runtime.graph import Graph, Node


def ensemble(graphs: Sequence[Graph], weights: Sequence[float] = ()) -> Graph:
    """One graph that answers with the softmax of the mean of the members' logits, by ``weights`` where they are given.

    Raises
    ------
    ValueError
        The weights are not positive or not as many as the graphs. There are no graphs, they take other images, do not
        end in a softmax after a linear layer, give another number of scores, or hold several levels.
    """
    if not graphs:
        raise ValueError("graphs must not be empty")
    weights = weights or [1.0] * len(graphs)
    if len(weights) != len(graphs) or not all(0.0 < weight < math.inf for weight in weights):
        raise ValueError(f"weights must be {len(graphs)} positive numbers, got {list(weights)}")
    first = graphs[0]
    result = Graph(first.input_shape)
    total = -1
    for graph, weight in zip(graphs, weights, strict=True):
        _check(graph, first)
        logits = _copied(graph, result, weight / sum(weights))
        total = logits if total < 0 else result.add("add", total, logits)
    result.add("softmax", total)
    return result


def _check(graph: Graph, first: Graph) -> None:
    if graph.n_levels != 1 or graph.outputs not in ([], [len(graph.nodes) - 1]):
        raise ValueError("graphs must have one level and one output")
    if graph.input_shape != first.input_shape:
        raise ValueError(f"graphs must take images of one shape, got {graph.input_shape} and {first.input_shape}")
    last, before = graph.nodes[-1], graph.nodes[graph.nodes[-1].inputs[0]]
    if last.op != "softmax" or before.op != "linear":
        raise ValueError(f"graphs must end in linear and softmax, got {before.op} and {last.op}")
    sizes = [len(each.nodes[each.nodes[-1].inputs[0]].tensors["weight"]) for each in (graph, first)]
    if sizes[0] != sizes[1]:
        raise ValueError(f"graphs must give the same scores, got {sizes[0]} and {sizes[1]} of them")


def _copied(graph: Graph, result: Graph, share: float) -> int:
    """Copy all but the softmax behind what is there; the index of the logits, ``share`` times as large."""
    last = graph.nodes[-1].inputs[0]
    moved = {0: 0}
    for index, node in enumerate(graph.nodes[1:-1], start=1):
        own = _scaled(node, share) if index == last else node
        moved[index] = len(result.nodes)
        result.nodes.append(replace(own, inputs=tuple(moved[i] for i in node.inputs)))
    return moved[last]


def _scaled(node: Node, share: float) -> Node:
    """A linear layer with outputs ``share`` times as large; for two members a share is exact."""
    factors = ("scale", "bias") if "scale" in node.tensors else ("weight", "bias")
    scaled = {name: np.float32(share) * node.tensors[name] for name in factors if name in node.tensors}
    return replace(node, tensors=node.tensors | scaled)
