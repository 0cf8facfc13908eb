"""Cohort explanation: how the projected population of a place came about, down to rows of files."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from urbium.errors import NotFoundError
from urbium.explanation import Explanation, Origin, explain, published
from urbium.forecast.ages.cohort_result import Cohorts
from urbium.forecast.ages.cohort_rows import WIDTH, numbered
from urbium.forecast.ages.cohorts import SEXES
from urbium.forecast.ages.demography import explain_rows
from urbium.forecast.band_text import band_of_figures, band_of_persons
from urbium.packaged import words_of
from urbium.text import Text, coded, text

_WORDS: Final = words_of("what is drawn")
SEX_NAMES: Final = words_of("sex")
_FIGURES: Final = words_of("figure of ages")

_SHOWN = 2
"""Periods of a series that are shown: pace is read from the last change."""


_GIVEN = Explanation(
    coded("forecast.ages.pooled", "Pooled figures"),
    kind="assumption",
    note=text("set by the caller in place of the declared figures"),
)


@explain.register
def explain_cohorts(cohorts: Cohorts, key: str) -> Explanation:
    """Explain the projection of a place, down to rows of files.

    ``key`` may name a year too, as ``NLD 2050``. Raises NotFoundError for a place or year not there.
    """
    place, _, year = key.partition(" ")
    cohorts.row(place)
    years = [str(projected) for projected in cohorts.years]
    if year and year not in years:
        raise NotFoundError.named("year", year, years)
    return _explain(cohorts, place, int(year or years[-1]))


def _explain(cohorts: Cohorts, place: str, year: int) -> Explanation:
    """Return the tree of the population of a place in a year."""
    total = (
        cohorts.total()
        .table("place")
        .filter(pl.col("place") == place, pl.col("year") == year)
        .row(0, named=True)
    )
    at = cohorts.row(place)
    basis = cohorts.basis[at]
    is_derived = basis != place
    is_drawn = cohorts.values.shape[-1] > 1 and year > cohorts.inputs.year
    return Explanation(
        coded("forecast.ages.population_of", "Population of {place}", place=place),
        value=total["value"],
        unit="persons",
        period=str(year),
        kind="forecast",
        note=band_of_persons(total)
        if is_drawn
        else text("one path only, no bands")
        if year > cohorts.inputs.year
        else text("counted"),
        children=(
            Explanation(
                coded("forecast.ages.method", "Method"),
                value=cohorts.method[at],
                kind="assumption" if is_derived else "setting",
            ),
            _population(cohorts, basis),
            *(_drawn(cohorts, basis, variable, year) for variable in _WORDS),
            Explanation(
                coded("forecast.ages.death_rates", "Death rates by age"),
                kind="setting",
                note=text(
                    "rates of the last period, shifted along pooled slopes until they yield the "
                    "simulated life expectancy"
                ),
                children=tuple(_rows(cohorts, basis, "mortality_rate", ages=("0",))),
            ),
            Explanation(
                coded("forecast.ages.mothers", "Ages of mothers"),
                kind="assumption",
                note=text("unchanged from the last period"),
                children=tuple(_rows(cohorts, basis, "fertility_pattern")),
            ),
            Explanation(
                coded("forecast.ages.migrants", "Ages of migrants"),
                kind="assumption",
                note=text("{how}; unchanged", how=cohorts.migrants[at]),
            ),
            Explanation(
                coded("forecast.ages.sex_ratio", "Sex ratio at birth (boys per girl)"),
                kind="assumption",
                note=text("returns to the usual ratio"),
                children=tuple(_rows(cohorts, basis, "sex_ratio_at_birth")),
            ),
            *(
                explain_rows(lambda row: row.evidence == "assumption")
                if cohorts.settings["demography"] == "declared"
                else (_GIVEN,)
            ),
        ),
    )


def _population(cohorts: Cohorts, place: str) -> Explanation:
    """The count of a place by sex, each with the rows of the file it stands in."""
    inputs = cohorts.inputs
    count = inputs.population[inputs.places.index(place)].sum(axis=1)
    year = str(inputs.year)
    rows = numbered(inputs.table).filter(
        pl.col("place") == place, pl.col("variable") == "population", pl.col("period") == year
    )
    children = []
    for sex, persons in zip(SEXES, count, strict=True):
        of_sex = rows.filter(pl.col("sex") == sex)
        first, *_, last = of_sex["line"].to_list()
        lines = text("lines {first}-{last}", first=first, last=last)
        children.append(
            Explanation(
                coded(
                    "forecast.ages.persons_of",
                    "{sex} persons in {count} age group",
                    "{sex} persons in {count} age groups",
                    count=of_sex.height,
                    sex=SEX_NAMES[sex],
                ),
                value=float(persons),
                unit="persons",
                period=year,
                area=of_sex["area"][0] or "",
                kind="observation",
                origin=_origin(of_sex.row(0, named=True), cohorts, lines),
            )
        )
    return Explanation(
        coded("forecast.ages.count_of", "Population count for {place} by age and sex", place=place),
        value=float(count.sum()),
        unit="persons",
        period=year,
        kind="setting",
        children=tuple(children),
    )


def _drawn(cohorts: Cohorts, place: str, variable: str, year: int) -> Explanation:
    """What was drawn for a variable in the period up to the year, and its latest figures."""
    start = max(year - WIDTH, cohorts.inputs.year)
    last = cohorts.assumed.filter(
        pl.col("place") == place,
        pl.col("variable") == variable,
        pl.col("period") == f"{start}-{start + WIDTH}",
    )
    children = [
        Explanation(
            _drawn_name(variable, row["sex"]),
            value=row["value"],
            unit=row["unit"],
            period=row["period"],
            kind="forecast",
            note="" if row["low80"] is None else band_of_figures(row),
        )
        for row in last.iter_rows(named=True)
    ]
    return Explanation(
        _WORDS[variable],
        kind="forecast",
        note=text(
            "changes in the way that is usual at its level across all countries, with momentum and "
            "random shocks"
        )
        if variable != "net_migration"
        else text("returns to the place's own level, with random shocks"),
        children=(*children, *_rows(cohorts, place, variable, last=_SHOWN)),
    )


def _drawn_name(variable: str, sex: str) -> Text:
    if sex:
        return coded(
            "forecast.ages.drawn_sex", "{name}, {sex}, drawn", name=_WORDS[variable], sex=SEX_NAMES[sex]
        )
    return coded("forecast.ages.drawn_both", "{name}, drawn", name=_WORDS[variable])


def _row_name(variable: str, sex: str, age: str) -> str:
    """Return what a row of the counts is called: its variable, and sex and age where it has them."""
    variable, who = _FIGURES.get(variable, variable), SEX_NAMES.get(sex, sex)
    if sex and age:
        return coded(
            "forecast.ages.row_sex_age", "{variable}, {sex}, age {age}", variable=variable, sex=who, age=age
        )
    if sex:
        return coded("forecast.ages.row_sex", "{variable}, {sex}", variable=variable, sex=who)
    if age:
        return coded("forecast.ages.row_age", "{variable}, age {age}", variable=variable, age=age)
    return variable


def _rows(
    cohorts: Cohorts, place: str, variable: str, *, last: int = 1, ages: tuple[str, ...] = ()
) -> Iterator[Explanation]:
    """The latest rows of a variable, each with its origin."""
    table = numbered(cohorts.inputs.table)
    series = table.filter(pl.col("place") == place, pl.col("variable") == variable)
    periods = series["period"].unique().sort().tail(last)
    series = series.filter(pl.col("period").is_in(periods.to_list()))
    for row in (series.filter(pl.col("age").is_in(ages)) if ages else series).iter_rows(named=True):
        yield Explanation(
            _row_name(variable, row["sex"] or "", row["age"] or ""),
            value=float(row["value"]),
            unit=row["unit"],
            period=row["period"],
            area=row["area"] or "",
            kind="assumption" if row["status"] == "assumption" else "observation",
            origin=_origin(row, cohorts, text("line {line}", line=row["line"])),
        )


def _origin(row: Mapping[str, Any], cohorts: Cohorts, lines: str) -> Origin:
    return published(
        cohorts.sources, row["source_id"], file=cohorts.inputs.file.rpartition("/")[2], cell=lines
    )
