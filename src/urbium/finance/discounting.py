"""Discounting: what a flow of money is worth today, when it is paid back, what it costs a year.

Every function takes one flow or many: years are the last axis, the first amount is of today.
Outlays are below zero. Rates are shares a year; nominal rates go with nominal amounts, real with real ones.
"""

import math

import numpy as np
import numpy.typing as npt

from urbium.errors import InputError
from urbium.text import coded, text

Floats = npt.NDArray[np.float64]


def present_value(flows: npt.ArrayLike, rate: float) -> Floats:
    r"""Return the net present value: :math:`\sum_t a_t (1 + r)^{-t}`.

    References
    ----------
    Brealey, Myers, Allen: *Principles of Corporate Finance*, chapter on how to calculate present values.

    >>> round(float(present_value([-370_000, 420_000], 0.05)))
    30000
    """
    return np.asarray(discounted(flows, rate).sum(axis=-1))


def discounted(flows: npt.ArrayLike, rate: float) -> Floats:
    """Return each amount at its value of today."""
    amounts = np.asarray(flows, dtype=np.float64)
    return np.asarray(amounts * discount_factors(rate, amounts.shape[-1]))


def discount_factors(rate: float, years: int) -> Floats:
    """Return what 1 is worth today that comes in each of so many years, the first of them today."""
    return np.asarray((1 + check_rate(rate)) ** -np.arange(years, dtype=np.float64))


def annuity(rate: float, years: float) -> float:
    r"""Return the yearly payment that repays one unit: :math:`r / (1 - (1 + r)^{-n})`, :math:`1/n` at 0.

    Parameters
    ----------
    rate : share a year, above -1
    years : above 0

    >>> round(annuity(0.05, 20), 4)
    0.0802
    """
    if not (math.isfinite(years) and years > 0):
        raise InputError(
            coded("finance.discounting.years", "{years:g} is not a valid number of years", years=years),
            place="years",
            remedy=text("enter a number above 0"),
        )
    if not check_rate(rate):
        return 1 / years
    return rate / -math.expm1(-years * math.log1p(rate))


def modified_return(flows: npt.ArrayLike, finance_rate: float, reinvestment_rate: float) -> Floats:
    r"""Return the modified internal rate of return; NaN where a flow has no outlay or no receipt.

    .. math:: \left(\frac{\sum_t a_t^+ (1 + r_i)^{n - t}}{\sum_t a_t^- (1 + r_f)^{-t}}\right)^{1/n} - 1

    References
    ----------
    Lin (1976): The modified internal rate of return and investment criterion. *Engineering Economist* 21.
    """
    amounts = np.asarray(flows, dtype=np.float64)
    last = amounts.shape[-1] - 1
    paid = -present_value(np.minimum(amounts, 0.0), finance_rate)
    received = present_value(np.maximum(amounts, 0.0), reinvestment_rate)
    has_both = (paid > 0) & (received > 0)
    ratio = np.where(has_both, received, 1.0) / np.where(has_both, paid, 1.0)
    rate = ratio ** (1 / last) * (1 + reinvestment_rate) - 1 if last else np.full_like(ratio, np.nan)
    return np.where(has_both, rate, np.nan)


def payback(flows: npt.ArrayLike) -> float | None:
    """Return after how many years all outlays are recovered for good; None when they never are.

    Amounts are taken to come evenly within their year. Of a flow that falls below zero again the last
    recovery counts. For discounted payback give discounted amounts.

    >>> payback([-1000.0, 500.0, 500.0, 100.0]), payback([-100.0, 10.0])
    (2.0, None)
    """
    amounts = np.asarray(flows, dtype=np.float64)
    total = np.cumsum(amounts)
    total[np.abs(total) <= len(amounts) * np.finfo(float).eps * np.abs(amounts).sum()] = 0.0
    if total[-1] < 0:
        return None
    below = np.flatnonzero(total < 0)
    if not len(below):
        return 0.0
    year = int(below[-1])
    return year + float(-total[year] / amounts[year + 1])


def check_rate(rate: float) -> float:
    """Return a rate that can discount; raise InputError otherwise."""
    if not (math.isfinite(rate) and rate > -1):
        raise InputError(
            coded("finance.discounting.rate", "{rate:g} is not a valid discount rate", rate=rate),
            place="discount_rate",
            remedy=text("enter a share per year, above -1, such as 0.04"),
        )
    return rate


def check_amounts(amounts: Floats) -> None:
    """Raise InputError where an amount is missing or infinite."""
    if not np.isfinite(amounts).all():
        raise InputError(
            coded("finance.prices.not_finite", "an amount is missing or infinite"),
            place="amounts",
            remedy=text("enter every amount, with 0 where nothing is paid"),
        )
