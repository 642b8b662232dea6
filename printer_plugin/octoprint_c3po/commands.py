"""What one line of G-code asks for, as far as the plugin's gates must know.

The worker reads geometry; here only the kind of a line matters: does it move, draw, home, or touch the printer's SD
card. The line is read afresh, since OctoPrint's own ``gcode`` argument is ``None`` for lower case or numbered lines.
Standard library alone: OctoPrint's comm thread calls this.
"""

from __future__ import annotations

import re

_PREFIX = re.compile(r"^[\s/\ufeff]*(?:\([^)]*\)\s*)*(?:N\d+\s*)?(?:\([^)]*\)\s*)*")
_WORD = re.compile(r"([A-Z])\s*(\d+)(?:\.(\d+))?")
_MACRO = re.compile(r"[A-Z_][A-Z0-9_]*")

MOVES = frozenset({"G0", "G1", "G2", "G3", "G5", "G5.1", "G6", "G42"})
# G26 prints a test pattern by itself; it draws without a word of geometry.
DRAWS_ALONE = frozenset({"G26"})
# Select, start, start-and-run, write to, log to the card; run a file on it as a macro.
SD_COMMANDS = frozenset({"M23", "M24", "M28", "M32", "M98", "M928", "SDCARD_PRINT_FILE"})
_AXES = re.compile(r"[XYZ]")
_FLOW = re.compile(r"[EABCDP]\s*[-+.\d]")


def command_of(line: str) -> str:
    """Name of the command on a line: ``G1`` for ``n10 g01 x5*33``, a macro's first word in capitals, or ``""``."""
    text = line.upper()
    start = _PREFIX.match(text)
    text = text[start.end() :] if start else text
    word = _WORD.match(text)
    if word:
        letter, number, decimal = word.groups()
        name = f"{letter}{int(number)}"
        return f"{name}.{decimal}" if decimal and decimal.strip("0") else name
    macro = _MACRO.match(text)
    return macro.group(0) if macro else ""


def moves(line: str) -> bool:
    """Whether the line moves the head or draws."""
    name = command_of(line)
    return name in MOVES or name in DRAWS_ALONE


def draws(line: str) -> bool:
    """Whether the line moves along an axis and feeds material at once, or draws by itself."""
    name = command_of(line)
    if name in DRAWS_ALONE:
        return True
    text = line.split(";", 1)[0].upper()
    return name in MOVES and bool(_AXES.search(text)) and bool(_FLOW.search(text))


def touches_sd(line: str) -> bool:
    """Whether the line prints from, runs from or writes to the printer's own card."""
    return command_of(line) in SD_COMMANDS


def homes_z(line: str, homing: frozenset[str]) -> bool:
    """Whether the line homes the Z axis, which asserts that the bed is clear.

    ``homing`` names the commands and macros that home (setting ``homing_commands``). ``G28`` with axes counts only
    when Z, or no axis at all, is named.
    """
    name = command_of(line)
    if name not in homing:
        return False
    if name != "G28":
        return True
    axes = re.findall(r"[XYZ]", line.split(";", 1)[0].upper())
    return not axes or "Z" in axes
