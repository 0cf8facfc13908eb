"""Tiers: groups of rows (cities) whose order the runs of an uncertainty analysis do not settle."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

CONFIDENCE: Final = 0.95
"""The share of the runs in which a row is ahead from which its being ahead is called certain."""
_FIRST_LOOK: Final = 32  # rows compared with a tier's head at once; doubles while the tier goes on


def tiers(
    scores: NDArray[np.floating], nominal: NDArray[np.integer], *, confidence: float = CONFIDENCE
) -> NDArray[np.int64]:
    r"""Return the tier of each row, 1 for the best; rows of one tier cannot be told apart from its head.

    The rows stand in the order of their nominal rank. A tier's head is its first row; the next tier starts at
    the first row after it that the head beats in at least the share ``confidence`` of the runs,

    .. math:: \frac{\#\{s_{head} > s\} + \frac12 \#\{s_{head} = s\}}{\#\{\text{both have a score}\}}
              \ge confidence.

    Parameters
    ----------
    scores : (runs, rows) array, more is better, NaN where a run gave a row no score
    nominal : (rows,) ranks, 1 for the best, -1 for a row without a score
    confidence : share of the runs, above 0.5 and up to 1

    Returns
    -------
    (rows,) tiers; -1 for a row without a nominal rank.

    Notes
    -----
    Of rows with the same nominal rank, the one with the higher mean score over the runs stands first, so the
    order in which rows are given does not matter. A row that never has a score together with the head cannot
    be told apart from it. A tier says that its head is not surely better, not that its rows are alike.

    >>> runs = np.array([[3.0, 2.0, 1.0], [2.0, 3.0, 1.0]])
    >>> tiers(runs, np.array([1, 2, 3])).tolist()
    [1, 1, 2]
    """
    answer = np.full(len(nominal), -1, dtype=np.int64)
    is_ranked = nominal > 0
    if not is_ranked.any():
        return answer
    has_score = ~np.isnan(scores)
    sums = np.where(has_score, scores, 0.0).sum(axis=0, dtype=np.float64)
    means = sums / np.maximum(has_score.sum(axis=0), 1)
    order = np.lexsort((-means, nominal))[(~is_ranked).sum() :]
    lines = np.ascontiguousarray(scores[:, order].T)
    head, tier = 0, 1
    while head < len(order):
        end = _end_of_tier(lines, head, confidence)
        answer[order[head:end]] = tier
        head, tier = end, tier + 1
    return answer


def _end_of_tier(lines: NDArray[np.floating], head: int, confidence: float) -> int:
    """Return the first place after ``head`` whose row the head surely beats; the end when there is none."""
    start, look = head + 1, _FIRST_LOOK
    while start < len(lines):
        others = lines[start : start + look]
        points = (lines[head] > others).sum(axis=1) + 0.5 * (lines[head] == others).sum(axis=1)
        runs = (~np.isnan(lines[head]) & ~np.isnan(others)).sum(axis=1)
        is_beaten = points / np.maximum(runs, 1) >= confidence
        if is_beaten.any():
            return start + int(is_beaten.argmax())
        start, look = start + look, 2 * look
    return len(lines)
