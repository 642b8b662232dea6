"""``c3po pack``: a trained network as a packed file, as it is or rounded."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from c3po.runtime.graph import Graph

HELP = """Pack a trained network (needs the extra [train]), or sign a packed one.

NETWORK is a checkpoint of c3po train, or a packed file. Without --weight-bits and --bias-bits every number is kept
exactly. With --int8 the ranges of its values on SAMPLES go into the file, and it runs in int8 unless told otherwise.
With --with the mean of several networks' logits counts, weighted by --weights; name, labels and thresholds are those of
NETWORK. Prints the bytes by part.

Example: c3po pack out/run/screen.pt --out screen.c3po --weight-bits 5 --bias-bits 8
"""


class Scores(StrEnum):
    """What is appended to the network's output."""

    softmax = "softmax"
    sigmoid = "sigmoid"
    none = "none"


def pack(
    network: Annotated[Path, typer.Argument(help="Checkpoint (.pt) or packed network (.c3po).")],
    out: Annotated[Path, typer.Option(help="The packed network to write.")],
    others: Annotated[
        list[Path] | None, typer.Option("--with", help="Another packed network or checkpoint; may be repeated.")
    ] = None,
    weights: Annotated[
        str | None, typer.Option(help="How much NETWORK and each --with count, like 1,2,1 [equally].")
    ] = None,
    weight_bits: Annotated[
        int | None, typer.Option(help="Round weights to 2^N values per layer.", min=1, max=12)
    ] = None,
    bias_bits: Annotated[int | None, typer.Option(help="Round biases to N bits per layer.", min=2, max=12)] = None,
    scores: Annotated[Scores, typer.Option(help="Turn the checkpoint's outputs into scores.")] = Scores.softmax,
    size_px: Annotated[int, typer.Option(help="Side of the checkpoint's images.", min=1, max=4096)] = 64,
    int8: Annotated[
        Path | None, typer.Option(help="Samples of c3po train (.npz), or images as the network takes them (.npy).")
    ] = None,
    sign: Annotated[Path | None, typer.Option(help="Ed25519 private key (PEM) to sign with.")] = None,
    json_output: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    from c3po.runtime.packing import pack_bytes, write_file
    from c3po.runtime.signing import read_private_key, signed

    if weights and not others:
        raise typer.BadParameter("--weights needs other networks to weigh against; name them by --with")
    key = read_private_key(sign) if sign is not None else None
    graph, metadata = _read(network, scores, size_px)
    if others:
        graph = _together([graph, *(_read(path, scores, size_px)[0] for path in others)], network, _numbers(weights))
        metadata = {name: value for name, value in metadata.items() if name not in ("arithmetic", "ranges")}
    if int8 is not None:
        from c3po.runtime.int8 import measured_ranges, read_images

        images = read_images(int8, graph.input_shape, metadata)
        metadata = metadata | {"arithmetic": "int8", "ranges": measured_ranges(graph, images)}
    data, parts = pack_bytes(graph, metadata, weight_bits=weight_bits, bias_bits=bias_bits)
    if key is not None:
        data = signed(data, key)
        parts["signature"] = 96
    write_file(out, data)
    if json_output:
        typer.echo(json.dumps({"file": str(out), "bytes": len(data), "parts": parts}))
    else:
        typer.echo(f"{out}: {len(data)} bytes (" + ", ".join(f"{name} {size}" for name, size in parts.items()) + ")")


def _read(network: Path, scores: Scores, size_px: int) -> "tuple[Graph, dict[str, Any]]":
    """Graph and metadata of a checkpoint or a packed network."""
    from c3po.runtime.packing import unpack

    if network.suffix == ".c3po":
        return unpack(network)
    import torch

    from c3po.admm.export import graph_from_torch
    from c3po.networks.checkpoint import read_checkpoint

    checkpoint = read_checkpoint(network)
    channels = int(checkpoint.arguments.get("n_views", 1))
    example = torch.zeros(1, channels, size_px, size_px)
    kind = None if scores is Scores.none else scores.value
    return graph_from_torch(checkpoint.network, example, scores=kind), checkpoint.metadata


def _numbers(text: str | None) -> list[float]:
    try:
        return [float(number) for number in text.split(",")] if text else []
    except ValueError:
        raise typer.BadParameter(f"--weights must be numbers like 1,2,1, got {text}") from None


def _together(graphs: "list[Graph]", network: Path, weights: list[float]) -> "Graph":
    from c3po.errors import PackedFileError
    from c3po.runtime.ensemble import ensemble

    try:
        return ensemble(graphs, weights)
    except ValueError as problem:
        raise PackedFileError(f"{network}: {problem}; name networks of one kind and a weight for each") from None


pack.__doc__ = HELP
