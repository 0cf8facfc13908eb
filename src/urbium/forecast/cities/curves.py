"""Growth curves: how a city's population may go on, given what is known of it at an origin.

Every curve is a function from a :class:`History` (all cities at once) to the change of log population
over horizons in years; it starts at the latest figure, so a forecast never jumps there. These are the
simple peers: the forecast (:mod:`.combination`) is made of some of them and held against all in every
back-test.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.paths import Floats
from urbium.text import text

SPAN = 10
"""Years over which the last growth is measured, where the series is long enough: from census to census."""

RECENT = 2
"""Years over which the latest growth is measured: one year alone may be a correction of a register."""

HALF_LIFE = 10.0
"""Years in which the growth of a damped trend halves."""

TREND = 30
"""Years whose slope is the trend of the Theta method."""

_CEILINGS = 1.0 + np.geomspace(1e-3, 49.0, 25)
_ZOOMS = 3
_OTHERS = 2.0
_LEAST = 4
"""Fewest figures from which a ceiling is read."""


@dataclass(frozen=True, slots=True)
class CityPanel:
    """Series of one variable within one kind of boundary.

    Attributes
    ----------
    cities : the C cities, one a row
    years : (Y,) array, ascending
    logs : (C, Y) array, natural log of persons, NaN where nothing is known
    group : the group (country) of each city; empty where all are of one
    counts : (C, Y) array, where the figure is a real count and not an estimate drawn between or after
        counts; none where all are
    listed : log of the size from which the source lists cities: smaller ones are on its list because they
        were going to grow, and are not tested
    """

    cities: tuple[str, ...]
    years: NDArray[np.int64]
    logs: Floats
    group: tuple[str, ...] = ()
    counts: NDArray[np.bool_] | None = None
    listed: float = -np.inf

    @property
    def is_count(self) -> NDArray[np.bool_]:
        """Where a figure is there and is a real count, (C, Y)."""
        given = np.isfinite(self.logs)
        return given if self.counts is None else given & self.counts

    @property
    def countries(self) -> NDArray[np.str_]:
        """The group of each city, as an array."""
        return np.array(self.group or ("",) * len(self.cities), dtype=np.str_)

    def through(self, year: int) -> "CityPanel":
        """Return what was known at the end of ``year``."""
        here = self.years <= year
        counts = None if self.counts is None else self.counts[:, here]
        return CityPanel(self.cities, self.years[here], self.logs[:, here], self.group, counts, self.listed)


@dataclass(frozen=True, slots=True)
class History:
    """What is known of each city at an origin; all arrays have one entry a city.

    Attributes
    ----------
    years, logs : (Y,) and (C, Y) arrays, nothing later than the origin
    count : figures known
    year, level : year and log of the latest figure
    growth : log growth a year over the last :data:`SPAN` years (or the nearest span known); NaN if count < 2
    before : the same over the :data:`SPAN` years before those; NaN if count < 3
    recent : the same over the last :data:`RECENT` years; NaN if count < 2
    drift : log growth a year from the first figure to the latest; NaN if count < 2
    trend : slope of a line through the logs of the last :data:`TREND` years; NaN if count < 2
    country : group of each city
    """

    years: NDArray[np.int64]
    logs: Floats
    count: NDArray[np.int64]
    year: NDArray[np.int64]
    level: Floats
    growth: Floats
    before: Floats
    recent: Floats
    drift: Floats
    trend: Floats
    country: NDArray[np.str_]

    @property
    def pool(self) -> float:
        """Median of the last growth over all cities; NaN when no city has two figures."""
        grown = self.growth[np.isfinite(self.growth)]
        return float(np.median(grown)) if grown.size else float("nan")

    def rows(self, rows: NDArray[np.int64]) -> "History":
        """Return the history of some of the cities; their ``pool`` is then their own."""
        parts = (getattr(self, name)[rows] for name in self.__slots__ if name != "years")
        return History(self.years, *parts)


def history(panel: CityPanel, origin: int) -> History:
    """Return what was known at the end of the year ``origin``; later figures are not looked at.

    >>> panel = CityPanel(("a",), np.array([2000, 2005, 2010]), np.log([[100.0, 110.0, 121.0]]))
    >>> past = history(panel, 2005)
    >>> int(past.count[0]), round(float(np.exp(past.growth[0] * 5)), 3)
    (2, 1.1)
    """
    panel = panel.through(origin)
    years, logs = panel.years, panel.logs
    is_given = np.isfinite(logs)
    count = is_given.sum(axis=1)
    if not len(years):
        nothing = np.full(len(logs), np.nan)
        year = np.zeros_like(count)
        return History(years, logs, count, year, *(nothing,) * 6, panel.countries)
    rows = np.arange(len(logs))
    first = is_given.argmax(axis=1)
    earlier, base, last = _steps(is_given, years)
    recent = _earlier(is_given, years, last, RECENT)

    def slope(start: NDArray[np.int64], end: NDArray[np.int64]) -> Floats:
        run = years[end] - years[start]
        return np.where(run > 0, (logs[rows, end] - logs[rows, start]) / np.maximum(run, 1), np.nan)

    level = logs[rows, last]
    return History(
        years, logs, count, years[last], level, slope(base, last), slope(earlier, base),
        slope(recent, last), slope(first, last), _trend(years, logs, years[last]), panel.countries,
    )  # fmt: skip


def growth_years(past: History) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return from which year the growth before the last, and the last growth, of each city are measured.

    >>> panel = CityPanel(("a",), np.array([2011, 2012]), np.log([[100.0, 110.0]]))
    >>> [int(year[0]) for year in growth_years(history(panel, 2012))]
    [2011, 2011]
    """
    earlier, base, _ = _steps(np.isfinite(past.logs), past.years)
    return past.years[earlier], past.years[base]


def _steps(
    is_given: NDArray[np.bool_], years: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the columns between which the last growth and that before it are measured: the last is known."""
    last = _last(is_given)
    base = _earlier(is_given, years, last, SPAN)
    return _earlier(is_given, years, base, SPAN), base, last


def _trend(years: NDArray[np.int64], logs: Floats, latest: NDArray[np.int64]) -> Floats:
    """Return the least-squares slope of the last years of each city; NaN for fewer than two figures."""
    weight = (np.isfinite(logs) & (years[None, :] >= latest[:, None] - TREND)).astype(float)
    total = np.maximum(weight.sum(axis=1), 1.0)
    time = years[None, :] - ((weight * years).sum(axis=1) / total)[:, None]
    square = (weight * time**2).sum(axis=1)
    value = (weight * time * np.where(weight > 0, logs, 0.0)).sum(axis=1)
    return np.where(square > 0, value / np.where(square > 0, square, 1.0), np.nan)


def others(past: History) -> Floats:
    """Return the mean growth of the other cities of each city's country, drawn to the median of all.

    The median of the whole panel counts as two more cities; a country of one city so has the growth of all.
    """
    is_growing = np.isfinite(past.growth)
    value = np.where(is_growing, past.growth, 0.0)
    group = np.unique(past.country, return_inverse=True)[1]
    total, count = (np.bincount(group, weight)[group] for weight in (value, is_growing.astype(float)))
    return np.asarray((total - value + _OTHERS * past.pool) / (count - is_growing + _OTHERS))


def faded(ahead: Floats) -> Floats:
    """Return the years for which undamped growth would add as much as damped growth over ``ahead``.

    >>> faded(np.array([10.0, 1000.0])).round(2)
    array([ 7.21, 14.43])
    """
    return np.asarray(HALF_LIFE / np.log(2) * (1 - 0.5 ** (ahead / HALF_LIFE)))


def _earlier(
    is_given: NDArray[np.bool_], years: NDArray[np.int64], at: NDArray[np.int64], span: int
) -> NDArray[np.int64]:
    """Return the last known column at least ``span`` years before ``at``, else the first known one."""
    early = is_given & (years[None, :] <= years[at][:, None] - span)
    return np.where(early.any(axis=1), _last(early), is_given.argmax(axis=1))


def _last(is_given: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the last true column of each row (the last column of a row without any)."""
    return np.asarray(is_given.shape[1] - 1 - is_given[:, ::-1].argmax(axis=1), dtype=np.int64)


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


def _damped(rate: Callable[[History], Floats]) -> Callable[[History, Floats], Floats]:
    """Growth halves every :data:`HALF_LIFE` years."""
    return lambda past, ahead: rate(past)[:, None] * faded(ahead)[None, :]


def _pooled(past: History, ahead: Floats) -> Floats:
    """The same of a growth that is half the city's, half that of the others of its country."""
    return np.asarray((past.growth + others(past))[:, None] / 2 * faded(ahead)[None, :])


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
    is_given = np.isfinite(past.logs)
    weight = is_given.astype(float)
    top = np.max(np.where(is_given, past.logs, -np.inf), axis=1, initial=-np.inf)
    time = (past.years[None, :] - past.year[:, None]).astype(float)
    logs = np.where(is_given, past.logs - np.where(np.isfinite(top), top, 0.0)[:, None], 0.0)
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


CURVES: Mapping[str, Curve] = MappingProxyType(
    {
        curve.id: curve
        for curve in (
            Curve(
                "last growth",
                text("the growth of recent years continues (naive)"),
                2,
                _constant(lambda p: p.growth),
            ),
            Curve(
                "drift",
                text("the mean growth of the whole series continues (drift)"),
                2,
                _constant(lambda p: p.drift),
            ),
            Curve(
                "no change",
                text("the latest figure stays the same"),
                1,
                _constant(lambda p: np.zeros_like(p.level)),
            ),
            Curve(
                "damped",
                text("growth halves every {years:.0f} years", years=HALF_LIFE),
                2,
                _damped(lambda p: p.growth),
            ),
            Curve(
                "recent damped",
                text(
                    "the growth of the last {span} years halves every {years:.0f} years",
                    span=RECENT,
                    years=HALF_LIFE,
                ),
                2,
                _damped(lambda p: p.recent),
            ),
            Curve(
                "pooled damped",
                text(
                    "the average growth of the city and of the country's other cities halves every "
                    "{years:.0f} years",
                    years=HALF_LIFE,
                ),
                2,
                _pooled,
            ),
            Curve(
                "theta",
                text("half the slope of the last {years} years (Theta)", years=TREND),
                2,
                _constant(lambda p: p.trend / 2),
            ),
            Curve(
                "logistic",
                text("logistic curve towards a ceiling"),
                _LEAST,
                _logistic,
            ),
            Curve(
                "gompertz",
                text("Gompertz curve towards a ceiling"),
                _LEAST,
                _gompertz,
            ),
        )
    }
)
"""Every curve by name."""
