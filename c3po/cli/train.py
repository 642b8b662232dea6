"""``c3po train``: the screening network from generated parts, and from a corpus of real ones where there is one."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from c3po.cli.progress import bars

HELP = """Train the screening network on generated parts (needs the extra [train]).

Writes OUT/screen.pt and OUT/metrics.json; with a corpus of real parts also OUT/refined.pt, OUT/refined.json with
figures on sources left out, and OUT/fold-N.pt. The parts made stay in OUT, and an interrupted run goes on from there.

Example: c3po train out/run --count 30000 --workers 2
"""


def train(
    out: Annotated[Path, typer.Argument(help="Folder for samples, checkpoint and figures.")],
    count: Annotated[int, typer.Option(help="Generated parts to train on.", min=100)] = 30000,
    epochs: Annotated[int, typer.Option(help="Passes over them.", min=1)] = 8,
    seed: Annotated[int, typer.Option(help="Seed of parts, weights and order.")] = 0,
    workers: Annotated[int, typer.Option(help="Processes that make parts.", min=1)] = 2,
    growing: Annotated[int, typer.Option(help="Parts cut off as prints not finished.", min=0)] = 0,
    warped: Annotated[int, typer.Option(help="Parts in other proportions.", min=0)] = 0,
    disguised: Annotated[int, typer.Option(help="Parts hidden in some way: in pieces, in a block.", min=0)] = 0,
    guns: Annotated[float, typer.Option(help="Share of guns among the parts.", min=0.05, max=0.95)] = 0.35,
    held_out: Annotated[float, typer.Option(help="Share of families kept out of training.", min=0.0, max=0.5)] = 0.12,
    restart: Annotated[int, typer.Option(help="Passes of a second cycle of the learning rate.", min=0)] = 0,
    channels: Annotated[str, typer.Option(help="Channels of the stem and of each block.")] = "24,48,96",
    outlines: Annotated[bool, typer.Option("--outlines", help="The network sees silhouettes, not thickness.")] = False,
    corpus: Annotated[
        Path | None, typer.Option(metavar="INDEX", help="Real parts: index.csv of c3po dataset corpus add.")
    ] = None,
) -> None:
    from c3po.networks.corpus import read_corpus
    from c3po.networks.refining import RefinePlan
    from c3po.networks.release import refine_screen
    from c3po.networks.screen import SCREEN_RECIPE, ScreenPlan, make_screen

    if corpus is not None:
        read_corpus(corpus)  # a fault in it is told before hours of work
    plan = ScreenPlan(
        count=count,
        held_out_count=max(200, count // 8),
        weapon_share=guns,
        growing_count=growing,
        warped_count=warped,
        disguised_count=disguised,
        held_out_share=held_out,
        seed=seed,
        recipe=replace(SCREEN_RECIPE, epochs=epochs, seed=seed),
        restart_epochs=restart,
        network={"channels": channels_of(channels), "outlines": outlines},
    )
    with bars() as show:
        make_screen(plan, out, workers, show)
        if corpus is not None:
            refine_screen(plan, RefinePlan(), corpus, out, workers, show)
    written = ["screen.pt", "metrics.json", *(["refined.pt", "refined.json"] if corpus is not None else [])]
    typer.echo("wrote " + ", ".join(str(out / name) for name in written), err=True)


def channels_of(text: str) -> tuple[int, ...]:
    """Positive whole numbers out of ``24,48,96``."""
    try:
        channels = tuple(int(number) for number in text.split(","))
    except ValueError:
        channels = ()
    if len(channels) < 2 or min(channels) < 1:
        raise typer.BadParameter(f"--channels must be two or more whole numbers like 24,48,96, got {text}")
    return channels
