"""One shape, many spellings: two layers of a rectangle, x 10 to 30, y 10 to 20, z 0.2 and 0.4 mm, 120 mm of material.

`SPELLINGS` maps a name to the text, all of which firmware of some kind prints as the same shape.
"""

from collections.abc import Callable, Iterator

CORNERS = ((30, 10), (30, 20), (10, 20), (10, 10))
Move = tuple[float, float, float, float]  # x, y, z, how far the extruder has come; no advance is a travel


def moves() -> Iterator[Move]:
    """Absolute positions of the whole job."""
    e = 0.0
    for z in (0.2, 0.4):
        yield 10, 10, z, e
        for x, y in CORNERS:
            e += 1.0
            yield x, y, z, e


def plain(
    *,
    start: str = "G21\nG90\nM82\n",
    end: str = "",
    newline: str = "\n",
    scale: float = 1.0,
    write: Callable[[str], str] = lambda line: line,
    each: str = "",
    layer: str = "",
    axis: str = "E",
    command: str = "G1",
) -> str:
    """The job in absolute words, each line sent through ``write``; ``each`` follows each line, ``layer`` each layer."""
    lines, z_before = [], 0.0
    for x, y, z, e in moves():
        lines.append(f"{command} X{x * scale:.5f} Y{y * scale:.5f} Z{z * scale:.5f} {axis}{e * scale:.5f}")
        if layer and z != z_before:
            lines.insert(-1, layer)
        z_before = z
    body = newline.join(write(line) + (newline + each if each else "") for line in lines)
    return start.replace("\n", newline) + body + newline + end


def relative(*, start: str = "G28\nG91\nM83\n", e_words: str = "relative") -> str:
    """The job in steps from the origin."""
    x0 = y0 = z0 = e0 = 0.0
    lines = []
    for x, y, z, e in moves():
        told = e - e0 if e_words == "relative" else e
        lines.append(f"G1 X{x - x0:.3f} Y{y - y0:.3f} Z{z - z0:.3f} E{told:.3f}")
        x0, y0, z0, e0 = x, y, z, e
    return start + "\n".join(lines) + "\n"


def rebased(command: str = "G92", every: int = 1) -> str:
    """After each piece the place gets a new name."""
    lines, at, shift = ["G28", "G90", "M83"], (0.0, 0.0), 0.0
    e0 = 0.0
    for i, (x, y, z, e) in enumerate(moves()):
        lines.append(f"G1 X{x - shift:.3f} Y{y:.3f} Z{z:.3f} E{e - e0:.3f}")
        at, e0 = (x, y), e
        if i % every == 0:
            shift = 7.0 * i - 3.0
            lines.append(f"{command} X{at[0] - shift:.3f}")
    return "\n".join(lines) + "\n"


def switched(on: str, off: str, start: str = "G21\nG90\n", newline: str = "\n") -> str:
    """Material by a switch, without any E word."""
    lines, e0 = [], 0.0
    for x, y, z, e in moves():
        lines += [on if e > e0 else off, f"G1 X{x} Y{y} Z{z} F1200"]
        e0 = e
    return start + newline.join(lines) + newline + off + newline


def numbered(line: str, number: int, damage: int = 0) -> str:
    text = f"N{number} {line} "
    total = damage
    for byte in text.encode():
        total ^= byte
    return f"{text}*{total}"


def numbering(start: int = 1, step: int = 1, damage: int = 0) -> Callable[[str], str]:
    count = iter(range(start, start + 10_000 * step, step))
    return lambda line: numbered(line, next(count), damage)


def tools() -> str:
    """Each layer is begun by one tool and ended by another, each with an E of its own."""
    lines, own, z0, e0, sides = ["G90", "M82", "G92 E0"], [0.0, 0.0], -1.0, 0.0, 0
    tool = 0
    for x, y, z, e in moves():
        if z != z0:
            lines.append(f"G0 X{x} Y{y} Z{z}")
            z0, sides = z, 0
            continue
        if sides in (0, 2):
            tool = sides // 2
            lines.append(f"T{tool}")
        sides += 1
        own[tool] += e - e0 if e > e0 else 0.0
        lines.append(f"G1 X{x} Y{y} E{own[tool]:.4f}")
        e0 = e
    return "\n".join(lines) + "\n"


def two_in_a_line() -> str:
    lines = plain(start="").splitlines()
    return "G90\nM82\n" + "\n".join(" ".join(pair) for pair in zip(lines[::2], lines[1::2], strict=True)) + "\n"


def saved(save: str, restore: str) -> str:
    """Each layer is followed by an excursion in another mode, which is then undone."""
    lines = plain(start="G90\nM82\n").splitlines()
    excursion = [save, "G91", "G1 Z5", "G1 X3 Y3", restore]
    return "\n".join(lines[:7] + excursion + ["G1 X10 Y10 Z0.4"] + lines[7:]) + "\n"


def with_offset(command: str, sign: float = -1.0, start: str = "") -> str:
    """An offset of 100 mm in X by ``command`` before the second layer; the words take it back."""
    lines = plain().splitlines()
    shifted = [line.replace("X30", "XA").replace("X10", "XB") for line in lines[8:]]
    taken = [line.replace("XA", f"X{30 + sign * 100:.0f}").replace("XB", f"X{10 + sign * 100:.0f}") for line in shifted]
    return start + "\n".join([*lines[:8], command, *taken]) + "\n"


def modal() -> str:
    lines = plain(start="G21\nG90\nM82\n").splitlines()
    return "\n".join([*lines[:4], *(line.removeprefix("G1 ") for line in lines[4:])]) + "\n"


def halves(make: Callable[[float, float, float, float, float], list[str]]) -> str:
    """Each side in two pieces made by ``make`` from start, end and advance."""
    lines, x0, y0, e0 = ["G21", "G90", "M83"], 0.0, 0.0, 0.0
    for x, y, z, e in moves():
        lines += make(x0, y0, x, y, e - e0) if e > e0 else [f"G0 X{x} Y{y} Z{z}"]
        x0, y0, e0 = x, y, e
    return "\n".join(lines) + "\n"


def _tiny(x0: float, y0: float, x: float, y: float, advance: float) -> list[str]:
    steps = 20_000
    return [
        f"G1 X{x0 + (x - x0) * i / steps:.6f} Y{y0 + (y - y0) * i / steps:.6f} E{advance / steps:.8f}"
        for i in range(1, steps + 1)
    ]


def _arc(x0: float, y0: float, x: float, y: float, advance: float) -> list[str]:
    """A side as an arc so flat that it is a line."""
    along = ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5
    radius = 40_000.0
    middle = (radius**2 - along**2 / 4) ** 0.5
    nx, ny = -(y - y0) / along, (x - x0) / along
    i, j = (x - x0) / 2 + nx * middle, (y - y0) / 2 + ny * middle
    return [f"G3 X{x:.4f} Y{y:.4f} I{i:.4f} J{j:.4f} E{advance}"]


def _spline(x0: float, y0: float, x: float, y: float, advance: float) -> list[str]:
    i, j = (x - x0) / 3, (y - y0) / 3
    return [f"G5 X{x} Y{y} I{i:.5f} J{j:.5f} P{-i:.5f} Q{-j:.5f} E{advance}"]


def _lower(line: str) -> str:
    return line.lower()


def emptied() -> str:
    """The extruder is called 0 again after each move."""
    lines, e0 = ["G90", "M82"], 0.0
    for x, y, z, e in moves():
        lines += [f"G1 X{x} Y{y} Z{z} E{e - e0}", "G92 E0"]
        e0 = e
    return "\n".join(lines) + "\n"


def retracting() -> Callable[[str], str]:
    """Pulls back and pushes again around each move, in steps."""
    before = [0.0]

    def write(line: str) -> str:
        words, e = line.rsplit(" E", 1)
        step, before[0] = float(e) - before[0], float(e)
        return f"{words} E{step}\nG1 E-2\nG1 E2"

    return write


def thinned(line: str) -> str:
    words, e = line.rsplit(" E", 1)
    return f"{words} E{float(e) * 1e-6:.9f}"


PLAIN = plain()
LAST_TRAVEL = "G1 X10.00000 Y10.00000 Z0.40000 E4.00000"

SPELLINGS: dict[str, str | bytes] = {
    "plain": PLAIN,
    "no final newline": PLAIN.rstrip("\n"),
    "crlf": plain(newline="\r\n"),
    "cr": plain(newline="\r"),
    "blank lines": plain(newline="\n\n \n"),
    "byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "utf-16": PLAIN.encode("utf-16"),
    "utf-16 big": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    "percent": "%\n" + PLAIN + "%\n",
    "control z": PLAIN + "\x1a",
    "latin-1 comment": plain(each="; gr\u00f6\u00dfe").encode("latin-1"),
    "gbk comment": plain(each="; \u5c42\u9ad8").encode("gbk"),
    "lower case": plain(write=_lower),
    "mixed case": plain(write=lambda line: line.replace("X", "x").replace("G", "g")),
    "no spaces": plain(write=lambda line: line.replace(" ", "")),
    "tabs": plain(write=lambda line: "\t  " + line.replace(" ", "\t\t")),
    "space behind letters": plain(write=lambda line: line.replace("X", "X ").replace("E", "E ")),
    "trailing spaces": plain(write=lambda line: line + "   "),
    "G01": plain(command="G01"),
    "G001": plain(command="G001"),
    "G1.0": plain(command="G1.0"),
    "all G0": plain(command="G0"),
    "G53": plain(command="G53 G1"),
    "G90 in each line": plain(command="G90 G1"),
    "words in another order": plain(write=lambda line: "G1 " + " ".join(reversed(line.split()[1:]))),
    "feed in each line": plain(write=lambda line: line.replace("X", "F1200 X")),
    "modal words": modal(),
    "feed before coordinates": PLAIN.replace("G1 X30.00000", "F1200 X30"),
    "two commands in a line": two_in_a_line(),
    "line numbers": plain(write=lambda line: f"N7 {line}"),
    "checksums": plain(write=numbering()),
    "checksums out of order": plain(write=numbering(900, -7)),
    "checksums without spaces": plain(write=lambda line: numbered(line.replace(" ", ""), 3)),
    "wrong checksums": plain(write=numbering(damage=5)),
    "comments": plain(write=lambda line: line + " ; G1 X900 E900"),
    "comment without space": plain(write=lambda line: line + ";X900"),
    "parentheses": plain(write=lambda line: line.replace("Y", "(Y900 X900) Y")),
    "nested parentheses": plain(write=lambda line: line.replace("Y", "((a) X900) Y")),
    "semicolon in parentheses": plain(write=lambda line: line.replace("Y", "(a;b) Y")),
    "unclosed parenthesis": plain(write=lambda line: line + " (X900 Y900"),
    "text commands": plain(each="M117 G1 X900 E900 Hello\nM118 X900 G1 E9"),
    "quoted strings": plain(each='M118 "a;G1 X900 E99"\nM486 A"x;y" S0'),
    "names": plain(each="G1_FOO X900 E900\nEXCLUDE_OBJECT_START NAME=X900\nT1000\nM1002 G1 X900 E9"),
    "block delete": plain(write=lambda line: "/" + line),
    "lying comments": plain(layer=";TYPE:Skirt\n;LAYER:99\n;MINX:900\n;WIDTH:90000\n; generated by nobody"),
    "inches": plain(start="G20\nG90\nM82\n", scale=1 / 25.4),
    "units switched": plain(start="G20\nG1 Z1\nG21\nG90\nM82\n"),
    "short numbers": plain(write=lambda line: line.replace(".00000", "").replace("0.20000", ".2").replace("E0", "E.0")),
    "points without digits": plain(write=lambda line: line.replace(".00000", ".")),
    "plus signs": plain(write=lambda line: line.replace("X", "X+").replace("E", "E+")),
    "leading zeros": plain(write=lambda line: line.replace("X", "X000").replace("E", "E000")),
    "forty digits": plain(write=lambda line: line.replace("00000", "0" * 40)),
    "relative": relative(),
    "relative, absolute E": relative(start="G28\nM82\nG91\nM82\n", e_words="absolute"),
    "relative alone": relative(start="G28\nG91\n"),
    "relative, Klipper's E": relative(start="G28\nG91\n", e_words="absolute"),
    "G92 E0 each move": emptied(),
    "bare G92 at home": "G28\nG92\n" + PLAIN,
    "G92 X each piece": rebased(),
    "G92 X each third piece": rebased(every=3),
    "G92 X0 Y0 once": with_offset("G92 X110", 1.0),
    "G52": with_offset("G52 X100"),
    "G54 by G10 L2": with_offset("G10 L2 P2 X100\nG55"),
    "G10 L20": with_offset("G10 L20 P1 X-90", start="G54\n"),
    "M206": with_offset("M206 X-100"),
    "G59": with_offset("G10 L2 P6 X100\nG59"),
    "M290": with_offset("M290 X100"),
    "M851": plain(each="M851 X10 Y20 Z-1"),
    "SET_GCODE_OFFSET": with_offset("SET_GCODE_OFFSET X=100"),
    "SET_GCODE_OFFSET adjust": with_offset("SET_GCODE_OFFSET X_ADJUST=60\nSET_GCODE_OFFSET X_ADJUST=40"),
    "SET_GCODE_OFFSET move": with_offset("SET_GCODE_OFFSET X=100 MOVE=1"),
    "M83 in between": plain(each="M83\nG1 E0\nM82"),
    "E continues behind G92": PLAIN.replace(LAST_TRAVEL, "G92 E77\nG0 Z.4\nG92 E4"),
    "volumetric": "M200 D1.75\n" + PLAIN,
    "flow factor": "M221 S1\nM92 E100000000\n" + plain(write=thinned),
    "firmware retractions": plain(each="G10\nG11"),
    "retractions": plain(start="G90\nM83\n", write=retracting()),
    "G10 temperature": plain(each="G10 P0 S200"),
    "extruder on A": plain(axis="A"),
    "extruder on B": plain(axis="B"),
    "extruder on U": plain(axis="U"),
    "M101 and M103": switched("M101", "M103"),
    "M101 and M103, crlf": switched("M101", "M103", newline="\r\n"),
    "tools with their own E": tools(),
    "save and restore": saved("SAVE_GCODE_STATE NAME=a", "RESTORE_GCODE_STATE NAME=a"),
    "save and restore, move": saved("SAVE_GCODE_STATE NAME=a", "RESTORE_GCODE_STATE NAME=a MOVE=1 MOVE_SPEED=50"),
    "M120 and M121": saved("M120", "M121"),
    "tiny pieces": halves(_tiny),
    "flat arcs": halves(_arc),
    "splines": halves(_spline),
    "macros around": "START_PRINT BED=60\nPRINT_START\n_BEGIN X=900\n" + PLAIN + "END_PRINT\nDRAW_NOTHING\n",
    "far travel": PLAIN.replace(LAST_TRAVEL, f"G0 X9000 Y9000\n{LAST_TRAVEL}"),
    "Bambu blocks": plain(each="M622 J1\nM623\nM1002 judge_flag g29_flag\nM73 P1 R2\nM624 AQAAAAAAAAA=\nM625"),
    "Bambu lift": plain(start="G90\nM82\nG17\nG3 Z.6 I.9 J-.8 P1 F30000\n"),
    "thumbnail": "; thumbnail begin 16x16 368\n" + "; iVBORw0KGgoAAAANSUhEUgAA\n" * 500 + "; thumbnail end\n" + PLAIN,
    "long comment": ";" + "G1 X900 E900 " * 20_000 + "\n" + PLAIN,
    "temperatures and fans": plain(each="M104 S200 T0\nM106 S255\nM73 P3\nM105\nM204 S500\nM900 K.02"),
}

_MIDDLE = LAST_TRAVEL + "\n"


def _amid(text: str) -> str:
    """The plain job with ``text`` between its layers."""
    return PLAIN.replace(_MIDDLE, f"{text}\n{_MIDDLE}")


FLAGGED: dict[str, tuple[str, str]] = {
    "wrong checksum": ("bad-checksum", plain(write=numbering(damage=5))),
    "sub-file": ("sub-program", "M32 gun.g\n" + PLAIN),
    "file selected": ("sub-program", _amid("M23 gun.g\nM24")),
    "macro file": ("sub-program", _amid('M98 P"draw.g"')),
    "macro that could draw": ("unknown-macro", _amid("DRAW_THING X=1")),
    "motion that is not known": ("unknown-motion", _amid("G777 X1 Y2")),
    "NURBS": ("unknown-motion", _amid("G5.2 X1 Y2 P1")),
    "expression": ("expression", PLAIN.replace("X30.00000", "X{20+10}")),
    "bracket expression": ("expression", PLAIN.replace("X30.00000", "X[20+10]")),
    "parameter": ("expression", "#1=30\n" + PLAIN.replace("X30.00000", "X#1")),
    "condition": ("expression", "if true\n" + PLAIN),
    "loop": ("expression", "while iterations < 9\n" + PLAIN),
    "Jinja": ("expression", "{% for i in range(9) %}\n" + PLAIN),
    "repeat": ("repeat", "M808 L9\n" + PLAIN + "M808\n"),
    "scale by steps": ("transform", "M92 X160 Y40\n" + PLAIN),
    "scale": ("transform", "G51 X2 Y1\n" + PLAIN),
    "scale of RepRapFirmware": ("transform", "M579 X1.5\n" + PLAIN),
    "rotation": ("transform", "G68 X0 Y0 R45\n" + PLAIN),
    "skew": ("transform", "M852 I0.2\n" + PLAIN),
    "skew of Klipper": ("transform", "SET_SKEW XY=100,90,80\n" + PLAIN),
    "skew of RepRapFirmware": ("transform", "M556 S100 X1\n" + PLAIN),
    "other kinematics": ("transform", "M669 K1\n" + PLAIN),
    "other kinematics on the way": ("transform", _amid("M665 L300 R150")),
    "quadratic spline": ("bad-arc", _amid("G5.1 X30 Y10 I5 J5 E9")),
    "place set by name": ("transform", _amid("SET_KINEMATIC_POSITION X=90")),
    "new name for an unknown place": ("transform", _amid("G28 X\nG92 X40")),
    "steps from an unknown place": ("unknown-position", _amid("G28\nG91\nM83\nG1 X3 E1\nG90\nM82")),
    "material from where homing ended": ("unknown-position", _amid("G28 X\nG1 X30 E9")),
    "mesh pattern of the firmware": ("draws", "G26 B60\n" + PLAIN),
    "cancelled object": ("cancelled-object", _amid("M486 P1")),
    "excluded object": ("cancelled-object", _amid("EXCLUDE_OBJECT NAME=b")),
    "blocks that may be skipped": (
        "conditional",
        _amid("M622 J1").replace("Z0.40000 E8.00000", "Z0.40000 E8.00000\nM623"),
    ),
    "behind the end": ("after-end", _amid("M2")),
    "behind a stop": ("after-end", _amid("M112")),
    "number with a letter": ("bad-number", PLAIN.replace("X30.00000 Y20.00000 Z0.2", "X3O Y20 Z0.2")),
    "comma": ("bad-number", PLAIN.replace("X30.00000", "X30,0")),
    "two signs": ("bad-number", PLAIN.replace("X30.00000", "X--30")),
    "words without numbers": ("bad-number", PLAIN.replace("X30.00000", "X")),
    "a word twice": ("duplicate-words", PLAIN.replace("X30.00000", "X90 X30")),
    "radius too short": ("bad-arc", _amid("G2 X30 Y10 R1 E9")),
    "arc without a centre": ("bad-arc", _amid("G2 X30 Y10 E9")),
    "arc that misses its end": ("bad-arc", _amid("G2 X30 Y10 I5 J0 E9")),
    "a billion turns": ("bad-arc", _amid("G2 X10 Y10 I5 J0 P1000000000 E9")),
    "far away": ("far-coordinates", _amid("G1 X90000 E9")),
    "infinity": ("far-coordinates", _amid("G1 X1" + "0" * 400 + " E9")),
    "A beside E": ("rotary-axes", PLAIN.replace("Z0.4", "A30 Z0.4")),
    "switch beside E": ("mixed-extrusion", _amid("M101\nG1 X50\nM103")),
    "a nozzle gone cold": ("cold", "M104 S200\n" + _amid("M104 S0")),
    "a dry run": ("dry-run", _amid("M111 S8")),
    "flow turned off": ("uneven-flow", _amid("M221 S0")),
    "steps of the extruder turned down": ("uneven-flow", "M92 E400\n" + _amid("M92 E.1")),
    "lines kept for later": ("sub-program", _amid("M28 gun.g")),
    "carriage returns in between": ("mixed-line-ends", PLAIN.replace(_MIDDLE, "; \r" + _MIDDLE)),
    "a cut with some material": ("mixed-extrusion", "M3 S1000\nG1 X90 Y90 F100\n" + PLAIN),
    "material without words": ("no-extrusion-words", "M104 S200\n" + PLAIN.replace(" E", " F") * 30),
    "another mode at the end of a line": ("crowded-line", PLAIN.replace("Z0.20000 E3.00000", "Z0.20000 E3 G90")),
    "two moves in a line": ("crowded-line", two_in_a_line()),
    "words in parentheses": ("paren-words", PLAIN.replace("X30.00000", "X30 (X90)")),
    "NUL bytes": ("nul-bytes", PLAIN.replace("X30", "X\x003\x000")),
    "UTF-32": ("encoding", "\ufeff" + PLAIN),
    "a line without end": ("long-line", _amid("G1 " + "X1 " * 60_000)),
    "a hair of material": (
        "uneven-flow",
        PLAIN + "".join(f"G1 X{11 + i % 2 * 8} E{8 + i * 1e-5}\n" for i in range(40)),
    ),
    "dots": ("dots", PLAIN + "".join(f"G0 X{10 + i % 20} Y{10 + i % 10}\nG1 E{9 + i}\n" for i in range(300))),
    "E meant one way or the other": ("extrusion-mode", relative(start="G28\nM82\nG91\n", e_words="absolute")),
}
"""Jobs that print differently on different machines, or not only what they hold: name to shape flag and text."""
