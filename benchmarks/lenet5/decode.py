"""Test error of a packed file in a fresh process that has numpy and ``c3po.runtime``, no torch.

python -m benchmarks.lenet5.decode models/lenet5/nonzeros.c3po
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from c3po.runtime import Network


def main() -> int:
    from .idx import FOLDER, read_idx

    parser = argparse.ArgumentParser(prog="python -m benchmarks.lenet5.decode")
    parser.add_argument("file", type=Path)
    parser.add_argument("--data", choices=["mnist", "fashion"], default="mnist")
    arguments = parser.parse_args()
    folder = FOLDER / ("fashion_mnist" if arguments.data == "fashion" else arguments.data)
    images = read_idx(folder / "t10k-images-idx3-ubyte.gz")
    labels = read_idx(folder / "t10k-labels-idx1-ubyte.gz")
    network = Network.open(arguments.file)
    scores = network(images[:, None].astype(np.float32) / np.float32(255))
    wrong = int((scores.argmax(axis=1) != labels).sum())
    told = {
        "bytes": arguments.file.stat().st_size,
        "sha256": network.digest,
        "test_error_percent": round(100 * wrong / len(labels), 3),
        "torch_loaded": "torch" in sys.modules,
    }
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
