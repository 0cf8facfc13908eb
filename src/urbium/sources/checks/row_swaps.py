"""Findings about rows: two cities whose figures of a year have changed places (ADR 0109).

One finding stands for both rows: several figures of each city are far from what its own other years make of
the year, and are what those of the other city make of it.
"""

from collections.abc import Iterator
from typing import Final

import polars as pl

from urbium.errors import Fault
from urbium.sources.checks.columns import ColumnFinding
from urbium.sources.formats.grid import cell_name
from urbium.text import coded, text, texts

_OFF: Final = 4.0
"""Usual distances of its variable: a figure so far from what the years beside it make of its year is off."""

_LEAST_SPREAD: Final = 0.02
"""In logarithms: two per cent, so that a variable without any change does not make every change large."""

_FARTHEST: Final = 20.0
"""Usual distances that count of one figure: a single one does not speak for a whole row."""

_FEWEST, _MOST_OF, _CLOSER = 3, 0.7, 0.6
"""Figures of two rows that must be off, the share of these that must fit the other city better, and how much
closer all must lie together."""

_MOST_ROWS: Final = 200
"""Rows of a year that are off: where there are more the year is wrong, and not two of its rows."""


def find_swaps(table: pl.DataFrame, stored: pl.DataFrame) -> Iterator[ColumnFinding]:
    """Yield one finding for each two cities whose figures of a year have changed places.

    Parameters
    ----------
    table : observations as read, with ``i``, ``sheet``, ``row``, ``column``
    stored : stored observations, which tell what a city's figures usually are
    """
    figures = _expected(table, stored)
    off = figures.filter(pl.col("distance") > _OFF)
    rows = off.group_by("city", "year").len().filter(pl.col("len") >= _FEWEST)
    rows = rows.filter(pl.len().over("year") <= _MOST_ROWS)
    suspects = figures.join(rows, on=["city", "year"], how="semi")
    both = suspects.join(suspects, on=["variable", "area", "year"], suffix="_other")
    both = both.filter(pl.col("city") < pl.col("city_other")).with_columns(
        own=pl.col("distance") + pl.col("distance_other"),
        cross=_distance("x", "expected_other") + _distance("x_other", "expected"),
    )
    pairs = (
        both.group_by("year", "city", "city_other")
        .agg(
            number=(pl.col("own") > 2 * _OFF).sum(),
            fitting=(pl.col("cross") < pl.col("own")).filter(pl.col("own") > 2 * _OFF).mean(),
            closeness=pl.col("cross").sum() / pl.col("own").sum(),
        )
        .filter(pl.col("number") >= _FEWEST, pl.col("fitting") >= _MOST_OF, pl.col("closeness") <= _CLOSER)
        .sort("closeness", "year", "city", "city_other")
    )
    taken: set[tuple[object, str]] = set()
    for year, city, other in pairs.select("year", "city", "city_other").iter_rows():
        marks = {(year, city), (year, other), (city, other)}  # what other years say rests on the worst one
        if taken.isdisjoint(marks):
            taken |= marks
            pair = both.filter(pl.col("cross") < pl.col("own"), year=year, city=city, city_other=other)
            yield _finding(table, pair, year, city, other)


def _expected(table: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """Return the yearly figures of a file as logarithms, with what the years beside each make of it."""
    year = pl.col("period").cast(pl.Int32, strict=False)
    figures = (
        pl.concat([table, stored], how="diagonal")
        .select("i", "variable", "area", "city", "value", year=year)
        .filter(pl.col("year").is_not_null(), pl.col("value") > 0)
        .unique(["variable", "area", "city", "year"], keep="first")
    )
    series = ("variable", "area", "city")
    beside = [pl.col("x").shift(step).over(series) for step in (1, -1)]
    return (
        figures.with_columns(x=pl.col("value").log())
        .sort(*series, "year")
        .with_columns(expected=pl.mean_horizontal(*beside))
        .drop_nulls("expected")
        .with_columns(usual=1.4826 * (pl.col("x") - pl.col("expected")).abs().median().over("variable"))
        .with_columns(distance=_distance("x", "expected"))
        .filter(pl.col("i").is_not_null())
        .drop("value")
    )


def _distance(x: str, expected: str) -> pl.Expr:
    """Return how far figures lie from what is expected, in usual distances of their variable."""
    apart = (pl.col(x) - pl.col(expected)).abs() / pl.max_horizontal("usual", pl.lit(_LEAST_SPREAD))
    return apart.clip(upper_bound=_FARTHEST)


def _finding(table: pl.DataFrame, pair: pl.DataFrame, year: int, city: str, other: str) -> ColumnFinding:
    rows = pl.concat([pair["i"], pair["i_other"]])
    cells = table.filter(pl.col("i").is_in(rows.implode())).sort("sheet", "row", "column")
    (sheet, *first), (_, *last) = (cells.select("sheet", "row", "column").row(at) for at in (0, -1))
    fault = Fault(
        "warning",
        coded(
            "sources.row_swap",
            "the rows of {city} and {other} for {year} seem to have been swapped: {count} figures in "
            "each fit the other",
            city=city,
            other=other,
            year=str(year),
            count=pair.height,
        ),
        text("compare both rows with the source, and swap them"),
        rule="row-swap",
        sheet=sheet,
        cell=f"{cell_name(*first)}:{cell_name(*last)}",
        period=str(year),
        value=texts("{count} value", "{count:,} values", count=len(rows)),
    )
    return ColumnFinding(fault, rows)
