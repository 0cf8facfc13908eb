"""Cohort rows: what a row of a table of cohort inputs may say, and the figures that are read from it."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from urbium.errors import Fault, UrbiumError
from urbium.forecast.ages.cohorts import FERTILE, SEXES
from urbium.forecast.ages.lifetable import AGES, GROUPS
from urbium.units import convert

__all__ = ["COLUMNS", "KINDS", "WIDTH", "Figure", "FigureKind", "figures", "years_of"]

COLUMNS = ("place", "variable", "period", "sex", "age", "value", "unit", "status", "area", "source_id")
"""The columns of the table, all of them text."""

WIDTH = 5
"""Years of a period and of an age group."""


@dataclass(frozen=True, slots=True)
class FigureKind:
    """A variable: its unit, the ages it has, whether it is told by sex and within what it is plausible."""

    unit: str
    low: float
    high: float
    ages: tuple[int, ...] = ()
    by_sex: bool = False
    count: bool = False
    series: bool = False
    needed: bool = True


_MOTHERS = tuple(range(FERTILE[0], FERTILE[1], WIDTH))

KINDS: Mapping[str, FigureKind] = MappingProxyType(
    {
        "population": FigureKind("persons", 0, 5e9, GROUPS, by_sex=True, count=True),
        "population_total": FigureKind("persons", 1, 5e9, count=True, needed=False),
        "mortality_rate": FigureKind("deaths per person and year", 1e-7, 2, AGES, by_sex=True),
        "total_fertility": FigureKind("children per woman", 0.3, 10, series=True),
        "total_fertility_error": FigureKind("children per woman", 0, 2, needed=False),
        "fertility_pattern": FigureKind("%", 0, 100, _MOTHERS),
        "life_expectancy": FigureKind("years", 10, 100, by_sex=True, series=True),
        "sex_ratio_at_birth": FigureKind("boys per girl", 0.9, 1.3),
        "net_migration": FigureKind("persons", -1e9, 1e9, series=True),
    }
)
"""What a table may hold, in the order it is explained."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A row that could be read: ``start`` is the first year, or the year of a count."""

    place: str
    variable: str
    start: int
    end: int
    sex: str
    age: int | None
    value: float
    line: int


def years_of(period: str) -> tuple[int, int] | None:
    """Return first and last year of ``2015-2020`` or of ``2015``; None for other text.

    >>> years_of("2015-2020"), years_of("2015"), years_of("lately")
    ((2015, 2020), (2015, 2015), None)
    """
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", period.strip())
    return (int(found[1]), int(found[2] or found[1])) if found else None


def figures(rows: Sequence[Mapping[str, str | None]]) -> tuple[list[Figure], list[Fault]]:
    """Return the rows as figures, and the faults of those that cannot be read."""
    found, faults = [], []
    for line, row in enumerate(rows, start=2):
        text = {name: (row.get(name) or "").strip() for name in COLUMNS}
        wrong = list(_faults_of_row(text, line))
        faults += wrong
        if not wrong:
            start, end = years_of(text["period"]) or (0, 0)
            age = int(text["age"]) if text["age"] else None
            value = _value(text)
            found.append(Figure(text["place"], text["variable"], start, end, text["sex"], age, value, line))
    return found, faults


def _faults_of_row(text: Mapping[str, str], line: int) -> Iterator[Fault]:
    """The row names a known figure, and its value is a plausible number."""

    def fault(message: str, remedy: str, column: str) -> Fault:
        return Fault(
            "error", message, remedy, rule="cohort-row", cell=f"line {line}, {column}", city=text["place"],
            variable=text["variable"], period=text["period"], value=text["value"],
        )  # fmt: skip

    if not text["place"]:
        yield fault("the place is missing", "name the place", "place")
    kind = KINDS.get(text["variable"])
    if kind is None:
        yield fault(f"{text['variable']!r} is not known", f"known are {', '.join(KINDS)}", "variable")
        return
    for column, message, remedy in (*_misplaced(kind, text), *_implausible(kind, text)):
        yield fault(message, remedy, column)


def _misplaced(kind: FigureKind, text: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Period, sex and age are those of the variable: column, message, remedy where not."""
    span = years_of(text["period"])
    if span is None or span[1] - span[0] != (0 if kind.count else WIDTH):
        shape = "a year, as 2015" if kind.count else "five years, as 2015-2020"
        yield "period", f"{text['period']!r} is not a period of this variable", f"write {shape}"
    if kind.by_sex != (text["sex"] in SEXES):
        wanted = f"write {' or '.join(SEXES)}" if kind.by_sex else "leave it empty"
        yield "sex", f"sex {text['sex']!r} does not fit", wanted
    ages = [str(age) for age in kind.ages] or [""]
    if text["age"] not in ages:
        wanted = f"ages begin at {', '.join(ages)}" if kind.ages else "leave it empty"
        yield "age", f"age {text['age']!r} does not fit", wanted


def _implausible(kind: FigureKind, text: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """The value is a number, in a unit of the variable, and plausible: column, message, remedy where not."""
    try:
        value = _value(text)
    except UrbiumError as error:
        yield "unit", error.message, f"give it in {kind.unit}"
    except ValueError:
        yield "value", f"{text['value']!r} is not a number", "give the figure"
    else:
        if not kind.low <= value <= kind.high:
            outside = f"outside {kind.low:g} to {kind.high:g} {kind.unit}"
            what = "negative" if value < 0 <= kind.low else outside
            yield "value", f"{text['value']} is {what}", "check the figure and its unit"


def _value(text: Mapping[str, str]) -> float:
    value = float(text["value"])
    if not math.isfinite(value):
        raise ValueError(text["value"])
    unit = KINDS[text["variable"]].unit
    return value if text["unit"] == unit else convert(value, text["unit"], unit)
