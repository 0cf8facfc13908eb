"""Migration: net migrants by age and sex, from a total and a schedule, or from two counts.

Migration totals are known far better than their ages. Where nothing else is known the ages are those of
Rogers and Castro's standard schedule; where two populations and the rates between them are known, what
births and deaths do not explain is net migration, and its pattern is used.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from urbium.forecast.ages.cohorts import MEN, WOMEN, Numbers, Vital, advance, children
from urbium.forecast.paths import Floats

MIXED = 2.0
"""Ratio of moves of single ages, either way, to the balance, above which a balance has no ages."""

_STANDARD = (0.02, 0.10, 0.06, 0.10, 20.0, 0.40, 0.003)
"""a1, alpha1, a2, alpha2, mu2, lambda2, c: level and slope of childhood, level, descent, peak and ascent of
the labour force, constant."""


def rogers_castro(*, width: int = 5, open_from: int = 100, constant: bool = True) -> Floats:
    r"""Return the shares of migrants by age group, which add up to one.

    .. math:: a_1 e^{-\alpha_1 x} + a_2 e^{-\alpha_2 (x-\mu_2) - e^{-\lambda_2 (x-\mu_2)}} + c

    Children move with their parents, and most people move when they begin to work.

    Parameters
    ----------
    width : years of an age group
    open_from : first age of the open group
    constant : whether the constant of all ages is kept; without it hardly anybody moves in old age

    References
    ----------
    Rogers, Castro: *Model Migration Schedules* (1981), basic standard schedule.

    >>> int(rogers_castro().argmax()) * 5, round(float(rogers_castro().sum()), 9)
    (20, 1.0)
    """
    early, fading, work, descent, peak, ascent, floor = _STANDARD
    ages = np.arange(0, open_from + width) + 0.5
    since = ages - peak
    rate = early * np.exp(-fading * ages) + work * np.exp(-descent * since - np.exp(-ascent * since))
    rate += floor if constant else 0.0
    groups = rate.reshape(-1, width).sum(axis=1)
    return np.asarray(groups / groups.sum())


def shares(counts: Numbers) -> Floats:
    """Return counts (C, 2, A) of net migrants as shares of their total.

    Where more than :data:`MIXED` times as many came or left, age by age, as came on balance, the counts say
    little of the ages of a net flow, and the shares are those of Rogers and Castro.

    >>> shares(np.array([[[2.0, 6.0], [1.0, 1.0]]])).tolist()
    [[[0.2, 0.6], [0.1, 0.1]]]
    """
    total = counts.sum(axis=(1, 2), keepdims=True)
    mixed = np.abs(counts).sum(axis=(1, 2), keepdims=True) > MIXED * np.abs(total)
    standard = rogers_castro(open_from=5 * (counts.shape[2] - 1), constant=False) / 2
    observed = counts / np.where(total == 0, 1.0, total)
    return np.asarray(np.where(mixed | (total == 0), standard, observed))


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


@dataclass(frozen=True, slots=True)
class MigrationModel:
    """How the rate of net migration moves about a level of the place's own; pooled over countries.

    Attributes
    ----------
    stay : share of the distance from the own level that is left after a period of five years
    patience : periods without migration that the mean of a place's history is weighed against
    usual : scale of the shocks of a place of :attr:`SIZE` persons, as a share of its persons
    by_size : power with which the scale grows with size; below zero
    trust : periods that the usual scale is weighed with against a place's own
    freedom : degrees of freedom of the shocks
    wide : how many times larger shocks are than those the fit found (from a back-test)
    """

    SIZE: ClassVar[float] = 1e6
    BOUNDS: ClassVar[tuple[float, float]] = (-0.3, 0.4)
    """Largest net loss and gain of a period for each person; beyond what any country saw since 1950."""

    stay: float
    patience: float
    usual: float
    by_size: float
    trust: float
    freedom: float
    wide: float = 1.0

    def centre(self, rates: Numbers) -> Floats:
        """Return the level, (C,), that the rates (C, T) of each place move about."""
        periods = rates.shape[1]
        return np.asarray(rates.mean(axis=1) * periods / (periods + self.patience))

    def scale(self, rates: Numbers, sizes: Numbers) -> Floats:
        """Return the scale of shocks, (C,), of places with rates (C, T) and sizes (C,)."""
        off = rates - self.centre(rates)[:, None]
        moved = np.abs(off[:, 1:] - self.stay * off[:, :-1]).mean(axis=1)
        usual = self.usual * (sizes / self.SIZE) ** self.by_size
        seen = rates.shape[1] - 1
        logs = seen * np.log(np.maximum(moved, 1e-6)) + self.trust * np.log(usual)
        return np.asarray(self.wide * np.exp(logs / (seen + self.trust)))


def move(
    moves: MigrationModel,
    rates: Numbers,
    sizes: Numbers,
    *,
    periods: int,
    paths: int,
    rng: np.random.Generator,
) -> Floats:
    """Return futures of the rate of net migration, (C, periods, paths); with 0 paths the one without shocks.

    Parameters
    ----------
    rates : (C, T) net migrants of past periods for each person
    sizes : (C,) persons

    References
    ----------
    Azose, Raftery: *Bayesian probabilistic projection of international migration* (2015): a pooled
    autoregression. The world's sum is not forced to zero: a place is forecast on its own.
    """
    centre, scale = moves.centre(rates)[:, None], moves.scale(rates, sizes)[:, None]
    rate = np.repeat(np.asarray(rates[:, -1:], dtype=float), max(paths, 1), axis=1)
    futures = np.empty((len(rate), periods, rate.shape[1]))
    for period in range(periods):
        rate = centre + moves.stay * (rate - centre)
        if paths:
            rate = rate + scale * rng.standard_t(moves.freedom, rate.shape)
        rate = np.clip(rate, *MigrationModel.BOUNDS)
        futures[:, period] = rate
    return futures
