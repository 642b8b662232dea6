"""Stage baselines: the papers' networks and two rivals on the data set, one table."""

import json
from dataclasses import asdict

from c3po.dataset.building import TOOLPATHS, write_index
from c3po.dataset.card import write_card
from c3po.dataset.files import written_whole
from c3po.networks.baselines import compare, table_lines
from c3po.networks.training import Recipe
from pipelines.params import BASELINES, SET, dataset_plan, section


def main() -> None:
    write_card(SET, write_index(dataset_plan(), SET))
    scores = compare(SET, SET / TOOLPATHS, Recipe(**section("baselines")), lambda score: print(score, flush=True))
    figures = {score.method: {"seen": score.seen, "unseen": score.unseen} for score in scores}
    written_whole(BASELINES / "metrics.json", json.dumps(figures, indent=1).encode())
    written_whole(BASELINES / "scores.json", json.dumps([asdict(score) for score in scores], indent=1).encode())
    written_whole(BASELINES / "table.md", ("\n".join(table_lines(scores)) + "\n").encode())


if __name__ == "__main__":
    main()
