"""Checking a data set as it lies on the disk: digests, counts, columns, and that no family crosses the splits."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

from c3po.dataset.building import INDEX, MANIFEST
from c3po.dataset.files import digest_of
from c3po.dataset.manifest import Entry, read_manifest
from c3po.dataset.shards import read_shard, schema
from c3po.errors import ManifestError
from c3po.shapes import FAMILIES, LABELS


def read_index(folder: Path) -> dict[str, Any]:
    """The list of a data set's files.

    Raises
    ------
    ManifestError
        There is none, or it is damaged.
    """
    path = folder / INDEX
    try:
        index = json.loads(path.read_text("utf-8"))
        if not {"plan", "files", "labels"} <= set(index):
            raise ValueError
        files: list[dict[str, Any]] = index["files"]
        for file in files:
            if not isinstance(file["rows"], int) or Path(file["path"]).is_absolute() or ".." in file["path"]:
                raise ValueError
    except OSError:
        raise ManifestError(f"{path}: expected a data set, found none; run c3po dataset build") from None
    except (ValueError, KeyError, TypeError):
        raise ManifestError(f"{path}: expected the list of a data set, got something else; build it again") from None
    return dict(index)


def verify(folder: Path) -> Counter[str]:
    """Check everything; images by table.

    Raises
    ------
    ManifestError
        The first thing that does not fit, by file.
    """
    index, images = read_index(folder), Counter[str]()
    manifest = folder / MANIFEST
    if not manifest.exists() or digest_of(manifest) != index.get("manifest_sha256"):
        raise ManifestError(f"{manifest}: expected the manifest this set was built from, got another; build it again")
    entries = {entry.part: entry for entry in read_manifest(manifest)}
    check_splits(list(entries.values()))
    for file in index["files"]:
        path = folder / file["path"]
        if not path.exists():
            raise ManifestError(f"{path}: expected a shard, found none; build it again")
        found = digest_of(path)
        if found != file["sha256"]:
            raise ManifestError(f"{path}: expected SHA-256 {file['sha256']}, got {found}; delete it and build again")
        images[path.parent.name] += _check_rows(path, file["rows"], entries)
    return images


def _check_rows(path: Path, rows: int, entries: dict[str, Entry]) -> int:
    table = read_shard(path)
    wanted = schema(path.parent.name)
    if table.schema.names != wanted.names or table.num_rows != rows:
        raise ManifestError(f"{path}: expected {rows} rows of {', '.join(wanted.names)}, got others; build it again")
    split = path.name.split("-")[0]
    for number, row in enumerate(table.to_pylist()):
        entry = entries.get(row["part"])
        if hashlib.sha256(row["image"]["bytes"]).hexdigest() != row["digest"]:
            raise ManifestError(f"{path}: expected the digest of row {number} to fit its image; build it again")
        if entry is None or (row["family"], LABELS[row["label"]], row["split"]) != (entry.family, entry.label, split):
            raise ManifestError(f"{path}: expected row {number} as in {MANIFEST}, got another; build it again")
    return rows


def check_splits(entries: list[Entry]) -> None:
    """Raise ManifestError where a family or a part stands in two splits, or a composite apart from what it shows."""
    homes = {entry.family: entry.split for entry in entries}
    for kind in ("family", "part"):
        home: dict[str, str] = {}
        for entry in entries:
            name = getattr(entry, kind)
            if home.setdefault(name, entry.split) != entry.split:
                raise ManifestError(
                    f"{MANIFEST}: expected {kind} {name} in one split, found it in {home[name]} and {entry.split}; "
                    "build it again"
                )
    for family in homes:
        for source in FAMILIES[family].sources if family in FAMILIES else ():
            if homes.get(source, homes[family]) != homes[family]:
                raise ManifestError(
                    f"{MANIFEST}: expected family {family} in the split of {source}, which it shows, found it in "
                    f"{homes[family]} and {homes[source]}; build it again"
                )


def counts(folder: Path) -> dict[str, dict[str, Counter[str]]]:
    """Images by table, then by ``label``, ``family`` and ``split``."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for file in read_index(folder)["files"]:
        path = folder / file["path"]
        own = found.setdefault(path.parent.name, {kind: Counter() for kind in ("label", "family", "split", "seen")})
        table = read_shard(path, ["label", "family", "split", "seen"])
        own["label"].update(LABELS[value] for value in table.column("label").to_pylist())
        for kind in ("family", "split", "seen"):
            own[kind].update(table.column(kind).to_pylist())
    return found
