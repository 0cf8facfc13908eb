"""Place counts: people of a place by age from two counts or more, read from rows and checked whole.

The rows are those of the table of ages (:data:`.cohort_rows.COLUMNS`): place, variable (``population``),
period (a year), sex (may be empty throughout), age (the first of its group; ``85+`` or ``5-9`` will do),
value, unit, status, area, source_id. A place with such rows alone, which is not the nation, is a counted
place. Ages above the open group of one of the counts are added up, so that both have the same groups.
"""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from urbium.errors import Fault, UrbiumError, refuse
from urbium.forecast.ages.cohort_rows import numbered
from urbium.forecast.ages.cohorts import SEXES
from urbium.forecast.paths import Floats
from urbium.text import Text, coded, text
from urbium.units import convert

_WIDEST = 10
_YOUNGEST_OPEN = 50
_LEAST = 2
_EVERYBODY = ("",)
_FARTHEST = 20
_ANOTHER = text("add a count for another year, with the same boundary")
_Cells = dict[tuple[int, str], dict[int, float]]
"""Persons by age of each year and sex."""
_Problem = tuple[Text, Text] | None
"""What is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class PlaceCounts:
    """The last two counts of a place by age.

    Attributes
    ----------
    place, area : whose they are, and within which boundary
    years : of the earlier and the later one
    ages : first ages of the groups, the last one open
    width : years of an age group
    sexes : ``male`` and ``female``, or one empty word where they are counted together
    counts : (2, S, A) persons, the earlier count first
    rows : as read, with ``line`` and ``year``
    file : the file they were read from
    """

    place: str
    area: str
    years: tuple[int, int]
    ages: tuple[int, ...]
    width: int
    sexes: tuple[str, ...]
    counts: Floats
    rows: pl.DataFrame
    file: str = ""

    @property
    def interval(self) -> int:
        """Years between the counts."""
        return self.years[1] - self.years[0]


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    year: int
    sex: str
    age: int
    persons: float
    area: str


def split_counts(table: pl.DataFrame, nation: str = "") -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part a table of ages into the rows of a nation (and others told by births and deaths) and counts.

    Where it holds both, ``line`` says where each row stood.

    >>> table = pl.DataFrame({"place": ["NLD", "NLD", "Delft"], "variable": ["population", "net_migration",
    ...                       "population"]})
    >>> [part.select("place", "line").rows() for part in split_counts(table)]
    [[('NLD', 2), ('NLD', 3)], [('Delft', 4)]]
    """
    is_counted = (pl.col("variable") == "population").all().over("place") & (pl.col("place") != nation)
    marked = table.with_columns(_counted=is_counted)
    if marked["_counted"].n_unique() > 1:
        marked = numbered(marked)
    return (
        marked.filter(~pl.col("_counted")).drop("_counted"),
        marked.filter(pl.col("_counted")).drop("_counted"),
    )


def place_counts(table: pl.DataFrame, *, file: str = "") -> dict[str, PlaceCounts]:
    """Return the last two counts of each place in a table.

    Raises InputError with every fault: a row that cannot be read, one count only, other boundaries, groups
    that differ or are wider than ten years, and counts whose distance is no multiple of the width.
    """
    faults: list[Fault] = []
    counted: dict[str, PlaceCounts] = {}
    lined = numbered(table.with_columns(pl.col(pl.String).fill_null("")))
    for (place,), rows in lined.group_by("place", maintain_order=True):
        read, wrong = _read(rows.to_dicts())
        faults += wrong
        if wrong:
            continue
        counts = _arranged(str(place), read, rows, file)
        if isinstance(counts, PlaceCounts):
            counted[str(place)] = counts
        else:
            faults.append(counts)
    refuse(
        faults,
        file or text("counts by age"),
        coded(
            "forecast.counts.faults",
            "{count} fault in counts by age",
            "{count} faults in counts by age",
            count=len(faults),
        ),
    )
    return counted


def _read(rows: Sequence[Mapping[str, str]]) -> tuple[list[_Row], list[Fault]]:
    """The rows that can be read, and the faults of the others."""
    read, faults = [], []
    for row in rows:
        age = re.match(r"\s*(\d{1,3})", row["age"])
        problem: Text | str = ""
        persons = math.nan
        try:
            persons = convert(float(row["value"]), row["unit"], "persons")
        except UrbiumError as error:
            problem = error.message
        except ValueError:
            problem = coded("forecast.ages.number", "{value!r} is not a number", value=row["value"])
        if not re.fullmatch(r"\d{4}", row["period"].strip()):
            problem = text("{period!r} is not a year", period=row["period"])
        elif age is None:
            problem = text("{age!r} is not an age", age=row["age"])
        elif row["sex"] not in (*SEXES, ""):
            problem = coded("forecast.ages.sex", "sex {sex!r} is not valid", sex=row["sex"])
        elif not problem and not (math.isfinite(persons) and persons >= 0):
            problem = text("{value} is not a number of people", value=row["value"])
        if problem or age is None:
            faults.append(_fault(row["place"], problem, row=row))
        else:
            read.append(
                _Row(int(row["line"]), int(row["period"]), row["sex"], int(age[1]), persons, row["area"])
            )
    return read, faults


def _arranged(place: str, read: Sequence[_Row], rows: pl.DataFrame, file: str) -> PlaceCounts | Fault:
    """The last two counts of a place side by side, or why they cannot be used."""
    years = sorted({row.year for row in read})
    if len(years) < _LEAST:
        return _fault(
            place,
            coded(
                "forecast.counts.one",
                "there is only one count by age, for {year}; two are needed",
                year=years[0],
            ),
            _ANOTHER,
        )
    last = (years[-2], years[-1])
    of_last = [row for row in read if row.year in last]
    sexes = SEXES if any(row.sex for row in of_last) else _EVERYBODY
    cells: _Cells = defaultdict(dict)
    for row in of_last:
        cells[row.year, row.sex].setdefault(row.age, row.persons)
    problem = _unlike(of_last, last) or _uneven(cells, last, sexes) or _apart(cells, last)
    if problem:
        return _fault(place, *problem)
    ages = _groups(cells)
    counts = np.array(
        [[[_persons(cells[year, sex], age, ages[-1]) for age in ages] for sex in sexes] for year in last]
    )
    kept = rows.with_columns(year=pl.col("period").str.strip_chars().cast(pl.Int64))
    return PlaceCounts(
        place=place,
        area=of_last[0].area,
        years=last,
        ages=ages,
        width=ages[1] - ages[0],
        sexes=sexes,
        counts=counts,
        rows=kept.filter(pl.col("year").is_in(last)),
        file=file,
    )


def _persons(of_sex: Mapping[int, float], age: int, opened: int) -> float:
    """The persons of a group; in the open one, of all older."""
    return sum(persons for at, persons in of_sex.items() if at == age or at > opened == age)


def _groups(cells: _Cells) -> tuple[int, ...]:
    """The groups that all counts have, up to the first that is open in one of them."""
    opened = min(max(ages) for ages in cells.values())
    return tuple(sorted(age for age in next(iter(cells.values())) if age <= opened))


def _unlike(rows: Sequence[_Row], years: tuple[int, int]) -> _Problem:
    """Say that the counts are not of one boundary, or that a figure is there twice."""
    areas = sorted({row.area for row in rows})
    if len(areas) > 1 or not areas[0]:
        return (
            coded(
                "forecast.counts.areas",
                "the counts of {years:list} do not have the same boundary: {areas:list}",
                years=years,
                areas=areas,
            ),
            text("supply both counts within one boundary, and name it in the area column"),
        )
    seen = set()
    for row in rows:
        key = (row.year, row.sex, row.age)
        if key in seen:
            return (
                coded(
                    "forecast.counts.twice",
                    "line {line}: age {age} in {year} is listed twice",
                    line=row.line,
                    age=row.age,
                    year=row.year,
                ),
                text("keep one of the two"),
            )
        seen.add(key)
    return None


def _uneven(cells: _Cells, years: tuple[int, int], sexes: Sequence[str]) -> _Problem:
    """Say what is wrong with the groups of two counts; nothing where they can be held against each other."""
    remedy = text("use the same groups of one to ten years in both counts")
    if set(cells) != {(year, sex) for year in years for sex in sexes}:
        return text("give both counts by sex, or neither"), remedy
    ages = _groups(cells)
    if any(tuple(sorted(age for age in one if age <= ages[-1])) != ages for one in cells.values()):
        return coded("forecast.counts.groups", "the counts have different age groups"), remedy
    if ages[0] != 0 or ages[-1] < _YOUNGEST_OPEN:
        reach = text("the age groups must begin at 0 and reach {age} or more", age=_YOUNGEST_OPEN)
        return reach, remedy
    widths = sorted({after - before for before, after in pairwise(ages)})
    if len(widths) > 1 or widths[0] > _WIDEST:
        wide = text("the age groups are {widths:list} years wide", widths=widths)
        return wide, remedy
    if not all(sum(one.values()) > 0 for one in cells.values()):
        nobody = text("a count has no people of one sex")
        return nobody, text("check the figures")
    return None


def _apart(cells: _Cells, years: tuple[int, int]) -> _Problem:
    """Say that cohorts cannot be followed from one count to the other."""
    ages = _groups(cells)
    width, apart = ages[1] - ages[0], years[1] - years[0]
    if apart % width:
        return (
            coded(
                "forecast.counts.distance",
                "the counts of {earlier} and {later} are {apart} years apart, which is not a "
                "multiple of the width of an age group ({width} years)",
                earlier=years[0],
                later=years[1],
                apart=apart,
                width=width,
            ),
            text(
                "use single years of age, or counts that are a multiple of {width} years apart",
                width=width,
            ),
        )
    if apart > _FARTHEST:
        far = coded("forecast.counts.far", "the counts are {apart} years apart", apart=apart)
        return far, text("supply counts at most {years} years apart", years=_FARTHEST)
    return None


def _fault(
    place: str, problem: Text | str, remedy: Text | str = "", *, row: Mapping[str, str] | None = None
) -> Fault:
    where = coded("forecast.ages.fault", "{where}: {problem}", where=place, problem=problem)
    cell = "" if row is None else text("line {line}", line=row["line"])
    return Fault(
        "error",
        where,
        remedy or text("correct this row"),
        rule="place-counts",
        cell=cell,
        city=place,
        variable="population",
        period="" if row is None else row["period"],
    )
