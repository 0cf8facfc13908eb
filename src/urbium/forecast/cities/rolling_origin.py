"""Trial: the errors of the pooled model and of simple curves at every earlier origin.

Rolling origin: at each earlier year the model is fitted to what had come by then, and its forecasts are
held against the figures that came later. Bands are read from these errors (:mod:`.bands`),
and the report is made of them (:mod:`.backtest_report`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.cities.curves import CURVES, CityPanel, History, history
from urbium.forecast.cities.growth_terms import GrowthTerms, SeriesKind
from urbium.forecast.cities.pooled import ENOUGH, FITTED, Growth, GrowthRows, fit, rows_of
from urbium.forecast.paths import Floats

__all__ = ["HORIZONS", "BacktestErrors", "model_at", "run_backtest"]

HORIZONS = (1, 3, 5, 10, 15, 20)
"""Horizons in years at which forecasts are held against what came, where the series reach."""

_SEEN = 2


@dataclass(frozen=True, slots=True)
class BacktestErrors:
    """Errors at every earlier origin; N errors of the model, and of M curves.

    Attributes
    ----------
    city, origin, horizon : (N,) arrays; row of the panel, year, years ahead
    country : (N,) array
    spread : (N, S) array, what the size of errors may depend on
    came : (N,) array, log change that came
    error : (N,) array, log of the figure that came less log of the model's forecast
    rivals : (N, M) array, the same of the curves in the order of CURVES; a curve that cannot be drawn
        stands with the last growth
    persons, stride : (N,) arrays, the latest figure, and the mean change from figure to figure until then
    """

    city: NDArray[np.int64]
    origin: NDArray[np.int64]
    horizon: NDArray[np.int64]
    country: NDArray[np.str_]
    spread: Floats
    came: Floats
    error: Floats
    rivals: Floats
    persons: Floats
    stride: Floats

    def where(self, keep: NDArray[np.bool_]) -> "BacktestErrors":
        """Return the errors that ``keep`` marks."""
        return BacktestErrors(*(getattr(self, name)[keep] for name in self.__slots__))

    def seen_by(self, year: int) -> "BacktestErrors":
        """Return the errors that were known in ``year``: the figure held against had come by then."""
        return self.where(self.origin + self.horizon <= year)


def model_at(rows: GrowthRows, kind: SeriesKind, now: int, declared: Growth) -> Growth | None:
    """Return the model as it would have been fitted in the year ``now``; None where that was too early.

    A panel of many countries must have seen two earlier origins; one of few countries has the declared
    coefficients and so can always be forecast.
    """
    seen = rows.seen_by(now)
    seen = seen.where(np.isin(seen.horizon, FITTED))
    if len(np.unique(rows.country)) >= ENOUGH and np.unique(seen.origin).size < _SEEN:
        return None
    return fit(seen, kind, now, declared)


def run_backtest(panel: CityPanel, kind: SeriesKind, declared: Growth) -> BacktestErrors:
    """Forecast from every earlier origin and hold that against what came.

    Parameters
    ----------
    panel : all figures
    kind : the kind of series; cities with more figures than it needs take part with the figures it looks at
    declared : the model that panels of few countries take
    """
    rows = rows_of(panel, kind, HORIZONS)
    parts = [_nothing(len(kind.spread))]
    for origin in np.unique(rows.origin):
        model = model_at(rows, kind, int(origin), declared)
        if model is not None:
            parts.append(_held_against(panel, rows.where(rows.origin == origin), model, int(origin)))
    return BacktestErrors(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in BacktestErrors.__slots__)
    )


def _held_against(panel: CityPanel, rows: GrowthRows, model: Growth, origin: int) -> BacktestErrors:
    past = history(panel, origin)
    horizons, step = np.unique(rows.horizon, return_inverse=True)
    ahead = horizons.astype(float)
    came = rows.growth * rows.horizon
    drawn = _drawn(past, ahead)[rows.city, step]
    seen = GrowthTerms(rows.base, rows.columns, rows.spread)
    forecast = model.change(seen, ahead)[np.arange(len(step)), step]
    return BacktestErrors(
        rows.city, rows.origin, rows.horizon, rows.country, rows.spread, came, came - forecast,
        came[:, None] - drawn, np.exp(past.level[rows.city]), _stride(past)[rows.city],
    )  # fmt: skip


def _drawn(past: History, ahead: Floats) -> Floats:
    """Return the log change of every curve, (C, H, M); one that cannot be drawn stands with the first."""
    drawn = np.stack([curve.change(past, ahead) for curve in CURVES.values()], axis=-1)
    return np.where(np.isnan(drawn), drawn[..., :1], drawn)


def _stride(past: History) -> Floats:
    """Return the mean absolute change in persons from one figure to the next; NaN for fewer than two."""
    city, at = np.nonzero(np.isfinite(past.logs))
    step = np.abs(np.diff(np.exp(past.logs[city, at])))
    same = city[1:] == city[:-1]
    total = np.bincount(city[1:][same], step[same], len(past.logs))
    count = np.bincount(city[1:][same], minlength=len(past.logs))
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _nothing(width: int) -> BacktestErrors:
    none, empty = np.empty(0, dtype=np.int64), np.empty(0)
    return BacktestErrors(
        none, none, none, np.empty(0, dtype=np.str_), np.empty((0, width)), empty, empty,
        np.empty((0, len(CURVES))), empty, empty,
    )  # fmt: skip
