"""Trends: how fast the figures of a panel grow, city by city and indicator by indicator.

A panel is one matrix whose rows are cities in years. A trend runs from the first known figure of a city to
its latest one, whatever lies between, and says how much of the panel was known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.measure.review.standings import nullable
from urbium.text import coded, text

Array = NDArray[np.float64]


@dataclass(frozen=True)
class TrendPanel:
    """The figures of cities over years: ``values`` (units, years, columns), NaN where there is no figure."""

    units: tuple[str, ...]
    years: NDArray[np.int64]
    values: Array


@dataclass(frozen=True)
class Trends:
    """The trend of every city and indicator, in arrays of shape (units, columns).

    ``growth`` is the change per year as a share (0.02 for 2%), NaN where it cannot be said;
    ``availability`` the share (0 to 1) of the years of the panel with a figure; ``first`` and ``latest`` the
    figures the growth lies between, ``first_year`` and ``latest_year`` their years (-1: none); both ends are
    the same figure where only one is known.
    """

    units: tuple[str, ...]
    growth: Array
    availability: Array
    first: Array
    latest: Array
    first_year: NDArray[np.int64]
    latest_year: NDArray[np.int64]

    def table(self, columns: Sequence[str]) -> pl.DataFrame:
        """Return one row for each city and indicator: city, indicator, growth, availability, both ends."""
        size = len(columns)
        years = {"first_year": self.first_year, "latest_year": self.latest_year}
        return pl.DataFrame(
            {
                "city": [unit for unit in self.units for _ in range(size)],
                "indicator": list(columns) * len(self.units),
                "growth": nullable(self.growth.ravel()),
                "availability": self.availability.ravel(),
                "first": nullable(self.first.ravel()),
                "latest": nullable(self.latest.ravel()),
                **{
                    name: pl.Series(year.ravel(), dtype=pl.Int64).replace(-1, None)
                    for name, year in years.items()
                },
            },
            schema_overrides={"city": pl.String, "indicator": pl.String},
        )


def panel(values: Array, units: Sequence[str], years: NDArray[np.int64]) -> TrendPanel:
    """Lay rows of cities in years out as (units, years, columns), units by code and years in order.

    Parameters
    ----------
    values : (rows, columns) array, NaN where missing
    units, years : the city and the year of each row

    Raises
    ------
    InputError : a city has two rows of the same year

    >>> panel(np.array([[2.0], [1.0]]), ["a", "a"], np.array([2021, 2020])).values.ravel().tolist()
    [1.0, 2.0]
    """
    names = sorted(set(units))
    number = {name: place for place, name in enumerate(names)}
    unit_at = np.array([number[name] for name in units], dtype=np.int64)
    all_years, year_at = np.unique(np.asarray(years, dtype=np.int64), return_inverse=True)
    places, counted = np.unique(unit_at * max(len(all_years), 1) + year_at, return_counts=True)
    if (counted > 1).any():
        unit, year = divmod(int(places[counted.argmax()]), len(all_years))
        raise InputError(
            coded(
                "measure.trends.two_rows",
                "{city} has more than one row for {year:d}",
                city=names[unit],
                year=int(all_years[year]),
            ),
            remedy=text("keep one row for each city and year"),
        )
    cube = np.full((len(names), len(all_years), values.shape[1]), np.nan)
    cube[unit_at, year_at] = values
    return TrendPanel(tuple(names), all_years, cube)


def growth_rate(first: Array, latest: Array, years: Array) -> Array:
    r"""Return the compound growth per year that leads from the first figure to the latest.

    .. math:: g = (x_1 / x_0)^{1 / n} - 1

    Parameters
    ----------
    first, latest : figures of the same shape, NaN where missing
    years : years between them, greater than 0

    Returns
    -------
    A share per year (0.02 for 2%); 0 where nothing changed; NaN where a growth has no meaning: from zero or
    from below it, to below zero, or within no time.

    References
    ----------
    Eurostat: *Sustainable development in the European Union*, annex on the assessment of indicator trends.

    >>> growth_rate(np.array([100.0]), np.array([121.0]), np.array([2.0])).round(12).tolist()
    [0.1]
    """
    first, latest, years = np.broadcast_arrays(*(np.asarray(part, float) for part in (first, latest, years)))
    can_grow = (first > 0) & (latest >= 0) & (years > 0)
    with np.errstate(over="ignore"):
        ratio = np.divide(latest, first, out=np.full(first.shape, np.nan), where=can_grow)
        growth = ratio ** np.divide(1.0, years, out=np.ones(first.shape), where=can_grow) - 1
    return np.where((first == latest) & (years > 0), 0.0, np.where(np.isfinite(growth), growth, np.nan))


def trends(
    values: Array,
    units: Sequence[str],
    years: NDArray[np.int64],
    *,
    directions: NDArray[np.int64] | None = None,
    span: int | None = None,
) -> Trends:
    """Return the compound growth of every city and indicator over a panel, with what is known of it.

    Parameters
    ----------
    values : (rows, columns) array, NaN where missing
    units, years : the city and the year of each row
    directions : (columns,) array: with it the growth of a column of -1 is turned round, so that above 0 is
        better, and one of 0 has none; without it growth is that of the figure itself
    span : take only figures that are at most so many years older than the city's latest, 1 or more

    Returns
    -------
    The trends of the units, by code. A growth needs two figures.

    Raises
    ------
    InputError : a city has two rows of the same year

    >>> found = trends(np.array([[50.0], [60.5]]), ["a", "a"], np.array([2020, 2022]))
    >>> found.growth.round(12).tolist(), found.availability.tolist()
    ([[0.1]], [[1.0]])
    """
    over = panel(values, units, years)
    is_known = ~np.isnan(over.values)
    time = over.years[None, :, None]
    availability = is_known.mean(axis=1) if len(over.years) else np.zeros((len(over.units), values.shape[1]))
    latest_year = np.where(is_known, time, -1).max(axis=1, initial=-1)
    if span is not None:
        is_known = is_known & (time >= latest_year[:, None, :] - span)
    far = np.iinfo(np.int64).max
    first_year = np.where(is_known, time, far).min(axis=1, initial=far)
    first_year = np.where(latest_year == -1, -1, first_year)
    first, latest = (_figure(over, year) for year in (first_year, latest_year))
    growth = growth_rate(first, latest, (latest_year - first_year).astype(float))
    if directions is not None:
        signs = np.where(np.asarray(directions) == 0, np.nan, directions)
        growth = growth * signs
    return Trends(over.units, growth, availability, first, latest, first_year, latest_year)


def percentage_change(
    values: Array, units: Sequence[str], years: NDArray[np.int64], *, per: float = 1.0
) -> Array:
    r"""Return the change of every city and indicator in percent of where it began, per so many years.

    .. math:: 100 \, p \, b / \hat{x}_0

    with the slope :math:`b` of the line of least squares and its height :math:`\hat{x}_0` in the first known
    year; of two figures, the line through both.

    Parameters
    ----------
    values : (rows, columns) array, NaN where missing
    units, years : the city and the year of each row
    per : years that the change is told for (10: in a decade), greater than 0

    Returns
    -------
    (units, columns) array, units by code; 0 where nothing changed, NaN with fewer than two figures or where
    the line begins at zero.

    >>> percentage_change(np.array([[50.0], [60.0]]), ["a", "a"], np.array([2020, 2022])).round(9).tolist()
    [[10.0]]
    """
    over = panel(values, units, years)
    is_known = ~np.isnan(over.values)
    count = is_known.sum(axis=1)
    filled = np.where(is_known, over.values, 0.0)
    began = np.where(is_known, over.years[None, :, None], np.inf).min(axis=1, initial=np.inf)
    time = np.where(is_known, over.years[None, :, None] - began[:, None, :], 0.0)
    enough = count > 1
    middle_time, middle = (
        np.divide(figures.sum(axis=1), count, out=np.full(count.shape, np.nan), where=enough)
        for figures in (time, filled)
    )
    off = np.where(is_known, time - middle_time[:, None, :], 0.0)
    spread = (off**2).sum(axis=1)
    slope = np.divide(
        (off * (filled - middle[:, None, :])).sum(axis=1),
        spread,
        out=np.full(count.shape, np.nan),
        where=enough,
    )
    height = middle - slope * middle_time
    change = np.divide(
        100 * per * slope, height, out=np.full(count.shape, np.nan), where=enough & (height != 0)
    )
    low = np.where(is_known, over.values, np.inf).min(axis=1, initial=np.inf)
    high = np.where(is_known, over.values, -np.inf).max(axis=1, initial=-np.inf)
    return np.where(enough & (low == high), 0.0, change)


def _figure(over: TrendPanel, years: NDArray[np.int64]) -> Array:
    """The figure of each city and indicator in the year given, NaN where the year is -1."""
    if not len(over.years):
        return np.full(years.shape, np.nan)
    at = np.searchsorted(over.years, years).clip(0, len(over.years) - 1)
    figures = np.take_along_axis(over.values, at[:, None, :], axis=1)[:, 0, :]
    return np.where(years == -1, np.nan, figures)
