"""What a file is, told by its content, and its bytes."""

import gzip
import io
import os
import zipfile
import zlib
from pathlib import Path

import pytest

from c3po.containers import MAX_RATIO, members, sniff, stream_member
from c3po.errors import ContainerError, UnsupportedError

JOB = b"; a job\nG28\nG1 X10 Y10 Z.2 E1 F1200\nG1 X20 E2\n"
ASCII_STL = (
    b"solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid\n"
)
BINARY_STL = b"solid but binary".ljust(80) + (1).to_bytes(4, "little") + bytes(50)
CONTENTS = {
    "gcode": JOB,
    "stl": BINARY_STL,
    "obj": b"# o\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n",
    "ply": b"ply\nformat ascii 1.0\n",
    "off": b"OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n",
    "glb": b"glTF\x02\x00\x00\x00" + bytes(12),
}


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def joined(path: Path) -> dict[str, bytes]:
    return {member.name: b"".join(member.chunks()) for member in members(path)}


@pytest.mark.parametrize("format_", CONTENTS)
@pytest.mark.parametrize("suffix", ["gcode", "stl", "txt"])
def test_the_name_does_not_tell_the_format(tmp_path: Path, format_: str, suffix: str) -> None:
    path = tmp_path / f"part.{suffix}"
    path.write_bytes(CONTENTS[format_])
    assert sniff(path) == format_
    (member,) = members(path)
    assert (member.format, member.path, b"".join(member.chunks())) == (format_, path, CONTENTS[format_])


@pytest.mark.parametrize(
    "text",
    [
        b"X10 Y10\nX20 E1\n",
        b"%\nO1000\n(a part)\nG0 X1\n",
        b"N1 G1 X1 *3\nN2 G1 X2*4\n",
        b"g1x1y2\n",
        b"START_PRINT BED=60\nG1 X1\n",
        b"\xef\xbb\xbfG1 X1\n",
        b" " * 200_000 + b"\nG1 X1 E1\n",
        "G1 X10\nG1 X20 E1\n".encode("utf-16"),
        b";" + b"a" * 300_000,
        b"G28\rG1 X1 E1\rG1 X2 E2\r",
        b"G1 X1 E1\n\x00\x00\x00G1 X2 E2\n",
    ],
)
def test_every_spelling_of_gcode_is_gcode(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "a").write_bytes(text)
    assert sniff(tmp_path / "a") == "gcode"


def test_an_ascii_stl_is_an_stl(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(ASCII_STL.replace(b"\n", b"\r"))
    assert sniff(tmp_path / "a") == "stl"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"ISO-10303-21;\nHEADER;", "STEP"),
        (b"\x89PNG\r\n\x1a\n", "picture (PNG)"),
        (b"\x9d\x01\x00\x00", "X3G"),
        (b"<?xml version='1.0'?>\n<amf unit='millimeter'>", "XML (amf)"),
    ],
)
def test_a_known_format_that_is_not_judged_is_named(tmp_path: Path, content: bytes, found: str) -> None:
    (tmp_path / "a.gcode").write_bytes(content)
    with pytest.raises(UnsupportedError, match=r"a\.gcode: expected G-code, .*, found") as error:
        members(tmp_path / "a.gcode")
    assert found in str(error.value)


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda path: None, "found: No such file or directory"),
        (lambda path: path.mkdir(), "found a directory"),
        (lambda path: path.write_bytes(b""), "found an empty file"),
        (lambda path: path.write_bytes(b" \r\n" * 50_000), "found only blank characters"),
        (
            lambda path: path.write_bytes(b"Dear reader,\nthis is prose.\nIt prints nothing.\n"),
            "no known format begins so",
        ),
        (lambda path: path.write_bytes(os.urandom(4096)), "no known format begins so"),
        (lambda path: os.mkfifo(path), "found a device or pipe"),
        (lambda path: path.write_bytes(gzip.compress(JOB)[:30]), "found a file cut short"),
        (lambda path: path.write_bytes(gzip.compress(gzip.compress(JOB))), "found gzip; unpack it first"),
        (lambda path: path.write_bytes(gzip.compress(JOB)[:-8] + bytes(8)), "found a corrupt block"),
        (lambda path: path.write_bytes(b"PK\x03\x04" + bytes(60)), "found no directory in it"),
        (lambda path: zipped(path, {"readme.txt": b"hello"}), "found none; add one"),
        (lambda path: zipped(path, {"../a.gcode": JOB}), "found one that leaves it"),
        (lambda path: zipped(path, {"a\\..\\..\\b.gcode": JOB}), "found one that leaves it"),
        (lambda path: zipped(path, {"a.gcode": JOB, "A.gcode": JOB}), "found two; repack it"),
        (lambda path: zipped(path, {"a.gcode.gz": gzip.compress(JOB)}), "found an archive in the archive"),
        (lambda path: zipped(path, {str(i): JOB for i in range(5000)}), "expected at most 4096 entries"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, make, found: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "x.gcode"
    make(path)
    with pytest.raises(ContainerError, match=r"^x\.gcode[^:]*: expected .*; ") as error:
        joined(path)
    assert found in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.gcode"
    path.write_bytes(JOB)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file")
    with pytest.raises(ContainerError, match="Permission denied"):
        members(path)


def test_gzip_of_several_parts_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.gcode.gz"
    path.write_bytes(gzip.compress(JOB) + gzip.compress(b"G1 X9\n") + bytes(10))
    assert joined(path) == {path.name: JOB + b"G1 X9\n"}


def test_a_zip_gives_every_job_and_mesh_and_leaves_the_rest(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.gcode": JOB, "deep/b.bin": BINARY_STL, "c.txt": b"note", "d.png": b"\x89PNG"})
    assert sniff(path) == "zip"
    assert {member.name: member.format for member in members(path)} == {
        "x.zip!a.gcode": "gcode",
        "x.zip!deep/b.bin": "stl",
    }
    assert joined(path)["x.zip!deep/b.bin"] == BINARY_STL


def test_the_plates_of_a_job_outrank_its_mesh(tmp_path: Path) -> None:
    entries = {"[Content_Types].xml": b"<x/>", "3D/3dmodel.model": b"<model/>"}
    assert sniff(zipped(tmp_path / "a", entries)) == "3mf"
    plates = {"Metadata/plate_1.gcode": JOB, "Metadata/plate_12.gcode": JOB}
    path = zipped(tmp_path / "b", entries | plates)
    assert sniff(path) == "gcode"
    assert list(joined(path)) == [f"b!{name}" for name in plates]


def test_a_ufp_gives_its_gcode(tmp_path: Path) -> None:
    assert joined(zipped(tmp_path / "a", {"/3D/model.gcode": JOB, "/Metadata/t.png": b"\x89PNG"})) == {
        "a!/3D/model.gcode": JOB
    }


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ({"meta.json": b"{}", "print.jsontoolpath": b"[]"}, "MakerBot"),
        ({"config.ini": b"a=1", "a00000.png": b"\x89PNG"}, "SL1"),
        ({"a.gcode": JOB, "b.step": b"ISO-10303-21;"}, "STEP"),
    ],
)
def test_an_archive_that_is_not_judged_is_named(tmp_path: Path, entries: dict[str, bytes], found: str) -> None:
    with pytest.raises(UnsupportedError, match=found):
        members(zipped(tmp_path / "a", entries))


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.gcode": JOB})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(ContainerError, match=r"a\.zip!a\.gcode: expected a plain entry, found an encrypted one"):
        members(path)


@pytest.mark.parametrize("pack", ["gzip", "zip", "stream"])
def test_a_bomb_is_stopped_early(tmp_path: Path, pack: str) -> None:
    bomb = b"G1 X1 E1\n" + b"\n" * (64 << 20)
    path = tmp_path / "bomb"
    if pack == "zip":
        zipped(path, {"a.gcode": bomb})
    else:
        path.write_bytes(gzip.compress(bomb))
    packed = io.BytesIO(path.read_bytes())
    member = stream_member(packed) if pack == "stream" else members(path)[0]
    read = 0
    with pytest.raises(ContainerError, match="so grows a decompression bomb"):  # noqa: PT012
        for chunk in member.chunks():
            read += len(chunk)
    assert read <= max(8 << 20, MAX_RATIO * path.stat().st_size) + (1 << 20)


def test_a_repetitive_job_is_no_bomb(tmp_path: Path) -> None:
    job = b"".join(b"G1 X%d Y%d E%.5f\n" % (i % 100, i // 100 % 100, i * 0.01) for i in range(500_000))
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(job))
    assert joined(path) == {"a.gz": job}
    assert len(job) / path.stat().st_size < MAX_RATIO / 2


def test_a_stream_is_one_member(tmp_path: Path) -> None:
    assert b"".join(stream_member(io.BytesIO(JOB)).chunks()) == JOB
    assert b"".join(stream_member(io.BytesIO(gzip.compress(JOB))).chunks()) == JOB
    assert stream_member(io.BytesIO(BINARY_STL)).format == "stl"
    with pytest.raises(UnsupportedError, match="found an archive; give its path instead"):
        stream_member(io.BytesIO(zipped(tmp_path / "a", {"a": JOB}).read_bytes()))


def test_bytes_at_once_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(JOB)
    (member,) = members(tmp_path / "a")
    assert member.read_bytes(len(JOB)) == JOB
    with pytest.raises(ContainerError, match="a: expected at most 10 bytes, found more"):
        member.read_bytes(10)


def test_a_damaged_entry_is_an_error(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.gcode": JOB * 100})
    content = path.read_bytes()
    path.write_bytes(content.replace(zlib.crc32(JOB * 100).to_bytes(4, "little"), b"\1\2\3\4"))
    with pytest.raises(ContainerError, match="found a corrupt one"):
        joined(path)


def test_every_development_file_is_told(needs_data: Path) -> None:
    files = [path for folder in ("gcode", "benign", "weapons") for path in (needs_data / folder).rglob("*.*")]
    assert files
    names = {"gco": "gcode", "nc": "gcode", "ufp": "gcode"}
    for path in files:
        assert sniff(path) == names.get(path.suffix[1:], path.suffix[1:]), path.name
