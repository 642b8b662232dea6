"""Nested networks in one graph: each level keeps the weights of the one before and adds some.

Source: ADMM-NN (arXiv:1812.11677) and its successors prune by thresholds that can be passed one after the other; one
file then serves machines of different speed, and `Network.open(path, level=...)` chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from c3po.runtime.graph import Array, Graph, Node


def nested(graphs: Sequence[Graph]) -> Graph:
    """One graph that holds all of ``graphs``, the smallest first.

    Weights that a level has must have the same value in every later one. Biases, scales and offsets may differ.

    Raises
    ------
    ValueError
        The graphs differ in their nodes, or a level lacks or changes a weight of the one before.

    Guarantees
    ----------
    - `at_level` gives every graph back, number for number.
    """
    whole = graphs[-1]
    result = Graph(whole.input_shape, n_levels=len(graphs))
    result.outputs = list(whole.outputs)
    for index, node in enumerate(whole.nodes):
        peers = [graph.nodes[index] if len(graph.nodes) == len(whole.nodes) else Node("") for graph in graphs]
        if any(_form(peer) != _form(node) for peer in peers):
            raise ValueError(f"graphs must have the same nodes, got another node {index} ({node.op})")
        tensors, levels = dict[str, Array](), dict[str, np.ndarray]()
        for name, array in node.tensors.items():
            by_level = [peer.tensors[name] for peer in peers]
            if name.startswith("weight"):
                levels[name] = _first_levels(by_level, f"node {index} ({node.op}) {name}")
                tensors[name] = array
            else:
                same = all(np.array_equal(other, array) for other in by_level)
                tensors[name] = array if same else np.stack(by_level)
        nodes = replace(node, tensors=tensors, levels=levels if len(graphs) > 1 else {})
        result.nodes[index:] = [nodes]
    return result


def at_level(graph: Graph, level: int) -> Graph:
    """The graph of one level alone."""
    if not 0 <= level < graph.n_levels:
        raise ValueError(f"level must be from 0 to {graph.n_levels - 1}, got {level}")
    result = Graph(graph.input_shape)
    result.outputs = list(graph.outputs)
    result.nodes = [
        replace(node, tensors={name: _of_level(node, name, level, graph.n_levels) for name in node.tensors}, levels={})
        for node in graph.nodes
    ]
    return result


def _form(node: Node) -> tuple[object, ...]:
    return node.op, node.inputs, node.settings, list(node.tensors)


def _of_level(node: Node, name: str, level: int, n_levels: int) -> Array:
    array = node.tensors[name]
    if name in node.levels:
        return np.where(node.levels[name] <= level, array, np.float32(0))
    return array[level] if n_levels > 1 and array.ndim == 2 and not name.startswith("weight") else array


def _first_levels(by_level: Sequence[Array], where: str) -> np.ndarray:
    """For each entry the first level that has it."""
    whole = by_level[-1]
    first = np.full(whole.shape, len(by_level) - 1, np.uint8)
    for level in range(len(by_level) - 1, -1, -1):
        there = by_level[level] != 0
        if not np.array_equal(by_level[level][there], whole[there]):
            raise ValueError(f"{where} must keep its weights from level to level, got others at level {level}")
        if level + 1 < len(by_level) and np.any(there & (by_level[level + 1] == 0)):
            raise ValueError(f"{where} must keep its weights from level to level, got fewer at level {level + 1}")
        first[there] = level
    first[whole == 0] = 0
    return first
