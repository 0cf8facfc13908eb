"""Statistics: what the columns of a matrix look like, and how its rows compare pairwise.

In: descriptions and outranking, as arrays.
Not in: what is done about it (screen, treat), and how columns hang together (correlation).
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbium.measure.steps import treat

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_ROUNDING: Final = 1e-9
_CHUNK: Final = 64  # rows compared with all others at once


@dataclass(frozen=True, eq=False)
class Statistics:
    """What each column looks like; every array has the shape (columns,), NaN where too little is known.

    Attributes
    ----------
    low, high, mean, median, spread : of the known values; the spread is the standard deviation (n - 1)
    skewness, kurtosis : sample skewness and excess kurtosis, as spreadsheets compute them
    known, nonzero, unique, same : how many values are known, are not zero, differ from one another, and
        are alike in the value found most often
    known_share : share (0 to 1) of the rows that are known
    nonzero_share, unique_share, same_share : shares (0 to 1) of the known values
    is_sparse, is_mostly_zero, is_repetitive : the share falls below its threshold, or nothing is known
    is_skewed : skewness, up or down, and kurtosis both reach their thresholds
    """

    low: Array
    high: Array
    mean: Array
    median: Array
    spread: Array
    skewness: Array
    kurtosis: Array
    known: NDArray[np.int64]
    nonzero: NDArray[np.int64]
    unique: NDArray[np.int64]
    same: NDArray[np.int64]
    known_share: Array
    nonzero_share: Array
    unique_share: Array
    same_share: Array
    is_sparse: Mask
    is_mostly_zero: Mask
    is_repetitive: Mask
    is_skewed: Mask


def describe(
    values: Array,
    *,
    known_share: float = 0.65,
    nonzero_share: float = 0.5,
    unique_share: float = 0.5,
    skew: float = 2.0,
    kurtosis: float = 3.5,
) -> Statistics:
    """Describe each column of a (rows, columns) array and flag what a reviewer should look at.

    ``known_share``, ``nonzero_share`` and ``unique_share`` are the least shares (0 to 1) that raise no flag,
    ``skew`` and ``kurtosis`` the skewness, up or down, and the excess kurtosis from which a column is flagged
    when it reaches both: the test of :func:`urbium.measure.treat.treat`.

    References
    ----------
    OECD and JRC: *Handbook on Constructing Composite Indicators* (2008), steps 3 and 4.

    >>> found = describe(np.array([[1.0, 0.0], [2.0, 0.0], [6.0, np.nan]]))
    >>> found.mean.tolist(), found.median.tolist(), found.is_mostly_zero.tolist()
    ([3.0, 0.0], [2.0, 0.0], [False, True])
    """
    is_known = ~np.isnan(values)
    counts = is_known.sum(axis=0)
    mean = _ratio(np.where(is_known, values, 0.0).sum(axis=0), counts)
    squares = (np.where(is_known, values - mean, 0.0) ** 2).sum(axis=0)
    skewed, peaked = treat.skewness(values), treat.kurtosis(values)
    nonzero = (is_known & (values != 0)).sum(axis=0)
    unique, same = _repeats(values)
    shares = [_ratio(count, counts) for count in (nonzero, unique, same)]
    reported = _ratio(counts, np.full(counts.shape, len(values)))
    return Statistics(
        low=np.fmin.reduce(values, axis=0, initial=np.nan),
        high=np.fmax.reduce(values, axis=0, initial=np.nan),
        mean=mean,
        median=_medians(values, counts),
        spread=np.sqrt(_ratio(squares, counts - 1)),
        skewness=skewed,
        kurtosis=peaked,
        known=counts,
        nonzero=nonzero,
        unique=unique,
        same=same,
        known_share=reported,
        nonzero_share=shares[0],
        unique_share=shares[1],
        same_share=shares[2],
        is_sparse=~(reported >= known_share),
        is_mostly_zero=~(shares[0] >= nonzero_share),
        is_repetitive=~(shares[1] >= unique_share),
        is_skewed=(np.abs(skewed) >= skew - _ROUNDING) & (peaked >= kurtosis - _ROUNDING),
    )


def outranking(values: Array, weights: Array) -> Array:
    r"""Return the share of weight with which each row is ahead of each other, ties counting half.

    .. math:: o_{ij} = \sum_{k \in K} w_k \bigl([x_{ik} > x_{jk}] + \tfrac{1}{2} [x_{ik} = x_{jk}]\bigr)
              \Big/ \sum_{k \in K} w_k, \quad K \text{ known of both}

    Parameters
    ----------
    values : (rows, columns) array in which more is better, NaN where missing
    weights : (columns,) array, zero or more; only their proportions count

    Returns
    -------
    (rows, rows) array, 0 to 1, with :math:`o_{ij} + o_{ji} = 1` off the diagonal and 0 on it; NaN where two
    rows share no known column. To say who is ahead, compare the two directions with a tolerance; 0.5 is a
    sum of weights and may be missed by rounding.

    References
    ----------
    Munda and Nardo: *Noncompensatory/nonlinear composite indicators for ranking countries*, Applied
    Economics 41 (2009).

    >>> outranking(np.array([[3.0, 1.0], [2.0, 1.0]]), np.array([1.0, 1.0])).tolist()
    [[0.0, 0.75], [0.25, 0.0]]
    """
    is_known = ~np.isnan(values)
    ahead = np.zeros((len(values), len(values)))
    columns = np.ascontiguousarray(values.T)
    for first in range(0, len(values), _CHUNK):
        chunk = slice(first, first + _CHUNK)
        part = ahead[chunk]
        scratch = np.empty_like(part)
        for column, weight in zip(columns, weights, strict=True):
            part += np.multiply(column[chunk, None] > column[None, :], weight, out=scratch)
    shared = (is_known * weights) @ is_known.T.astype(float)
    result = np.full(ahead.shape, np.nan)
    np.divide(ahead - ahead.T, shared, out=result, where=shared > 0)
    result = (1 + result) / 2
    np.fill_diagonal(result, 0.0)
    return result


class Dominance(NamedTuple):
    """How many pairs of rows have one that is ahead in all, and their share (0 to 1) of all pairs."""

    pairs: int
    share: float


def dominance(outranked: Array) -> Dominance:
    """Count the pairs of which one row is ahead in every column that both know.

    ``outranked`` is the (rows, rows) answer of :func:`outranking`; fewer than two rows have the share NaN.

    >>> dominance(outranking(np.array([[3.0, 2.0], [2.0, 1.0], [2.5, 0.0]]), np.array([1.0, 1.0])))
    Dominance(pairs=2, share=0.6666666666666666)
    """
    rows = len(outranked)
    pairs = int(np.count_nonzero(outranked > 1 - _ROUNDING))
    return Dominance(pairs, pairs / (rows * (rows - 1) / 2) if rows > 1 else np.nan)


def _ratio(part: NDArray[np.number], whole: NDArray[np.number]) -> Array:
    """Divide; NaN where there is nothing to divide by."""
    result = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=result, where=whole > 0)
    return result


def _medians(values: Array, counts: NDArray[np.int64]) -> Array:
    if not len(values):
        return np.full(counts.shape, np.nan)
    ordered = np.sort(values, axis=0)  # what is missing comes last
    columns = np.arange(values.shape[1])
    middle = ordered[np.maximum(counts - 1, 0) // 2, columns], ordered[counts // 2 % len(values), columns]
    return np.where(counts > 0, (middle[0] + middle[1]) / 2, np.nan)


def _repeats(values: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many different values each column has, and how often the most frequent one occurs."""
    counts = [np.unique(column[~np.isnan(column)], return_counts=True)[1] for column in values.T]
    return (
        np.array([len(count) for count in counts], dtype=np.int64),
        np.array([count.max(initial=0) for count in counts], dtype=np.int64),
    )
