"""How much a small file may grow into, and the check that every inflating reader goes through.

Deflate can reach 1032:1. Sliced G-code reaches 3 to 10, repetitive G-code and binary STL up to about 60, so a file that
grows 200-fold, once it is large enough to matter, is refused as a bomb.
"""

from c3po.errors import ContainerError

CHUNK_BYTES = 1 << 20
"""Size of the pieces that `Member.chunks` yields (the last may be smaller)."""

MAX_INFLATED_BYTES = 2 << 30
"""The most one member may inflate to."""

MAX_RATIO = 200
"""The most bytes that one compressed byte may become, beyond `FREE_BYTES`."""

FREE_BYTES = 8 << 20
"""Inflated bytes that are allowed whatever the ratio."""

MAX_ENTRIES = 4096
"""The most entries of an archive."""

MAX_DIRECTORY_BYTES = 4 << 20
"""The most bytes of an archive's directory; it is read into memory whole."""


def check_growth(name: str, inflated_bytes: int, compressed_bytes: int) -> None:
    """Nothing, unless this is more than ``compressed_bytes`` may honestly become.

    Raises
    ------
    ContainerError
        More than `MAX_INFLATED_BYTES`, or more than `FREE_BYTES` and more than `MAX_RATIO` times ``compressed_bytes``.
    """
    limit = min(MAX_INFLATED_BYTES, max(FREE_BYTES, MAX_RATIO * compressed_bytes))
    if inflated_bytes > limit:
        raise ContainerError(
            f"{name}: expected at most {limit} bytes from {compressed_bytes} compressed ones, found more; "
            "so grows a decompression bomb, unpack it by hand if you trust it"
        )
