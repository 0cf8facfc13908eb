"""Outlook workforce: sectors, jobs and their back-test, as tables of a workbook."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from urbium.publish.books.band_columns import AREA, AT, SHARE, WHOLE, YEAR, Listing, Names, band, called, who
from urbium.publish.books.sheets import Head
from urbium.text import text

if TYPE_CHECKING:
    from urbium.forecast import Workforce

__all__ = ["workforce_listings"]


def workforce_listings(workforce: "Workforce", names: Names) -> Iterator[Listing]:
    """Yield the sheets of the work force: sectors, jobs, and how such forecasts did."""
    key = ["place", "area", "sector", "year"]
    rows = workforce.table.drop("series")
    both = [rows.filter(workforce.table["series"] == name) for name in ("output", "employment")]
    table = both[0].join(both[1], on=key, how="full", coalesce=True, suffix=" of employment")
    nations = pl.col("place") != workforce.place
    table = table.sort(nations, "place", "sector", "year", maintain_order=True)
    yield Listing(
        "Sectors",
        text("book.outlook.sectors_to", "Shares of sectors to {to}", to=workforce.to),
        text(
            "book.outlook.sectors.note",
            "Output (what is produced) and employment (who works) are two series; neither is derived from "
            "the other.",
        ),
        called(table, "place", names),
        (
            *who(text("book.place", "Place"), "place"),
            AREA,
            Head("sector", text("book.sector", "Sector"), "", 24),
            AT,
            *band(text("book.outlook.output_share", "Share of output"), SHARE),
            Head("kind", text("book.outlook.output_kind", "Output: observed or projected"), "", 12),
            *band(text("book.outlook.employment_share", "Share of employment"), SHARE, " of employment"),
            Head(
                "kind of employment",
                text("book.outlook.employment_kind", "Employment: observed or projected"),
                "",
                12,
            ),
        ),
    )
    yield Listing(
        "Jobs",
        text("book.outlook.jobs_to", "Jobs to {to}", to=workforce.to),
        text(
            "book.outlook.jobs.note",
            "Needed: the labour force less the unemployed. In sight: jobs that follow from output.",
        ),
        called(workforce.jobs, "place", names),
        (
            *who(text("book.place", "Place"), "place"),
            Head("quantity", text("book.quantity", "Quantity"), "", 14),
            Head("sector", text("book.sector", "Sector"), "", 14),
            AT,
            *band(text("book.persons", "Persons"), WHOLE),
        ),
    )
    yield Listing(
        "Back-test sectors",
        text("book.outlook.backtest_sectors.title", "Back-test of the forecasts of sectors"),
        text(
            "book.outlook.backtest_sectors.note",
            "Forecasts from earlier years compared with observed figures. An empty horizon, or the sector"
            " all, covers all of them.",
        ),
        workforce.backtest.with_columns(
            held=pl.col("held_out").replace_strict(
                {True: text("book.yes", "yes"), False: text("book.no", "no")}
            )
        ),
        (
            Head("about", text("book.about", "About"), "", 24),
            Head("series", text("book.series", "Series"), "", 13),
            Head("method", text("book.method", "Method"), "", 26),
            Head("horizon", text("book.horizon", "Horizon (years)"), YEAR),
            Head("sector", text("book.sector", "Sector"), "", 14),
            Head("places", text("book.places", "Places"), WHOLE),
            Head("figures", text("book.outlook.figures", "Figures compared"), WHOLE),
            Head("crps", text("book.outlook.crps", "CRPS (share)"), "0.00%"),
            Head("coverage80", text("book.outlook.coverage80", "Within the 80 % bands (share)"), SHARE),
            Head("coverage95", text("book.outlook.coverage95", "Within the 95 % bands (share)"), SHARE),
            Head("held", text("book.outlook.held_out", "Years held out from the model?"), "", 16),
        ),
    )
