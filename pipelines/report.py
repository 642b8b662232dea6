"""Stage report: one HTML page with everything that was measured, pictures inside."""

import csv
import html
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from c3po.dataset.building import TOOLPATHS
from c3po.dataset.files import written_whole
from c3po.dataset.jobs import read_job, solid_of
from c3po.dataset.manifest import Entry, read_manifest
from c3po.imaging import toned, view_stack
from c3po.networks.comparison import Score, share_text, table_rows
from c3po.networks.samples import WEAPON_LABELS
from pipelines import drawing
from pipelines.params import BASELINES, EVALUATION, PACKED, REFINED, REPORT, SCREEN, SET

EXAMPLES = 12
ENOUGH = 100  # gun jobs, for an interval no wider than twenty points
BUDGETS = (0.001, 0.005, 0.01, 0.02, 0.05)
STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:58rem;margin:2rem auto;padding:0 1rem;color:#22303c}
h1{margin-bottom:.2rem}h2{margin-top:2.6rem;border-bottom:2px solid #b3261e;padding-bottom:.2rem}
table{border-collapse:collapse;margin:1rem 0}
td,th{border-bottom:1px solid #d5dbe0;padding:.25rem .8rem;text-align:right}
th{border-bottom:2px solid #22303c}td:first-child,th:first-child{text-align:left}
figure{margin:1rem 0}img{max-width:100%}figcaption{font-size:.85rem;color:#56646f}
.answer{background:#fbeeed;padding:.8rem 1.1rem;border-left:5px solid #b3261e}code{background:#eef1f3;padding:0 .25rem}
.digest{font-size:.8rem;word-break:break-all}"""
Rows = list[dict[str, str]]


def rows_of(path: Path) -> Rows:
    """The rows of a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def json_of(path: Path) -> Any:
    """The content of a JSON file."""
    return json.loads(path.read_text("utf-8"))


def grid(rows: list[list[str]]) -> str:
    """A table, the first row as its head."""
    head, *body = ([html.escape(cell) for cell in row] for row in rows)
    lines = ["<tr>" + "".join(f"<th>{cell}</th>" for cell in head) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in body]
    return "<table>" + "".join(lines) + "</table>"


def is_gun(row: dict[str, str]) -> bool:
    """Whether the job of this outcome prints one of the weapon labels."""
    return row["label"] in WEAPON_LABELS


def counted(rows: Rows, *findings: str) -> tuple[int, int]:
    """How many of the jobs had one of these findings, and of how many."""
    return sum(row["finding"] in findings for row in rows), len(rows)


def answer(outcomes: Rows) -> str:
    """The first sentence: what was found and what was disturbed."""
    guns, others = [row for row in outcomes if is_gun(row)], [row for row in outcomes if not is_gun(row)]
    stopped, n_guns = counted(guns, "weapon")
    wrongly, n_others = counted(others, "weapon")
    few = " <b>Too few jobs to judge by: this profile shows that the pipeline runs.</b>" if n_guns < ENOUGH else ""
    return (
        f'<p class="answer">Of <b>{n_guns}</b> print jobs of guns, of families that the network never saw, '
        f"<b>{stopped}</b> were called weapon: {share_text(stopped, n_guns)} %. Of <b>{n_others}</b> harmless jobs "
        f"<b>{wrongly}</b> were: {share_text(wrongly, n_others)} %. In brackets: 95 % interval (Wilson).{few}</p>"
    )


def findings(outcomes: Rows) -> str:
    """What was said, by what the job prints."""
    rows = [["the job prints", "jobs", "weapon, %", "review, %", "clear, %"]]
    for name in [*WEAPON_LABELS, "anything else"]:
        own = [row for row in outcomes if (row["label"] == name if name in WEAPON_LABELS else not is_gun(row))]
        cells = [share_text(*counted(own, finding)) for finding in ("weapon", "review", "clear")]
        rows.append([name.replace("_", " "), str(len(own)), *cells])
    return grid(rows)


def at_budgets(scores: NDArray[np.float64], guns: NDArray[np.bool_]) -> str:
    """Guns found where the threshold lets so many harmless jobs through as false alarms."""
    rows = [["false alarms allowed", "harmless jobs at or above", "guns found, %"]]
    others = np.sort(scores[~guns])[::-1]
    for budget in BUDGETS:
        allowed = int(budget * len(others))
        above = scores[guns] > (others[allowed] if allowed < len(others) else -np.inf)
        rows.append([f"{100 * budget:g} %", f"{allowed} of {len(others)}", share_text(int(above.sum()), len(above))])
    return grid(rows)


def examples(outcomes: Rows, entries: dict[str, Entry], caption: str) -> str:
    """Parts as the network sees them, along their second principal axis, the gravest first."""
    images, titles = [], []
    for row in outcomes[:EXAMPLES]:
        solid = solid_of(read_job(entries[row["part"]], SET / TOOLPATHS)[0])
        if solid is not None:
            images.append(toned(view_stack(solid, 64))[5])
            said = row["said"].replace("_", " ") or "nothing"
            titles.append(f"{row['family'].replace('_', ' ')}\n{row['finding']} {float(row['score']):.2f}: {said}")
    more = f"; {EXAMPLES} of {len(outcomes)} shown" if len(outcomes) > EXAMPLES else ""
    return drawing.parts(images, titles, caption + more)


def galleries(outcomes: Rows) -> list[str]:
    """Right and wrong, in pictures."""
    entries = {entry.part: entry for entry in read_manifest(SET / "manifest.csv")}
    surest = sorted(outcomes, key=lambda row: -float(row["score"]))
    guns, others = [row for row in surest if is_gun(row)], [row for row in surest if not is_gun(row)]
    return [
        "<h3>Right</h3>",
        examples([row for row in guns if row["finding"] == "weapon"], entries, "Guns called weapon, surest first"),
        examples(
            [row for row in others if row["finding"] == "clear"],
            entries,
            "Harmless and cleared, nearest to an alarm first",
        ),
        "<h3>Wrong</h3>",
        examples([row for row in guns[::-1] if row["finding"] == "clear"], entries, "Guns cleared, lowest score first"),
        examples(
            [row for row in others if row["finding"] != "clear"], entries, "Harmless and stopped or sent to review"
        ),
    ]


def materials(index: dict[str, Any], training: dict[str, Any]) -> list[str]:
    """What it was measured on."""
    tables: dict[str, int] = {}
    for file in index["files"]:
        name = file["path"].split("/")[0]
        tables[name] = tables.get(name, 0) + file["rows"]
    seen, unseen = len(training["families_seen"]), len(training["families_unseen"])
    digests = [["contents", "SHA-256"], *([name, digest] for name, digest in index["contents"].items())]
    return [
        f"<p>{index['plan']['parts']} parts, drawn in code, sliced to G-code and read back. Images: "
        + ", ".join(f"{count} in <code>{name}</code>" for name, count in tables.items())
        + f". The network was trained on parts of {seen} families and is judged on print jobs of {unseen} others. "
        "Its thresholds were set on other parts of these, so the rates at the policy's thresholds are a little kind; "
        "the ROC curve does not depend on them. It was trained for this page: the released one has its own card.</p>",
        "<p>Everything here is generated: real parts vary more. Gun shapes are solid, non-functional silhouettes.</p>",
        f'<div class="digest">{grid(digests)}</div>',
    ]


def sizes(packed: dict[str, Any]) -> str:
    """The packed networks."""
    rows = [["file", "bytes", "accuracy on unseen families", "same label as before packing"]]
    for name in ("dense", "screen"):
        own = packed[name]
        rows.append([f"{name}.c3po", str(own["bytes"]), f"{own['accuracy_unseen']:.3f}", f"{own['same_label']:.3f}"])
    return grid(rows)


def hidden(summary: dict[str, Any]) -> list[str]:
    """What is still seen of guns that somebody tried to hide."""
    if not summary["weapons"]:
        return ["<p>No gun family was held out, so none was hidden.</p>"]
    rows = [["what was done", "a person sees", "called weapon", "flagged", "95 % interval"]]
    for row in summary["evasions"]:
        weapon, flagged = row["weapon"], row["flagged"]
        interval = f"{100 * flagged['low']:.0f} to {100 * flagged['high']:.0f} %"
        counts = [f"{own['hits']} of {own['n']}" for own in (weapon, flagged)]
        rows.append([row["evasion"], row["person"], *counts, interval])
    return [
        f"<p>{summary['weapons']} generated guns of families that were not trained on, each under every change; "
        f"flagged is weapon or review. Mean {100 * summary['mean_flagged']:.0f} %, worst: {summary['worst']}.</p>",
        grid(rows),
    ]


def real_parts(refined: dict[str, Any]) -> list[str]:
    """How it does on real parts whose sources it had not seen."""
    if not refined.get("folds"):
        return [
            "<p>The network has seen no real part, and none was asked about: name a manifest as <code>corpus.manifest"
            "</code> in <code>params.yaml</code>. What generated parts say of real ones is limited.</p>"
        ]
    rates = list(refined["folds"][0]["found"])
    head = ["sources", "guns", "harmless parts", "ROC area", *(f"found at {100 * float(rate):g} %" for rate in rates)]
    rows = [head]
    for fold in refined["folds"]:
        shares = [f"{100 * fold['found'][rate]:.0f} %" for rate in rates]
        rows.append([str(fold["fold"]), str(fold["guns"]), str(fold["benign"]), f"{fold['roc_area']:.3f}", *shares])
    return [
        "<p>Real meshes, each asked about by a network that had seen no part of its source (repository or artist), in "
        "random poses; the columns are false-alarm rates on the harmless ones. Row <em>growing</em>: prints not "
        "finished. These are the networks before compression.</p>",
        grid(rows),
    ]


def rivals(scores: list[dict[str, Any]]) -> str:
    """Every method on the same data."""
    return grid([["method", "data", "seen, %", "n", "unseen, %", "n"], *table_rows([Score(**row) for row in scores])])


def page() -> str:
    """The whole page."""
    index, training = json_of(SET / "dataset.json"), json_of(SCREEN / "metrics.json")
    outcomes, growing = rows_of(EVALUATION / "outcomes.csv"), rows_of(EVALUATION / "progress.csv")
    scores = np.array([float(row["score"]) for row in outcomes])
    guns = np.array([is_gun(row) for row in outcomes])
    area = json_of(EVALUATION / "metrics.json")["roc_area_unseen"]
    told = (
        f"ROC over {sum(~guns)} harmless jobs and {sum(guns)} of guns; area {area:.4f}. Right: its first tenth. "
        "Shaded: 95 % interval of the share found."
    )
    grown = f"Share of {growing[0]['n']} gun jobs, replayed layer by layer, stopped before that much was printed."
    pairs = [(row["label"], row["said"]) for row in outcomes]
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>C3PO: what was measured</title>',
        f"<style>{STYLE}</style>",
        "<h1>Is this print job a weapon?</h1><p>What was measured, on what, and where it fails.</p>",
        answer(outcomes),
        "<h2>What it was measured on</h2>",
        *materials(index, training),
        "<h2>Verdicts</h2>",
        "<p>Three findings: <em>weapon</em> stops a job, <em>review</em> asks a person, <em>clear</em> prints.</p>",
        findings(outcomes),
        "<h2>False alarms against guns found</h2>",
        drawing.roc(scores, guns, told),
        at_budgets(scores, guns),
        "<h2>Labels</h2>",
        drawing.confusion(pairs, "Jobs by what they print and what was said; in brackets how many."),
        "<h2>While it prints</h2>",
        drawing.progress(growing, grown),
        "<h2>Real parts, their sources left out</h2>",
        *real_parts(json_of(REFINED / "refined.json")),
        "<h2>Guns that somebody tried to hide</h2>",
        *hidden(json_of(EVALUATION / "evasion.json")),
        "<h2>Examples</h2>",
        "<p>As the network sees them. Above each: family, finding with score, label said.</p>",
        *galleries(outcomes),
        "<h2>Networks</h2>",
        sizes(json_of(PACKED / "metrics.json")),
        "<h2>Other methods on the same data</h2>",
        "<p>How often each names the right one of ten labels. <em>Seen</em> deals images, films or parts at random,",
        "as the papers do: a test image then has near-twins in training. <em>Unseen</em> keeps whole families apart.",
        "Images of one part resemble each other, so intervals over images are narrower than the truth.</p>",
        rivals(json_of(BASELINES / "scores.json")),
        "<h2>To make this page</h2>",
        "<p><code>dvc repro</code> with the same <code>params.yaml</code>. The numbers stand in the",
        "folders <code>evaluation</code>, <code>packed</code>, <code>baselines</code> and <code>set</code> of "
        "<code>data</code>.</p>",
    ]
    return "\n".join(parts) + "</html>\n"


def main() -> None:
    written_whole(REPORT / "index.html", page().encode())
    print(REPORT / "index.html")


if __name__ == "__main__":
    main()
