"""What can be done to a job's text without slicing anew."""

import re
from collections.abc import Iterator

import numpy as np

Rng = np.random.Generator

_MOVE = re.compile(r"^G[01](?=\s)")
_WORD = re.compile(r"([XYZ])(-?\d*\.?\d+)")


def turned(text: str, rng: Rng) -> str:
    """Every move turned by one random angle about the middle of what is drawn."""
    places = np.array([(x, y) for _, x, y, _ in _moves(text)]) if text else np.zeros((0, 2))
    middle = (places.min(axis=0) + places.max(axis=0)) / 2.0 if len(places) else np.zeros(2)
    angle_rad = rng.uniform(0.0, 2.0 * np.pi)
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    lines = text.splitlines()
    for number, x, y, rest in _moves(text):
        dx, dy = x - middle[0], y - middle[1]
        lines[number] = f"{rest} X{middle[0] + c * dx - s * dy:.4f} Y{middle[1] + s * dx + c * dy:.4f}"
    return "\n".join(lines) + "\n"


def of_two_tools(text: str) -> str:
    """A change of tool whenever the print rises: every second layer of another material."""
    lines, height, tool = [], -np.inf, 1
    for line in text.splitlines():
        if _MOVE.match(line):
            z = dict(_WORD.findall(line)).get("Z")
            if z is not None and float(z) > height:
                height, tool = float(z), 1 - tool
                lines.append(f"T{tool}")
        lines.append(line)
    return "\n".join(lines) + "\n"


def _moves(text: str) -> Iterator[tuple[int, float, float, str]]:
    """Number of each line that moves in the plane, where to, and the line without its X and Y."""
    x = y = 0.0
    for number, line in enumerate(text.splitlines()):
        code = line.partition(";")[0]
        if not _MOVE.match(code):
            continue
        words = dict(_WORD.findall(code))
        if "X" in words or "Y" in words:
            x, y = float(words.get("X", x)), float(words.get("Y", y))
            yield number, x, y, re.sub(r"\s*[XY]-?\d*\.?\d+", "", code).rstrip()
