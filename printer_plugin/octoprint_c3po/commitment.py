"""What a file will send, put down before it is printed: its digest, and one short digest per block of motion lines.

OctoPrint reads a job line by line while it prints, so a file can be swapped after it was cleared. The lines that are
really sent are compared with these blocks. Making them costs Python per line, so it runs as a process of its own:

    python commitment.py bracket.gcode

prints one JSON object. Nothing is imported from the package, so that the file runs by its path.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from dataclasses import dataclass
from typing import IO, Any

LINES_PER_BLOCK = 64
BLOCK_DIGEST_BYTES = 8
MAX_LINE_BYTES = 65536
# Lines that may carry geometry, however spelled: all but comments, OctoPrint's own (@), and M and T codes, some of
# which it changes or keeps for itself (temperatures get the user's offsets, tools that are not there are left out).
# Of the M codes the two that say how E is meant and the macros that Marlin records (M810 to M819) are taken.
_GEOMETRY = re.compile(
    r"^\s*((?:[^\s;@%MmTt]|[MmTt](?![ \t]*\d)|[Mm][ \t]*8(?:[23](?!\d)|1\d))[^;\r\n]*)", re.MULTILINE
)


def geometry_lines(text: str) -> list[str]:
    """The lines of a text that carry geometry, as OctoPrint will send them."""
    return [line.rstrip() for line in _GEOMETRY.findall(text)]


@dataclass(frozen=True)
class Commitment:
    """SHA-256 of the bytes, number of geometry lines, and the digests of their blocks, joined."""

    sha256: str
    size_bytes: int
    lines: int
    blocks: bytes

    def to_json(self) -> str:
        return json.dumps({**self.__dict__, "blocks": self.blocks.hex()})

    @classmethod
    def from_json(cls, text: str) -> Commitment:
        """Raises ``ValueError`` for anything but the text of ``to_json``."""
        try:
            fields: dict[str, Any] = json.loads(text)
            blocks = bytes.fromhex(fields["blocks"])
            return cls(str(fields["sha256"]), int(fields["size_bytes"]), int(fields["lines"]), blocks)
        except (KeyError, TypeError) as problem:
            raise ValueError(f"commitment: expected sha256, size_bytes, lines, blocks, got {text[:60]!r}") from problem


class BlockHasher:
    """Geometry lines in, the digests of the blocks they fill out."""

    def __init__(self) -> None:
        self.lines = 0
        self._open: list[str] = []

    def add(self, lines: list[str]) -> bytes:
        self.lines += len(lines)
        self._open += lines
        digests = bytearray()
        while len(self._open) >= LINES_PER_BLOCK:
            digests += _block_digest(self._open[:LINES_PER_BLOCK])
            del self._open[:LINES_PER_BLOCK]
        return bytes(digests)

    def rest(self) -> bytes:
        """Digest of the last block when it is not full."""
        rest, self._open = self._open, []
        return _block_digest(rest) if rest else b""


def _block_digest(lines: list[str]) -> bytes:
    return hashlib.blake2b("\n".join(lines).encode("utf-8", "replace"), digest_size=BLOCK_DIGEST_BYTES).digest()


def commit(stream: IO[bytes]) -> Commitment:
    """Read a file once: its digest and the blocks of its geometry lines."""
    sha256, hasher, blocks, size = hashlib.sha256(), BlockHasher(), bytearray(), 0
    while chunk := stream.readline(MAX_LINE_BYTES):
        text = chunk.decode("utf-8", "replace").replace("\r", "\n")
        # OctoPrint reads over a byte order mark.
        blocks += hasher.add(geometry_lines(text if size else text.lstrip("\ufeff")))
        sha256.update(chunk)
        size += len(chunk)
    blocks += hasher.rest()
    return Commitment(sha256.hexdigest(), size, hasher.lines, bytes(blocks))


class Follower:
    """Compares the geometry lines that are sent with a commitment."""

    def __init__(self, commitment: Commitment):
        self._commitment = commitment
        self._hasher = BlockHasher()
        self._compared = 0
        self.diverged_at: int | None = None

    def sent(self, text: str) -> bool:
        """Take lines of the job; ``False`` once a full block differs."""
        if self.diverged_at is None:
            self._compare(self._hasher.add(geometry_lines(text)))
        return self.diverged_at is None

    def finish(self) -> bool:
        """The job ended: whether everything sent, to the last line, was what was committed to."""
        if self.diverged_at is None:
            self._compare(self._hasher.rest())
        if self.diverged_at is None and self._hasher.lines != self._commitment.lines:
            self.diverged_at = self._hasher.lines
        return self.diverged_at is None

    def _compare(self, digests: bytes) -> None:
        expected = self._commitment.blocks[self._compared : self._compared + len(digests)]
        self._compared += len(digests)
        if digests == expected:
            return
        same = next((i for i, (a, b) in enumerate(zip(digests, expected)) if a != b), len(expected))
        blocks = (self._compared - len(digests) + same) // BLOCK_DIGEST_BYTES
        self.diverged_at = min(self._hasher.lines, (blocks + 1) * LINES_PER_BLOCK)


def file_sha256(path: str) -> str:
    """SHA-256 of a file, read in 1 MiB pieces (hashlib lets other threads run meanwhile)."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python commitment.py FILE", file=sys.stderr)
        return 2
    if hasattr(os, "nice"):
        os.nice(10)
    try:
        with open(arguments[0], "rb") as stream:
            print(commit(stream).to_json())
    except OSError as problem:
        print(f"{arguments[0]}: {problem.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
