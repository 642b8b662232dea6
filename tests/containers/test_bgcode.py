"""Binary G-code: what was packed comes out, anything else is refused."""

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c3po._core import native
from c3po.containers import members, stream_member
from c3po.containers.bgcode import MAX_BLOCK_BYTES, decode
from c3po.errors import ContainerError
from c3po.gcode import read_toolpath
from tests.containers.bgcode_writer import bgcode, block, heatshrink, meatpack

TEXT = "G1 X10 Y20.5 E.1\nG1 X30 Y20.5 E.2\n; note\nM104 S200\n" * 3
PLAIN, MEATPACK = b"\0\0", b"\1\0"


def decoded(content: bytes) -> bytes:
    return b"".join(decode("a.bgcode", iter([content[:7], content[7:]])))


@pytest.mark.parametrize("compression", [0, 1, 2, 3])
@pytest.mark.parametrize("checksum", [True, False])
def test_every_packing_gives_the_text(compression: int, checksum: bool) -> None:
    blocks = [
        block(0, b"Producer=me", checksum=checksum),
        block(5, b"\x89PNG", encoding=bytes(6), checksum=checksum),
        block(1, TEXT.encode(), compression=compression, checksum=checksum),
        block(1, meatpack(TEXT), compression=compression, encoding=MEATPACK, checksum=checksum),
    ]
    assert decoded(bgcode(*blocks, checksum=checksum)) == 2 * TEXT.encode()


@settings(deadline=None)
@given(data=st.binary(max_size=300) | st.text("ab", max_size=300).map(str.encode), window=st.integers(4, 12))
def test_heatshrink_unpacks_what_was_packed(data: bytes, window: int) -> None:
    assert native.unpack_heatshrink(heatshrink(data, window, 3), window, 3, len(data)) == data


@settings(deadline=None)
@given(text=st.text("0123456789. \nGXYE;abc", max_size=300), no_spaces=st.booleans())
def test_meatpack_unpacks_what_was_packed(text: str, no_spaces: bool) -> None:
    expected = text.replace(" ", "") if no_spaces else text
    unpacked = native.unpack_meatpack(meatpack(text, no_spaces)).decode()
    assert unpacked.removesuffix("\n") == expected.removesuffix("\n")


@settings(deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_unpack_or_are_refused(data: bytes) -> None:
    assert len(native.unpack_meatpack(data)) <= 2 * len(data)
    with contextlib.suppress(ValueError):
        assert len(native.unpack_heatshrink(data, 11, 4, 64)) == 64


GOOD = bgcode(block(1, TEXT.encode(), compression=1))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"GC", "expected 4 more bytes at byte 0, found 2; the file is cut short"),
        (GOOD[:-1], "found 3; the file is cut short"),
        (bgcode(block(1, b"G1"), version=2), "expected version 1 with a known checksum at byte 10, found 2 and 1"),
        (bgcode(), "expected a block of G-code at byte 10, found none"),
        (bgcode(block(0, b"x")), "expected a block of G-code at byte 25, found none"),
        (bgcode(block(9, b"x")), "expected a known block at byte 18, found type 9 with compression 0"),
        (bgcode(block(1, b"x", encoding=b"\7\0")), "expected plain text or MeatPack at byte 25, found encoding 7"),
        (GOOD[:30] + bytes([GOOD[30] ^ 1]) + GOOD[31:], "expected the checksum of the block"),
        (b"GCDE" + bytes([1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 9, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1, 2]), "does not unpack to it"),
        (b"GCDE" + bytes([1, 0, 0, 0, 0, 0, 1, 0, 0, 0]) + b"\xff" * 4, f"a block of at most {MAX_BLOCK_BYTES} bytes"),
    ],
)
def test_a_damaged_file_says_what_is_wrong(content: bytes, found: str) -> None:
    with pytest.raises(ContainerError, match=r"^a\.bgcode: expected .*; ") as error:
        decoded(content)
    assert found in str(error.value)


def test_a_bomb_of_blocks_is_stopped() -> None:
    bomb = bgcode(*[block(1, bytes(8 << 20), compression=1)] * 4)
    with pytest.raises(ContainerError, match="so grows a decompression bomb"):
        decoded(bomb)


def test_a_file_and_a_stream_give_the_job(tmp_path: Path) -> None:
    content = bgcode(block(1, meatpack(TEXT, no_spaces=True), compression=3, encoding=MEATPACK))
    (tmp_path / "a").write_bytes(content)
    (member,) = members(tmp_path / "a")
    text = TEXT.replace(" ", "").encode()
    assert (member.format, b"".join(member.chunks())) == ("gcode", text)
    assert b"".join(stream_member(io.BytesIO(content)).chunks()) == text
    assert len(read_toolpath(tmp_path / "a").segments_mm) == 4


def test_a_real_file_is_read(needs_data: Path) -> None:
    files = list((needs_data / "gcode").glob("*.bgcode"))
    assert files
    for path in files:
        toolpath = read_toolpath(path)
        assert toolpath.kind == "fdm"
        assert len(toolpath.segments_mm) > 10_000
