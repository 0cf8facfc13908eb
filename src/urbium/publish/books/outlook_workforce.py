"""Outlook workforce: sectors, jobs and their back-test, as tables of a workbook."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from urbium.publish.books.band_columns import Listing, Names, band, called, heads
from urbium.text import say, text

if TYPE_CHECKING:
    from urbium.forecast import Workforce


def workforce_listings(workforce: "Workforce", names: Names) -> Iterator[Listing]:
    """Yield the sheets of the work force: sectors, jobs, and how such forecasts did."""
    key = ["place", "area", "sector", "year"]
    rows = workforce.table.drop("series")
    both = [rows.filter(workforce.table["series"] == name) for name in ("output", "employment")]
    table = both[0].join(both[1], on=key, how="full", coalesce=True, suffix="_of_employment")
    nations = pl.col("place") != workforce.place
    table = table.sort(nations, "place", "sector", "year", maintain_order=True)
    yield Listing(
        "Sectors",
        text("Shares of the sectors up to {to}", to=workforce.to),
        text(
            "Output (what is produced) and employment (who works) are two series; neither is derived from "
            "the other."
        ),
        called(table, "place", names),
        (
            *heads("place.name", "code.place", "area", "sector", "year"),
            *band("output_share"),
            *heads("output.kind"),
            *band("employment_share", "_of_employment"),
            *heads("kind_of_employment"),
        ),
    )
    yield Listing(
        "Jobs",
        text("Jobs to {to}", to=workforce.to),
        text("Needed: the labour force less the unemployed. Expected: jobs that follow from output."),
        called(workforce.jobs, "place", names),
        (*heads("place.name", "code.place", "quantity", "sector", "year"), *band("persons")),
    )
    yield Listing(
        "Back-test sectors",
        text("Back-test of the sector forecasts"),
        text(
            "Forecasts from earlier years compared with observed figures. An empty horizon means all "
            'horizons; the sector "all" means all sectors.'
        ),
        workforce.backtest.with_columns(
            held_out=pl.col("held_out").replace_strict(
                {True: str(say(text("yes"))), False: str(say(text("no")))}
            )
        ),
        heads(
            "about",
            "series",
            "method",
            "horizon",
            "sector",
            "places",
            "backtest.figures",
            "crps",
            "coverage80",
            "coverage95",
            "held_out",
        ),
    )
