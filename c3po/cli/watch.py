"""``c3po watch``: the Monitor on a stream, for people and as the worker of other programs (docs/watch.md)."""

import os
from pathlib import Path
from typing import Annotated

import typer

from c3po.cli.classify import NetworkOption, PolicyOption


def watch(
    source: Annotated[
        str, typer.Argument(metavar="FILE|-", help="A G-code file to replay, or - for standard input.")
    ] = "-",
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON Lines on standard output, one object per evaluation.")
    ] = False,
    network: NetworkOption = None,
    policy: PolicyOption = None,
) -> int:
    """Judge a print while it grows: lines of G-code in, a verdict at every evaluation out.

    With the environment variable C3PO_WATCH_KEY set, standard input may carry control lines and this is a worker for
    other programs; docs/watch.md has the protocol. Exit code: 0 clear, 1 weapon, 2 error, 3 review.

    Example: c3po watch bracket.gcode
    """
    from c3po.cli.session import Session
    from c3po.verdict.screen import Screen

    key = os.environ.pop("C3PO_WATCH_KEY", "")
    screen = Screen.open(network, policy)
    session = Session(screen, key=key if source == "-" else "", as_json=as_json or bool(key))
    return session.run_stream(0) if source == "-" else session.run_file(Path(source))
