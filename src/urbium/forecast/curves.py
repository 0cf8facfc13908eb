"""Growth curves: how a city's population may go on, given what is known of it at an origin.

Every curve is a function from a :class:`History` (all cities at once) to the change of log population
over horizons in years; it starts at the latest figure, so a forecast never jumps there. Short curves read
the growth of the last years alone; the saturation curves (logistic, Gompertz) are fitted to the whole
series. Which curve is used is decided by back-test (:mod:`urbium.forecast.backtest`), not here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

__all__ = ["CURVES", "HOLD", "SPAN", "Curve", "Floats", "History", "Panel", "history", "saturation"]

Floats = NDArray[np.float64]

SPAN = 5
"""Years over which the last growth is measured, where the series is long enough."""

HOLD = 5.0
"""Years for which the last growth goes on before a damped or slowing curve bends."""

_CEILINGS = 1.0 + np.geomspace(1e-3, 49.0, 25)
_ZOOMS = 3
_LEAST = 4
"""Fewest figures from which a ceiling is read."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Series of one variable within one kind of boundary.

    Attributes
    ----------
    cities : the C cities, one a row
    years : (Y,) array, ascending
    logs : (C, Y) array, natural log of persons, NaN where nothing is known
    """

    cities: tuple[str, ...]
    years: NDArray[np.int64]
    logs: Floats


@dataclass(frozen=True, slots=True)
class History:
    """What is known of each city at an origin; all arrays have one entry a city.

    Attributes
    ----------
    years, logs : (Y,) and (C, Y) arrays, nothing later than the origin
    count : figures known
    year, level : year and log of the latest figure
    growth : log growth a year over the last :data:`SPAN` years (or the nearest span known); NaN if count < 2
    drift : log growth a year from the first figure to the latest; NaN if count < 2
    pool : median of ``growth`` over all cities; NaN when no city has two figures
    """

    years: NDArray[np.int64]
    logs: Floats
    count: NDArray[np.int64]
    year: NDArray[np.int64]
    level: Floats
    growth: Floats
    drift: Floats
    pool: float

    def rows(self, rows: NDArray[np.int64]) -> "History":
        """Return the history of some of the cities; ``pool`` stays that of all."""
        return History(
            self.years,
            self.logs[rows],
            self.count[rows],
            self.year[rows],
            self.level[rows],
            self.growth[rows],
            self.drift[rows],
            self.pool,
        )


def history(panel: Panel, origin: int) -> History:
    """Return what was known at the end of the year ``origin``; later figures are not looked at.

    >>> panel = Panel(("a",), np.array([2000, 2005, 2010]), np.log([[100.0, 110.0, 121.0]]))
    >>> past = history(panel, 2005)
    >>> int(past.count[0]), round(float(np.exp(past.growth[0] * 5)), 3)
    (2, 1.1)
    """
    here = panel.years <= origin
    years, logs = panel.years[here], panel.logs[:, here]
    known = np.isfinite(logs)
    count = known.sum(axis=1)
    rows = np.arange(len(logs))
    if not len(years):
        nothing = np.full(len(logs), np.nan)
        return History(years, logs, count, np.zeros_like(count), nothing, nothing, nothing, float("nan"))
    first = known.argmax(axis=1)
    last = _last(known)
    early = known & (years[None, :] <= years[last][:, None] - SPAN)
    base = np.where(early.any(axis=1), _last(early), first)
    level = logs[rows, last]
    growth = _slope(level - logs[rows, base], years[last] - years[base])
    drift = _slope(level - logs[rows, first], years[last] - years[first])
    grown = growth[np.isfinite(growth)]
    pool = float(np.median(grown)) if grown.size else float("nan")
    return History(years, logs, count, years[last], level, growth, drift, pool)


def _last(known: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the last true column of each row (the last column of a row without any)."""
    return np.asarray(known.shape[1] - 1 - known[:, ::-1].argmax(axis=1), dtype=np.int64)


def _slope(rise: Floats, run: NDArray[np.int64]) -> Floats:
    return np.where(run > 0, rise / np.maximum(run, 1), np.nan)


@dataclass(frozen=True, slots=True)
class Curve:
    """A way to go on from the latest figure.

    Attributes
    ----------
    id, label : its name in tables, and in a sentence
    needs : fewest figures of a city it can be drawn from
    change : function of a history (C cities) and horizons in years, (H,) array; gives the (C, H) array of
        changes of log population since the latest figure
    """

    id: str
    label: str
    needs: int
    change: Callable[[History, Floats], Floats]


def _constant(rate: Callable[[History], Floats]) -> Callable[[History, Floats], Floats]:
    return lambda past, ahead: rate(past)[:, None] * ahead[None, :]


def _pool(past: History) -> Floats:
    return np.full(len(past.level), past.pool)


def _damped(half: float, share: float, hold: float) -> Callable[[History, Floats], Floats]:
    r"""Growth goes on for ``hold`` years, then nears ``share`` of the pool's with half-life ``half``."""

    def change(past: History, ahead: Floats) -> Floats:
        after = np.maximum(ahead - hold, 0.0)
        faded = np.minimum(ahead, hold) + half / np.log(2) * (1 - 0.5 ** (after / half))
        goal = (share * past.pool) if share else 0.0
        return np.asarray(goal * (ahead - faded)[None, :] + past.growth[:, None] * faded[None, :])

    return change


def _slowing(bend: float, hold: float) -> Callable[[History, Floats], Floats]:
    r"""Growth goes on for ``hold`` years, then slows as the city grows.

    .. math:: \log P_{h} - \log P_{0} = \operatorname{sgn}(g)\,\log(1 + b\,|g|\,h) / b

    With ``b = 1`` a growing city gains the same number of persons each year (arithmetic growth); a
    shrinking one loses the mirror image in logs, so that it never falls below zero.
    """

    def change(past: History, ahead: Floats) -> Floats:
        rate = past.growth[:, None]
        after = np.maximum(ahead - hold, 0.0)[None, :]
        bent = np.sign(rate) * np.log1p(bend * np.abs(rate) * after) / bend
        return np.asarray(rate * np.minimum(ahead, hold)[None, :] + bent)

    return change


def _gompertz(past: History, ahead: Floats) -> Floats:
    return saturation(past, ahead, kind="gompertz")


def _logistic(past: History, ahead: Floats) -> Floats:
    return saturation(past, ahead, kind="logistic")


def saturation(past: History, ahead: Floats, *, kind: str) -> Floats:
    r"""Return the change along a curve that nears a ceiling, fitted to each city's series.

    Logistic :math:`K / (1 + e^{-(a + b t)})` and Gompertz :math:`K e^{-e^{-(a + b t)}}` are straight lines in
    time after a transform that depends on the ceiling K alone. So for each K of a grid (relative to the
    city's largest figure) the line has a closed form; the K with the smallest squared log error wins, and
    the grid is narrowed around it three times.

    Parameters
    ----------
    past : history of C cities
    ahead : (H,) array of horizons in years
    kind : ``logistic`` or ``gompertz``

    Returns
    -------
    (C, H) array of changes of log population; NaN where a city has fewer than four figures or its series
    does not near a ceiling from below.

    References
    ----------
    Smith, Tayman, Swanson: *A Practitioner's Guide to State and Local Population Projections* (2013),
    chapter on trend extrapolation.
    """
    known = np.isfinite(past.logs)
    weight = known.astype(float)
    top = np.max(np.where(known, past.logs, -np.inf), axis=1, initial=-np.inf)
    time = (past.years[None, :] - past.year[:, None]).astype(float)
    logs = np.where(known, past.logs - np.where(np.isfinite(top), top, 0.0)[:, None], 0.0)
    enough = past.count >= _LEAST
    ceiling = np.broadcast_to(np.log(_CEILINGS), (len(logs), len(_CEILINGS)))
    for zoom in range(_ZOOMS + 1):
        loss, start, slope = _lines(logs, weight, time, ceiling, kind)
        best = np.argmin(loss, axis=1)[:, None]
        chosen = np.take_along_axis(ceiling, best, axis=1)
        if zoom < _ZOOMS:
            last = ceiling.shape[1] - 1
            low = np.log(np.take_along_axis(ceiling, np.maximum(best - 1, 0), axis=1))
            high = np.log(np.take_along_axis(ceiling, np.minimum(best + 1, last), axis=1))
            ceiling = np.exp(low + (high - low) * np.linspace(0, 1, 9)[None, :])
    a = np.take_along_axis(start, best, axis=1)
    b = np.take_along_axis(slope, best, axis=1)
    usable = enough & np.isfinite(np.take_along_axis(loss, best, axis=1)[:, 0])
    change = _bend(chosen, a + b * ahead[None, :], kind) - _bend(chosen, a, kind)
    return np.where(usable[:, None], change, np.nan)


def _lines(
    logs: Floats, weight: Floats, time: Floats, ceiling: Floats, kind: str
) -> tuple[Floats, Floats, Floats]:
    """Fit a line to the transformed series for each ceiling: loss, start and slope, (C, K) arrays.

    ``logs`` are relative to the city's largest figure; ``ceiling`` is log K, relative to the same.
    """
    room = ceiling[:, None, :] - logs[:, :, None]
    straight = -np.log(np.expm1(room)) if kind == "logistic" else -np.log(room)
    w = weight[:, :, None]
    total = np.maximum(weight.sum(axis=1), 1.0)[:, None]
    middle = (weight * time).sum(axis=1)[:, None] / total
    spread = np.maximum((weight * (time - middle) ** 2).sum(axis=1)[:, None], 1e-12)
    mean = (w * straight).sum(axis=1) / total
    slope = np.einsum("cy,cyk->ck", weight * (time - middle), straight) / spread
    start = mean - slope * middle
    fitted = _bend(ceiling[:, None, :], start[:, None, :] + slope[:, None, :] * time[:, :, None], kind)
    loss = (w * (fitted - logs[:, :, None]) ** 2).sum(axis=1)
    return np.where(slope > 0, loss, np.inf), start, slope


def _bend(ceiling: Floats, line: Floats, kind: str) -> Floats:
    """Return log population on the curve, from the straight line of its transform."""
    with np.errstate(over="ignore"):
        fall = np.logaddexp(0.0, -line) if kind == "logistic" else np.exp(-line)
    return ceiling - fall


def _catalogue() -> Mapping[str, Curve]:
    later = f"after the first {HOLD:.0f}"
    curves = [
        Curve(
            "last growth", "the growth of the last years goes on (naive)", 2, _constant(lambda p: p.growth)
        ),
        Curve("drift", "the mean growth of the whole series goes on", 2, _constant(lambda p: p.drift)),
        Curve("no change", "the latest figure stays", 1, _constant(lambda p: np.zeros_like(p.level))),
        Curve("pool growth", "the median growth of all cities", 1, _constant(_pool)),
    ]
    for half in (10, 20, 40):
        words = f"growth halves every {half} years {later}"
        curves.append(Curve(f"damped {half}", words, 2, _damped(half, 0.0, HOLD)))
        words = f"the distance from the median growth of all cities halves every {half} years {later}"
        curves.append(Curve(f"shrunk {half}", words, 2, _damped(half, 1.0, HOLD)))
    words = f"{later} years of its last growth, the city gains the same number of persons each year"
    curves.append(Curve("arithmetic", words, 2, _slowing(1, HOLD)))
    for bend in (2, 3):
        words = f"growth slows as the city grows (bend {bend}) {later} years"
        curves.append(Curve(f"slowing {bend}", words, 2, _slowing(bend, HOLD)))
    curves += [
        Curve("damped at once", "growth halves every 20 years", 2, _damped(20, 0.0, 0.0)),
        Curve(
            "shrunk at once",
            "the distance from the median growth of all cities halves every 20 years",
            2,
            _damped(20, 1.0, 0.0),
        ),
        Curve("slowing at once", "growth slows as the city grows (bend 2)", 2, _slowing(2, 0.0)),
        Curve("logistic", "logistic curve towards a ceiling", _LEAST, _logistic),
        Curve("gompertz", "Gompertz curve towards a ceiling", _LEAST, _gompertz),
    ]
    return MappingProxyType({curve.id: curve for curve in curves})


CURVES: Mapping[str, Curve] = _catalogue()
"""Every curve by name; the first three are the simple ones that others are held against."""
