"""Hindsight: what came, held against what was forecast for it, once somebody has loaded later figures.

Nothing about later years is known here: without later observations there is nothing to say.
"""

import polars as pl

from urbium.errors import InputError
from urbium.forecast.ages.cohort_result import Cohorts
from urbium.forecast.ages.cohort_rows import WIDTH, years_of
from urbium.forecast.paths import LIMITS
from urbium.text import coded, text

HELD = (
    "place",
    "variable",
    "period",
    "sex",
    "age",
    "observed",
    "median",
    *LIMITS[1:],
    "inside80",
    "inside95",
)
"""The columns of the table of figures held against a forecast."""

_NEEDED = ("place", "variable", "period", "value")
_KEYS = ("place", "variable", "period", "sex", "age")


def compare_ex_post(cohorts: Cohorts, later: pl.DataFrame) -> pl.DataFrame:
    """Return later figures beside the forecast of them: observed, median, band limits, inside or not.

    Parameters
    ----------
    cohorts : the forecast
    later : one row a figure: place, variable, period, value, and sex and age where there are any. Variables
        are ``population`` (persons in a year; of all ages and sexes without them), ``total_fertility``,
        ``life_expectancy`` and ``net_migration`` (net migrants per person over the five years). Figures
        that lie within a period drawn (a year, or 2020-2025) are held against that period

    Figures of places, years and ages that were not forecast are left out.

    Raises InputError when a column is missing, a period is not one, or no figure is left.
    """
    absent = [name for name in _NEEDED if name not in later.columns]
    if absent:
        raise InputError(
            coded("forecast.ages.columns", "columns are missing: {names:list}", names=absent),
            place=text("later figures"),
            remedy=text("add them"),
        )
    observed = later.with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("sex", "age") if name not in later.columns
    ).select(
        *(pl.col(name).cast(pl.String).fill_null("") for name in _KEYS),
        observed=pl.col("value").cast(pl.Float64),
    )
    observed = observed.with_columns(
        span=pl.col("period").map_elements(lambda text: _span(cohorts, text), return_dtype=pl.String)
    )
    wrong = observed.filter(pl.col("span").is_null() | pl.col("observed").is_null())
    if wrong.height:
        row = wrong.row(0, named=True)
        raise InputError(
            coded(
                "forecast.ages.later_period",
                "{place}, {variable}: {period!r} is not a period, or has no figure",
                place=row["place"],
                variable=row["variable"],
                period=row["period"],
            ),
            place=text("later figures"),
            remedy=text("write 2022 or 2020-2025, and a value"),
        )
    people = pl.col("variable") == "population"
    observed = observed.with_columns(at=pl.when(people).then(pl.col("period")).otherwise(pl.col("span")))
    keys = ["place", "variable", "at", "sex", "age"]
    held = observed.join(_forecast(cohorts), on=keys, how="inner", maintain_order="left")
    if held.is_empty():
        raise InputError(
            coded("forecast.ages.none_forecast", "none of these figures was forecast"),
            place=text("later figures"),
            remedy=text(
                "supply figures for {names:list} after {year}",
                names=cohorts.places[:5],
                year=cohorts.inputs.year,
            ),
        )
    inside = {
        f"inside{share}": pl.col("observed").is_between(pl.col(f"low{share}"), pl.col(f"high{share}"))
        for share in (80, 95)
    }
    return held.with_columns(median=pl.col("value"), **inside).select(HELD)


def _span(cohorts: Cohorts, period: str) -> str | None:
    """The period drawn in which a period or a year lies; itself for one before the count."""
    years = years_of(period)
    if years is None:
        return None
    first = cohorts.inputs.year + (years[0] - cohorts.inputs.year) // WIDTH * WIDTH
    return f"{first}-{first + WIDTH}" if years[1] <= first + WIDTH else period


def _forecast(cohorts: Cohorts) -> pl.DataFrame:
    """Every forecast figure by place, variable, period (``at``), sex and age."""
    ahead = pl.col("year") > cohorts.inputs.year
    people = cohorts.table.filter(ahead).with_columns(
        variable=pl.lit("population"), at=pl.col("year").cast(pl.String), age=pl.col("age").cast(pl.String)
    )
    total = (
        cohorts.total()
        .table("place")
        .filter(ahead)
        .with_columns(
            variable=pl.lit("population"), at=pl.col("year").cast(pl.String), sex=pl.lit(""), age=pl.lit("")
        )
    )
    drawn = cohorts.assumed.with_columns(at=pl.col("period"), age=pl.lit(""))
    columns = ["place", "variable", "at", "sex", "age", *LIMITS]
    return pl.concat([people.select(columns), total.select(columns), drawn.select(columns)])
