"""``c3po train``: the screening network from generated parts."""

from pathlib import Path
from typing import Annotated

import typer

HELP = """Train the screening network on generated parts (needs the extra [train]).

Writes OUT/screen.pt and OUT/metrics.json; the parts made stay in OUT, and an interrupted run goes on from there.

Example: c3po train out/run --count 30000 --workers 2
"""


def train(
    out: Annotated[Path, typer.Argument(help="Folder for samples, checkpoint and figures.")],
    count: Annotated[int, typer.Option(help="Generated parts to train on.", min=100)] = 30000,
    epochs: Annotated[int, typer.Option(help="Passes over them.", min=1)] = 8,
    seed: Annotated[int, typer.Option(help="Seed of parts, weights and order.")] = 0,
    workers: Annotated[int, typer.Option(help="Processes that make parts.", min=1)] = 2,
) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from c3po.networks.screen import ScreenPlan, make_screen
    from c3po.networks.training import Recipe

    plan = ScreenPlan(
        count=count, held_out_count=max(200, count // 8), seed=seed, recipe=Recipe(epochs=epochs, seed=seed)
    )
    console = Console(stderr=True)
    with Progress(console=console) as bars:
        tasks: dict[str, int] = {}

        def show(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total)
            bars.update(tasks[name], completed=done)  # type: ignore[arg-type]

        make_screen(plan, out, workers, show)
    console.print(f"wrote {out / 'screen.pt'} and {out / 'metrics.json'}")
