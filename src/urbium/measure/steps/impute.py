"""Impute: fill what is missing from the column, the group, the pillar or other years of the same unit.

Every way answers a filled copy of ``values``, a (rows, columns) array with NaN where a value is missing. A
known value is never changed, and where there is nothing to fill from, the value stays missing.

The ways follow OECD and JRC, *Handbook on Constructing Composite Indicators* (2008), step 3 (unconditional
mean and median, hot deck), and Becker and others, *COINr: An R package for developing composite indicators*
(2022).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.text import coded, text

Numbers = NDArray[np.float64]
Labels = NDArray[np.object_]


def impute_mean(values: Numbers, groups: Labels | None = None) -> Numbers:
    """Fill with the mean of the column, or of the column within the group of the row.

    ``groups`` is a (rows,) array of labels; a row without label (``None`` or ``""``) keeps its gaps, and so
    does a row in whose group nobody knows the column.

    >>> impute_mean(np.array([[1.0], [np.nan], [5.0]])).ravel().tolist()
    [1.0, 3.0, 5.0]
    """
    return _by_group(values, groups, _mean)


def impute_median(values: Numbers, groups: Labels | None = None) -> Numbers:
    """Fill with the median of the column, or of the column within the group of the row.

    ``groups`` is a (rows,) array of labels; a row without label (``None`` or ``""``) keeps its gaps, and so
    does a row in whose group nobody knows the column.

    >>> impute_median(np.array([[1.0], [np.nan], [9.0], [2.0]])).ravel().tolist()
    [1.0, 2.0, 9.0, 2.0]
    """
    return _by_group(values, groups, _median)


def impute_siblings(values: Numbers, parents: tuple[str, ...]) -> Numbers:
    """Fill with the mean of what the row knows of the same pillar.

    ``parents`` names the pillar of each column. The columns must be on one scale, so normalise first.

    >>> impute_siblings(np.array([[20.0, np.nan, 40.0, np.nan]]), ("a", "a", "a", "b")).ravel().tolist()
    [20.0, 30.0, 40.0, nan]
    """
    filled = values.copy()
    for parent in dict.fromkeys(parents):
        columns = np.flatnonzero(np.asarray(parents) == parent)
        part = values[:, columns]
        filled[:, columns] = np.where(np.isnan(part), _mean(part.T)[:, None], part)
    return filled


def impute_lowest(values: Numbers) -> Numbers:
    """Fill with the lowest value of the column, so that silence never pays.

    More must be better in every column, so normalise first.

    >>> impute_lowest(np.array([[40.0], [np.nan], [25.0]])).ravel().tolist()
    [40.0, 25.0, 25.0]
    """
    if not len(values):
        return values.copy()
    return np.where(np.isnan(values), np.fmin.reduce(values, axis=0), values)


def impute_nearest_year(
    values: Numbers,
    units: tuple[str, ...],
    years: NDArray[np.int64],
    maximum_age: int | None = None,
    *,
    only_earlier: bool = False,
) -> Numbers:
    """Fill with the value of the same unit in the nearest year; of two years equally near the earlier counts.

    Parameters
    ----------
    units, years : (rows,) the unit and the year of each row, in any order
    maximum_age : how many years away a value may be; any number when left out
    only_earlier : take nothing from later years, so that no year is judged by what came after it

    Raises InputError when a unit has two rows of one year.

    >>> years = np.array([2015, 2016, 2020])
    >>> impute_nearest_year(np.array([[1.0], [np.nan], [9.0]]), ("a", "a", "a"), years).ravel().tolist()
    [1.0, 1.0, 9.0]
    """
    order, dates, before, after = _neighbours(values, units, years)
    ago = dates - _pick(dates, before)
    ahead = np.full(ago.shape, np.nan) if only_earlier else _pick(dates, after) - dates
    is_earlier = np.isnan(ahead) | (ago <= ahead)
    nearest = _pick(values[order], np.where(is_earlier, before, after))
    limit = np.inf if maximum_age is None else maximum_age
    return _fill(values, order, np.where(np.fmin(ago, ahead) <= limit, nearest, np.nan))


def impute_linear(values: Numbers, units: tuple[str, ...], years: NDArray[np.int64]) -> Numbers:
    """Fill on the straight line between the nearest known years of the same unit; beyond them, hold it level.

    ``units`` and ``years`` are the unit and the year of each row, in any order. Raises InputError when a unit
    has two rows of one year.

    >>> years = np.array([2015, 2016, 2020, 2021])
    >>> impute_linear(np.array([[1.0], [np.nan], [11.0], [np.nan]]), ("a",) * 4, years).ravel().tolist()
    [1.0, 3.0, 11.0, 11.0]
    """
    order, dates, before, after = _neighbours(values, units, years)
    left, right = _pick(values[order], before), _pick(values[order], after)
    since = dates - _pick(dates, before)
    gap = _pick(dates, after) - _pick(dates, before)
    between = left + np.divide(since, gap, out=np.zeros(values.shape), where=gap > 0) * (right - left)
    held = np.where(np.isnan(left), right, left)
    return _fill(values, order, np.where(np.isnan(between), held, between))


def _by_group(values: Numbers, groups: Labels | None, middle: Callable[[Numbers], Numbers]) -> Numbers:
    """Fill each group of rows with the middle of its columns."""
    if not len(values):
        return values.copy()
    if groups is None:
        return np.where(np.isnan(values), middle(values), values)
    members: dict[object, list[int]] = {}
    for row, label in enumerate(groups.tolist()):
        members.setdefault(label, []).append(row)
    filled = values.copy()
    for label, rows in members.items():
        if label not in (None, ""):
            part = values[rows]
            filled[rows] = np.where(np.isnan(part), middle(part), part)
    return filled


def _mean(part: Numbers) -> Numbers:
    """Return the mean of what is known in each column, NaN where nothing is."""
    is_known = ~np.isnan(part)
    counts = is_known.sum(axis=0)
    sums = np.where(is_known, part, 0.0).sum(axis=0)
    answer = np.full(part.shape[1], np.nan)
    np.divide(sums, counts, out=answer, where=counts > 0)
    return answer


def _median(part: Numbers) -> Numbers:
    """Return the median of what is known in each column, NaN where nothing is."""
    ordered = np.sort(part, axis=0)  # NaN comes last
    counts = (~np.isnan(part)).sum(axis=0)
    columns = np.arange(part.shape[1])
    middle: Numbers = (ordered[(counts - 1) // 2, columns] + ordered[counts // 2, columns]) / 2
    return middle


def _neighbours(
    values: Numbers, units: tuple[str, ...], years: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Numbers, NDArray[np.int64], NDArray[np.int64]]:
    """Order the rows by unit and year and find, for each value, the known ones of its unit around it.

    Returns
    -------
    The order of the rows; and in that order, as (rows, columns) arrays, the year of each value and the rows
    of the nearest known values not after it and not before it, -1 where there is none.
    """
    codes = np.unique(np.asarray(units, dtype=str), return_inverse=True)[1]
    order = np.lexsort((years, codes))
    codes, dates = codes[order], years[order]
    twice = np.flatnonzero((codes[1:] == codes[:-1]) & (dates[1:] == dates[:-1]))
    if len(twice):
        raise InputError(
            coded(
                "measure.step.two_rows",
                "the unit {unit} has two rows for the year {year:d}",
                unit=units[order[twice[0]]],
                year=int(dates[twice[0]]),
            ),
            place="years",
            remedy=text("use one row for each unit and year"),
        )
    rows = np.broadcast_to(np.arange(len(values))[:, None], values.shape)
    is_known = ~np.isnan(values[order])
    before = np.maximum.accumulate(np.where(is_known, rows, -1), axis=0)
    after = np.minimum.accumulate(np.where(is_known, rows, len(values))[::-1], axis=0)[::-1]
    first = np.searchsorted(codes, codes, side="left")[:, None]
    end = np.searchsorted(codes, codes, side="right")[:, None]
    return (
        order,
        np.broadcast_to(dates[:, None].astype(float), values.shape),
        np.where(before >= first, before, -1),
        np.where(after < end, after, -1),
    )


def _pick(table: Numbers, rows: NDArray[np.int64]) -> Numbers:
    """Return for each place the value of its column in the given row, NaN for row -1."""
    if not len(table):
        return np.empty(rows.shape)
    return np.where(rows >= 0, np.take_along_axis(table, np.maximum(rows, 0), axis=0), np.nan)


def _fill(values: Numbers, order: NDArray[np.int64], ordered: Numbers) -> Numbers:
    """Put values, in the given order of rows, where some are missing."""
    back = np.empty(values.shape)
    back[order] = ordered
    return np.where(np.isnan(values), back, values)
