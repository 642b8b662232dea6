"""``c3po render``: what the network sees of a file, as pictures."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from c3po.solid import Solid

MAX_SOLIDS = 16


def render(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A job or a mesh.")],
    output: Annotated[Path, typer.Argument(metavar="OUT_DIR|OUT.png", help="A folder, or one picture.")],
    size_px: Annotated[int, typer.Option("--size", min=16, max=1024, help="Side of a view in pixels.")] = 64,
) -> int:
    """Write the views, an isometric picture and the layer sequence of a file as PNG and GIF.

    Into a folder: views.png, isometric.png and layers.gif. With a name that ends in .png: one picture of the views.

    Example: c3po render bracket.gcode pictures/
    """
    from c3po.cli.files import written_whole
    from c3po.imaging.pictures import view_sheet

    solids = _solids(file)
    single = output.suffix.lower() == ".png"
    views = output if single else output / "views.png"
    with written_whole(views) as partial:
        view_sheet(solids[:MAX_SOLIDS], size_px).save(partial, format="PNG")
    written = [views]
    if not single:
        written += _pictures_of_the_plate(solids[-1] if len(solids) > 1 else solids[0], output)
    for path in written:
        print(f"c3po: wrote {path}", file=sys.stderr)
    return 0


def _solids(file: Path) -> "list[Solid]":
    """Every solid of every member of a file, the plate of several parts last.

    Raises
    ------
    C3poError
        The file cannot be read, or nothing in it prints.
    """
    from c3po.containers import members
    from c3po.errors import GcodeError
    from c3po.solid.readings import is_group
    from c3po.verdict.reading import read_solids

    found = [solid for member in members(file) for solid in read_solids(member)[0]]
    kept = [solid for solid in found if not solid.reading]
    if not kept:
        raise GcodeError(f"{file}: expected material to draw, found none; slice the part and give the sliced file")
    return sorted(kept, key=is_group)


def _pictures_of_the_plate(solid: "Solid", folder: Path) -> list[Path]:
    from c3po.cli.files import written_whole
    from c3po.imaging.isometric import isometric
    from c3po.imaging.pictures import layer_frames, write_gif

    picture, layers = folder / "isometric.png", folder / "layers.gif"
    with written_whole(picture) as partial:
        isometric(solid).save(partial, format="PNG")
    with written_whole(layers) as partial:
        write_gif(layer_frames(solid), partial)
    return [picture, layers]
