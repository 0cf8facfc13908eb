"""Stock: which part of what a solution would build a city has already (ADR 0111).

A solution names the variable that tells it (column ``stock``), a share of the city from 0 to 1. What is there
whole is not proposed, and counts as there for whatever requires it. Of what is there in part the rest is
built: cost, upkeep, people, income and effect of the project are those of the rest. Where nobody said, a
project begins from nothing, and the plan says of how many that is so.
"""

import polars as pl

from urbium.catalogue import Catalogue
from urbium.plan.inputs.assumptions import Assumed
from urbium.plan.inputs.notes import cell
from urbium.plan.inputs.quantities import stored_figures
from urbium.text import Text, text
from urbium.units import convert


def stock(catalogue: Catalogue, figures: pl.DataFrame) -> pl.DataFrame:
    """Return code (of a city), solution, has (0 to 1) and period, as far as figures tell; the latest counts.

    Parameters
    ----------
    figures : of the areas that their variables declare
    """
    variables = {s.code: catalogue.variables[s.stock] for s in catalogue.solutions.values() if s.stock}
    factors = pl.DataFrame(
        [(v.id, code, convert(1.0, v.unit, "ratio")) for code, v in variables.items()],
        schema={"input": pl.String, "solution": pl.String, "factor": pl.Float64},
        orient="row",
    )
    latest = (
        stored_figures(figures, {v.id: v for v in variables.values()})
        .sort("period")
        .unique(["city", "input"], keep="last", maintain_order=True)
    )
    return latest.join(factors, on="input", maintain_order="left").select(
        "solution", "period", code="city", has=(pl.col("value") * pl.col("factor")).clip(0.0, 1.0)
    )


def there(standing: pl.DataFrame, assumed: Assumed) -> pl.DataFrame:
    """Return city, solution and reason of what a city has whole, and need not build."""
    whole = standing.filter(pl.col("has") >= assumed("stock.whole"))
    reasons = [
        cell(text("{share:.0%} of it already exists ({period})",
                  share=share, period=period))
        for share, period in whole.select("has", "period").iter_rows()
    ]  # fmt: skip
    return whole.select("solution", city="code").with_columns(reason=pl.Series(reasons, dtype=pl.String))


def stock_words(standing: pl.DataFrame, candidates: pl.DataFrame) -> Text:
    """Say of how many candidates (city, solution) it is known what the city has of them already.

    Figures of what can be built nowhere in their city count for nothing.
    """
    reported = candidates.join(
        standing, left_on=["city", "solution"], right_on=["code", "solution"], how="semi"
    )
    if not reported.height:
        return text("what the cities already have is unknown: every project is assumed to start from nothing")
    return text(
        "what the city already has is known for {known:,} of {projects:,} possible projects; the "
        "others are assumed to start from nothing",
        known=reported.height,
        projects=candidates.height,
    )
