"""Findings about copies: a column, or the row of a city, that holds the figures of an earlier year.

One finding stands for nearly all figures of a variable and year, or of a city and year, that equal those of a
year up to five before. Only variables of which few figures stay the same in most years can tell.
See ADR 0109.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from urbium.errors import Fault
from urbium.sources.checks.columns import ColumnFinding
from urbium.sources.formats.grid import cell_name
from urbium.text import coded, text, texts

_LAGS: Final = range(1, 6)
"""Years before, of which figures may be copies."""

_NEARLY_ALL: Final = 0.8
_SELDOM: Final = 0.2
"""Share of the figures of a variable that are the same in a usual year; above, it says little."""

_FEWEST_CITIES, _FEWEST_VARIABLES = 10, 5
_SERIES = ("variable", "area", "city")


def find_copies(table: pl.DataFrame, stored: pl.DataFrame) -> Iterator[ColumnFinding]:
    """Yield one finding for each column and each city's row of a year that was copied.

    Parameters
    ----------
    table : observations as read, with ``i``, ``sheet``, ``row``, ``column``; zeros tell nothing
    stored : stored observations, of which files may hold copies
    """
    pairs = _pairs(table, stored)
    shares = pairs.group_by("variable", "area", "lag", "year").agg(share=pl.col("is_same").mean())
    usual = shares.group_by("variable", "area", "lag").agg(usual=pl.col("share").quantile(0.25, "lower"))
    read = pairs.filter(pl.col("i").is_not_null())
    telling = read.join(usual.filter(pl.col("usual") <= _SELDOM), on=["variable", "area", "lag"])
    columns = _copied(telling, ["variable", "area", "year", "lag"], _FEWEST_CITIES)
    yield from (_finding(part, "variable") for part in columns)
    rest = telling.filter(~pl.col("i").is_in([i for part in columns for i in part["i"]]))
    yield from (_finding(part, "city") for part in _copied(rest, ["city", "year", "lag"], _FEWEST_VARIABLES))


def _pairs(table: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """Return yearly figures beside those of earlier years, and whether both are the same."""
    year = pl.col("period").cast(pl.Int32, strict=False)
    both = pl.concat([table, stored], how="diagonal").with_columns(year=year)
    figures = both.filter(pl.col("year").is_not_null(), pl.col("value") != 0).select(
        "i", "sheet", "row", "column", *_SERIES, "year", "value"
    ).unique([*_SERIES, "year"], keep="first")  # fmt: skip
    before = figures.select(*_SERIES, "year", earlier="value")
    return pl.concat(
        figures.join(before.with_columns(pl.col("year") + lag), on=[*_SERIES, "year"]).with_columns(
            is_same=pl.col("value") == pl.col("earlier"), lag=pl.lit(lag)
        )
        for lag in _LAGS
    )


def _copied(pairs: pl.DataFrame, key: Sequence[str], fewest: int) -> list[pl.DataFrame]:
    """Return by group of a key the figures that are the same, where these are nearly all and differ."""
    is_copied = (
        (pl.len() >= fewest)
        & (pl.col("is_same").mean() >= _NEARLY_ALL)
        & (pl.col("value").n_unique() >= pl.len() / 2)
    )
    groups = pairs.group_by(key, maintain_order=True).agg(is_copied=is_copied, number=pl.len())
    kept = pairs.join(groups.filter("is_copied"), on=key).filter("is_same").sort("lag", "sheet", "row")
    return kept.unique("i", keep="first", maintain_order=True).partition_by(key, maintain_order=True)


def _finding(part: pl.DataFrame, copied: str) -> ColumnFinding:
    """Return the finding of a part of which what stands in the column ``copied`` is one."""
    row = part.row(0, named=True)
    cells = part.sort("sheet", "row", "column").select("sheet", "row", "column")
    (sheet, *first), (_, *last) = cells.row(0), cells.row(-1)
    fault = Fault(
        "warning",
        coded(
            "sources.copied",
            "{name} for {year}: {same} of {number} figures are the same as those for {before}",
            name=row[copied],
            year=str(row["year"]),
            same=part.height,
            number=row["number"],
            before=str(row["year"] - row["lag"]),
        ),
        text("compare them with the source, and enter the correct figures for the year"),
        rule="copied-year",
        sheet=sheet,
        cell=f"{cell_name(*first)}:{cell_name(*last)}",
        variable=part["variable"][0] if part["variable"].n_unique() == 1 else "",
        period=str(row["year"]),
        value=texts("{count} value", "{count:,} values", count=part.height),
    )
    return ColumnFinding(fault, part["i"])
