"""Graph to packed file and back. Nothing is rounded unless asked for; nothing is kept that does not read back."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from c3po._core import native
from c3po.errors import PackedFileError
from c3po.runtime.coding import rounded_mantissa, rounded_to_book, rounded_to_levels, smallest_coding
from c3po.runtime.graph import OPS, Array, Graph, Node, native_settings, node_from_native, tensor_slots

PARTS = ("header", "metadata", "support", "values", "biases")
MAX_FILE_BYTES = 64 << 20


def write_packed(
    graph: Graph,
    path: str | os.PathLike[str],
    metadata: dict[str, Any] | None = None,
    *,
    weight_bits: int | None = None,
    bias_bits: int | None = None,
) -> dict[str, int]:
    """Writes ``graph`` to ``path`` and returns the bytes by part; they add up to the size of the file.

    Parameters
    ----------
    metadata : dict, optional
        Anything JSON can hold; ``labels`` (list of str) and ``name`` have a meaning to `Network`.
    weight_bits, bias_bits : int, optional
        Round weights to a book of ``2**weight_bits`` values and biases to levels of ``bias_bits`` bits. Without them
        every number is kept exactly.

    Raises
    ------
    ValueError
        The graph is not one the format can hold.

    Guarantees
    ----------
    - `unpack` of the file gives every number back, bit for bit.
    - The file is complete or not there.
    """
    data, parts = pack_bytes(graph, metadata, weight_bits=weight_bits, bias_bits=bias_bits)
    write_file(path, data)
    return parts


def pack_bytes(
    graph: Graph,
    metadata: dict[str, Any] | None = None,
    *,
    weight_bits: int | None = None,
    bias_bits: int | None = None,
) -> tuple[bytes, dict[str, int]]:
    """The bytes that `write_packed` writes, and the bytes by part."""
    nodes = [_native_node(_rounded(node, weight_bits, bias_bits), graph.n_levels) for node in graph.nodes]
    outputs = list(graph.outputs) or [len(nodes) - 1]
    text = json.dumps(metadata, separators=(",", ":"), ensure_ascii=False).encode() if metadata else b""
    data, parts = native.write_packed(nodes, outputs, text, graph.n_levels)
    _check_reads_back(data, nodes)
    return data, _whole_bytes(dict(zip(PARTS, parts, strict=True)), len(data))


def unpack(path: str | os.PathLike[str]) -> tuple[Graph, dict[str, Any]]:
    """The graph and the metadata of a packed file, numbers bit for bit.

    Raises
    ------
    PackedFileError
        The file is missing, damaged, of another version or no packed network.
    """
    return unpack_bytes(read_file(path), os.fspath(path))


def unpack_bytes(data: bytes, where: str) -> tuple[Graph, dict[str, Any]]:
    """As `unpack`; ``where`` names the source in errors."""
    try:
        nodes, outputs, text, levels = native.read_packed(data)
    except native.PackedError as problem:
        raise PackedFileError(f"{where}: {problem}") from None
    graph = Graph((1, 1, 1), n_levels=levels)
    graph.nodes = [
        node_from_native(op, inputs, settings, [t and _all_levels(t) for t in tensors], [t and t[4] for t in tensors])
        for op, inputs, settings, tensors, _shape, _views in nodes
    ]
    graph.outputs = list(outputs)
    return graph, parse_metadata(text, where)


def parse_metadata(text: bytes, where: str) -> dict[str, Any]:
    """The metadata of a packed file; empty text is an empty dict."""
    try:
        metadata = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        metadata = None
    if not isinstance(metadata, dict):
        raise PackedFileError(f"{where}: expected metadata as a JSON object, got {text[:40]!r}; pack the network again")
    return metadata


def write_file(path: str | os.PathLike[str], data: bytes) -> None:
    """Writes a file that is complete or not there."""
    target = Path(path)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def read_file(path: str | os.PathLike[str]) -> bytes:
    """Bytes of a packed file, at most 64 MiB."""
    where = os.fspath(path)
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as problem:
        raise PackedFileError(f"{where}: expected a readable file, got {problem.strerror}; check the path") from None
    if len(data) > MAX_FILE_BYTES:
        raise PackedFileError(f"{where}: expected at most {MAX_FILE_BYTES} bytes, got more; is this a packed network?")
    return data


def _rounded(node: Node, weight_bits: int | None, bias_bits: int | None) -> Node:
    tensors = dict[str, Array]()
    for name, array in node.tensors.items():
        tensors[name] = array
        if name.startswith("weight") and weight_bits is not None:
            tensors[name] = rounded_to_book(array, weight_bits)
        elif name.startswith(("bias", "offset")) and bias_bits is not None and node.op != "affine":
            tensors[name] = rounded_to_levels(array, bias_bits)
        elif name == "scale" and bias_bits is not None and node.op != "affine":
            tensors[name] = rounded_mantissa(array, 10)
    return replace(node, tensors=tensors)


def _all_levels(tensor: tuple[Any, ...]) -> Array:
    """A tensor as read; vectors that differ between levels lie below each other."""
    values, lower = tensor[0], tensor[5]
    return np.stack([*(array.ravel() for array in lower), values.ravel()]) if lower else values


def _native_node(node: Node, n_levels: int) -> tuple[Any, ...]:
    tensors = list[Any]()
    for slot in tensor_slots(node.op):
        array = node.tensors.get(slot)
        if array is None:
            tensors.append(None)
            continue
        if not np.isfinite(array).all():
            raise ValueError(f"{node.op} {slot} must be finite, got an infinity or NaN")
        by_level = n_levels > 1 and not slot.startswith("weight") and array.ndim == 2
        if by_level and len(array) != n_levels:
            raise ValueError(f"{node.op} {slot} must have one row for each of {n_levels} levels, got {len(array)}")
        lower = [_native_tensor(row, b"", []) for row in array[:-1]] if by_level else []
        level = node.levels.get(slot, np.zeros(0, np.uint8)).astype(np.uint8).tobytes()
        tensors.append(_native_tensor(array[-1] if by_level else array, level, lower))
    return OPS.index(node.op), list(node.inputs), native_settings(node), tuple(tensors)


def _native_tensor(array: Array, level: bytes, lower: list[Any]) -> tuple[Any, ...]:
    flat = np.ascontiguousarray(array, dtype=np.float32).ravel() + np.float32(0)  # -0 becomes 0
    coding = smallest_coding(flat)
    return flat, coding.kind, coding.mantissa_bits, coding.book.tolist(), coding.codes, level, lower


def _check_reads_back(data: bytes, nodes: list[tuple[Any, ...]]) -> None:
    read, _, _, _ = native.read_packed(data)
    for node, again in zip(nodes, read, strict=True):
        for tensor, copy in zip(node[3], again[3], strict=False):
            if tensor is not None and not np.array_equal(tensor[0], copy[0].ravel()):
                raise AssertionError(f"{OPS[node[0]]} does not read back bit for bit; please report this")


def _whole_bytes(parts: dict[str, float], total: int) -> dict[str, int]:
    """Parts rounded so that they add up to ``total`` (largest remainder)."""
    whole = {name: int(size) for name, size in parts.items()}
    by_remainder = sorted(parts, key=lambda name: whole[name] - parts[name])
    for i in range(max(total - sum(whole.values()), 0)):
        whole[by_remainder[i % len(by_remainder)]] += 1
    while sum(whole.values()) > total:
        whole[max(whole, key=lambda name: whole[name])] -= 1
    return whole
