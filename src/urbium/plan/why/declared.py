"""What the figures of a planned project rest on: the catalogue's rows with their publishers.

Cost per head, exchange rate and effects of the catalogue, each with its evidence level.
"""

import math
from collections.abc import Iterator
from functools import partial, singledispatch

from urbium.catalogue import Catalogue
from urbium.catalogue.exchange import Exchange, Step
from urbium.catalogue.price_index import PRICE_INDEX
from urbium.errors import InputError
from urbium.explanation import Explanation, Kind, Origin, declared, kind_of
from urbium.model import Assumption, Effect, Solution, Source
from urbium.nations import NO_CURRENCY
from urbium.plan.inputs.costs import declared_capital
from urbium.plan.problem.roadmap import Roadmap
from urbium.text import Text, coded, sentences, text
from urbium.text import declared as said
from urbium.units import range_words, unit_words

_MILLION = 1e6
_NOT_COUNTED = text("description only: it names no indicator that counts in plans")
_SAME = 1e-6
_ROUNDED = 6e-4  # roadmaps hold amounts to the thousandth of a million


def is_of_catalogue(
    catalogue: Catalogue, roadmap: Roadmap, city: str, code: str, exchange: Exchange | None = None
) -> bool:
    """Return whether what a project costs in a roadmap is what the catalogue makes of it.

    A roadmap of one's own may use a code of the catalogue for something else, or with a cost of its own; then
    what the catalogue says of the code is no source of it. Where the city has no such project, what counts is
    whether the catalogue declares the solution.

    Parameters
    ----------
    catalogue : solutions and assumptions
    roadmap : its weights of cities are million people
    city, code : of the project
    exchange : rates of the programme and the catalogue; those of the catalogue alone when left out
    """
    if code not in catalogue.solutions:
        return False
    projects = roadmap.projects.filter(city=city, solution=code)
    people = roadmap.cities.filter(city=city)["weight"]
    if projects.is_empty() or people.is_empty():
        return True
    rates = exchange or Exchange((), catalogue.assumptions)
    currency = roadmap.settings.currency
    unit = catalogue.solutions[code].cost_unit
    if not rates.knows(unit.currency, currency) or not roadmap.settings.counts_people:
        return False
    if unit.variable:  # a roadmap does not hold the quantity that it is counted by
        return True
    try:
        capital = declared_capital(
            catalogue, code, people=float(people[0]) * _MILLION,
            rate_from=partial(rates.factor, target=currency), price_year=roadmap.settings.price_year,
        )  # fmt: skip
    except InputError:  # nothing of the catalogue can be at prices of that year
        return False
    return capital is not None and math.isclose(
        float(projects["capital"][0]), capital, rel_tol=_SAME, abs_tol=_ROUNDED
    )


def rests_on(
    catalogue: Catalogue,
    code: str,
    exchange: Exchange | None = None,
    currency: str = NO_CURRENCY,
    *,
    price_year: str = "",
    is_own: bool = False,
) -> Iterator[Explanation]:
    """Yield what is declared of a solution: its cost, each exchange rate, and each of its effects.

    Where ``is_own``, the figures are the roadmap's own, and only that is said.

    Parameters
    ----------
    exchange : rates of the programme and the catalogue; those of the catalogue alone when left out
    currency : of the plan; no rate is told where none is known
    price_year : of the plan; nothing was moved where it is no year
    """
    if is_own or code not in catalogue.solutions:
        yield Explanation(
            coded("plan.basis.own", "figures from the roadmap, not from the catalogue")
            if code in catalogue.solutions
            else coded("plan.basis.undeclared", "not a solution in the catalogue"),
            kind=Kind.SETTING,
            note=text("these figures come from the roadmap itself"),
        )
        return
    solution = catalogue.solutions[code]
    yield declaration(solution, catalogue)
    yield _middle(solution)
    if price_year.isdigit() and int(price_year) != solution.price_year:
        levels = (
            f"{PRICE_INDEX}{solution.cost_unit.currency}.{year}" for year in (solution.price_year, price_year)
        )
        declared_levels = (level for level in levels if level in catalogue.assumptions)
        yield from (declaration(catalogue.assumptions[level], catalogue) for level in declared_levels)
    rates = exchange or Exchange((), catalogue.assumptions)
    money = solution.cost_unit.currency
    if rates.knows(money, currency):
        yield from (_rate_of(step, catalogue) for step in rates.steps(money, currency))
    treated = catalogue.assumptions.get(f"treated_share.{code}")
    if treated is not None:
        yield declaration(treated, catalogue)
    yield _running(solution)
    effects = [effect for effect in catalogue.effects if effect.solution == code and effect.is_of_city]
    yield from (declaration(effect, catalogue) for effect in effects)


def _middle(solution: Solution) -> Explanation:
    """Say which figure of the range is planned with."""
    return Explanation(
        coded("plan.basis.middle", "unit cost used for planning"),
        math.sqrt(solution.capital_low * solution.capital_high),
        _unit_of(solution),
        kind=kind_of(solution.evidence),
        grade=solution.evidence,
        note=text(
            "geometric mean of the low and high figures, because costs vary by factors, not by "
            "amounts; the construction cost is this unit cost x exchange rate x people served (or "
            "another quantity, if the unit cost is not per person) x the other factors named here "
            "and in the solution's note"
        ),
    )


def _unit_of(solution: Solution) -> Text:
    """Return in which unit, at prices of which year, the cost to build of a solution stands."""
    return text(
        "{unit} of {year}",
        unit=unit_words(str(solution.cost_unit).replace("/", " per ")),
        year=solution.price_year,
    )


def _rate_of(step: Step, catalogue: Catalogue) -> Explanation:
    """Return the declared rate, or that of the programme with its date and source."""
    if step.assumption:
        return declaration(catalogue.assumptions[step.assumption], catalogue)
    return Explanation(
        coded("plan.basis.rate", "exchange rate"),
        step.rate.rate,
        text("{currency} per {per}", currency=step.rate.currency, per=step.rate.per),
        kind=Kind.SETTING,
        grade=step.rate.evidence,
        period=step.rate.period,
        note=step.words,
    )


def _running(solution: Solution) -> Explanation:
    """Say which part of the cost to build is needed a year to run it."""
    return Explanation(
        coded("plan.basis.running", "running cost per year, as a share of the construction cost"),
        solution.operation_share,
        kind=kind_of(solution.evidence),
        grade=solution.evidence,
    )


@singledispatch
def declaration(row: object, catalogue: Catalogue) -> Explanation:
    """Return a row of the catalogue as a node of an explanation, by the row's type."""
    raise NotImplementedError(f"{type(row).__name__} of {catalogue!r} is not explained")


@declaration.register
def _cost(row: Solution, catalogue: Catalogue) -> Explanation:
    return declared(
        coded("plan.basis.cost", "cost to build"),
        text("{low:.6g} to {high:.6g}", low=row.capital_low, high=row.capital_high),
        _unit_of(row),
        evidence=row.evidence,
        title=row.name,
        file=_file(catalogue, "solutions", row.code),
        row=row.code,
        note=said(row.note),
        children=tuple(_source(catalogue.sources[name]) for name in row.sources),
    )


@declaration.register
def _rate(row: Assumption, catalogue: Catalogue) -> Explanation:
    return declared(
        coded("plan.basis.rate", "exchange rate")
        if row.id.startswith("exchange_rate.")
        else coded("plan.basis.price_index", "price index of {currency}, {year}",
                  currency=row.id.split(".")[1], year=row.id.split(".")[2])
        if row.id.startswith(PRICE_INDEX)
        else coded("plan.basis.treated", "share of the city that is treated"),
        row.value,
        row.unit,
        evidence=row.evidence,
        title=text("declared assumptions"),
        file=_file(catalogue, "assumptions", row.id),
        row=row.id,
        note=said(row.note),
    )  # fmt: skip


@declaration.register
def _effect(row: Effect, catalogue: Catalogue) -> Explanation:
    return Explanation(
        coded("plan.basis.effect", "effect on {indicator}", indicator=row.title),
        text("lowers it by {range}", range=range_words(row.low, row.high, row.unit))
        if row.direction == "down"
        else text("raises it by {range}", range=range_words(row.low, row.high, row.unit)),
        kind=kind_of(row.evidence),
        grade=row.evidence,
        area=said(row.scope),
        note=sentences([said(row.note), "" if row.is_counted else _NOT_COUNTED]),
        children=(_source(catalogue.sources[row.source]),),
    )  # fmt: skip


def _file(catalogue: Catalogue, table: str, key: str) -> str:
    """Return the file of a row; of one of the programme's own, where its catalogue was read."""
    file = f"{table}.csv"
    if (table, key) not in catalogue.own:
        return file
    return text("{file}, {place}", file=file, place=catalogue.tables.place)


def _source(source: Source) -> Explanation:
    origin = Origin(source.publisher, source.title, source.year, source.licence, file=source.origin)
    return Explanation(
        coded("plan.basis.source", "source"), kind=Kind.SETTING, origin=origin, note=said(source.note)
    )
