"""Canned cycles of machine tools (G73, G81 to G89) spelled out as plain moves, by pygcode.

The core reads cycles too, along Z alone. Here small CNC programs get them in every plane (G17 to G19): pygcode keeps
the machine's state and says which moves a cycle is; the core then reads those. pygcode is slow and raises at much that
machines take, so it is handed bounded, cleaned programs only, and what it cannot follow is left to the core.

Source: NIST RS274/NGC, section 3.5.16; LinuxCNC's G-code reference, canned cycles (sticky words, L, G98 and G99).
"""

import itertools
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from c3po._core import native

MAX_BYTES = 1 << 18  # of a program; of which pygcode reads about 0.1 MB a second
MAX_LINES = 5_000  # of them
MAX_LINE = 200  # characters; patterns of pygcode take time by the square of a line
MAX_MOVES = 30_000  # of all cycles: a peck may be a nanometre deep

_CYCLE = re.compile(rb"[Gg]0*(?:73|8[1-9])(?![0-9])")
_COMMENT = re.compile(r"\([^()]*\)|;.*|%|^\s*/|\*\d+\s*$")
_NUMBER = re.compile(r"^\s*N\d+")
_LINE_END = re.compile(r"\r\n|\r|\n")  # those of the core; Python knows more
_MODES = {17, 18, 19, 20, 21, 40, 49, 54, 61, 64, 90, 91, 94, 98, 99}
_FOLLOWED = _MODES | {0, 1, 2, 3, 4, 73, 80, 81, 82, 83, 84, 85, 86, 88, 89}
# Not known to pygcode: tapping and boring, which go down and up again as G85 does. It fails at G82, whose dwell cuts
# nothing.
_ALIKE = re.compile(r"G0*8([2468])(?![0-9])")
_CODE = re.compile(r"G0*(\d+(?:\.\d+)?)")
# The letters that a plane's X, Y and Z stand for: two in the plane, then the one that is drilled along.
_AXES = {"GCodeSelectXYPlane": "XYZ", "GCodeSelectZXPlane": "ZXY", "GCodeSelectYZPlane": "YZX"}


class NotFollowed(Exception):
    """The program is beyond what pygcode is handed."""


@dataclass
class SpelledOut:
    """Text with plain moves in the place of cycles.

    Parameters
    ----------
    chunks : iterable of bytes
        The program as the core is to read it.
    cycles : int
        Holes that were spelled out.
    n_bytes : int
        Length of the program as it was given, 0 when nothing was spelled out.
    """

    chunks: Iterable[bytes]
    cycles: int = 0
    n_bytes: int = 0


def spelled_out(chunks: Iterable[bytes]) -> SpelledOut:
    """The program with its canned cycles as plain moves when it is a small CNC program that has some, else as it is.

    Guarantees
    ----------
    - No text raises an error, and at most `MAX_BYTES` of it are held back.
    - Without a canned cycle the text is handed on untouched.
    """
    rest = iter(chunks)
    head: list[bytes] = []
    n_bytes = 0
    for chunk in rest:
        head.append(chunk)
        n_bytes += len(chunk)
        if n_bytes > MAX_BYTES:
            return SpelledOut(itertools.chain(head, rest))
    text = b"".join(head)
    if not _CYCLE.search(text) or not _is_cut(text):
        return SpelledOut(head)
    try:
        mill = _Mill()
        lines = [line for raw in _LINE_END.split(text.decode("latin-1")) for line in mill.plain(raw)]
    except Exception:  # pygcode raises whatever its parsers meet: all of it means that the core reads alone
        return SpelledOut(head)
    return SpelledOut(["\n".join([*lines, ""]).encode("latin-1")], mill.cycles, n_bytes)


def _known(code: re.Match[str]) -> str:
    return "G81" if code[1] == "2" else "G85"


def _is_cut(text: bytes) -> bool:
    """Whether the core takes it for a CNC program: no material, but cuts."""
    reader = native.GcodeReader(native.SegmentCounter())
    reader.feed(text)
    reader.finish()
    return bool(reader.kind == "cnc" and not set(reader.flags) & set(native.GCODE_SHAPE_FLAGS))


@dataclass
class _Cycle:
    """The cycle that further lines of coordinates repeat: absolute heights and the depth of a peck."""

    kind: Any  # a class of pygcode
    heights: dict[str, float] = field(default_factory=dict)  # Z: bottom, R: plane above, Q: peck


class _Mill:
    """pygcode's machine beside the lines, to know where each cycle begins."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own old syntax
            import pygcode
            import pygcode.transform

        self.pygcode, self.machine = pygcode, pygcode.Machine()
        self.cycle: _Cycle | None = None
        self.cycles = self.n_lines = self.n_moves = 0

    def plain(self, raw: str) -> Iterator[str]:
        """The line itself, or the moves that it stands for."""
        self.n_lines += 1
        line = _NUMBER.sub("", _COMMENT.sub(" ", raw.upper())).strip()
        if self.n_lines > MAX_LINES or len(raw) > MAX_LINE:
            raise NotFollowed
        codes = [float(code) for code in _CODE.findall(line)]
        if not set(codes) <= _FOLLOWED:
            raise NotFollowed
        if not line:
            yield ""
            return
        yield from self._read(self.pygcode.Line(_ALIKE.sub(_known, line)).block, raw)

    def _read(self, block: Any, raw: str) -> Iterator[str]:
        kinds = self.pygcode.gcodes
        motion = [code for code in block.gcodes if isinstance(code, kinds.GCodeMotion | kinds.GCodeCannedCycle)]
        cycle = next((code for code in motion if isinstance(code, kinds.GCodeCannedCycle)), None)
        if cycle is not None:
            self.cycle = _Cycle(type(cycle))
        elif motion:
            self.cycle = None
        words = {word.letter: float(word.value) for word in (cycle.params.values() if cycle else block.modal_params)}
        others = [code for code in block.gcodes if code is not cycle]
        position = self._position()
        self.machine.process_gcodes(*others, modal_params=() if self.cycle else block.modal_params)
        if any(isinstance(code, kinds.GCodeUnit) for code in others) and any(position.values()):
            raise NotFollowed  # its places would keep the other unit
        if self.cycle is None or not words:
            yield raw
            return
        if others:
            yield " ".join(str(code) for code in others)
        yield from self._drilled(self.cycle, words)

    def _position(self) -> dict[str, float]:
        return {axis: float(value) for axis, value in self.machine.pos.values.items()}

    def _drilled(self, cycle: _Cycle, words: dict[str, float]) -> Iterator[str]:
        """One hole, or L of them, as moves by places."""
        mode, gcodes, here = self.machine.mode, self.pygcode.gcodes, self._position()
        axes = _AXES[type(mode.plane_selection).__name__]
        relative = isinstance(mode.distance, gcodes.GCodeIncrementalDistanceMode)
        first, second, along = axes[0], axes[1], axes[2]
        if "R" in words:
            cycle.heights["R"] = words["R"] + (here[along] if relative else 0.0)
        if along in words:
            cycle.heights["Z"] = words[along] + (cycle.heights["R"] if relative else 0.0)
        if "Q" in words:
            cycle.heights["Q"] = words["Q"]
        place = {"X": here[first], "Y": here[second], "Z": max(here[along], cycle.heights["R"])}
        yield "G90"
        for _ in range(int(min(max(words.get("L", 1.0), 1.0), MAX_MOVES)) if relative else 1):
            for axis, letter in (("X", first), ("Y", second)):
                if letter in words:
                    place[axis] = words[letter] + (place[axis] if relative else 0.0)
            for move in self._hole(cycle, place):
                place |= move[1]
                yield f"G{move[0]}" + "".join(f" {axes['XYZ'.index(axis)]}{at:.6f}" for axis, at in move[1].items())
        yield "G91" if relative else "G90"
        self.machine.pos = self.machine.Position(
            **{first: place["X"], second: place["Y"], along: place["Z"]}, unit=self.machine.pos.unit
        )

    def _hole(self, cycle: _Cycle, place: dict[str, float]) -> Iterator[tuple[int, dict[str, float]]]:
        """G0 or G1 and places of each move of one hole along Z, as pygcode gives them."""
        gcodes = self.pygcode.gcodes
        letters = {"X": place["X"], "Y": place["Y"], **cycle.heights}
        if letters["Z"] > letters["R"]:
            raise NotFollowed
        known = cycle.kind(**{letter: at for letter, at in letters.items() if letter in cycle.kind.param_letters})
        to_r = isinstance(self.machine.mode.canned_cycles_return, gcodes.GCodeCannedCycleReturnToR)
        start = self.machine.Position(X=place["X"], Y=place["Y"], Z=place["Z"])
        moves = self.pygcode.transform.simplify_canned_cycle(
            known,
            start,
            dist_mode=gcodes.GCodeAbsoluteDistanceMode(),
            retract_mode=gcodes.GCodeCannedCycleReturnToR() if to_r else gcodes.GCodeCannedCycleReturnPrevLevel(),
        )
        self.cycles += 1
        for move in moves:
            self.n_moves += 1
            if self.n_moves > MAX_MOVES:
                raise NotFollowed
            if isinstance(move, gcodes.GCodeRapidMove | gcodes.GCodeLinearMove):
                places = {axis: float(at) for axis, at in move.get_param_dict(letters="XYZ").items()}
                yield int(isinstance(move, gcodes.GCodeLinearMove)), places
