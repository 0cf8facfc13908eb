"""Fiscal history: the whole budget of each city by year, as far as figures say it."""

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from urbium.model import Variable
from urbium.observations.roles import Roles
from urbium.plan.inputs.sizes import fiscal_figures, in_millions, in_unit

FISCAL: Final = "fiscal"
"""The basis of what a city ever spent: its whole budget."""


def fiscal_history(
    observations: pl.DataFrame,
    *,
    part: float,
    rate_from: Callable[[str], float],
    declared: Mapping[str, Variable],
    roles: Roles,
) -> pl.DataFrame:
    """Return the budget of each city and year: city, year, amount (millions of one currency, nominal), basis.

    It is the revenue where that role has figures; else ``part`` of the output x the ratio of revenue plus
    expenditure to it.

    Parameters
    ----------
    observations : figures of the declared areas
    part : what a budget is of revenue plus expenditure, a share
    rate_from : how many units of the currency one unit of another is
    declared, roles : of the catalogue
    """
    revenue, output, ratio = fiscal_figures(observations, declared, roles)
    keys = ["city", "period"]
    collected = revenue.select(*keys, amount=pl.col("value") * in_millions(revenue, rate_from))
    funded = output.select(*keys, "area", output=pl.col("value") * in_millions(output, rate_from)).join(
        ratio.select(*keys, "area", ratio=pl.col("value") * in_unit(ratio, "ratio")), on=[*keys, "area"]
    )
    derived = funded.select(*keys, amount=pl.col("output") * pl.col("ratio") * part)
    rest = derived.join(collected, on="city", how="anti")
    return (
        pl.concat([collected, rest])
        .filter((pl.col("amount") > 0) & pl.col("period").str.contains("^[0-9]{4}$"))
        .select(
            "city", pl.col("period").cast(pl.Int64).alias("year"), "amount", pl.lit(FISCAL).alias("basis")
        )
        .unique(["city", "year"], keep="first", maintain_order=True)
        .sort("city", "year")
    )
