"""Pictures of solids for people: the views with their names, the layers as an animation. Pillow alone."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from c3po.imaging.isometric import PAPER
from c3po.imaging.views import VIEW_NAMES, view_stack
from c3po.solid import Solid

INK, GAP_PX, TEXT_PX = (232, 234, 237), 6, 14
MAX_FRAMES = 120


def view_sheet(solids: Sequence[Solid], size_px: int = 64, tile_px: int = 128) -> Image.Image:
    """The six views of each solid in a row, named; brightness is the square root of thickness.

    Parameters
    ----------
    size_px : int
        Side of a view as the network sees it; each pixel is shown as a square.
    """
    width = GAP_PX + len(VIEW_NAMES) * (tile_px + GAP_PX)
    height = max(1, len(solids)) * (tile_px + 2 * TEXT_PX + GAP_PX) + GAP_PX
    sheet = Image.new("RGB", (width, height), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default()
    for row, solid in enumerate(solids):
        top = GAP_PX + row * (tile_px + 2 * TEXT_PX + GAP_PX)
        draw.text((GAP_PX, top), _ascii(_caption(solid)), fill=INK, font=font)
        for column, view in enumerate(view_stack(solid, size_px)):
            left = GAP_PX + column * (tile_px + GAP_PX)
            draw.text((left, top + TEXT_PX), VIEW_NAMES[column], fill=INK, font=font)
            sheet.paste(_grey(np.sqrt(view), tile_px), (left, top + 2 * TEXT_PX))
    return sheet


def layer_frames(solid: Solid, size_px: int = 256) -> list[Image.Image]:
    """Sections of the solid from the bed upwards, seen from above, over the shadow of what lies below; at most 120."""
    n_layers = solid.voxels.shape[2]
    heights = np.unique(np.linspace(0, n_layers - 1, min(n_layers, MAX_FRAMES)).astype(int))
    side = max(solid.voxels.shape[:2])
    frames = []
    for z in heights:
        below = solid.voxels[:, :, : z + 1].any(axis=2)
        shade = 0.3 * below + 0.7 * solid.voxels[:, :, z]
        square = np.zeros((side, side), dtype=np.float32)
        x, y = (side - shade.shape[0]) // 2, (side - shade.shape[1]) // 2
        square[y : y + shade.shape[1], x : x + shade.shape[0]] = shade.T
        frames.append(_grey(square[::-1], size_px))
    return frames


def write_gif(frames: Sequence[Image.Image], path: str | Path, seconds: float = 6.0) -> None:
    """Writes the frames as a looping GIF of about that length; the file is there whole or not at all."""
    path = Path(path)
    partial = path.with_name(path.name + ".part")
    milliseconds = max(20, int(1000 * seconds / max(1, len(frames))))
    try:
        frames[0].save(
            partial, format="GIF", save_all=True, append_images=list(frames[1:]), duration=milliseconds, loop=0
        )
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _caption(solid: Solid) -> str:
    length, width, height = np.ptp(solid.bounds_mm, axis=0)
    flags = f", {', '.join(solid.flags)}" if solid.flags else ""
    return f"{solid.name}: {length:.1f} x {width:.1f} x {height:.1f} mm, {solid.volume_mm3 / 1000:.1f} cm3{flags}"


def _ascii(text: str) -> str:
    return text.encode("ascii", errors="replace").decode()


def _grey(values: NDArray[np.float32], side_px: int) -> Image.Image:
    pixels = np.clip(values * 255, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels).resize((side_px, side_px), Image.Resampling.NEAREST)
