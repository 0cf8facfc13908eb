"""Headship: households from people by age, each household counted by its head.

The share of the people of an age who head a household stays as it was; people of other ages make other
numbers of households. Not in: how such shares change.
"""

from collections.abc import Mapping

import numpy as np

from urbium.errors import InputError
from urbium.forecast.ages.people_by_age import PeopleByAge
from urbium.forecast.paths import Paths
from urbium.text import coded, text


def households_by_headship(people: PeopleByAge, rates: Mapping[int, float]) -> Paths:
    """Return the households of each place of ``people`` in its years and paths.

    Parameters
    ----------
    people : by age, both sexes
    rates : heads of households for each person, from 0 to 1, by the first age from which each rate holds up
        to the next; nobody younger than the first heads one

    Raises
    ------
    InputError : a rate lies outside 0 to 1, or none is given

    References
    ----------
    United Nations: *Methods of Projecting Households and Families*, Manual VII (1973), chapter 2.
    """
    if not rates or not all(0 <= rate <= 1 for rate in rates.values()):
        raise InputError(
            coded("forecast.households.rates", "headship rates are missing, or outside the range 0 to 1"),
            place="headship",
            remedy=text("supply heads of households per person by age"),
        )
    firsts = np.array(sorted(rates))
    shares = np.array([rates[int(age)] for age in firsts])
    at = np.searchsorted(firsts, people.ages, side="right") - 1
    of_group = np.where(at >= 0, shares[np.maximum(at, 0)], 0.0)
    heads = (people.values.sum(axis=2, dtype=np.float64) * of_group[:, None]).sum(axis=2)
    return Paths(people.places, people.years, heads)
