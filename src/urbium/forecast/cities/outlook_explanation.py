"""Explanations of an outlook: the curve of a city, its errors so far, and the levers that were moved."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from urbium.explanation import Explanation
from urbium.forecast.cities.backtest_report import METHOD
from urbium.forecast.cities.declared_growth import base_errors
from urbium.text import text, texts

__all__ = ["curve_explanation", "errors_explanation", "lever_explanation"]


def curve_explanation(curve: Mapping[str, Any]) -> Explanation:
    """Return the model used, whose coefficients it has, and the growth that set it."""
    rates = (
        (text("forecast.cities.growth_last", "Growth over the last ten years"), curve["growth"]),
        (text("forecast.cities.growth_before", "Growth over the ten years before"), curve["before"]),
        (text("forecast.cities.growth_pool", "Growth of the other cities of its country"), curve["pool"]),
        (text("forecast.cities.growth_ahead", "Growth over the next ten years"), curve["ahead"]),
    )
    children = [
        Explanation(
            what, value=100 * rate, unit=text("forecast.unit.percent_a_year", "% per year"), kind="setting"
        )
        for what, rate in rates
        if rate is not None
    ]
    children.append(
        Explanation(
            text("forecast.cities.base", "The figure the forecast starts from"),
            value=text("forecast.cities.base_count", "a real count")
            if curve["is_count"]
            else text("forecast.cities.base_estimate", "an estimate after the last count"),
            period=str(curve["latest"]),
            kind="assumption",
            note=text(
                "forecast.cities.base_note",
                "the bands are those of growth from this figure; where its source revises it, as it did by"
                " {error:.1%} or more for half of such figures, they move with it",
                error=base_errors().of(np.array([curve["is_count"]]))[0],
            ),
        )
    )
    return Explanation(
        text("forecast.cities.curve", "Curve"),
        value=curve["curve"],
        kind="setting",
        note=text(
            "forecast.cities.curve_note",
            "{why}; from {figures} figures of {first} to {latest}",
            why=curve["why"],
            figures=curve["figures"],
            first=curve["first"],
            latest=curve["latest"],
        ),
        children=tuple(children),
    )


def errors_explanation(backtest: pl.DataFrame, curve: Mapping[str, Any]) -> Explanation:
    """Return the back-test of a curve, horizon by horizon."""
    report = backtest.filter(
        pl.col("variable") == curve["variable"],
        pl.col("area") == curve["area"],
        pl.col("method") == METHOD,
    )
    children = tuple(
        Explanation(
            texts(
                "forecast.cities.median_error",
                "Median error {count} year ahead",
                "Median error {count} years ahead",
                count=row["horizon"],
            ),
            value=100 * row["median_ape"],
            unit="%",
            kind="forecast",
            note=text(
                "forecast.cities.held_out",
                "{errors} errors of {cities} cities at {origins} held-out origins; {coverage80:.0%} within "
                "80 % bands, {coverage95:.0%} within 95 % bands",
                **{name: row[name] for name in ("errors", "cities", "origins", "coverage80", "coverage95")},
            ),
        )
        for row in report.iter_rows(named=True)
    )
    counted = text(
        "forecast.cities.bands",
        "the bands are those of forecasts from real counts of the world's agglomerations up to {reach:.0f} "
        "years ahead, scaled by the growth of the city and of its country, {record:.2f} times as wide for "
        "the errors of earlier forecasts in this country; beyond, they widen with the power 1.5",
        reach=curve["reach"],
        record=curve["record"],
    )
    return Explanation(
        text("forecast.cities.backtest", "Back-test"),
        value=curve["errors"],
        unit=text("forecast.unit.errors", "errors"),
        kind="forecast",
        note=counted,
        children=children,
    )


def lever_explanation(row: Mapping[str, Any]) -> Explanation:
    """Return what a lever does to the people of the last year."""
    unit = (
        text("forecast.unit.migration", "persons per 1,000 people and year")
        if row["lever"] == "net migration"
        else text("forecast.unit.percent_a_year", "% per year")
    )
    return Explanation(
        text("forecast.cities.lever", "Lever: {lever}", lever=row["lever"]),
        value=row["change"],
        unit=unit,
        period=text("forecast.pressure.from", "from {year}", year=row["since"]),
        kind="assumption",
        note=text(
            "forecast.cities.lever_note",
            "changes the population of the last year by {value:+.1%} ({low:+.1%} to {high:+.1%})",
            value=row["value"],
            low=row["low"],
            high=row["high"],
        ),
    )
