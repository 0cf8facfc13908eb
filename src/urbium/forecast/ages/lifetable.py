"""Life tables: from death rates to years lived, survival and life expectancy, and back to a wanted one.

Abridged tables with the ages 0, 1, 5, 10 ... and an open last group. Ages are the third axis, after places
and sexes; further axes are carried along. How fast deaths fall at each age when life expectancy rises is
pooled over the world's countries and declared (:mod:`.demography`).
"""

from dataclasses import dataclass

import numpy as np

from urbium.forecast.ages.cohorts import SEXES, Numbers
from urbium.forecast.paths import Floats

_OLDEST = 100
"""First age of the open group."""

AGES = (0, 1, *range(5, _OLDEST + 1, 5))
"""First ages of the groups of a life table."""

GROUPS = tuple(range(0, _OLDEST + 1, 5))
"""First ages of the groups of a population."""

RUNGS = np.arange(15.0, 99.5, 0.5)
"""Life expectancies at which a :class:`Ladder` holds survival, years."""

_HIGH_INFANT = 0.107
_CHILD = {  # (sex, above the bound) : (a0, slope, 1a4, slope)
    ("male", True): (0.330, 0.0, 1.352, 0.0),
    ("male", False): (0.045, 2.684, 1.651, -2.816),
    ("female", True): (0.350, 0.0, 1.361, 0.0),
    ("female", False): (0.053, 2.800, 1.522, -1.518),
}
_FIRST_GREVILLE = 4
_HIGHEST_RATE = 2.0
_MOST_DYING = 1 - 1e-6
_STEP = 0.5
_SHORTEST, _LONGEST = 0.0, 125.0


@dataclass(frozen=True, slots=True)
class LifeTable:
    """What a group born together lives through at the death rates of one time.

    Attributes
    ----------
    years : (C, 2, 22) person-years lived in each group of :data:`AGES` by one person born
    alive : (C, 2, 22) share alive at the beginning of each group
    """

    years: Floats
    alive: Floats

    @property
    def expectancy(self) -> Floats:
        """Life expectancy at birth, years, (C, 2)."""
        return np.asarray(self.years.sum(axis=2))


def separation(rates: Numbers) -> tuple[Floats, Floats]:
    """Return mean years lived by those who die under one, and from one to five, (C, 2) each.

    Parameters
    ----------
    rates : (C, 2) deaths a person and year under one, men first

    References
    ----------
    Coale, Demeny, West family, as in Preston, Heuveline, Guillot: *Demography* (2001), table 3.3.

    >>> first, later = separation(np.array([[0.02, 0.02]]))
    >>> first.round(5).tolist(), later.round(5).tolist()
    ([[0.09868, 0.109]], [[1.59468, 1.49164]])
    """
    first, later = np.empty(rates.shape), np.empty(rates.shape)
    for at, sex in enumerate(SEXES):
        infant = rates[:, at]
        low, high = _CHILD[sex, False], _CHILD[sex, True]
        first[:, at] = np.where(infant >= _HIGH_INFANT, high[0], low[0] + low[1] * infant)
        later[:, at] = np.where(infant >= _HIGH_INFANT, high[2], low[2] + low[3] * infant)
    return first, later


def life_table(rates: Numbers) -> LifeTable:
    """Return the life table of death rates.

    Years lived by those who die in a group come from :func:`separation` under five, are half of the group
    from 5 to 14, and follow the slope of the rates above (Greville). The open group lives the inverse of
    its death rate.

    Parameters
    ----------
    rates : (C, 2, 22) deaths a person and year in the groups of :data:`AGES`; above zero

    References
    ----------
    Greville: *Short methods of constructing abridged life tables* (1943). Preston, Heuveline, Guillot:
    *Demography* (2001), chapter 3.

    >>> flat = np.full((1, 2, 22), 0.02)
    >>> life_table(flat).expectancy.round(1).tolist()
    [[50.0, 50.0]]
    """
    wide = np.diff(AGES).astype(float).reshape(-1, *(1,) * (rates.ndim - 3))
    closed = rates[:, :, :-1]
    spent = np.broadcast_to(wide / 2, closed.shape).copy()
    spent[:, :, 0], spent[:, :, 1] = separation(rates[:, :, 0])
    first = _FIRST_GREVILLE
    slope = np.log(rates[:, :, first + 1 :] / rates[:, :, first - 1 : -2]) / 10
    spent[:, :, first:] = np.clip(2.5 - 25 / 12 * (closed[:, :, first:] - slope), 0.01, 4.99)
    dying = np.minimum(wide * closed / (1 + (wide - spent) * closed), _MOST_DYING)
    alive = np.concatenate([np.ones_like(dying[:, :, :1]), np.cumprod(1 - dying, axis=2)], axis=2)
    deaths = alive[:, :, :-1] - alive[:, :, 1:]
    years = np.concatenate(
        [wide * alive[:, :, 1:] + spent * deaths, alive[:, :, -1:] / rates[:, :, -1:]], axis=2
    )
    return LifeTable(years, alive)


def survival(table: LifeTable) -> Floats:
    """Return survival over five years in the order of :class:`.cohorts.Vital`, (C, 2, 21).

    >>> kept = survival(life_table(np.full((1, 2, 22), 0.02)))
    >>> kept[0, 0, [4, 10, 20]].round(3).tolist()
    [0.905, 0.905, 0.905]
    """
    years = np.concatenate([table.years[:, :, :1] + table.years[:, :, 1:2], table.years[:, :, 2:]], axis=2)
    kept = np.empty_like(years)
    kept[:, :, 0] = years[:, :, 0] / 5
    kept[:, :, 1:-1] = years[:, :, 1:-1] / years[:, :, :-2]
    kept[:, :, -1] = years[:, :, -1] / (years[:, :, -2] + years[:, :, -1])
    return kept


@dataclass(frozen=True, slots=True)
class Slopes:
    """How much the log of a death rate falls for a year of life expectancy, by level and age.

    Attributes
    ----------
    levels : (K,) life expectancies, ascending
    slopes : (K, 22) change of the log for a year more, below zero, by :data:`AGES`
    """

    levels: Floats
    slopes: Floats


@dataclass(frozen=True, slots=True)
class Ladder:
    """Survival of each place and sex at every life expectancy on :data:`RUNGS`.

    Attributes
    ----------
    kept : (C, 2, A, R) survival, over five years unless made otherwise
    """

    kept: Numbers

    def at(self, expectancy: Numbers) -> Numbers:
        """Return survival, (C, 2, A, P), at life expectancies (C, 2, P); between rungs on a straight line.

        Beyond the lowest or the highest rung, survival is that of the rung.
        """
        step = np.clip((expectancy - RUNGS[0]) / _STEP, 0, len(RUNGS) - 1 - 1e-6)
        rung = step.astype(np.int64)
        part = (step - rung).astype(self.kept.dtype)
        places, sexes, ages, _ = self.kept.shape
        survival = np.empty((places, sexes, ages, expectancy.shape[2]), dtype=self.kept.dtype)
        for place, sex in np.ndindex(places, sexes):
            rungs, below, share = self.kept[place, sex], rung[place, sex], part[place, sex]
            low = rungs[:, below]
            survival[place, sex] = low + share * (rungs[:, below + 1] - low)
        return survival


def ladder(
    rates: Numbers,
    pooled: Slopes,
    *,
    single: bool = False,
) -> Ladder:
    """Return survival at every life expectancy, starting from the death rates of one time.

    Logs of death rates move from those given along pooled slopes, which depend on the level reached, until
    the life expectancy is met exactly: a Lee-Carter model whose age pattern rotates with the level.

    Parameters
    ----------
    rates : (C, 2, 22) deaths a person and year in the groups of :data:`AGES`
    pooled : how the rates of each age fall when life expectancy rises
    single : whether single precision is enough

    References
    ----------
    Lee, Carter: *Modeling and forecasting US mortality* (1992). Li, Lee, Gerland: *Extending the Lee-Carter
    method to model the rotation of age patterns of mortality decline* (2013).
    """
    now = life_table(rates).expectancy
    moved = np.log(rates)[..., None] + _climb(now, pooled)
    tables = life_table(np.minimum(np.exp(moved), _HIGHEST_RATE))
    kept, reached = survival(tables), tables.expectancy
    by_rung = np.empty((*kept.shape[:3], len(RUNGS)), dtype=np.float32 if single else np.float64)
    for place, sex in np.ndindex(reached.shape[:2]):
        lived = reached[place, sex]
        place_of = np.interp(RUNGS, lived, np.arange(len(lived)))
        below = np.minimum(place_of.astype(np.int64), len(lived) - 2)
        low, high = kept[place, sex][:, below], kept[place, sex][:, below + 1]
        by_rung[place, sex] = low + (place_of - below) * (high - low)
    return Ladder(by_rung)


def _climb(now: Floats, pooled: Slopes) -> Floats:
    """Changes of log rates, (C, 2, 22, S), on S steps from a low to a high life expectancy."""
    steps = np.arange(_SHORTEST, _LONGEST, _STEP)
    at = np.stack([np.interp(steps, pooled.levels, pooled.slopes[:, age]) for age in range(len(AGES))])
    total = np.concatenate([np.zeros((len(AGES), 1)), np.cumsum(at * _STEP, axis=1)], axis=1)
    ends = np.append(steps, _LONGEST)
    here = np.stack([np.interp(now, ends, lived) for lived in total], axis=2)
    return np.asarray(total - here[..., None])
