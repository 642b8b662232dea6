"""The table: the best known figure beside ours, mean and worst over the seeds; rows without a result say so."""

import json
import re
from typing import Any

from .rows import ROWS
from .running import FOLDER, RESULTS

Result = dict[str, Any]
PAGE = FOLDER / "docs" / "tutorials" / "lenet5.md"
HEAD = """\
| row | best known | bar | seeds | rate | validation % | test % mean (worst) | file B | ratio | values only | CPU s |
|---|---|---|---|---|---|---|---|---|---|---|"""


def results_of(row: str, data: str) -> list[Result]:
    prefix = row if data == "mnist" else f"{data}-{row}"
    found = [json.loads(path.read_text()) for path in sorted(RESULTS.glob(f"{prefix}-[0-9].json"))]
    return [result for result in found if result["row"] == row]


def test_error(result: Result) -> float:
    """Percent: of the decoded file where there is one, else of the network."""
    return float(result.get("file_test_error_percent", result["test_error_percent"]))


def beside(row: str, data: str = "mnist") -> str:
    """One row in a sentence: the best known figure, and ours from the result files (or that there is none)."""
    results = results_of(row, data)
    known = f"{row}: best known {ROWS[row].best_known or 'nothing public'}"
    if not results:
        return f"{known}; ours: not run"
    errors = [test_error(r) for r in results]
    rate = f"{min(r['rate'] for r in results):.0f}x at " if results[0]["rate"] else ""
    seeds = "1 seed" if len(errors) == 1 else f"{len(errors)} seeds, worst {max(errors):.2f} %"
    files = [r["file_bytes"] for r in results if r.get("file_bytes")]
    size = f", at most {max(files):,} bytes" if files else ""
    return f"{known}; ours: {rate}{sum(errors) / len(errors):.2f} % ({seeds}){size}"


def table(data: str) -> str:
    """Markdown; rows of Fashion-MNIST that did not run are left out, those of MNIST are named."""
    lines = [HEAD]
    for name, row in ROWS.items():
        results = results_of(name, data)
        if not results and data != "mnist":
            continue
        bar = "" if row.bar is None or data != "mnist" else f"<= {row.bar:.2f} %"
        if row.max_bytes and data == "mnist":
            bar += f", <= {row.max_bytes:,} B"
        known = row.best_known if data == "mnist" else ""
        lines.append(f"| `{name}` | {known} | {bar} | {summary(results)} |")
    return "\n".join(lines)


def summary(results: list[Result]) -> str:
    if not results:
        return "not run | | | | | | |"
    errors = [test_error(r) for r in results]
    validation = sum(r["validation_error_percent"] for r in results) / len(results)
    rate = f"{min(r['rate'] for r in results):.0f}x" if results[0]["rate"] else ""
    packed = [r for r in results if r.get("file_bytes")]
    size = f"{max(r['file_bytes'] for r in packed):,}" if packed else ""
    ratio = f"{min(r['file_ratio'] for r in packed):,.0f}x" if packed else ""
    values = f"{min(r['values_only_ratio'] for r in packed):,.0f}x" if packed else ""
    seconds = sum(sum(r["cpu_s"].values()) for r in results) / len(results)
    error = f"{sum(errors) / len(errors):.2f} ({max(errors):.2f})"
    return f"{len(results)} | {rate} | {validation:.2f} | {error} | {size} | {ratio} | {values} | {seconds:.0f}"


PEERS = {
    "prune-167x": "gmp-167x",
    "nonzeros": "gmp-350x",
    "file-small": "control-file",
    "circulant-8": "circulant-8-direct",
    "circulant-16": "circulant-16-direct",
}
"""What a row of ADMM is compared with, seed by seed."""


def versus(data: str = "mnist") -> str:
    """Markdown: A row and its peer of the same seed, start, teacher and epochs side by side; pairs that both ran."""
    lines = ["| row | peer | seed | ours: validation, test % | peer: validation, test % |", "|---|---|---|---|---|"]
    for row, peer in PEERS.items():
        others = {r["seed"]: r for r in results_of(peer, data)}
        for ours in results_of(row, data):
            if ours["seed"] in others:
                pair = " | ".join(
                    f"{r['validation_error_percent']:.2f}, {test_error(r):.2f}" for r in (ours, others[ours["seed"]])
                )
                lines.append(f"| `{row}` | `{peer}` | {ours['seed']} | {pair} |")
    return "\n".join(lines)


def parts() -> dict[str, str]:
    """What stands between the marks of docs/tutorials/lenet5.md."""
    return {"mnist": table("mnist"), "fashion": table("fashion"), "versus": versus()}


def document() -> None:
    """Puts the tables into docs/tutorials/lenet5.md, between their marks."""
    page = PAGE.read_text()
    for mark, text in parts().items():
        page = re.sub(
            rf"(<!-- {mark} -->\n).*?(<!-- end -->)", lambda m, t=text: m[1] + t + "\n" + m[2], page, flags=re.S
        )
    PAGE.write_text(page)
