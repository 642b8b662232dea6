"""Which format the first bytes of a file belong to. The name of a file is never asked.

Order matters: exact magic numbers first, then binary STL by its length, then kinds of text by their first words.
"""

import re

HEAD_BYTES = 1 << 16
"""How much of a file is looked at."""

_MAGIC = (
    (b"GCDE", "bgcode"),
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"glTF", "glb"),
)

_UNSUPPORTED = (
    (b"ISO-10303-21", "STEP"),
    (b"\x9d\x01", "X3G"),
    (b"\x19\x00\xfd\x12", "resin print (Photon)"),
    (b"\x86\x00\xfd\x12", "resin print (CTB)"),
    (b"\x06\x01\xfd\x12", "resin print (CTB)"),
    (b"\x07\x01\xfd\x12", "resin print (CTB)"),
    (b"ANYCUBIC", "resin print (Photon Workshop)"),
    (b"\x89PNG", "picture (PNG)"),
    (b"\xff\xd8\xff", "picture (JPEG)"),
    (b"GIF8", "picture (GIF)"),
    (b"qoif", "picture (QOI)"),
    (b"%PDF", "PDF document"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"Rar!", "RAR archive"),
    (b"BZh", "bzip2 archive"),
    (b"\xfd7zXZ", "xz archive"),
    (b"\x28\xb5\x2f\xfd", "Zstandard archive"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
)

_XML = re.compile(rb"<\s*(amf|svg|html|!doctype html|collada|x3d|model)\b", re.IGNORECASE)
_STL_TEXT = re.compile(rb"^\s*solid\b", re.IGNORECASE)
_FACET = re.compile(rb"\b(facet|endsolid)\b", re.IGNORECASE)
_OFF = re.compile(rb"\s*(#[^\n]*\n\s*)*(ST)?C?N?4?n?OFF(?![A-Za-z_])")
_OBJ = re.compile(rb"[ \t]*(v|vn|vt|f|o|g|s|l|mtllib|usemtl)[ \t]+[^ \t]")
_VERTEX = re.compile(rb"[ \t]*v[ \t]+[-+.\d]")
_COMMAND = re.compile(
    rb"^[ \t\x00/]*(N[ \t]*\d+[ \t]*)?"
    rb"([GMT][ \t]*\d|[XYZE][ \t]*[-+]?\.?\d|;|\(|%[ \t\r]*$"
    rb"|[A-Z][A-Z]*_[A-Z_0-9]+([ \t]|$)|PRINT_START|START_PRINT)",
    re.IGNORECASE,
)


def unsupported_kind(head: bytes) -> str | None:
    """Name of a known format that is not judged, or None."""
    for magic, kind in _UNSUPPORTED:
        if head.startswith(magic):
            return kind
    found = _XML.search(head[:4096]) if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else None
    return f"XML ({found[1].decode().lower()})" if found else None


def format_of(head: bytes, size_bytes: int | None) -> str | None:
    """Format of a file that begins with ``head``, or None: ``gcode``, ``stl``, ``obj``, ``ply``, ``off``, ``glb``,
    ``bgcode``, ``gzip``, ``zip``.

    Parameters
    ----------
    head : bytes
        The first `HEAD_BYTES`, or all of it.
    size_bytes : int or None
        Length of the whole file, None when it is not known.
    """
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if unsupported_kind(head):
        return None
    if _is_binary_stl(head, size_bytes):
        return "stl"
    return _text_format(_as_ascii(head))


def _is_binary_stl(head: bytes, size_bytes: int | None) -> bool:
    """Length fits the count of faces; or the header is text or blank and what follows cannot be text."""
    if len(head) < 84:
        return False
    declared_bytes = 84 + 50 * int.from_bytes(head[80:84], "little")
    if size_bytes is not None and declared_bytes == size_bytes:
        return True
    header = head[:80].rstrip(b"\x00 ")
    is_label = all(32 <= byte < 127 or byte in b"\t\r\n" for byte in header)
    return is_label and b"\n" not in header and b"\x00" in head[80:512] and _share(_COMMAND, _first_lines(head)) < 0.5


def _as_ascii(head: bytes) -> bytes:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="replace").encode("ascii", errors="replace")
    return head.removeprefix(b"\xef\xbb\xbf")


def _text_format(text: bytes) -> str | None:
    if text.startswith((b"ply\n", b"ply\r")):
        return "ply"
    if _STL_TEXT.match(text) and (_FACET.search(text) or len(text) < 200):
        return "stl"
    if _OFF.match(text):
        return "off"
    lines = _first_lines(text)
    if any(_VERTEX.match(line) for line in lines) and _share(_OBJ, lines) > _share(_COMMAND, lines):
        return "obj"
    return "gcode" if _share(_COMMAND, lines) >= 0.5 else None


def _first_lines(text: bytes) -> list[bytes]:
    lines = [line for line in re.split(rb"[\r\n]+", text) if line.strip(b" \t\x00\x1a")][:400]
    return lines[:-1] if len(lines) > 1 and len(text) >= HEAD_BYTES else lines


def _share(pattern: re.Pattern[bytes], lines: list[bytes]) -> float:
    return sum(bool(pattern.match(line)) for line in lines) / max(1, len(lines))
