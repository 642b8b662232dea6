"""Stage baselines: the papers' networks and two rivals on the data set, one table."""

import json
from dataclasses import asdict

from c3po.dataset.files import written_whole
from c3po.networks.comparison import Efforts, compare, table_lines
from pipelines.params import BASELINES, SET, section, workers


def main() -> None:
    efforts = Efforts(**section("baselines"))
    scores = compare(SET, efforts, workers(), lambda score: print(score, flush=True))
    figures = {score.method: {"seen": score.seen, "unseen": score.unseen} for score in scores}
    written_whole(BASELINES / "metrics.json", json.dumps(figures, indent=1).encode())
    written_whole(BASELINES / "scores.json", json.dumps([asdict(score) for score in scores], indent=1).encode())
    written_whole(BASELINES / "table.md", ("\n".join(table_lines(scores)) + "\n").encode())


if __name__ == "__main__":
    main()
