"""Cohort checks: what must hold of a table of cohort inputs, one function a rule; the caller refuses."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from urbium.errors import Fault
from urbium.forecast.ages.cohort_rows import KINDS, WIDTH, Figure
from urbium.forecast.ages.cohorts import SEXES
from urbium.forecast.ages.lifetable import AGES, life_table
from urbium.text import coded, text

_LEAST = 2
"""Fewest periods of a series: pace is read from the last change."""

_APART = 2.0
"""Years by which the life expectancy of death rates may miss the one that is given."""

_MOST_MIGRANTS = 0.5
"""Largest net migration of a period, as a share of the latest count."""

_ROUNDING = 0.5
"""Percentage points by which a pattern of fertility may miss 100."""

Series = Mapping[tuple[str, str], Sequence[Figure]]
"""Figures by place and variable."""


def complete(rows: Sequence[Figure], base: int | None) -> Iterator[Fault]:
    """Everything that a projection from ``base`` needs is there, once, for every place."""
    series: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in rows:
        series[figure.place, figure.variable].append(figure)
    yield from _twice(rows)
    if base is None:
        yield Fault(
            "error",
            coded("forecast.ages.no_count", "there is no population count"),
            text("supply a count by sex and age"),
            rule="cohort-base",
        )
        return
    for place in dict.fromkeys(figure.place for figure in rows):
        for variable, kind in KINDS.items():
            series_rows = series.get((place, variable), [])
            if not series_rows and kind.needed:
                yield _fault(
                    place,
                    variable,
                    "",
                    coded("forecast.ages.variable_missing", "it is missing"),
                    remedy=text("add its rows"),
                    rule="cohort-missing",
                )
            elif series_rows:
                yield from _ages(place, variable, series_rows)
                yield from _periods(place, variable, series_rows, base)
        yield from _sums(place, series)
        yield from _agreeing(place, series, base)
    yield from _alike(series)


def _twice(rows: Sequence[Figure]) -> Iterator[Fault]:
    first: dict[tuple[object, ...], int] = {}
    for figure in rows:
        key = (figure.place, figure.variable, figure.start, figure.sex, figure.age)
        if key in first:
            yield Fault(
                "error",
                coded("forecast.ages.duplicate", "it is already set in line {line}", line=first[key]),
                text("keep one of the two"),
                rule="cohort-twice",
                cell=text("line {line}", line=figure.line),
                city=figure.place,
                variable=figure.variable,
                period=str(figure.start),
            )
        first.setdefault(key, figure.line)


def _ages(place: str, variable: str, rows: Sequence[Figure]) -> Iterator[Fault]:
    """Every period has every age, of both sexes where it is told by sex."""
    kind = KINDS[variable]
    present = {(figure.start, figure.sex, figure.age) for figure in rows}
    for start in sorted({figure.start for figure in rows}):
        for sex in SEXES if kind.by_sex else ("",):
            absent = [age for age in kind.ages or (None,) if (start, sex, age) not in present]
            if not absent:
                continue
            what = text("{sex} ages {names:list}", sex=sex, names=absent).strip() if kind.ages else sex
            yield _fault(
                place,
                variable,
                str(start),
                coded("forecast.ages.ages_missing", "missing: {what}", what=what),
                remedy=text("supply every age for both sexes"),
                rule="cohort-ages",
            )


def _periods(place: str, variable: str, rows: Sequence[Figure], base: int) -> Iterator[Fault]:
    """A series has no gap, is long enough and reaches the year of the count."""
    kind = KINDS[variable]
    starts = sorted({figure.start for figure in rows})
    if variable in ("population_total", "headship_rate"):
        return
    if kind.count:
        if base not in starts:
            yield _fault(
                place,
                variable,
                str(base),
                coded("forecast.ages.year_missing", "the count of this year is missing"),
                remedy=text("add it"),
                rule="cohort-base",
            )
        return
    for before, after in pairwise(starts):
        if after - before != WIDTH:
            what = coded(
                "forecast.ages.gap",
                "there is a gap between {before}-{before_end} and {after}-{after_end}",
                before=before,
                before_end=before + WIDTH,
                after=after,
                after_end=after + WIDTH,
            )
            yield _fault(
                place,
                variable,
                str(before + WIDTH),
                what,
                remedy=text("enter figures for every five-year period in between"),
                rule="cohort-gap",
            )
    if base - WIDTH not in starts:
        what = text(
            "the period {start}-{end}, which ends in the year of the count, is missing",
            start=base - WIDTH,
            end=base,
        )
        yield _fault(
            place,
            variable,
            str(base - WIDTH),
            what,
            remedy=text("add it"),
            rule="cohort-period",
        )
    past = sum(start < base for start in starts)
    if kind.series and past < _LEAST:
        what = coded(
            "forecast.ages.too_few_periods",
            "periods before the count: {past}, but {least} are needed",
            past=past,
            least=_LEAST,
        )
        yield _fault(
            place,
            variable,
            "",
            what,
            remedy=text("add earlier periods"),
            rule="cohort-period",
        )


def _sums(place: str, series: Series) -> Iterator[Fault]:
    """Shares of mothers add up to 100%, and there is somebody."""
    totals: dict[int, float] = defaultdict(float)
    for figure in series.get((place, "fertility_pattern"), []):
        totals[figure.start] += figure.value
    for start, total in totals.items():
        if abs(total - 100) > _ROUNDING:
            what = coded(
                "forecast.ages.mothers_sum",
                "the shares of mothers by age add up to {total:g}%, not 100%",
                total=total,
            )
            yield _fault(
                place,
                "fertility_pattern",
                str(start),
                what,
                remedy=text("check the shares"),
                rule="cohort-sum",
            )
    people: dict[tuple[int, str], float] = defaultdict(float)
    for figure in series.get((place, "population"), []):
        people[figure.start, figure.sex] += figure.value
    for (year, sex), total in people.items():
        if total <= 0:
            what = coded("forecast.ages.nobody", "there are no {sex} people", sex=sex)
            yield _fault(
                place,
                "population",
                str(year),
                what,
                remedy=text("check the figures"),
                rule="cohort-sum",
            )


def _agreeing(place: str, series: Series, base: int) -> Iterator[Fault]:
    """Death rates give the life expectancy beside them, and migrants are fewer than the people."""
    last = base - WIDTH
    for at, sex in enumerate(SEXES):
        rates = {figure.age: figure.value for figure in series.get((place, "mortality_rate"), [])
                 if figure.start == last and figure.sex == sex}  # fmt: skip
        stated = [figure.value for figure in series.get((place, "life_expectancy"), [])
                if figure.start == last and figure.sex == sex]  # fmt: skip
        if len(rates) != len(AGES) or not stated:
            continue
        table = np.tile(np.array([rates[age] for age in AGES]), (1, len(SEXES), 1))
        lived = life_table(table).expectancy[0, at]
        if abs(lived - stated[0]) > _APART:
            what = coded(
                "forecast.ages.rates_against_expectancy",
                "the {sex} death rates imply a life expectancy of {lived:.1f} years, not {stated:g}",
                sex=sex,
                lived=lived,
                stated=stated[0],
            )
            remedy = text("find out which of the two is wrong, and check the unit of the rates")
            yield _fault(place, "life_expectancy", str(last), what, remedy=remedy, rule="cohort-agree")
    people = sum(figure.value for figure in series.get((place, "population"), []) if figure.start == base)
    for figure in series.get((place, "net_migration"), []):
        if abs(figure.value) > _MOST_MIGRANTS * people:
            what = coded(
                "forecast.ages.many_migrants",
                "a net migration of {migrants:,.0f} is implausible for {people:,.0f} persons",
                migrants=figure.value,
                people=people,
            )
            remedy = text("check the units of both figures")
            yield _fault(place, "net_migration", str(figure.start), what, remedy=remedy, rule="cohort-agree")


def _alike(series: Series) -> Iterator[Fault]:
    """Places of one table have the same periods, so that they can be projected together."""
    for variable in KINDS:
        spans = {
            place: frozenset(figure.start for figure in rows)
            for (place, name), rows in series.items()
            if name == variable
        }
        if len(set(spans.values())) > 1 and KINDS[variable].needed:
            usual = max(set(spans.values()), key=list(spans.values()).count)
            for place in (place for place, span in spans.items() if span != usual):
                what = coded(
                    "forecast.ages.other_periods", "its periods differ from those of the other places"
                )
                yield _fault(
                    place,
                    variable,
                    "",
                    what,
                    remedy=text("read this place from a separate table"),
                    rule="cohort-alike",
                )


def _fault(place: str, variable: str, period: str, message: str, *, remedy: str, rule: str) -> Fault:
    where = text("{place}, {variable}", place=place, variable=variable)
    if period:
        where = text("{place}, {variable}, {period}", place=place, variable=variable, period=period)
    said = coded("forecast.ages.fault", "{where}: {problem}", where=where, problem=message)
    return Fault("error", said, remedy, rule=rule, city=place, variable=variable, period=period)
