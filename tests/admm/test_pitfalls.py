"""The table of pitfalls in docs/admm.md names tests that exist; and the one about choosing on the test images."""

import re
from pathlib import Path

import numpy as np
import torch

from benchmarks.lenet5 import data

ROOT = Path(__file__).resolve().parents[2]


def test_every_pitfall_of_the_table_has_its_test():
    table = (ROOT / "docs" / "admm.md").read_text().partition("## Fifteen ways")[2].partition("## Limits")[0]
    named = re.findall(r"`(test_\w+)` \|$", table, flags=re.MULTILINE)
    written = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert len(named) == 15
    assert [name for name in named if f"def {name}(" not in written] == []


def test_images_to_choose_by_are_never_trained_on(monkeypatch):
    def numbered(folder, prefix):
        n = 10_000 if prefix == "t10k" else 60_000
        labels = torch.arange(n) + (1_000_000 if prefix == "t10k" else 0)
        return data.Images(torch.zeros(n, 30, 30, dtype=torch.uint8), labels)

    monkeypatch.setattr(data, "read_images", numbered)
    splits, again = data.read_splits(), data.read_splits()
    train, validation, test = (set(part.labels.tolist()) for part in (splits.train, splits.validation, splits.test))
    assert (len(train), len(validation), len(test)) == (55_000, 5_000, 10_000)
    assert not train & validation
    assert not (train | validation) & test
    assert np.array_equal(splits.validation.labels, again.validation.labels)


def test_the_commands_print_no_test_error():
    source = (ROOT / "benchmarks" / "lenet5" / "__main__.py").read_text()
    assert "test_error" not in source
