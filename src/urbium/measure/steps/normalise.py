"""Normalise: put indicators of different units on one scale, on which more is always better.

Every way takes ``values``, a (rows, columns) array of indicators with NaN where one is missing, and
``directions``, a (columns,) array: 1 higher is better, -1 lower is better, 0 neither. It answers an array of
the same shape. A missing value stays missing; a column without direction is NaN throughout. Where the scale
comes from the rows themselves, a column in which all rows are alike is NaN too: it cannot tell them apart,
and any number would be made up. A scale fixed beforehand (:func:`scaled`, :func:`goalposts`) needs no such
rule.

The names and definitions follow OECD and JRC, *Handbook on Constructing Composite Indicators* (2008), step 5,
and Becker and others, *COINr: An R package for developing composite indicators* (2022).
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.text import coded, text

_SAME: Final = 1e-12  # a spread this small, relative to the figures, is rounding

Ties = Literal["min", "average"]
"""What equal values get: the lowest rank among them, or the mean of their ranks."""


@dataclass(frozen=True)
class Extremes:
    """The smallest and the largest value of each column and the rows that set them.

    ``low`` and ``high`` are (columns,) arrays, NaN where nothing is known; ``low_row`` and ``high_row`` the
    positions of those rows, -1 where there is none. Of several rows with the same value the first counts.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    low_row: NDArray[np.int64]
    high_row: NDArray[np.int64]


def extremes(values: NDArray[np.float64]) -> Extremes:
    """Return the smallest and the largest known value of each column, and which rows set them.

    >>> found = extremes(np.array([[4.0], [np.nan], [9.0]]))
    >>> found.low.item(), found.high.item(), found.high_row.item()
    (4.0, 9.0, 2)
    """
    low, high = _ends(values)
    return Extremes(low, high, _first_row(values, low), _first_row(values, high))


def tells_apart(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which columns hold values that differ by more than rounding (1e-12 of the largest).

    >>> tells_apart(np.array([[1.0, 0.1 + 0.2, np.nan], [2.0, 0.3, 7.0]])).tolist()
    [True, False, False]
    """
    return _are_apart(*_ends(values))


def min_max(
    values: NDArray[np.float64], directions: NDArray[np.int64], *, low: float = 0.0, high: float = 100.0
) -> NDArray[np.float64]:
    r"""Scale each column linearly so that its worst row has ``low`` and its best ``high``.

    .. math:: l + (h - l) \frac{x - \min}{\max - \min} \quad (d = +1), \qquad
              l + (h - l) \frac{\max - x}{\max - \min} \quad (d = -1)

    Raises InputError when ``low`` is not below ``high``.

    >>> min_max(np.array([[1.0], [2.0], [5.0]]), np.array([1])).ravel().tolist()
    [0.0, 25.0, 100.0]
    """
    if not low < high:
        raise InputError(
            coded(
                "measure.step.scale", "a scale from {low!r} to {high!r} is not ascending", low=low, high=high
            ),
            place="min-max",
            remedy=text("enter a low value below the high value"),
        )
    facing = _facing(values, directions)
    worst, best = _ends(facing)
    return np.clip(_share(facing, worst, best, high - low) + low, low, high)


def z_score(
    values: NDArray[np.float64], directions: NDArray[np.int64], *, mean: float = 0.0, spread: float = 1.0
) -> NDArray[np.float64]:
    r"""Shift and stretch each column to the given mean and (sample) standard deviation.

    .. math:: \mu + \sigma\, d\, (x - \bar x) / s

    Raises InputError when ``spread`` is not positive.

    >>> z_score(np.array([[1.0], [2.0], [3.0]]), np.array([-1])).ravel().tolist()
    [1.0, 0.0, -1.0]
    """
    if not spread > 0:
        raise InputError(
            coded("measure.step.spread", "a spread of {spread!r} is not a standard deviation", spread=spread),
            place="z-score",
            remedy=text("enter a standard deviation above 0"),
        )
    facing = _facing(values, directions)
    is_known = ~np.isnan(facing)
    counts = is_known.sum(axis=0)
    sums = np.where(is_known, facing, 0.0).sum(axis=0)
    centre = np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0)
    off = facing - centre
    squares = np.where(is_known, off**2, 0.0).sum(axis=0)
    deviation = np.sqrt(squares / np.maximum(counts - 1, 1))
    answer = np.full(values.shape, np.nan)
    np.divide(off * spread, deviation, out=answer, where=is_known & tells_apart(facing))
    return answer + mean


def scaled(
    values: NDArray[np.float64],
    directions: NDArray[np.int64],
    *,
    low: float | NDArray[np.float64] = 0.0,
    high: float | NDArray[np.float64] = 100.0,
    scale: float = 100.0,
) -> NDArray[np.float64]:
    r"""Scale each column linearly between bounds fixed beforehand; what lies outside goes beyond the scale.

    .. math:: S \frac{x - l}{h - l} \quad (d = +1), \qquad S \frac{h - x}{h - l} \quad (d = -1)

    ``low`` and ``high`` are in the unit of the indicator, one for all columns or one a column; a column whose
    bound is NaN has no score. Raises InputError, naming the columns, where ``low`` is not below ``high``.

    >>> scaled(np.array([[5.0], [12.0]]), np.array([-1]), low=0, high=10).ravel().tolist()
    [50.0, -20.0]
    """
    return goalposts(values, directions, low=low, high=high, scale=scale, truncate=False)


def goalposts(
    values: NDArray[np.float64],
    directions: NDArray[np.int64],
    *,
    low: float | NDArray[np.float64],
    high: float | NDArray[np.float64],
    scale: float = 100.0,
    truncate: bool = True,
) -> NDArray[np.float64]:
    r"""Scale each column between goalposts fixed beforehand; what lies outside gets 0 or the whole ``scale``.

    .. math:: S \min(1, \max(0, (x - l) / (h - l))) \quad (d = +1), \qquad
              S \min(1, \max(0, (h - x) / (h - l))) \quad (d = -1)

    ``low`` and ``high`` are in the unit of the indicator, one for all columns or one a column; a column whose
    goalpost is NaN has no score. With ``truncate`` off nothing is cut. Raises InputError, naming the columns
    from 0, where ``low`` is not below ``high``.

    References
    ----------
    UNDP: *Human Development Report*, technical notes (goalposts of the Human Development Index).

    >>> goalposts(np.array([[20.0], [60.0], [90.0]]), np.array([1]), low=20, high=70).ravel().tolist()
    [0.0, 80.0, 100.0]
    """
    lower, upper = (
        np.broadcast_to(np.asarray(bound, dtype=float), directions.shape) for bound in (low, high)
    )
    wrong = np.flatnonzero(lower >= upper).tolist()
    if wrong:
        raise InputError(
            coded(
                "measure.step.goalposts.order",
                "the low goalpost is not below the high one in column {columns:list}",
                "the low goalpost is not below the high one in columns {columns:list}",
                count=len(wrong),
                columns=wrong,
            ),
            place="goalposts",
            remedy=text(
                "enter the lower value first, in the unit of the indicator, regardless of which is better"
            ),
        )
    reached = np.where(directions > 0, values - lower, upper - values) / (upper - lower)
    reached = np.where(directions != 0, reached, np.nan)
    return (np.clip(reached, 0.0, 1.0) if truncate else reached) * scale


def rank_score(
    values: NDArray[np.float64], directions: NDArray[np.int64], *, ties: Ties = "min"
) -> NDArray[np.float64]:
    """Return the rank of each row in each column, 1 for the worst, so that more is better.

    Equal values get the lowest rank among them (``ties="min"``) or the mean of their ranks (``"average"``);
    values that differ by no more than rounding (1e-12 of themselves) are equal. Raises InputError for any
    other word.

    >>> rank_score(np.array([[5.0], [8.0], [5.0]]), np.array([1])).ravel().tolist()
    [1.0, 3.0, 1.0]
    >>> rank_score(np.array([[5.0], [8.0], [5.0]]), np.array([1]), ties="average").ravel().tolist()
    [1.5, 3.0, 1.5]
    """
    if ties not in ("min", "average"):
        raise InputError(
            coded(
                "measure.step.ties", "there is no method called {name!r} for ranking equal values", name=ties
            ),
            place="ties",
            remedy=text("write min or average"),
        )
    facing = _facing(values, directions)
    if not len(values):
        return facing
    order = np.argsort(facing, axis=0, kind="stable")  # NaN comes last
    ordered = np.take_along_axis(facing, order, axis=0)
    places = np.arange(len(values))[:, None]
    begins = _are_apart(ordered[:-1], ordered[1:]) | np.isnan(ordered[1:])
    is_first = np.vstack([np.ones((1, values.shape[1]), dtype=bool), begins])
    first = np.maximum.accumulate(np.where(is_first, places, 0), axis=0)
    held = first.astype(float)
    if ties == "average":
        is_last = np.vstack([is_first[1:], np.ones((1, values.shape[1]), dtype=bool)])
        last = np.minimum.accumulate(np.where(is_last, places, len(values))[::-1], axis=0)[::-1]
        held = (first + last) / 2
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, held + 1, axis=0)
    return np.where(~np.isnan(facing) & tells_apart(facing), ranks, np.nan)


def percentile(
    values: NDArray[np.float64], directions: NDArray[np.int64], *, ties: Ties = "min"
) -> NDArray[np.float64]:
    """Return the share (0 to 1) of the other known rows that each row is better than.

    With ``ties="average"`` an equal row counts half. Raises InputError for any other word.

    >>> percentile(np.array([[5.0], [8.0], [6.0]]), np.array([1])).ravel().tolist()
    [0.0, 1.0, 0.5]
    """
    others: NDArray[np.int64] = np.maximum((~np.isnan(values)).sum(axis=0) - 1, 1)
    return borda(values, directions, ties=ties) / others


def borda(
    values: NDArray[np.float64], directions: NDArray[np.int64], *, ties: Ties = "min"
) -> NDArray[np.float64]:
    """Return how many known rows each row is better than, in each column.

    With ``ties="average"`` an equal row counts half. Raises InputError for any other word.

    >>> borda(np.array([[5.0], [8.0], [6.0]]), np.array([-1])).ravel().tolist()
    [2.0, 0.0, 1.0]
    """
    return rank_score(values, directions, ties=ties) - 1


def distance_to_maximum(values: NDArray[np.float64], directions: NDArray[np.int64]) -> NDArray[np.float64]:
    r"""Return how far each row has come from the worst (0) to the best row (1) of its column.

    .. math:: 1 - \frac{\max - x}{\max - \min} \quad (d = +1), \qquad
              1 - \frac{x - \min}{\max - \min} \quad (d = -1)

    >>> distance_to_maximum(np.array([[1.0], [2.0], [5.0]]), np.array([1])).ravel().tolist()
    [0.0, 0.25, 1.0]
    """
    return min_max(values, directions, low=0.0, high=1.0)


def distance_to_reference(
    values: NDArray[np.float64], directions: NDArray[np.int64], *, row: int, cap: bool = False
) -> NDArray[np.float64]:
    r"""Return how far each row has come from the worst row (0) to the row of reference (1).

    .. math:: \frac{x - \min}{x_r - \min} \quad (d = +1), \qquad \frac{\max - x}{\max - x_r} \quad (d = -1)

    ``row`` is the position of the row of reference, from 0. A row better than it has more than 1, unless
    ``cap`` is on. A column whose value of reference is missing or the worst of all has no scale and is NaN.
    Raises InputError when there is no such row.

    >>> distance_to_reference(np.array([[1.0], [3.0], [5.0]]), np.array([1]), row=1).ravel().tolist()
    [0.0, 1.0, 2.0]
    """
    if not 0 <= row < len(values):
        raise InputError(
            coded("measure.step.no_row", "there is no row {row} to refer to", row=row),
            place="row",
            remedy=text("enter a position from 0 to {last}", last=len(values) - 1),
        )
    facing = _facing(values, directions)
    return _up_to(facing, facing[row], cap=cap)


def distance_to_target(
    values: NDArray[np.float64],
    directions: NDArray[np.int64],
    *,
    targets: float | NDArray[np.float64],
    cap: bool = False,
) -> NDArray[np.float64]:
    r"""Return how far each row has come from the worst row (0) to the target of its column (1).

    .. math:: \frac{x - \min}{t - \min} \quad (d = +1), \qquad \frac{\max - x}{\max - t} \quad (d = -1)

    ``targets`` are in the unit of the indicator, one for all columns or one a column. A row beyond its target
    has more than 1, unless ``cap`` is on. A column without target (NaN), or with one that even the worst row
    has reached, has no scale and is NaN.

    >>> distance_to_target(np.array([[10.0], [4.0]]), np.array([-1]), targets=2.0).ravel().tolist()
    [0.0, 0.75]
    """
    aims = np.broadcast_to(np.asarray(targets, dtype=float), directions.shape)
    return _up_to(_facing(values, directions), _facing(aims, directions), cap=cap)


def fraction_of_maximum(values: NDArray[np.float64], directions: NDArray[np.int64]) -> NDArray[np.float64]:
    r"""Return each value as a share of the largest of its column; where lower is better, what lacks to 1.

    .. math:: x / \max \quad (d = +1), \qquad 1 - x / \max \quad (d = -1)

    For figures with a true zero; a column whose largest value is not positive is NaN. COINr divides by the
    *best* value instead: where lower is better that gives :math:`x / \min`, by which the worst row wins, and
    infinity where the best row has 0.

    >>> fraction_of_maximum(np.array([[1.0, 1.0], [4.0, 4.0]]), np.array([1, -1])).tolist()
    [[0.25, 0.75], [1.0, 0.0]]
    """
    high = _ends(values)[1]
    share = np.full(values.shape, np.nan)
    has_scale = (directions != 0) & (high > 0) & tells_apart(values)
    np.divide(values, high, out=share, where=np.broadcast_to(has_scale, values.shape))
    return np.where(directions < 0, 1 - share, share)


def _facing(values: NDArray[np.float64], directions: NDArray[np.int64]) -> NDArray[np.float64]:
    """Turn each column so that more is better; a column without direction becomes NaN."""
    return np.where(directions != 0, values * np.sign(directions), np.nan)


def _ends(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the smallest and the largest known value of each column, NaN where there is none."""
    if not len(values):
        nothing = np.full(values.shape[1], np.nan)
        return nothing, nothing
    return np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)


def _first_row(values: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the first row of each column that holds the wanted value, -1 where none does."""
    if not len(values):
        return np.full(values.shape[1], -1)
    is_it = values == wanted
    return np.where(is_it.any(axis=0), is_it.argmax(axis=0), -1)


def _are_apart(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say where the way up from low to high is more than rounding."""
    is_wide: NDArray[np.bool_] = high - low > _SAME * np.maximum(np.abs(low), np.abs(high))
    return is_wide


def _share(
    values: NDArray[np.float64], zero: NDArray[np.float64], one: NDArray[np.float64], width: float = 1.0
) -> NDArray[np.float64]:
    """Return ``width`` times the way from ``zero`` to ``one``; NaN where ``one`` does not lie above."""
    way = np.full(values.shape, np.nan)
    has_way = np.broadcast_to(_are_apart(zero, one), values.shape)
    np.divide(width * (values - zero), one - zero, out=way, where=has_way)
    return way


def _up_to(facing: NDArray[np.float64], aim: NDArray[np.float64], *, cap: bool) -> NDArray[np.float64]:
    """Return the way from the worst row to the aim; NaN where all rows are alike."""
    worst, best = _ends(facing)
    way = np.where(_are_apart(worst, best), _share(facing, worst, aim), np.nan)
    return np.minimum(way, 1.0) if cap else way
