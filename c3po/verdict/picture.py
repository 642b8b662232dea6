"""The explaining picture: what the network saw of each part, where it looked, what was found. For people."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from c3po.imaging import VIEW_NAMES
from c3po.verdict.explain import deciding_regions
from c3po.verdict.judging import Judged
from c3po.verdict.screen import JudgedPart, Screen
from c3po.verdict.verdict import Finding, Verdict

TILE_PX = 128
GAP_PX = 8
TEXT_PX = 18
MAX_PARTS = 4
INK, PAPER, MUTED = (232, 234, 237), (24, 26, 30), (150, 156, 164)
COLOURS = {Finding.CLEAR: (88, 196, 120), Finding.REVIEW: (236, 184, 64), Finding.WEAPON: (240, 92, 80)}


def explaining_picture(
    judged: Sequence[Judged], screen: Screen, *, regions: bool = True, unseen: int = 0
) -> Image.Image:
    """One picture for one or several files: a heading each, then a row of views for each of its gravest parts.

    Parameters
    ----------
    regions : bool
        Mark what decided (in red) on parts that were not cleared; this asks the network a few hundred times a part.
    unseen : int
        Files that were judged and are not shown, to be counted below.
    """
    blocks = [_block(one, screen, regions) for one in judged]
    if unseen:
        blocks.append(text_image(f"and {unseen} files no graver than these", MUTED))
    width = 2 * GAP_PX + max(block.width for block in blocks)
    height = GAP_PX + sum(block.height + GAP_PX for block in blocks)
    page = Image.new("RGB", (width, height), PAPER)
    top = GAP_PX
    for block in blocks:
        page.paste(block, (GAP_PX, top))
        top += block.height + GAP_PX
    return page


def _block(judged: Judged, screen: Screen, regions: bool) -> Image.Image:
    seen = [part for part in judged.parts if part.views is not None]
    seen.sort(key=lambda part: (part.verdict.finding.gravity, part.verdict.score), reverse=True)
    rows = [_row(part, screen, regions) for part in seen[:MAX_PARTS]]
    headings = [text_image(_heading(judged.verdict), COLOURS[judged.verdict.finding])]
    if judged.verdict.error is not None:
        headings.append(text_image(judged.verdict.error.message[:160], MUTED))
    elif judged.verdict.reasons or not seen:
        headings.append(text_image(", ".join(judged.verdict.reasons) or "nothing to see", MUTED))
    if len(seen) > MAX_PARTS:
        rows.append(text_image(f"and {len(seen) - MAX_PARTS} parts no graver than these", MUTED))
    return stacked(headings + rows)


def _heading(verdict: Verdict) -> str:
    if verdict.error is not None:
        return f"ERROR   {_drawable(verdict.path)}"
    label = f"   {verdict.label} {verdict.score:.3f}" if verdict.label else ""
    return f"{str(verdict.finding).upper()}{label}   {_drawable(verdict.path)}"


def _row(part: JudgedPart, screen: Screen, regions: bool) -> Image.Image:
    """The views of one part side by side, named, with what decided on top."""
    assert part.views is not None
    shown = part.verdict.finding is not Finding.CLEAR and regions
    marks = deciding_regions(part.views, screen) if shown else np.zeros_like(part.views)
    names = VIEW_NAMES if len(VIEW_NAMES) == len(part.views) else tuple(map(str, range(len(part.views))))
    tiles = [
        stacked([view_image(view, mark), text_image(name.replace("_", " "), MUTED)])
        for view, mark, name in zip(part.views, marks, names, strict=True)
    ]
    row = Image.new("RGB", (len(tiles) * (TILE_PX + GAP_PX), tiles[0].height), PAPER)
    for i, tile in enumerate(tiles):
        row.paste(tile, (i * (TILE_PX + GAP_PX), 0))
    verdict = part.verdict
    size = " x ".join(f"{high - low:.0f}" for low, high in zip(*verdict.bounds_mm, strict=True))
    told = f"{_drawable(verdict.name)}: {verdict.finding}, {verdict.label} {verdict.score:.3f}, {size} mm"
    return stacked([text_image(told, INK), row])


def view_image(view: NDArray[np.float32], marks: NDArray[np.float32]) -> Image.Image:
    """A view as a square picture: square root of thickness in grey, ``marks`` in [0, 1] in red."""
    grey = np.sqrt(np.clip(view, 0.0, 1.0))
    red = marks * (view > 0)
    shown = np.stack([np.maximum(grey, red), grey * (1 - 0.8 * red), grey * (1 - 0.8 * red)], axis=-1)
    pixels = np.round(255 * shown).astype(np.uint8)
    return Image.fromarray(pixels, "RGB").resize((TILE_PX, TILE_PX), Image.Resampling.NEAREST)


def stacked(images: Sequence[Image.Image]) -> Image.Image:
    page = Image.new("RGB", (max(image.width for image in images), sum(image.height for image in images)), PAPER)
    top = 0
    for image in images:
        page.paste(image, (0, top))
        top += image.height
    return page


def text_image(text: str, colour: tuple[int, int, int]) -> Image.Image:
    font = ImageFont.load_default(13)
    width = int(font.getlength(text)) + GAP_PX
    image = Image.new("RGB", (width, TEXT_PX), PAPER)
    ImageDraw.Draw(image).text((0, 1), text, fill=colour, font=font)
    return image


def _drawable(text: str) -> str:
    """The text in characters that every font has, not longer than a row."""
    plain = "".join(char if char.isprintable() and ord(char) < 0x250 else "?" for char in text)
    return plain if len(plain) <= 100 else "..." + plain[-97:]
