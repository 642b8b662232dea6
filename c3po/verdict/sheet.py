"""A contact sheet of the misses and false alarms: one tile per file, its broadest view, what was found."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from c3po.verdict.evaluation import Case, ranked
from c3po.verdict.judging import Judged
from c3po.verdict.picture import COLOURS, GAP_PX, INK, MUTED, PAPER, TILE_PX, stacked, text_image, view_image
from c3po.verdict.verdict import Finding

COLUMNS = 8
MAX_TILES = 96


def contact_sheet(cases: Sequence[Case], judged: Sequence[Judged]) -> Image.Image:
    """Misses among the guns first, then harmless parts that were not cleared; at most `MAX_TILES` of each."""
    evidence = {case.path: answer for case, answer in zip(cases, judged, strict=True)}
    guns = [case for case in cases if case.truth == "gun"]
    benign = [case for case in cases if case.truth == "benign"]
    groups = (
        ("guns not called weapon", ranked(guns, Finding.WEAPON, missed=True), len(guns)),
        ("harmless parts not cleared", ranked(benign, Finding.CLEAR, missed=False), len(benign)),
    )
    blocks = []
    for title, wrong, n in groups:
        blocks.append(text_image(f"{title}: {len(wrong)} of {n}", INK))
        tiles = [_tile(case, evidence[case.path]) for case in wrong[:MAX_TILES]]
        if tiles:
            blocks.append(_grid(tiles))
    return stacked(blocks)


def _tile(case: Case, answer: Judged) -> Image.Image:
    seen = [part for part in answer.parts if part.views is not None]
    gravest = max(seen, key=lambda part: (part.verdict.finding.gravity, part.verdict.score), default=None)
    blank = np.zeros((TILE_PX, TILE_PX), np.float32)
    views = blank[None] if gravest is None or gravest.views is None else gravest.views
    broadest = views[int(np.argmax((views > 0).sum(axis=(1, 2))))]
    verdict = case.verdict
    lines = [
        text_image(f"{verdict.finding} {verdict.score:.2f} {verdict.label}", COLOURS[verdict.finding]),
        text_image(case.category, MUTED),
        text_image(case.path.name.split("__")[-2 if case.path.name.count("__") > 1 else 0], MUTED),
    ]
    whole = stacked([view_image(broadest, np.zeros_like(broadest)), *lines])
    return whole.crop((0, 0, TILE_PX, whole.height))


def _grid(tiles: Sequence[Image.Image]) -> Image.Image:
    rows = -(-len(tiles) // COLUMNS)
    height = max(tile.height for tile in tiles) + GAP_PX
    page = Image.new("RGB", (COLUMNS * (TILE_PX + GAP_PX), rows * height), PAPER)
    for i, tile in enumerate(tiles):
        page.paste(tile, ((i % COLUMNS) * (TILE_PX + GAP_PX), (i // COLUMNS) * height))
    return page
