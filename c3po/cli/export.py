"""``c3po export``: a network for other engines."""

from pathlib import Path
from typing import Annotated

import typer

HELP = """Write a network as ONNX (needs the extra [onnx]; a checkpoint needs [train] too).

NETWORK is a packed file or a checkpoint of c3po train.

Example: c3po export screen.c3po --onnx screen.onnx
"""


def export(
    network: Annotated[Path, typer.Argument(help="Packed network (.c3po) or checkpoint (.pt).")],
    onnx: Annotated[Path, typer.Option(help="The ONNX file to write.")],
    size_px: Annotated[int, typer.Option(help="Side of the checkpoint's images.", min=1, max=4096)] = 64,
) -> None:
    if network.suffix == ".c3po":
        from c3po.runtime import unpack
        from c3po.runtime.onnx import write_onnx

        write_onnx(unpack(network)[0], onnx)
    else:
        import torch

        from c3po.admm.export import export_onnx
        from c3po.networks.checkpoint import read_checkpoint

        loaded = read_checkpoint(network)
        example = torch.zeros(1, int(loaded.arguments.get("n_views", 1)), size_px, size_px)
        export_onnx(loaded.network, example, onnx)
    typer.echo(str(onnx))


export.__doc__ = HELP
