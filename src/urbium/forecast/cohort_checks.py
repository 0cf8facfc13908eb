"""Cohort checks: what must hold of a table of cohort inputs, one function a rule; the caller refuses."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from urbium.errors import Fault, UrbiumError
from urbium.forecast.cohorts import FERTILE, SEXES
from urbium.forecast.lifetable import AGES, GROUPS
from urbium.units import convert

__all__ = ["COLUMNS", "KINDS", "WIDTH", "Figure", "Kind", "complete", "figures", "years_of"]

COLUMNS = ("place", "variable", "period", "sex", "age", "value", "unit", "status", "area", "source_id")
"""The columns of the table, all of them text."""

WIDTH = 5
"""Years of a period and of an age group."""


@dataclass(frozen=True, slots=True)
class Kind:
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

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "population": Kind("persons", 0, 5e9, GROUPS, by_sex=True, count=True),
        "population_total": Kind("persons", 1, 5e9, count=True, needed=False),
        "mortality_rate": Kind("deaths per person and year", 1e-7, 2, AGES, by_sex=True),
        "total_fertility": Kind("children per woman", 0.3, 10, series=True),
        "total_fertility_error": Kind("children per woman", 0, 2, needed=False),
        "fertility_pattern": Kind("%", 0, 100, _MOTHERS),
        "life_expectancy": Kind("years", 10, 100, by_sex=True, series=True),
        "sex_ratio_at_birth": Kind("boys per girl", 0.9, 1.3),
        "net_migration": Kind("persons", -1e9, 1e9, series=True),
    }
)
"""What a table may hold, in the order it is explained."""

_LEAST = 2
"""Fewest periods of a series: pace is read from the last change."""

_ROUNDING = 0.5
"""Percentage points by which a pattern of fertility may miss 100."""


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


Series = Mapping[tuple[str, str], Sequence[Figure]]
"""Figures by place and variable."""


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


def complete(found: Sequence[Figure], base: int | None) -> Iterator[Fault]:
    """Everything that a projection from ``base`` needs is there, once, for every place."""
    series: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in found:
        series[figure.place, figure.variable].append(figure)
    yield from _twice(found)
    if base is None:
        yield Fault("error", "there is no population", "give a count by sex and age", rule="cohort-base")
        return
    for place in dict.fromkeys(figure.place for figure in found):
        for variable, kind in KINDS.items():
            own = series.get((place, variable), [])
            if not own and kind.needed:
                yield _fault(
                    place, variable, "", "it is missing", remedy="add its rows", rule="cohort-missing"
                )
            elif own:
                yield from _ages(place, variable, own)
                yield from _periods(place, variable, own, base)
        yield from _sums(place, series)
    yield from _alike(series)


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


def _misplaced(kind: Kind, text: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
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


def _implausible(kind: Kind, text: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
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


def _twice(found: Sequence[Figure]) -> Iterator[Fault]:
    first: dict[tuple[object, ...], int] = {}
    for own in found:
        key = (own.place, own.variable, own.start, own.sex, own.age)
        if key in first:
            yield Fault(
                "error", f"it stands in line {first[key]} already", "keep one of the two",
                rule="cohort-twice", cell=f"line {own.line}", city=own.place, variable=own.variable,
                period=str(own.start),
            )  # fmt: skip
        first.setdefault(key, own.line)


def _ages(place: str, variable: str, own: Sequence[Figure]) -> Iterator[Fault]:
    """Every period has every age, of both sexes where it is told by sex."""
    kind = KINDS[variable]
    known = {(figure.start, figure.sex, figure.age) for figure in own}
    for start in sorted({figure.start for figure in own}):
        for sex in SEXES if kind.by_sex else ("",):
            absent = [age for age in kind.ages or (None,) if (start, sex, age) not in known]
            if not absent:
                continue
            what = f"{sex} ages {', '.join(map(str, absent))}".strip() if kind.ages else sex
            yield _fault(
                place,
                variable,
                str(start),
                f"missing: {what}",
                remedy="give every age of both sexes",
                rule="cohort-ages",
            )


def _periods(place: str, variable: str, own: Sequence[Figure], base: int) -> Iterator[Fault]:
    """A series has no gap, is long enough and reaches the year of the count."""
    kind = KINDS[variable]
    starts = sorted({figure.start for figure in own})
    if variable == "population_total":
        return
    if kind.count:
        if base not in starts:
            yield _fault(
                place,
                variable,
                str(base),
                "the count of this year is missing",
                remedy="add it",
                rule="cohort-base",
            )
        return
    for before, after in pairwise(starts):
        if after - before != WIDTH:
            what = f"a gap between {before}-{before + WIDTH} and {after}-{after + WIDTH}"
            yield _fault(
                place, variable, str(before + WIDTH), what, remedy="give every period", rule="cohort-gap"
            )
    if base - WIDTH not in starts:
        what = f"the period {base - WIDTH}-{base}, up to the count, is missing"
        yield _fault(place, variable, str(base - WIDTH), what, remedy="add it", rule="cohort-period")
    past = sum(start < base for start in starts)
    if kind.series and past < _LEAST:
        what = f"{past} period before the count; {_LEAST} are needed"
        yield _fault(place, variable, "", what, remedy="add earlier periods", rule="cohort-period")


def _sums(place: str, series: Series) -> Iterator[Fault]:
    """Shares of mothers add up to 100 %, and there is somebody."""
    totals: dict[int, float] = defaultdict(float)
    for figure in series.get((place, "fertility_pattern"), []):
        totals[figure.start] += figure.value
    for start, total in totals.items():
        if abs(total - 100) > _ROUNDING:
            what = f"the ages of mothers add up to {total:g} %, not 100 %"
            yield _fault(
                place, "fertility_pattern", str(start), what, remedy="check the shares", rule="cohort-sum"
            )
    people: dict[tuple[int, str], float] = defaultdict(float)
    for figure in series.get((place, "population"), []):
        people[figure.start, figure.sex] += figure.value
    for (year, sex), total in people.items():
        if total <= 0:
            what = f"there is not one {sex}"
            yield _fault(place, "population", str(year), what, remedy="check the figures", rule="cohort-sum")


def _alike(series: Series) -> Iterator[Fault]:
    """Places of one table have the same periods, so that they can be projected together."""
    for variable in KINDS:
        spans = {
            place: frozenset(figure.start for figure in own)
            for (place, name), own in series.items()
            if name == variable
        }
        if len(set(spans.values())) > 1 and KINDS[variable].needed:
            usual = max(set(spans.values()), key=list(spans.values()).count)
            for place in (place for place, span in spans.items() if span != usual):
                what = "its periods are not those of the other places"
                yield _fault(
                    place, variable, "", what, remedy="read it from a table of its own", rule="cohort-alike"
                )


def _fault(place: str, variable: str, period: str, message: str, *, remedy: str, rule: str) -> Fault:
    return Fault(
        "error", f"{place}, {variable}{f', {period}' if period else ''}: {message}", remedy, rule=rule,
        city=place, variable=variable, period=period,
    )  # fmt: skip
