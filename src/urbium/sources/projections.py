"""What can have been observed and what is a projection: a reported figure is never of the future.

A period that has not begun on the day of recording cannot have been counted. Its figures are projections, and
the file, its mapping or the caller must say so; urbium does not guess it.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from urbium.model import Source, Status
from urbium.periods import Period
from urbium.sources.context import Context
from urbium.sources.formats.grid import cell_name
from urbium.text import coded, text
from urbium.text.advice import advice

_DIGITS_OF_A_YEAR = 4


def with_projections(table: pl.DataFrame, since: str) -> pl.DataFrame:
    """Give reported figures of the period ``since`` and later ones the status of a projection.

    Raises InputError when ``since`` is given and is no period.
    """
    if not since:
        return table
    first = Period.parse(since).start
    is_late = pl.col("period").is_in(
        [period for period in _periods(table) if Period.parse(period).start >= first]
    )
    is_reported = pl.col("status") == Status.REPORTED
    return table.with_columns(
        status=pl.when(is_late & is_reported).then(pl.lit(Status.PROJECTED.value)).otherwise("status")
    )


def refuse_future(table: pl.DataFrame, context: Context, today: date) -> None:
    """Refuse figures that are not called projections and are of a period that has not begun."""
    future = [period for period in _periods(table) if Period.parse(period).start > today]
    wrong = table.filter(pl.col("period").is_in(future), pl.col("status") != Status.PROJECTED).sort(
        "sheet", "row", "column"
    )
    if wrong.is_empty():
        return
    remedy = advice(
        text(
            'if these are projections, mark them: "projected" in a status column, projected_from = '
            '"{first}" in a mapping file, or --projected-from {first}',
            first=min(future),
        ),
        text('if these are projections, write "projected" in a status column'),
    )
    for row in context.capped("future", wrong).iter_rows(named=True):
        context.fault(
            row["sheet"],
            cell_name(row["row"], row["column"]),
            "future",
            coded(
                "sources.future",
                "a figure for {period} cannot be {status} on {today:date}: the period has not begun",
                period=row["period"],
                status=row["status"],
                today=today,
            ),
            remedy,
            city=row["city"],
            variable=row["variable"],
            period=row["period"],
        )


def name_after_edition(table: pl.DataFrame, context: Context, sources: Mapping[str, Source]) -> None:
    """Say once for each variable and source that figures are later than the edition they come from."""
    editions = {name: source.year for name, source in sources.items() if _is_year(source.year)}
    later = (
        table.with_columns(
            edition=pl.col("source").replace_strict(editions, default=None, return_dtype=pl.String)
        )
        .filter(pl.col("status") == Status.REPORTED, pl.col("period").str.head(4) > pl.col("edition"))
        .group_by("sheet", "variable", "source", maintain_order=True)
        .agg(
            pl.col("edition", "row", "column").first(),
            count=pl.len(),
            first=pl.col("period").min(),
        )
    )
    for group in later.iter_rows(named=True):
        message = coded(
            "sources.after_edition",
            "{count} figure for {variable} ({first}) is later than the edition of its source "
            "{source!r} ({edition})",
            "{count:,} figures for {variable} (from {first} onwards) are later than the edition of "
            "their source {source!r} ({edition})",
            **{name: group[name] for name in ("count", "variable", "first", "source", "edition")},
        )
        remedy = text(
            "if they are projections by the source, give them the status projected; otherwise name the "
            "later edition"
        )
        context.fault(
            group["sheet"],
            cell_name(group["row"], group["column"]),
            "after-edition",
            message,
            remedy,
            severity="warning",
            variable=group["variable"],
        )


def _periods(table: pl.DataFrame) -> list[str]:
    return table["period"].unique().drop_nulls().to_list()


def _is_year(edition: str) -> bool:
    return len(edition) == _DIGITS_OF_A_YEAR and edition.isascii() and edition.isdecimal()
