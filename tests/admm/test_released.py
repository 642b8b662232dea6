"""Each released LeNet-5 file decodes, in ``c3po.runtime`` alone, to the error that its figures state."""

import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from c3po.runtime import Network

FOLDER = Path(__file__).resolve().parents[2] / "models" / "lenet5"
FIGURES = json.loads((FOLDER / "figures.json").read_text()) if (FOLDER / "figures.json").exists() else {}


def read_idx(path):
    raw = gzip.decompress(path.read_bytes())
    shape = np.frombuffer(raw, ">i4", raw[3], 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def test_every_file_has_figures_and_every_figure_a_file():
    assert FIGURES
    assert sorted(FIGURES) == sorted(path.stem for path in FOLDER.glob("*.c3po"))


@pytest.mark.parametrize("row", sorted(FIGURES))
def test_bytes_and_digest_are_the_stated_ones(row):
    data = (FOLDER / f"{row}.c3po").read_bytes()
    assert len(data) == FIGURES[row]["file_bytes"] == sum(FIGURES[row]["file_parts"].values())
    assert hashlib.sha256(data).hexdigest() == FIGURES[row]["sha256"] == Network.open(FOLDER / f"{row}.c3po").digest


@pytest.mark.parametrize("row", sorted(FIGURES))
def test_the_decoded_file_reaches_the_stated_test_error(row, needs_data):
    mnist = needs_data / "vision" / "mnist"
    images = read_idx(mnist / "t10k-images-idx3-ubyte.gz")[:, None].astype(np.float32) / np.float32(255)
    labels = read_idx(mnist / "t10k-labels-idx1-ubyte.gz")
    wrong = int((Network.open(FOLDER / f"{row}.c3po")(images).argmax(axis=1) != labels).sum())
    assert abs(100 * wrong / len(labels) - FIGURES[row]["test_error_percent"]) <= 0.01
