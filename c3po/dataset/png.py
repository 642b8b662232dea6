"""Grey and black-and-white images as PNG bytes, the same on every machine.

The pixels are stored, not deflated: what zlib makes of them differs between its versions, and the shards are compressed
as a whole by Parquet, which takes less room and half the time.
"""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_LONGEST = 65535  # bytes of a stored block


def png(image: NDArray[np.uint8] | NDArray[np.bool_]) -> bytes:
    """PNG bytes of one image, shape (height, width): 8-bit grey of uint8, 1-bit of bool.

    Guarantees
    ----------
    - Decoding gives the image back.
    - The bytes depend on the pixels alone.

    Source
    ------
    PNG third edition, sections 5 and 11; RFC 1950 (zlib), RFC 1951, section 3.2.4 (stored blocks).
    """
    height, width = image.shape
    rows = np.packbits(image, axis=1) if image.dtype == np.bool_ else image
    lines = np.zeros((height, rows.shape[1] + 1), dtype=np.uint8)  # each line begins with filter 0: none
    lines[:, 1:] = rows
    header = struct.pack(">IIBBBBB", width, height, 1 if image.dtype == np.bool_ else 8, 0, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", _stored(lines.tobytes())) + _END


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _stored(content: bytes) -> bytes:
    """A zlib stream of blocks that hold the bytes as they are."""
    blocks = [b"\x78\x01"]
    for start in range(0, len(content), _LONGEST):
        block = content[start : start + _LONGEST]
        last = start + _LONGEST >= len(content)
        blocks += [struct.pack("<BHH", last, len(block), len(block) ^ 0xFFFF), block]
    return b"".join([*blocks, struct.pack(">I", zlib.adler32(content))])
