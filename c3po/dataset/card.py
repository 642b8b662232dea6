"""The data card (README.md with the YAML that Hugging Face reads) and the Croissant description."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from c3po.dataset.checking import counts
from c3po.dataset.files import written_whole
from c3po.dataset.manifest import SPLITS
from c3po.dataset.shards import schema
from c3po.shapes import LABELS

CARD, CROISSANT = "README.md", "croissant.json"
_ABOUT = (
    "Images of 3D-print jobs over ten labels, made in code: parametric parts are drawn, placed, sliced to G-code with "
    "varied settings, read back as solids, and shown as projections and as growing prints."
)
_LIMITS = """\
## Limits

- Parts are made in code. Real jobs vary more; judge a detector on real ones too.
- Weapon labels are solid, non-functional silhouettes: what a weapon looks like, not how one is built.
- The camera is simulated: one light, no shadows, no reflections, no motion blur.
- `seen` puts images of one part on both sides and flatters every method; claims belong on `split`.
"""


def write_card(folder: Path, index: dict[str, Any]) -> None:
    """Write ``README.md`` and ``croissant.json`` beside the shards."""
    found = counts(folder)
    written_whole(folder / CARD, card(index, found).encode())
    written_whole(folder / CROISSANT, json.dumps(croissant(index), indent=1).encode())


def card(index: dict[str, Any], found: dict[str, dict[str, Counter[str]]]) -> str:
    """The text of the data card."""
    lines = ["---", "license: apache-2.0", "task_categories: [image-classification]", "tags: [3d-printing, g-code]"]
    lines += ["pretty_name: C3PO print jobs", "configs:"]
    for table in found:
        lines += [f"- config_name: {table}", "  data_files:"]
        for split in SPLITS:
            if found[table]["split"][split]:
                lines += [f"  - split: {split}", f"    path: {table}/{split}-*.parquet"]
    total = {table: sum(own["label"].values()) for table, own in found.items()}
    lines += ["---", "", "# C3PO print jobs", "", _ABOUT, "", "## Tables", "", "| table | images |", "|---|---|"]
    lines += [f"| {table} | {count} |" for table, count in total.items()]
    lines += ["", *_columns(), "", "## Splits", ""]
    lines += ["`split` keeps whole families and parts apart; `seen` deals images out at random, as the paper does.", ""]
    lines += [*_table("split", found, SPLITS), "", *_table("seen", found, ("train", "test"))]
    lines += ["", "## Counts", "", *_table("label", found, LABELS), ""]
    lines += _table("family", found, sorted(next(iter(found.values()))["family"] if found else ()))
    lines += ["", "## Licence", "", "Apache-2.0. Everything is generated; no third-party design is included.", ""]
    lines += ["## Digests", "", "Of all images of a table and of all G-code, in order; the same on every machine.", ""]
    lines += ["| contents | SHA-256 |", "|---|---|", *(f"| {n} | `{d}` |" for n, d in index["contents"].items()), ""]
    lines += [_LIMITS, "## Plan", "", "```json", json.dumps(index["plan"], indent=1), "```", ""]
    return "\n".join(lines)


def _columns() -> list[str]:
    return [
        "Columns: `image` (PNG), `label`, `family`, `part`, `split`, `seen`, `view`, `digest` (SHA-256 of the PNG).",
        "Projections add `silhouette` and `rotation`; a grey level is 255 times the square root of thickness over the "
        "part's longest extent. Sequences add `layer` (number from 0) and `fraction` of the print; their views are "
        "`layer` (what is laid in that layer) and `camera_NN`.",
    ]


def _table(kind: str, found: dict[str, dict[str, Counter[str]]], names: Any) -> list[str]:
    head = ["| " + " | ".join([kind, *found]) + " |", "|---" * (len(found) + 1) + "|"]
    return [*head, *("| " + " | ".join([name, *(str(found[t][kind][name]) for t in found)]) + " |" for name in names)]


def croissant(index: dict[str, Any]) -> dict[str, Any]:
    """Croissant 1.0 metadata: each shard with its digest, each table with its fields."""
    tables = sorted({file["path"].split("/")[0] for file in index["files"]})
    files: list[dict[str, Any]] = [
        {
            "@type": "cr:FileObject",
            "@id": file["path"],
            "name": file["path"],
            "contentUrl": file["path"],
            "contentSize": f"{file['bytes']} B",
            "encodingFormat": "application/x-parquet",
            "sha256": file["sha256"],
        }
        for file in index["files"]
    ]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": "c3po-print-jobs",
        "description": _ABOUT,
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "license": "https://www.apache.org/licenses/LICENSE-2.0",
        "version": f"{index['version']}.0.0",
        "citeAs": "C3PO print jobs, made with the c3po package.",
        "creator": {"@type": "sc:Organization", "name": "C3PO contributors"},
        "distribution": [*files, *map(_file_set, tables)],
        "recordSet": [_record_set(table) for table in tables],
    }


def _file_set(table: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": table + "-shards",
        "name": table + "-shards",
        "encodingFormat": "application/x-parquet",
        "includes": table + "/*.parquet",
    }


def _record_set(table: str) -> dict[str, Any]:
    kinds = {"int64": "sc:Integer", "int32": "sc:Integer", "string": "sc:Text", "float": "sc:Float"}
    fields = []
    for column in schema(table):
        source: dict[str, Any] = {"fileSet": {"@id": f"{table}-shards"}, "extract": {"column": column.name}}
        if str(column.type).startswith("struct"):
            source["transform"] = {"jsonPath": "bytes"}
        fields.append(
            {
                "@type": "cr:Field",
                "@id": f"{table}/{column.name}",
                "name": column.name,
                "dataType": kinds.get(str(column.type), "sc:ImageObject"),
                "source": source,
            }
        )
    return {"@type": "cr:RecordSet", "@id": table, "name": table, "field": fields}


_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
