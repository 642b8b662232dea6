"""How often each method names the right label on a built data set, seen and unseen, with counts and intervals.

``c3po dataset build out/full --profile full`` makes the set of ``benchmarks/results/rivals-full.json``, and
``--profile paper`` that of ``rivals-paper.json``: 22 parts in 943 turns each, as narrow as the paper's.

    python -m benchmarks.rivals out/full --name full
    python -m benchmarks.rivals out/paper --name paper --only lenet --epochs 16

A run that names a result which exists adds its methods to it.
"""

import argparse
import json
import time
from dataclasses import asdict, fields
from pathlib import Path

from c3po.dataset.checking import read_index
from c3po.networks.comparison import METHODS, Efforts, Score, compare, table_lines

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--name", required=True, help="the result is benchmarks/results/rivals-NAME.json")
    parser.add_argument("--only", nargs="+", choices=METHODS, default=METHODS)
    for field in fields(Efforts):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=int, default=field.default)
    given = parser.parse_args()
    efforts = Efforts(**{field.name: getattr(given, field.name) for field in fields(Efforts)})
    path, contents = RESULTS / f"rivals-{given.name}.json", read_index(given.folder)["contents"]
    spent = [time.process_time()]

    def keep(score: Score) -> None:
        rows = json.loads(path.read_text())["rows"] if path.exists() else []
        rows = [row for row in rows if row["method"] != score.method]
        spent.append(time.process_time())
        rows.append(asdict(score) | {"efforts": asdict(efforts), "cpu_s": round(spent[-1] - spent[-2])})
        path.write_text(json.dumps({"contents": contents, "rows": rows}, indent=1) + "\n")
        print(score, flush=True)

    compare(given.folder, efforts, 1, keep, given.only)
    kept = json.loads(path.read_text())["rows"]
    print("\n".join(table_lines([Score(**{f.name: row[f.name] for f in fields(Score)}) for row in kept])))


if __name__ == "__main__":
    main()
