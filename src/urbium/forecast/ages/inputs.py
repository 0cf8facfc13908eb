"""Cohort inputs: a population by age and sex with its history, read from one long table and checked whole.

One row a figure: place, variable, period, sex, age, value, unit, status, area, source_id; the packaged table
has the same shape as one of your own. The variables stand in :mod:`.cohort_rows`,
what must hold of them in :mod:`.cohort_checks`. A missing age, a negative count, a gap between
periods or a sex with fewer ages refuses the whole table, with every fault named. Rows of periods after the
latest count (somebody's projection) are not used.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from urbium.catalogue import DATA
from urbium.errors import InputError, NotFoundError, require_columns
from urbium.forecast.ages.cohort_checks import complete
from urbium.forecast.ages.cohort_rows import COLUMNS, KINDS, WIDTH, Figure, figures
from urbium.forecast.ages.cohorts import SEXES
from urbium.forecast.paths import Floats
from urbium.sources.door import read_table
from urbium.text import coded, text, texts
from urbium.units import convert

DEMO = DATA / "demo" / "cohorts.csv"
"""The packaged table, from World Population Prospects 2019."""


_BY_PLACE = (
    "places",
    "population",
    "rates",
    "pattern",
    "ratio",
    "fertility",
    "fertility_error",
    "expectancy",
    "migration",
    "sizes",
)


@dataclass(frozen=True, slots=True)
class CohortInputs:
    """What is known of C places at the latest count, and how they came there.

    Attributes
    ----------
    places : their codes or names
    year : the year of the latest count
    population : (C, 2, 21) persons, men first
    earlier : (C, 2, 21) persons five years before; None when the table has no such count
    rates : (C, 2, 22) death rates of the last period
    pattern : (C, 7) shares of the ages of mothers, adding up to one
    ratio : (C,) boys a girl at birth
    fertility : (C, T) total fertility, one a period up to the count
    fertility_error : (C,) standard error of the latest total fertility; NaN where the table has none
    expectancy : (C, 2, T) life expectancy at birth
    migration : (C, T) net migrants of each period, persons
    sizes : (C, T) persons at the beginning of each of these periods; those of the count where the table has
        no ``population_total``
    table : the rows as read
    file : the file they were read from
    """

    places: tuple[str, ...]
    year: int
    population: Floats
    earlier: Floats | None
    rates: Floats
    pattern: Floats
    ratio: Floats
    fertility: Floats
    fertility_error: Floats
    expectancy: Floats
    migration: Floats
    sizes: Floats
    table: pl.DataFrame
    file: str = ""

    def __repr__(self) -> str:
        count = len(self.places)
        return texts(
            "Cohort inputs for {count} place, counted in {year}",
            "Cohort inputs for {count} places, counted in {year}",
            count=count,
            year=self.year,
        ).render()

    def rows(self, rows: slice) -> "CohortInputs":
        """Return the inputs of some of the places."""
        of_places = {name: getattr(self, name)[rows] for name in _BY_PLACE}
        earlier = None if self.earlier is None else self.earlier[rows]
        return replace(self, earlier=earlier, **of_places)

    @property
    def headship(self) -> dict[int, float]:
        """The latest heads of households for each person of the only place, by age; empty where unknown."""
        rows = self.table.filter(
            pl.col("variable") == "headship_rate", pl.col("place").is_in(list(self.places))
        )
        rows = rows.filter(pl.col("period") == pl.col("period").max())
        return {
            int(age): convert(float(value), unit, KINDS["headship_rate"].unit)
            for age, value, unit in rows.select("age", "value", "unit").iter_rows()
        }

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods of total fertility, such as ``2015-2020``."""
        count = self.fertility.shape[1]
        starts = range(self.year - WIDTH * count, self.year, WIDTH)
        return tuple(f"{start}-{start + WIDTH}" for start in starts)


def read_cohorts(path: str | Path = DEMO, *, year: int | None = None) -> CohortInputs:
    """Read a table of cohort inputs (.csv); without a path the packaged one.

    Parameters
    ----------
    path : the file, with the columns named at the top of this module
    year : the count to start from; the latest unless given

    Raises InputError with every fault of the table, and NotFoundError when there is no such file.

    >>> read_cohorts()
    Cohort inputs for 1 place, counted in 2020
    """
    return cohort_inputs(read_ages(path), year=year, file=str(path))


def read_ages(path: str | Path) -> pl.DataFrame:
    """Read the rows of a table of ages (.csv) as text; raise NotFoundError when there is no such file."""
    file = Path(path)
    if not file.is_file():
        raise NotFoundError(
            coded("forecast.ages.no_file", "there is no such file"),
            place=str(file),
            remedy=text("check the name"),
        )
    return read_table(file, dict.fromkeys(COLUMNS, pl.String()), needed=COLUMNS)


def cohort_inputs(table: pl.DataFrame, *, year: int | None = None, file: str = "") -> CohortInputs:
    """Return the inputs in a table with the columns of :data:`.cohort_rows.COLUMNS`.

    Raises InputError with every fault of the table.
    """
    place = file or text("cohort inputs")
    require_columns(table.columns, COLUMNS, place, "forecast.ages.columns", text("add them"))
    lines = [name for name in ("line",) if name in table.columns]
    table = table.select(*lines, *(pl.col(name).cast(pl.String) for name in COLUMNS))
    read, faults = figures(table.to_dicts())
    counts = [figure.start for figure in read if figure.variable == "population"]
    base = year if year is not None else max(counts, default=None)
    faults += complete(read, base)
    if faults or base is None:
        raise InputError(
            coded(
                "forecast.ages.input_faults",
                "{count} fault: no population can be projected from these inputs",
                "{count} faults: no population can be projected from these inputs",
                count=len(faults),
            ),
            place=place,
            faults=faults,
        )
    return _arranged(read, base, table, file)


def _arranged(read: list[Figure], base: int, table: pl.DataFrame, file: str) -> CohortInputs:
    places = tuple(dict.fromkeys(figure.place for figure in read))
    value_of = {
        (figure.place, figure.variable, figure.start, figure.sex, figure.age): figure.value for figure in read
    }

    def values(variable: str, *starts: int) -> Floats:
        """(C, sexes, ages, periods) without the axes this variable does not have."""
        kind = KINDS[variable]
        sexes, ages = SEXES if kind.by_sex else ("",), kind.ages or (None,)
        block = [
            [[[value_of.get((place, variable, start, sex, age), np.nan) for start in starts] for age in ages]
             for sex in sexes]
            for place in places
        ]  # fmt: skip
        figures_of = np.array(block)
        figures_of = figures_of if kind.ages else figures_of[:, :, 0]
        return figures_of if kind.by_sex else figures_of[:, 0]

    last = base - WIDTH
    past = {
        name: sorted({figure.start for figure in read if figure.variable == name and figure.start < base})
        for name, kind in KINDS.items()
        if kind.series
    }
    shares = values("fertility_pattern", last)[..., 0]
    has_earlier = any(figure.variable == "population" and figure.start == last for figure in read)
    population = values("population", base)[..., 0]
    totals = values("population_total", *past["net_migration"])
    return CohortInputs(
        places=places,
        year=base,
        population=population,
        earlier=values("population", last)[..., 0] if has_earlier else None,
        rates=values("mortality_rate", last)[..., 0],
        pattern=shares / shares.sum(axis=1, keepdims=True),
        ratio=values("sex_ratio_at_birth", last)[..., 0],
        fertility=values("total_fertility", *past["total_fertility"]),
        fertility_error=values("total_fertility_error", last)[..., 0],
        expectancy=values("life_expectancy", *past["life_expectancy"]),
        migration=values("net_migration", *past["net_migration"]),
        sizes=np.where(np.isnan(totals), population.sum(axis=(1, 2))[:, None], totals),
        table=table,
        file=file,
    )
