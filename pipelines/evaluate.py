"""Stage evaluate: the packed network judges the print jobs of the families that were held out of its training."""

import csv
import io
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from c3po.dataset.building import MANIFEST, TOOLPATHS
from c3po.dataset.files import written_whole
from c3po.dataset.jobs import paths_of
from c3po.dataset.manifest import Entry, read_manifest
from c3po.errors import ManifestError
from c3po.figures import roc_area, wilson_interval
from c3po.networks.samples import WEAPON_LABELS
from c3po.shapes import FAMILIES
from c3po.verdict.evasion import evasion_summary, judged_evasions
from c3po.verdict.judging import judge_file
from c3po.verdict.screen import Screen
from c3po.verdict.verdict import Verdict
from pipelines.params import EVALUATION, PACKED, SCREEN, SET, section, show, workers

MOMENTS = np.linspace(0.05, 1.0, 20)


@dataclass(frozen=True)
class Outcome:
    """What the screen said of one job. ``decided`` is the fraction of the print at which it would have been stopped."""

    part: str
    family: str
    label: str
    said: str
    score: float
    finding: str
    decided: float | None

    @property
    def is_gun(self) -> bool:
        """Whether the part is one of the weapon labels."""
        return self.label in WEAPON_LABELS


def judged(task: tuple[Entry, Path, Path, bool]) -> Outcome:
    """The outcome of one job."""
    entry, toolpath, network, early = task
    verdict = judge_file(toolpath, Screen.open(network), early=early).verdict
    decided = verdict.decided_at.fraction if verdict.decided_at else None
    return Outcome(entry.part, entry.family, entry.label, verdict.label, verdict.score, verdict.finding.value, decided)


def figures(outcomes: list[Outcome]) -> dict[str, Any]:
    """Rates with counts and intervals, ROC area, accuracy."""
    guns = [each for each in outcomes if each.is_gun]
    others = [each for each in outcomes if not each.is_gun]
    known = [each for each in outcomes if each.said]
    return {
        "jobs": len(outcomes),
        "accuracy_unseen": _share(sum(each.said == each.label for each in known), len(known)),
        "roc_area_unseen": roc_area([each.score for each in outcomes], [each.is_gun for each in outcomes]),
        "guns_stopped": _rate([each.finding == "weapon" for each in guns]),
        "guns_flagged": _rate([each.finding != "clear" for each in guns]),
        "others_stopped": _rate([each.finding == "weapon" for each in others]),
        "others_flagged": _rate([each.finding != "clear" for each in others]),
    }


def _share(hits: int, n: int) -> float | None:
    return hits / n if n else None


def _rate(hits: list[bool]) -> dict[str, Any]:
    low, high = wilson_interval(sum(hits), len(hits))
    return {"n": len(hits), "share": _share(sum(hits), len(hits)), "low": round(low, 4), "high": round(high, 4)}


def roc_rows(outcomes: list[Outcome]) -> Iterator[dict[str, float]]:
    """Points of the ROC curve from the strictest threshold to the loosest."""
    scores = np.array([each.score for each in outcomes])
    guns = np.array([each.is_gun for each in outcomes])
    for threshold in [np.inf, *np.unique(scores)[::-1]]:
        told = scores >= threshold
        yield {"false_alarms": _mean(told[~guns]), "found": _mean(told[guns])}


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if values.size else 0.0


def progress_rows(outcomes: list[Outcome]) -> Iterator[dict[str, float]]:
    """Share of weapon jobs stopped by each fraction of the print, its 95 % interval and how many jobs there were."""
    decided = np.array([np.inf if each.decided is None else each.decided for each in outcomes if each.is_gun])
    for moment in MOMENTS:
        low, high = wilson_interval(int((decided <= moment).sum()), len(decided))
        shares = {"stopped": _mean(decided <= moment), "low": round(low, 4), "high": round(high, 4)}
        yield {"fraction": round(float(moment), 3), **shares, "n": len(decided)}


def table(rows: list[dict[str, Any]], names: list[str]) -> bytes:
    """Rows as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def unseen_jobs(entries: list[Entry], training: dict[str, Any]) -> list[Entry]:
    """The entries of families that were not trained on.

    Raises
    ------
    ManifestError
        There are none.
    """
    unseen = set(training["families_unseen"])
    kept = [entry for entry in entries if entry.family in unseen]
    if not kept:
        raise ManifestError(f"{SET / MANIFEST}: expected parts of {sorted(unseen)}, found none; make more parts")
    return kept


def evaded(task: tuple[str, int, Path]) -> dict[str, Verdict]:
    """The verdicts on a generated gun under every evasion."""
    family, seed, network = task
    mesh = FAMILIES[family].generate(np.random.default_rng([seed, 17, *family.encode()]))
    return {evasion.name: verdict for evasion, verdict in judged_evasions(mesh, Screen.open(network), seed=seed)}


def hidden_guns(training: dict[str, Any], count: int) -> list[tuple[str, int, Path]]:
    """``count`` guns of families that were not trained on, in turn."""
    guns = [name for name in training["families_unseen"] if FAMILIES[name].label in WEAPON_LABELS]
    return [(guns[i % len(guns)], i // len(guns), PACKED / "screen.c3po") for i in range(count if guns else 0)]


def main() -> None:
    training = json.loads((SCREEN / "metrics.json").read_text("utf-8"))
    entries = unseen_jobs(read_manifest(SET / MANIFEST), training)
    values = section("evaluate")
    early_left = int(values["early_parts"])
    tasks = []
    for entry in entries:
        early = entry.label in WEAPON_LABELS and early_left > 0
        early_left -= early
        tasks.append((entry, paths_of(SET / TOOLPATHS, entry)[0], PACKED / "screen.c3po", early))
    outcomes = []
    with ProcessPoolExecutor(workers()) as pool:
        for done, outcome in enumerate(pool.map(judged, tasks, chunksize=4), start=1):
            outcomes.append(outcome)
            show("judged", done, len(tasks))
        hidden = list(pool.map(evaded, hidden_guns(training, int(values["evasion_guns"]))))
    replayed = {task[0].part for task in tasks if task[3]}
    written_whole(EVALUATION / "evasion.json", json.dumps(evasion_summary(hidden), indent=1).encode())
    written_whole(EVALUATION / "metrics.json", json.dumps(figures(outcomes), indent=1).encode())
    written_whole(EVALUATION / "outcomes.csv", table([vars(each) for each in outcomes], list(vars(outcomes[0]))))
    written_whole(EVALUATION / "roc.csv", table(list(roc_rows(outcomes)), ["false_alarms", "found"]))
    confusion = [{"actual": each.label, "predicted": each.said or "none"} for each in outcomes]
    written_whole(EVALUATION / "confusion.csv", table(confusion, ["actual", "predicted"]))
    growing = [each for each in outcomes if each.part in replayed]
    written_whole(
        EVALUATION / "progress.csv", table(list(progress_rows(growing)), ["fraction", "stopped", "low", "high", "n"])
    )


if __name__ == "__main__":
    main()
