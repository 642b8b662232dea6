"""``c3po bench``: how fast a packed network runs on this machine."""

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

HELP = """Time a packed network on this machine, one image at a time on one thread.

With --floor, each step is shown with its speed, those on float32 beside the time that their multiplications alone would
take at the peak measured here.

Example: c3po bench screen.c3po --floor
"""


def bench(
    file: Annotated[Path, typer.Argument(help="Packed network.")],
    floor: Annotated[bool, typer.Option("--floor", help="Show each step and its share of the hardware floor.")] = False,
    kernels: Annotated[str | None, typer.Option(help="Kernel set: x86-64-v4, x86-64-v3, base or exact.")] = None,
    arithmetic: Annotated[str | None, typer.Option(help="float32 or int8 [what the file says].")] = None,
    rounds: Annotated[int, typer.Option(help="Images to run.", min=1, max=100_000)] = 200,
    json_output: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    import numpy as np

    from c3po._core import native
    from c3po.runtime import Network
    from c3po.runtime.ranges import KINDS

    sets = native.kernel_sets()
    if kernels is not None and kernels not in sets:
        raise typer.BadParameter(f"kernels must be one of {', '.join(sets)}, got {kernels}")
    if arithmetic not in (None, *KINDS):
        raise typer.BadParameter(f"arithmetic must be one of {', '.join(KINDS)}, got {arithmetic}")
    network = Network.open(file, kernels=kernels or "", arithmetic=arithmetic)
    image = np.random.default_rng(0).random((1, *network.input_shape), dtype=np.float32)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        network(image)
        times.append(time.perf_counter() - start)
    told = {
        "file": str(file),
        "kernels": network.kernels,
        "arithmetic": network.arithmetic,
        "least_us": min(times) * 1e6,
        "median_us": float(np.median(times)) * 1e6,
        "p99_us": float(np.quantile(times, 0.99)) * 1e6,
        "arena_bytes": network.arena_bytes,
    }
    peak = native.peak_macs_per_second(network.kernels)
    steps = network.step_times(image, rounds) if floor else []
    if json_output:
        typer.echo(json.dumps(told | ({"peak_gmac_s": peak / 1e9, "steps": steps} if floor else {}), indent=2))
        return
    how = f"{network.kernels}, {network.arithmetic}"
    typer.echo(f"{file}: {told['least_us']:.1f} us least, {told['median_us']:.1f} us median ({how})")
    if floor:
        typer.echo(f"peak of float32 {peak / 1e9:.1f} GMAC/s; layers on bytes are not held to it")
        typer.echo(f"{'step':24}{'MACs':>12}{'us':>10}{'GMAC/s':>10}{'floor us':>10}{'share':>8}")
    for step in steps:
        typer.echo(step_line(step, peak))


def step_line(step: dict[str, Any], peak: float) -> str:
    """A line of the table; ``peak`` in multiply-adds per second of float32, of which layers on bytes do several."""
    line = f"{step['step']:24}{step['macs']:12}{step['us']:10.2f}"
    if step["macs"]:
        line += f"{step['macs'] / step['us'] / 1e3:10.1f}"
        least_us = step["macs"] / peak * 1e6
        line += "" if "int8" in step["step"] else f"{least_us:10.2f}{least_us / step['us']:8.0%}"
    return line


bench.__doc__ = HELP
