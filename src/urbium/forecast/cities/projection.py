"""Projection: the cities of one panel, each from its latest figure to a coming year.

A panel holds one variable within one kind of boundary. Cities with one figure, with two, and with three or
more are forecast by their own kind of model; all are held against what came since earlier origins. A panel
without declared years of counts is a nation's own (:mod:`.own_panel`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.forecast.cities.backtest_report import REPORT, score_backtest
from urbium.forecast.cities.bands import Bands, calibrate_bands
from urbium.forecast.cities.combination import Growth
from urbium.forecast.cities.curves import CURVES, RECENT, CityPanel, History, growth_years, history, others
from urbium.forecast.cities.declared_growth import base_errors, declared
from urbium.forecast.cities.growth_terms import (
    CURVE_NAME,
    KINDS,
    GrowthTerms,
    SeriesKind,
    kind_of,
    of_kind,
    terms,
)
from urbium.forecast.cities.joint_draws import CommonErrors
from urbium.forecast.cities.own_panel import DRAWN_TO, draw_to_trend, trend_weight
from urbium.forecast.cities.rolling_origin import run_backtest
from urbium.forecast.paths import Floats
from urbium.text import Text, text

"""The name of the model in the rows of an outlook."""

ALONE = text("there is only one figure for this city, and no other city shows how fast it may grow")
"""Why a city cannot be forecast."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What a panel gives.

    Attributes
    ----------
    rows : city, year, value, low80, high80, low95, high95 (persons), kind, curve
    curves : what was used for each city
    backtest : report of the kind of series that most of the cities are
    refused : city, reason
    common : what errors have in common
    """

    rows: pl.DataFrame
    curves: pl.DataFrame
    backtest: pl.DataFrame
    refused: pl.DataFrame
    common: CommonErrors


def project(panel: CityPanel, wanted: Sequence[str], to: int) -> Projection:
    """Forecast the cities of a panel that are asked for, for every year up to ``to``.

    Parameters
    ----------
    panel : figures of all cities, also of those not asked for: they teach how cities grow
    wanted : cities of the panel
    to : last year
    """
    past = history(panel, int(panel.years[-1]))
    place = {city: row for row, city in enumerate(panel.cities)}
    chosen = np.array([place[city] for city in wanted], dtype=np.int64)
    of_kind = kind_of(past)[chosen]
    if panel.counts is None:  # few origins of a young register show two steps; restlessness is in its record
        of_kind = np.minimum(of_kind, 1)
    rows: list[pl.DataFrame] = []
    curves: list[pl.DataFrame] = []
    refused: list[tuple[str, str]] = []
    report, most = pl.DataFrame(schema=REPORT), 0
    for at in np.unique(of_kind):
        members = chosen[of_kind == at]
        seen = terms(past, KINDS[at])
        ready = members[np.isfinite(seen.rates[members]).all(axis=1)]
        refused += [(panel.cities[row], ALONE) for row in members if row not in ready]
        fitted = _fitted(panel, KINDS[at])
        if members.size > most:
            report, most = fitted.report, members.size
        for year in np.unique(past.year[ready]):
            start = _start(panel, past, seen, ready[past.year[ready] == year])
            ahead = np.arange(1.0, to - int(year) + 1.0)
            rows.append(_rows(start, ahead, fitted))
            curves.append(_curves(start, fitted))
    empty = pl.DataFrame({"city": []}, schema={"city": pl.String})
    return Projection(
        pl.concat(rows) if rows else empty,
        pl.concat(curves) if curves else empty,
        report,
        pl.DataFrame(refused, schema={"city": pl.String, "reason": pl.String}, orient="row"),
        declared(KINDS[-1]).common,
    )


@dataclass(frozen=True, slots=True)
class _Fitted:
    """The model of one kind of series, and how good it was."""

    growth: Growth
    bands: Bands
    report: pl.DataFrame
    weight: float | None

    def change(self, past: History, seen: GrowthTerms, ahead: Floats) -> Floats:
        """Return the change of log population of C cities over H horizons in years, (C, H)."""
        of_world = self.growth.change(seen, ahead)
        if self.weight is None:
            return of_world
        trend = CURVES[DRAWN_TO].change(past, ahead)
        return (1 - self.weight) * of_world + self.weight * trend


def _fitted(panel: CityPanel, kind: SeriesKind) -> _Fitted:
    world, base = declared(kind), base_errors().count
    errors = run_backtest(panel, kind, world.growth).settled
    is_own = panel.counts is None and kind is not KINDS[0]  # one figure shows no trend
    weight = trend_weight(errors) if is_own else None
    drawn = errors if weight is None else draw_to_trend(errors, weight)
    return _Fitted(
        world.growth,
        calibrate_bands(drawn, world.bands, base=base, is_own=is_own),
        score_backtest(errors, world.bands, base=base, is_own=is_own),
        weight,
    )


@dataclass(frozen=True, slots=True)
class _Start:
    """Cities whose latest figures are of one year, and what is seen of them then."""

    cities: list[str]
    past: History
    seen: GrowthTerms
    pool: Floats
    is_count: NDArray[np.bool_]


def _start(panel: CityPanel, past: History, seen: GrowthTerms, part: NDArray[np.int64]) -> _Start:
    latest = int(np.searchsorted(panel.years, past.year[part[0]]))
    return _Start(
        [panel.cities[row] for row in part],
        past.rows(part),
        seen.rows(part),
        others(past)[part],
        panel.is_count[part, latest],
    )


def _rows(start: _Start, ahead: Floats, fitted: _Fitted) -> pl.DataFrame:
    """Return the yearly rows."""
    past = start.past
    centre = past.level[:, None] + fitted.change(past, start.seen, ahead)
    reach = fitted.bands.reach(start.seen.spread, ahead, base=base_errors().count, countries=past.country)
    limits = {
        f"{side}{share}": np.exp(centre + sign * reach[..., level]).ravel()
        for level, share in enumerate((80, 95))
        for side, sign in (("low", -1), ("high", 1))
    }
    years = past.year[:, None] + ahead[None, :].astype(np.int64)
    return pl.DataFrame(
        {
            "city": np.repeat(np.array(start.cities), len(ahead)),
            "year": years.ravel(),
            "value": np.exp(centre).ravel(),
            **limits,
        }
    ).with_columns(kind=pl.lit("projected"), curve=pl.lit(CURVE_NAME))


def _curves(start: _Start, fitted: _Fitted) -> pl.DataFrame:
    """Return what was used for each city."""
    past = start.past
    records = fitted.bands.records
    since_before, since = growth_years(past)
    return pl.DataFrame(
        {
            "city": start.cities,
            "country": past.country,
            "first": past.years[np.isfinite(past.logs).argmax(axis=1)],
            "latest": past.year,
            "figures": past.count,
            "growth": past.growth,
            "before": past.before,
            "since": since,
            "since_before": since_before,
            "pool": start.pool,
            "ahead": fitted.change(past, start.seen, np.array([10.0]))[:, 0] / 10.0,
            "is_count": start.is_count,
            "record": [records.get(country, 1.0) for country in past.country],
        }
    ).with_columns(
        pl.col("growth", "before").fill_nan(None),
        why=pl.lit(_why(fitted)),
        curve=pl.lit(CURVE_NAME),
        errors=pl.lit(fitted.bands.errors, pl.Int64),
        reach=pl.lit(float(fitted.bands.horizons[-1])),
    )


def _why(fitted: _Fitted) -> Text:
    """Say whose coefficients these are."""
    if fitted.weight is not None:
        return text(
            "declared weights, learned from the world's agglomerations; the damped trend of the last "
            "{span} years has a weight of {weight:.0%}, according to the back-test of these figures "
            "alone",
            span=RECENT,
            weight=fitted.weight,
        )
    return of_kind(fitted.growth.kind)
