"""Indicators: formulas over variables, evaluated for all cities at once.

For every city, boundary and variable the figure in force is chosen: the newest annual one that is not older
than the index allows, reported or accepted; suspect figures and projections never count. A formula is
evaluated inside one boundary, so that a prefecture's beds are never divided by an agglomeration's people.

Units: each figure is turned into the base unit of its dimension. With a denominator the indicator is
``factor x numerator / denominator`` in base units, so the factor is the standard's own (100 for a percentage,
100 000 for "per 100 000"). Without one it is ``factor x numerator``, turned into the indicator's unit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.catalogue.checks.formulas import formula_faults
from urbium.errors import refuse
from urbium.model import Indicator, Quality, Variable
from urbium.observations.in_force import LACKS, SUSPECT, USABLE, Figures, choose_figures
from urbium.text import Text, coded, declared, named, sentences, text
from urbium.units import is_money, unit

_GRADES: Final = [grade.value for grade in Quality]
_TOO_LARGE: Final = text("the figures are too large to be divided")
_Names = tuple[tuple[str, str], ...]
_ZERO: Final = text("the denominator is zero")


@dataclass(frozen=True)
class Values:
    """Indicators of cities: arrays of shape (cities, indicators); NaN and -1 stand for missing.

    ``area`` is a position in the figures' areas, ``grade`` in the quality grades (best first), and
    ``reason`` says why a value is missing ("" where it is not).
    """

    indicators: tuple[Indicator, ...]
    value: NDArray[np.float64]
    newest: NDArray[np.int64]
    oldest: NDArray[np.int64]
    area: NDArray[np.int64]
    grade: NDArray[np.int64]
    status: NDArray[np.object_]
    reason: NDArray[np.object_]


def formula_words(indicator: Indicator, variables: Mapping[str, Variable]) -> Text:
    """Return the formula of an indicator in the names of its variables.

    >>> from urbium.catalogue import load_catalogue
    >>> rows = load_catalogue()
    >>> formula_words(rows.indicators["gdp_per_head"], rows.variables)
    'Gross domestic product, current prices / Registered population at year end, in base units'
    """
    above, below = (_sum_words(part, variables) for part in (indicator.numerator, indicator.denominator))
    if indicator.factor == 1:
        return text("{above} / {below}, in base units", above=above, below=below) if below else above
    facts = {"factor": indicator.factor, "above": above, "below": below}
    if not below:
        return text("{factor:.10g} × {above}", **facts)
    return text("{factor:.10g} × {above} / {below}, in base units", **facts)


def _sum_words(part: Sequence[tuple[str, int]], variables: Mapping[str, Variable]) -> Text:
    """Return the terms of one side of a formula, in brackets where there are several; empty without any."""
    said = declared("")
    for name, sign in part:
        term = named(variables[name].name, name)
        if said:
            pair = {"sum": said, "term": term}
            said = text("{sum} + {term}", **pair) if sign > 0 else text("{sum} − {term}", **pair)
        else:
            said = term if sign > 0 else text("−{term}", term=term)
    return text("({sum})", sum=said) if len(part) > 1 else said


def is_at_current_prices(indicator: Indicator, variables: Mapping[str, Variable]) -> bool:
    """Say whether an indicator holds money of its year against something else: it compares cities, not years.

    >>> from types import SimpleNamespace as Row
    >>> units = {"gdp": "EUR", "debt": "million EUR", "people": "persons"}
    >>> variables = {name: Row(unit=unit) for name, unit in units.items()}
    >>> [is_at_current_prices(Row(numerator=((above, 1),), denominator=((below, 1),)), variables)
    ...     for above, below in (("gdp", "people"), ("people", "gdp"), ("debt", "gdp"), ("people", "people"))]
    [True, True, False, False]
    """
    above, below = (
        any(
            is_money(part)
            for name, _ in side
            if name in variables
            for part in unit(variables[name].unit).dimension.split(" per ")
        )
        for side in (indicator.numerator, indicator.denominator)
    )
    return above != below


def indicator_values(
    observations: pl.DataFrame,
    indicators: Mapping[str, Indicator],
    variables: Mapping[str, Variable],
    *,
    period: int,
    maximum_age: int = 0,
    cities: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Return the value of every indicator for every city, or why there is none.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`
    indicators, variables : what is declared, by id
    period : the year to measure
    maximum_age : how many years back a figure may be taken from, 0 or more
    cities : codes to measure; all cities of the table when left out

    Returns
    -------
    city, indicator, value (null when missing), unit, period (the newest year used), oldest, area, quality
    (the worst grade used), status ("measured", "missing" or "suspect") and reason; one row a pair.

    Raises
    ------
    InputError : a formula does not make the unit it declares
    """
    codes = observations["city"].unique().sort().to_list() if cities is None else list(cities)
    needed = {name: variables[name] for indicator in indicators.values() for name in indicator.variables}
    figures = choose_figures(observations, needed, cities=codes, period=period, maximum_age=maximum_age)
    return long_table(figures, evaluate(figures, tuple(indicators.values()), variables))


def evaluate(
    figures: Figures, indicators: tuple[Indicator, ...], variables: Mapping[str, Variable]
) -> Values:
    """Evaluate every formula over the chosen figures, all cities at once.

    Raises InputError, with one fault for each, when formulas do not make the units they declare.
    """
    faults = [fault for indicator in indicators for fault in formula_faults(indicator, variables)]
    refuse(faults, "", coded("measure.formula.refused", "these formulas do not yield the declared units"))
    shape = (len(figures.cities), len(indicators))
    values = Values(
        indicators=indicators,
        value=np.full(shape, np.nan),
        newest=np.full(shape, -1),
        oldest=np.full(shape, -1),
        area=np.full(shape, -1),
        grade=np.full(shape, -1),
        status=np.full(shape, "missing", dtype=object),
        reason=np.full(shape, "", dtype=object),
    )
    for column, indicator in enumerate(indicators):
        _evaluate_one(figures, indicator, variables, values, column)
    return values


def long_table(figures: Figures, values: Values) -> pl.DataFrame:
    """Return values as one row for each city and indicator, cities first."""
    count = len(values.indicators)
    rows = len(figures.cities)
    areas = np.array([*figures.areas, None], dtype=object)
    grades = np.array([*_GRADES, None], dtype=object)
    words = {
        "city": np.repeat(np.array(figures.cities, dtype=object), count),
        "indicator": np.array([indicator.id for indicator in values.indicators] * rows, dtype=object),
        "unit": np.array([indicator.unit for indicator in values.indicators] * rows, dtype=object),
        "area": areas[values.area],
        "quality": grades[values.grade],
        "status": values.status,
        "reason": values.reason,
    }
    table = pl.DataFrame(
        [pl.Series(name, column.ravel().tolist(), dtype=pl.String) for name, column in words.items()]
    )
    years = {"period": values.newest, "oldest": values.oldest}
    return table.with_columns(
        pl.Series("value", values.value.ravel()).fill_nan(None),
        *(
            pl.Series(name, year.ravel(), dtype=pl.Int64).replace(-1, None).cast(pl.String)
            for name, year in years.items()
        ),
    ).select("city", "indicator", "value", "unit", "period", "oldest", "area", "quality", "status", "reason")


def _evaluate_one(
    figures: Figures, indicator: Indicator, variables: Mapping[str, Variable], values: Values, column: int
) -> None:
    declared_area = variables[indicator.variables[0]].area
    positions = [figures.variables.index(name) for name in indicator.variables]
    order = sorted(range(len(figures.areas)), key=lambda a: (figures.areas[a] != declared_area, a))
    states = figures.state[:, order][:, :, positions]  # (cities, areas, terms)
    nearest = states.min(axis=2).argmax(axis=1)  # the boundary whose worst term is best
    cities = np.arange(len(figures.cities))
    area = np.array(order)[nearest]
    term_states = states[cities, nearest]
    complete = (term_states == USABLE).all(axis=1)

    terms = figures.value[cities, area][:, positions]
    split = len(indicator.numerator)
    signs = np.array([sign for _, sign in (*indicator.numerator, *indicator.denominator)])
    numerator = (terms[:, :split] * signs[:split]).sum(axis=1)
    if indicator.denominator:
        denominator = (terms[:, split:] * signs[split:]).sum(axis=1)
        scale = indicator.factor
    else:
        denominator = np.ones(len(cities))
        scale = indicator.factor / unit(indicator.unit).factor
    is_zero = complete & (denominator == 0)
    measured = complete & ~is_zero
    with np.errstate(over="ignore"):
        quotient = np.divide(numerator * scale, denominator, where=measured, out=np.full(len(cities), np.nan))
    measured &= np.isfinite(quotient)

    years = figures.year[cities, area][:, positions]
    values.value[measured, column] = quotient[measured]
    values.newest[measured, column] = years[measured].max(axis=1)
    values.oldest[measured, column] = years[measured].min(axis=1)
    values.area[measured, column] = area[measured]
    values.grade[measured, column] = figures.grade[cities, area][:, positions][measured].max(axis=1)
    values.status[measured, column] = "measured"
    values.reason[complete & ~is_zero & ~measured, column] = _TOO_LARGE
    values.reason[is_zero, column] = _ZERO
    values.status[~complete & (term_states == SUSPECT).any(axis=1), column] = "suspect"
    anywhere = figures.state[:, :, positions].max(axis=1)
    names = {name: tuple(variables[name].name.items()) for name in indicator.variables}
    for city in np.flatnonzero(~complete).tolist():
        values.reason[city, column] = _reason(figures, names, city, term_states[city], anywhere[city])


def _reason(
    figures: Figures,
    names: Mapping[str, _Names],
    city: int,
    states: NDArray[np.int64],
    anywhere: NDArray[np.int64],
) -> Text:
    """Say for each term that is lacking what it lacks; a usable figure elsewhere is another boundary."""
    parts: list[Text] = []
    for name, state, best in zip(names, states, anywhere, strict=True):
        if state == USABLE:
            continue
        if best == USABLE:
            usable = figures.state[city, :, figures.variables.index(name)] == USABLE
            parts.append(
                _elsewhere(name, names[name], tuple(figures.areas[a] for a in np.flatnonzero(usable)))
            )
        else:
            parts.append(_lacking(name, names[name], int(max(state, best))))
    return _together(tuple(parts))


# The same words are said of many cities, so each sentence is made once


@cache
def _lacking(variable: str, names: _Names, state: int) -> Text:
    return text("{variable}: {lack}", variable=named(dict(names), variable), lack=LACKS[state])


@cache
def _elsewhere(variable: str, names: _Names, areas: tuple[str, ...]) -> Text:
    return text(
        "{variable}: known only for another boundary ({areas:list})",
        variable=named(dict(names), variable),
        areas=areas,
    )


def _together(parts: tuple[Text, ...]) -> Text:
    return parts[0] if len(parts) == 1 else sentences(parts)
