"""Rules of declared inflows: each yields the faults it finds; only load_catalogue raises."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from urbium.catalogue.checks.findings import found
from urbium.catalogue.checks.references import INDICATOR, SOLUTION, SOURCE, missing
from urbium.errors import Fault, NotFoundError
from urbium.model import Basis, Inflow, InflowKind
from urbium.nations import check_currency
from urbium.text import coded, text

if TYPE_CHECKING:
    from urbium.catalogue import Catalogue

_AMOUNTS: Final = (Basis.PER_HEAD, Basis.PER_UNIT, Basis.OF_A_PLACE, Basis.PER_EVENT)
"""Bases whose figure is an amount of money, which has a currency and a price year."""


def references(c: "Catalogue") -> Iterator[Fault]:
    """Solution, sources and effects of an inflow are declared."""
    effects: dict[str, list[str]] = {}
    for effect in c.effects:
        effects.setdefault(effect.solution, []).append(effect.indicator)
    for row in c.inflows.values():
        owner = text("inflow {id}", id=row.id)
        at = ("inflows", row.id)
        yield from missing(SOLUTION, owner, [row.solution], c.solutions, (*at, "solution_code"))
        yield from missing(SOURCE, owner, row.sources, c.sources, (*at, "source_id"))
        if at in c.own:
            declared = effects.get(row.solution, [])
            yield from missing(INDICATOR, owner, row.same_effects, declared, (*at, "same_effects"))


def figures(c: "Catalogue") -> Iterator[Fault]:
    """An inflow says who receives it, how well it is founded, and its money in a currency of a year."""
    for row in c.inflows.values():
        if row.kind is InflowKind.NONE_FOUND:
            if row.low is not None or row.high is not None:
                yield _fault(
                    row, "kind",
                    coded(
                        "catalogue.inflow.none_with_figure",
                        "inflow {id} is of kind none_found, but has a figure", id=row.id
                    ),
                    text("state what kind of inflow it is"),
                )  # fmt: skip
            continue
        yield from _said(row)
        yield from _money(row)
        if row.low is None and row.high is None:
            yield _fault(
                row, "low",
                coded("catalogue.inflow.no_figure", "inflow {id} has no figure", id=row.id),
                text("enter low and high, or set kind to none_found if no inflow was found"),
            )  # fmt: skip


def _said(row: Inflow) -> Iterator[Fault]:
    """Words that only a row without an inflow may leave out."""
    for column, word in (
        ("receiver", row.receiver), ("evidence_level", row.evidence), ("outcome", row.outcome),
        ("cash", row.cash), ("running_cost", row.running_cost),
    ):  # fmt: skip
        if word is None:
            yield _fault(
                row, column,
                coded("catalogue.inflow.no_word", "inflow {id} does not state its {column}",
                     id=row.id, column=column),
                text("fill it in: money without a recipient, or without "
                                                        "a record of whether it arrived, cannot be used"),
            )  # fmt: skip


def _money(row: Inflow) -> Iterator[Fault]:
    if row.basis not in _AMOUNTS:
        return
    if row.price_year is None:
        yield _fault(
            row, "price_year",
            coded("catalogue.inflow.no_year", "inflow {id} is an amount without a price year", id=row.id),
            text("enter the year of its prices"),
        )  # fmt: skip
    try:
        check_currency(row.currency)
    except NotFoundError as error:
        yield _fault(row, "currency", error.message, error.remedy)


def _fault(row: Inflow, column: str, message: str, remedy: str) -> Fault:
    return found(("inflows", row.id, column), message, remedy, "inflow")
