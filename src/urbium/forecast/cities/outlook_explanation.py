"""Explanations of an outlook: the curve of a city, its errors so far, and the levers that were moved.

See ADR 0107.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from urbium.explanation import Explanation
from urbium.forecast.cities.backtest_report import METHOD
from urbium.forecast.cities.declared_growth import base_errors
from urbium.forecast.cities.growth_terms import COEFFICIENTS, CURVE_NAME
from urbium.model.words import AREAS
from urbium.text import Text, coded, text, texts


def curve_explanation(curve: Mapping[str, Any]) -> Explanation:
    """Return the model used, whose coefficients it has, and the growth that set it."""
    rates = (
        (
            coded(
                "forecast.cities.growth_last",
                "Growth from {first:d} to {last:d}",
                first=curve["since"],
                last=curve["latest"],
            ),
            curve["growth"],
        ),
        (
            coded(
                "forecast.cities.growth_before",
                "Growth from {first:d} to {last:d}",
                first=curve["since_before"],
                last=curve["since"],
            ),
            curve["before"],
        ),
        (coded("forecast.cities.growth_pool", "Growth of the other cities in the country"), curve["pool"]),
        (coded("forecast.cities.growth_ahead", "Growth over the next ten years"), curve["ahead"]),
    )
    children = [
        Explanation(what, value=100 * rate, unit=text("% per year"), kind="setting")
        for what, rate in rates
        if rate is not None
    ]
    children.append(
        Explanation(
            coded("forecast.cities.base", "The figure from which the forecast starts"),
            value=text("a real count") if curve["is_count"] else text("an estimate after the last count"),
            period=str(curve["latest"]),
            kind="assumption",
            note=text(
                "the bands show growth from this figure, and move with it if it is revised; "
                "sources have revised half of such figures by {error:.1%} or more",
                error=base_errors().of(np.array([curve["is_count"]]))[0],
            ),
        )
    )
    return Explanation(
        coded("forecast.cities.curve", "Curve"),
        value=text("combination of methods (our forecast)")
        if curve["curve"] == CURVE_NAME
        else curve["curve"],
        kind="setting",
        note=text(
            "{why}; figures used: {figures}, for {first} to {latest}",
            why=COEFFICIENTS.get(curve["why"], curve["why"]),
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
            coded(
                "forecast.cities.median_error",
                "Median error {count} year ahead",
                "Median error {count} years ahead",
                count=row["horizon"],
            ),
            value=100 * row["median_ape"],
            unit="%",
            kind="forecast",
            note=text(
                "{errors} forecast errors for {cities} cities at {origins} held-out origins; "
                "{coverage80:.0%} within 80% bands, {coverage95:.0%} within 95% bands",
                **{name: row[name] for name in ("errors", "cities", "origins", "coverage80", "coverage95")},
            ),
        )
        for row in report.iter_rows(named=True)
    )
    counted = text(
        "up to {reach:.0f} years ahead, the bands come from forecasts based on real counts of the "
        "world's agglomerations: they are scaled by the growth of the city and of its country, and "
        "made {record:.2f} times as wide because of the errors of earlier forecasts in this "
        "country; further ahead, they widen with time to the power of 1.5",
        reach=curve["reach"],
        record=curve["record"],
    )
    return Explanation(
        coded("forecast.cities.backtest", "Back-test"),
        value=curve["errors"],
        unit=text("errors"),
        kind="forecast",
        note=counted,
        children=children,
    )


def band_record(backtest: pl.DataFrame, area: str) -> dict[str, float] | None:
    """Return how often 80% bands held on cases held out, within a boundary; None without such cases.

    ``near`` and ``far`` are the least and most years ahead, ``low`` and ``high`` the least and greatest share
    of cases that lay within their band, over the years ahead.
    """
    held = backtest.filter(area=area, method=METHOD).drop_nulls("coverage80")
    if held.is_empty():
        return None
    years, share = pl.col("horizon"), pl.col("coverage80")
    return held.select(near=years.min(), far=years.max(), low=share.min(), high=share.max()).row(
        0, named=True
    )


def band_record_words(backtest: pl.DataFrame, area: str) -> Text:
    """Say in how many of ten cases 80% bands held (:func:`band_record`)."""
    words, record = AREAS.get(area, area), band_record(backtest, area)
    if record is None:
        return text(
            "There is no record yet of how often outcomes fell within the 80% bands for this "
            "nation ({area}).",
            area=words,
        )
    low, high = (round(10 * record[end]) for end in ("low", "high"))
    held = text("{low} to {high}", low=low, high=high) if low < high else low
    return texts(
        "Tested on this nation's past, 80% bands {count} year ahead contained the outcome in "
            "{held} of 10 cases ({area}).",
        "Tested on this nation's past, 80% bands up to {count} years ahead contained the outcome "
            "in {held} of 10 cases ({area}).",
        count=int(record["far"]), held=held, area=words
    )  # fmt: skip


def lever_explanation(row: Mapping[str, Any]) -> Explanation:
    """Return what a lever does to the people of the last year."""
    unit = (
        text("persons per 1,000 people per year") if row["lever"] == "net migration" else text("% per year")
    )
    return Explanation(
        coded("forecast.cities.lever", "Lever: {lever}", lever=row["lever"]),
        value=row["change"],
        unit=unit,
        period=text("from {year}", year=row["since"]),
        kind="assumption",
        note=text(
            "changes the population in the last year by {value:+.1%} ({low:+.1%} to {high:+.1%})",
            value=row["value"],
            low=row["low"],
            high=row["high"],
        ),
    )
