"""Parquet shards in the Hugging Face convention: columns, writing, reading, and the rows of both sets."""

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from c3po.dataset.files import written_whole
from c3po.dataset.images import PLANES, camera_frames, layer_images, moments, projections, turns_of
from c3po.dataset.jobs import read_job, solid_of
from c3po.dataset.manifest import Entry, seen_split
from c3po.dataset.plan import DatasetPlan
from c3po.dataset.png import png
from c3po.errors import ManifestError
from c3po.gcode import read_toolpath
from c3po.shapes import LABELS
from c3po.solid import Solid

_IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
_COMMON = [
    ("image", _IMAGE),
    ("label", pa.int64()),
    ("family", pa.string()),
    ("part", pa.string()),
    ("split", pa.string()),
    ("seen", pa.string()),
    ("view", pa.string()),
    ("digest", pa.string()),
]
_FIELDS = {
    "projections": [*_COMMON, ("silhouette", _IMAGE), ("rotation", pa.int32())],
    "sequences": [*_COMMON, ("layer", pa.int32()), ("fraction", pa.float32())],
}
Row = dict[str, Any]


def configs(plan: DatasetPlan) -> tuple[str, ...]:
    """The tables of a data set, each a folder of shards."""
    return (*(f"projections_{size}" for size in plan.sizes_px), "sequences")


def schema(config: str) -> pa.Schema:
    """Columns of a table, with the features that Hugging Face `datasets` reads."""
    fields = _FIELDS[config.split("_")[0]]
    features: dict[str, Any] = {}
    for name, kind in fields:
        if kind == _IMAGE:
            features[name] = {"_type": "Image"}
        elif name == "label":
            features[name] = {"names": list(LABELS), "_type": "ClassLabel"}
        else:
            features[name] = {"dtype": str(kind).replace("float", "float32"), "_type": "Value"}
    return pa.schema(fields, metadata={b"huggingface": json.dumps({"info": {"features": features}}).encode()})


def shard_name(split: str, index: int, count: int) -> str:
    """File name of a shard."""
    return f"{split}-{index:05d}-of-{count:05d}.parquet"


def write_shard(rows: Iterable[Row], config: str, path: Path) -> int:
    """Write rows as one file that appears whole or not at all; how many there were."""
    table = pa.Table.from_pylist(list(rows), schema=schema(config))
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", row_group_size=2000, write_page_index=True)
    written_whole(path, buffer.getvalue())
    return int(table.num_rows)


def read_shard(path: Path, columns: list[str] | None = None) -> pa.Table:
    """The table in a shard.

    Raises
    ------
    ManifestError
        The file is missing, cut short or not Parquet.
    """
    try:
        return pq.read_table(path, columns=columns)
    except (OSError, pa.ArrowException) as problem:
        reason = str(problem).splitlines()[0][:100] if str(problem) else type(problem).__name__
        raise ManifestError(f"{path}: expected a Parquet shard, got {reason}; build it again") from None


def projection_rows(entry: Entry, plan: DatasetPlan, toolpaths: Path) -> dict[str, list[Row]]:
    """Set I of one part: rows by table, from its G-code."""
    gcode, _ = read_job(entry, toolpaths)
    solid = _solid(entry, gcode)
    turns = turns_of(np.random.default_rng([plan.seed, entry.number, 101]), plan.rotations)
    return {
        f"projections_{size}": list(projection_images(entry, *projections(solid, turns, size)))
        for size in plan.sizes_px
    }


def projection_images(entry: Entry, thickness: Any, outline: Any) -> Iterator[Row]:
    """Rows of the turned projections of one part."""
    for rotation in range(len(thickness)):
        for plane, view in enumerate(PLANES):
            name = f"{entry.part}-{rotation:03d}-{view}"
            row = _row(entry, name, view, png(thickness[rotation, plane]))
            silhouette = {"bytes": png(outline[rotation, plane]), "path": f"{name}-silhouette.png"}
            yield row | {"silhouette": silhouette, "rotation": rotation}


def sequence_rows(entry: Entry, plan: DatasetPlan, toolpaths: Path) -> dict[str, list[Row]]:
    """Set II of one part: what is laid in each layer, then the growing print from each camera, in order of time."""
    gcode, _ = read_job(entry, toolpaths)
    solid = _solid(entry, gcode)
    heights = moments(solid, plan.frames)
    shares = (heights / heights[-1]).astype(np.float32).tolist()
    layers = list(layer_images(read_toolpath([gcode]), solid, heights, plan.camera_px))
    rows = [
        _row(entry, f"{entry.part}-layer-{number:04d}-{index:03d}", "layer", png(image))
        | {"layer": number, "fraction": share}
        for index, ((number, image), share) in enumerate(zip(layers, shares, strict=True))
    ]
    if plan.poses:
        rng = np.random.default_rng([plan.seed, entry.number, 202])
        frames = camera_frames(solid, heights, plan.poses, plan.camera_px, rng)
        for pose, film in enumerate(frames):
            for index, (image, (number, _), share) in enumerate(zip(film, layers, shares, strict=True)):
                name = f"{entry.part}-camera-{pose:02d}-{index:03d}"
                rows.append(_row(entry, name, f"camera_{pose:02d}", png(image)) | {"layer": number, "fraction": share})
    return {"sequences": rows}


def _solid(entry: Entry, gcode: bytes) -> Solid:
    solid = solid_of(gcode)
    if solid is None:
        raise ManifestError(f"{entry.part}: expected a toolpath with material, found none; build it again")
    return solid


def _row(entry: Entry, name: str, view: str, content: bytes) -> Row:
    return {
        "image": {"bytes": content, "path": f"{name}.png"},
        "label": LABELS.index(entry.label),
        "family": entry.family,
        "part": entry.part,
        "split": entry.split,
        "seen": seen_split(name),
        "view": view,
        "digest": hashlib.sha256(content).hexdigest(),
    }
