"""Findings about rows: figures of one year that stand some rows too low or too high in their column.

A column pasted at the wrong row gives each city the figure of another. One finding stands for all figures of
a year that do not fit their own city's other years, and do fit those of the city so many rows away. Only a
variable that hardly changes from year to year, and differs between cities, can tell.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import Fault
from urbium.sources.checks.columns import ColumnFinding
from urbium.sources.formats.grid import cell_name
from urbium.text import coded, text, texts

_FARTHEST: Final = 60
"""Rows: two provinces of cities."""

_FITS: Final = 0.05
"""In logarithms: a figure fits a city when it is within 5% of what that city has in the year beside it."""

_MISFITS: Final = 0.2
"""It does not fit its own city when it is further off than that from both years beside it."""

_STEADY: Final = 0.06
"""Of a variable, the median change from year to year; where it is larger, neighbours fit by chance."""

_FEWEST: Final = 4
"""Figures in a row that fit: with all of these, no run is seen in the demo's panel that is not one."""

_APART: Final = 0.4
"""Of a variable, how far cities are apart (as a standard deviation of logarithms); where less, all fit."""

_AROUND: Final = 2
"""Rows: a row of a total, or a city that one year lacks, changes the distance within a column."""

NAMELESS: Final[Mapping[str, str]] = MappingProxyType({})
"""Names of variables where none are declared: they are called by their codes."""

_SERIES: Final = ("variable", "area", "source")


def find_shifts(table: pl.DataFrame, names: Mapping[str, str] = NAMELESS) -> Iterator[ColumnFinding]:
    """Yield one finding for each year of a column in which cities have each other's figures.

    ``table`` has the columns of observations as read and ``i``, ``sheet``, ``row``, ``column``; the cities
    are taken in the order in which the file names them. ``names`` say what the variables are called.
    """
    years = table.filter(pl.col("value") > 0, pl.col("period").str.contains(r"^\d{4}$"))
    for _, rows in years.group_by(*_SERIES, maintain_order=True):
        if rows["city"].n_unique() > _FEWEST and rows["period"].n_unique() > 1:
            yield from _of_column(rows, names)


def _of_column(rows: pl.DataFrame, names: Mapping[str, str]) -> Iterator[ColumnFinding]:
    cities = {city: place for place, city in enumerate(rows["city"].unique(maintain_order=True))}
    periods = {period: place for place, period in enumerate(sorted(rows["period"].unique()))}
    places = rows.select(
        city=pl.col("city").replace_strict(cities, return_dtype=pl.Int64),
        period=pl.col("period").replace_strict(periods, return_dtype=pl.Int64),
    )
    at = (places["city"].to_numpy(), places["period"].to_numpy())
    logs = np.full((len(cities), len(periods)), np.nan)
    logs[at] = np.log(rows["value"].to_numpy())
    number = np.full(logs.shape, -1)
    number[at] = np.arange(rows.height)
    with np.errstate(invalid="ignore"):
        changes = np.abs(np.diff(logs, axis=1))
        if np.isnan(changes).all() or not (np.nanmedian(changes) < _STEADY and _spread(logs) > _APART):
            return
        inner, ends = range(1, len(periods) - 1), (0, len(periods) - 1)
        for year in (*inner, *ends):  # what is found inside is no neighbour of an end
            steps, moved = _moved_figures(logs, year)
            if len(moved):
                yield _finding(rows[number[moved, year].tolist()], steps, names)
                logs[moved, year] = np.nan


def _moved_figures(logs: NDArray[np.float64], year: int) -> tuple[int, NDArray[np.int64]]:
    """Return the most rows by which figures of a year are moved, and which figures are."""
    figures = logs[:, year]
    beside = [_nearest(logs[:, :year][:, ::-1]), _nearest(logs[:, year + 1 :])]
    is_off = np.all([~(np.abs(figures - other) < _MISFITS) for other in beside], axis=0)
    is_off &= ~np.isnan(figures) & np.any([~np.isnan(other) for other in beside], axis=0)
    none = np.empty(0, dtype=np.int64)
    if is_off.sum() < _FEWEST:
        return 0, none
    fits = {
        step: is_off & np.any([np.abs(figures - _moved(other, step)) < _FITS for other in beside], axis=0)
        for step in range(-_FARTHEST, _FARTHEST + 1)
        if step
    }
    unknown = np.all([np.isnan(other) for other in beside], axis=0)
    silent = {step: np.isnan(figures) | (_moved(1.0 * unknown, step) != 0) for step in fits}
    steps = [step for step, fit in fits.items() if _longest(fit, silent[step]) >= _FEWEST]
    if not steps:
        return 0, none
    around = [
        fits[step + more] for step in steps for more in range(-_AROUND, _AROUND + 1) if step + more in fits
    ]
    return max(map(abs, steps)), np.flatnonzero(np.any(around, axis=0))


def _spread(logs: NDArray[np.float64]) -> float:
    """Return how far cities are apart, from the median: a few of them do not make it large."""
    return float(1.4826 * np.nanmedian(np.abs(logs - np.nanmedian(logs))))


def _nearest(years: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return, for each city, the first figure there is."""
    nearest = np.full(len(years), np.nan)
    for column in years.T:
        nearest = np.where(np.isnan(nearest), column, nearest)
    return nearest


def _moved(figures: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    moved = np.full(len(figures), np.nan)
    if step > 0:
        moved[step:] = figures[:-step]
    else:
        moved[:step] = figures[-step:]
    return moved


def _longest(fits: NDArray[np.bool_], silent: NDArray[np.bool_]) -> int:
    """Return how many figures fit one after the other; places that have nothing to say do not end a run."""
    longest = count = 0
    for fit, is_silent in zip(fits, silent, strict=True):
        count = count + 1 if fit else count if is_silent else 0
        longest = max(longest, count)
    return longest


def _finding(run: pl.DataFrame, steps: int, names: Mapping[str, str]) -> ColumnFinding:
    first, *_, last = [
        cell_name(int(row), int(column)) for row, column in run.select("row", "column").iter_rows()
    ]
    variable, period = str(run["variable"][0]), str(run["period"][0])
    message = coded(
        "sources.row_shift",
        "{variable} for {period}: the figures of {cities} cities seem to be in the wrong rows; "
        "they fit cities {count} row away",
        "{variable} for {period}: the figures of {cities} cities seem to be in the wrong rows; "
        "they fit cities up to {count} rows away",
        count=steps,
        variable=names.get(variable, variable),
        period=period,
        cities=run.height,
    )
    fault = Fault(
        "warning",
        message,
        text("compare the rows with the source, and move the figures back into place"),
        rule="row-shift",
        sheet=str(run["sheet"][0]),
        cell=f"{first}:{last}",
        variable=variable,
        period=period,
        value=texts("{count} value", "{count:,} values", count=run.height),
    )
    return ColumnFinding(fault, run["i"])
