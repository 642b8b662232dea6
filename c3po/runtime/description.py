"""What a packed file holds, as plain data for people and programs."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from c3po._core import native
from c3po.errors import PackedFileError
from c3po.runtime.graph import OPS, Array
from c3po.runtime.packing import pack_bytes, parse_metadata, unpack_bytes
from c3po.runtime.signing import is_signed

CODINGS = ("floats", "book", "levels")


def description(data: bytes, where: str) -> dict[str, Any]:
    """Bytes by part, layers, labels, digest and metadata of a packed file.

    Raises
    ------
    PackedFileError
        The file is not a packed network.
    """
    try:
        nodes, outputs, text, levels = native.read_packed(data)
    except native.PackedError as problem:
        raise PackedFileError(f"{where}: {problem}") from None
    metadata = parse_metadata(text, where)
    graph, _ = unpack_bytes(data, where)
    _, parts = pack_bytes(graph, metadata)
    layers = [_layer(index, *node) for index, node in enumerate(nodes)]
    return {
        "name": metadata.get("name", where),
        "bytes": len(data),
        "parts": parts | ({"signature": 96} if is_signed(data) else {}),
        "digest": hashlib.sha256(data).hexdigest(),
        "input_shape": list(graph.input_shape),
        "labels": metadata.get("labels", []),
        "exits": list(outputs),
        "levels": levels,
        "nonzeros": sum(layer.get("nonzeros", 0) for layer in layers),
        "macs": sum(layer.get("macs", 0) for layer in layers),
        "layers": layers,
        "metadata": metadata,
    }


def _layer(
    index: int,
    op: int,
    inputs: list[int],
    _settings: list[int],
    tensors: list[Any],
    shape: tuple[int, int, int],
    views: int,
) -> dict[str, Any]:
    told: dict[str, Any] = {"node": index, "op": OPS[op], "inputs": list(inputs), "output": list(shape)}
    if views:
        told["views"] = views
    if OPS[op] in ("conv2d", "linear", "gru", "lstm"):
        weights: list[Array] = [tensors[0][0]] + ([tensors[1][0]] if OPS[op] in ("gru", "lstm") else [])
        told["nonzeros"] = sum(int(np.count_nonzero(weight)) for weight in weights)
        told["weights"] = sum(int(weight.size) for weight in weights)
        _, coding, mantissa_bits, entries, *_ = tensors[0]
        told["coding"] = (
            f"{CODINGS[coding]}, {entries} values"
            if coding == 1
            else f"{CODINGS[coding]}, {mantissa_bits}-bit mantissa"
        )
        told["macs"] = told["nonzeros"] * shape[1] * shape[2] * max(views, 1)
    return told
