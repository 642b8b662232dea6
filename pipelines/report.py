"""Stage report: one HTML page with everything that was measured, pictures inside."""

import base64
import csv
import html
import io
import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from c3po.dataset.building import TOOLPATHS
from c3po.dataset.files import written_whole
from c3po.dataset.jobs import read_job, solid_of
from c3po.dataset.manifest import read_manifest
from c3po.imaging import toned, view_stack
from c3po.shapes import LABELS
from pipelines.params import BASELINES, EVALUATION, PACKED, REPORT, SCREEN, SET

mpl.use("Agg")
from matplotlib import pyplot as plt

EXAMPLES = 6
STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:right}
td:first-child,th:first-child{text-align:left}img{max-width:100%}h2{margin-top:2rem}"""


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def json_of(path: Path) -> Any:
    """The content of a JSON file."""
    return json.loads(path.read_text("utf-8"))


def picture(figure: Any) -> str:
    """A figure as an HTML image that needs no file beside it."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}">'


def curve(rows: list[dict[str, str]], x: str, y: str, x_name: str, y_name: str) -> str:
    """A line through the rows of a table."""
    figure, axes = plt.subplots(figsize=(5, 4))
    axes.plot([float(row[x]) for row in rows], [float(row[y]) for row in rows], drawstyle="steps-post")
    axes.set(xlabel=x_name, ylabel=y_name, xlim=(0, 1), ylim=(0, 1.02))
    axes.grid(alpha=0.3)
    return picture(figure)


def confusion(rows: list[dict[str, str]]) -> str:
    """Counts of labels said for each true label."""
    counts = np.zeros((len(LABELS), len(LABELS)), int)
    for row in rows:
        if row["predicted"] in LABELS:
            counts[LABELS.index(row["actual"]), LABELS.index(row["predicted"])] += 1
    figure, axes = plt.subplots(figsize=(7, 6))
    axes.imshow(counts / np.maximum(1, counts.sum(axis=1, keepdims=True)), cmap="Blues", vmin=0, vmax=1)
    for (i, j), count in np.ndenumerate(counts):
        if count:
            axes.text(j, i, str(count), ha="center", va="center", fontsize=8)
    axes.set_xticks(range(len(LABELS)), LABELS, rotation=60, ha="right")
    axes.set_yticks(range(len(LABELS)), LABELS)
    axes.set(xlabel="said", ylabel="true")
    return picture(figure)


def examples(outcomes: list[dict[str, str]], right: bool) -> str:
    """Side views of parts that were judged right or wrong, the surest first."""
    chosen = [row for row in outcomes if row["said"] and (row["said"] == row["label"]) is right]
    chosen = sorted(chosen, key=lambda row: -float(row["score"]))[:EXAMPLES]
    if not chosen:
        return "<p>None.</p>"
    entries = {entry.part: entry for entry in read_manifest(SET / "manifest.csv")}
    figure, axes = plt.subplots(1, len(chosen), figsize=(2 * len(chosen), 2.4), squeeze=False)
    for axis, row in zip(axes[0], chosen, strict=True):
        solid = solid_of(read_job(entries[row["part"]], SET / TOOLPATHS)[0])
        if solid is not None:
            axis.imshow(toned(view_stack(solid, 64))[5], cmap="gray")
        axis.set_title(f"{row['label']}\nsaid {row['said']}", fontsize=8)
        axis.axis("off")
    return picture(figure)


def grid(rows: list[list[str]]) -> str:
    """A table, the first row as its head."""
    head, *body = ([html.escape(cell) for cell in row] for row in rows)
    lines = ["<tr>" + "".join(f"<th>{cell}</th>" for cell in head) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in body]
    return "<table>" + "".join(lines) + "</table>"


def rates(figures: dict[str, Any]) -> list[list[str]]:
    """The evaluation's rates as rows."""
    rows = [["", "share", "95 % interval", "jobs"]]
    for name, value in figures.items():
        if isinstance(value, dict):
            share = "-" if value["share"] is None else f"{value['share']:.3f}"
            rows.append([name.replace("_", " "), share, f"{value['low']:.3f} to {value['high']:.3f}", str(value["n"])])
        elif isinstance(value, float):
            rows.append([name.replace("_", " "), f"{value:.3f}", "", str(figures["jobs"])])
    return rows


def page() -> str:
    """The whole page."""
    index, packed, training = (
        json_of(SET / "dataset.json"),
        json_of(PACKED / "metrics.json"),
        json_of(SCREEN / "metrics.json"),
    )
    outcomes = rows_of(EVALUATION / "outcomes.csv")
    tables: dict[str, int] = {}
    for file in index["files"]:
        name = file["path"].split("/")[0]
        tables[name] = tables.get(name, 0) + file["rows"]
    compared = [["method", "data", "seen", "unseen", "n seen", "n unseen"]]
    for score in json_of(BASELINES / "scores.json"):
        numbers = [f"{score[kind]:.4f}" for kind in ("seen", "unseen")] + [str(score["n_seen"]), str(score["n_unseen"])]
        compared.append([score["method"], score["data"], *numbers])
    sizes = [["network", "bytes", "accuracy on unseen families"]]
    sizes += [
        [name, str(packed[name]["bytes"]), f"{packed[name]['accuracy_unseen']:.4f}"] for name in ("dense", "screen")
    ]
    parts = [
        f"<!doctype html><meta charset=utf-8><title>C3PO report</title><style>{STYLE}</style><h1>C3PO report</h1>",
        f"<p>{index['plan']['parts']} parts, {sum(tables.values())} images.</p>",
        grid([["table", "images"], *([name, str(count)] for name, count in tables.items())]),
        "<h2>Print jobs of unseen families</h2>",
        "<p>No part of these families was in training; other parts of them set the thresholds.</p>",
        grid(rates(json_of(EVALUATION / "metrics.json"))),
        f"<p>ROC area on held-out families while training: {training['roc_area_unseen']:.4f}.</p>",
        curve(rows_of(EVALUATION / "roc.csv"), "false_alarms", "found", "false alarms", "guns found"),
        "<h2>Confusion</h2>",
        confusion(rows_of(EVALUATION / "confusion.csv")),
        "<h2>Detection over print progress</h2>",
        curve(rows_of(EVALUATION / "progress.csv"), "fraction", "stopped", "fraction printed", "gun jobs stopped"),
        "<h2>Judged right</h2>",
        examples(outcomes, right=True),
        "<h2>Judged wrong</h2>",
        examples(outcomes, right=False),
        "<h2>Networks</h2>",
        grid(sizes),
        "<h2>Methods on the data set</h2>",
        "<p>Accuracy over ten labels. <em>Seen</em> deals images out at random, as the paper does; <em>unseen</em> "
        "keeps whole families apart.</p>",
        grid(compared),
    ]
    return "\n".join(parts) + "\n"


def main() -> None:
    written_whole(REPORT / "index.html", page().encode())
    print(REPORT / "index.html")


if __name__ == "__main__":
    main()
