"""The script for images of CIFAR's size runs on a processor, on noise and on files in CIFAR-10's form."""

import json
import sys

import numpy as np
import pytest
import torch

from benchmarks.cifar import __main__ as script
from benchmarks.cifar.images import RECORD, read_splits
from benchmarks.cifar.networks import NETWORKS
from c3po.runtime import Network


@pytest.mark.parametrize("name", list(NETWORKS))
def test_a_few_steps_end_in_a_file_that_the_runtime_reads(name, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(script, "OUT", tmp_path)
    options = ["--device", "cpu", "--width", "4", "--steps", "1", "--batch", "4", "--epochs", "6"]
    monkeypatch.setattr(sys, "argv", ["cifar", name, *options])
    assert script.main() == 0
    told = json.loads(capsys.readouterr().out)
    dense = sum(p.numel() for p in NETWORKS[name](4).parameters() if p.dim() >= 2)
    assert told["nonzeros"] <= dense // 40
    assert told["file_bytes"] == (tmp_path / f"{name}-0.c3po").stat().st_size
    scores = Network.open(tmp_path / f"{name}-0.c3po")(np.zeros((2, 3, 32, 32), np.float32))
    assert scores.shape == (2, 10)


def test_binary_batches_are_read_and_split_without_overlap(tmp_path, rng):
    records = rng.integers(0, 256, (6, 1100, RECORD), dtype=np.uint8)
    records[:, :, 0] %= 10
    for name, part in zip([*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"], records, strict=True):
        part.tofile(tmp_path / f"{name}.bin")
    train, validation, test = read_splits(tmp_path, torch.device("cpu"))
    assert (len(train), len(validation), len(test)) == (500, 5000, 1100)
    assert torch.equal(test.pixels.reshape(1100, -1), torch.from_numpy(records[5, :, 1:].copy()))
    known = {part.numpy().tobytes() for part in train.pixels}
    assert not known & {part.numpy().tobytes() for part in validation.pixels}
    (tmp_path / "test_batch.bin").write_bytes(b"short")
    with pytest.raises(SystemExit, match="expected records of 3073 bytes, got 5 bytes; fetch the binary version"):
        read_splits(tmp_path, torch.device("cpu"))
