"""The packed networks of the folds, and which files each may be asked about."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from c3po.admm import pack
from c3po.networks.checkpoint import read_checkpoint
from c3po.networks.corpus import CorpusPart
from c3po.networks.refining import fold_of, read_folds
from c3po.networks.release import FOLDS
from c3po.verdict.evaluation import REPORTED_APART
from c3po.verdict.screen import Screen


@dataclass(frozen=True)
class Asked:
    """A file, what it really is, and the fold whose network has not seen its source."""

    path: Path
    category: str
    truth: str
    fold: int


def fold_screens(run: Path, policy: Path | None = None) -> dict[int, Screen]:
    """The screen of each fold of a run of ``c3po train --corpus``: ``small-N.c3po`` of ``c3po compress`` where it was
    made, else ``fold-N.pt`` packed without rounding."""
    screens = {}
    for path in sorted(run.glob("fold-*.pt")):
        fold = int(path.stem.rpartition("-")[2])
        packed = run / f"small-{fold}.c3po"
        if not packed.exists():
            checkpoint, packed = read_checkpoint(path), path.with_suffix(".c3po")
            size = int(checkpoint.metadata["size_px"])
            example = torch.zeros(2, checkpoint.arguments["n_views"], size, size)
            exact = {"bias_bits": None, "book_mantissa_bits": None}
            pack(checkpoint.network, packed, example, **exact, metadata=checkpoint.metadata, scores="softmax")
        screens[fold] = Screen.open(packed, policy)
    return screens


def asked_files(data: Path, keep: Callable[[str], bool] = lambda category: True) -> list[Asked]:
    """Every mesh of ``data`` (weapons.csv, benign.csv) whose category is wanted, in the order of the lists."""
    rows = []
    for name in ("weapons", "benign"):
        with (data / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
            rows += [(name, row) for row in csv.DictReader(lines) if keep(row["category"])]
    parts = [CorpusPart(data / row["file"], "benign", row["repo"]) for _, row in rows]
    numbers = fold_of(parts, read_folds(FOLDS)).tolist()
    return [
        Asked(part.path, row["category"], _truth(name, row["category"]), number)
        for part, (name, row), number in zip(parts, rows, numbers, strict=True)
    ]


def _truth(name: str, category: str) -> str:
    if name == "benign":
        return "benign"
    return "other" if category in REPORTED_APART else "gun"
