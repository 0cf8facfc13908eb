"""Cohort rows: what a row of a table of cohort inputs may say, and the figures that are read from it."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from urbium.errors import Fault, UrbiumError
from urbium.forecast.ages.cohorts import FERTILE, SEXES
from urbium.forecast.ages.lifetable import AGES, GROUPS
from urbium.text import coded, text
from urbium.units import convert

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
        "headship_rate": FigureKind("ratio", 0, 1, GROUPS, count=True, needed=False),
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
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", period.strip())
    return (int(match[1]), int(match[2] or match[1])) if match else None


def numbered(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table with the column ``line``: where each row stands in its file, unless that is said."""
    return table if "line" in table.columns else table.with_row_index("line", offset=2)


def figures(rows: Sequence[Mapping[str, str | int | None]]) -> tuple[list[Figure], list[Fault]]:
    """Return the rows as figures, and the faults of those that cannot be read."""
    read, faults = [], []
    for at, row in enumerate(rows, start=2):
        line = int(row.get("line") or at)
        cells = {name: str(row.get(name) or "").strip() for name in COLUMNS}
        wrong = list(_faults_of_row(cells, line))
        faults += wrong
        if not wrong:
            start, end = years_of(cells["period"]) or (0, 0)
            age = int(cells["age"]) if cells["age"] else None
            value = _value(cells)
            read.append(Figure(cells["place"], cells["variable"], start, end, cells["sex"], age, value, line))
    return read, faults


def _faults_of_row(cells: Mapping[str, str], line: int) -> Iterator[Fault]:
    """The row names a known figure, and its value is a plausible number."""

    def fault(message: str, remedy: str, column: str) -> Fault:
        return Fault(
            "error",
            message,
            remedy,
            rule="cohort-row",
            cell=text("line {line}, {column}", line=line, column=column),
            city=cells["place"],
            variable=cells["variable"],
            period=cells["period"],
            value=cells["value"],
        )

    if not cells["place"]:
        yield fault(
            coded("forecast.ages.no_place", "the place is missing"),
            text("name the place"),
            "place",
        )
    kind = KINDS.get(cells["variable"])
    if kind is None:
        yield fault(
            coded("forecast.ages.unknown_variable", "{variable!r} is unknown", variable=cells["variable"]),
            text("use one of: {names:list}", names=KINDS),
            "variable",
        )
        return
    for column, message, remedy in (*_misplaced(kind, cells), *_implausible(kind, cells)):
        yield fault(message, remedy, column)


def _misplaced(kind: FigureKind, cells: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Period, sex and age are those of the variable: column, message, remedy where not."""
    span = years_of(cells["period"])
    if span is None or span[1] - span[0] != (0 if kind.count else WIDTH):
        shape = text("a year, such as 2015") if kind.count else text("five years, such as 2015-2020")
        yield (
            "period",
            coded(
                "forecast.ages.period",
                "{period!r} is not a valid period for this variable",
                period=cells["period"],
            ),
            text("write {shape}", shape=shape),
        )
    if kind.by_sex != (cells["sex"] in SEXES):
        wanted = text("write one of {names:list}", names=SEXES) if kind.by_sex else text("leave it empty")
        yield "sex", coded("forecast.ages.sex", "sex {sex!r} is not valid", sex=cells["sex"]), wanted
    ages = [str(age) for age in kind.ages] or [""]
    if cells["age"] not in ages:
        wanted = text("ages begin at {names:list}", names=ages) if kind.ages else text("leave it empty")
        yield "age", coded("forecast.ages.age", "age {age!r} is not valid", age=cells["age"]), wanted


def _implausible(kind: FigureKind, cells: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """The value is a number, in a unit of the variable, and plausible: column, message, remedy where not."""
    try:
        value = _value(cells)
    except UrbiumError as error:
        yield "unit", error.message, text("use {unit}", unit=kind.unit)
    except ValueError:
        yield (
            "value",
            coded("forecast.ages.number", "{value!r} is not a number", value=cells["value"]),
            text("enter the figure"),
        )
    else:
        if not kind.low <= value <= kind.high:
            outside = text(
                "outside the range {low:g} to {high:g} {unit}", low=kind.low, high=kind.high, unit=kind.unit
            )
            what = text("negative") if value < 0 <= kind.low else outside
            yield (
                "value",
                coded("forecast.ages.implausible", "{value} is {what}", value=cells["value"], what=what),
                text("check the figure and its unit"),
            )


def _value(cells: Mapping[str, str]) -> float:
    value = float(cells["value"])
    if not math.isfinite(value):
        raise ValueError(cells["value"])
    unit = KINDS[cells["variable"]].unit
    return value if cells["unit"] == unit else convert(value, cells["unit"], unit)
