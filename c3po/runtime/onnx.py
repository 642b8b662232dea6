"""A packed network as ONNX, so that other engines run the same weights (needs the extra [onnx]).

The batch side is free: input ``images`` (n, channels, height, width), outputs ``exit_0``, ``exit_1``, ... and
``scores``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from c3po.errors import PackedFileError
from c3po.runtime.graph import Array, Graph, Node, written_out
from c3po.runtime.packing import write_file

if TYPE_CHECKING:
    import onnx

OPSET, IR_VERSION = 17, 8  # read by every onnxruntime since 1.14
_ONE_INPUT = {
    "relu": "Relu", "sigmoid": "Sigmoid", "softmax": "Softmax", "global_avg_pool": "GlobalAveragePool",
    "global_max_pool": "GlobalMaxPool", "flatten": "Flatten",
}  # fmt: skip
_GATES = {"gru": [1, 0, 2], "lstm": [0, 3, 1, 2]}  # ours are torch's: r z n and i f g o; theirs z r h and i o f c


def write_onnx(graph: Graph, path: str | os.PathLike[str]) -> None:
    """Writes ``graph`` as an ONNX file that is complete or not there.

    Raises
    ------
    PackedFileError
        The package onnx is missing.
    """
    write_file(path, onnx_model(graph).SerializeToString())


def onnx_model(graph: Graph) -> onnx.ModelProto:
    """The model that computes what the engine computes from ``graph``."""
    try:
        import onnx
    except ImportError:
        raise PackedFileError("export: expected the package onnx, it is missing; pip install 'c3po[onnx]'") from None
    writer = _Writer(onnx)
    names = writer.nodes(graph)
    outputs = graph.outputs or [len(names) - 1]
    for number, output in enumerate(outputs):
        last = number == len(outputs) - 1
        writer.add("Flatten", [names[output]], name="scores" if last else f"exit_{number}")
    floats = onnx.TensorProto.FLOAT
    shape: list[str | int | None] = ["n", *graph.input_shape]
    wanted = [f"exit_{number}" for number in range(len(outputs) - 1)] + ["scores"]
    made = onnx.helper.make_graph(
        writer.made,
        "c3po",
        [onnx.helper.make_tensor_value_info("images", floats, shape)],
        [onnx.helper.make_tensor_value_info(name, floats, ["n", None]) for name in wanted],
        writer.constants,
    )
    model = onnx.helper.make_model(made, opset_imports=[onnx.helper.make_opsetid("", OPSET)], producer_name="c3po")
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return model


class _Writer:
    """Collects ONNX nodes and constants."""

    def __init__(self, onnx: Any) -> None:
        self.onnx = onnx
        self.made: list[Any] = []
        self.constants: list[Any] = []
        self.views = 1

    def add(self, op: str, inputs: list[str], name: str | None = None, **attributes: Any) -> str:
        output = name or f"v{len(self.made)}"
        self.made.append(self.onnx.helper.make_node(op, inputs, [output], **attributes))
        return output

    def constant(self, array: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(self.onnx.numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def sides(self, *sides: int) -> str:
        return self.constant(np.array(sides, np.int64))

    def nodes(self, graph: Graph) -> list[str]:
        names = ["images"]
        shapes = [graph.input_shape]
        for node in graph.nodes[1:]:
            inputs = [names[i] for i in node.inputs]
            names.append(self.node(node, inputs, shapes[node.inputs[0]]))
            shapes.append(_shape(node, [shapes[i] for i in node.inputs], self.views))
            if node.op == "view_split":
                self.views = graph.input_shape[0] // node.settings["channels"]
        return names

    def node(self, node: Node, inputs: list[str], shape: tuple[int, int, int]) -> str:
        x, given, tensors = inputs[0], node.settings, node.tensors
        if node.op in ("conv2d", "linear"):
            return self.layer(node, x)
        if node.op in ("max_pool", "avg_pool"):
            kernel = two_numbers(given["kernel"])
            if node.op == "max_pool":
                return self.add("MaxPool", [x], kernel_shape=kernel, **window(given, kernel))
            counts = int(given.get("count_padding", True))
            return self.add("AveragePool", [x], kernel_shape=kernel, count_include_pad=counts, **window(given, kernel))
        if node.op == "add":
            for other in inputs[1:]:
                x = self.add("Add", [x, other])
            return x
        if node.op == "concat":
            return self.add("Concat", inputs, axis=1)
        if node.op == "affine":
            x = self.add("Mul", [x, self.constant(tensors["scale"].reshape(-1, 1, 1))])
            return (
                self.add("Add", [x, self.constant(tensors["offset"].reshape(-1, 1, 1))]) if "offset" in tensors else x
            )
        if node.op == "view_split":
            return self.add("Reshape", [x, self.sides(-1, given["channels"], *shape[1:])])
        if node.op == "view_pool":
            return self.view_pool(x, shape, given.get("how", "max"))
        if node.op in _GATES:
            return self.recurrent(node, x, shape)
        extra: dict[str, Any] = {"axis": 1} if node.op == "softmax" else {}
        x = self.add(_ONE_INPUT[node.op], [x], **extra)
        return self.add("Reshape", [x, self.sides(0, -1, 1, 1)]) if node.op == "flatten" else x

    def layer(self, node: Node, x: str) -> str:
        weight = written_out(node.tensors["weight"], node.settings.get("circulant", 0))
        if "scale" in node.tensors:
            weight = weight * node.tensors["scale"].reshape(-1, *[1] * (weight.ndim - 1))
        constants = [self.constant(weight)]
        if "bias" in node.tensors:
            constants.append(self.constant(node.tensors["bias"]))
        if node.op == "conv2d":
            return self.add("Conv", [x, *constants], kernel_shape=list(weight.shape[2:]), **window(node.settings, 1))
        x = self.add("Gemm", [self.add("Flatten", [x]), *constants], transB=1)
        return self.add("Reshape", [x, self.sides(0, -1, 1, 1)])

    def view_pool(self, x: str, shape: tuple[int, int, int], how: str) -> str:
        if how == "concat":
            return self.add("Reshape", [x, self.sides(-1, self.views * shape[0], *shape[1:])])
        apart = self.add("Reshape", [x, self.sides(-1, self.views, *shape)])
        return self.add("ReduceMax" if how == "max" else "ReduceMean", [apart], axes=[1], keepdims=0)

    def recurrent(self, node: Node, x: str, shape: tuple[int, int, int]) -> str:
        order, units = _GATES[node.op], node.tensors["weight_hidden"].shape[1]

        def by_gate(name: str) -> Array:
            stored = node.tensors.get(name, np.zeros(len(order) * units, np.float32))
            if name.startswith("weight"):
                stored = written_out(stored, node.settings.get("circulant", 0))
            gates = stored.reshape(len(order), units, *stored.shape[1:])
            return np.asarray(gates[order].reshape(1, len(order) * units, *stored.shape[1:]), np.float32)

        biases = np.concatenate([by_gate("bias_input"), by_gate("bias_hidden")], axis=1)
        constants = [
            self.constant(by_gate("weight_input")),
            self.constant(by_gate("weight_hidden")),
            self.constant(biases),
        ]
        rows = self.add("Transpose", [self.add("Squeeze", [x, self.sides(1)])], perm=[1, 0, 2])
        sequence, last = f"v{len(self.made)}", f"v{len(self.made)}_last"
        extra = {"linear_before_reset": 1} if node.op == "gru" else {}
        self.made.append(
            self.onnx.helper.make_node(
                node.op.upper(), [rows, *constants], [sequence, last], hidden_size=units, **extra
            )
        )
        if node.settings.get("sequence", False):  # (steps, 1, n, units) to (n, 1, steps, units)
            return self.add("Transpose", [sequence], perm=[2, 1, 0, 3])
        return self.add("Reshape", [last, self.sides(-1, units, 1, 1)])


def two_numbers(value: Any) -> list[int]:
    """Height and width of a setting that may be one number for both."""
    return [int(value)] * 2 if isinstance(value, int) else [int(n) for n in value]


def window(settings: dict[str, Any], stride: Any) -> dict[str, Any]:
    """``strides`` and ``pads`` of a node as ONNX writes them; ``stride`` where the settings name none."""
    return {"strides": two_numbers(settings.get("stride", stride)), "pads": two_numbers(settings.get("padding", 0)) * 2}


def _shape(node: Node, inputs: list[tuple[int, int, int]], views: int) -> tuple[int, int, int]:
    """Channels, height and width of a node's value."""
    channels, height, width = inputs[0]
    block = max(int(node.settings.get("circulant", 0)), 1)
    if node.op in ("conv2d", "max_pool", "avg_pool"):
        kernel = node.tensors["weight"].shape[2:] if node.op == "conv2d" else two_numbers(node.settings["kernel"])
        moves = window(node.settings, 1 if node.op == "conv2d" else kernel)
        sides = [
            (side + 2 * pad - size) // stride + 1
            for side, pad, size, stride in zip((height, width), moves["pads"], kernel, moves["strides"], strict=False)
        ]
        channels = len(node.tensors["weight"]) * block if node.op == "conv2d" else channels
        return channels, sides[0], sides[1]
    if node.op == "linear":
        return len(node.tensors["weight"]) * block, 1, 1
    if node.op in _GATES:
        units = int(node.tensors["weight_hidden"].shape[1])
        return (1, height, units) if node.settings.get("sequence", False) else (units, 1, 1)
    if node.op == "flatten":
        return channels * height * width, 1, 1
    if node.op in ("global_avg_pool", "global_max_pool"):
        return channels, 1, 1
    if node.op == "concat":
        return sum(shape[0] for shape in inputs), height, width
    if node.op == "view_split":
        return int(node.settings["channels"]), height, width
    if node.op == "view_pool" and node.settings.get("how") == "concat":
        return channels * views, height, width
    return channels, height, width
