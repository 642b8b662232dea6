"""The released files: per row the seed with the best validation error, its figures beside it."""

import json
import shutil
from typing import Any

from .running import FOLDER, STAGES, key
from .table import results_of

RELEASED = ("nonzeros", "file-small", "values", "file-accurate", "structured", "binary")
MODELS = FOLDER / "models" / "lenet5"
KEPT = (
    "command", "seed", "revision", "nonzeros", "dense_weights", "rate", "validation_error_percent",
    "file_bytes", "file_parts", "file_ratio", "values_only_ratio",
)  # fmt: skip


def release() -> None:
    """Copies ``out/lenet5/ROW-SEED.c3po`` to ``models/lenet5/ROW.c3po`` and writes ``figures.json``."""
    MODELS.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Any] = {}
    for row in RELEASED:
        results = [r for r in results_of(row, "mnist") if "file_bytes" in r]
        if not results:
            print(f"{row}: not run")
            continue
        best = min(results, key=lambda r: (r["validation_error_percent"], r["seed"]))
        shutil.copyfile(STAGES / f"{key(row, 'mnist', best['seed'])}.c3po", MODELS / f"{row}.c3po")
        figures[row] = {name: best[name] for name in KEPT if name in best}
        figures[row] |= {"test_error_percent": best["file_test_error_percent"], "sha256": best["file_sha256"]}
        print(f"{row}: seed {best['seed']}, {best['file_bytes']} bytes")
    (MODELS / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    text = (MODELS / "README.md").read_text()
    (MODELS / "README.md").write_text(text.partition("| file |")[0] + listing(figures))


def listing(figures: dict[str, Any]) -> str:
    """The files in Markdown: bytes, decoded test error, command."""
    lines = [
        "| file | nonzeros | bytes | ratio | test error of the decoded file | command |",
        "|---|---|---|---|---|---|",
    ]
    for row, told in figures.items():
        size = f"{told['file_bytes']:,} | {told['file_ratio']:,.0f}x"
        error = f"{told['test_error_percent']:.2f} %"
        lines.append(f"| `{row}.c3po` | {told['nonzeros']:,} | {size} | {error} | `{told['command']}` |")
    return "\n".join(lines) + "\n"
