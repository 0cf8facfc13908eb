"""Fertility: births by age of mother from total fertility and its pattern."""

import numpy as np

from urbium.forecast.ages.cohorts import FERTILE, Numbers
from urbium.forecast.paths import Floats


def birth_rates(total: Numbers, pattern: Numbers, *, width: int = 5) -> Numbers:
    """Return births a woman and year by age group, (C, F, ...).

    Parameters
    ----------
    total : (C, ...) children a woman would bear at the rates of the period
    pattern : (C, F) shares of the age groups from 15 to 49, adding up to one
    width : years of an age group

    >>> birth_rates(np.array([2.1]), np.full((1, 7), 1 / 7)).round(2).tolist()
    [[0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06]]
    """
    groups = (FERTILE[1] - FERTILE[0]) // width
    return np.asarray(total[:, None] * pattern.reshape(-1, groups, *(1,) * (total.ndim - 1)) / width)


def boys(ratio: Numbers) -> Floats:
    """Return the share of boys at birth from boys a girl.

    >>> boys(np.array([1.05])).round(4).tolist()
    [0.5122]
    """
    return np.asarray(ratio / (1 + ratio))
