"""Cohorts: one period of the cohort-component method on arrays, for any width of age group.

Every array begins with the places, then (where it has them) the sexes, men first, then the ages; further
axes, such as paths, follow and are carried along. Where rates come from is not decided here: survival is
made in :mod:`.lifetable`, births in ``fertility``, migration in ``migration``.

Conventions, those with which the United Nations' own inputs give the United Nations' own populations:
migrants come at the end of a period, already exposed to the deaths of it; births of a period come from the
mean of the women at its beginning and at its end, those who came included.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating]
"""Counts or rates, in single or double precision."""

SEXES = ("male", "female")
"""The order of the axis of sexes."""

MEN, WOMEN = 0, 1

FERTILE = (15, 50)
"""The ages of women who give birth: from the first, up to and without the second."""


@dataclass(frozen=True, slots=True)
class Vital:
    """What happens to C places in one period; a trailing axis of paths may be there or be 1.

    Attributes
    ----------
    survival : (C, 2, A) share that lives on: into the first group from the births of the period, into group
        k from group k - 1, and into the open group from the last closed group and itself together
    fertility : (C, F) births a woman and year in the groups of :data:`FERTILE`
    boys : (C,) share of boys at birth
    migration : (C, 2, A) persons who came less those who left over the period
    """

    survival: Numbers
    fertility: Numbers
    boys: Numbers
    migration: Numbers


def advance(population: Numbers, vital: Vital, *, width: int = 5) -> Numbers:
    """Return the population at the end of a period as long as an age group is wide.

    A group that more people leave than there are is empty afterwards, not negative.

    Parameters
    ----------
    population : (C, 2, A) persons at the beginning, the last group open
    vital : what happens in the period
    width : years of a period and of an age group

    References
    ----------
    Preston, Heuveline, Guillot: *Demography* (2001), chapter 6. Leslie: *On the use of matrices in certain
    population mathematics* (1945).

    >>> still = Vital(np.ones((1, 2, 12)), np.full((1, 7), 0.01), np.full(1, 0.5), np.zeros((1, 2, 12)))
    >>> advance(np.full((1, 2, 12), 100.0), still)[0, 0, [0, 1, -1]].tolist()
    [17.5, 100.0, 200.0]
    """
    survival, migration = vital.survival, vital.migration
    paths = np.broadcast_shapes(population.shape[3:], survival.shape[3:], migration.shape[3:])
    end = np.empty((*population.shape[:3], *paths), dtype=population.dtype)
    np.multiply(population[:, :, :-1], survival[:, :, 1:], out=end[:, :, 1:])
    end[:, :, -1] += population[:, :, -1] * survival[:, :, -1]
    end[:, :, 1:] += migration[:, :, 1:]
    np.maximum(end[:, :, 1:], 0, out=end[:, :, 1:])
    born = children(population, end, vital, width=width)
    end[:, :, 0] = np.maximum(born * survival[:, :, 0] + migration[:, :, 0], 0)
    return end


def children(start: Numbers, end: Numbers, vital: Vital, *, width: int = 5) -> Numbers:
    """Return births of a period by sex, (C, 2): the women are the mean of those before and after it."""
    first, last = (age // width for age in FERTILE)
    women = start[:, WOMEN, first:last] + end[:, WOMEN, first:last]
    births = width / 2 * (vital.fertility * women).sum(axis=1)
    return np.stack([births * vital.boys, births * (1 - vital.boys)], axis=1)


def project(start: Numbers, periods: Iterable[Vital], *, width: int = 5) -> Iterator[Numbers]:
    """Yield the population at the beginning, then at the end of each period, (C, 2, A) each."""
    population = start
    yield population
    for vital in periods:
        population = advance(population, vital, width=width)
        yield population
