"""Layers of traces as G-code text."""

from collections.abc import Sequence

import numpy as np

from c3po.slicing import dialects
from c3po.slicing.hatching import Path
from c3po.slicing.layers import Layer
from c3po.slicing.settings import SlicerSettings

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
        for part, feature, path in layer.traces:
            self._announce(part, feature)
            self.trace(path, layer.height_mm, 0.6 * speed if feature == "outer" else speed)
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
        s = self.settings
        points = np.round(path, 3)
        lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
        keep = np.concatenate([[True], lengths > _SHORTEST_MM])
        points = points[keep]
        if len(points) < 2:
            return
        lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
        self._travel(*points[0].tolist())
        used = lengths * (s.width_mm * height_mm / (np.pi / 4 * s.filament_mm**2))
        if s.relative_e:
            e = used.tolist()
        else:
            e = (self.e_mm + np.cumsum(used)).tolist()
            self.e_mm = e[-1]
        corners = zip(points[1:].tolist(), e, strict=True)
        moves = ["G1 X%.3f Y%.3f E%.5f" % (x, y, length) for (x, y), length in corners]  # noqa: UP031  twice as fast
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
