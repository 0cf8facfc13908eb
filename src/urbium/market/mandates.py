"""Mandates: what an investor asks of projects, as a record whose every part is checked (ADR 0080)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from urbium.errors import Fault, NotFoundError, refuse
from urbium.market.prospects import GRADES, READINESS
from urbium.nations import check_currency, is_nation
from urbium.text import coded, text


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """What an investor asks; an empty or absent part asks for nothing.

    Parameters
    ----------
    code, title : of the mandate
    country : the investor's, ISO 3166 code of three letters
    currency : of the amounts, which are in millions
    ticket_least, ticket_most : of one investment
    budget : in all
    countries, places, sectors : where and in what; places are codes of cities or names of regions, sectors
        are sectors or codes of solutions
    deliveries : modes of delivery
    instruments : ways to pay, by the codes of the terms of funds
    currencies : in which the project may pay back
    tenor : the longest, in years
    return_asked, basis : the yearly return asked, as a share, ``nominal`` or ``real``
    inflation : the yearly rise of prices, as a share, by which one becomes the other; None: not known
    evidence : the weakest grade of costs that is accepted
    readiness : the least readiness that is accepted
    standards, esg : all of these are asked
    seats : places on its shortlist
    cities_least, cities_most : of a bundle of small projects
    is_example : whether nobody gave it, and it only shows how a mandate works
    source : where it can be looked up
    """

    code: str
    title: str
    country: str
    currency: str
    ticket_least: float
    ticket_most: float
    budget: float
    countries: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    deliveries: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    tenor: float | None = None
    return_asked: float | None = None
    basis: str = "nominal"
    inflation: float | None = None
    evidence: str = ""
    readiness: str = ""
    standards: tuple[str, ...] = ()
    esg: tuple[str, ...] = ()
    seats: int = 10
    cities_least: int = 1
    cities_most: int = 10
    is_example: bool = False
    source: str = ""

    def in_currency(self, currency: str, factor: float) -> "Mandate":
        """Return the mandate with its amounts in another currency, ``factor`` of it for one of its own."""
        return replace(
            self,
            currency=currency,
            ticket_least=self.ticket_least * factor,
            ticket_most=self.ticket_most * factor,
            budget=self.budget * factor,
        )

    def return_on(self, basis: str) -> float | None:
        """Return the return asked on a basis; None where none is asked, or no inflation is known.

        >>> fund = Mandate(code="m", title="", country="NLD", currency="EUR", ticket_least=1, ticket_most=2,
        ...     budget=2, return_asked=0.02, basis="nominal", inflation=0.02)
        >>> fund.return_on("nominal"), fund.return_on("real")
        (0.02, 0.0)
        """
        if self.return_asked is None or basis == self.basis:
            return self.return_asked
        if self.inflation is None:
            return None
        rise = 1 + self.inflation
        return (1 + self.return_asked) * (rise if basis == "nominal" else 1 / rise) - 1


def check_mandate(mandate: Mandate) -> None:
    """Raise InputError for everything that is wrong with a mandate."""
    refuse(mandate_faults(mandate), mandate.code)


def mandate_faults(mandate: Mandate) -> Iterator[Fault]:
    """Yield what is wrong with a mandate."""
    yield from _missing(mandate)
    if min(mandate.ticket_least, mandate.ticket_most) < 0 or 0 < mandate.ticket_most < mandate.ticket_least:
        yield _fault(
            "ticket_least",
            coded(
                "finance.mandate.ticket",
                "a ticket of {least:,.2f} to {most:,.2f} million is not a valid range",
                least=mandate.ticket_least,
                most=mandate.ticket_most,
            ),
            text("choose a minimum ticket above 0, and a maximum that is not below the minimum"),
        )
    if 0 < mandate.budget < mandate.ticket_least:
        yield _fault(
            "budget",
            coded("finance.mandate.budget", "the budget is too small for one ticket"),
            text("raise the budget, or lower the smallest ticket"),
        )
    if mandate.tenor is not None and mandate.tenor <= 0:
        yield _fault(
            "tenor",
            coded("finance.mandate.tenor", "a term of {years:g} years is not possible", years=mandate.tenor),
            text("enter a number of years above 0, or omit the term"),
        )
    if mandate.return_asked is not None and not -1 < mandate.return_asked <= 1:
        yield _fault(
            "return_asked",
            coded(
                "finance.mandate.return", "a return of {rate:.1%} is not possible", rate=mandate.return_asked
            ),
            text("enter at most 100% a year, or omit the return"),
        )
    if mandate.seats < 1:
        yield _fault(
            "seats",
            coded("finance.mandate.seats", "a shortlist without places is always empty"),
            text("allow at least one place"),
        )
    if not 1 <= mandate.cities_least <= mandate.cities_most:
        yield _fault(
            "cities_least",
            coded(
                "finance.mandate.cities",
                "the smallest and largest numbers of cities in a bundle do not form a range",
            ),
            text("enter numbers of at least 1, with the largest not below the smallest"),
        )
    yield from _unknown_words(mandate)


def _unknown_words(mandate: Mandate) -> Iterator[Fault]:
    """Yield the words that are none of a list."""
    lists: tuple[tuple[str, str, Sequence[str]], ...] = (
        ("basis", mandate.basis, ("nominal", "real")),
        ("evidence", mandate.evidence, GRADES),
        ("readiness", mandate.readiness, READINESS),
    )
    for name, word, possible in lists:
        if word and word not in possible:
            yield _fault(
                name,
                coded("finance.mandate.word", "{word!r} is unknown here", word=word),
                text("use one of: {words:list}", words=list(possible)),
            )
    home = [("country", code) for code in [mandate.country] if code]
    for field, code in (*home, *(("countries", code) for code in mandate.countries)):
        if not is_nation(code):
            yield _fault(
                field,
                coded("finance.mandate.nation", "{name!r} is not a nation", name=code),
                text("use three-letter codes, as in ISO 3166"),
            )
    for field, code in (
        *(("currency", code) for code in [mandate.currency] if code),
        *(("currencies", code) for code in mandate.currencies),
    ):
        try:
            check_currency(code)
        except NotFoundError as error:
            yield _fault(field, error.message, error.remedy)


def _fault(field: str, message: str, remedy: str) -> Fault:
    return Fault("error", message, remedy, rule="mandate", cell=field)


def _missing(mandate: Mandate) -> Iterator[Fault]:
    """Yield what no mandate can do without."""
    for field, word in (("country", mandate.country), ("currency", mandate.currency)):
        if not word:
            yield _fault(field, coded("finance.mandate.missing", "nothing is chosen"), text("choose one"))
    for field, amount in (("ticket_least", mandate.ticket_least), ("ticket_most", mandate.ticket_most)):
        if amount == 0:
            yield _fault(
                field,
                coded("finance.mandate.no_ticket", "no ticket size is entered"),
                text("enter an amount above 0, in millions"),
            )
    if mandate.budget <= 0:
        yield _fault(
            "budget",
            coded("finance.mandate.no_budget", "no total budget is entered"),
            text("enter an amount above 0, in millions"),
        )
