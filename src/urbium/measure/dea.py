"""Benefit of the doubt: each city weighed by its own most favourable weights.

In: scores and weights by data envelopment analysis without inputs.
Not in: one set of weights for all (weights).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbium.errors import InputError
from urbium.text import coded, text

Array = NDArray[np.float64]

_ROUNDING: Final = 1e-9
_CHUNK: Final = 64  # rows compared with all others at once


@dataclass(frozen=True, eq=False)
class BenefitOfTheDoubt:
    """The best that can be said of each row.

    ``scores`` (rows,) lie above 0 and reach 1 where no row does better under these weights; a row of zeros
    has 0. ``weights`` (rows, columns) are each row's own, in one over the unit of the column; ``shares``
    (rows, columns) are the pies: the part (0 to 1) of the score that comes from each column. NaN for a row
    of which nothing is known or that cannot keep the bounds.
    """

    scores: Array
    weights: Array
    shares: Array


def benefit_of_the_doubt(
    values: Array, *, lowest_share: ArrayLike = 0.0, highest_share: ArrayLike = 1.0
) -> BenefitOfTheDoubt:
    r"""Give each row the weights under which it does best, as long as no row does better than 1.

    .. math:: \max_w \sum_k w_k x_{ik} \quad \text{so that} \quad
              \sum_k w_k x_{jk} \le 1 \text{ for all } j, \quad w \ge 0, \quad
              l_k \le \frac{w_k x_{ik}}{\sum_m w_m x_{im}} \le u_k

    Parameters
    ----------
    values : (rows, columns) array, zero or more, in which more is better; a missing value is left out, as
        if it were zero: it adds nothing to its row, and its bounds do not hold there
    lowest_share, highest_share : bounds of the pie shares (0 to 1), one for all or (columns,) arrays

    Raises
    ------
    InputError : a value is negative, or the bounds leave no share

    Notes
    -----
    One linear programme a row; only rows that no other row equals or surpasses in all columns limit it.

    References
    ----------
    Cherchye, Moesen, Rogge and Van Puyenbroeck: *An introduction to 'benefit of the doubt' composite
    indicators*, Social Indicators Research 82 (2007).

    >>> benefit_of_the_doubt(np.array([[4.0, 1.0], [1.0, 4.0], [2.0, 2.0]])).scores.round(6).tolist()
    [1.0, 1.0, 0.8]
    """
    low, high = (
        np.broadcast_to(np.asarray(bound, dtype=float), values.shape[1:])
        for bound in (lowest_share, highest_share)
    )
    _check(values, low, high)
    is_known = ~np.isnan(values)
    filled = np.where(is_known, values, 0.0)
    unit = filled.max(axis=0, initial=0)
    unit = np.where(unit > 0, unit, 1.0)
    scaled = filled / unit
    limits = scaled[_unsurpassed(scaled)]
    weights = np.full(values.shape, np.nan)
    for row in np.flatnonzero(is_known.any(axis=1)):
        speaks = scaled[row] > 0
        weights[row] = 0.0
        weights[row, speaks] = _best_weights(
            scaled[row, speaks], limits[:, speaks], low[speaks], high[speaks]
        )
    pies = weights * scaled
    scores = pies.sum(axis=1)
    shares = np.full(values.shape, np.nan)
    np.divide(pies, scores[:, None], out=shares, where=scores[:, None] > 0)
    return BenefitOfTheDoubt(np.minimum(scores, 1.0), weights / unit, shares)


def _best_weights(values: Array, limits: Array, low: Array, high: Array) -> Array:
    """Solve the programme of one row; NaN where its bounds cannot be kept."""
    if not len(values):
        return values
    pie = np.diag(values)
    rows = [limits]
    if (low > 0).any():
        rows.append(low[:, None] * values - pie)
    if (high < 1).any():
        rows.append(pie - high[:, None] * values)
    upper = np.zeros(sum(map(len, rows)))
    upper[: len(limits)] = 1.0
    from scipy.optimize import linprog  # noqa: PLC0415 - half a second of every start, and seldom needed

    solution = linprog(-values, A_ub=np.vstack(rows), b_ub=upper, method="highs")
    return np.asarray(solution.x) if solution.fun < -_ROUNDING else np.full(values.shape, np.nan)


def _unsurpassed(scaled: Array) -> NDArray[np.bool_]:
    """Say which rows no other equals or surpasses in all columns; of equal rows the first stands for all."""
    _, first = np.unique(scaled, axis=0, return_index=True)
    candidates = scaled[first]
    keeps = np.ones(len(candidates), dtype=bool)
    for start in range(0, len(candidates), _CHUNK):
        chunk = candidates[start : start + _CHUNK]
        surpassed = np.ones((len(chunk), len(candidates)), dtype=bool)
        for column in range(scaled.shape[1]):
            surpassed &= candidates[None, :, column] >= chunk[:, None, column]
        keeps[start : start + _CHUNK] = surpassed.sum(axis=1) == 1  # only by itself
    result = np.zeros(len(scaled), dtype=bool)
    result[first[keeps]] = True
    return result


def _check(values: Array, low: Array, high: Array) -> None:
    if (values < 0).any():
        raise InputError(
            coded(
                "measure.dea.negative",
                "the benefit-of-the-doubt method needs values of zero or more, but some are negative",
            ),
            remedy=text("use a normalisation whose scale starts at zero, such as min-max"),
        )
    if not ((low >= 0).all() and (high <= 1).all() and (low <= high).all()):
        raise InputError(
            coded(
                "measure.dea.shares",
                "a minimum share is negative or above its maximum, or a maximum is above 1",
            ),
            remedy=text("enter shares from 0 to 1"),
        )
    if low.sum() > 1 + _ROUNDING or high.sum() < 1 - _ROUNDING:
        raise InputError(
            coded(
                "measure.dea.sum",
                "the shares can only add up to a total between {low:g} and {high:g}, not to 1",
                low=float(low.sum()),
                high=float(high.sum()),
            ),
            remedy=text("lower the minimum shares or raise the maximum shares"),
        )
