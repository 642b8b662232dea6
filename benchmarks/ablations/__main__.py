"""``python -m benchmarks.ablations INDEX``: what the network sees and learns from; benchmarks/results/ablations.json.

INDEX is the index.csv of ``c3po dataset corpus add``. Rows and seeds that are there are not run again.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.ablations.rows import ROWS, Trained, forest, scored
from benchmarks.ablations.samples import generated, real
from c3po.figures import roc_area, share_at_rate
from c3po.networks.corpus import read_corpus
from c3po.networks.refining import GUNS, fold_of, read_folds
from c3po.networks.release import FOLDS

RESULTS = Path(__file__).parents[1] / "results" / "ablations.json"
RATES = (0.005, 0.01, 0.02)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("--rows", default=",".join([*ROWS, "forest"]))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--parts", type=int, default=6000, help="generated parts")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("out/ablations"), help="where parts that were seen are kept")
    given = parser.parse_args()
    parts = read_corpus(given.index)
    made, asked = (
        generated(given.parts, given.out / f"generated-{given.parts}.npz", given.workers),
        real(parts, given.out / "real.npz", given.workers),
    )
    labels = np.array([part.label for part in parts])[asked.part]
    gun, benign = np.isin(labels, GUNS), ~np.isin(labels, (*GUNS, "blade"))
    fold = fold_of(parts, read_folds(FOLDS))[asked.part]
    told: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    told["counts"] = {"generated": len(made.part), "gun_views": int(gun.sum()), "benign_views": int(benign.sum())}
    known: Trained = {}
    for seed in range(given.seeds):
        for name in given.rows.split(","):
            row = told.setdefault(name, {"says": ROWS[name].says if name in ROWS else "D2 and a random forest"})
            if str(seed) in row:
                continue
            started = time.process_time()
            scores = (
                forest(made, asked, seed) if name == "forest" else scored(ROWS[name], made, asked, fold, seed, known)
            )
            found = {str(rate): share_at_rate(scores[gun], scores[benign], rate) for rate in RATES}
            area = roc_area(scores[gun | benign], gun[gun | benign])
            row[str(seed)] = {"roc_area": area, "found": found, "cpu_s": round(time.process_time() - started, 1)}
            print(name, seed, row[str(seed)], flush=True)
            RESULTS.write_text(json.dumps(told, indent=1) + "\n")
    print(table(told))


def table(told: dict[str, Any]) -> str:
    """Mean and range over seeds, as Markdown."""
    lines = [
        "| what is changed | seeds | ROC area | guns found at 0.5 % | at 1 % | at 2 % |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in told.items():
        runs = [run for seed, run in row.items() if seed.isdigit()] if name != "counts" else []
        if runs:
            cells = [_spread([run["roc_area"] for run in runs], 1.0, 3)]
            cells += [_spread([run["found"][str(rate)] for run in runs], 100.0, 0) for rate in RATES]
            lines.append(f"| {row['says']} | {len(runs)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _spread(values: list[float], factor: float, digits: int) -> str:
    mean, low, high = (factor * f(values) for f in (np.mean, np.min, np.max))
    return f"{mean:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


if __name__ == "__main__":
    main()
