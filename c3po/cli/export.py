"""``c3po export``: a trained network for other engines."""

from pathlib import Path
from typing import Annotated

import typer

HELP = """Write a checkpoint of c3po train as ONNX (needs the extras [train] and [onnx]).

Example: c3po export out/run/screen.pt --onnx screen.onnx
"""


def export(
    checkpoint: Annotated[Path, typer.Argument(help="Trained network, written by c3po train.")],
    onnx: Annotated[Path, typer.Option(help="The ONNX file to write.")],
    size_px: Annotated[int, typer.Option(help="Side of the images.", min=1, max=4096)] = 64,
) -> None:
    import torch

    from c3po.admm.export import export_onnx
    from c3po.networks.checkpoint import read_checkpoint

    loaded = read_checkpoint(checkpoint)
    export_onnx(loaded.network, torch.zeros(1, int(loaded.arguments.get("n_views", 1)), size_px, size_px), onnx)
    typer.echo(str(onnx))


export.__doc__ = HELP
