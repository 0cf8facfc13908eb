"""Stretch: the years in which a plan asks a city to spend more than it ever spent in a year.

What a city ever spent is read from its reports (what it spent on the programme) or from its fiscal history
(its whole budget); which of the two, and of which year, stands beside it. It forbids nothing.
"""

from typing import Final

import polars as pl

from urbium.columns import schema_of
from urbium.plan import Plan

STRETCH: Final = schema_of("city year asked own basis most most_year times is_more")
"""Millions of the plan's currency: ``asked`` of all payers in the city, ``own`` of its own budget; ``most``
that it spent in a year by this ``basis``, and in which; ``times`` is asked over most."""


def stretched(plan: Plan, spent: pl.DataFrame) -> pl.DataFrame:
    """Return what a plan asks each city to spend in a year, beside the most it ever spent in one.

    Parameters
    ----------
    plan : its money by project, year and kind
    spent : city, year, amount (millions of the plan's currency), basis (``reported`` or ``fiscal``); cities
        without a row are left out, since nothing is known of them
    """
    payers = dict(plan.roadmap.funds.select("fund", "payer").iter_rows())
    is_own = (
        pl.when(pl.col("kind") != "capital")
        .then(pl.col("fund") == "city")
        .otherwise(pl.col("fund").replace_strict(payers, default="outside", return_dtype=pl.String) == "city")
    )
    planned = plan.money.group_by("city", "year").agg(
        asked=pl.col("amount").sum(), own=pl.col("amount").filter(is_own).sum()
    )
    most = (
        spent.filter(pl.col("amount") > 0)
        .sort("amount", "year", descending=[True, False])
        .unique(["city", "basis"], keep="first", maintain_order=True)
        .select("city", "basis", most="amount", most_year="year")
    )
    return (
        planned.join(most, on="city")
        .with_columns(times=pl.col("asked") / pl.col("most"))
        .with_columns(is_more=pl.col("times") > 1)
        .select(pl.col(name).cast(kind) for name, kind in STRETCH.items())
        .sort("times", "city", "year", "basis", descending=[True, False, False, False])
    )
