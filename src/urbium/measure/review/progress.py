"""Progress: how much of the way to a target is done, and whether the pace will do.

The grades follow the method of Eurostat: the growth of a figure so far is held against the growth that would
reach the target in its year. What no growth can be told for (a figure at zero, or below it) may be judged by
its change instead, on the straight line from where it began to the target.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.measure.review.trends import Trends, growth_rate
from urbium.text import coded, text

Array = NDArray[np.float64]
Directions = NDArray[np.int64]


class Grade(StrEnum):
    """How a figure moves towards its target."""

    REACHED = "target reached"
    ON_TRACK = "on track"
    TOO_SLOW = "improving too slowly"
    STAGNATING = "stagnating"
    AWAY = "moving away"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The least pace (actual growth / required growth) of each grade; below the last one it moves away.

    References
    ----------
    Eurostat: *Sustainable development in the European Union, monitoring report on progress towards the SDGs
    in an EU context*, annex on indicators with a quantitative target: 95%, 60% and 0%. The same three are
    in the method of Statistics Canada, as the documentation of Open SDG describes it.
    """

    on_track: float = 0.95
    too_slow: float = 0.60
    stagnating: float = 0.0

    def __post_init__(self) -> None:
        if not self.on_track >= self.too_slow >= self.stagnating:
            raise InputError(
                coded(
                    "measure.progress.thresholds",
                    "the thresholds {first:.6g}, {second:.6g}, {third:.6g} are not descending",
                    first=self.on_track,
                    second=self.too_slow,
                    third=self.stagnating,
                ),
                remedy=text("list the limit for 'on track' first, then lower ones"),
            )


THRESHOLDS: Final = Thresholds()
"""The thresholds of Eurostat."""


@dataclass(frozen=True)
class Progress:
    """How every city moves towards the target of every indicator, in arrays of shape (units, columns).

    ``share`` is the share of the way that is done (1: all of it), ``pace`` actual over required growth (or
    change), both NaN where not known; ``grade`` a :class:`Grade` each.
    """

    units: tuple[str, ...]
    share: Array
    pace: Array
    grade: NDArray[np.object_]


def way_done(values: Array, baselines: Array, targets: Array, directions: Directions) -> Array:
    r"""Return the share of the way from a baseline to the target that is done.

    .. math:: (x - x_0) / (x_T - x_0)

    Parameters
    ----------
    values, baselines : (rows, columns) arrays, NaN where missing
    targets, directions : (columns,) arrays; a column of direction 0 has no way

    Returns
    -------
    1 where the target is met, whatever the baseline; below 0 where the figure has moved away; NaN where
    something is missing, and where the baseline had met a target that the value has lost again: there was no
    way to go, so none can be shared.

    >>> way_done(np.array([[15.0]]), np.array([[20.0]]), np.array([10.0]), np.array([-1])).item()
    0.5
    """
    values, baselines, targets, signs = _signed(values, baselines, targets, directions)
    length = targets - baselines
    done = np.divide(
        values - baselines, length, out=np.full(values.shape, np.nan), where=(signs != 0) & (length > 0)
    )
    is_known = (signs != 0) & ~np.isnan(baselines)
    return np.where(is_known & (values >= targets), 1.0, done)


def pace(
    first: Array,
    latest: Array,
    targets: Array,
    directions: Directions,
    *,
    elapsed: Array,
    horizon: Array,
    by: Literal["growth", "change"] = "growth",
) -> Array:
    r"""Return the pace so far over the pace that would reach the target in time.

    .. math:: R = d \, g / |g^*|, \quad g = (x_1 / x_0)^{1 / n} - 1, \quad g^* = (x_T / x_0)^{1 / N} - 1

    By change, :math:`g = (x_1 - x_0) / n` and :math:`g^* = (x_T - x_0) / N`.

    Parameters
    ----------
    first, latest : (rows, columns) arrays, NaN where missing
    targets, directions : (columns,) arrays
    elapsed : years from the first figure to the latest; horizon : years from the first figure to the target's
    by : growth, as Eurostat does it, or change, which also holds for figures at zero or below

    Returns
    -------
    (rows, columns) array: 1 is just fast enough, below 0 moves away; NaN where it cannot be said.

    Notes
    -----
    To reach a target of 0 a figure must shrink by 100% a year, however late the target: judge it by change.

    References
    ----------
    Eurostat: *Sustainable development in the European Union*, annex on the assessment of indicator trends.

    >>> start, now, goal = np.array([[50.0]]), np.array([[60.0]]), np.array([80.0])
    >>> years = {"elapsed": np.array([[5.0]]), "horizon": np.array([[15.0]])}
    >>> pace(start, now, goal, np.array([1]), **years).round(4).item()
    1.1668
    """
    first, latest, goal, elapsed, horizon, signs = np.broadcast_arrays(
        *(
            np.asarray(part, dtype=np.float64)
            for part in (first, latest, targets, elapsed, horizon, directions)
        )
    )
    in_time = (elapsed > 0) & (horizon > 0) & (signs != 0)
    if by == "growth":
        actual, required = growth_rate(first, latest, elapsed), growth_rate(first, goal, horizon)
    else:
        actual, required = (
            np.divide(step, years, out=np.full(first.shape, np.nan), where=in_time)
            for step, years in ((latest - first, elapsed), (goal - first, horizon))
        )
    can_tell = in_time & (required != 0)
    ratio = np.full(first.shape, np.nan)
    np.divide(signs * actual, np.abs(required), out=ratio, where=can_tell)
    return ratio


def grades(
    paces: Array,
    first: Array,
    latest: Array,
    targets: Array,
    directions: Directions,
    *,
    thresholds: Thresholds = THRESHOLDS,
) -> NDArray[np.object_]:
    """Return the grade of every figure.

    Parameters
    ----------
    paces : (rows, columns) array, the answer of :func:`pace`
    first, latest : (rows, columns) arrays, NaN where missing
    targets, directions : (columns,) arrays
    thresholds : the least pace of each grade

    Returns
    -------
    (rows, columns) array of :class:`Grade`: reached when the latest figure meets the target; by the pace
    where there is one; without it moving away when the figure fell back, and not known otherwise.

    >>> ones = np.ones((1, 1))
    >>> str(grades(0.7 * ones, ones, 2 * ones, np.array([3.0]), np.array([1])).item())
    'improving too slowly'
    """
    first, latest, targets, signs = _signed(first, latest, targets, directions)
    has_pace = ~np.isnan(paces)
    judged = [
        (signs != 0) & (latest >= targets),
        (signs == 0) | np.isnan(targets) | np.isnan(latest),
        ~has_pace & (latest < first),
        ~has_pace,
        paces >= thresholds.on_track,
        paces >= thresholds.too_slow,
        paces >= thresholds.stagnating,
    ]
    given = [
        Grade.REACHED,
        Grade.UNKNOWN,
        Grade.AWAY,
        Grade.UNKNOWN,
        Grade.ON_TRACK,
        Grade.TOO_SLOW,
        Grade.STAGNATING,
    ]
    names: NDArray[np.object_] = np.array([*given, Grade.AWAY], dtype=object)
    return np.asarray(names[np.select(judged, list(range(len(given))), default=len(given))])


def progress(
    trends: Trends,
    targets: Array,
    directions: Directions,
    *,
    target_year: int,
    by: Literal["growth", "change"] = "growth",
    thresholds: Thresholds = THRESHOLDS,
) -> Progress:
    """Return how every city of a panel moves towards the targets.

    Parameters
    ----------
    trends : from the first known figure of each city to its latest, the answer of
        :func:`urbium.measure.trends.trends`
    targets, directions : (columns,) arrays, NaN where there is no target
    target_year : the year in which the targets are to be reached
    by, thresholds : as in :func:`pace` and :func:`grades`

    >>> from urbium.measure.review.trends import trends
    >>> seen = trends(np.array([[50.0], [55.0]]), ["a", "a"], np.array([2015, 2020]))
    >>> str(progress(seen, np.array([80.0]), np.array([1]), target_year=2030).grade.item())
    'improving too slowly'
    """
    elapsed = (trends.latest_year - trends.first_year).astype(np.float64)
    horizon = (target_year - trends.first_year).astype(np.float64)
    paces = pace(trends.first, trends.latest, targets, directions, elapsed=elapsed, horizon=horizon, by=by)
    return Progress(
        trends.units,
        way_done(trends.latest, trends.first, targets, directions),
        paces,
        grades(paces, trends.first, trends.latest, targets, directions, thresholds=thresholds),
    )


def _signed(
    one: Array, other: Array, targets: Array, directions: Directions
) -> tuple[Array, Array, Array, Array]:
    """Both figures and the targets turned so that higher is better, of one shape, with the directions."""
    signs = np.asarray(directions, dtype=np.float64)
    turned = np.broadcast_arrays(one * signs, other * signs, targets * signs, signs)
    return turned[0], turned[1], turned[2], turned[3]
