"""A gzip stream, inflated piece by piece and bounded."""

import zlib
from collections.abc import Iterable, Iterator

from c3po.containers.limits import CHUNK_BYTES, check_growth
from c3po.errors import ContainerError


def gunzip(name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Inflated bytes of a gzip stream of any number of parts, at most 1 MiB a piece.

    Raises
    ------
    ContainerError
        Corrupt, cut short, or a decompression bomb.
    """
    inflater = zlib.decompressobj(wbits=31)
    compressed_bytes = inflated_bytes = 0
    try:
        for chunk in chunks:
            compressed_bytes += len(chunk)
            data = chunk
            while data:
                if inflater.eof:
                    if not data.startswith(b"\x1f"):
                        return  # padding behind the last part, which gzip ignores too
                    inflater = zlib.decompressobj(wbits=31)
                inflated = inflater.decompress(data, CHUNK_BYTES)
                data = inflater.unconsumed_tail or inflater.unused_data
                inflated_bytes += len(inflated)
                check_growth(name, inflated_bytes, compressed_bytes)
                if inflated:
                    yield inflated
    except zlib.error:
        raise ContainerError(f"{name}: expected gzip data, found a corrupt block; copy the file again") from None
    if not inflater.eof:
        raise ContainerError(f"{name}: expected whole gzip data, found a file cut short; copy it again")
