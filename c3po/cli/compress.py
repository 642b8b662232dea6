"""``c3po compress``: a trained network through a YAML plan into a packed file."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

HELP = """Compress a trained network by a plan and pack it (needs the extra [train]).

NETWORK is screen.pt or refined.pt of c3po train, SAMPLES its folders of training samples and real.npz. Or NETWORK is
module:function, which builds any torch classifier (its code is run), and SAMPLES one .npz with inputs and labels. The
dense network is the teacher. Writes OUT; finished stages stay in OUT.stages, and an interrupted run goes on from there.

Example: c3po compress out/run/screen.pt plan.yaml --samples out/run/train --out out/screen.c3po
"""


def compress(
    network: Annotated[str, typer.Argument(help="Checkpoint of c3po train, or module:function.")],
    plan: Annotated[Path, typer.Argument(help="Stages in YAML; see docs/admm.md.")],
    samples: Annotated[list[Path], typer.Option(help="Folder of training samples, or .npz; may be repeated.")],
    out: Annotated[Path, typer.Option(help="The packed network to write.")],
    weights: Annotated[
        Path | None, typer.Option(help="state_dict for what module:function builds [the function loads its own].")
    ] = None,
    validation: Annotated[
        Path | None, typer.Option(help="Samples like those, to tell the error before and after (module:function only).")
    ] = None,
    bias_bits: Annotated[int, typer.Option(help="Bits of a bias in the file.", min=2, max=12)] = 8,
    block_rows: Annotated[
        int, typer.Option(help="Filters are reordered so that blocks of so many are alike; 1 leaves them.", min=1)
    ] = 4,
    batch_size: Annotated[int, typer.Option(help="Samples per step.", min=1)] = 64,
    seed: Annotated[int, typer.Option(help="Seed of the order of the samples.")] = 0,
    epoch_samples: Annotated[int | None, typer.Option(help="Samples drawn for an epoch [all].", min=1)] = None,
) -> None:
    from rich.console import Console

    from c3po.admm.classifiers import compress_classifier
    from c3po.errors import ManifestError
    from c3po.networks.compression import compress_screen

    console = Console(stderr=True)

    def show(line: dict[str, object]) -> None:
        console.print("  ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in line.items()))

    if ":" in network and not Path(network).exists():
        if len(samples) != 1:
            raise ManifestError(f"{network}: expected one --samples, a .npz, got {len(samples)}; join them")
        sys.path.append(os.getcwd())  # as python -m has it
        packed = compress_classifier(
            network, plan, samples[0], out, weights, validation, bias_bits, batch_size, seed, show
        )
    elif weights is not None or validation is not None:
        raise ManifestError(f"{network}: expected module:function beside --weights and --validation; drop them")
    else:
        packed = compress_screen(
            Path(network), plan, samples, out, bias_bits, block_rows, batch_size, seed, show, epoch_samples
        )
    typer.echo(str(packed))


compress.__doc__ = HELP
