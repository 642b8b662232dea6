"""``python -m benchmarks.accuracy RUN [DATA]``: figures of the folds of a run, into benchmarks/results/accuracy.json.

RUN is the folder of ``c3po train RUN --corpus INDEX``; DATA the development data (default ../shared/data).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.accuracy.arithmetic import both_ways
from benchmarks.accuracy.folds import Asked, asked_files, fold_screens
from benchmarks.accuracy.growing import growing_guns, growing_jobs
from benchmarks.accuracy.plates import harmless_plates
from benchmarks.accuracy.slicers import slicer_agreement
from c3po.cli.cache import JobCache
from c3po.cli.evasions import lines_of, mesh_in
from c3po.cli.report import report_lines
from c3po.errors import C3poError
from c3po.verdict.evaluation import Case, Rate, report
from c3po.verdict.evasion import evasion_summary, judged_evasions
from c3po.verdict.judging import judge_file
from c3po.verdict.screen import Screen
from c3po.verdict.verdict import Finding

RESULTS = Path(__file__).parents[1] / "results" / "accuracy.json"
PARTS = ("files", "jobs", "growing", "slicers", "plates", "evasion", "int8")


def judged_cases(asked: Sequence[Asked], screens: dict[int, Screen], jobs: int) -> list[Case]:
    """The verdict on every file from the network that has not seen its source."""
    cases = []
    for fold, screen in screens.items():
        own = [each for each in asked if each.fold == fold]
        answers = JobCache(None, screen.size_px).judged([each.path for each in own], screen, jobs)
        cases += [Case(e.path, e.category, e.truth, a.verdict) for e, a in zip(own, answers, strict=True)]
    return cases


def wild_jobs(folder: Path, screens: dict[int, Screen]) -> dict[str, Any]:
    """Findings on the wild G-code of each fold's network: jobs of printers that any of them flags, with reasons."""
    flagged, n = [], 0
    for path in sorted(folder.iterdir()):
        verdicts = [judge_file(path, screen).verdict for screen in screens.values()]
        if any(verdict.error for verdict in verdicts) or set(verdicts[0].reasons) & {"not-additive", "nothing-printed"}:
            continue
        n += 1
        if any(verdict.finding is not Finding.CLEAR for verdict in verdicts):
            told = [{"finding": str(v.finding), "score": round(v.score, 3), "why": list(v.reasons)} for v in verdicts]
            flagged.append({"job": path.name, "verdicts": told})
    weapons = sum(any(verdict["finding"] == "weapon" for verdict in job["verdicts"]) for job in flagged)
    return {"weapon": Rate(weapons, n).to_json(), "flagged": Rate(len(flagged), n).to_json(), "jobs": flagged}


def evaded(asked: Sequence[Asked], screens: dict[int, Screen]) -> dict[str, Any]:
    """The evasion suite on guns, each judged by the network that has not seen its source."""
    answers = []
    for number, each in enumerate(asked, start=1):
        print(f"evasion {number}/{len(asked)}", file=sys.stderr, flush=True)
        try:
            mesh = mesh_in(each.path)
        except C3poError:
            answers.append({})
            continue
        answers.append({evasion.name: verdict for evasion, verdict in judged_evasions(mesh, screens[each.fold])})
    return evasion_summary(answers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("data", type=Path, nargs="?", default=Path("../shared/data"))
    parser.add_argument("--only", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    if not (given.data / "weapons.csv").exists():
        sys.exit(f"{given.data}: expected the development data (weapons.csv, benign.csv), found none; name its folder")
    wanted, screens = given.only.split(","), fold_screens(given.run)
    asked = asked_files(given.data)
    guns = [each for each in asked if each.truth == "gun"]
    told = json.loads(given.out.read_text()) if given.out.exists() else {}
    if "files" in wanted:
        cases = judged_cases(asked, screens, given.jobs)
        told["files"] = report(cases)
        print("\n".join(report_lines(told["files"])))
        hard = [case for case in cases if case.category.startswith("hard_")]
        called = [case.verdict.finding is Finding.WEAPON for case in hard]
        told["hard"] = {"weapon": Rate(sum(called), len(hard)).to_json()}
    if "jobs" in wanted:
        told["jobs"] = wild_jobs(given.data / "gcode", screens)
        print("wild jobs", told["jobs"])
    if "growing" in wanted:
        told["growing"] = growing_guns(guns, screens)
        told["growing_jobs"] = growing_jobs(given.data / "gcode", screens)
        told["growing_jobs_vouched"] = growing_jobs(given.data / "gcode", screens, vouched=True)
        print({pose: row["median_fraction"] for pose, row in told["growing"].items()}, told["growing_jobs"])
    if "slicers" in wanted:
        told["slicers"] = slicer_agreement(asked, screens)
        print({name: rate["share"] for name, rate in told["slicers"]["each"].items()})
    if "plates" in wanted:
        told["plates"] = harmless_plates(asked, screens)
        print(json.dumps(told["plates"], indent=1))
    if "evasion" in wanted:
        told["evasion"] = evaded(guns, screens)
        print("\n".join(lines_of(told["evasion"])))
    if "int8" in wanted:
        told["int8"] = both_ways(given.run, asked, screens)
        for name in ("float32", "int8"):
            print("\n".join([name, *report_lines(told["int8"][name])]))
    told["training"] = json.loads((given.run / "refined.json").read_text())
    told["command"] = "python -m benchmarks.accuracy RUN"
    given.out.write_text(json.dumps(_portable(told, given.data), indent=1) + "\n")


def _portable(value: Any, data: Path) -> Any:
    """The same without the path to the data."""
    if isinstance(value, dict):
        return {key: _portable(own, data) for key, own in value.items()}
    if isinstance(value, list):
        return [_portable(own, data) for own in value]
    return value.replace(f"{data}/", "") if isinstance(value, str) else value


if __name__ == "__main__":
    main()
