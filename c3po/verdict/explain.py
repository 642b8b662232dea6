"""Why: the regions of the views that decided, found by covering them. `picture` draws them."""

import numpy as np
from numpy.typing import NDArray

from c3po.verdict.scoring import label_scores
from c3po.verdict.screen import Screen
from c3po.verdict.verdict import Finding

BLOCKS = 8
"""Each view is covered in BLOCKS x BLOCKS tiles."""


def deciding_regions(views: NDArray[np.float32], screen: Screen) -> NDArray[np.float32]:
    """How much each region speaks for a weapon: the fall of the score's log-odds when it is covered.

    Parameters
    ----------
    views : float32, shape (n_views, size_px, size_px)

    Returns
    -------
    regions : float32, shape (n_views, size_px, size_px), >= 0, greatest 1
        Constant within a tile; 0 where covering changes nothing or makes the part look more like a weapon.

    Guarantees
    ----------
    - Tiles without material are 0.

    Source
    ------
    Zeiler and Fergus, Visualizing and Understanding Convolutional Networks (ECCV 2014), section 4.2, occlusion.
    """
    n_views, height, width = views.shape
    rows, columns = (np.linspace(0, side, BLOCKS + 1).astype(int) for side in (height, width))
    tiles = [
        (view, slice(rows[i], rows[i + 1]), slice(columns[j], columns[j + 1]))
        for view in range(n_views)
        for i in range(BLOCKS)
        for j in range(BLOCKS)
    ]
    seen = range(n_views) if screen.network.metadata.get("views") != "axes" else range(n_views // 2, n_views)
    tiles = [tile for tile in tiles if tile[0] in seen and views[tile].any()]
    uncovered = _log_odds(views[None], screen)[0]
    regions = np.zeros_like(views)
    for start in range(0, len(tiles), 32):
        batch = tiles[start : start + 32]
        covered = np.repeat(views[None], len(batch), axis=0)
        for stack, tile in zip(covered, batch, strict=True):
            stack[tile] = 0.0
        for tile, log_odds in zip(batch, _log_odds(covered, screen), strict=True):
            regions[tile] = max(0.0, uncovered - log_odds)
    greatest = regions.max()
    return regions / greatest if greatest > 0 else regions


def _log_odds(stacks: NDArray[np.float32], screen: Screen) -> NDArray[np.float64]:
    scores = label_scores(screen.network, stacks).astype(np.float64)
    flagged = [screen.policy.action(label) is not Finding.CLEAR for label in screen.network.labels]
    chance = np.clip(scores[:, flagged].sum(axis=1), 1e-9, 1 - 1e-9)
    log_odds: NDArray[np.float64] = np.log(chance) - np.log1p(-chance)
    return log_odds
