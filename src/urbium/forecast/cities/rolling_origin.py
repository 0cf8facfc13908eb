"""Rolling origin: the errors of the combination and of the simple peers at every earlier count.

At each earlier count the forecast is made as it would have been made then, and held against the figures that
came later. The record of a country is read from these errors (:mod:`.bands`), and the report is made of them
(:mod:`.backtest_report`).
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.cities.combination import Growth, GrowthRows, rows_of
from urbium.forecast.cities.curves import CURVES, CityPanel, History, history
from urbium.forecast.cities.growth_terms import SeriesKind
from urbium.forecast.paths import Floats

HORIZONS = (1, 3, 5, 10, 15, 20)
"""Horizons in years at which forecasts are held against what came, where the series reach."""


@dataclass(frozen=True, slots=True)
class BacktestErrors:
    """Errors at every earlier count; N errors of the forecast, and of M curves.

    Attributes
    ----------
    city, origin, horizon : (N,) arrays; row of the panel, year, years ahead
    country : (N,) array
    spread : (N, S) array, what the size of errors may depend on
    came : (N,) array, log change that came
    error : (N,) array, log of the figure that came less log of the forecast
    rivals : (N, M) array, the same of the curves in the order of CURVES; a curve that cannot be drawn
        stands with the last growth
    persons, stride : (N,) arrays, the latest figure, and the mean change from figure to figure until then
    is_settled : (N,) array, whether what came is a count or was drawn between counts
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
    is_settled: NDArray[np.bool_]

    def where(self, keep: NDArray[np.bool_]) -> "BacktestErrors":
        """Return the errors that ``keep`` marks."""
        return BacktestErrors(*(getattr(self, name)[keep] for name in self.__slots__))

    def seen_by(self, year: int) -> "BacktestErrors":
        """Return the errors that were known in ``year``: the figure held against had come by then."""
        return self.where(self.origin + self.horizon <= year)

    @property
    def settled(self) -> "BacktestErrors":
        """The errors against counts, or figures drawn between counts."""
        return self.where(self.is_settled)


def run_backtest(
    panel: CityPanel, kind: SeriesKind, model: Growth | Callable[[int], Growth | None],
    *, executor: Executor | None = None,
) -> BacktestErrors:  # fmt: skip
    """Forecast from every earlier count and hold that against what came.

    Parameters
    ----------
    panel : all figures
    kind : the kind of series; cities with more figures than it needs take part with what it looks at
    model : the combination, or the one that would have been learned by a year, none where that was too early
    executor : forecasts from the counts, such as processes or a Dask cluster; this thread when left out, and
        the same errors whoever forecasts
    """
    rows = rows_of(panel, kind, HORIZONS)
    parts = [_nothing(len(kind.spread))]
    waiting: list[Future[BacktestErrors]] = []
    for origin in np.unique(rows.origin).tolist():
        made_then = model if isinstance(model, Growth) else model(origin)
        if made_then is None:
            continue
        work = panel, rows.where(rows.origin == origin), made_then, origin
        if executor is None:
            parts.append(errors_at(*work))
        else:
            waiting.append(executor.submit(errors_at, *work))
    parts += [future.result() for future in waiting]
    return BacktestErrors(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in BacktestErrors.__slots__)
    )


def errors_at(panel: CityPanel, rows: GrowthRows, model: Growth, origin: int) -> BacktestErrors:
    """Return the errors of forecasts made at one origin, of which ``rows`` are."""
    past = history(panel, origin)
    horizons, step = np.unique(rows.horizon, return_inverse=True)
    ahead = horizons.astype(float)
    drawn = _drawn(past, ahead)[rows.city, step]
    forecast = model.change(rows.terms, ahead)[np.arange(len(step)), step]
    return BacktestErrors(
        rows.city, rows.origin, rows.horizon, rows.country, rows.spread, rows.came, rows.came - forecast,
        rows.came[:, None] - drawn, np.exp(past.level[rows.city]), _stride(past)[rows.city], rows.is_settled,
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
        np.empty((0, len(CURVES))), empty, empty, np.empty(0, dtype=np.bool_),
    )  # fmt: skip
