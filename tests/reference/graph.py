"""What a `runtime.Graph` means: every node in float64, by torch's functions, nothing fused or left out."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from c3po.runtime import Graph, Node


def written_out(weight: Tensor, block: int) -> Tensor:
    """The matrix of circulant blocks whose first rows are stored, entry by entry: they depend on column minus row."""
    if block <= 1:
        return weight
    row, column = torch.arange(len(weight) * block)[:, None], torch.arange(weight.shape[1])[None, :]
    return weight[row // block, column - column % block + (column - row) % block]


def outputs(graph: Graph, images: np.ndarray) -> list[np.ndarray]:
    """The value of every output of the graph, shape (n, labels), in the graph's order."""
    values: list[Tensor] = []
    views = [1]
    for node in graph.nodes:
        if node.op == "input":
            values.append(torch.from_numpy(images).double())
            continue
        inputs = [values[i] for i in node.inputs]
        views.append(views[node.inputs[0]])
        if node.op == "view_split":
            views[-1] = inputs[0].shape[1] // node.settings["channels"]
            values.append(inputs[0].reshape(-1, node.settings["channels"], *inputs[0].shape[2:]))
        elif node.op == "view_pool":
            apart = inputs[0].reshape(-1, views[-1], *inputs[0].shape[1:])
            how = node.settings["how"]
            values.append(apart.flatten(1, 2) if how == "concat" else apart.amax(1) if how == "max" else apart.mean(1))
            views[-1] = 1
        else:
            values.append(_value(node, inputs))
    return [values[i].flatten(1).numpy() for i in graph.outputs or [len(values) - 1]]


def _value(node: Node, inputs: list[Tensor]) -> Tensor:
    x, given = inputs[0], node.settings
    t = {name: torch.from_numpy(np.asarray(array)).double() for name, array in node.tensors.items()}
    if node.op in ("conv2d", "linear"):
        weight = written_out(t["weight"], given.get("circulant", 0))
        if node.op == "linear":
            y = (x.flatten(1) @ weight.T)[:, :, None, None]
        else:
            y = F.conv2d(x, weight, stride=given.get("stride", 1), padding=given.get("padding", 0))
        if "scale" in t:
            y = y * t["scale"][:, None, None]
        return y + t["bias"][:, None, None] if "bias" in t else y
    if node.op in ("max_pool", "avg_pool"):
        window = {"stride": given.get("stride", given["kernel"]), "padding": given.get("padding", 0)}
        if node.op == "max_pool":
            return F.max_pool2d(x, given["kernel"], **window)
        return F.avg_pool2d(x, given["kernel"], **window, count_include_pad=given.get("count_padding", True))
    if node.op == "affine":
        return x * t["scale"][:, None, None] + (t["offset"][:, None, None] if "offset" in t else 0)
    if node.op == "add":
        return sum(inputs[1:], start=x)
    simple = {
        "relu": torch.relu,
        "sigmoid": torch.sigmoid,
        "softmax": lambda x: x.softmax(1),
        "global_avg_pool": lambda x: x.mean((2, 3), keepdim=True),
        "global_max_pool": lambda x: x.amax((2, 3), keepdim=True),
        "flatten": lambda x: x.flatten(1)[:, :, None, None],
        "concat": lambda _: torch.cat(inputs, 1),
    }
    return simple[node.op](x)
