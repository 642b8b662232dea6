"""Ranges of a network's values, measured on images, so that its convolutions and recurrent layers can run on bytes.

A convolution on bytes reads values of seven bits, 127 steps up to the range of their channel, and multiplies them with
weights of eight bits, 127 steps up to the largest of their output channel (docs/runtime.md). The steps of the weights
follow from the file; the ranges are measured here and stand in its metadata. Recurrent layers read values of seven bits
and a sign.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from c3po._core import native
from c3po.errors import ManifestError
from c3po.runtime.graph import Graph
from c3po.runtime.network import Network
from c3po.runtime.packing import pack_bytes

STEPS = 127
CUT = 99.9
"""Percentile of the images' largest values; what lies above is cut off."""
LEAST_SHARE, LEAST = 1e-3, 1e-6
"""A channel that is silent on every image gets this share of the largest range of its node, or at least so much."""
FIRST_STEP = 0.7
"""A blank value of less than so many steps stays between two steps; one of more becomes a whole number of them."""


def measured_ranges(graph: Graph, images: npt.NDArray[np.float32], cut: float = CUT) -> dict[str, list[float]]:
    """Ranges of every value that a convolution or recurrent layer reads, by node; seven digits each.

    Parameters
    ----------
    images : float32, shape (n, channels, height, width)
        What the network will be shown; some hundreds.
    cut : float
        The range of a channel is this percentile over the images of its largest value: what lies above is cut off.

    Guarantees
    ----------
    - A value that a convolution reads has no ranges where it is negative on some image: the layer stays float32. Of a
      value that only recurrent layers read, it is the largest of either sign.
    - The value of a channel far inside a blank image is a whole number of steps (from `FIRST_STEP` on). Most of a view
      is blank, so that what rounding loses there would add up to a shift of every score.
    """
    shapes = [node[4] for node in native.read_packed(pack_bytes(graph)[0])[0]]
    ranges = {}
    for index, ops in sorted(_readers(graph).items()):
        highest, lowest = (_peaks(graph, index, shapes[index][0], sign)(images) for sign in (1.0, -1.0))
        if lowest.max() > 0 and "conv2d" in ops:
            continue
        top = np.percentile(highest if "conv2d" in ops else np.maximum(highest, lowest), cut, axis=0)
        top = np.maximum(top, max(float(top.max()) * LEAST_SHARE, LEAST))
        if "conv2d" in ops:
            top = _fitted(top, _blank(graph, index, shapes[index]))
        ranges[str(index)] = [float(f"{value:.7g}") for value in top]
    return ranges


def _readers(graph: Graph) -> dict[int, set[str]]:
    """Which kinds of layers that can run on bytes read a node."""
    readers: dict[int, set[str]] = {}
    for node in graph.nodes:
        if node.op in ("conv2d", "gru", "lstm"):
            readers.setdefault(node.inputs[0], set()).add(node.op)
    return readers


def _fitted(top: npt.NDArray[np.float64], blank: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Ranges near ``top`` in which the value of a blank image is a whole number of steps."""
    steps = STEPS * blank / top
    whole = np.maximum(np.rint(steps), 1.0)
    return np.where(steps >= FIRST_STEP, top * steps / whole, top)


def _peaks(graph: Graph, index: int, channels: int, sign: float) -> Network:
    """A network whose scores are the largest values of each channel of a node, or of their negatives."""
    cut = _first_nodes(graph, index)
    last = cut.add("affine", index, scale=np.full(channels, sign)) if sign < 0 else index
    return _over_views(cut, cut.add("global_max_pool", last))


def _blank(graph: Graph, index: int, shape: tuple[int, int, int]) -> npt.NDArray[np.float64]:
    """The value of each channel in the middle of a blank image."""
    cut = _first_nodes(graph, index)
    flat = cut.add("flatten", index)
    values = _over_views(cut, flat)(np.zeros((1, *graph.input_shape), np.float32))
    channels, height, width = shape
    return np.asarray(values.reshape(channels, height, width)[:, height // 2, width // 2], np.float64)


def _first_nodes(graph: Graph, index: int) -> Graph:
    cut = Graph(graph.input_shape)
    cut.nodes = list(graph.nodes[: index + 1])
    return cut


def _over_views(cut: Graph, last: int) -> Network:
    if any(node.op == "view_split" for node in cut.nodes):
        cut.add("view_pool", last, how="max")
    return Network(pack_bytes(cut)[0], arithmetic="float32")


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
