"""``c3po calibrate``: thresholds of compressed networks, from real parts that those of the folds have not seen."""

from pathlib import Path
from typing import Annotated

import typer

from c3po.cli.progress import bars

HELP = """Set the thresholds of compressed networks (needs the extra [train]).

RUN is the folder of c3po train --corpus in which c3po compress left small-N.c3po for each fold-N.pt. The thresholds
keep the false-alarm budgets on real parts, each asked of the network that has not seen its source: whole in random
poses, and at every height of a print that grows (minutes). They are written into these networks and into every NETWORK
named.

Example: c3po calibrate out/run screen.c3po --corpus data/corpus/index.csv
"""


def calibrate(
    run: Annotated[Path, typer.Argument(help="Folder of c3po train --corpus, with small-N.c3po.")],
    networks: Annotated[list[Path], typer.Argument(metavar="NETWORK...", help="Packed networks to write them into.")],
    corpus: Annotated[Path, typer.Option(metavar="INDEX", help="Real parts: index.csv of c3po dataset corpus add.")],
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 2,
) -> None:
    from c3po.networks.calibration import packed_thresholds, with_thresholds
    from c3po.networks.screen import ScreenPlan

    folds = {int(path.stem.rpartition("-")[2]): path for path in sorted(run.glob("small-*.c3po"))}
    with bars() as show:
        thresholds = packed_thresholds(run, corpus, folds, ScreenPlan(), workers=workers, progress=show)
    for path in [*folds.values(), *networks]:
        with_thresholds(path, thresholds)
    typer.echo("  ".join(f"{name} {value:.4f}" for name, value in thresholds.items()))


calibrate.__doc__ = HELP
