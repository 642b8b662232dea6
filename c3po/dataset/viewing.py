"""Looking at a data set: counts as a table, a contact sheet, and images as files or arrays."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from c3po.dataset.checking import read_index
from c3po.dataset.files import written_whole
from c3po.dataset.shards import read_shard
from c3po.errors import ManifestError
from c3po.shapes import LABELS


def rows(folder: Path, table: str, split: str | None = None) -> Iterator[dict[str, Any]]:
    """Rows of a table in order, of one split or of all.

    Raises
    ------
    ManifestError
        There is no such table.
    """
    files = [file["path"] for file in read_index(folder)["files"] if file["path"].startswith(f"{table}/")]
    if not files:
        known = sorted({file["path"].split("/")[0] for file in read_index(folder)["files"]})
        raise ManifestError(f"{folder}: expected a table of {', '.join(known)}, got {table}; choose one of these")
    for path in files:
        if split is None or Path(path).name.startswith(f"{split}-"):
            yield from read_shard(folder / path).to_pylist()


def decoded(content: bytes) -> NDArray[np.uint8]:
    """Grey levels of PNG bytes, uint8, shape (height, width)."""
    import io

    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image.convert("L"))


def arrays(folder: Path, table: str, split: str | None = None) -> dict[str, NDArray[Any]]:
    """A table as arrays: images uint8 (n, h, w), labels int64 (n,), and every other column as strings or numbers."""
    found = list(rows(folder, table, split))
    if not found:
        raise ManifestError(f"{folder}: expected rows in {table} {split or ''}, found none; build a larger set")
    columns: dict[str, NDArray[Any]] = {
        "images": np.stack([decoded(row["image"]["bytes"]) for row in found]),
        "labels": np.array([row["label"] for row in found], dtype=np.int64),
    }
    for name in sorted(set(found[0]) - {"image", "silhouette", "label"}):
        columns[name] = np.array([row[name] for row in found])
    return columns


def films(folder: Path, moments: int, per_part: int) -> dict[str, NDArray[Any]]:
    """Growing prints, a camera each: ``images`` uint8 (n, moments, h, w), ``labels``, ``part``, ``view``, ``split``.

    The first ``per_part`` cameras of every part; the moments are spread evenly over its frames, the last one complete.
    """
    columns: dict[str, list[Any]] = {name: [] for name in ("images", "labels", "part", "view", "split")}
    for file in read_index(folder)["files"]:
        if not file["path"].startswith("sequences/"):
            continue
        table = read_shard(folder / file["path"], ["image", "part", "view", "label", "split"])
        part, view, label, split = (table.column(name).to_pylist() for name in ("part", "view", "label", "split"))
        frames: dict[tuple[str, str], list[int]] = {}
        for row, name in enumerate(zip(part, view, strict=True)):
            if name[1].startswith("camera_") and int(name[1].removeprefix("camera_")) < per_part:
                frames.setdefault(name, []).append(row)
        images = table.column("image")
        for name, own in frames.items():
            chosen = np.array(own)[np.linspace(0, len(own) - 1, moments).round().astype(int)].tolist()
            columns["images"].append(np.stack([decoded(images[row]["bytes"].as_py()) for row in chosen]))
            for key, value in zip(
                ("part", "view", "labels", "split"), (*name, label[own[0]], split[own[0]]), strict=True
            ):
                columns[key].append(value)
    if not columns["images"]:
        raise ManifestError(f"{folder}: expected films of cameras in sequences, found none; set poses to 1 or more")
    return {name: np.array(values) for name, values in columns.items()}


def contact_sheet(folder: Path, table: str, out: Path, columns: int = 12) -> None:
    """Write a picture with one row of images for every label, spread over its parts."""
    by_label: dict[int, list[dict[str, Any]]] = {}
    for row in rows(folder, table):
        by_label.setdefault(row["label"], []).append(row)
    cell, margin = 64, 96
    sheet = Image.new("L", (margin + columns * (cell + 2), len(by_label) * (cell + 2)), 24)
    draw = ImageDraw.Draw(sheet)
    for line, label in enumerate(sorted(by_label)):
        found = by_label[label]
        draw.text((6, line * (cell + 2) + cell // 2 - 6), LABELS[label], fill=230)
        for column, index in enumerate(np.linspace(0, len(found) - 1, min(columns, len(found))).astype(int)):
            image = Image.fromarray(decoded(found[index]["image"]["bytes"])).resize((cell, cell))
            sheet.paste(image, (margin + column * (cell + 2), line * (cell + 2)))
    _save(sheet, out)


def _save(sheet: Image.Image, out: Path) -> None:
    import io

    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    written_whole(out, buffer.getvalue())


def export(folder: Path, table: str, out: Path, split: str | None = None) -> int:
    """Write images as files ``out/split/label/name.png``, or all as one ``.npz``; how many."""
    if out.suffix == ".npz":
        import io

        columns = arrays(folder, table, split)
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **columns)  # type: ignore[arg-type]
        written_whole(out, buffer.getvalue())
        return len(columns["labels"])
    count = 0
    for row in rows(folder, table, split):
        written_whole(out / row["split"] / LABELS[row["label"]] / row["image"]["path"], row["image"]["bytes"])
        count += 1
    return count
