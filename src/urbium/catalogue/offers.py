"""Instruments that are offered: where and when which of the declared ones can be had, and at which terms.

In: the catalogue's instruments and their terms, a nation and a year. Out: offers, and for each kind of
instrument that nobody offers there why. A nation's own terms go before those that hold everywhere for the
same ways to finance; the terms of one nation are never used in another.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.debt import DebtKind, Schedule, Terms, schedule
from urbium.errors import InputError
from urbium.model import ForeignLimit, Instrument, InstrumentKind, InstrumentTerm, Repayment, Solution, Term
from urbium.model.words import DOMAINS
from urbium.text import Text, coded, named, text

_MIDDLE: Final = 0.5
_KINDS: Final[Mapping[Repayment, DebtKind]] = MappingProxyType(
    {Repayment.ANNUITY: "annuity", Repayment.STRAIGHT: "straight", Repayment.BULLET: "bullet"}
)


@dataclass(frozen=True)
class Offer:
    """An instrument with its terms.

    Attributes
    ----------
    terms : by what they are about
    """

    instrument: Instrument
    terms: Mapping[Term, InstrumentTerm]

    @property
    def id(self) -> str:
        """By which the instrument is named."""
        return self.instrument.id

    @property
    def is_repaid(self) -> bool:
        """Whether what is drawn is paid back."""
        return self.instrument.repayment is not Repayment.NONE

    def value(self, term: Term, at: float = _MIDDLE, *, default: float = 0.0) -> float:
        """Return a term within its range: 0 its low end, 1 its high end; ``default`` where it has none."""
        row = self.terms.get(term)
        if row is None:
            return default
        low = row.low if row.low is not None else row.high
        high = row.high if row.high is not None else low
        if low is None or high is None:
            return default
        return low + at * (high - low)

    def most(self, term: Term) -> float:
        """Return the most of a term; infinity where nothing limits it."""
        row = self.terms.get(term)
        return row.high if row is not None and row.high is not None else math.inf

    def least(self, term: Term) -> float:
        """Return the least of a term; zero where nothing limits it."""
        row = self.terms.get(term)
        return row.low if row is not None and row.low is not None else 0.0

    @property
    def signed(self) -> tuple[float | None, float | None]:
        """The probability that it is signed, low and high; None where nothing is said of it."""
        if Term.SIGNED not in self.terms:
            return None, None
        return self.value(Term.SIGNED, 0.0), self.value(Term.SIGNED, 1.0)

    def rate(self, at: float = _MIDDLE, *, in_own_currency: bool = False) -> float:
        """Return what money costs a year: debt and the return of owners by the gearing, and its currency.

        A share a year, in the prices (nominal or real) that the instrument states. Unless it is asked for in
        its own currency, the cost of a foreign one is added, (1 + rate) x (1 + cost) - 1, so that rates of
        two currencies can be set side by side.
        """
        gearing = self.value(Term.GEARING, at, default=1.0)
        blended_rate = gearing * self.value(Term.RATE, at) + (1 - gearing) * self.value(
            Term.EQUITY_RETURN, at
        )
        return (
            blended_rate
            if in_own_currency
            else (1 + blended_rate) * (1 + self.value(Term.CURRENCY_COST, at)) - 1
        )

    def debt(self, at: float = _MIDDLE, *, in_own_currency: bool = False) -> Terms:
        """Return the terms of its repayment; InputError where nothing is paid back."""
        kind = _KINDS.get(self.instrument.repayment)
        if kind is None:
            raise InputError(
                coded("finance.offer.not_repaid", "money from {id} is not paid back", id=self.id),
                place=self.id,
                remedy=text("use instruments with a rate and a tenor"),
            )
        years = max(1, math.floor(self.value(Term.TENOR, at)))
        grace = min(math.floor(self.value(Term.GRACE, at)), years - 1)
        rate = self.rate(at, in_own_currency=in_own_currency)
        return Terms(rate, years, grace, self.value(Term.FRONT_END_FEE, at), kind)

    def schedule(self, at: float = _MIDDLE, *, in_own_currency: bool = False) -> Schedule:
        """Return what one unit drawn costs in each later year."""
        return schedule(self.debt(at, in_own_currency=in_own_currency))


@dataclass(frozen=True)
class Offers:
    """What can be had in a nation and year, and what cannot.

    Attributes
    ----------
    available : offers by id of their instrument
    missing : why nobody offers an instrument of a kind, by kind
    """

    nation: str
    year: int
    available: Mapping[str, Offer]
    missing: Mapping[InstrumentKind, Text]

    @property
    def table(self) -> pl.DataFrame:
        """One row a term of an offer: what holds, in which unit, seen when and where, on which evidence."""
        rows = [
            {
                "instrument": offer.id, "kind": offer.instrument.kind.value, "term": term.term.value,
                "low": term.low, "high": term.high, "unit": term.unit,
                "currency": term.currency or offer.instrument.currency,
                "prices": offer.instrument.prices.value, "form": offer.instrument.form.value,
                "year": term.year, "place": term.place, "evidence": term.evidence.value,
                "source": ";".join(term.sources), "note": term.note,
            }
            for offer in self.available.values()
            for term in offer.terms.values()
        ]  # fmt: skip
        return pl.DataFrame(rows, schema=_TABLE)

    def of_kinds(self, kinds: Sequence[str]) -> tuple[Offer, ...]:
        """Return the offers of the kinds that a fund names: the first kind first, of a kind the cheapest."""
        order = {kind: place for place, kind in enumerate(kinds)}
        fits = [offer for offer in self.available.values() if offer.instrument.kind in order]
        return tuple(sorted(fits, key=lambda one: (order[one.instrument.kind], one.rate(), one.id)))


_TABLE: dict[str, Any] = {
    "instrument": pl.String, "kind": pl.String, "term": pl.String, "low": pl.Float64, "high": pl.Float64,
    "unit": pl.String, "currency": pl.String, "prices": pl.String, "form": pl.String, "year": pl.String,
    "place": pl.String, "evidence": pl.String, "source": pl.String, "note": pl.String,
}  # fmt: skip


def offers(catalogue: Catalogue, nation: str, year: int) -> Offers:
    """Return what is offered in a nation in a year.

    Parameters
    ----------
    nation : its code (ISO 3166); empty where the programme has none: then only what holds everywhere

    >>> from urbium.catalogue import load_catalogue
    >>> sorted(offers(load_catalogue(), "MEX", 2022).missing)[0].value
    'commercial_loan'
    """
    terms: dict[str, dict[Term, InstrumentTerm]] = {}
    for row in catalogue.instrument_terms:
        terms.setdefault(row.instrument, {})[row.term] = row
    available: dict[str, Offer] = {}
    missing: dict[InstrumentKind, Text] = {}
    for kind in InstrumentKind:
        rows = [row for row in catalogue.instruments.values() if row.kind is kind]
        here = [row for row in rows if not row.nations or nation in row.nations]
        valid = [row for row in here if _holds(row, year)]
        available |= {row.id: Offer(row, terms.get(row.id, {})) for row in valid if not _has_own(row, valid)}
        if not valid:
            missing[kind] = _why_missing(rows, here, nation, year)
    return Offers(nation, year, available, missing)


def _holds(row: Instrument, year: int) -> bool:
    return (not row.valid_from or int(row.valid_from[:4]) <= year) and (
        not row.valid_to or year < int(row.valid_to[:4])
    )


def _has_own(row: Instrument, valid: list[Instrument]) -> bool:
    """Return whether a nation has terms of its own in place of those that hold everywhere."""
    models = set(row.finance_models)
    return not row.nations and any(other.nations and models & set(other.finance_models) for other in valid)


def _why_missing(rows: list[Instrument], here: list[Instrument], nation: str, year: int) -> Text:
    """Say why no instrument of a kind is offered."""
    if here:
        return text("no terms are declared for {year:d}, but there are terms for other years: {ids:list}",
                    year=year, ids=[named(row.name, row.id) for row in here])  # fmt: skip
    if rows:
        nations = sorted({code for row in rows for code in row.nations})
        return text(
            "terms are declared only for {nations:list} and do not apply to {nation}; declare its "
                "own terms in funds/instruments.csv and funds/instrument_terms.csv",
            nation=nation or text("a programme without a nation"), nations=nations
        )  # fmt: skip
    return text("no instrument of this kind is declared")


def foreign_limit(
    catalogue: Catalogue, nation: str, year: int, solution: str, people: float | None
) -> tuple[float, Text]:
    """Return the largest foreign share (0 to 1) of a project, and what says so.

    The edition that holds at the beginning of the year counts, or else the newest before it, which is said. A
    nation of which no edition is declared limits nothing, which is said too.
    """
    rows = [row for row in catalogue.foreign_limits.values() if row.nation == nation]
    if not rows:
        name = nation or text("a programme without a nation")
        return 1.0, text("no limit on foreign ownership is declared for {nation}",
                         nation=name)  # fmt: skip
    day = f"{year:d}-01-01"
    begun = [row for row in rows if row.valid_from <= day]
    if not begun:
        return 1.0, text("no edition of the limits for {nation} is declared for {year:d} or earlier",
                         nation=nation, year=year)  # fmt: skip
    newest = max(row.valid_from for row in begun)
    edition = [row for row in begun if row.valid_from == newest]
    binding = [row for row in edition if _limits(row, solution, people)]
    row = min(binding, key=lambda one: one.share_max, default=edition[0])
    share = row.share_max if binding else 1.0
    if row.valid_to and row.valid_to <= day:
        return share, text("{edition}, because no later edition is declared for {year:d}",
                           edition=row.edition, year=year)  # fmt: skip
    note = row.note if binding else text("no limit for this project")
    return share, text("{edition}: {note}", edition=row.edition, note=note)


def _limits(row: ForeignLimit, solution: str, people: float | None) -> bool:
    reaches = row.people_min is None or people is None or people > row.people_min
    return solution == row.solution and reaches


def refusals(
    offer: Offer,
    solution: Solution,
    *,
    models: Mapping[str, str],
    people: float | None,
    is_cost_only: bool,
) -> Iterator[Text]:
    """Yield every reason why an offer cannot be had for a kind of project in a city; none where it can.

    Parameters
    ----------
    models : names of the ways to finance, by code
    people : of the city; None where they are not known
    is_cost_only : whether the project brings in no money that could serve what its users would repay
    """
    row = offer.instrument
    if not set(row.finance_models) & set(solution.finance_models):
        yield coded("finance.refusal.model",
                    "it is for projects financed by {models:list}; this project is financed by "
                        "{asked:list}",
                    models=[models.get(code, code) for code in row.finance_models],
                    asked=[models.get(code, code) for code in solution.finance_models])  # fmt: skip
    if row.sectors and solution.domain not in row.sectors:
        yield coded("finance.refusal.sector", "it is available for {sectors:list}, not for {domain}",
                   sectors=[DOMAINS.get(one, one) for one in row.sectors],
                   domain=DOMAINS.get(solution.domain, solution.domain))  # fmt: skip
    lacking = [standard for standard in row.standards if standard not in solution.standards]
    if lacking:
        yield coded("finance.refusal.standards", "it requires {standards:list}", standards=lacking)
    if row.people_min is not None and people is None:
        yield coded("finance.refusal.people_unknown",
                   "it is available only to cities with {people:,.0f} people or more, and the population of "
                   "this city is unknown",
                   people=row.people_min)  # fmt: skip
    elif row.people_min is not None and people is not None and people < row.people_min:
        yield coded("finance.refusal.people", "it is available only to cities with {people:,.0f} "
                                              "people or more",
                   people=row.people_min)  # fmt: skip
    if offer.is_repaid and row.payer == "users" and is_cost_only:
        yield coded("finance.refusal.cost_only", "users would repay it, but the project earns no money")
