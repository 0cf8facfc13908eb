"""Migration: net migrants by age and sex, from a total and a schedule, or from two counts.

Migration totals are known far better than their ages. Where nothing else is known the ages are those of
Rogers and Castro's standard schedule; where two populations and the rates between them are known, what
births and deaths do not explain is net migration, and its pattern is used.
"""

import numpy as np

from urbium.forecast.cohorts import MEN, WOMEN, Numbers, Vital, advance, children
from urbium.forecast.curves import Floats

__all__ = ["by_age", "residual", "rogers_castro", "shares"]

_STANDARD = (0.02, 0.10, 0.06, 0.10, 20.0, 0.40, 0.003)
"""Level and slope of childhood, level, descent, peak and ascent of the labour force, constant."""


def rogers_castro(
    *, width: int = 5, open_from: int = 100, parameters: tuple[float, ...] = _STANDARD, constant: bool = True
) -> Floats:
    r"""Return the shares of migrants by age group, which add up to one.

    .. math:: a_1 e^{-\alpha_1 x} + a_2 e^{-\alpha_2 (x-\mu_2) - e^{-\lambda_2 (x-\mu_2)}} + c

    Children move with their parents, and most people move when they begin to work.

    Parameters
    ----------
    width : years of an age group
    open_from : first age of the open group
    parameters : a1, alpha1, a2, alpha2, mu2, lambda2, c
    constant : whether the constant of all ages is kept; without it hardly anybody moves in old age

    References
    ----------
    Rogers, Castro: *Model Migration Schedules* (1981), basic standard schedule.

    >>> rogers_castro().argmax() * 5, round(float(rogers_castro().sum()), 9)
    (20, 1.0)
    """
    early, fading, work, descent, peak, ascent, floor = parameters
    ages = np.arange(0, open_from + width) + 0.5
    since = ages - peak
    rate = early * np.exp(-fading * ages) + work * np.exp(-descent * since - np.exp(-ascent * since))
    rate += floor if constant else 0.0
    groups = rate.reshape(-1, width).sum(axis=1)
    return np.asarray(groups / groups.sum())


def shares(counts: Numbers) -> Floats:
    """Return counts (C, 2, A) as shares of their total; where it is zero, those of Rogers and Castro."""
    total = counts.sum(axis=(1, 2), keepdims=True)
    standard = rogers_castro(open_from=5 * (counts.shape[2] - 1), constant=False) / 2
    own = counts / np.where(total == 0, 1.0, total)
    return np.asarray(np.where(total == 0, standard, own))


def by_age(total: Numbers, pattern: Numbers) -> Numbers:
    """Return net migrants by sex and age, (C, 2, A, ...), from totals (C, ...) and shares (C, 2, A).

    A net loss takes the same ages away that a net gain brings.

    >>> by_age(np.array([-10.0]), np.array([[[0.1, 0.4], [0.1, 0.4]]])).tolist()
    [[[-1.0, -4.0], [-1.0, -4.0]]]
    """
    extra = (1,) * (total.ndim - 1)
    return np.asarray(total[:, None, None] * pattern.reshape(*pattern.shape, *extra))


def residual(start: Numbers, end: Numbers, vital: Vital, *, width: int = 5) -> Floats:
    """Return net migrants by sex and age, (C, 2, A): what births and deaths of a period do not explain.

    Parameters
    ----------
    start, end : (C, 2, A) populations at the beginning and at the end of the period
    vital : survival, fertility and boys of the period; its migration is not looked at

    References
    ----------
    United Nations: *Manual VI: Methods of Measuring Internal Migration* (1970), the forward survival ratio.
    """
    closed = Vital(vital.survival, vital.fertility, vital.boys, np.zeros_like(start))
    came = end - advance(start, closed, width=width)
    born = children(start, end, vital, width=width)
    for sex in (MEN, WOMEN):
        came[:, sex, 0] = end[:, sex, 0] - born[:, sex] * vital.survival[:, sex, 0]
    return np.asarray(came)
