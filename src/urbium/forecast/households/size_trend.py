r"""Size trend: persons per household in the years ahead, from figures of the past.

The last change of the logarithm goes on and fades by half in so many years:

.. math:: \log s_{t+h} = \log s_t + g \int_0^h 2^{-u/L}\,du

with g the change a year up to the last figure since the one next before it that lies at least five years
earlier. Errors grow with the years ahead. A single figure stays as it is. How fast a trend fades and how wide
it misses is declared (``household_size.*`` in ``data/rules/demography.csv``). No household has less than one
person.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from urbium.catalogue import load_catalogue
from urbium.forecast.paths import Floats

SIZE_ROWS = "household_size."
"""How the ids of the declared rows begin."""

_APART = 5
"""Years that two figures must lie apart for a trend: what is between is the error of a survey."""

_TEN = 10.0
_FARTHEST = 4.0


@dataclass(frozen=True, slots=True)
class SizeTrend:
    """How persons per household go on.

    Attributes
    ----------
    half_life : years in which a trend fades by half
    scale : standard error of the logarithm ten years ahead
    growth : exponent with which it grows with the years ahead over ten
    alone : standard error ten years ahead where one figure is known, and so no trend
    """

    half_life: float
    scale: float
    growth: float
    alone: float

    @classmethod
    def declared(cls) -> "SizeTrend":
        """Return the declared figures.

        >>> SizeTrend.declared().half_life > 0
        True
        """
        return _declared()


def damped(years: NDArray[np.int64], logs: Floats, ahead: NDArray[np.int64], half_life: float) -> Floats:
    """Return the logarithm of persons per household in the years ``ahead``, (Y,).

    Parameters
    ----------
    years, logs : (T,) years of the figures, ascending, and their logarithms

    >>> years, ahead = np.array([2000, 2010]), np.array([2010, 2020, 2500])
    >>> np.exp(damped(years, np.log([3.44, 3.10]), ahead, 10.0)).round(3).tolist()
    [3.1, 2.876, 2.668]
    """
    slope = 0.0
    before = np.flatnonzero(years <= years[-1] - _APART)
    if before.size:
        slope = float((logs[-1] - logs[before[-1]]) / (years[-1] - years[before[-1]]))
    fade = np.log(2) / half_life
    passed = np.maximum(ahead - years[-1], 0)
    return np.asarray(logs[-1] + slope * -np.expm1(-fade * passed) / fade)


def draw_sizes(
    years: NDArray[np.int64],
    sizes: Floats,
    ahead: NDArray[np.int64],
    *,
    paths: int,
    rng: np.random.Generator,
    rule: SizeTrend | None = None,
) -> Floats:
    """Return futures of persons per household, (Y, P), at least one.

    Parameters
    ----------
    years, sizes : (T,) figures of the past, ascending
    ahead : (Y,) years; up to the last figure they run straight, in logs, between figures and have no band
    """
    trend = rule or SizeTrend.declared()
    logs = np.log(sizes)
    centre = np.where(
        ahead <= years[-1],
        np.interp(ahead, years, logs),
        damped(years, logs, ahead, trend.half_life),
    )
    has_trend = bool((years <= years[-1] - _APART).any())
    scale = trend.scale if has_trend else trend.alone
    passed = np.maximum(np.maximum(ahead - years[-1], years[0] - ahead), 0) / _TEN
    chance = np.clip(rng.standard_normal(paths), -_FARTHEST, _FARTHEST)
    drawn = np.exp(centre[:, None] + scale * passed[:, None] ** trend.growth * chance)
    return np.asarray(np.maximum(drawn, 1.0))


@cache
def _declared() -> SizeTrend:
    rows = load_catalogue().learned["demography"]
    return SizeTrend(
        *(rows[f"{SIZE_ROWS}{name}"].value for name in ("half_life", "scale", "growth", "alone"))
    )
