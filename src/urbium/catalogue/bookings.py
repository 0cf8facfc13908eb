"""Bookings: which declared inflow of a solution can enter the cash flow of a project, and why others cannot.

Money of a project is cash that the city or the operator has, founded as well as is asked for, on a basis that
a project here can be measured by. One row a solution is booked, so that no money is counted on two bases:
one that came goes before one that was promised, then the order of :class:`Basis` counts, then evidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from urbium.model import Basis, Cash, Evidence, Inflow, InflowKind, Outcome, Receiver, Source
from urbium.packaged import words_of
from urbium.text import Text, coded, declared, sentences, text
from urbium.units import range_words

if TYPE_CHECKING:
    from urbium.catalogue import Catalogue

RECEIVERS: Final = (Receiver.CITY, Receiver.OPERATOR)
"""Who has the money of a project; that of users and of society pays for none."""

_MEASURED: Final = (
    Basis.SHARE_OF_CAPITAL, Basis.SHARE_OF_CAPITAL_IN_ALL, Basis.PAYBACK, Basis.SHARE_OF_OPERATION,
    Basis.PER_HEAD,
)  # fmt: skip
"""Bases that a project is measured by: its cost to build, its running cost, the people it serves."""
NO_SOURCE: Final = text("The plan names no source for this income: it is an assumption.")
_KINDS: Final = {
    InflowKind.CITY_SAVING: text("saving"), InflowKind.USER_REVENUE: text("revenue"),
    InflowKind.AVOIDED_COST: text("avoided cost"), InflowKind.TAX_OR_LAND_VALUE: text("taxes or land value"),
}  # fmt: skip
_FOUND: Final = {
    Outcome.REALISED: text("counted after the event"), Outcome.MIXED: text("partly counted, partly stated"),
    Outcome.PROMISED: text("promised beforehand, not counted since"),
    Outcome.MODELLED: text("computed, not counted"), Outcome.RULE: text("as a rule sets it"),
}  # fmt: skip
_GRADES: Final = tuple(Evidence)
_OUTCOMES: Final = tuple(Outcome)


@dataclass(frozen=True, slots=True)
class Booking:
    """What of a solution's inflows is booked.

    Attributes
    ----------
    solution : whose inflows they are
    inflow : the row that is booked; None where the solution costs and brings in nothing that counts
    reason : why it is cost-only; empty where a row is booked
    """

    solution: str
    inflow: Inflow | None
    reason: Text


def income_words(row: Inflow) -> Text:
    """Say how large a booked inflow is, of what, and where and how it was found.

    >>> from urbium.catalogue import load_catalogue
    >>> income_words(load_catalogue().inflows["LED_SL.2"])
    'saving: 9.2 to 11.5% of the cost to build, each year (Los Angeles 2012-2013, counted after the event)'
    """
    return text(
        "{kind}: {amount} ({place} {period}, {found})",
        kind=_KINDS[row.kind], amount=_amount(row), place=declared(row.place), period=row.period,
        found=_FOUND[row.outcome] if row.outcome else "",
    )  # fmt: skip


def source_words(row: Inflow, sources: Sequence[Source]) -> Text:
    """Say what an income rests on: how large it is, its evidence, its note, and the studies."""
    studies = [
        text("{publisher}: {title} {year} {address}", publisher=one.publisher, title=one.title, year=one.year,
             address=one.address)
        for one in sources
    ]  # fmt: skip
    note = declared(row.note) if row.note else ""
    return sentences([income_words(row), (row.evidence or Evidence.ASSUMPTION).label, note, *studies])


def _amount(row: Inflow) -> Text:
    facts = {
        "range": range_words(row.low or 0.0, row.high or 0.0, "" if row.basis is Basis.PER_HEAD else "%"),
        "currency": row.currency, "year": str(row.price_year), "years": row.years,
    }  # fmt: skip
    match row.basis:
        case Basis.PAYBACK:
            years = range_words(row.low or 0.0, row.high or 0.0, "years")
            return text("it pays back the cost to build in {range}", range=years)
        case Basis.SHARE_OF_CAPITAL_IN_ALL if row.years:
            return text("{range} of the cost to build, over {years:g} years together", **facts)
        case Basis.SHARE_OF_CAPITAL_IN_ALL:
            return text("{range} of the cost to build, over the whole life", **facts)
        case Basis.SHARE_OF_OPERATION:
            return text("{range} of the running cost, each year", **facts)
        case Basis.PER_HEAD:
            return text("{currency} {range} for each person served, each year (prices of {year})", **facts)
        case _:
            return text("{range} of the cost to build, each year", **facts)


def grade_of(evidence: Evidence) -> int:
    """Return the grade of evidence, 1 for the best.

    >>> grade_of(Evidence.PUBLISHED), grade_of(Evidence.ASSUMPTION)
    (1, 8)
    """
    return _GRADES.index(evidence) + 1


def preference(row: Inflow) -> tuple[int, int, int]:
    """Return by what a row that may be booked goes before another: the smaller goes first."""
    outcome = _OUTCOMES.index(row.outcome) if row.outcome else len(_OUTCOMES)
    evidence = grade_of(row.evidence) if row.evidence else len(_GRADES) + 1
    return outcome, _MEASURED.index(row.basis), evidence


def bookings(catalogue: "Catalogue", least: int) -> Mapping[str, Booking]:
    """Return what is booked of each solution.

    Parameters
    ----------
    least : the grade of evidence that is asked for, from 1 (published) to 8 (assumption)

    >>> from urbium.catalogue import load_catalogue
    >>> booked = bookings(load_catalogue(), least=5)
    >>> booked["LED_SL"].inflow.id, str(booked["GREEN"].reason)
    ('LED_SL.2', 'a social benefit is not cash')
    """
    rows: dict[str, list[Inflow]] = {solution: [] for solution in catalogue.solutions}
    for row in catalogue.inflows.values():
        rows[row.solution].append(row)
    return MappingProxyType({solution: _booked(solution, given, least) for solution, given in rows.items()})


def _booked(solution: str, rows: list[Inflow], least: int) -> Booking:
    refusals = [(_refusal(row, least), row) for row in rows]
    bookable = sorted((row for refusal, row in refusals if refusal is None), key=preference)
    if bookable:
        return Booking(solution, bookable[0], sentences([]))
    nearest = max((refusal for refusal, _ in refusals if refusal), default=None, key=lambda pair: pair[0])
    none = coded("catalogue.booking.none", "no inflow is declared")
    return Booking(solution, None, nearest[1] if nearest else none)


def _refusal(row: Inflow, least: int) -> tuple[int, Text] | None:
    """Return why a row is not booked, and how many rules it passed before; None where it may be booked."""
    for passed, rule in enumerate((_nothing, _no_cash, _no_receiver, _barred, _unmeasured, _ends, _grade)):
        reason = rule(row, least)
        if reason is not None:
            return passed, reason
    return None


def _nothing(row: Inflow, _: int) -> Text | None:
    if row.kind is InflowKind.NONE_FOUND:
        return coded("catalogue.booking.none_found", "a search found no inflow")
    return None


def _no_cash(row: Inflow, _: int) -> Text | None:
    if row.kind is InflowKind.SOCIAL_BENEFIT:
        return coded("catalogue.booking.society", "a social benefit is not cash")
    if row.kind is InflowKind.GRANT_OR_CARBON:
        return coded("catalogue.booking.grant", "a grant counts as funding, not as a return")
    if row.cash is not Cash.CASH:
        return coded(
            "catalogue.booking.noncash", "the income that was found is not cash, or is only partly cash"
        )
    return None


def _no_receiver(row: Inflow, _: int) -> Text | None:
    if row.receiver in RECEIVERS:
        return None
    who = words_of("receiver of an inflow")
    return (
        who.get(row.receiver) if row.receiver else coded("catalogue.booking.nobody", "no recipient is stated")
    )


def _barred(row: Inflow, _: int) -> Text | None:
    if not row.barred:
        return None
    return coded(
        "catalogue.booking.barred", "the income that was found is not counted: {reason}", reason=row.barred
    )


def _unmeasured(row: Inflow, _: int) -> Text | None:
    if row.basis in _MEASURED:
        return None
    match row.basis:
        case Basis.PER_UNIT:
            return coded(
                "catalogue.booking.per_unit",
                "the income that was found is an amount per unit ({unit}), but the number of units here is "
                "unknown",
                unit=row.unit,
            )
        case Basis.OF_A_PLACE:
            return coded(
                "catalogue.booking.of_a_place",
                "the income that was found is an amount for a single place ({place})",
                place=row.place,
            )
        case Basis.PER_EVENT:
            return coded(
                "catalogue.booking.per_event",
                "the income that was found is for an event whose frequency is unknown",
            )
        case Basis.SHARE_OF_OTHER:
            return coded(
                "catalogue.booking.share_of_other",
                "the income that was found is a share ({unit}) of an unknown amount",
                unit=row.unit,
            )
        case _:
            return coded(
                "catalogue.booking.ratio", "the income that was found is a ratio, not an annual amount"
            )


def _ends(row: Inflow, _: int) -> Text | None:
    if row.low is None or row.high is None:
        return coded(
            "catalogue.booking.open", "only one end of the range is given for the income that was found"
        )
    if row.basis is Basis.PAYBACK and row.low <= 0:
        return coded(
            "catalogue.booking.at_once",
            "the income that was found has a payback period of zero or less",
        )
    return None


def _grade(row: Inflow, least: int) -> Text | None:
    if row.evidence is not None and grade_of(row.evidence) <= least:
        return None
    return (
        coded(
            "catalogue.booking.grade",
            "the income that was found is an assumption: better evidence is required",
        )
        if row.evidence is Evidence.ASSUMPTION
        else coded(
            "catalogue.booking.below", "the income that was found has weaker evidence than is required"
        )
    )
