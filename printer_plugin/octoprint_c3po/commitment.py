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
# Lines that carry geometry. Temperatures are left out: OctoPrint adds the user's offsets to them.
_GEOMETRY = re.compile(r"G\d|M8[23](?!\d)")


def geometry_line(line: str) -> str | None:
    """The line as OctoPrint will send it, when it carries geometry; else ``None``."""
    text = line.split(";", 1)[0].strip()
    return text if text[:1] in "GgMm" and _GEOMETRY.match(text.upper()) else None


@dataclass(frozen=True)
class Commitment:
    """SHA-256 of the bytes, number of geometry lines, and the digests of their blocks, joined."""

    sha256: str
    size_bytes: int
    lines: int
    blocks: bytes

    def block(self, index: int) -> bytes:
        return self.blocks[index * BLOCK_DIGEST_BYTES : (index + 1) * BLOCK_DIGEST_BYTES]

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
    """Geometry lines in, a digest out whenever a block is full."""

    def __init__(self) -> None:
        self.lines = 0
        self._block = hashlib.blake2b(digest_size=BLOCK_DIGEST_BYTES)

    def add(self, line: str) -> bytes | None:
        self._block.update(line.encode("utf-8", "replace") + b"\n")
        self.lines += 1
        return self._close() if self.lines % LINES_PER_BLOCK == 0 else None

    def rest(self) -> bytes | None:
        """Digest of the last block when it is not full."""
        return self._close() if self.lines % LINES_PER_BLOCK else None

    def _close(self) -> bytes:
        digest = self._block.digest()
        self._block = hashlib.blake2b(digest_size=BLOCK_DIGEST_BYTES)
        return digest


def commit(stream: IO[bytes]) -> Commitment:
    """Read a file once: its digest and the blocks of its geometry lines."""
    sha256, hasher, blocks, size = hashlib.sha256(), BlockHasher(), bytearray(), 0
    while chunk := stream.readline(MAX_LINE_BYTES):
        sha256.update(chunk)
        size += len(chunk)
        line = geometry_line(chunk.decode("utf-8", "replace"))
        if line is not None:
            blocks += hasher.add(line) or b""
    blocks += hasher.rest() or b""
    return Commitment(sha256.hexdigest(), size, hasher.lines, bytes(blocks))


class Follower:
    """Compares the geometry lines that are sent with a commitment."""

    def __init__(self, commitment: Commitment):
        self._commitment = commitment
        self._hasher = BlockHasher()
        self.diverged_at: int | None = None

    def sent(self, line: str) -> bool:
        """Take one line of the job; ``False`` from the end of the first block that differs."""
        if self.diverged_at is None and (text := geometry_line(line)) is not None:
            digest = self._hasher.add(text)
            if digest is not None:
                self._compare(digest)
            elif self._hasher.lines > self._commitment.lines:
                self.diverged_at = self._hasher.lines
        return self.diverged_at is None

    def finish(self) -> bool:
        """The job ended: whether everything sent, to the last line, was what was committed to."""
        rest = self._hasher.rest()
        if self.diverged_at is None and rest is not None:
            self._compare(rest)
        if self.diverged_at is None and self._hasher.lines != self._commitment.lines:
            self.diverged_at = self._hasher.lines
        return self.diverged_at is None

    def _compare(self, digest: bytes) -> None:
        if digest != self._commitment.block((self._hasher.lines - 1) // LINES_PER_BLOCK):
            self.diverged_at = self._hasher.lines


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
