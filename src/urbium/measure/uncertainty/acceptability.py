"""Acceptability: how likely each rank is over the runs, and which rows may be among the best (ADR 0023).

In: the share of runs in which a row has a rank, is among the first, or stands before another; the set that
holds the best with a stated confidence.
Not in: how the runs are made (runs), and what they do to a single rank (intervals).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.text import coded, text

Array = NDArray[np.float64]


def first(ranks: NDArray[np.integer], count: int) -> Array:
    """Return the share of the runs in which each row is among the first ``count``, (rows,).

    >>> first(np.array([[1, 2, 3], [3, 1, 2]]), 2).tolist()
    [0.5, 1.0, 0.5]
    """
    return (
        np.asarray(((ranks > 0) & (ranks <= count)).mean(axis=0)) if len(ranks) else np.zeros(ranks.shape[1])
    )


def before(scores: NDArray[np.floating], one: int, other: int) -> float:
    """Return the share of the runs in which one row scores more than another, equal ones counting half.

    Runs in which one of the two has no score do not count; NaN when there is no other.

    >>> before(np.array([[3.0, 1.0], [2.0, 2.0]]), 0, 1)
    0.75
    """
    left, right = scores[:, one], scores[:, other]
    both = ~np.isnan(left) & ~np.isnan(right)
    if not both.any():
        return float("nan")
    return float((left[both] > right[both]).mean() + 0.5 * (left[both] == right[both]).mean())


@dataclass(frozen=True, eq=False)
class BestSet:
    """Which rows may be among the best: all of the best are in it together, with the confidence asked for.

    ``is_in`` (rows,) says so; ``lowest`` (rows,) is the best rank that each row may truly have; NaN rows (no
    score in some run) have -1 and are out.
    """

    is_in: NDArray[np.bool_]
    lowest: NDArray[np.int64]
    confidence: float


def best_set(scores: NDArray[np.floating], count: int, *, confidence: float = 0.95) -> BestSet:
    r"""Return the rows among which the best ``count`` lie, jointly with the given confidence.

    Row k is surely above row j where :math:`(\bar s_k - \bar s_j) / \sigma_{jk}` exceeds the quantile of the
    largest such difference that the runs show by chance alone, over all pairs not yet decided; decided pairs
    are then left out and the quantile is taken anew, until nothing more is decided (step-down). A row's best
    rank is one more than the rows surely above it, and the set holds those whose best rank is at most
    ``count``.

    Parameters
    ----------
    scores : (runs, rows) array, more is better; a row without a score in some run is left out
    count : how many best rows are looked for, 1 or more
    confidence : 0.5 to below 1

    Raises
    ------
    InputError : no row is asked for, or the confidence is no such share

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm: *Inference for ranks with applications to mobility across
    neighbourhoods and academic achievement across countries*, Review of Economic Studies 91 (2024), sections
    3.3 and 3.5; their R package csranks does the same from estimates and standard errors.

    >>> runs = np.array([[3.0, 2.9, 1.0], [2.8, 3.1, 0.9], [3.1, 2.8, 1.2], [3.0, 3.1, 1.1]])
    >>> best_set(runs, 1).is_in.tolist()
    [True, True, False]
    """
    if count < 1 or not 0.5 <= confidence < 1:  # noqa: PLR2004 - a half is a coin
        raise InputError(
            coded("measure.best.asked", "the best {count} cannot be determined with a confidence of "
                                        "{share:.6g}",
                 count=count, share=confidence),
            remedy=text("request 1 or more, with a confidence of 0.5 to 0.99"),
        )  # fmt: skip
    told = ~np.isnan(scores).any(axis=0)
    draws = scores[:, told].astype(float)
    centre = draws.mean(axis=0)
    off = draws - centre
    rows = len(centre)
    covariance = off.T @ off / max(len(draws) - 1, 1)
    variance = np.diag(covariance)
    spread = np.sqrt(np.maximum(variance[:, None] + variance[None, :] - 2 * covariance, 0.0))
    apart = np.abs(centre[:, None] - centre[None, :])
    scale = np.where(spread > 1e-12 * np.maximum(apart, 1.0), spread, np.nan)  # two rows that move as one
    ahead = centre[:, None] - centre[None, :]  # of the row over the column
    is_above = np.isnan(scale) & (ahead > 0)
    open_pairs = ~np.isnan(scale)
    statistic = np.where(open_pairs, ahead / np.where(open_pairs, scale, 1.0), -np.inf)
    while open_pairs.any():
        largest = np.array(
            [((run[:, None] - run[None, :]) / scale)[open_pairs].max(initial=-np.inf) for run in off]
        )
        decided = open_pairs & (statistic > np.quantile(largest, confidence))
        if not decided.any():
            break
        is_above |= decided
        open_pairs &= ~decided
    lowest = np.full(scores.shape[1], -1, dtype=np.int64)
    lowest[told] = 1 + is_above.sum(axis=0) if rows else 1
    return BestSet((lowest > 0) & (lowest <= count), lowest, confidence)
