"""Which parts the data set holds, before any is made: family, label, seed and split of each."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np

from c3po.dataset.files import written_whole
from c3po.dataset.plan import DatasetPlan
from c3po.errors import ManifestError
from c3po.shapes import FAMILIES, LABELS, entangled

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Entry:
    """One part: what to draw, from which seed, and where it belongs.

    Parameters
    ----------
    number : int
        The random numbers of the part depend on the plan's seed and this alone.
    part : str
        Its name, family and number.
    split : str
        One of `SPLITS`; whole families stay together.
    """

    number: int
    part: str
    family: str
    label: str
    split: str


def split_of_families(plan: DatasetPlan, labels: Mapping[str, str]) -> dict[str, str]:
    """The split of every family; ``labels`` tells the label of each.

    Guarantees
    ----------
    - A family stands in one split alone.
    - Of every label with three families each split has one; with fewer, train is served first, then test.
    - Families made of others' members, and those others, are all in train: no member crosses.
    """
    split = {}
    composites = [name for name in labels if name in FAMILIES and FAMILIES[name].sources]
    tangled = entangled() if composites else frozenset()
    for label in LABELS:
        names = sorted(name for name, own in labels.items() if own == label)
        rng = np.random.default_rng([plan.seed, *label.encode()])
        rng.shuffle(names)
        names.sort(key=lambda name: name in tangled)
        n_kept = max(1, sum(name in tangled for name in names))
        n_test = _held_out(plan.test_share, len(names), leave=n_kept)
        n_validation = _held_out(plan.validation_share, len(names), leave=n_kept + n_test)
        for rank, name in enumerate(names):
            split[name] = "test" if rank < n_test else "validation" if rank < n_test + n_validation else "train"
    return split


def _held_out(share: float, count: int, leave: int) -> int:
    return max(0, min(count - leave, max(1, round(share * count)))) if share > 0 else 0


def make_manifest(plan: DatasetPlan) -> list[Entry]:
    """All entries of a plan, in order: labels in turn, and the families of a label in turn; or the plan's families."""
    chosen = plan.families or tuple(sorted(FAMILIES))
    split = split_of_families(plan, {name: FAMILIES[name].label for name in chosen})
    pools = [[name for name in chosen if FAMILIES[name].label == label] for label in LABELS]
    turns = [[name] for name in plan.families] or [names for names in pools if names]
    entries = []
    for number in range(plan.parts):
        names = turns[number % len(turns)]
        family = names[(number // len(turns)) % len(names)]
        entries.append(Entry(number, f"{family}-{number:06d}", family, FAMILIES[family].label, split[family]))
    return entries


def seen_split(key: str, test_share: float = 0.2) -> str:
    """The paper's way: images to train and test at random, here by the digest of the image's name."""
    share = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32
    return "test" if share < test_share else "train"


def write_manifest(entries: Sequence[Entry], path: Path) -> None:
    """Write the entries as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Entry)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(entry) for entry in entries)
    written_whole(path, text.getvalue().encode())


def read_manifest(path: Path) -> list[Entry]:
    """The entries in a CSV file.

    Raises
    ------
    ManifestError
        Missing file, wrong columns, or a row that does not fit.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise ManifestError(f"{path}: expected a manifest, got {type(problem).__name__}; build it again") from None
    entries = []
    for line, row in enumerate(rows, start=2):
        try:
            entry = Entry(int(row["number"]), row["part"], row["family"], row["label"], row["split"])
        except (KeyError, TypeError, ValueError):
            raise ManifestError(f"{path}:{line}: expected number,part,family,label,split; build it again") from None
        if entry.family not in FAMILIES or entry.label not in LABELS or entry.split not in SPLITS:
            raise ManifestError(f"{path}:{line}: expected a known family, label and split, got {row}; build it again")
        entries.append(entry)
    if not entries:
        raise ManifestError(f"{path}: expected at least one part, found none; build it again")
    return entries
