"""Stage refine: the trained network goes on with real parts, sources left out in turn; unchanged without a corpus."""

import json
import shutil
import sys

from c3po.dataset.files import written_whole
from c3po.networks.refining import RefinePlan
from c3po.networks.release import refine_screen
from pipelines.corpus import INDEX, has_parts
from pipelines.params import REFINED, SCREEN, section, show, workers
from pipelines.train import screen_plan

MADE = ("refined.pt", "refined.json", "real.npz", "fold-*.pt", "real-without-*.npz")


def main() -> None:
    REFINED.mkdir(parents=True, exist_ok=True)
    if not has_parts():
        shutil.copyfile(SCREEN / "screen.pt", REFINED / "refined.pt")
        written_whole(REFINED / "refined.json", json.dumps({"corpus": None}).encode())
        print("no corpus: the network has seen generated parts alone", file=sys.stderr)
        return
    refine_screen(screen_plan(section("train")), RefinePlan(), INDEX, SCREEN, workers(), show)
    for pattern in MADE:
        for path in sorted(SCREEN.glob(pattern)):
            path.replace(REFINED / path.name)


if __name__ == "__main__":
    main()
