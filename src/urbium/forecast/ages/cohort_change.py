r"""Cohort change: people of a place projected from two counts by age, without its births, deaths and moves.

The method of Hamilton and Perry. Of two counts z years apart, the ratio of those aged a in the later one to
those aged a - z in the earlier one tells what became of them by deaths and moves together; the same happens
to the next who reach that age:

.. math:: r_a = N_a(t) / N_{a-z}(t-z), \qquad N_a(t+z) = r_a N_{a-z}(t)

Children born since are counted by the women of the ages who bore them (the child-woman ratio of the later
count). The open group has one ratio, of all who could have reached it. Not in: whose counts, and how sure.
"""

from dataclasses import dataclass

import numpy as np

from urbium.forecast.ages.cohorts import WOMEN, Numbers
from urbium.forecast.paths import Floats

MOTHERS = (15, 45)
"""The ages of women by whom children of the first age group are counted, up to and without the second."""


@dataclass(frozen=True, slots=True)
class RatioLimits:
    """What is taken of a ratio that few people or an error in a count made extreme.

    Attributes
    ----------
    low, high : limits of a cohort change ratio
    least : persons; the ratio of a cohort smaller than this is that of it and its two neighbours together
    """

    low: float = 0.0
    high: float = np.inf
    least: float = 0.0


@dataclass(frozen=True, slots=True)
class CohortChange:
    """What happened between two counts of a place.

    Attributes
    ----------
    ratios : (S, A) cohort change ratios; NaN for the groups born since the earlier count
    children : (S, K) persons of each of these K groups for each woman of their mothers' ages
    mothers : (K, 2) first group of the mothers, and the first after them
    """

    ratios: Floats
    children: Floats
    mothers: tuple[tuple[int, int], ...]

    @property
    def shift(self) -> int:
        """Groups that a cohort moves up from one count to the next."""
        return len(self.mothers)


def change_ratios(
    earlier: Floats, later: Floats, *, shift: int, width: int, limits: RatioLimits | None = None
) -> CohortChange:
    """Return what happened to each cohort between two counts.

    Parameters
    ----------
    earlier, later : (S, A) persons, men first where S is 2, the last group open
    shift : age groups between the counts: years between them over ``width``
    width : years of an age group, up to ten
    limits : of the ratios

    References
    ----------
    Hamilton, Perry: *A short method for projecting population by age from one decennial census to another*,
    Social Forces 41 (1962). Smith, Tayman, Swanson: *A Practitioner's Guide to State and Local Population
    Projections* (2013), section 7.3.

    >>> change = change_ratios(np.array([[10.0, 8, 6, 9]]), np.array([[12.0, 9, 8, 9]]), shift=1, width=10)
    >>> change.ratios.round(2).tolist()
    [[nan, 0.9, 1.0, 0.6]]
    """
    bounds = limits or RatioLimits()
    start, end = _moved(earlier, shift), later[:, shift:]
    pooled = start < bounds.least
    wide_start, wide_end = _with_neighbours(start), _with_neighbours(end)
    above, below = np.where(pooled, wide_end, end), np.where(pooled, wide_start, start)
    moved = np.divide(above, below, out=np.ones_like(above), where=below > 0)
    ratios = np.full(later.shape, np.nan)
    ratios[:, shift:] = np.clip(moved, bounds.low, bounds.high)
    mothers = tuple(_mothers(group, width, later.shape[1]) for group in range(shift))
    women = np.array([later[-1, first:last].sum() for first, last in mothers])
    children = np.divide(later[:, :shift], women, out=np.zeros((len(later), shift)), where=women > 0)
    return CohortChange(ratios, children, mothers)


def advance_cohorts(population: Numbers, change: CohortChange, noise: Numbers | None = None) -> Numbers:
    """Return the population one interval on, (S, A, P).

    Parameters
    ----------
    population : (S, A, P) persons
    change : the ratios
    noise : (S, A, P) factors of the ratios, and of the child-woman ratios in the first groups; one without it

    >>> change = change_ratios(np.full((1, 12), 10.0), np.full((1, 12), 10.0), shift=1, width=5)
    >>> advance_cohorts(np.full((1, 12, 1), 10.0), change)[0, :, 0].round(9).tolist() == [10.0] * 12
    True
    """
    shift = change.shift
    factor = np.ones_like(population) if noise is None else noise
    end = np.empty_like(population)
    end[:, shift:] = _moved(population, shift) * change.ratios[:, shift:, None] * factor[:, shift:]
    # from the oldest on: where counts lie far apart, mothers of the youngest were born since the last one
    for group, (first, last) in reversed(list(enumerate(change.mothers))):
        women = end[min(WOMEN, len(end) - 1), first:last].sum(axis=0)
        end[:, group] = change.children[:, group, None] * women * factor[:, group]
    return end


def _moved(population: Numbers, shift: int) -> Numbers:
    """Those who can have reached each group after the first ones; the last is all older ones."""
    closed = population[:, : -1 - shift]
    opened = population[:, population.shape[1] - 1 - shift :].sum(axis=1, keepdims=True)
    return np.concatenate([closed, opened], axis=1)


def _with_neighbours(persons: Numbers) -> Numbers:
    """Sums of each group and those beside it; the open one stands alone."""
    padded = np.pad(persons[:, :-1], ((0, 0), (1, 1)))
    wide = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    return np.concatenate([wide, persons[:, -1:]], axis=1)


def _mothers(group: int, width: int, groups: int) -> tuple[int, int]:
    """The groups of the women who bore those in a group: 15 to 44 years old when it is the first."""
    first, last = (-(-(age + group * width) // width) for age in MOTHERS)
    return min(first, groups - 1), min(last, groups - 1)
