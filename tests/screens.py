"""Small screens and jobs for tests: a network that calls L-shapes handguns, boxes and Ls as G-code and as STL."""

import struct
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from c3po.runtime import Graph, write_packed
from c3po.shapes.labels import LABELS
from c3po.verdict import Policy, Screen
from c3po.verdict.reading import Plate, read_job

Rectangle = tuple[float, float, float, float]

BOX: tuple[Rectangle, ...] = ((0, 0, 40, 24),)
EL: tuple[Rectangle, ...] = ((0, 0, 40, 9), (0, 0, 9, 30))
"""Rectangles x0, y0, x1, y1 in mm; their union is the part's plan."""


class FillNetwork:
    """Calls a part a handgun when a principal view fills little of its box: an L does, a box does not.

    ``table`` may name other label probabilities for (box-like, L-like).
    """

    name = "fill"
    digest = "f" * 64
    labels: tuple[str, ...] = LABELS
    input_shape = (6, 64, 64)

    def __init__(self, metadata: Mapping[str, Any] | None = None, told: tuple[str, str] = ("bracket", "handgun")):
        self.metadata: Mapping[str, Any] = {"thresholds": {"weapon": 0.8, "review": 0.4}, **(metadata or {})}
        self.told = told
        self.asked = 0

    def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        assert images.dtype == np.float32
        assert images.shape[1:] == self.input_shape
        assert images.reshape(len(images), -1).max(axis=1).min() > 0, "a blank image reached the network"
        self.asked += len(images)
        scores = np.full((len(images), len(self.labels)), 0.005, np.float32)
        for row, stack in zip(scores, images, strict=True):
            box, el = (self.labels.index(label) for label in self.told)
            share = 1.0 / (1.0 + np.exp(60.0 * (min(fill(view) for view in stack[3:]) - 0.62)))
            row[el] += 0.95 * share
            row[box] += 0.95 * (1.0 - share)
        return scores


def fill(view: NDArray[np.float32]) -> float:
    """Share of the box around the material that is covered; 1 for an empty view."""
    rows, columns = np.nonzero(view > 0)
    if not rows.size:
        return 1.0
    return rows.size / float((np.ptp(rows) + 1) * (np.ptp(columns) + 1))


def fill_screen(policy: Policy | None = None, **metadata: Any) -> Screen:
    """A screen of `FillNetwork`."""
    return Screen(FillNetwork(metadata), policy or Policy())


def gcode(
    plan: Sequence[Rectangle], height_mm: float = 6.0, *, at: tuple[float, float] = (60, 60), layer_mm: float = 0.3
) -> str:
    """A job that prints the plan solid: perimeters and dense lines in every layer, relative extrusion."""
    lines = ["G28", "G90", "M83", "G92 E0"]
    n_layers = round(height_mm / layer_mm)
    for layer in range(1, n_layers + 1):
        lines.append(f"G1 Z{layer * layer_mm:.3f} F600")
        for x0, y0, x1, y1 in plan:
            lines += _rectangle(x0 + at[0], y0 + at[1], x1 + at[0], y1 + at[1])
    return "\n".join([*lines, "M104 S0", ""])


def _rectangle(x0: float, y0: float, x1: float, y1: float) -> list[str]:
    lines = [f"G0 X{x0:.2f} Y{y0:.2f}"]
    lines += [f"G1 X{x:.2f} Y{y:.2f} E1.2" for x, y in ((x1, y0), (x1, y1), (x0, y1), (x0, y0))]
    for y in np.arange(y0, y1, 0.8):
        lines += [f"G0 X{x0:.2f} Y{y:.2f}", f"G1 X{x1:.2f} Y{y:.2f} E1.2"]
    return lines


def stl(plan: Sequence[Rectangle], height_mm: float = 6.0) -> bytes:
    """A binary STL of the plan raised to a height: one closed box per rectangle."""
    triangles = np.concatenate([_box(x0, y0, 0.0, x1, y1, height_mm) for x0, y0, x1, y1 in plan])
    records = b"".join(struct.pack("<12fH", 0, 0, 0, *triangle.ravel(), 0) for triangle in triangles)
    return b"made by a test".ljust(80, b"\0") + struct.pack("<I", len(triangles)) + records


def _box(x0: float, y0: float, z0: float, x1: float, y1: float, z1: float) -> NDArray[np.float64]:
    corner = np.array([(x, y, z) for x in (x0, x1) for y in (y0, y1) for z in (z0, z1)])
    quads = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    return np.array([corner[[a, b, c]] for q in quads for a, b, c in ((q[0], q[1], q[2]), (q[0], q[2], q[3]))])


def write_linear_screen(path: Path) -> Path:
    """A packed network that tells ``BOX`` from ``EL`` by a plane between their views, for tests in other processes."""
    box, el = (mesh_views(plan) for plan in (BOX, EL))
    across = (el - box) * 16.0 / float(((el - box) ** 2).sum())
    weight = np.zeros((len(LABELS), box.size), np.float32)
    bias = np.full(len(LABELS), -8.0, np.float32)
    for label, sign in (("handgun", 1.0), ("bracket", -1.0)):
        weight[LABELS.index(label)] = sign * across.ravel()
        bias[LABELS.index(label)] = -sign * float((across * (el + box) / 2).sum())
    graph = Graph(input_shape=(6, 64, 64))
    scores = graph.add("linear", graph.add("flatten", 0), weight=weight, bias=bias)
    graph.add("softmax", scores)
    thresholds = {"weapon": 0.8, "review": 0.4}
    write_packed(graph, path, {"name": "linear", "labels": list(LABELS), "thresholds": thresholds})
    return path


def mesh_views(plan: Sequence[Rectangle]) -> NDArray[np.float32]:
    """Views of the raised plan."""
    with tempfile.NamedTemporaryFile(suffix=".stl") as file:
        file.write(stl(plan))
        file.flush()
        job = read_job(Path(file.name), 64)
    (plate,) = job.plates
    assert isinstance(plate, Plate)
    views = plate.looks[0].views
    assert views is not None
    return views
