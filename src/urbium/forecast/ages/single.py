"""Single years of age: five-year figures split so that every five of them add up to what they came from.

The cumulated figures are joined by a monotone curve (Fritsch and Carlson), so no group becomes negative, as
it may with Sprague's or Beers' multipliers. The open last group stays as it is.
"""

import numpy as np
from scipy.interpolate import PchipInterpolator

from urbium.forecast.ages.cohorts import FERTILE, Numbers
from urbium.forecast.ages.lifetable import AGES, LifeTable
from urbium.forecast.paths import Floats

__all__ = ["split_groups", "split_mothers", "yearly_survival"]

_WIDTH = 5
_OLDEST = AGES[-1]


def split_groups(groups: Numbers) -> Floats:
    """Return groups of five years (C, 2, 21), the last open, as single years (C, 2, 101), the last open.

    References
    ----------
    Fritsch, Carlson: *Monotone piecewise cubic interpolation* (1980). Smith, Hyman, Wood: *Spline
    interpolation for demographic variables* (2004).

    >>> split_groups(np.full((1, 2, 21), 10.0))[0, 0, [0, 50, 100]].tolist()
    [2.0, 2.0, 10.0]
    """
    closed = np.concatenate([np.zeros_like(groups[:, :, :1]), np.cumsum(groups[:, :, :-1], axis=2)], axis=2)
    ends = np.arange(0, _OLDEST + _WIDTH, _WIDTH)
    each = np.diff(PchipInterpolator(ends, closed, axis=2)(np.arange(_OLDEST + 1)), axis=2)
    return np.concatenate([each, groups[:, :, -1:]], axis=2)


def split_mothers(pattern: Numbers) -> Floats:
    """Return the shares of mothers by single years of age, (C, 35), from those by five, (C, 7).

    >>> split_mothers(np.full((1, 7), 1 / 7)).sum().round(9).item()
    1.0
    """
    first, last = FERTILE
    cumulated = np.concatenate([np.zeros_like(pattern[:, :1]), np.cumsum(pattern, axis=1)], axis=1)
    curve = PchipInterpolator(np.arange(first, last + 1, _WIDTH), cumulated, axis=1)
    return np.diff(curve(np.arange(first, last + 1)), axis=1)


def yearly_survival(table: LifeTable) -> Floats:
    """Return survival over one year in the order of :class:`.cohorts.Vital`, (C, 2, 101).

    The force of mortality cumulated to each age is joined by a monotone curve; years lived in the five
    single ages of a group add up to those of the group.

    >>> from urbium.forecast.ages.lifetable import life_table
    >>> yearly_survival(life_table(np.full((1, 2, 22), 0.02)))[0, 0, [20, 50, 100]].round(4).tolist()
    [0.9802, 0.9802, 0.9802]
    """
    force = -np.log(table.alive)
    ages = np.arange(_OLDEST + 1)
    alive = np.exp(-PchipInterpolator(np.array(AGES), force, axis=2)(ages))
    years = (alive[:, :, :-1] + alive[:, :, 1:]) / 2
    sizes = np.diff(AGES)
    starts = np.array(AGES[:-1])
    told = np.add.reduceat(years, starts, axis=2)
    years = years * np.repeat(table.years[:, :, :-1] / told, sizes, axis=2)
    kept = np.empty((*years.shape[:2], _OLDEST + 1, *years.shape[3:]))
    kept[:, :, 0] = years[:, :, 0]
    kept[:, :, 1:-1] = years[:, :, 1:] / years[:, :, :-1]
    last = table.years[:, :, -1]
    kept[:, :, -1] = last / (years[:, :, -1] + last)
    return kept
