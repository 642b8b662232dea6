"""Files made to freeze, to fill memory or to confuse: linear time, bounded memory, finite numbers."""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from c3po._core import native
from c3po.containers import members, sniff
from c3po.errors import C3poError
from c3po.gcode import GcodeSummary, read_material

MIB = 1 << 20


def read(chunks: Iterable[bytes]) -> GcodeSummary:
    return read_material(chunks, native.SegmentCounter())


def repeated(piece: bytes, n_bytes: int, head: bytes = b"", tail: bytes = b"") -> Iterator[bytes]:
    """``n_bytes`` of one piece again and again, never in memory at once."""
    chunk = piece * (MIB // len(piece))
    yield head
    for _ in range(n_bytes // len(chunk)):
        yield chunk
    yield tail


BOMBS = {
    "a comment without end": b";" + b"G1 X1 E1 ",
    "one line of words": b"X1 ",
    "one line of parentheses": b"(",
    "one line of spaces": b" ",
    "one line of digits": b"1",
    "blank lines": b"\n",
    "carriage returns": b"\r",
    "short comments": b";a\n",
    "comments of carriage returns": b";a\r",
    "NUL bytes": b"\0",
    "lines of NUL bytes": b"G1 X1\0\0\0\0\n",
    "line numbers": b"N1 G1 X1 E1 *99\n",
    "names": b"DRAW_A_THING X=1 Y=2\n",
    "small circles": b"G2 I.01 E1\n",
    "circles that turn a billion times": b"G2 I10 P1000000000 E9\n",
    "splines": b"G5 X1 I900 J900 P-900 Q-900 E1\n",
    "tiny steps": b"G1 X.000001 E.1\n",
    "drilling again and again": b"G91 G81 X1 Z-1 R1 L1000000\n",
    "states": b"SAVE_GCODE_STATE NAME=a\n",
    "tools": b"T1\nT2\n",
    "quotes": b'"',
    "not ASCII": b"\xff",
}


def seconds(piece: bytes, n_bytes: int) -> float:
    began = time.process_time()
    read(repeated(piece, n_bytes, head=b"G91\nM83\nG1 X10 E1\n"))
    return time.process_time() - began


@pytest.mark.parametrize("name", BOMBS)
def test_no_megabyte_takes_a_second(name: str) -> None:
    """Many of these take other readers minutes, or gigabytes."""
    assert seconds(BOMBS[name], 4 * MIB) < 4.0


def test_a_piece_of_ten_million_bytes_is_as_quick_in_one_feed() -> None:
    for piece in (b";a\r", b";" + b"a" * 99, b"(", b"X1 "):
        reader = native.GcodeReader(native.SegmentCounter())
        began = time.process_time()
        reader.feed(piece * (10 * MIB // len(piece)))
        reader.finish()
        assert time.process_time() - began < 2.0


@pytest.mark.slow
@pytest.mark.parametrize("piece", [b"X1 ", b"G1 X1 E1\n"])
def test_memory_does_not_grow_with_the_file(piece: bytes) -> None:
    """A gigabyte through a fresh process: the peak stays where it began."""
    code = f"""
import resource
from c3po._core import native
from c3po.gcode import read_material
chunk = {piece!r} * (1048576 // {len(piece)})
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read_material((chunk for _ in range(1000)), native.SegmentCounter())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    grown_kib = int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)
    assert grown_kib < 30_000


def test_a_hundred_thousand_tiny_segments_are_a_few() -> None:
    counter = native.SegmentCounter()
    read_material([b"G91\nM83\n", b"G1 X.0001 E.00001\n" * 100_000], counter)
    assert len(counter) < 4000
    assert counter.bounds_mm[1][0] == pytest.approx(10, abs=0.01)


@pytest.mark.parametrize(
    "number",
    [
        "1" * 40,
        "1" * 400,
        "0" * 400 + "7",
        "." + "3" * 400,
        "nan",
        "inf",
        "0x20",
        "1e9",
        "--5",
        "+-5",
        ".",
        "-",
        "1.2.3",
    ],
)
@pytest.mark.parametrize("word", ["X", "Y", "Z", "E", "I", "R", "P", "F", "G", "M", "T", "N"])
def test_no_number_breaks_the_reader(word: str, number: str) -> None:
    for command in ("G1 X5 E1", "G2 X5 Y5 E2", "G5 X5 I1 J1 P1 Q1 E3", "G92", "G10 L2", "G81 Z-1 R1", "M206", ""):
        counter = native.SegmentCounter()
        summary = read_material([f"G1 X1 E.5\n{command} {word}{number}\nG1 X2 Y2 E9\n".encode()], counter)
        assert np.isfinite(counter.bounds_mm).all()
        assert summary.kind == "fdm"


def damaged(content: bytes, rng: np.random.Generator) -> Iterator[bytes]:
    """Twenty copies cut short, and twenty with some bytes changed."""
    for _ in range(20):
        yield content[: rng.integers(0, len(content))]
        copy = np.frombuffer(content, np.uint8).copy()
        where = rng.integers(0, len(content), size=rng.integers(1, 20))
        copy[where] = rng.integers(0, 256, size=len(where))
        yield copy.tobytes()


def test_damaged_jobs_give_an_answer_or_a_named_error(
    needs_data: Path, tmp_path: Path, rng: np.random.Generator
) -> None:
    files = sorted(path for path in (needs_data / "gcode").iterdir() if path.is_file())
    assert len(files) > 90
    messages: set[str] = set()
    answers = {"read": 0, "refused": 0}
    path = tmp_path / "job"
    for file in files:
        for content in damaged(
            file.read_bytes()[: 16_000 if sniff(file) == "gcode" and file.suffix != ".ufp" else 60_000], rng
        ):
            path.write_bytes(content)
            try:
                for member in members(path):
                    if member.format == "gcode":
                        counter = native.SegmentCounter()
                        read_material(member.chunks(), counter)
                        assert np.isfinite(counter.bounds_mm).all()
                answers["read"] += 1
            except C3poError as problem:
                messages.add(str(problem))
                answers["refused"] += 1
    assert all("expected" in message and "\n" not in message for message in messages)
    assert answers["read"] > 1000
    assert answers["refused"] > 20
