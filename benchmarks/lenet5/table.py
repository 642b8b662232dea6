"""The table: the best known figure beside ours, mean and worst over the seeds; rows without a result say so."""

import json
from typing import Any

from .rows import ROWS
from .running import RESULTS


def results_of(row: str, data: str) -> list[dict[str, Any]]:
    prefix = row if data == "mnist" else f"{data}-{row}"
    found = [json.loads(path.read_text()) for path in sorted(RESULTS.glob(f"{prefix}-[0-9].json"))]
    return [result for result in found if result["row"] == row]


def beside(row: str, data: str = "mnist") -> str:
    """One row in a sentence: the best known figure, and ours from the result files (or that there is none)."""
    results = results_of(row, data)
    known = f"{row}: best known {ROWS[row].best_known or 'nothing public'}"
    if not results:
        return f"{known}; ours: not run"
    errors = [r.get("file_test_error_percent", r["test_error_percent"]) for r in results]
    rate = f"{min(r['rate'] for r in results):.0f}x at " if results[0]["rate"] else ""
    seeds = "1 seed" if len(errors) == 1 else f"{len(errors)} seeds, worst {max(errors):.2f} %"
    files = [r["file_bytes"] for r in results if r.get("file_bytes")]
    size = f", at most {max(files):,} bytes" if files else ""
    return f"{known}; ours: {rate}{sum(errors) / len(errors):.2f} % ({seeds}){size}"


def print_table(data: str) -> None:
    """Markdown on stdout."""
    print("| row | best known | bar | seeds | rate | nonzeros | test error %, mean (worst) | file bytes | CPU s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, row in ROWS.items():
        results = results_of(name, data)
        bar = "" if row.bar is None else f"<= {row.bar:.2f} %"
        if row.max_bytes:
            bar += f", <= {row.max_bytes:,} B"
        print(f"| {name} | {row.best_known} | {bar} | {summary(results)} |")


def summary(results: list[dict[str, Any]]) -> str:
    if not results:
        return "not run | | | | |"
    errors = [r.get("file_test_error_percent", r["test_error_percent"]) for r in results]
    nonzeros = ", ".join(sorted({f"{r['nonzeros']:,}" for r in results}))
    rate = f"{max(r['rate'] for r in results):.0f}x" if results[0]["rate"] else ""
    files = [r["file_bytes"] for r in results if r.get("file_bytes")]
    seconds = sum(sum(r["cpu_s"].values()) for r in results) / len(results)
    error = f"{sum(errors) / len(errors):.2f} ({max(errors):.2f})"
    return f"{len(results)} | {rate} | {nonzeros} | {error} | {max(files) if files else ''} | {seconds:.0f}"
