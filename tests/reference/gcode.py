"""A textbook reader of G-code: one command per line, exact words, no speed. It knows what every machine agrees on."""

import math
import re
from dataclasses import dataclass, field

Point = tuple[float, float, float]
_WORD = re.compile(r"([A-Z])\s*([-+]?(?:\d+\.?\d*|\.\d+))")
_PLANES = {17: (0, 1, 2, "I", "J"), 18: (2, 0, 1, "K", "I"), 19: (1, 2, 0, "J", "K")}


_SAGITTA_MM = 0.004  # of an arc's pieces: well under what is asked of the reader


@dataclass
class TextbookReader:
    """Runs a program; ``strokes`` is a list of polylines of material, each of at least two points, mm."""

    position: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    offset: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    e: float = 0.0
    unit_mm: float = 1.0
    relative: bool = False
    e_relative: bool = False
    plane: int = 17
    strokes: list[list[Point]] = field(default_factory=list)

    def run(self, program: str) -> list[list[Point]]:
        for line in program.splitlines():
            words = {letter: float(number) for letter, number in _WORD.findall(line.split(";")[0].upper())}
            if "G" in words:
                self._g(int(words.pop("G")), words)
            elif "M" in words:
                self._m(int(words["M"]))
        return self.strokes

    def _m(self, code: int) -> None:
        if code in (82, 83):
            self.e_relative = code == 83

    def _g(self, code: int, words: dict[str, float]) -> None:
        if code in (0, 1, 2, 3):
            self._move(code, words)
        elif code in (17, 18, 19):
            self.plane = code
        elif code in (20, 21):
            self.unit_mm = 25.4 if code == 20 else 1.0
        elif code in (90, 91):
            self.relative = code == 91
        elif code == 92:
            self._rename(words)

    def _rename(self, words: dict[str, float]) -> None:
        everything = not words.keys() & set("XYZE")
        for axis, letter in enumerate("XYZ"):
            if everything or letter in words:
                self.offset[axis] = self.position[axis] - words.get(letter, 0.0) * self.unit_mm
        if everything or "E" in words:
            self.e = words.get("E", 0.0) * self.unit_mm

    def _move(self, code: int, words: dict[str, float]) -> None:
        start, end = tuple(self.position), list(self.position)
        for axis, letter in enumerate("XYZ"):
            if letter in words:
                value = words[letter] * self.unit_mm
                end[axis] = end[axis] + value if self.relative else value + self.offset[axis]
        advance = 0.0
        if "E" in words:
            value = words["E"] * self.unit_mm
            advance = value if self.e_relative else value - self.e
            self.e = self.e + value if self.e_relative else value
        points = [start, tuple(end)] if code < 2 else self._arc(start, tuple(end), code == 2, words)
        if advance > 0 and any(point != start for point in points):
            self.strokes.append(points)
        self.position = list(end)

    def _arc(self, start: Point, end: Point, clockwise: bool, words: dict[str, float]) -> list[Point]:
        a, b, c, letter_a, letter_b = _PLANES[self.plane]
        if "R" in words:
            centre = _centre(start[a], start[b], end[a], end[b], words["R"] * self.unit_mm, clockwise)
        else:
            centre = tuple(start[i] + words.get(k, 0.0) * self.unit_mm for i, k in ((a, letter_a), (b, letter_b)))
        r0 = math.hypot(start[a] - centre[0], start[b] - centre[1])
        r1 = math.hypot(end[a] - centre[0], end[b] - centre[1])
        angle = math.atan2(start[b] - centre[1], start[a] - centre[0])
        sweep = math.atan2(end[b] - centre[1], end[a] - centre[0]) - angle
        closed = (start[a], start[b]) == (end[a], end[b])
        sweep = sweep % -math.tau if clockwise else sweep % math.tau
        if closed:
            sweep = -math.tau if clockwise else math.tau
        step = 2.0 * math.acos(1.0 - _SAGITTA_MM / max(r0, r1, _SAGITTA_MM))
        n = max(720, math.ceil(abs(sweep) / step))
        points = [start]
        for i in range(1, n):
            t = i / n
            point = [0.0, 0.0, 0.0]
            radius = r0 + (r1 - r0) * t
            point[a] = centre[0] + radius * math.cos(angle + sweep * t)
            point[b] = centre[1] + radius * math.sin(angle + sweep * t)
            point[c] = start[c] + (end[c] - start[c]) * t
            points.append((point[0], point[1], point[2]))
        return [*points, end]


def _centre(x0: float, y0: float, x1: float, y1: float, radius: float, clockwise: bool) -> tuple[float, float]:
    """Of the arc by radius: the shorter way round when it is positive, the longer when negative (NISTIR 6556)."""
    dx, dy = x1 - x0, y1 - y0
    along = math.hypot(dx, dy)
    height = math.sqrt(max(0.0, radius**2 - along**2 / 4))
    side = -1 if clockwise == (radius > 0) else 1
    return x0 + dx / 2 - side * height * dy / along, y0 + dy / 2 + side * height * dx / along
