"""Debt: what money that is drawn costs in each later year, for one unit drawn.

In: terms (rate, years, grace, fee, kind). Out: a schedule of interest, principal
and fees by year after drawing. Years are whole, payments fall at their end. Which rate, in which currency and
at which prices is the caller's: a schedule says the same of all;
:meth:`Schedule.at_constant_prices` leads from nominal terms to constant prices.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from urbium.errors import Fault, refuse
from urbium.text import coded, text

DebtKind = Literal["annuity", "straight", "bullet"]
"""Equal payments; equal repayments of principal; all principal in the last year."""

DEBT_KINDS: tuple[DebtKind, ...] = get_args(DebtKind)


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed about money that is drawn.

    Attributes
    ----------
    rate : interest a year, as a share of what is owed
    years : years from drawing to the last payment, grace included
    grace : first years in which interest is paid, and no principal
    fee : front-end fee as a share of what is drawn, paid in the year of drawing
    kind : how principal is repaid after the grace
    """

    rate: float
    years: int
    grace: int = 0
    fee: float = 0.0
    kind: DebtKind = "annuity"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Interest, principal and fees by years after drawing; the first entry of each is the year of drawing."""

    interest: tuple[float, ...]
    principal: tuple[float, ...]
    fees: tuple[float, ...]

    @property
    def payments(self) -> tuple[float, ...]:
        """What is paid in each year: interest, principal and fees."""
        parts = zip(self.interest, self.principal, self.fees, strict=True)
        return tuple(interest + principal + fee for interest, principal, fee in parts)

    @property
    def owed(self) -> tuple[float, ...]:
        """What is still owed at the end of each year."""
        drawn = math.fsum(self.principal)
        return tuple(drawn - math.fsum(self.principal[: year + 1]) for year in range(len(self.principal)))

    def at_constant_prices(self, inflation: float) -> "Schedule":
        """Return the schedule at the prices of the year of drawing.

        A payment k years after drawing is divided by (1 + inflation) to the power of k, so that what is level
        in nominal money falls in constant prices. Principal then no longer adds up to what was drawn.

        >>> schedule(Terms(0.1, 1)).at_constant_prices(0.1).payments
        (0.0, 1.0)
        """
        refuse(_rate_faults(inflation, "inflation"), "debt")
        parts = (self.interest, self.principal, self.fees)
        interest, principal, fees = (
            tuple(amount / (1 + inflation) ** year for year, amount in enumerate(part)) for part in parts
        )
        return Schedule(interest, principal, fees)


def schedule(terms: Terms) -> Schedule:
    """Return what one unit drawn costs in each year after drawing.

    The annuity after a grace of g years pays r / (1 - (1 + r)^-n) of the unit in each of the n = years - g
    years that are left (Brealey, Myers and Allen, Principles of Corporate Finance, chapter 2).

    >>> [round(payment, 5) for payment in schedule(Terms(0.10, 4)).payments]
    [0.0, 0.31547, 0.31547, 0.31547, 0.31547]
    """
    refuse(_faults(terms), "debt")
    left = terms.years - terms.grace
    owed, interest, principal = 1.0, [0.0], [0.0]
    for year in range(1, terms.years + 1):
        interest.append(owed * terms.rate)
        principal.append(_repaid(terms, year - terms.grace, left, owed))
        owed -= principal[-1]
    return Schedule(tuple(interest), tuple(principal), (terms.fee, *[0.0] * terms.years))


def _repaid(terms: Terms, year: int, left: int, owed: float) -> float:
    """Return the principal repaid in a year counted from the end of the grace, of ``left`` years."""
    if year < 1:
        return 0.0
    if year == left:
        return owed
    if terms.kind == "bullet":
        return 0.0
    if terms.kind == "straight" or terms.rate == 0:
        return 1 / left
    return -terms.rate / math.expm1(-left * math.log1p(terms.rate)) - owed * terms.rate


def _fault(variable: str, value: object, message: str, remedy: str) -> Fault:
    return Fault("error", message, remedy, rule="debt", variable=variable, value=str(value))


def _rate_faults(rate: float, variable: str) -> Iterator[Fault]:
    """Yield what is wrong with interest or inflation of a year."""
    if not math.isfinite(rate) or not -1 < rate < 1:
        message = coded("debt.rate", "{variable} is {rate}", variable=variable, rate=float(rate))
        yield _fault(variable, rate, message, text("enter a share per year, such as 0.05 for 5%"))


def _faults(terms: Terms) -> Iterator[Fault]:
    """Yield what is wrong with terms, each by itself."""
    yield from _rate_faults(terms.rate, "rate")
    if terms.rate < 0:
        message = coded(
            "debt.rate.negative",
            "at a rate of {rate}, the debtor would be paid for borrowing",
            rate=float(terms.rate),
        )
        yield _fault("rate", terms.rate, message, text("enter zero or more"))
    if terms.years < 1:
        message = coded("debt.years", "the debt ends after {years} years", years=terms.years)
        yield _fault("years", terms.years, message, text("enter at least one year"))
    elif not 0 <= terms.grace < terms.years:
        message = (
            coded("debt.no_grace", "the grace period in years ({grace}) is below zero", grace=terms.grace)
            if terms.grace < 0
            else coded(
                "debt.grace",
                "the grace period in years ({grace}) leaves no time to repay within the term ({years})",
                grace=terms.grace,
                years=terms.years,
            )
        )
        yield _fault(
            "grace", terms.grace, message, text("choose a grace period shorter than the term of the debt")
        )
    if not math.isfinite(terms.fee) or not 0 <= terms.fee < 1:
        message = coded("debt.fee", "the fee is {fee} of the amount drawn", fee=float(terms.fee))
        yield _fault("fee", terms.fee, message, text("enter a share of at least 0 and below 1"))
    if terms.kind not in DEBT_KINDS:
        message = coded("debt.kind", "there is no debt of kind {kind!r}", kind=str(terms.kind))
        remedy = text("choose one of: {kinds}", kinds=", ".join(DEBT_KINDS))
        yield _fault("kind", terms.kind, message, remedy)
