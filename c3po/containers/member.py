"""One job or mesh inside a file; a plain file holds exactly one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from c3po.errors import ContainerError


@dataclass(frozen=True)
class Member:
    """One job or mesh and the way to its bytes.

    Parameters
    ----------
    name : str
        The file's name; in an archive followed by ``!`` and the entry's name.
    format : str
        ``gcode`` (binary G-code too: it is decoded here), ``stl``, ``3mf``, ``obj``, ``ply``, ``off`` or ``glb``.
    path : Path or None
        The plain file itself, when the bytes of `chunks` are the bytes of the file.
    """

    name: str
    format: str
    open_chunks: Callable[[], Iterator[bytes]] = field(repr=False, compare=False)
    path: Path | None = None

    def chunks(self) -> Iterator[bytes]:
        """The bytes in pieces of at most about 1 MiB; inflation is bounded. A stream can be read once, a file often.

        Raises
        ------
        ContainerError
            Cut short, corrupt or a decompression bomb.
        """
        return self.open_chunks()

    def read_bytes(self, limit: int) -> bytes:
        """All bytes at once, for readers that need them so.

        Raises
        ------
        ContainerError
            More than ``limit`` bytes.
        """
        read = bytearray()
        for chunk in self.chunks():
            read += chunk
            if len(read) > limit:
                raise ContainerError(f"{self.name}: expected at most {limit} bytes, found more; simplify it")
        return bytes(read)
