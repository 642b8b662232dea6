"""Layers of traces as G-code text."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from c3po.slicing import dialects
from c3po.slicing.hatching import Path
from c3po.slicing.layers import Layer
from c3po.slicing.settings import SlicerSettings

Corners = list[list[float]]
_SHORTEST_MM = 0.005


class Writer:
    """Appends lines, knowing where the nozzle is and how much has been extruded."""

    def __init__(self, settings: SlicerSettings, names: Sequence[str]) -> None:
        self.settings = settings
        self.names = names
        self.lines: list[str] = []
        self.e_mm = 0.0
        self.z_mm = 0.0
        self.retracted = False
        self._feature = ""
        self._part = -1

    def start(self, layers: Sequence[Layer]) -> None:
        """Header, heating, homing and, where wanted, a purge line along the bed's edge."""
        s = self.settings
        self.lines += dialects.header(layers, s)
        self.lines += [f"M140 S{s.bed_c}", f"M104 S{s.nozzle_c}", f"M190 S{s.bed_c}", f"M109 S{s.nozzle_c}"]
        self.lines += ["G28 ; home all axes", "G21", "G90", "M83" if s.relative_e else "M82", "G92 E0"]
        if s.purge_line:
            self.lines += dialects.feature_comments("purge", s)
            self.z_mm = 0.3
            self.lines.append("G1 Z0.3 F600")
            self.trace(np.array([[5.0, 3.0], [0.6 * s.bed_mm, 3.0], [0.6 * s.bed_mm, 3.6], [5.0, 3.6]]), 0.3, 20.0)

    def finish(self) -> bytes:
        """The whole text."""
        s = self.settings
        self.lines += [f"G1 Z{self.z_mm + 5:.3f} F600", "M104 S0", "M140 S0", "M107", f"G1 X0 Y{s.bed_mm - 10:g} F3000"]
        self.lines += ["M84", *dialects.footer(s), ""]
        return "\n".join(self.lines).encode("ascii", "replace")

    def layer(self, index: int, layer: Layer) -> None:
        """One layer, its traces in order."""
        s = self.settings
        self.lines += dialects.layer_comments(index, layer, s)
        if not s.relative_e and s.dialect == "prusa":
            self._reset_e()
        self.lines.append(f"G1 Z{layer.z_mm:.3f} F{60 * s.travel_mm_s:.0f}")
        self.z_mm = layer.z_mm
        speed = s.first_layer_mm_s if index == 0 else s.print_mm_s
        if index == 1:
            self.lines.append("M106 S255")
        paths = measured([path for _, _, path in layer.traces])
        for (part, feature, _), (corners, lengths) in zip(layer.traces, paths, strict=True):
            self._announce(part, feature)
            self._print(corners, lengths, layer.height_mm, 0.6 * speed if feature == "outer" else speed)
        self._announce(-1, self._feature)

    def _announce(self, part: int, feature: str) -> None:
        if part != self._part:
            if self._part >= 0:
                self.lines += dialects.object_comments(self._part, self.names[self._part], self.settings, ends=True)
            if part >= 0:
                self.lines += dialects.object_comments(part, self.names[part], self.settings)
            self._part = part
        if feature != self._feature:
            self.lines += dialects.feature_comments(feature, self.settings)
            self._feature = feature

    def trace(self, path: Path, height_mm: float, speed_mm_s: float) -> None:
        """Travel to the start of a path, then print along it."""
        ((corners, lengths),) = measured([path])
        self._print(corners, lengths, height_mm, speed_mm_s)

    def _print(self, corners: Corners, lengths_mm: list[float], height_mm: float, speed_mm_s: float) -> None:
        if not lengths_mm:
            return
        s = self.settings
        self._travel(*corners[0])
        e_of_mm = s.width_mm * height_mm / (np.pi / 4 * s.filament_mm**2)
        used = [length * e_of_mm for length in lengths_mm]
        if not s.relative_e:
            used = [self.e_mm + total for total in accumulate(used)]
            self.e_mm = used[-1]
        # a %-format of three numbers is twice as fast as an f-string
        moves = ["G1 X%.3f Y%.3f E%.5f" % (x, y, e) for (x, y), e in zip(corners[1:], used, strict=True)]  # noqa: UP031
        moves[0] += f" F{60 * speed_mm_s:.0f}"
        self.lines += moves

    def _travel(self, x_mm: float, y_mm: float) -> None:
        s, word = self.settings, self.settings.travel_word
        self._retract(-1.0)
        if s.hop_mm:
            self.lines.append(f"G1 Z{self.z_mm + s.hop_mm:.3f}")
        self.lines.append(f"{word} X{x_mm:.3f} Y{y_mm:.3f} F{60 * s.travel_mm_s:.0f}")
        if s.hop_mm:
            self.lines.append(f"G1 Z{self.z_mm:.3f}")
        self._retract(1.0)

    def _retract(self, direction: float) -> None:
        s = self.settings
        if s.firmware_retraction:
            self.lines.append("G10" if direction < 0 else "G11")
        elif s.retract_mm:
            self.e_mm += direction * s.retract_mm
            e = direction * s.retract_mm if s.relative_e else self.e_mm
            self.lines.append(f"G1 E{e:.5f} F2400")

    def _reset_e(self) -> None:
        self.lines.append("G92 E0")
        self.e_mm = 0.0


def measured(paths: Sequence[Path]) -> list[tuple[Corners, list[float]]]:
    """Of every path its corners, rounded to what is written, and the lengths between them, mm.

    Corners closer than 5 micrometres to the one before are left out. One pass over all paths: a layer has many short
    ones.
    """
    if not paths:
        return []
    owner = np.repeat(np.arange(len(paths)), [len(path) for path in paths])
    points = np.round(np.concatenate(paths), 3).astype(np.float64, copy=False)
    starts = np.concatenate([[True], owner[1:] != owner[:-1]])
    keep = starts | (np.concatenate([[0.0], _steps_mm(points)]) > _SHORTEST_MM)
    owner, points = owner[keep], points[keep]
    corners, steps = points.tolist(), _steps_mm(points).tolist()
    first, last = (np.searchsorted(owner, np.arange(len(paths)), side).tolist() for side in ("left", "right"))
    return [(corners[a:b], steps[a : max(a, b - 1)]) for a, b in zip(first, last, strict=True)]


def _steps_mm(points: NDArray[np.float64]) -> NDArray[np.float64]:
    step = points[1:] - points[:-1]
    lengths: NDArray[np.float64] = np.sqrt(np.add.reduce(step * step, axis=1))
    return lengths
