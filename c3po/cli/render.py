"""``c3po render``: what the network sees of a file, as pictures."""

from pathlib import Path
from typing import Annotated

import typer


def render(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A job or a mesh.")],
    output: Annotated[Path, typer.Argument(metavar="OUT_DIR|OUT.png", help="A folder, or one picture.")],
    size_px: Annotated[int, typer.Option("--size", min=16, max=1024, help="Side of a view in pixels.")] = 64,
) -> int:
    """Write the views, an isometric picture and the layer sequence of a file as PNG and GIF.

    Into a folder: views.png, isometric.png and layers.gif. With a name that ends in .png: one picture
    of the views.

    Example: c3po render bracket.gcode pictures/
    """
