"""The few figures that judge a detector: ROC area, Wilson interval, thresholds from a false-alarm budget."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray


def roc_area(scores: ArrayLike, positive: ArrayLike) -> float:
    """Chance that a positive scores above a negative, ties half; nan when either class is empty."""
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(positive, dtype=bool)
    n_positive, n_negative = int(truth.sum()), int((~truth).sum())
    if not n_positive or not n_negative:
        return math.nan
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    last_rank = np.cumsum(counts)
    mean_rank = last_rank - (counts - 1) / 2.0
    rank_sum = float(mean_rank[group][truth].sum())
    return (rank_sum - n_positive * (n_positive + 1) / 2.0) / (n_positive * n_negative)


def wilson_interval(hits: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share ``hits / n`` (Wilson 1927); (0, 1) when ``n`` is 0."""
    if n == 0:
        return 0.0, 1.0
    share = hits / n
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def threshold_for_budget(negative_scores: ArrayLike, false_alarm_rate: float) -> float:
    """The least threshold at which at most ``false_alarm_rate`` of the negatives score at or above it."""
    ordered = np.sort(np.asarray(negative_scores, dtype=np.float64))[::-1]
    allowed = int(false_alarm_rate * len(ordered))
    if allowed >= len(ordered):
        return 0.0
    return float(np.nextafter(ordered[allowed], math.inf))


def share_at_rate(positive_scores: ArrayLike, negative_scores: ArrayLike, false_alarm_rate: float) -> float:
    """Share of positives at or above the threshold that gives ``false_alarm_rate`` on these negatives."""
    threshold = threshold_for_budget(negative_scores, false_alarm_rate)
    values = np.asarray(positive_scores, dtype=np.float64)
    return float(np.mean(values >= threshold)) if values.size else math.nan


def weapon_scores(probabilities: NDArray[np.floating], weapon_columns: list[int]) -> NDArray[np.float64]:
    """Probability of any weapon label, shape (n,), from label probabilities, shape (n, n_labels)."""
    summed: NDArray[np.float64] = np.asarray(probabilities, dtype=np.float64)[:, weapon_columns].sum(axis=1)
    return summed
