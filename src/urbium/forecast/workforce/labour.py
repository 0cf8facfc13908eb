r"""Labour: how many people want to work, from how many there are of each age and sex.

.. math:: L(t) = \sum_{\text{sex}, \text{age}} N(t, \text{sex}, \text{age}) \, r(\text{sex}, \text{age})

Participation rates are declared, and stay as they are: that people stay longer at school or work longer
is a change of the declaration, not of the mathematics.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import Fault, InputError, NotFoundError, nearest, refuse, require_columns
from urbium.forecast.paths import Floats
from urbium.model import Assumption
from urbium.text import coded, text

SEXES: Final = ("male", "female")
"""The order of the axis of sexes."""

_COLUMNS: Final = ("place", "year", "sex", "age", "value")
_PREFIX: Final = "participation"
_WIDEST: Final = 5
_MOST_NAMED: Final = 8


class ByAge(Protocol):
    """Persons by age and sex in one or many futures; what a cohort model returns fits."""

    @property
    def places(self) -> tuple[str, ...]:
        """Codes of the places."""

    @property
    def years(self) -> NDArray[np.int64]:
        """Years, ascending."""

    @property
    def ages(self) -> tuple[int, ...]:
        """First ages of the groups, the last one open."""

    @property
    def values(self) -> NDArray[np.floating[Any]]:
        """Persons, (places, years, sexes, ages, paths); men first."""


@dataclass(frozen=True, slots=True)
class AgeCounts:
    """Persons by age and sex, as :class:`ByAge` asks for."""

    places: tuple[str, ...]
    years: NDArray[np.int64]
    ages: tuple[int, ...]
    values: NDArray[np.floating[Any]]


def people_of(table: pl.DataFrame) -> AgeCounts:
    """Read persons by age and sex from a table.

    Parameters
    ----------
    table : place, year, sex (male or female), age (first of its group, the last one open), value (persons)
        and, if there are many futures, path; every combination once

    Raises InputError with every fault: a column is missing, a sex is unknown, a number is negative or
    missing, a combination is missing or there twice.
    """
    require_columns(table.columns, _COLUMNS, "labour", "forecast.workforce.labour_columns")
    if "path" not in table.columns:
        table = table.with_columns(path=pl.lit(0))
    keys = ["place", "year", "sex", "age", "path"]
    axes = [table[name].unique().sort().to_list() for name in keys]
    whole = int(np.prod([len(axis) for axis in axes]))
    faults = _faults(table, keys, whole)
    refuse(
        faults,
        "labour",
        coded("forecast.workforce.labour_unusable", "the numbers of persons by age and sex cannot be used"),
    )
    axes[2] = list(SEXES)
    rank = pl.col("sex").replace_strict({sex: at for at, sex in enumerate(SEXES)}, return_dtype=pl.Int64)
    ordered = table.sort("place", "year", rank, "age", "path")
    values = ordered["value"].cast(pl.Float64).to_numpy().reshape([len(axis) for axis in axes])
    return AgeCounts(
        tuple(map(str, axes[0])), np.array(axes[1], dtype=np.int64), tuple(map(int, axes[3])), values
    )


def labour_force(
    people: ByAge, place: str, years: Sequence[int], participation: Mapping[str, Mapping[int, float]]
) -> Floats:
    """Return the labour force of a place, (years, paths).

    Parameters
    ----------
    people : persons by age and sex; between its years, straight lines are drawn
    years : within the years of ``people``
    participation : for each sex the share of those of an age who work or look for work, by the first age it
        holds for; below the first one nobody does

    Raises
    ------
    NotFoundError : there is no such place
    InputError : a year is outside, or groups of working age are wider than five years

    >>> counts = AgeCounts(("a",), np.array([2020]), (0, 15, 20), np.full((1, 1, 2, 3, 1), 100.0))
    >>> labour_force(counts, "a", [2020], {"male": {15: 0.5, 20: 0.9}, "female": {15: 0.4}}).tolist()
    [[220.0]]
    """
    rates = np.array([[_rate(participation[sex], age) for age in people.ages] for sex in SEXES])
    working = np.flatnonzero(rates.any(axis=0))
    if working.size and np.diff(people.ages)[working[:-1]].max(initial=0) > _WIDEST:
        raise InputError(
            coded("forecast.workforce.groups", "some working-age groups span more than five years"),
            place="labour",
            remedy=text("supply persons by single years of age or by five-year age groups"),
        )
    return _between(people, place, years, np.einsum("ysap,sa->yp", _own(people, place), rates))


def persons(people: ByAge, place: str, years: Sequence[int]) -> Floats:
    """Return the persons of a place of all ages that are given, (years, paths)."""
    return _between(people, place, years, _own(people, place).sum(axis=(1, 2)))


def participation_of(rules: Mapping[str, Assumption]) -> dict[str, dict[int, float]]:
    """Return the declared participation rates by sex and first age.

    Raises InputError when a sex has none, or a rate is not a share.
    """
    rates: dict[str, dict[int, float]] = {sex: {} for sex in SEXES}
    for name, rule in rules.items():
        head, _, rest = name.partition(".")
        sex, _, age = rest.partition(".")
        if head == _PREFIX and sex in rates:
            rates[sex][int(age)] = rule.value
    wrong = [
        sex for sex, by_age in rates.items() if not by_age or not all(0 <= r <= 1 for r in by_age.values())
    ]
    if wrong:
        raise InputError(
            coded(
                "forecast.workforce.participation",
                "participation of {names:list} is not declared, or is not between 0 and 1",
                names=wrong,
            ),
            place="workforce.csv",
            remedy=text("declare rows such as participation.male.25"),
        )
    return rates


def _faults(table: pl.DataFrame, keys: list[str], whole: int) -> list[Fault]:
    faults = [
        Fault(
            "error",
            coded(
                "forecast.workforce.sexes",
                "the sexes must be male and female; {sex!r} is missing or unknown",
                sex=sex,
            ),
            text("mark each row as male or female, and supply both"),
            rule="sex",
        )
        for sex in sorted(set(table["sex"]) ^ set(SEXES))
    ]
    bad = table.filter(pl.col("value").is_null() | ~pl.col("value").is_finite() | (pl.col("value") < 0))
    faults += [
        Fault(
            "error",
            coded(
                "forecast.workforce.persons",
                "the number of {sex} persons aged {age} in {year} is {value}",
                value=row["value"],
                sex=row["sex"],
                age=row["age"],
                year=row["year"],
            ),
            text("enter 0 or more people"),
            rule="persons",
            city=str(row["place"]),
        )
        for row in bad.head(_MOST_NAMED).iter_rows(named=True)
    ]
    if table.select(keys).is_duplicated().any():
        faults.append(
            Fault(
                "error",
                coded(
                    "forecast.workforce.twice", "a combination of place, year, sex and age is listed twice"
                ),
                text("keep one row for each"),
                rule="twice",
            )
        )
    elif table.height != whole:
        faults.append(
            Fault(
                "error",
                coded(
                    "forecast.workforce.rows_missing",
                    "rows missing, by place, year, sex and age: {count}",
                    count=whole - table.height,
                ),
                text("supply every age and sex for every year"),
                rule="missing",
            )
        )
    return faults


def _rate(rates: Mapping[int, float], age: int) -> float:
    begun = [first for first in rates if first <= age]
    return rates[max(begun)] if begun else 0.0


def _own(people: ByAge, place: str) -> Floats:
    if place not in people.places:
        raise NotFoundError(
            coded("forecast.no_ages", "numbers of people by age are missing for {place!r}", place=place),
            remedy=nearest(place, people.places),
        )
    return np.asarray(people.values[people.places.index(place)], dtype=np.float64)


def _between(people: ByAge, place: str, years: Sequence[int], persons: Floats) -> Floats:
    """Draw straight lines between the years known, (Y, P), for each path."""
    first, last = int(people.years[0]), int(people.years[-1])
    if min(years) < first or max(years) > last:
        raise InputError(
            coded(
                "forecast.workforce.labour_years",
                "the population of {place} by age is known for {first} to {last}; {start} to {end} "
                "were requested",
                place=place,
                first=first,
                last=last,
                start=min(years),
                end=max(years),
            ),
            place="labour",
            remedy=text("supply numbers of people for these years as well, or request fewer years"),
        )
    return np.stack([np.interp(years, people.years, path) for path in persons.T], axis=1)
