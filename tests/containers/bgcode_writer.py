"""Binary G-code written by the tests: the three packings, straight from their descriptions."""

import struct
import zlib

NIBBLES = "0123456789. \nGX"


def bit_string(*fields: tuple[int, int]) -> str:
    return "".join(format(value, f"0{width}b") for value, width in fields)


def heatshrink(data: bytes, window_bits: int, lookahead_bits: int) -> bytes:
    """Greedy, slow, right."""
    bits, at = [], 0
    while at < len(data):
        best_back = best_count = 0
        for back in range(1, min(at, 1 << window_bits) + 1):
            count = 0
            while (
                count < 1 << lookahead_bits and at + count < len(data) and data[at + count - back] == data[at + count]
            ):
                count += 1
            if count > best_count:
                best_back, best_count = back, count
        if best_count > 2:
            bits.append(bit_string((0, 1), (best_back - 1, window_bits), (best_count - 1, lookahead_bits)))
            at += best_count
        else:
            bits.append(bit_string((1, 1), (data[at], 8)))
            at += 1
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))


def meatpack(text: str, no_spaces: bool = False) -> bytes:
    table = NIBBLES.replace(" ", "E") if no_spaces else NIBBLES
    if no_spaces:
        text = text.replace(" ", "")
    packed = bytearray(b"\xff\xff\xfb" + (b"\xff\xff\xf7" if no_spaces else b""))
    at = 0
    while at < len(text):
        first, second = text[at], text[at + 1] if at + 1 < len(text) else "\n"
        low, high = (table.index(c) if c in table else 15 for c in (first, second))
        if first == "\n":
            packed.append(low)
            at += 1
            continue
        packed.append(low | high << 4)
        packed += (first.encode() if low == 15 else b"") + (second.encode() if high == 15 else b"")
        at += 2
    return bytes(packed + b"\xff\xff\xf9")


def block(kind: int, data: bytes, *, compression: int = 0, encoding: bytes = b"\0\0", checksum: bool = True) -> bytes:
    packed = {
        0: lambda: data,
        1: lambda: zlib.compress(data),
        2: lambda: heatshrink(data, 11, 4),
        3: lambda: heatshrink(data, 12, 4),
    }[compression]()
    head = struct.pack("<HHI", kind, compression, len(data)) + (struct.pack("<I", len(packed)) if compression else b"")
    whole = head + encoding + packed
    return whole + (struct.pack("<I", zlib.crc32(whole)) if checksum else b"")


def bgcode(*blocks: bytes, version: int = 1, checksum: bool = True) -> bytes:
    return b"GCDE" + struct.pack("<IH", version, checksum) + b"".join(blocks)
