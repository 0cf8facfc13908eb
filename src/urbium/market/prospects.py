"""Prospects: what is offered to investors, and all of them as the columns that rules read.

A prospect says only what is known of a project. A return, a term or a payer that nobody measured or declared
is not there, and a rule that asks for it says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from urbium.errors import InputError
from urbium.market.seats import Floats
from urbium.model import Evidence, rank
from urbium.text import Text, coded, text

Mask = npt.NDArray[np.bool_]
GRADES: Final = tuple(grade.value for grade in Evidence)
"""How well a figure is founded, best first."""
READINESS: Final = ("green", "yellow", "red", "")
"""How ready a project is, best first: nothing open, open with a reason, not ready, not said."""


def grade_at_least(grade: str, least: str) -> bool:
    """Say whether a grade of evidence is as good as another; none is never good enough.

    >>> grade_at_least("published", "derived"), grade_at_least("", "assumption")
    (True, False)
    """
    return rank(grade) <= rank(least)


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Money, or a remaining value, of one year: below 0 is paid out. In millions of the prospect's money.

    Parameters
    ----------
    year : when
    kind : ``capital``, ``operation``, ``inflow`` ...
    amount : millions
    evidence : how well it is founded
    """

    year: int
    kind: str
    amount: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Return:
    """A yearly return that was computed of measured inflows.

    Parameters
    ----------
    rate : as a share (0.06 for 6%)
    basis : ``nominal`` or ``real``
    evidence : the weakest grade of what it was computed of
    is_of_capital : whether what comes in is a share of the cost to build, and no figure of the place
    """

    rate: float
    basis: str
    evidence: str
    is_of_capital: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorGain:
    """What a project does to an indicator: a range, its unit, evidence, who published it, and for what part.

    ``scope`` is empty where the effect is on the whole city.
    """

    indicator: str
    direction: str
    low: float
    high: float
    unit: str
    evidence: str
    source: str
    scope: Text | str = ""


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """A project offered to investors; amounts in millions of ``currency`` at prices of ``price_year``.

    Parameters
    ----------
    code, title : of the project
    city, place, region, country : code and name of the city, its region, ISO 3166 code of the nation
    solution, sector : what is built, and the field it belongs to
    delivery : how it is delivered (``ppp``, ``concession`` ...); empty when not decided
    start, finish : first and last year of building
    capital, operation : cost to build, and to run by year
    sought : what investors are to bring
    least : the smallest amount that helps; the whole where the project is not divided
    currency, price_year, basis : of all amounts; ``real`` or ``nominal``
    instruments : ways to pay for it, by the codes of the terms of funds
    payers : who pays in the plan, by the codes of funds
    tenor : for how many years money is sought; None when not said
    standards, esg : standards it keeps, and environmental and social requirements it documents
    evidence : how well its cost is founded
    inflow_evidence : how well the weakest of its booked inflows is founded; empty when none is booked
    returns : the return; None when nobody computed one of measured inflows
    readiness : one of :data:`READINESS`
    flows, gains, risks : what its sheet lists
    note : where the cost is from
    """

    code: str
    title: str
    city: str
    place: str
    country: str
    solution: str
    sector: str
    start: int
    finish: int
    capital: float
    sought: float
    least: float
    currency: str
    price_year: str
    evidence: str
    region: str = ""
    basis: str = "real"
    delivery: str = ""
    operation: float = 0.0
    instruments: tuple[str, ...] = ()
    payers: tuple[str, ...] = ()
    tenor: float | None = None
    standards: tuple[str, ...] = ()
    esg: tuple[str, ...] = ()
    inflow_evidence: str = ""
    returns: Return | None = None
    readiness: str = ""
    flows: tuple[CashFlow, ...] = ()
    gains: tuple[IndicatorGain, ...] = ()
    risks: tuple[str | Text, ...] = field(default=())
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse an amount that nobody could pay; a project that seeks nothing needs nothing."""
        if self.sought == self.least == 0:
            return
        if not 0 < self.least <= self.sought:
            raise InputError(
                coded(
                    "finance.market.sought",
                    "{sought:,.2f} million is sought; the minimum is {least:,.2f} million",
                    sought=self.sought,
                    least=self.least,
                ),
                place=self.code,
                remedy=text("use 0 < least <= sought"),
            )

    def is_cost_only(self, grade: str = Evidence.DERIVED) -> bool:
        """Say whether no inflow of at least this grade is known; no return is shown for it then."""
        return not grade_at_least(self.inflow_evidence, grade)

    def measured_return(self, grade: str = Evidence.DERIVED) -> Return | None:
        """Return the return, where its inflows are of at least this grade, however its cost was estimated."""
        return None if self.is_cost_only(grade) else self.returns


class Pipeline:
    """All prospects, as columns.

    Parameters
    ----------
    prospects : in any order; kept by code

    Raises InputError where two have one code, or amounts are in more than one currency.
    """

    def __init__(self, prospects: Iterable[Prospect]) -> None:
        self.prospects: Sequence[Prospect] = sorted(prospects, key=lambda one: one.code)
        codes = [one.code for one in self.prospects]
        twice = sorted({code for code, after in pairwise(codes) if code == after})
        if twice:
            raise InputError(
                coded("finance.market.prospect_twice", "the project {name} appears twice", name=twice[0]),
                remedy=text("list each project once"),
            )
        currencies = sorted({one.currency for one in self.prospects})
        if len(currencies) > 1:
            raise InputError(
                coded(
                    "finance.market.currencies",
                    "project amounts are in {currencies:list}",
                    currencies=currencies,
                ),
                remedy=text("convert them to one currency first"),
            )
        self._has: dict[tuple[str, str], Mask] = {}
        self._numbers: dict[str, Floats] = {}

    def __len__(self) -> int:
        return len(self.prospects)

    @property
    def currency(self) -> str:
        """The currency of all amounts; empty when there are none."""
        return self.prospects[0].currency if self.prospects else ""

    def numbers(self, name: str) -> Floats:
        """Return a field as numbers; not a number where it is not known."""
        if name not in self._numbers:
            values = [getattr(one, name) for one in self.prospects]
            self._numbers[name] = np.array([np.nan if value is None else value for value in values], float)
        return self._numbers[name]

    def any_of(self, name: str, terms: Iterable[str]) -> Mask:
        """Say which prospects have one of the terms in a field."""
        return self._joined(name, terms, is_all=False)

    def all_of(self, name: str, terms: Iterable[str]) -> Mask:
        """Say which prospects have every one of the terms in a field."""
        return self._joined(name, terms, is_all=True)

    @cached_property
    def returned(self) -> Floats:
        """The measured return of each; not a number where there is none."""
        rates = [one.measured_return() for one in self.prospects]
        return np.array([np.nan if one is None else one.rate for one in rates], float)

    def _joined(self, name: str, terms: Iterable[str], *, is_all: bool) -> Mask:
        result = np.full(len(self), is_all)
        for term in terms:
            result = result & self._with(name, term) if is_all else result | self._with(name, term)
        return result

    def _with(self, name: str, term: str) -> Mask:
        if (name, term) not in self._has:
            values: list[Any] = [getattr(one, name) for one in self.prospects]
            self._has[name, term] = np.array(
                [term == value if isinstance(value, str) else term in value for value in values], bool
            )
        return self._has[name, term]
