"""Back-test: how good the forecast and its bands would have been at counts held out.

Forecasts are made from real counts and held against later figures. The declared coefficients were learned on
figures of the world's agglomerations up to 2010: in the report of a nation nothing is held out but its own
record; a report in which everything was learned before its origin is made by ``bench/truth.py``.

Every country counts the same: the cities of a country err together, and a hundred cities of one are not a
hundred observations. For one country's total, draw paths (:mod:`.joint_draws`), and trust them less.

What the figures mean: the agglomeration series of the UN are estimates, interpolated between censuses and
extrapolated after the last one. Where the source drew a straight line, "the last growth continues" is right
by construction, so figures after the last count are not held against. The cities of WUP file F12 were chosen
because they had passed 300,000 by 2018: smaller ones are on the list because they were going to grow. Only
cities that had 300,000 people at the origin are tested.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl
from scipy.special import ndtri

from urbium.columns import schema_of
from urbium.forecast.accuracy import crps
from urbium.forecast.cities.bands import Bands, calibrate_bands, country_weights, stray
from urbium.forecast.cities.curves import CURVES
from urbium.forecast.cities.own_panel import draw_to_trend, trend_weight
from urbium.forecast.cities.rolling_origin import HORIZONS, BacktestErrors
from urbium.forecast.paths import Floats

METHOD = "combination"
"""The name of the forecast in reports, beside those of the curves."""

_RECENT = 25
_SIMPLE = ("last growth", "drift")
_STRATA = 100

REPORT: Final = schema_of(
    "horizon method cities errors origins median_ape mape mase crps ratio_to_naive ratio_to_drift "
    "coverage80 coverage95"
)
"""The columns of a back-test report; shares are from 0 to 1."""


def score_backtest(
    trial: BacktestErrors,
    declared: Bands | Callable[[int], Bands],
    *,
    since: int | None = None,
    base: float = 0.0,
    is_own: bool = False,
) -> pl.DataFrame:
    """Report errors and coverage on held-out origins, by horizon and method.

    Parameters
    ----------
    trial : errors of all origins
    declared : the bands of the world, or those that would have been learned by a year
    since : first held-out origin; by default the later half of the origins, of the last 25 years at most
    base : median error of the base figures
    is_own : whether forecasts are drawn to the trend of their panel (:mod:`.own_panel`), at each origin by
        what was known then

    Returns
    -------
    horizon, method, cities, errors, origins, median_ape and mape (shares of what came), mase (of the mean
    change from figure to figure), crps (share of what came; of a method without bands its mape),
    ratio_to_naive, ratio_to_drift (of median_ape), coverage80, coverage95 (of the forecast only); mape, crps
    and coverage are means over countries.
    """
    every = np.unique(trial.origin)
    if not every.size:
        return pl.DataFrame(schema=REPORT)
    latest = int((trial.origin + trial.horizon).max())
    first = since if since is not None else max(int(every[len(every) // 2]), latest - _RECENT)
    held_out = trial.where(trial.origin >= first)
    reach, error = np.empty((len(held_out.error), 2)), held_out.error.copy()
    for origin in np.unique(held_out.origin):
        world = declared if isinstance(declared, Bands) else declared(int(origin))
        earlier, at_origin = trial.settled.seen_by(int(origin)), held_out.origin == origin
        if is_own:
            weight = trend_weight(earlier)
            earlier = draw_to_trend(earlier, weight)
            error[at_origin] = draw_to_trend(held_out.where(at_origin), weight).error
        bands = calibrate_bands(earlier, world, base=base, is_own=is_own)
        for horizon in np.unique(held_out.horizon):
            here = at_origin & (held_out.horizon == horizon)
            reach[here] = bands.reach(
                held_out.spread[here],
                np.array([float(horizon)]),
                base=base,
                countries=held_out.country[here],
            )[:, 0]
    return report_errors(replace(held_out, error=error), reach)


def report_errors(trial: BacktestErrors, reach: Floats) -> pl.DataFrame:
    """Report the errors of a trial, and how many of them the limits ``reach``, (N, 2) in logs, held."""
    rows = [
        row
        for horizon in HORIZONS
        if (here := trial.horizon == horizon).any()
        for row in _rows(horizon, trial.where(here), reach[here])
    ]
    return pl.DataFrame(rows, schema=REPORT, orient="row")


def _rows(horizon: int, trial: BacktestErrors, reach: Floats) -> list[tuple[object, ...]]:
    """Return the lines of the report for one horizon: the forecast, then the curves."""
    named = {METHOD: trial.error} | {name: trial.rivals[:, at] for at, name in enumerate(CURVES)}
    far = {name: np.abs(np.expm1(-error)) for name, error in named.items()}
    median = {name: float(np.median(ape)) for name, ape in far.items()}
    came = trial.persons * np.exp(trial.came)
    moved = trial.stride > 0
    strata = ndtri((np.arange(_STRATA) + 0.5) / _STRATA)
    # in shares of what came, a forecast is exp(-error) and what came is one
    futures = np.exp(np.clip(stray(reach, strata) - trial.error[:, None], -50.0, 50.0))
    weights = country_weights(trial)
    of_forecast = float(np.average(crps(futures, np.ones(len(trial.error))), weights=weights))
    inside = np.average(np.abs(trial.error)[:, None] <= reach, axis=0, weights=weights)
    mean = {name: float(np.average(ape, weights=weights)) for name, ape in far.items()}
    return [
        (
            horizon,
            name,
            np.unique(trial.city).size,
            len(ape),
            np.unique(trial.origin).size,
            median[name],
            mean[name],
            float(np.mean((ape * came)[moved] / trial.stride[moved])) if moved.any() else None,
            of_forecast if name == METHOD else mean[name],
            *(_ratio(median[name], median[simple]) for simple in _SIMPLE),
            *(inside.tolist() if name == METHOD else (None, None)),
        )
        for name, ape in far.items()
    ]


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
