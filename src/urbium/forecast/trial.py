"""Trial: the errors of every curve at every earlier origin.

Rolling origin: at each earlier year the curves see only what was known then, and their forecasts are held
against the figures that came. What is chosen by these errors is in :mod:`urbium.forecast.choice`, how good
the choice is in :mod:`urbium.forecast.backtest`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.curves import CURVES, Floats, History, Panel, history

__all__ = ["STRAIGHT", "Trial", "changes", "run_trial"]

STRAIGHT = 0.0005
"""Log error a year under which the naive forecast counts as the source's own line."""

_REACH = 30
_ORIGINS = 16


@dataclass(frozen=True, slots=True)
class Trial:
    """Errors of every curve at every earlier origin; N errors of M curves.

    Attributes
    ----------
    city, origin, horizon : (N,) arrays; row of the panel, year, years ahead
    pace : (N,) array, last growth a year as known at the origin
    error : (N, M) array, log of the figure that came less log of the forecast, in the order of CURVES
    """

    city: NDArray[np.int64]
    origin: NDArray[np.int64]
    horizon: NDArray[np.int64]
    pace: Floats
    error: Floats

    def where(self, keep: NDArray[np.bool_]) -> "Trial":
        """Return the errors that ``keep`` marks."""
        return Trial(
            self.city[keep], self.origin[keep], self.horizon[keep], self.pace[keep], self.error[keep]
        )

    def seen_by(self, year: int) -> "Trial":
        """Return the errors that were known in ``year``: the figure held against had come by then."""
        return self.where(self.origin + self.horizon <= year)

    @property
    def news(self) -> "Trial":
        """The errors where the figure that came was not simply the last growth drawn on.

        Sources interpolate between censuses and extrapolate after the last one. Where they do, the naive
        forecast is right to within :data:`STRAIGHT` a year by construction, which proves nothing about a
        curve and promises a certainty that the future does not have.
        """
        return self.where(np.abs(self.error[:, 0]) > STRAIGHT * self.horizon)


def changes(past: History, ahead: Floats) -> Floats:
    """Return the log change of every curve, (C, H, M); a curve that cannot be drawn is replaced.

    A saturation curve without a ceiling becomes the last growth; without two figures the last growth
    becomes that of the pool.
    """
    drawn = np.stack([curve.change(past, ahead) for curve in CURVES.values()], axis=-1)
    names = list(CURVES)
    for stand_in in ("last growth", "pool growth"):
        instead = drawn[..., names.index(stand_in)][..., None]
        drawn = np.where(np.isnan(drawn), instead, drawn)
    return drawn


def run_trial(panel: Panel) -> Trial:
    """Draw every curve at every earlier origin and hold it against what came.

    At most 16 origins, evenly spread, and 30 years ahead; a city enters where it has a figure at the
    origin, another before it, and one at the target.
    """
    years = panel.years
    origins = np.arange(len(years) - 1)
    if len(origins) > _ORIGINS:
        origins = np.unique(np.linspace(0, len(years) - 2, _ORIGINS).round().astype(np.int64))
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Floats, Floats]] = []
    known = np.isfinite(panel.logs)
    for at in origins:
        past = history(panel, int(years[at]))
        rows = np.flatnonzero(known[:, at] & (past.count > 1))
        targets = np.flatnonzero((years > years[at]) & (years <= years[at] + _REACH))
        if not rows.size or not targets.size:
            continue
        past = past.rows(rows)
        ahead = (years[targets] - years[at]).astype(float)
        came = panel.logs[np.ix_(rows, targets)] - past.level[:, None]
        error = came[..., None] - changes(past, ahead)
        city, step = np.nonzero(np.isfinite(came))
        parts.append(
            (
                rows[city],
                np.full(city.size, years[at]),
                years[targets][step] - years[at],
                past.growth[city],
                error[city, step],
            )
        )
    if not parts:
        none = np.empty(0, dtype=np.int64)
        return Trial(none, none, none, np.empty(0), np.empty((0, len(CURVES))))
    return Trial(*(np.concatenate(column) for column in zip(*parts, strict=True)))
