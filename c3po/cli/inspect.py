"""``c3po inspect``: what a packed network holds."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

HELP = """Show what a packed network holds: layers, nonzeros, bytes by part, labels, digest, provenance.

Example: c3po inspect screen.c3po --json
"""


def inspect(
    file: Annotated[Path, typer.Argument(help="Packed network.")],
    verify: Annotated[bool, typer.Option("--verify", help="Check the signature; fail where it is missing.")] = False,
    key: Annotated[
        str | None, typer.Option(help="Public key (hexadecimal) that must have signed; with --verify.")
    ] = None,
    json_output: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    from c3po.errors import PackedFileError
    from c3po.runtime.description import description
    from c3po.runtime.packing import read_file
    from c3po.runtime.signing import signer

    data = read_file(file)
    told = description(data, str(file))
    if verify or key is not None:
        told["signed_by"] = signer(data, str(file))
        if key is not None and key.lower() != told["signed_by"]:
            raise PackedFileError(
                f"{file}: expected the signature of {key}, got that of {told['signed_by']}; do not use the file"
            )
    if json_output:
        typer.echo(json.dumps(told, indent=2))
    else:
        _print(told)


def _print(told: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for name in ("name", "digest", "input_shape", "labels", "signed_by"):
        if name in told:
            console.print(f"{name}: {told[name]}", highlight=False, markup=False)
    console.print(
        f"bytes: {told['bytes']} ({', '.join(f'{k} {v}' for k, v in told['parts'].items())})", highlight=False
    )
    table = Table("node", "op", "output", "nonzeros", "of", "coding", "MACs", box=None)
    for layer in told["layers"]:
        shape = "x".join(str(n) for n in layer["output"])
        weights = [str(layer.get(field, "")) for field in ("nonzeros", "weights", "coding", "macs")]
        table.add_row(str(layer["node"]), layer["op"], shape, *weights)
    console.print(table)
    if told["metadata"]:
        console.print_json(json.dumps(told["metadata"]))


inspect.__doc__ = HELP
