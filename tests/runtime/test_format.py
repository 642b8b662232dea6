"""What docs/formats/packed.md says of the bytes is what the reader does."""

import re
import zlib
from pathlib import Path

import numpy as np
import pytest

from c3po.errors import PackedFileError
from c3po.runtime import Graph, Network, pack_bytes
from c3po.runtime.description import description
from c3po.runtime.graph import OPS
from c3po.runtime.signing import read_private_key, signed, signer

PAGE = (Path(__file__).parents[2] / "docs" / "formats" / "packed.md").read_text(encoding="utf-8")


@pytest.fixture
def packed() -> bytes:
    graph = Graph((1, 4, 4))
    x = graph.add("conv2d", 0, weight=np.full((2, 1, 3, 3), 0.5), bias=np.array([0.0, 1.0]))
    graph.add("linear", x, weight=np.ones((2, 8)))
    return pack_bytes(graph, {"name": "tiny"})[0]


@pytest.fixture
def key(tmp_path):
    pytest.importorskip("cryptography")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "key.pem").write_bytes(pem)
    return read_private_key(tmp_path / "key.pem")


def fields() -> dict[str, tuple[str, str]]:
    rows = re.findall(r"^\| ([\d+ n]+) \| (\w+) \| ([\w ]+) \|", PAGE, re.MULTILINE)
    assert rows
    return {name: (offset, size) for offset, size, name in rows}


def test_the_byte_table_is_the_file(packed: bytes, key) -> None:
    table = fields()
    assert table["magic"] == ("0", "3")
    assert packed[:3] == b"C3P"
    assert table["version"] == ("3", "1")
    assert packed[3] == 1
    assert table["check sum"] == ("4", "4")
    assert table["stream"] == ("8", "n")
    assert int.from_bytes(packed[4:8], "little") == zlib.crc32(packed[8:])
    both = signed(packed, key)
    n = len(packed) - 8
    assert table["public key"] == ("8 + n", "32")
    assert table["signature"] == ("40 + n", "64")
    assert (len(both), both[3]) == (8 + n + 32 + 64, 0x81)
    assert both[8 + n : 40 + n].hex() == signer(both, "memory")


def test_the_operation_table_is_the_readers() -> None:
    rows = re.findall(r"^\| (\d+) \| (\w+) \|", PAGE.partition("## Operations")[2], re.MULTILINE)
    assert tuple(name for _, name in rows) == OPS
    assert [int(number) for number, _ in rows] == list(range(len(OPS)))


def test_a_signature_belongs_to_its_bytes(packed: bytes, key) -> None:
    both = signed(packed, key)
    image = np.ones((1, 1, 4, 4), np.float32)
    np.testing.assert_array_equal(Network(both)(image), Network(packed)(image))
    assert signed(both, key) == both
    for place in (4, 20, len(both) - 100, len(both) - 1):
        changed = bytearray(both)
        changed[place] ^= 1
        with pytest.raises(PackedFileError, match="expected a valid signature"):
            signer(bytes(changed), "net.c3po")
    with pytest.raises(PackedFileError, match="expected a signature, got a file without one"):
        signer(packed, "net.c3po")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda d: b"PK\x03\x04" + d[4:], "expected a packed network that starts with 'C3P'"),
        (lambda d: d[:3] + b"\x03" + d[4:], "expected format version 1 or 2, got 3; a newer c3po may read it"),
        (lambda d: d[:20] + bytes([d[20] ^ 1]) + d[21:], "expected a matching check sum, the file is damaged"),
        (lambda d: b"", "expected a packed network"),
        (lambda d: d[:3] + b"\x81" + d[4:40], "expected a signature of 96 bytes, the file is cut short"),
    ],
)
def test_errors_say_what_is_wrong(packed: bytes, change, text: str) -> None:
    with pytest.raises(PackedFileError) as problem:
        Network(change(packed), "net.c3po")
    assert str(problem.value).startswith("net.c3po: ")
    assert text in str(problem.value)


def test_a_description_adds_up(packed: bytes) -> None:
    told = description(packed, "net.c3po")
    assert sum(told["parts"].values()) == told["bytes"] == len(packed)
    assert (told["name"], told["nonzeros"], told["macs"]) == ("tiny", 18 + 16, 18 * 4 + 16)


def test_bounds_are_checked_before_memory_is_taken() -> None:
    graph = Graph((1, 60000, 60000))
    graph.add("global_avg_pool", 0)
    with pytest.raises(ValueError, match=r"node 0 \(input\): expected at most 2\^25 values"):
        pack_bytes(graph)
    graph = Graph((1, 4096, 4096))
    graph.add("relu", graph.add("flatten", 0))
    with pytest.raises(ValueError, match=r"node 2 \(relu\): expected at most 2\^25 channels in all"):
        pack_bytes(graph)
    graph = Graph((1, 1, 1))
    graph.add("linear", 0, weight=np.zeros((1, 2), np.float32))
    with pytest.raises(ValueError, match=r"node 1 \(linear\): expected tensor 0 of 1 x 1, got 2 values"):
        pack_bytes(graph)
