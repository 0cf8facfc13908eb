"""Back-test: how good the pooled model and its bands would have been on years held out.

At a held-out origin only figures that had come *by then* fit the model and set its bands. Not held out are
which terms the model looks at and its few constants. They were chosen on origins up to 1995 with figures up
to 2000 of the world's agglomerations, but not without a look at what came after: the first choice, the best
up to 2000 (with a constant, departures of countries, all cities counting the same), was no better than the
last growth after 2000, because it drew on a slowing of all cities that ended then. So the constant and the
departures were taken out and countries weighted, which is worse up to 2000 and better after. Panels of
fewer than twenty countries take declared coefficients, which were learned on figures up to 2015: nothing in
their report is held out but the width of bands.

Coverage counts all cities alike, and the cities of a country err together. Of forecasts made in 2000, 80 %
bands held 81 to 82 % of what came: 93 to 94 % outside China, 39 to 47 % of China's 424 cities, whose growth
turned at once. For one country's total, draw paths (:mod:`.joint_draws`), and trust them less.

What the figures mean: the agglomeration series of the UN are estimates, interpolated between censuses and
extrapolated after the last one. Where the source drew a straight line, "the last growth continues" is right
by construction. The cities of WUP file F12 were chosen because they had passed 300,000 by 2018: cities that
stopped growing are missing, and errors on them are smaller than errors on all cities of the time would have
been.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import polars as pl
from scipy.stats import norm

from urbium.forecast.accuracy import crps
from urbium.forecast.cities.bands import Bands, calibrate_bands, stray
from urbium.forecast.cities.curves import CURVES
from urbium.forecast.cities.rolling_origin import HORIZONS, BacktestErrors
from urbium.forecast.paths import Floats

__all__ = ["METHOD", "REPORT", "report_errors", "score_backtest"]

METHOD = "pooled"
"""The name of the model in reports, beside those of the curves."""

_RECENT = 25
_SIMPLE = ("last growth", "drift")
_STRATA = 100

REPORT: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "horizon": pl.Int64(),
        "method": pl.String(),
        "cities": pl.Int64(),
        "errors": pl.Int64(),
        "origins": pl.Int64(),
        "median_ape": pl.Float64(),
        "mape": pl.Float64(),
        "mase": pl.Float64(),
        "crps": pl.Float64(),
        "ratio_to_naive": pl.Float64(),
        "ratio_to_drift": pl.Float64(),
        "coverage80": pl.Float64(),
        "coverage95": pl.Float64(),
    }
)
"""The columns of a back-test report; shares are from 0 to 1."""


def score_backtest(trial: BacktestErrors, declared: Bands, *, since: int | None = None) -> pl.DataFrame:
    """Report errors and coverage on held-out origins, by horizon and method.

    Parameters
    ----------
    trial : errors of all origins
    declared : bands of origins by which too few errors had been seen
    since : first held-out origin; by default the later half of the origins, of the last 25 years at most

    Returns
    -------
    horizon, method, cities, errors, origins, median_ape and mape (shares of what came), mase (of the mean
    change from figure to figure), crps (share of what came; of a method without bands its mape),
    ratio_to_naive, ratio_to_drift (of median_ape), coverage80, coverage95 (of the pooled model only).
    """
    every = np.unique(trial.origin)
    if not every.size:
        return pl.DataFrame(schema=REPORT)
    latest = int((trial.origin + trial.horizon).max())
    first = since if since is not None else max(int(every[len(every) // 2]), latest - _RECENT)
    held_out = trial.where(trial.origin >= first)
    reach = np.empty((len(held_out.error), 2))
    for origin in np.unique(held_out.origin):
        bands = calibrate_bands(trial.seen_by(int(origin)), int(origin), declared)
        for horizon in np.unique(held_out.horizon):
            here = (held_out.origin == origin) & (held_out.horizon == horizon)
            reach[here] = bands.reach(held_out.spread[here], np.array([float(horizon)]))[:, 0]
    return report_errors(held_out, reach)


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
    """Return the lines of the report for one horizon: the pooled model, then the curves."""
    named = {METHOD: trial.error} | {name: trial.rivals[:, at] for at, name in enumerate(CURVES)}
    far = {name: np.abs(np.expm1(-error)) for name, error in named.items()}
    median = {name: float(np.median(ape)) for name, ape in far.items()}
    came = trial.persons * np.exp(trial.came)
    moved = trial.stride > 0
    strata = norm.ppf((np.arange(_STRATA) + 0.5) / _STRATA)
    # in shares of what came, a forecast is exp(-error) and what came is one
    futures = np.exp(np.clip(stray(reach, strata) - trial.error[:, None], -50.0, 50.0))
    pooled_crps = float(np.mean(crps(futures, np.ones(len(trial.error)))))
    inside = (np.abs(trial.error)[:, None] <= reach).mean(axis=0)
    return [
        (
            horizon,
            name,
            np.unique(trial.city).size,
            len(ape),
            np.unique(trial.origin).size,
            median[name],
            float(np.mean(ape)),
            float(np.mean((ape * came)[moved] / trial.stride[moved])) if moved.any() else None,
            pooled_crps if name == METHOD else float(np.mean(ape)),
            *(_ratio(median[name], median[simple]) for simple in _SIMPLE),
            *(inside.tolist() if name == METHOD else (None, None)),
        )
        for name, ape in far.items()
    ]


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
