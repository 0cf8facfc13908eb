r"""The outlook of a target: where its indicator will be in its year, with a band, and how likely it is met.

Where the house forecasts a variable, its bands say it. Otherwise the last value goes on with the mean change
of its own series: a random walk with drift over n yearly changes of standard deviation s, h years ahead,

.. math:: y_{T+h} = y_T + h \bar d, \quad \operatorname{var} = s^2 h \left(1 + \frac{h}{n}\right)

with n - 1 degrees of freedom. ``bench/track.py`` judges it on data that came later, beside no change and the
straight line to the target.

References
----------
Hyndman, Athanasopoulos: *Forecasting: Principles and Practice*, 3rd ed., sections 5.2 and 5.5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr, stdtr, stdtrit

from urbium.forecast.cities.bands import OUTER, power
from urbium.pilot.contracts.taskbooks import Target

DRIFT: Final = "last value and drift"
HOUSE: Final = "city outlook"
"""By what an outlook is made."""
LEAST_CHANGES: Final = 3
"""Fewer yearly changes say nothing of how far a series strays."""
_LEVEL: Final = 0.8


@dataclass(frozen=True, slots=True)
class TargetOutlook:
    """Where an indicator will be in the year of a target.

    Parameters
    ----------
    value, low, high : the middle, and the limits of 80%, in the unit of the target
    chance : that the target is met
    method : :data:`DRIFT` or :data:`HOUSE`
    last_year : of the figures that it rests on
    count : how many figures those are
    """

    value: float
    low: float
    high: float
    chance: float
    method: str
    last_year: int
    count: int


def is_upward(target: Target) -> bool | None:
    """Say whether a target lies above its base; None where it has no base or does not differ from it."""
    if target.base is None or target.base == target.value:
        return None
    return target.value > target.base


def by_drift(series: Mapping[int, float], target: Target) -> TargetOutlook | None:
    """Return the outlook of a target from the yearly figures of its own series.

    None where the target does not say in which direction it lies, its year has come, or there are too few
    figures. Over a gap of several years the change is spread evenly, and counts once.

    >>> flat = dict.fromkeys(range(2010, 2016), 10.0) | {2012: 11.0, 2014: 9.0}
    >>> row = by_drift(flat, Target(indicator="x", year=2016, value=10.0, unit="%", base=8.0))
    >>> row.value, round(row.chance, 2)
    (10.0, 0.5)
    """
    upward, years = is_upward(target), sorted(series)
    ahead = target.year - years[-1] if years else 0
    if upward is None or ahead <= 0 or len(years) <= LEAST_CHANGES:
        return None
    values = np.array([series[year] for year in years])
    spans = np.diff(years).astype(float)
    count = len(spans)
    # a change over k years has k times the variance: rates weigh by their years
    drift = float((values[-1] - values[0]) / (years[-1] - years[0]))
    variance = float(((np.diff(values) - drift * spans) ** 2 / spans).sum() / (count - 1))
    middle = float(values[-1] + ahead * drift)
    scale = float(np.sqrt(variance * ahead * (1 + ahead / (years[-1] - years[0]))))
    floor = 0.0 if values.min() >= 0 else -np.inf  # what was never below zero is not shown below it
    margin = float(stdtrit(count - 1, (1 + _LEVEL) / 2)) * scale
    if scale > 0:
        below = float(stdtr(count - 1, (target.value - middle) / scale))
    else:
        below = 0.5 if middle == target.value else float(middle < target.value)
    chance = 1 - below if upward else below
    low, value = max(middle - margin, floor), max(middle, floor)
    return TargetOutlook(value, low, max(middle + margin, floor), chance, DRIFT, years[-1], count + 1)


def by_house(row: Mapping[str, float], target: Target, *, last_year: int, count: int) -> TargetOutlook | None:
    """Return the outlook of a target from the bands of the city outlook of its year.

    Parameters
    ----------
    row : value, high80 and high95 of the year, all above zero, in the unit of the target
    target : its value is above zero
    last_year, count : of the figures that the outlook rests on
    """
    upward = is_upward(target)
    if upward is None or target.value <= 0:
        return None
    reach = np.log(np.array([row["high80"], row["high95"]]) / row["value"])
    factor, exponent = (float(part) for part in power(reach))
    far = float(np.log(target.value / row["value"]))
    size = abs(far) / factor
    draw = size ** (1 / exponent) if abs(far) <= reach[1] else OUTER * abs(far) / float(reach[1])
    below = float(ndtr(np.copysign(draw, far)))
    return TargetOutlook(
        row["value"], row["low80"], row["high80"], 1 - below if upward else below, HOUSE, last_year, count
    )
