"""The pictures of the report: curves with their intervals, the confusion matrix, parts as the network sees them."""

import base64
import html
import io
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

from c3po.figures import wilson_interval
from c3po.shapes import LABELS

mpl.use("Agg")
from matplotlib import pyplot as plt

INK, ACCENT, BAND = "#22303c", "#b3261e", "#f3c9c5"
plt.rcParams.update({"font.size": 10, "axes.edgecolor": INK, "axes.labelcolor": INK, "axes.spines.top": False})
plt.rcParams.update({"axes.spines.right": False, "text.color": INK, "xtick.color": INK, "ytick.color": INK})


def figure_html(figure: Any, caption: str) -> str:
    """A figure with its caption as HTML that needs no file beside it."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=130, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)
    source = f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    told = html.escape(caption)
    return f'<figure><img alt="{told}" src="{source}"><figcaption>{told}</figcaption></figure>'


def roc(scores: NDArray[np.float64], guns: NDArray[np.bool_], caption: str) -> str:
    """Share of guns found against share of false alarms, over all thresholds; whole, and its first tenth.

    Parameters
    ----------
    scores : float64, shape (n,)
    guns : bool, shape (n,)
    """
    thresholds = np.concatenate([[np.inf], np.unique(scores)[::-1]])
    alarms = np.array([np.mean(scores[~guns] >= each) if (~guns).any() else 0.0 for each in thresholds])
    found = np.array([np.mean(scores[guns] >= each) if guns.any() else 0.0 for each in thresholds])
    bounds = np.array([wilson_interval(round(share * guns.sum()), int(guns.sum())) for share in found])
    figure, panels = plt.subplots(1, 2, figsize=(8.6, 3.8), sharey=True)
    for axes, reach in zip(panels, (1.0, 0.1), strict=True):
        axes.fill_between(alarms, bounds[:, 0], bounds[:, 1], step="post", color=BAND, lw=0)
        axes.plot(alarms, found, drawstyle="steps-post", color=ACCENT)
        axes.set(xlabel="false alarms, share of harmless jobs", xlim=(0, reach), ylim=(0, 1.02))
        axes.grid(alpha=0.25)
    panels[0].plot([0, 1], [0, 1], color=INK, lw=0.8, ls=":")
    panels[0].set_ylabel("guns found, share")
    return figure_html(figure, caption)


def progress(rows: Sequence[dict[str, str]], caption: str) -> str:
    """Share of gun jobs stopped by each fraction of the print, with its 95 % interval."""
    at, stopped, low, high = (
        np.array([float(row[key]) for row in rows]) for key in ("fraction", "stopped", "low", "high")
    )
    figure, axes = plt.subplots(figsize=(5.4, 3.6))
    axes.fill_between(100 * at, low, high, step="post", color=BAND, lw=0)
    axes.plot(100 * at, stopped, drawstyle="steps-post", color=ACCENT)
    axes.set(xlabel="printed, % of layers", ylabel="gun jobs stopped, share", xlim=(0, 100), ylim=(0, 1.02))
    axes.grid(alpha=0.25)
    return figure_html(figure, caption)


def confusion(pairs: Sequence[tuple[str, str]], caption: str) -> str:
    """How often each label was said for each true label; a row is a true label and says how many jobs it has."""
    counts = np.zeros((len(LABELS), len(LABELS) + 1), int)
    for actual, said in pairs:
        counts[LABELS.index(actual), LABELS.index(said) if said in LABELS else -1] += 1
    columns = [*LABELS, "none"] if counts[:, -1].any() else list(LABELS)
    counts = counts[:, : len(columns)]
    figure, axes = plt.subplots(figsize=(7.4, 5.6))
    axes.imshow(counts / np.maximum(1, counts.sum(axis=1, keepdims=True)), cmap="Reds", vmin=0, vmax=1)
    for (i, j), count in np.ndenumerate(counts):
        if count:
            dark = count > 0.6 * counts[i].sum()
            axes.text(j, i, str(count), ha="center", va="center", fontsize=8, color="white" if dark else INK)
    axes.set_xticks(range(len(columns)), [name.replace("_", " ") for name in columns], rotation=45, ha="right")
    rows = [f"{name.replace('_', ' ')} ({counts[i].sum()})" for i, name in enumerate(LABELS)]
    axes.set_yticks(range(len(LABELS)), rows)
    axes.set(xlabel="said", ylabel="is")
    axes.spines[:].set_visible(False)
    return figure_html(figure, caption)


def parts(images: Sequence[NDArray[np.float32]], titles: Sequence[str], caption: str, columns: int = 6) -> str:
    """Parts in rows, each image float32, shape (h, w), in [0, 1], with its title."""
    if not images:
        return f"<p><em>{html.escape(caption)}: none.</em></p>"
    rows = -(-len(images) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(1.6 * columns, 2.05 * rows), squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, image, title in zip(grid.flat, images, titles, strict=False):
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(title, fontsize=7)
    return figure_html(figure, caption)
