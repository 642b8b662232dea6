"""From a torch module to a `runtime.Graph`, by torch.fx and the shapes of one example; and to ONNX.

Batch norms become a scale and a bias of the layer before them, so that quantised weights keep their levels; dropout and
identities vanish. Whatever the engine does not run is refused by name.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, cast

import numpy as np
import torch
from torch import Tensor, fx, nn
from torch.fx.passes.shape_prop import ShapeProp

from c3po.errors import PlanError
from c3po.runtime import Graph
from c3po.runtime.graph import Array, written_out

_BLOCKS = (128, 64, 32, 16, 8, 4, 2)
_BATCH = 3  # images in the traced batch, so that a batch side shows in a shape


def graph_from_torch(module: nn.Module, example_input: Tensor, *, scores: str | None = None) -> Graph:
    """The graph that computes what ``module`` computes in evaluation mode.

    Parameters
    ----------
    module : nn.Module
        Takes (n, channels, height, width) or (n, steps, features) and gives (n, labels), or several such for early
        exits, the answer last. A reshape of (n, views, h, w) to (n * views, 1, h, w) and back is a network over views.
    example_input : float tensor, shape (any, channels, height, width) or (any, steps, features)
        Only its shape is read.
    scores : {"softmax", "sigmoid"}, optional
        What to append to the output.

    Raises
    ------
    PlanError
        The module does something that the engine does not run; the text names it.

    Guarantees
    ----------
    - The packed graph gives the module's outputs within 1e-6 of the largest.
    """
    was_training = module.training
    module.eval()
    try:
        traced = fx.symbolic_trace(module)
        example = torch.zeros((_BATCH, *example_input.shape[1:]))
        parameter = next(module.parameters(), None)
        if parameter is not None:
            example = example.to(parameter)
        with torch.no_grad():
            ShapeProp(traced).propagate(example)
        translation = _Translation(traced, tuple(example.shape))
        return translation.graph(scores)
    finally:
        module.train(was_training)


def export_onnx(module: nn.Module, example_input: Tensor, path: str | os.PathLike[str]) -> None:
    """Writes the module as ONNX with a free batch side (input ``images``, output ``scores``)."""
    target = Path(path)
    partial = target.with_name(f".{target.name}.partial")
    was_training = module.training
    try:
        torch.onnx.export(
            module.eval(), (example_input,), str(partial), dynamo=False, opset_version=17,
            input_names=["images"], output_names=["scores"],
            dynamic_axes={"images": {0: "n"}, "scores": {0: "n"}},
        )  # fmt: skip
        os.replace(partial, target)
    finally:
        module.train(was_training)
        partial.unlink(missing_ok=True)


@dataclass(frozen=True)
class _RecurrentPart:
    """What a value of the trace is of a recurrent layer's answer; the layer is built when it shows what is wanted."""

    op: str
    module: nn.RNNBase
    source: int
    what: str  # all, sequence, states, or both states of an lstm

    def built(self, graph: Graph, *, sequence: bool) -> int:
        at, layers = self.source, self.module.num_layers
        for layer in range(layers):
            names = {"weight_input": "weight_ih", "weight_hidden": "weight_hh"}
            if self.module.bias:
                names |= {"bias_input": "bias_ih", "bias_hidden": "bias_hh"}
            tensors = {ours: _array(getattr(self.module, f"{theirs}_l{layer}")) for ours, theirs in names.items()}
            at = graph.add(self.op, at, **tensors, sequence=sequence or layer + 1 < layers)
        return at


class _Translation:
    """Walks the traced module once; `at` maps its values to nodes of the graph."""

    def __init__(self, traced: fx.GraphModule, shape: tuple[int, ...]) -> None:
        if len(shape) not in (3, 4):
            raise PlanError(
                "expected an example of shape (n, channels, height, width) or (n, steps, features), "
                f"got {tuple(shape)}; add the missing sides"
            )
        self.traced = traced
        self.modules = dict(traced.named_modules())
        self.built = Graph((shape[1], shape[2], shape[3]) if len(shape) == 4 else (1, shape[1], shape[2]))
        self.at: dict[fx.Node, int] = {}
        self.parts: dict[fx.Node, _RecurrentPart] = {}
        self.views = 0

    def graph(self, scores: str | None) -> Graph:
        for node in self.traced.graph.nodes:
            if node.op == "placeholder":
                self.at[node] = 0
            elif node.op == "output":
                self.finish(node.args[0], scores)
            elif _is_tensor(node) and node.op != "get_attr":
                self.translate(node)
        return self.built

    def finish(self, answer: Any, scores: str | None) -> None:
        heads = list(answer) if isinstance(answer, (tuple, list)) else [answer]
        outputs = [self.at[head] for head in heads]
        if scores is not None:
            outputs = [self.built.add(scores, output) for output in outputs]
        self.built.outputs = outputs

    def translate(self, node: fx.Node) -> None:
        if node.op == "call_module":
            module = self.modules[str(node.target)]
            if isinstance(module, nn.RNNBase):
                self.parts[node] = self.recurrent(node, module)
                return
            for kind, build in _MODULES.items():
                if isinstance(module, kind):
                    self.at[node] = build(self, node, module)
                    return
            self.refuse(node, type(module).__name__)
        name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", str(node.target))
        build_call = _CALLS.get(name.rstrip("_") if name != "__getitem__" else name)
        if name == "getitem" and node.args[0] in self.parts:
            self.recurrent_item(node, self.parts[cast(fx.Node, node.args[0])])
        elif build_call is None:
            self.refuse(node, name)
        else:
            self.at[node] = build_call(self, node)

    def refuse(self, node: fx.Node, what: str) -> NoReturn:
        raise PlanError(
            f"{node.name}: expected an operation the engine runs, got {what}; see docs/runtime.md for the list"
        )

    def source(self, node: fx.Node, index: int = 0) -> int:
        value = node.args[index]
        if isinstance(value, fx.Node) and value in self.parts:
            if self.parts[value].what != "sequence":
                self.refuse(node, "all states of a recurrent layer; take its sequence or its last state")
            if value not in self.at:
                self.at[value] = self.parts[value].built(self.built, sequence=True)
        if not isinstance(value, fx.Node) or value not in self.at:
            self.refuse(node, f"{node.target} of a constant")
        return self.at[value]

    # ---- layers

    def conv(self, node: fx.Node, module: nn.Conv2d) -> int:
        if (
            module.groups != 1
            or module.padding_mode != "zeros"
            or _two(module.dilation) != (1, 1)
            or isinstance(module.padding, str)
        ):
            self.refuse(node, "a grouped, dilated or non-zero padded convolution")
        return self.built.add(
            "conv2d", self.source(node), **first_rows(module.weight), bias=_array(module.bias),
            stride=_two(module.stride), padding=_two(module.padding),
        )  # fmt: skip

    def linear(self, node: fx.Node, module: nn.Linear) -> int:
        if len(_shape(node)) != 2:
            self.refuse(node, f"a linear layer on {len(_shape(node))} sides")
        return self.built.add("linear", self.source(node), **first_rows(module.weight), bias=_array(module.bias))

    def batch_norm(self, node: fx.Node, module: nn.modules.batchnorm._BatchNorm) -> int:
        if module.running_mean is None or module.running_var is None:
            self.refuse(node, "a batch norm without running statistics")
        scale = 1.0 / torch.sqrt(module.running_var.double() + module.eps)
        if module.weight is not None:
            scale = scale * module.weight.double()
        offset = -module.running_mean.double() * scale
        if module.bias is not None:
            offset = offset + module.bias.double()
        return self.scaled(node, scale.detach().cpu().numpy(), offset.detach().cpu().numpy())

    def scaled(self, node: fx.Node, scale: np.ndarray[Any, Any], offset: np.ndarray[Any, Any]) -> int:
        """``scale * value + offset`` by channel, inside the layer before where nothing else reads that."""
        source = self.source(node)
        before = self.built.nodes[source]
        only_reader = len(_first(node).users) == 1
        if before.op in ("conv2d", "linear") and only_reader:
            channels = len(before.tensors["weight"]) * before.settings.get("circulant", 1)
            scale, offset = np.broadcast_to(scale, channels), np.broadcast_to(offset, channels)
            bias = before.tensors.get("bias", np.zeros(channels)) * scale + offset
            scale = before.tensors.get("scale", np.ones(channels)) * scale
            before.tensors["scale"], before.tensors["bias"] = _float32(scale), _float32(bias)
            return source
        channels = _shape(node)[1]
        return self.built.add(
            "affine", source, scale=np.broadcast_to(scale, channels), offset=np.broadcast_to(offset, channels)
        )

    def recurrent(self, node: fx.Node, module: nn.RNNBase) -> _RecurrentPart:
        op = {nn.GRU: "gru", nn.LSTM: "lstm"}.get(type(module))
        if op is None or not module.batch_first or module.bidirectional or module.proj_size or len(node.args) > 1:
            self.refuse(
                node, f"{type(module).__name__} other than a GRU or LSTM, batch_first, one direction, from zero"
            )
        return _RecurrentPart(op, module, self.source(node), "all")

    def recurrent_item(self, node: fx.Node, part: _RecurrentPart) -> None:
        """``sequence, states = layer(x)``, then ``sequence[:, -1]``, ``states[-1]`` or of an LSTM ``states[0][-1]``."""
        index, is_lstm = node.args[1], part.op == "lstm"
        if part.what == "all" and index in (0, 1):
            part = replace(part, what="sequence" if index == 0 else "both" if is_lstm else "states")
        elif part.what == "both" and index == 0:
            part = replace(part, what="states")
        elif index == (-1 if part.what == "states" else (slice(None, None, None), -1)):
            self.at[node] = part.built(self.built, sequence=False)
            return
        else:
            self.refuse(node, f"item {index} of a recurrent layer")
        self.parts[node] = part

    def pool(self, node: fx.Node, op: str, kernel: Any, stride: Any, padding: Any, **settings: Any) -> int:
        if settings.pop("ceil_mode", False):
            self.refuse(node, "a pool with ceil_mode")
        if _two(settings.pop("dilation", 1)) != (1, 1) or settings.pop("divisor_override", None) is not None:
            self.refuse(node, "a dilated pool or one with its own divisor")
        return self.built.add(
            op, self.source(node), kernel=_two(kernel), stride=_two(stride or kernel), padding=_two(padding), **settings
        )

    def global_pool(self, node: fx.Node, op: str, size: Any) -> int:
        if {*_two(size)} != {1}:
            self.refuse(node, f"an adaptive pool to {size}")
        return self.built.add(op, self.source(node))

    # ---- calls

    def add(self, node: fx.Node) -> int:
        if all(isinstance(arg, fx.Node) and arg in self.at for arg in node.args[:2]):
            return self.built.add("add", self.source(node, 0), self.source(node, 1))
        return self.arithmetic(node, operator.add)

    def arithmetic(self, node: fx.Node, apply: Callable[[Any, Any], Any]) -> int:
        """One operation with a constant by channel, such as the normalisation of the input."""
        constant = self.constant(node)
        if not (isinstance(node.args[0], fx.Node) and node.args[0] in self.at):
            self.refuse(node, "a constant on the left")
        zero, one = np.zeros_like(constant), np.ones_like(constant)
        offset = apply(zero, constant)
        return self.scaled(node, apply(one, constant) - offset, offset)

    def constant(self, node: fx.Node) -> np.ndarray[Any, Any]:
        value: Any = node.args[1]
        if isinstance(value, fx.Node) and value.op == "get_attr":
            value = operator.attrgetter(str(value.target))(self.traced)
        if isinstance(value, Tensor):
            channels = _shape(node)[1]
            if value.numel() not in (1, channels) or (
                value.numel() > 1 and channels not in tuple(value.shape)[-3:-2] + tuple(value.shape)[:1]
            ):
                self.refuse(node, f"arithmetic with a tensor of shape {tuple(value.shape)}")
            return value.detach().double().cpu().numpy().reshape(-1)
        if isinstance(value, (int, float)):
            return np.array([float(value)])
        self.refuse(node, "arithmetic of this kind")

    def reshape(self, node: fx.Node) -> int:
        """Flatten, or the split into views and their meeting, told apart by shape."""
        source = self.source(node)
        before, after = _shape(_first(node)), _shape(node)
        if before == after:
            return source
        batch = before[0]
        if len(before) == 4 and len(after) == 4 and before[2:] == after[2:] and after[0] > batch:
            self.views = after[0] // batch
            return self.built.add("view_split", source, channels=after[1])
        if self.views and after[0] * self.views == batch:
            if len(after) == len(before) + 1 and after[1] == self.views:
                return source  # (n, views, ...): the pooling that follows says how they meet
            if len(after) == 2:
                flat = source if len(before) == 2 else self.built.add("flatten", source)
                return self.built.add("view_pool", flat, how="concat")
        if len(before) == 4 and before[1] == 1 and after == (batch, *before[2:]):
            return source  # an image of one channel as a sequence of its rows
        if len(after) == 2 and after[0] == batch:
            return self.built.add("flatten", source)
        self.refuse(node, f"a reshape from {before} to {after}")

    def reduce(self, node: fx.Node, over_views: str, over_image: str) -> int:
        """Mean or maximum over the views, or over height and width."""
        sides = node.kwargs.get("dim", node.args[1] if len(node.args) > 1 else None)
        before = _shape(_first(node))
        listed = [sides] if isinstance(sides, int) else list(sides) if isinstance(sides, (tuple, list)) else []
        listed = sorted(int(side) % len(before) for side in listed)
        if listed == [1] and self.views and len(before) in (3, 5):
            return self.built.add("view_pool", self.source(node), how=over_views)
        if listed == [2, 3]:
            return self.built.add(over_image, self.source(node))
        self.refuse(node, f"a reduction over {sides}")

    def item(self, node: fx.Node) -> int:
        """``values`` of ``max(dim=...)``."""
        if node.args[1] != 0:
            self.refuse(node, "indexing")
        return self.source(node)

    def concatenation(self, node: fx.Node) -> int:
        parts, side = node.args[0], node.kwargs.get("dim", node.args[1] if len(node.args) > 1 else 0)
        if side != 1:
            self.refuse(node, f"a concatenation along side {side}")
        return self.built.add("concat", *(self.at[part] for part in cast(list[fx.Node], parts)))


def _relu(t: _Translation, node: fx.Node, _: Any = None) -> int:
    return t.built.add("relu", t.source(node))


def _same(t: _Translation, node: fx.Node, _: Any = None) -> int:
    return t.source(node)


def _activation(op: str) -> Callable[..., int]:
    def build(t: _Translation, node: fx.Node, _: Any = None) -> int:
        return t.built.add(op, t.source(node))

    return build


def _call_pool(op: str) -> Callable[[_Translation, fx.Node], int]:
    names = ["kernel_size", "stride", "padding", "dilation", "ceil_mode"]
    if op == "avg_pool":
        names = ["kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override"]

    def build(t: _Translation, node: fx.Node) -> int:
        given = dict(zip(names, node.args[1:], strict=False)) | {k: v for k, v in node.kwargs.items() if k in names}
        kernel, stride, padding = given.pop("kernel_size"), given.pop("stride", None), given.pop("padding", 0)
        if op == "avg_pool":
            given["count_padding"] = given.pop("count_include_pad", True)
        return t.pool(node, op, kernel, stride, padding, **given)

    return build


def _dropout(t: _Translation, node: fx.Node) -> int:
    return t.source(node)


_MODULES: dict[type[nn.Module], Callable[..., int]] = {
    nn.Conv2d: _Translation.conv,
    nn.Linear: _Translation.linear,
    nn.BatchNorm2d: _Translation.batch_norm,
    nn.BatchNorm1d: _Translation.batch_norm,
    nn.ReLU: _relu,
    nn.Sigmoid: _activation("sigmoid"),
    nn.Softmax: _activation("softmax"),
    nn.MaxPool2d: lambda t, n, m: t.pool(
        n, "max_pool", m.kernel_size, m.stride, m.padding, dilation=m.dilation, ceil_mode=m.ceil_mode
    ),
    nn.AvgPool2d: lambda t, n, m: t.pool(
        n, "avg_pool", m.kernel_size, m.stride, m.padding, ceil_mode=m.ceil_mode, count_padding=m.count_include_pad,
        divisor_override=m.divisor_override,
    ),
    nn.AdaptiveAvgPool2d: lambda t, n, m: t.global_pool(n, "global_avg_pool", m.output_size),
    nn.AdaptiveMaxPool2d: lambda t, n, m: t.global_pool(n, "global_max_pool", m.output_size),
    nn.Flatten: lambda t, n, m: t.reshape(n),
    nn.Identity: _same,
    nn.Dropout: _same,
    nn.Dropout2d: _same,
}  # fmt: skip

_CALLS: dict[str, Callable[[_Translation, fx.Node], int]] = {
    "relu": _relu,
    "sigmoid": _activation("sigmoid"),
    "softmax": _activation("softmax"),
    "dropout": _dropout,
    "contiguous": _same,
    "add": _Translation.add,
    "iadd": _Translation.add,
    "sub": lambda t, n: t.arithmetic(n, operator.sub),
    "mul": lambda t, n: t.arithmetic(n, operator.mul),
    "truediv": lambda t, n: t.arithmetic(n, operator.truediv),
    "div": lambda t, n: t.arithmetic(n, operator.truediv),
    "flatten": _Translation.reshape,
    "reshape": _Translation.reshape,
    "view": _Translation.reshape,
    "unflatten": _Translation.reshape,
    "squeeze": _Translation.reshape,
    "mean": lambda t, n: t.reduce(n, "mean", "global_avg_pool"),
    "amax": lambda t, n: t.reduce(n, "max", "global_max_pool"),
    "max": lambda t, n: t.reduce(n, "max", "global_max_pool"),
    "getitem": _Translation.item,
    "cat": _Translation.concatenation,
    "max_pool2d": _call_pool("max_pool"),
    "boolean_dispatch": _call_pool("max_pool"),
    "avg_pool2d": _call_pool("avg_pool"),
    "adaptive_avg_pool2d": lambda t, n: t.global_pool(n, "global_avg_pool", n.args[1]),
    "adaptive_max_pool2d": lambda t, n: t.global_pool(n, "global_max_pool", n.args[1]),
}


def first_rows(parameter: Tensor) -> dict[str, Any]:
    """The weight of a node; where it repeats the first row of each block (`CirculantSet`), these rows and the block.

    Both sides of the weight have to be multiples of the block; the largest power of two that does is taken.
    """
    weight = parameter.detach().float().cpu().numpy()
    outputs, inputs = weight.shape[:2]
    for block in _BLOCKS:
        if outputs % block == inputs % block == 0 and np.array_equal(written_out(weight[::block], block), weight):
            return {"weight": np.ascontiguousarray(weight[::block]), "circulant": block}
    return {"weight": weight}


def _first(node: fx.Node) -> fx.Node:
    return cast(fx.Node, node.args[0])


def _is_tensor(node: fx.Node) -> bool:
    meta = node.meta.get("tensor_meta")
    return meta is not None and (hasattr(meta, "shape") or isinstance(meta, tuple))


def _shape(node: fx.Node) -> tuple[int, ...]:
    meta = node.meta["tensor_meta"]
    return tuple(int(n) for n in (meta.shape if hasattr(meta, "shape") else meta[0].shape))


def _two(value: Any) -> tuple[int, int]:
    return (int(value), int(value)) if isinstance(value, int) else (int(value[0]), int(value[-1]))


def _array(parameter: Tensor | None) -> Array | None:
    return None if parameter is None else parameter.detach().float().cpu().numpy()


def _float32(values: Any) -> Array:
    return np.ascontiguousarray(values, dtype=np.float32)
