"""Vintage: the projections that sources gave, held against the figures that came later."""

import polars as pl

from urbium.forecast.cities.backtest_report import REPORT
from urbium.forecast.cities.figures import PeopleFigures
from urbium.forecast.cities.rolling_origin import HORIZONS

SOURCE = "its source"
"""The name under which a source's own projections stand in a back-test report."""

_KEYS = ("city", "variable", "area")


def compare_with_source(figures: PeopleFigures) -> pl.DataFrame:
    """Report the errors of stored projections of sources, where figures of the same years came later.

    The origin of a projection is taken to be the latest figure of its city before the first year projected.

    Returns
    -------
    variable, area and the columns of :data:`.backtest_report.REPORT`; no row where nothing that
    was projected has come
    """
    first = figures.foretold.group_by(_KEYS).agg(start=pl.col("year").min())
    origin = (
        figures.used.join(first, on=_KEYS)
        .filter(pl.col("year") < pl.col("start"))
        .group_by(_KEYS)
        .agg(origin=pl.col("year").max())
    )
    came = (
        figures.foretold.join(figures.used.select(*_KEYS, "year", came="persons"), on=[*_KEYS, "year"])
        .join(origin, on=_KEYS)
        .with_columns(
            horizon=pl.col("year") - pl.col("origin"), far=(pl.col("persons") / pl.col("came") - 1).abs()
        )
        .filter(pl.col("horizon").is_in(HORIZONS))
    )
    report = came.group_by("variable", "area", "horizon").agg(
        cities=pl.col("city").n_unique(),
        errors=pl.len(),
        origins=pl.col("origin").n_unique(),
        median_ape=pl.col("far").median(),
        mape=pl.col("far").mean(),
        crps=pl.col("far").mean(),
    )
    schema = {"variable": pl.String(), "area": pl.String()} | dict(REPORT)
    missing = [pl.lit(None, kind).alias(name) for name, kind in schema.items() if name not in report.columns]
    return (
        report.with_columns(missing)
        .with_columns(method=pl.lit(SOURCE))
        .select(*schema)
        .cast(pl.Schema(schema))
        .sort("variable", "area", "horizon")
    )
