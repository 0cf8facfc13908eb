"""Rules of declared needs and candidates: each yields the faults it finds; only load_catalogue raises."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from urbium.catalogue.checks.findings import found
from urbium.catalogue.checks.references import INDICATOR, SOLUTION, missing
from urbium.errors import Fault
from urbium.model import NeedRole
from urbium.text import coded, text

if TYPE_CHECKING:
    from urbium.catalogue import Catalogue

CITY_FIGURES: Final = ("city.people", "city.growth", "city.latitude")
"""What is known of a city besides its stored figures."""

PLAN_FIGURES: Final = ("plan.first_year",)
"""What is known of a plan."""

_INPUT = text("input")
_PERCENTILE = re.compile(r"p(\d{1,2}|100)$")


def anchor(word: str) -> tuple[float | None, float | None]:
    """Return the percentile (0 to 1) or the number that an anchor says; None for what it does not say.

    Raises ValueError when it is neither.

    >>> anchor("p10"), anchor("40")
    ((0.1, None), (None, 40.0))
    """
    match = _PERCENTILE.match(word.strip())
    return (int(match[1]) / 100, None) if match else (None, float(word))


def references(c: "Catalogue") -> Iterator[Fault]:
    """Every indicator that a need names is declared, or has an effect, and so is every input."""
    clauses = {f"{r['standard']}:{r['edition']} {r['clause']}" for r in c.crosswalk.iter_rows(named=True)}
    indicators = {effect.indicator_code for effect in c.effects} | c.indicators.keys() | clauses
    inputs = {*c.variables, *CITY_FIGURES, *_facts(c), *_services(c)}
    for need in c.needs.values():
        owner = text("need {id}", id=need.id)
        yield from missing(INDICATOR, owner, need.indicators, indicators, ("needs", need.id, "indicators"))
        yield from missing(_INPUT, owner, need.inputs, inputs, ("needs", need.id, "inputs"))


def figures(c: "Catalogue") -> Iterator[Fault]:
    """A need has as many inputs as its formula takes, two different anchors, a weight and a width."""
    for need in c.needs.values():
        if len(need.inputs) != need.formula.inputs:
            yield _fault(
                "needs", need.id, "inputs",
                coded(
                    "catalogue.need.inputs",
                    "need {id}: the number of inputs is {given}, but the formula {formula} takes {asked}",
                    id=need.id, formula=need.formula.value, asked=need.formula.inputs, given=len(need.inputs)
                ),
                text("name them in the order of the formula, separated by ;"),
            )  # fmt: skip
        for column, word in (("none_at", need.none_at), ("all_at", need.all_at)):
            try:
                number = anchor(word)[1]
            except ValueError:
                yield _fault(
                    "needs",
                    need.id,
                    column,
                    coded(
                        "catalogue.need.anchor", "need {id}: {word!r} is not an anchor", id=need.id, word=word
                    ),
                    text("enter a number, or a percentile such as p10"),
                )
                continue
            if number is not None and number <= 0 and need.formula.is_logarithmic:
                yield _fault(
                    "needs", need.id, column,
                    coded(
                        "catalogue.need.no_logarithm", "need {id}: {word} has no logarithm",
                        id=need.id, word=word
                    ),
                    text("enter an anchor above zero"),
                )  # fmt: skip
        if need.none_at == need.all_at:
            yield _fault(
                "needs", need.id, "all_at",
                coded("catalogue.need.one_anchor", "need {id}: both anchors are {word}", id=need.id,
                     word=need.all_at),
                text("state the value at which there is no need, and the value at which the need is at "
                    "its full extent"),
            )  # fmt: skip
        if need.role is NeedRole.SCALES and need.weight > 1:
            yield _fault(
                "needs", need.id, "weight",
                coded(
                    "catalogue.need.scale", "need {id} scales the values of other needs by {weight:g}",
                    id=need.id, weight=need.weight
                ),
                text("enter a weight of at most 1 if the need scales other needs"),
            )  # fmt: skip
        if not (need.weight > 0 and 0 <= need.half_width <= 1 and need.factor > 0):
            yield _fault(
                "needs", need.id, "weight",
                coded(
                    "catalogue.need.numbers",
                    "need {id} has the weight {weight:g}, the half width {half_width:g} and the "
                        "factor {factor:g}",
                    id=need.id, weight=need.weight, half_width=need.half_width, factor=need.factor
                ),
                text(
                    "enter a weight and a factor above zero, and a half width from 0 to 1"
                ),
            )  # fmt: skip


def candidates(c: "Catalogue") -> Iterator[Fault]:
    """Every solution and input of a rule of candidates is declared, and it says one end at least."""
    inputs = {"city.people", "city.latitude", *PLAN_FIGURES, *_facts(c)}
    for rule in c.candidates.values():
        owner = text("candidate rule {id}", id=rule.id)
        yield from missing(SOLUTION, owner, [rule.solution], c.solutions, ("candidates", rule.id, "solution"))
        yield from missing(_INPUT, owner, [rule.input], inputs, ("candidates", rule.id, "input"))
        if rule.least is None and rule.most is None:
            yield _fault(
                "candidates", rule.id, "least",
                coded("catalogue.candidate.no_end", "candidate rule {id} states neither a minimum nor "
                                                    "a maximum",
                     id=rule.id),
                text("enter at least one of them, or omit the rule"),
            )  # fmt: skip


def _facts(c: "Catalogue") -> set[str]:
    return {f"province.{row.fact}" for row in c.province_facts}


def _services(c: "Catalogue") -> set[str]:
    return {f"shortfall.{norm.service}" for norm in c.norms.values()}


def _fault(table: str, key: str, column: str, message: str, remedy: str) -> Fault:
    return found((table, key, column), message, remedy, "need")
