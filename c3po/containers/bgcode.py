"""Binary G-code (``.bgcode``): blocks with a checksum each; the G-code blocks, unpacked, are a text.

Source: the format's specification in Prusa's libbgcode, version 1. A file begins with ``GCDE``, version (4 bytes) and
checksum kind (2). A block is type (2), compression (2), size (4), packed size (4, when compressed), parameters (2, or 6
of a thumbnail), data, CRC32 of all that (4, when the file has checksums). All numbers are little-endian.
"""

import struct
import zlib
from collections.abc import Iterator

from c3po._core import native
from c3po.containers.limits import check_growth
from c3po.errors import ContainerError

_GCODE_BLOCK, _THUMBNAIL_BLOCK, _LAST_BLOCK = 1, 5, 5
_HEATSHRINK_BITS = {2: (11, 4), 3: (12, 4)}
MAX_BLOCK_BYTES = 64 << 20
"""The most bytes of one block. Writers use 64 KiB for G-code; a thumbnail can be a few MiB."""


class _Source:
    """Exact reads from pieces of any length, with a running CRC."""

    def __init__(self, name: str, chunks: Iterator[bytes]) -> None:
        self.name, self.crc, self.n_bytes = name, 0, 0
        self._chunks, self._kept = chunks, b""

    def at_end(self) -> bool:
        while not self._kept:
            more = next(self._chunks, None)
            if more is None:
                return True
            self._kept = more
        return False

    def take(self, n_bytes: int) -> bytes:
        parts, missing = [], n_bytes
        while missing:
            if self.at_end():
                raise self.error(
                    f"{n_bytes} more bytes", f"{n_bytes - missing}; the file is cut short, export it again"
                )
            part, self._kept = self._kept[:missing], self._kept[missing:]
            parts.append(part)
            missing -= len(part)
        taken = b"".join(parts)
        self.crc = zlib.crc32(taken, self.crc)
        self.n_bytes += n_bytes
        return taken

    def numbers(self, layout: str) -> tuple[int, ...]:
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))

    def error(self, expected: str, found: str) -> ContainerError:
        return ContainerError(f"{self.name}: expected {expected} at byte {self.n_bytes}, found {found}")


def decode(name: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The text of a binary G-code file, one piece per block.

    Raises
    ------
    ContainerError
        Cut short, a wrong checksum, a version, block or packing that is not known, or no G-code in it.
    """
    source = _Source(name, chunks)
    if source.take(4) != b"GCDE":
        raise source.error("binary G-code", "another beginning; check the file")
    version, checksum_kind = source.numbers("IH")
    if version != 1 or checksum_kind > 1:
        raise source.error("version 1 with a known checksum", f"{version} and {checksum_kind}; export as text")
    inflated_bytes = 0
    while not source.at_end():
        text = _block(source, bool(checksum_kind))
        inflated_bytes += len(text)
        check_growth(name, inflated_bytes, source.n_bytes)
        if text:
            yield text
    if not inflated_bytes:
        raise source.error("a block of G-code", "none; export the job again")


def _block(source: _Source, has_checksum: bool) -> bytes:
    """The text of the next block; of metadata and thumbnails nothing, but their checksum is checked too."""
    source.crc = 0
    kind, compression, n_bytes = source.numbers("HHI")
    if kind > _LAST_BLOCK or compression > 3:
        raise source.error("a known block", f"type {kind} with compression {compression}; export as text")
    packed_bytes = source.numbers("I")[0] if compression else n_bytes
    if max(n_bytes, packed_bytes) > MAX_BLOCK_BYTES:
        raise source.error(
            f"a block of at most {MAX_BLOCK_BYTES} bytes", f"{max(n_bytes, packed_bytes)}; export as text"
        )
    encoding = source.numbers("HHH" if kind == _THUMBNAIL_BLOCK else "H")[0]
    data = source.take(packed_bytes)
    crc = source.crc
    if has_checksum and source.numbers("I")[0] != crc:
        raise source.error("the checksum of the block", "another one; the file is damaged, copy it again")
    if kind != _GCODE_BLOCK:
        return b""
    if encoding > 2:
        raise source.error("plain text or MeatPack", f"encoding {encoding}; export as text")
    text = _inflated(source, data, compression, n_bytes)
    return native.unpack_meatpack(text) if encoding else text


def _inflated(source: _Source, data: bytes, compression: int, n_bytes: int) -> bytes:
    try:
        if compression == 0:
            return data
        if compression == 1:
            inflater = zlib.decompressobj()
            inflated = inflater.decompress(data, n_bytes + 1)
            if len(inflated) != n_bytes or not inflater.eof:
                raise ValueError(n_bytes)
            return inflated
        return native.unpack_heatshrink(data, *_HEATSHRINK_BITS[compression], n_bytes)  # type: ignore[no-any-return]
    except (ValueError, zlib.error):
        raise source.error(f"a block of {n_bytes} bytes", "data that does not unpack to it; copy it again") from None
