"""Who makes and who reads each channel of a network, found by tracing it (torch.fx) and running one example through.

A *space* is a set of channels that must live or die together: the output of a convolution, of two convolutions whose
outputs are added, and all that activations, pools and reshapes make of it. Channels that no rule explains stay.
Source: the dependency graph of structural pruning (residual adds need it), done here on torch.fx.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
import torch.fx
from torch import Tensor, nn

from ..errors import PlanError

Layer = nn.Conv1d | nn.Conv2d | nn.Conv3d | nn.Linear
LAYERS = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
POINTWISE_MODULES = (
    nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Sigmoid, nn.Tanh, nn.Hardswish, nn.Hardsigmoid,
    nn.Softplus, nn.Dropout, nn.Dropout2d, nn.Identity,
)  # fmt: skip
POINTWISE = {
    "relu",
    "relu_",
    "sigmoid",
    "tanh",
    "gelu",
    "silu",
    "leaky_relu",
    "dropout",
    "contiguous",
    "float",
    "clone",
    "hardtanh",
    "relu6",
}
JOINING = {"add", "iadd", "add_", "sub", "mul", "maximum", "minimum", "truediv"}


@dataclass
class Space:
    """Channels 0 .. n-1 with everything that writes or reads them."""

    n_channels: int
    producers: list[str] = field(default_factory=list)
    norms: list[str] = field(default_factory=list)
    consumers: list[Reading] = field(default_factory=list)
    closed_source: bool = False
    observed: bool = False


@dataclass(frozen=True)
class Reading:
    """A layer's input features from ``first`` on that hold a space: channel c is ``repeat`` of them in a row."""

    layer: str
    first: int
    repeat: int
    value: Tensor
    """float64, shape (n_features,): what each input feature was in the example (its mean over the other axes)."""
    spread: Tensor
    """float64, shape (n_features,): the largest difference from it."""


@dataclass(frozen=True)
class Layout:
    """How a tensor's axis is made of spaces: (space number, repeat) in order."""

    segments: tuple[tuple[int, int], ...]
    axis: int


class ChannelMap(torch.fx.Interpreter):
    """Runs the example and fills ``spaces``; two spaces that are added become one."""

    def __init__(self, network: nn.Module, example: Tensor) -> None:
        try:
            traced = torch.fx.symbolic_trace(network)
        except Exception as problem:
            raise PlanError(
                f"{type(network).__name__}: expected a network torch.fx can trace, got {problem}; leave out the example"
            ) from None
        super().__init__(traced)
        self._all: list[Space] = []
        self._same: list[int] = []
        self._layouts: dict[torch.fx.Node, Layout] = {}
        self._modules = dict(network.named_modules())
        self._uses: dict[str, int] = {}
        was_training = network.training
        traced.eval()
        parameter = next(network.parameters(), example)
        with torch.no_grad():
            self.run(example.to(parameter.device))
        network.train(was_training)

    @property
    def spaces(self) -> list[Space]:
        return [space for i, space in enumerate(self._all) if self._root(i) == i]

    # ---- bookkeeping of spaces

    def _root(self, i: int) -> int:
        while self._same[i] != i:
            i = self._same[i]
        return i

    def _new(self, n_channels: int, **flags: Any) -> int:
        self._all.append(Space(n_channels, **flags))
        self._same.append(len(self._all) - 1)
        return len(self._all) - 1

    def _join(self, a: int, b: int) -> None:
        a, b = self._root(a), self._root(b)
        if a == b:
            return
        one, other = self._all[a], self._all[b]
        self._same[b] = a
        one.producers += other.producers
        one.norms += other.norms
        one.consumers += other.consumers
        one.closed_source |= other.closed_source
        one.observed |= other.observed

    def _close(self, layout: Layout | None) -> None:
        for number, _ in layout.segments if layout else ():
            self._all[self._root(number)].observed = True

    def _opaque(self, value: Any) -> Layout | None:
        if not isinstance(value, Tensor) or value.dim() < 2:
            return None
        return Layout(((self._new(value.shape[1], closed_source=True, observed=True), 1),), 1)

    # ---- one node

    def run_node(self, n: torch.fx.Node) -> Any:
        value = super().run_node(n)
        layout = self._layout(n, value)
        if layout is not None:
            self._layouts[n] = layout
        return value

    def _layout(self, n: torch.fx.Node, value: Any) -> Layout | None:
        inputs = [self._layouts[i] for i in n.all_input_nodes if i in self._layouts]
        if n.op == "output":
            for layout in inputs:
                self._close(layout)
            return None
        if n.op == "call_module" and len(inputs) == 1:
            known = self._module_layout(str(n.target), n, inputs[0], value)
        else:
            known = self._function_layout(n, inputs, value)
        if known is None:
            for layout in inputs:
                self._close(layout)
            return self._opaque(value)
        return known

    def _module_layout(self, name: str, n: torch.fx.Node, layout: Layout, value: Tensor) -> Layout | None:
        module = self._modules[name]
        if isinstance(module, LAYERS) and getattr(module, "groups", 1) == 1:
            self._uses[name] = self._uses.get(name, 0) + 1
            axis = layout.axis
            read = self.env[n.all_input_nodes[0]]
            if self._uses[name] > 1 or axis != (read.dim() - 1 if isinstance(module, nn.Linear) else 1):
                return None
            self._read(name, layout, read)
            number = self._new(module.weight.shape[0], producers=[name])
            return Layout(((number, 1),), value.dim() - 1 if isinstance(module, nn.Linear) else 1)
        if isinstance(module, NORMS) and layout.axis == 1 and len(layout.segments) == 1 and layout.segments[0][1] == 1:
            self._all[self._root(layout.segments[0][0])].norms.append(name)
            return layout
        if isinstance(module, POINTWISE_MODULES):
            return layout
        return self._probed(n, layout, value) if not list(module.parameters()) else None

    def _function_layout(self, n: torch.fx.Node, inputs: list[Layout], value: Any) -> Layout | None:
        name = n.target if isinstance(n.target, str) else getattr(n.target, "__name__", "")
        if not isinstance(value, Tensor) or not inputs:
            return None
        tensors = [self.env[i] for i in n.all_input_nodes if i in self._layouts]
        if name in JOINING and len(inputs) == 2 and tensors[0].shape == tensors[1].shape:
            first, second = inputs
            if first.axis == second.axis and [r for _, r in first.segments] == [r for _, r in second.segments]:
                for (a, _), (b, _) in zip(first.segments, second.segments, strict=True):
                    self._join(a, b)
                return first
        if name == "cat" and len({i.axis for i in inputs}) == 1 and self._concatenated(n, inputs, value, tensors):
            return Layout(tuple(s for i in inputs for s in i.segments), inputs[0].axis)
        if len(inputs) != 1:
            return None
        if name in POINTWISE or (name in JOINING and value.shape == tensors[0].shape and len(n.all_input_nodes) == 1):
            return inputs[0]
        return self._probed(n, inputs[0], value)

    def _concatenated(self, n: torch.fx.Node, inputs: list[Layout], value: Tensor, tensors: list[Tensor]) -> bool:
        axis = inputs[0].axis
        return len(tensors) == len(n.args[0]) and value.shape[axis] == sum(t.shape[axis] for t in tensors)  # type: ignore[arg-type]

    def _probed(self, n: torch.fx.Node, layout: Layout, value: Any) -> Layout | None:
        """Reshapes, pools and reductions, explained by sending feature numbers through and looking where they end."""
        if not isinstance(value, Tensor) or value.dim() < 2:
            return None
        reader = next(i for i in n.all_input_nodes if i in self._layouts)
        source = self.env[reader]
        size = source.shape[layout.axis]
        numbers = torch.arange(1.0, size + 1, device=source.device).reshape(
            [-1 if i == layout.axis else 1 for i in range(source.dim())]
        )
        self.env[reader] = numbers.expand(source.shape).contiguous()
        try:
            seen = super().run_node(n)
        finally:
            self.env[reader] = source
        for axis in range(1, seen.dim()):
            repeat, rest = divmod(seen.shape[axis], size)
            if rest or repeat < 1:
                continue
            ids = torch.arange(1.0, size + 1, device=seen.device)
            if same_along(seen, ids.repeat_interleave(repeat), axis):
                return Layout(tuple((number, r * repeat) for number, r in layout.segments), axis)
            if same_along(seen, ids.repeat(repeat), axis):  # views side by side
                return Layout(layout.segments * repeat, axis)
        return None

    def _read(self, layer: str, layout: Layout, read: Tensor) -> None:
        features = read.double().movedim(layout.axis, 0).reshape(read.shape[layout.axis], -1)
        value = features.mean(dim=1)
        spread = (features - value[:, None]).abs().amax(dim=1)
        first = 0
        for number, repeat in layout.segments:
            space = self._all[self._root(number)]
            length = space.n_channels * repeat
            part = slice(first, first + length)
            space.consumers.append(Reading(layer, first, repeat, value[part], spread[part]))
            first += length


def same_along(tensor: Tensor, expected: Tensor, axis: int) -> bool:
    """Whether every line of ``tensor`` along ``axis`` equals ``expected``."""
    shaped = expected.reshape([-1 if i == axis else 1 for i in range(tensor.dim())])
    return bool((tensor == shaped).all())
