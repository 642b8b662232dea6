"""Guns and harmless things of many makers, each judged by a network that has seen nothing of its maker.

``python -m benchmarks.strangers INDEX [RUN]``. INDEX is the ``index.csv`` that ``c3po dataset corpus add`` made of the
models of ``python -m pipelines.packages``. A part whose source was trained on is judged by the packed network of its
fold in RUN (``c3po train --corpus``, ``c3po compress``), every other by the released network. Without RUN all are
judged by the released network, which is right as long as it was trained on none of them.
"""

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.accuracy.folds import fold_screens
from c3po.cli.cache import JobCache
from c3po.networks.corpus import CorpusPart, read_corpus
from c3po.networks.refining import read_folds
from c3po.networks.release import FOLDS
from c3po.verdict.evaluation import Case, rate
from c3po.verdict.screen import Screen

RESULTS = Path(__file__).parent / "results" / "strangers.json"
NEVER = "never trained on"
LEFT_OUT = "left out in turn"


def judged(parts: Sequence[CorpusPart], screen: Screen, jobs: int) -> list[Case]:
    """The verdict of one network on each part."""
    answers = JobCache(None, screen.size_px).judged([part.path for part in parts], screen, jobs)
    return [Case(p.path, p.source, p.label, a.verdict) for p, a in zip(parts, answers, strict=True)]


def counts(cases: Sequence[Case]) -> dict[str, dict[str, Any]]:
    """For guns and harmless things, all and by maker: how many are called weapon, how many flagged."""
    told = {}
    for truth in ("gun", "benign"):
        for source in ("all", *sorted({case.category for case in cases})):
            own = [case for case in cases if case.truth == truth and source in ("all", case.category)]
            if own:
                weapon, flagged = (rate(own, weapon_only=only).to_json() for only in (True, False))
                told[f"{truth}, {source}"] = {"weapon": weapon, "flagged": flagged}
    return told


def paths_there(index: Path) -> dict[str, str]:
    """Where each file of a corpus came from: its path in the package."""
    with (index.parent / "licences.csv").open(newline="", encoding="utf-8") as lines:
        return {Path(row["file"]).name: row["path"] for row in csv.DictReader(lines)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.strangers", description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("run", type=Path, nargs="?")
    parser.add_argument("--network", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    folds, parts = read_folds(FOLDS) if given.run else {}, read_corpus(given.index)
    released, held_back = Screen.open(given.network, None), fold_screens(given.run) if given.run else {}
    cases = {NEVER: judged([part for part in parts if part.source not in folds], released, given.jobs), LEFT_OUT: []}
    for fold, screen in held_back.items():
        own = [part for part in parts if folds.get(part.source) == fold]
        cases[LEFT_OUT] += judged(own, screen, given.jobs)
    paths = paths_there(given.index)
    told = {
        "network": released.network.digest[:12],
        "counts": {kind: counts(own) for kind, own in cases.items()},
        "models": [model_row(case, paths) for own in cases.values() for case in own],
    }
    given.out.write_text(json.dumps(told, indent=1) + "\n")
    for kind, groups in told["counts"].items():
        print(kind)
        for name, shares in groups.items():
            print(f"  {name}:", {finding: f"{share['hits']} of {share['n']}" for finding, share in shares.items()})
    return 0


def model_row(case: Case, paths: dict[str, str]) -> dict[str, Any]:
    verdict = case.verdict
    return {"source": case.category, "model": paths[case.path.name], "truth": case.truth,
            "finding": str(verdict.finding), "score": round(verdict.score, 3)}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
