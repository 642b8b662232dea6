"""The idx files of MNIST and its kin as numpy arrays."""

import gzip
import os
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("C3PO_VISION_DATA", ROOT.parent / "shared" / "data" / "vision"))


def read_idx(path: Path) -> np.ndarray:
    """uint8, in the shape the header names."""
    raw = gzip.decompress(path.read_bytes())
    n_axes = raw[3]
    shape = np.frombuffer(raw, ">i4", n_axes, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * n_axes).reshape(shape)
