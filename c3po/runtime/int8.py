"""Ranges of a network's values, measured on images, so that its convolutions can run on bytes.

A convolution on bytes reads values of seven bits, 127 steps up to the range of their channel, and multiplies them with
weights of eight bits, 127 steps up to the largest of their output channel (docs/runtime.md). The steps of the weights
follow from the file; the ranges are measured here and stand in its metadata.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from c3po.errors import ManifestError
from c3po.runtime.graph import Graph
from c3po.runtime.network import Network
from c3po.runtime.packing import pack_bytes

CUT = 99.9
"""Percentile of the images' largest values; see docs/runtime.md for what others cost."""
LEAST_SHARE, LEAST = 1e-3, 1e-6
"""A channel that is silent on every image gets this share of the largest range of its node, or at least so much."""


def measured_ranges(graph: Graph, images: npt.NDArray[np.float32], cut: float = CUT) -> dict[str, list[float]]:
    """Ranges of every value that a convolution reads, by node; four digits each.

    Parameters
    ----------
    images : float32, shape (n, channels, height, width)
        What the network will be shown; some hundreds.
    cut : float
        The range of a channel is this percentile over the images of its largest value: what lies above is cut off.

    Guarantees
    ----------
    - A value that is negative on some image has no ranges: the convolutions that read it stay float32.
    """
    ranges = {}
    for index in sorted({node.inputs[0] for node in graph.nodes if node.op == "conv2d"}):
        highest, lowest = _peaks(graph, index, 1.0)(images), _peaks(graph, index, -1.0)(images)
        if lowest.max() > 0:
            continue
        top = np.percentile(highest, cut, axis=0)
        least = max(float(top.max()) * LEAST_SHARE, LEAST)
        ranges[str(index)] = [float(f"{max(float(value), least):.4g}") for value in top]
    return ranges


def _peaks(graph: Graph, index: int, sign: float) -> Network:
    """A network whose scores are the largest values of each channel of a node, or of their negatives."""
    cut = Graph(graph.input_shape)
    cut.nodes = list(graph.nodes[: index + 1])
    channels = _channels(graph, index)
    last = cut.add("affine", index, scale=np.full(channels, sign)) if sign < 0 else index
    last = cut.add("global_max_pool", last)
    if any(node.op == "view_split" for node in cut.nodes):
        cut.add("view_pool", last, how="max")
    return Network(pack_bytes(cut)[0], arithmetic="float32")


def _channels(graph: Graph, index: int) -> int:
    """Channels of a node, of a view where there are several."""
    probe = Graph(graph.input_shape)
    probe.nodes = list(graph.nodes[: index + 1])
    last = probe.add("global_max_pool", index)
    if any(node.op == "view_split" for node in probe.nodes):
        probe.add("view_pool", last, how="max")
    return len(Network(pack_bytes(probe)[0], arithmetic="float32").labels)


def read_images(path: Path, shape: tuple[int, int, int], metadata: dict[str, Any]) -> npt.NDArray[np.float32]:
    """Images of a file, float32, shape (n, *shape), in [0, 1].

    A ``.npy`` holds them as floats, or as bytes that are 255 times as much; a ``.npz`` of training samples holds bytes
    as ``views``, of which a network with ``"views": "axes"`` in its metadata takes the last three.

    Raises
    ------
    ManifestError
        The file is neither, or its images have another shape.
    """
    try:
        given = np.load(path, allow_pickle=False)
        images = given if isinstance(given, np.ndarray) else given["views"]
    except (OSError, ValueError, KeyError, EOFError) as problem:
        raise ManifestError(
            f"{path}: expected images (.npy) or samples (.npz), got {problem}; name such a file"
        ) from None
    if images.ndim == 4 and images.shape[1] > shape[0] and metadata.get("views") == "axes":
        images = images[:, -shape[0] :]
    if images.ndim != 4 or images.shape[1:] != shape or not len(images) or images.dtype.kind not in "fu":
        raise ManifestError(
            f"{path}: expected images of shape (n, {shape[0]}, {shape[1]}, {shape[2]}), got {images.shape}"
        )
    scale = np.float32(1 / 255) if images.dtype == np.uint8 else np.float32(1)
    return np.ascontiguousarray(images, np.float32) * scale
