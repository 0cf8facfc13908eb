"""Back-test: how good the chosen curve and its bands would have been on years held out.

At a held-out origin only errors that had been *seen by then* choose and calibrate (:func:`score`). Not held
out are the declared curve and the few constants of :mod:`urbium.forecast.choice`: they follow the
literature, but were set by people who had these series at hand.

What the figures mean: the agglomeration series of the UN are estimates, interpolated between censuses and
extrapolated after the last one. Where the source drew a straight line, "the last growth continues" is right
by construction, so at 5 years no honest method is better in the median. The cities of WUP file F12 were
chosen because they had passed 300,000 by 2018: cities that stopped growing are missing, and errors on them
are smaller than errors on all cities of the time would have been.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.forecast.choice import HORIZONS, calibrate, choose
from urbium.forecast.curves import CURVES, Floats
from urbium.forecast.trial import Trial

__all__ = ["REPORT", "score"]

_SIMPLE = 3
_RECENT = 25
_ALL = 1_000

REPORT: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "horizon": pl.Int64(),
        "method": pl.String(),
        "cities": pl.Int64(),
        "errors": pl.Int64(),
        "origins": pl.Int64(),
        "median_ape": pl.Float64(),
        "mean_log_error": pl.Float64(),
        "ratio_to_naive": pl.Float64(),
        "ratio_to_drift": pl.Float64(),
        "coverage80": pl.Float64(),
        "coverage95": pl.Float64(),
    }
)
"""The columns of a back-test report; shares are from 0 to 1."""


def score(trial: Trial, *, since: int | None = None) -> pl.DataFrame:
    """Report errors and coverage on held-out origins, by horizon and method.

    Parameters
    ----------
    trial : errors of all origins
    since : first held-out origin; by default the later half of the origins, of the last 25 years at most

    Returns
    -------
    horizon, method, cities, errors, origins, median_ape (share), mean_log_error, ratio_to_naive,
    ratio_to_drift (of median_ape), coverage80, coverage95 (shares, of the method "chosen" only).
    """
    every = np.unique(trial.origin)
    if not every.size:
        return pl.DataFrame(schema=REPORT)
    latest = int((trial.origin + trial.horizon).max())
    first = since if since is not None else max(int(every[len(every) // 2]), latest - _RECENT)
    tried = [_held_out(trial, int(origin)) for origin in every if origin >= first]
    parts = [part for part in tried if part is not None]
    rows = [
        row
        for horizon in HORIZONS
        for row in _rows(horizon, [part.at(horizon) for part in parts if horizon in part.trial.horizon])
    ]
    return pl.DataFrame(rows, schema=REPORT, orient="row")


@dataclass(frozen=True, slots=True)
class _HeldOut:
    """The errors of one held-out origin, with what was chosen before it."""

    trial: Trial
    error: Floats
    inside: NDArray[np.bool_]

    def at(self, horizon: int) -> "_HeldOut":
        here = self.trial.horizon == horizon
        return _HeldOut(self.trial.where(here), self.error[here], self.inside[here])


def _held_out(trial: Trial, origin: int) -> _HeldOut | None:
    seen = trial.seen_by(origin)
    if not len(seen.error):
        return None
    mixture = choose(seen, figures=_ALL)
    bands = calibrate(seen, mixture)
    now = trial.where((trial.origin == origin) & np.isin(trial.horizon, HORIZONS))
    error = mixture.of(now.error)
    inside = np.zeros((len(error), 2), dtype=bool)
    for horizon in np.unique(now.horizon):
        here = now.horizon == horizon
        reach = bands.at(now.pace[here], np.array([float(horizon)]))[:, 0]
        inside[here] = np.abs(error[here])[:, None] <= reach
    return _HeldOut(now, error, inside)


def _rows(horizon: int, parts: list[_HeldOut]) -> list[tuple[object, ...]]:
    """Return the lines of the report for one horizon: what was chosen, then the simple curves."""
    if not parts:
        return []
    chosen = np.concatenate([part.error for part in parts])
    simple = np.concatenate([part.trial.error for part in parts])[:, :_SIMPLE]
    inside = np.concatenate([part.inside for part in parts]).mean(axis=0)
    cities = np.unique(np.concatenate([part.trial.city for part in parts])).size
    named = {"chosen": chosen} | {name: simple[:, at] for at, name in enumerate(list(CURVES)[:_SIMPLE])}
    median = {name: float(np.median(np.abs(np.expm1(-error)))) for name, error in named.items()}
    return [
        (
            horizon,
            name,
            cities,
            len(error),
            len(parts),
            median[name],
            float(np.mean(np.abs(error))),
            _ratio(median[name], median["last growth"]),
            _ratio(median[name], median["drift"]),
            *(inside.tolist() if name == "chosen" else (None, None)),
        )
        for name, error in named.items()
    ]


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
