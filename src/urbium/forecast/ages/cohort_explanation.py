"""Cohort explanation: how the projected population of a place came about, down to rows of files."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from urbium.catalogue import load_catalogue
from urbium.errors import NotFoundError
from urbium.explanation import Explanation, Origin, explain
from urbium.forecast.ages.cohort_result import Cohorts
from urbium.forecast.ages.cohort_rows import WIDTH
from urbium.forecast.ages.cohorts import SEXES
from urbium.model import Source

__all__ = ["explain_cohorts"]

_WORDS: Mapping[str, str] = {
    "total_fertility": "Total fertility",
    "life_expectancy": "Life expectancy at birth",
    "net_migration": "Net migration",
}
_SHOWN = 2
"""Periods of a series that are shown: pace is read from the last change."""


_GIVEN = Explanation(
    "Pooled figures", kind="assumption", note="given by the caller in place of the declared ones"
)


@explain.register
def explain_cohorts(cohorts: Cohorts, key: str) -> Explanation:
    """Explain the projection of a place, down to rows of files.

    ``key`` may name a year too, as ``CHN 2050``. Raises NotFoundError for a place or year not there.
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
        f"Population of {place}",
        value=total["value"],
        unit="persons",
        period=str(year),
        kind="forecast",
        note=_band(total, ",.0f")
        if is_drawn
        else "one path only, no bands"
        if year > cohorts.inputs.year
        else "counted",
        children=(
            Explanation("Method", value=cohorts.method[at], kind="assumption" if is_derived else "setting"),
            _population(cohorts, basis),
            *(_drawn(cohorts, basis, variable, year) for variable in _WORDS),
            Explanation(
                "Death rates by age",
                kind="setting",
                note="those of the last period, moved along pooled slopes until life expectancy is met",
                children=tuple(_rows(cohorts, basis, "mortality_rate", ages=("0",))),
            ),
            Explanation(
                "Ages of mothers",
                kind="assumption",
                note="those of the last period stay",
                children=tuple(_rows(cohorts, basis, "fertility_pattern")),
            ),
            Explanation("Ages of migrants", kind="assumption", note=f"{cohorts.migrants[at]}; they stay"),
            Explanation(
                "Boys a girl at birth",
                kind="assumption",
                note="returns to the usual ratio",
                children=tuple(_rows(cohorts, basis, "sex_ratio_at_birth")),
            ),
            *(_declared() if cohorts.settings["demography"] == "declared" else (_GIVEN,)),
        ),
    )


def _population(cohorts: Cohorts, place: str) -> Explanation:
    """The count of a place by sex, each with the rows of the file it stands in."""
    inputs = cohorts.inputs
    count = inputs.population[inputs.places.index(place)].sum(axis=1)
    year = str(inputs.year)
    rows = inputs.table.with_row_index("line", offset=2).filter(
        pl.col("place") == place, pl.col("variable") == "population", pl.col("period") == year
    )
    children = []
    for sex, persons in zip(SEXES, count, strict=True):
        own = rows.filter(pl.col("sex") == sex)
        origin = _origin(own.row(0, named=True), cohorts.sources, inputs.file)
        first, *_, last = own["line"].to_list()
        children.append(
            Explanation(
                f"Persons, {sex}, of {own.height} age groups",
                value=float(persons),
                unit="persons",
                period=year,
                area=own["area"][0] or "",
                kind="observation",
                origin=replace(origin, cell=f"lines {first}-{last}"),
            )
        )
    return Explanation(
        f"Count of {place} by age and sex",
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
            ", ".join(part for part in (_WORDS[variable], row["sex"], "drawn") if part),
            value=row["value"],
            unit=row["unit"],
            period=row["period"],
            kind="forecast",
            note="" if row["low80"] is None else _band(row),
        )
        for row in last.iter_rows(named=True)
    ]
    return Explanation(
        _WORDS[variable],
        kind="forecast",
        note="moves by what is usual at its level in all countries, with momentum and shocks"
        if variable != "net_migration"
        else "returns to a level of the place's own, with shocks",
        children=(*children, *_rows(cohorts, place, variable, last=_SHOWN)),
    )


def _band(row: Mapping[str, Any], shape: str = ".4g") -> str:
    return ", ".join(
        f"{share} % band {row[f'low{share}']:{shape}} to {row[f'high{share}']:{shape}}" for share in (80, 95)
    )


def _rows(
    cohorts: Cohorts, place: str, variable: str, *, last: int = 1, ages: tuple[str, ...] = ()
) -> Iterator[Explanation]:
    """The latest rows of a variable, each with its origin."""
    table = cohorts.inputs.table.with_row_index("line", offset=2)
    own = table.filter(pl.col("place") == place, pl.col("variable") == variable)
    periods = own["period"].unique().sort().tail(last)
    own = own.filter(pl.col("period").is_in(periods.to_list()))
    for row in (own.filter(pl.col("age").is_in(ages)) if ages else own).iter_rows(named=True):
        told = ", ".join(part for part in (row["sex"], f"age {row['age']}" if row["age"] else "") if part)
        yield Explanation(
            f"{variable}, {told}" if told else variable,
            value=float(row["value"]),
            unit=row["unit"],
            period=row["period"],
            area=row["area"] or "",
            kind="assumption" if row["status"] == "assumption" else "observation",
            origin=_origin(row, cohorts.sources, cohorts.inputs.file),
        )


def _origin(row: Mapping[str, Any], sources: Mapping[str, Source], file: str) -> Origin:
    source = sources.get(row["source_id"] or "")
    return Origin(
        publisher=source.publisher if source else row["source_id"] or "source not stated",
        title=source.title if source else "",
        year=source.year if source else "",
        licence=source.licence if source else "",
        file=file.rpartition("/")[2],
        cell=f"line {row['line']}",
    )


def _declared() -> Iterator[Explanation]:
    """The declared rows that are assumptions."""
    for row in load_catalogue().learned["demography"].values():
        if row.evidence.value == "assumption":
            yield Explanation(row.id, value=row.value, unit=row.unit, kind="assumption", note=row.note)
