"""The same verdicts in float32 and in int8: every file once, by the packed network that has not seen its source."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.folds import Asked
from c3po.errors import C3poError
from c3po.runtime import Network, pack_bytes, unpack
from c3po.runtime.int8 import measured_ranges, read_images
from c3po.verdict.evaluation import Case, report
from c3po.verdict.judging import judge_job, unanswered
from c3po.verdict.reading import read_job
from c3po.verdict.screen import Screen


def in_int8(screen: Screen, packed: Path, samples: Path) -> Screen:
    """The screen with ranges measured on the real parts that its network was refined on."""
    graph, metadata = unpack(packed)
    ranges = measured_ranges(graph, read_images(samples, graph.input_shape, metadata))
    data, _ = pack_bytes(graph, metadata | {"ranges": ranges})
    return replace(screen, network=Network(data, str(packed), arithmetic="int8"))


def both_ways(run: Path, asked: Sequence[Asked], screens: dict[int, Screen]) -> dict[str, Any]:
    """Reports by arithmetic, and how far scores lie apart; ``run`` holds small-N.c3po and real-without-N.npz."""
    by_name = {
        "float32": screens,
        "int8": {
            fold: in_int8(screen, run / f"small-{fold}.c3po", run / f"real-without-{fold}.npz")
            for fold, screen in screens.items()
        },
    }
    cases: dict[str, list[Case]] = {name: [] for name in by_name}
    for each in asked:
        try:
            job = read_job(each.path, screens[each.fold].size_px)
        except (C3poError, OSError):
            continue
        for name, own in by_name.items():
            screen = own[each.fold]
            verdict = judge_job(job, unanswered(str(each.path), screen), screen).verdict
            cases[name].append(Case(each.path, each.category, each.truth, verdict))
    apart = [abs(a.verdict.score - b.verdict.score) for a, b in zip(cases["float32"], cases["int8"], strict=True)]
    told: dict[str, Any] = {name: report(own) for name, own in cases.items()}
    return told | {"scores_apart": {"mean": float(np.mean(apart)), "largest": float(np.max(apart))}}
