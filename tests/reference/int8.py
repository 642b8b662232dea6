"""What int8 means: convolutions on bytes in whole numbers, everything else as in `tests.reference.graph`.

Slow, by the rules of docs/runtime.md: no tiles, no rows left out. Rounded where the page says so, in float32.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from c3po.runtime import Graph
from tests.reference import graph as plain

Values = np.ndarray
NEVER_NEGATIVE = {"input", "relu", "sigmoid", "softmax"}
KEEPS_SIGN = {"max_pool", "avg_pool", "add", "view_split", "concat", "flatten", "view_pool"}


class Run:
    """One run of a graph with ranges; `outputs` is the value of its last node, shape (n, labels)."""

    def __init__(self, graph: Graph, images: Values, ranges: dict[int, list[float]]) -> None:
        self.nodes = graph.nodes
        self.readers = [[r for r, node in enumerate(graph.nodes) if i in node.inputs] for i in range(len(graph.nodes))]
        self.steps = {i: np.float32(v) / np.float32(127) for i, v in ranges.items() if self.is_never_negative(i)}
        self.whole: dict[int, Values] = {}  # values in whole steps
        self.values: list[torch.Tensor] = []
        self.views: list[int] = []
        for i in range(len(graph.nodes)):
            self.values.append(self.value(i, images))
        self.outputs = self.values[-1].flatten(1).numpy()

    def value(self, i: int, images: Values) -> torch.Tensor:
        node = self.nodes[i]
        self.views.append(self.views[node.inputs[0]] if node.inputs else 1)
        inputs = [self.values[k] for k in node.inputs]
        if node.op == "input":
            return torch.from_numpy(images).double()
        if node.op == "view_split":
            self.views[-1] = inputs[0].shape[1] // node.settings["channels"]
            return inputs[0].reshape(-1, node.settings["channels"], *inputs[0].shape[2:])
        if node.op == "view_pool":
            apart = inputs[0].reshape(-1, self.views[-1], *inputs[0].shape[1:])
            how, self.views[-1] = node.settings["how"], 1
            return apart.flatten(1, 2) if how == "concat" else apart.amax(1) if how == "max" else apart.mean(1)
        convs, added, relu = self.step_of(i)
        return self.on_bytes(i, convs, added, relu) if convs else plain._value(node, inputs)

    def is_never_negative(self, i: int) -> bool:
        op = self.nodes[i].op
        return op in NEVER_NEGATIVE or (op in KEEPS_SIGN and all(map(self.is_never_negative, self.nodes[i].inputs)))

    def other(self, add: int, one: int) -> int | None:
        """The second of two inputs of a sum."""
        left = [k for k in self.nodes[add].inputs if k != one]
        return left[0] if self.nodes[add].op == "add" and len(self.nodes[add].inputs) == 2 and left else None

    def fits(self, i: int) -> bool:
        node = self.nodes[i]
        if node.op != "conv2d" or node.inputs[0] not in self.steps:
            return False
        kernel = node.tensors["weight"].shape[2:]
        padded = all(2 * p + 1 == k for p, k in zip(pair(node.settings["padding"]), kernel, strict=True))
        assert padded, "the reference knows convolutions that keep the sides, but for the stride"
        return max(kernel) <= 7

    def runs_on_bytes(self, i: int) -> bool:
        """It fits, and so does the convolution that it meets in a sum."""
        if not self.fits(i) or len(self.readers[i]) != 1:
            return self.fits(i)
        partner = self.other(self.readers[i][0], i)
        is_pair = partner is not None and self.nodes[partner].op == "conv2d" and len(self.readers[partner]) == 1
        return not is_pair or self.fits(partner)

    def step_of(self, i: int) -> tuple[list[int], int | None, bool]:
        """Convolutions on bytes, residual and ReLU of the step that ends in node ``i``; no convolutions elsewhere."""
        relu = self.nodes[i].op == "relu" and len(self.readers[self.nodes[i].inputs[0]]) == 1
        last = self.nodes[i].inputs[0] if relu else i
        if self.nodes[last].op == "conv2d":
            return ([last] if self.runs_on_bytes(last) else []), None, relu
        if self.other(last, self.nodes[last].inputs[0] if self.nodes[last].inputs else -1) is None:
            return [], None, relu
        own = [k for k in self.nodes[last].inputs if self.runs_on_bytes(k) and len(self.readers[k]) == 1]
        rest = [k for k in self.nodes[last].inputs if k not in own]
        if rest and rest[0] not in self.steps:
            return [], None, relu
        return own, rest[0] if rest else None, relu

    def in_steps(self, i: int) -> torch.Tensor:
        """A value in whole steps of its channels, 0 to 127."""
        if i not in self.whole:
            inverse = (np.float32(1) / self.steps[i])[None, :, None, None]
            x = self.values[i].numpy().astype(np.float32)
            self.whole[i] = np.floor(np.clip(x * inverse + np.float32(0.5), 0, 127)).astype(np.float64)
        return torch.from_numpy(self.whole[i])

    def on_bytes(self, i: int, convs: list[int], added: int | None, relu: bool) -> torch.Tensor:
        weights = [self.weight_in_steps(k) for k in convs]
        largest = np.max([np.abs(weight).max(axis=(1, 2, 3)) for weight in weights], axis=0)
        factor = np.divide(127.0, largest, out=np.zeros_like(largest), where=largest > 0)[:, None, None, None]
        sums = sum(
            F.conv2d(
                self.in_steps(self.nodes[k].inputs[0]),
                torch.from_numpy(np.rint(weight * factor)),
                stride=self.nodes[k].settings["stride"],
                padding=self.nodes[k].settings["padding"],
            ).numpy()
            for k, weight in zip(convs, weights, strict=True)
        )
        bias = sum(self.nodes[k].tensors.get("bias", np.zeros(len(largest))).astype(np.float64) for k in convs)
        stays_whole = relu and i in self.steps and all(self.takes_bytes(r, i) for r in self.readers[i])
        out = self.steps[i].astype(np.float64) if stays_whole and self.readers[i] else np.ones(len(largest))
        y = sums.astype(np.float32) * rows(largest / 127.0 / out)
        y = y + rows(bias / out + (0.5 if stays_whole else 0.0))
        if added is not None:
            y = y + self.in_steps(added).numpy().astype(np.float32) * rows(self.steps[added] / out)
        if not stays_whole:
            return torch.from_numpy(np.maximum(y, np.float32(0)) if relu else y).double()
        self.whole[i] = np.floor(np.clip(y, 0, 127)).astype(np.float64)
        return torch.from_numpy(self.whole[i] * out[:, None, None])

    def weight_in_steps(self, i: int) -> Values:
        node = self.nodes[i]
        weight = node.tensors["weight"].astype(np.float64)
        return weight * self.steps[node.inputs[0]].astype(np.float64)[None, :, None, None]

    def takes_bytes(self, reader: int, i: int) -> bool:
        """Whether a node is a convolution on bytes, or a sum that one takes along."""
        if self.nodes[reader].op == "conv2d":
            return self.runs_on_bytes(reader)
        conv = self.other(reader, i)
        return conv is not None and self.runs_on_bytes(conv) and len(self.readers[conv]) == 1


def pair(value: int | tuple[int, int]) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


def rows(values: Values) -> Values:
    return np.asarray(values, np.float64).astype(np.float32)[:, None, None]
