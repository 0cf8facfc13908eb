"""Rules of declared instruments and foreign limits: each yields the faults it finds."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from urbium.catalogue.checks.findings import found
from urbium.catalogue.checks.references import SOLUTION, SOURCE, missing
from urbium.catalogue.tables.table_kinds import KEY_SIGN
from urbium.errors import Fault, NotFoundError
from urbium.model import Instrument, InstrumentKind, InstrumentTerm, Repayment, Term
from urbium.nations import check_currency, is_nation
from urbium.text import coded, text

if TYPE_CHECKING:
    from urbium.catalogue import Catalogue

_INSTRUMENT = text("instrument")
_KIND = text("kind of instrument")
_SHARES: Final = (
    Term.GEARING, Term.SHARE_OF_COST, Term.SIGNED, Term.FRONT_END_FEE, Term.COMMITMENT_FEE,
)  # fmt: skip

_RATES: Final = (Term.RATE, Term.EQUITY_RETURN, Term.CURRENCY_COST)


def references(c: "Catalogue") -> Iterator[Fault]:
    """Instruments, kinds, sources and solutions that rows of money name are declared."""
    for row in c.instruments.values():
        owner = text("instrument {id}", id=row.id)
        yield from missing(SOURCE, owner, [row.source], c.sources, ("instruments", row.id, "source"))
    for term in c.instrument_terms:
        key = _key(term)
        owner = text("{term} of {id}", term=term.term.value, id=term.instrument)
        yield from missing(
            _INSTRUMENT, owner, [term.instrument], c.instruments, ("instrument_terms", key, "instrument")
        )
        yield from missing(SOURCE, owner, term.sources, c.sources, ("instrument_terms", key, "source"))
    for limit in c.foreign_limits.values():
        owner = text("limit on foreign ownership {id}", id=limit.id)
        at = ("foreign_limits", limit.id)
        yield from missing(SOURCE, owner, [limit.source], c.sources, (*at, "source"))
        yield from missing(SOLUTION, owner, [limit.solution], c.solutions, (*at, "solution"))
    kinds = [kind.value for kind in InstrumentKind]
    for fund in c.funds.values():
        owner = text("fund {id}", id=fund.id)
        yield from missing(_KIND, owner, fund.instruments, kinds, ("funds", fund.id, "instruments"))
        if fund.share_max == 0:
            yield found(
                ("funds", fund.id, "share_max"),
                coded(
                    "catalogue.fund.nothing",
                    "fund {id} has nothing to provide: its share is zero",
                    id=fund.id,
                ),
                text("enter a share above zero, or remove the fund"),
                "instrument",
            )


def figures(c: "Catalogue") -> Iterator[Fault]:
    """What is paid back has a rate and a tenor; ranges, shares and years are possible ones."""
    by_instrument: dict[str, dict[Term, InstrumentTerm]] = {}
    for term in c.instrument_terms:
        by_instrument.setdefault(term.instrument, {})[term.term] = term
        yield from _range(term)
    for row in c.instruments.values():
        terms = by_instrument.get(row.id, {})
        yield from _places(row)
        if row.repayment is not Repayment.NONE:
            yield from _needed(row, terms)
        yield from _nothing_to_give(row, terms)


def limits(c: "Catalogue") -> Iterator[Fault]:
    """Limits of foreign ownership are those of a nation."""
    for row in c.foreign_limits.values():
        if not is_nation(row.nation):
            yield _no_nation(("foreign_limits", row.id, "nation"), row.nation)


def user_shares(c: "Catalogue") -> Iterator[Fault]:
    """Assumptions of repayments say which share users repay of a fund; the rest are its terms."""
    for name, row in c.assumptions.items():
        if not name.startswith("repayment."):
            continue
        if name.removeprefix("repayment.users.") not in c.funds:
            yield found(
                ("assumptions", name, "id"),
                coded("catalogue.repayment.unused", "no plan uses the assumption {name}", name=name),
                text("declare the repayment terms of a fund in funds/instrument_terms.csv; use "
                     "repayment.users.FUND only for the share that users repay"),
                "instrument",
            )  # fmt: skip
        elif not 0 <= row.value <= 1:
            yield found(
                ("assumptions", name, "value"),
                coded("catalogue.repayment.share", "the share that users repay is {share:g}",
                     share=row.value),
                text("enter a share from 0 to 1, such as 0.05 for 5%"),
                "instrument",
            )  # fmt: skip


def _places(row: Instrument) -> Iterator[Fault]:
    for nation in row.nations:
        if not is_nation(nation):
            yield _no_nation(("instruments", row.id, "nations"), nation)
    if row.currency:
        try:
            check_currency(row.currency)
        except NotFoundError as error:
            yield found(("instruments", row.id, "currency"), error.message, error.remedy, "instrument")


def _no_nation(at: tuple[str, str, str], code: str) -> Fault:
    message = coded(
        "catalogue.instrument.nation", "{nation!r} is not a nation listed in ISO 3166", nation=code
    )
    remedy = text("enter the nation's three-letter code, such as MEX")
    return found(at, message, remedy, "instrument")


def _needed(row: Instrument, terms: dict[Term, InstrumentTerm]) -> Iterator[Fault]:
    for term in (Term.RATE, Term.TENOR):
        if term not in terms:
            yield found(
                ("instruments", row.id, "id"),
                coded("catalogue.instrument.lacks", "{id} has to be repaid, but it has no {term}",
                     id=row.id, term=term.value),
                text("enter the term in funds/instrument_terms.csv, or set repayment to none if the "
                    "money is not repaid"),
                "instrument",
            )  # fmt: skip
    if Term.TENOR in terms and Term.GRACE in terms:
        grace, tenor = terms[Term.GRACE].high, _first(terms[Term.TENOR])
        if grace is not None and tenor is not None and grace >= tenor:
            yield found(
                ("instrument_terms", _key(terms[Term.GRACE]), "high"),
                coded("catalogue.instrument.grace",
                      "{id}: the grace period in years ({grace:g}) leaves no time to repay within the tenor "
                      "({tenor:g})",
                      id=row.id, grace=grace, tenor=tenor),
                text("choose a grace period shorter than the tenor"),
                "instrument",
            )  # fmt: skip


def _nothing_to_give(row: Instrument, terms: dict[Term, InstrumentTerm]) -> Iterator[Fault]:
    """No project gets money of which the most is zero."""
    for term in (Term.SHARE_OF_COST, Term.TICKET, Term.SIGNED):
        if term in terms and terms[term].high == 0:
            yield found(
                ("instrument_terms", _key(terms[term]), "high"),
                coded("catalogue.instrument.nothing", "{id} has nothing to provide: its {term} is zero",
                     id=row.id, term=term.value),
                text("enter a figure above zero, or remove the term"),
                "instrument",
            )  # fmt: skip


def _range(row: InstrumentTerm) -> Iterator[Fault]:
    """The figures of a term are possible ones, the smaller first."""
    ends = [value for value in (row.low, row.high) if value is not None]
    if not ends:
        yield _term(row, "low", coded("catalogue.instrument.no_figure", "{id}: its {term} has no figure",
                                     id=row.instrument, term=row.term.value),
                    text("enter low, high or both"))  # fmt: skip
        return
    most = 1.0 if row.term in _SHARES or row.term in _RATES else None
    for column, value in (("low", row.low), ("high", row.high)):
        if value is not None and (value < 0 or (most is not None and value > most)):
            yield _term(
                row, column,
                coded("catalogue.instrument.figure", "{id}: its {term} is {value:g}",
                     id=row.instrument, term=row.term.value, value=value),
                text("enter a share from 0 to 1, such as 0.05 for 5%")
                if most is not None
                else text("enter a figure of at least zero"),
            )  # fmt: skip
    if row.term is Term.TENOR and 0 <= min(ends) < 1:
        yield _term(row, "low", coded("catalogue.instrument.tenor", "{id}: the tenor is {years:g} years",
                                     id=row.instrument, years=min(ends)),
                    text("enter at least one year"))  # fmt: skip


def _first(row: InstrumentTerm) -> float | None:
    return row.low if row.low is not None else row.high


def _key(row: InstrumentTerm) -> str:
    return KEY_SIGN.join((row.instrument, row.term.value))


def _term(row: InstrumentTerm, column: str, message: str, remedy: str) -> Fault:
    return found(("instrument_terms", _key(row), column), message, remedy, "instrument")
