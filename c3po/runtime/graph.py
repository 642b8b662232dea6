"""Description of a network with numpy arrays: what is packed, and what `unpack` gives back.

The graph owns structure and numbers; how the numbers are stored is `coding.py`, how they are run is the C++ core.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

OPS = (
    "input", "conv2d", "linear", "relu", "max_pool", "avg_pool", "global_avg_pool", "global_max_pool", "add", "flatten",
    "concat", "softmax", "sigmoid", "affine", "view_split", "view_pool", "gru", "lstm",
)  # fmt: skip
VIEW_POOLS = ("max", "mean", "concat")

_WINDOW = {"kernel": (1, 2), "stride": (3, 4), "padding": (5, 6)}
_SLOTS: dict[str, tuple[str, ...]] = {
    "conv2d": ("weight", "bias", "scale"),
    "linear": ("weight", "bias", "scale"),
    "affine": ("scale", "offset"),
    "gru": ("weight_input", "weight_hidden", "bias_input", "bias_hidden"),
    "lstm": ("weight_input", "weight_hidden", "bias_input", "bias_hidden"),
}


@dataclass(frozen=True)
class Node:
    """One operation of a network.

    Attributes
    ----------
    op : str
        One of `OPS`.
    inputs : tuple of int
        Indices of earlier nodes.
    settings : dict
        ``conv2d``: kernel, stride, padding (int or (y, x)), circulant. ``max_pool``, ``avg_pool``: kernel, stride,
        padding; ``count_padding`` for the mean. ``linear``: circulant. ``input``: shape (channels, height, width).
        ``view_split``: channels of one view. ``view_pool``: how, one of `VIEW_POOLS`. ``gru``, ``lstm``: sequence (the
        whole sequence or the last state), circulant.
    tensors : dict of float32 arrays
        conv2d: weight (out, in, ky, kx), bias (out,), scale (out,): scale * (weight conv x) + bias.
        linear: weight (out, in), bias, scale. affine: scale, offset (channels,). gru, lstm: weight_input
        (gates * hidden, features), weight_hidden (gates * hidden, hidden), bias_input, bias_hidden; torch's order.
    """

    op: str
    inputs: tuple[int, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    tensors: dict[str, Array] = field(default_factory=dict)
    levels: dict[str, npt.NDArray[np.uint8]] = field(default_factory=dict)
    """Of nested networks: for each weight, by name and in its shape, the level from which on an entry counts. Biases,
    scales and offsets may have one row for each level."""


class Graph:
    """A network as a list of nodes; node 0 is the input and the last output is the answer.

    A graph of several levels holds nested networks, the smallest first; `c3po.runtime.levels` makes it from them.

    Examples
    --------
    >>> graph = Graph(input_shape=(1, 8, 8))
    >>> x = graph.add("conv2d", 0, weight=np.ones((4, 1, 3, 3)), bias=np.zeros(4), padding=1)
    >>> x = graph.add("relu", x)
    >>> x = graph.add("global_avg_pool", x)
    >>> graph.n_nonzeros
    36
    """

    def __init__(self, input_shape: tuple[int, int, int], n_levels: int = 1) -> None:
        self.n_levels = n_levels
        self.nodes: list[Node] = [Node("input", (), {"shape": tuple(int(n) for n in input_shape)})]
        self.outputs: list[int] = []  # empty: the last node

    def add(self, op: str, *inputs: int, **details: Any) -> int:
        """Index of a new node; arrays in ``details`` become tensors, everything else settings."""
        if op not in OPS[1:]:
            raise ValueError(f"op must be one of {', '.join(OPS[1:])}, got {op!r}")
        slots = _SLOTS.get(op, ())
        tensors = {
            name: np.ascontiguousarray(value, dtype=np.float32)
            for name, value in details.items()
            if name in slots and value is not None
        }
        settings = {name: value for name, value in details.items() if name not in slots}
        self.nodes.append(Node(op, tuple(int(i) for i in inputs), settings, tensors))
        return len(self.nodes) - 1

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of one image."""
        shape: tuple[int, int, int] = self.nodes[0].settings["shape"]
        return shape

    @property
    def n_nonzeros(self) -> int:
        """Nonzero weights, biases and scales not counted."""
        return sum(
            int(np.count_nonzero(array))
            for node in self.nodes
            for name, array in node.tensors.items()
            if name.startswith("weight")
        )


def written_out(weight: Array, block: int) -> Array:
    """The matrix of circulant blocks whose first rows are stored: row r is turned right r times."""
    if block <= 1:
        return weight
    rows = weight.reshape(len(weight), -1, block, *weight.shape[2:])
    turned = [np.roll(rows, turn, axis=2).reshape(weight.shape) for turn in range(block)]
    return np.stack(turned, axis=1).reshape(len(weight) * block, *weight.shape[1:])


def native_settings(node: Node) -> list[int]:
    """The eight numbers that the core keeps for a node (see graph.hpp)."""
    given, numbers = node.settings, [0] * 8
    if node.op == "input":
        numbers[:3] = given["shape"]
    if node.op in ("conv2d", "max_pool", "avg_pool"):
        kernel = node.tensors["weight"].shape[2:] if node.op == "conv2d" else given["kernel"]
        default = {"kernel": kernel, "stride": 1 if node.op == "conv2d" else kernel, "padding": 0}
        for name, places in _WINDOW.items():
            pair = default[name] if name == "kernel" else given.get(name, default[name])
            for place, value in zip(places, _pair(pair), strict=True):
                numbers[place] = value
    if node.op in ("conv2d", "linear", "gru", "lstm"):
        block = int(given.get("circulant", 0))
        numbers[7] = block if block > 1 else 0
        weight = node.tensors.get("weight", node.tensors.get("weight_hidden"))
        if weight is None:
            raise ValueError(f"{node.op} needs a weight, got {sorted(node.tensors)}")
        numbers[0] = weight.shape[1] if node.op in ("gru", "lstm") else weight.shape[0] * max(block, 1)
        numbers[1] = int(bool(given.get("sequence", False))) if node.op in ("gru", "lstm") else numbers[1]
    if node.op == "avg_pool":
        numbers[7] = int(bool(given.get("count_padding", True)))
    if node.op == "view_split":
        numbers[0] = int(given.get("channels", 1))
    if node.op == "view_pool":
        numbers[0] = VIEW_POOLS.index(given.get("how", "max"))
    return numbers


def node_from_native(
    op: int,
    inputs: Sequence[int],
    settings: Sequence[int],
    arrays: Sequence[Array | None],
    levels: Sequence[bytes | None] = (),
) -> Node:
    """The node whose `native_settings` are ``settings``; arrays are rows x columns by slot, or levels x rows."""
    name, given = OPS[op], dict[str, Any]()
    if name == "input":
        given["shape"] = tuple(settings[:3])
    if name in ("conv2d", "max_pool", "avg_pool"):
        given |= {key: (settings[y], settings[x]) for key, (y, x) in _WINDOW.items()}
    if name == "avg_pool":
        given["count_padding"] = bool(settings[7])
    if name in ("conv2d", "linear", "gru", "lstm") and settings[7] > 1:
        given["circulant"] = settings[7]
    if name in ("gru", "lstm"):
        given["sequence"] = bool(settings[1])
    if name == "view_split":
        given["channels"] = settings[0]
    if name == "view_pool":
        given["how"] = VIEW_POOLS[settings[0]]
    tensors = {
        slot: array if slot.startswith("weight") or (array.ndim == 2 and array.shape[1] > 1) else array.ravel()
        for slot, array in zip(_SLOTS.get(name, ()), arrays, strict=False)
        if array is not None
    }
    if name == "conv2d":
        tensors["weight"] = tensors["weight"].reshape(len(tensors["weight"]), -1, *given.pop("kernel"))
    by_slot = zip(_SLOTS.get(name, ()), levels, strict=False)
    shaped = {
        slot: np.frombuffer(level, np.uint8).reshape(tensors[slot].shape)
        for slot, level in by_slot
        if level and slot in tensors
    }
    return Node(name, tuple(inputs), given, tensors, shaped)


def tensor_slots(op: str) -> tuple[str, ...]:
    """Names of the tensors of an operation, in the order of the file."""
    return _SLOTS.get(op, ())


def _pair(value: Any) -> tuple[int, int]:
    return (int(value), int(value)) if isinstance(value, (int, np.integer)) else (int(value[0]), int(value[1]))
