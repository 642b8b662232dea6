"""Building: manifest, toolpaths, Set I, Set II, and the list of everything with its digests."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from c3po.dataset import shards
from c3po.dataset.engines import ready, run_tasks
from c3po.dataset.files import check_room, claim, digest_of, written_whole
from c3po.dataset.jobs import paths_of, write_job
from c3po.dataset.manifest import SPLITS, Entry, make_manifest, read_manifest, write_manifest
from c3po.dataset.plan import DatasetPlan
from c3po.errors import ManifestError
from c3po.shapes import LABELS

Progress = Callable[[str, int, int], None]
INDEX = "dataset.json"
MANIFEST = "manifest.csv"
TOOLPATHS = "toolpaths"
SETS = {"projections": shards.projection_rows, "sequences": shards.sequence_rows}


def quiet(step: str, done: int, total: int) -> None:
    """No progress."""


def build_manifest(plan: DatasetPlan, folder: Path) -> list[Entry]:
    """Write ``manifest.csv``; its entries."""
    entries = make_manifest(plan)
    write_manifest(entries, folder / MANIFEST)
    return entries


def build_toolpaths(
    plan: DatasetPlan,
    entries: Sequence[Entry],
    folder: Path,
    *,
    workers: int = 1,
    engine: str = "processes",
    progress: Progress = quiet,
    replace: bool = False,
) -> int:
    """Draw and slice every part into ``folder``; the bytes of G-code. A part that is there already stays."""
    claim(folder, plan.digest, replace=replace)
    total = 0
    tasks = [(entry, plan, folder) for entry in entries]
    for done, record in enumerate(run_tasks(_toolpath, tasks, workers, engine), start=1):
        total += int(record["bytes"])
        progress("toolpaths", done, len(tasks))
    return total


def _toolpath(task: tuple[Entry, DatasetPlan, Path]) -> dict[str, Any]:
    return write_job(*task)


@dataclass(frozen=True)
class ShardTask:
    """Some parts of one split, and the files their rows go to: a table each."""

    kind: str
    plan: DatasetPlan
    entries: tuple[Entry, ...]
    toolpaths: Path
    files: tuple[tuple[str, Path], ...]


def shard_tasks(
    plan: DatasetPlan, entries: Sequence[Entry], kind: str, toolpaths: Path, folder: Path
) -> list[ShardTask]:
    """The shards of one set. Which parts share a shard depends on the plan alone, not on who builds it."""
    tables = [name for name in shards.configs(plan) if name.startswith(kind)]
    tasks = []
    for split in SPLITS:
        own = [entry for entry in entries if entry.split == split]
        groups = [own[start : start + plan.parts_per_shard] for start in range(0, len(own), plan.parts_per_shard)]
        for index, group in enumerate(groups):
            name = shards.shard_name(split, index, len(groups))
            files = tuple((table, folder / table / name) for table in tables)
            tasks.append(ShardTask(kind, plan, tuple(group), toolpaths, files))
    return tasks


def build_set(
    plan: DatasetPlan,
    entries: Sequence[Entry],
    kind: str,
    toolpaths: Path,
    folder: Path,
    *,
    workers: int = 1,
    engine: str = "processes",
    progress: Progress = quiet,
    replace: bool = False,
) -> int:
    """Write the shards of one set (``projections`` or ``sequences``); how many images they hold."""
    for table in (name for name in shards.configs(plan) if name.startswith(kind)):
        claim(folder / table, plan.digest, replace=replace)
    tasks = shard_tasks(plan, entries, kind, toolpaths, folder)
    images = done = 0
    for task, rows in zip(tasks, run_tasks(_build_shard, tasks, workers, engine), strict=True):
        images += rows
        done += len(task.entries)
        progress(kind, done, len(entries))
    return images


def _build_shard(task: ShardTask) -> int:
    import pyarrow.parquet as pq

    if all(path.exists() for _, path in task.files):  # written whole, so complete
        return sum(pq.read_metadata(path).num_rows for _, path in task.files)
    rows: dict[str, list[shards.Row]] = {table: [] for table, _ in task.files}
    for entry in task.entries:
        for table, own in SETS[task.kind](entry, task.plan, task.toolpaths).items():
            rows[table] += own
    return sum(shards.write_shard(rows[table], table, path) for table, path in task.files)


def write_index(plan: DatasetPlan, folder: Path) -> dict[str, Any]:
    """Write ``dataset.json``: the plan, the labels, every shard with its rows and digest, and what it all adds up to.

    Guarantees
    ----------
    - ``contents`` depends on images and G-code alone, not on how a version of Parquet or gzip packs them: two machines
      that made the same data set have the same.
    """
    files = []
    images = {table: hashlib.sha256() for table in shards.configs(plan)}
    for path in shard_paths(folder, plan):
        table = shards.read_shard(path, ["label", "digest"])
        counts = table.column("label").to_numpy()
        images[path.parent.name].update("".join(table.column("digest").to_pylist()).encode())
        files.append(
            {
                "path": path.relative_to(folder).as_posix(),
                "rows": int(table.num_rows),
                "bytes": path.stat().st_size,
                "sha256": digest_of(path),
                "labels": {LABELS[value]: int((counts == value).sum()) for value in sorted(set(counts.tolist()))},
            }
        )
    index: dict[str, Any] = {"version": 1, "plan": asdict(plan), "labels": list(LABELS), "files": files}
    index["manifest_sha256"] = digest_of(folder / MANIFEST)
    toolpaths = hashlib.sha256("".join(recorded_digests(folder)).encode())
    index["contents"] = {name: made.hexdigest() for name, made in ({TOOLPATHS: toolpaths} | images).items()}
    written_whole(folder / INDEX, json.dumps(index, indent=1).encode())
    return index


def recorded_digests(folder: Path) -> list[str]:
    """SHA-256 of the G-code of every part in order, as its record says."""
    records = (paths_of(folder / TOOLPATHS, entry)[1] for entry in read_manifest(folder / MANIFEST))
    try:
        return [str(json.loads(record.read_text("utf-8"))["sha256"]) for record in records]
    except (OSError, ValueError, KeyError) as problem:
        raise ManifestError(
            f"{folder / TOOLPATHS}: expected a record of every part, got {problem}; build it again"
        ) from None


def shard_paths(folder: Path, plan: DatasetPlan) -> Iterator[Path]:
    """All shards of a data set in a fixed order."""
    for table in shards.configs(plan):
        for split in SPLITS:
            yield from sorted((folder / table).glob(f"{split}-*.parquet"))


def build(
    plan: DatasetPlan,
    folder: Path,
    *,
    workers: int = 1,
    engine: str = "processes",
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Make the whole data set in ``folder``; its index.

    Parameters
    ----------
    plan : DatasetPlan
    folder : Path
        Empty, or an unfinished build of the same plan, which goes on.
    workers, engine
        Who builds; the bytes do not depend on it.
    progress : callable
        Called with the step's name, how much is done, and of how much.

    Raises
    ------
    ManifestError
        The disk has no room, the folder holds something else, a family prints nothing, or a worker was killed.
    """
    from c3po.dataset.card import write_card

    check_room(folder, plan.bytes_needed if not (folder / INDEX).exists() else 0)
    claim(folder, plan.digest)
    if (folder / MANIFEST).exists() and read_manifest(folder / MANIFEST) != make_manifest(plan):
        raise ManifestError(f"{folder / MANIFEST}: expected the parts of this plan, found others; delete the folder")
    entries = build_manifest(plan, folder)
    how: dict[str, Any] = {"workers": workers, "engine": engine, "progress": progress}
    with ready(workers, engine):
        build_toolpaths(plan, entries, folder / TOOLPATHS, **how)
        for kind in SETS:
            build_set(plan, entries, kind, folder / TOOLPATHS, folder, **how)
    index = write_index(plan, folder)
    write_card(folder, index)
    return index
