"""Grey and black-and-white images as PNG bytes, the same on every machine with the same zlib."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"


def png(image: NDArray[np.uint8] | NDArray[np.bool_]) -> bytes:
    """PNG bytes of one image, shape (height, width): 8-bit grey of uint8, 1-bit of bool.

    Guarantees
    ----------
    - Decoding gives the image back.
    """
    height, width = image.shape
    rows = np.packbits(image, axis=1) if image.dtype == np.bool_ else image
    lines = np.zeros((height, rows.shape[1] + 1), dtype=np.uint8)  # each line begins with filter 0: none
    lines[:, 1:] = rows
    header = struct.pack(">IIBBBBB", width, height, 1 if image.dtype == np.bool_ else 8, 0, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines.tobytes(), 6)) + _END


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
