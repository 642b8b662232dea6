"""``python -m benchmarks.lenet5 ROW --seed S [--data fashion]`` and ``python -m benchmarks.lenet5 table``."""

import argparse
import sys

import torch

from .data import read_splits
from .release import release
from .rows import ROWS
from .running import figures, packed_figures, trained, write_result
from .table import document, table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lenet5")
    parser.add_argument(
        "row", nargs="+", choices=[*ROWS, "table", "release"], help="rows to run in turn; or one of the last two"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data", choices=["mnist", "fashion"], default="mnist")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if "table" in arguments.row:
        print(table(arguments.data))
        return 0
    if "release" in arguments.row:
        release()
        document()
        return 0
    splits = read_splits(arguments.data)
    for row in arguments.row:
        network = trained(row, arguments.data, arguments.seed, splits)
        result = figures(row, arguments.data, arguments.seed, network, splits)
        told = f"{result['nonzeros']} nonzeros, validation error {result['validation_error_percent']} %"
        if ROWS[row].packed:
            result |= packed_figures(row, arguments.data, arguments.seed, network)
            told += f", {result['file_bytes']} bytes"
        print(f"{row} seed {arguments.seed}: {told}", flush=True)
        print(f"written {write_result(result)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
