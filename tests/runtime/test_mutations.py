"""Files changed at random are refused by name or run; behind the check sum too. The fuzzer's seeds are the files.

A million under AddressSanitizer and UndefinedBehaviorSanitizer: docs/formats/packed.md.
"""

import zlib
from pathlib import Path

import numpy as np
import pytest

from c3po.errors import PackedFileError
from c3po.runtime import Network

SEEDS = sorted((Path(__file__).parents[2] / "fuzz" / "corpus" / "packed").iterdir())
LARGEST_VALUES = 1 << 20


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.integers(1, 5)):
        place = int(rng.integers(8, len(changed)))
        kind = rng.integers(4)
        if kind == 0:
            changed[place] ^= 1 << int(rng.integers(8))
        elif kind == 1:
            changed[place] = int(rng.integers(256))
        elif kind == 2:
            changed.insert(place, int(rng.integers(256)))
        elif len(changed) > 16:
            del changed[place:]
            changed += b"\x00" * 4
    changed[4:8] = zlib.crc32(changed[8:]).to_bytes(4, "little")
    return bytes(changed)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_a_changed_file_is_refused_or_runs(path: Path) -> None:
    data, rng = path.read_bytes(), np.random.default_rng(len(path.name))
    Network(data)
    problems = []
    for _ in range(150):
        try:
            network = Network(mutated(data, rng), "net.c3po")
        except PackedFileError as problem:
            problems.append(str(problem))
            continue
        if np.prod(network.input_shape) < LARGEST_VALUES and network.arena_bytes < LARGEST_VALUES:
            assert network(np.zeros((1, *network.input_shape), np.float32)).shape == (1, len(network.labels))
    assert len(problems) > 20
    assert all(problem.startswith("net.c3po: ") and "expected" in problem for problem in problems)


def test_every_truncation_is_refused() -> None:
    assert SEEDS
    for path in SEEDS:
        data = path.read_bytes()
        for length in range(len(data)):
            with pytest.raises(PackedFileError):
                Network(data[:length], "net.c3po")


def test_a_forged_truncation_is_refused_or_runs() -> None:
    for path in SEEDS:
        data = path.read_bytes()
        for length in range(9, len(data), max(1, len(data) // 40)):
            forged = data[:4] + zlib.crc32(data[8:length]).to_bytes(4, "little") + data[8:length]
            try:
                network = Network(forged, "net.c3po")
            except PackedFileError:
                continue
            assert len(data) - length < 12, "only zeros at the end of a stream may be missing"
            network(np.zeros((1, *network.input_shape), np.float32))
