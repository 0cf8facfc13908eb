"""Which figures a forecast may use: screening observations, and laying them out as panels.

Suspect figures, projections of a source, zeros and what is not a whole year stay out, each with its reason.
Boundaries are never mixed: a panel holds one variable within one kind of area.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import polars as pl

from urbium.errors import Fault, InputError, UrbiumError
from urbium.forecast.cities.curves import CityPanel
from urbium.forecast.paths import Floats
from urbium.model import OBSERVATION, Quality, Status
from urbium.units import convert

__all__ = ["NOT_POSITIVE", "Figures", "lay_out", "screen", "series_of"]

NOT_POSITIVE = "not above zero"
"""The reason that a zero or a negative population is left out."""

_REQUIRED = ("city", "variable", "period", "value", "unit", "area", "status")
_KEPT_OUT: Mapping[str, str] = MappingProxyType(
    {Status.SUSPECT: "suspect, and nobody has accepted it", Status.PROJECTED: "a projection of its source"}
)
_BREAK = "(?i)^break"
_AROUND = 3
_NEIGHBOURS = 3
_DEPARTS = float(np.log(4 / 3))


@dataclass(frozen=True, slots=True)
class Figures:
    """Observations of population after screening.

    Attributes
    ----------
    used : the columns of an observation, with ``year`` and ``persons``; one row a city, variable, area, year
    excluded : city, variable, area, period, value, reason
    foretold : projections of the sources, with year and persons: never used, but held against what came
    """

    used: pl.DataFrame
    excluded: pl.DataFrame
    foretold: pl.DataFrame


def screen(observations: pl.DataFrame, variables: Sequence[str]) -> Figures:
    """Keep the figures of ``variables`` that a forecast may use, and say why the others are left out.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`; city, variable, period,
        value, unit, area and status are needed, the others may be missing
    variables : ids of variables that count people

    Raises
    ------
    InputError : a column is missing, or a unit does not count people
    """
    missing = [name for name in _REQUIRED if name not in observations.columns]
    if missing:
        raise InputError(
            f"the observations lack {', '.join(missing)}",
            place="forecast",
            remedy="give a table with the columns of urbium.model.OBSERVATION",
        )
    absent = [
        pl.lit(None, kind).alias(name) for name, kind in OBSERVATION.items() if name not in observations
    ]
    table = observations.filter(pl.col("variable").is_in(list(variables))).with_columns(absent)
    table = table.select(*OBSERVATION).with_columns(
        year=pl.col("period").str.extract(r"^(\d{4})$").cast(pl.Int64), factor=_factor(table)
    )
    table = table.with_columns(persons=pl.col("value") * pl.col("factor"), why=_why()).drop("factor")
    table = _without_departures(_without_broken(_without_copies(table)))
    excluded = table.filter(pl.col("why").is_not_null())
    return Figures(
        table.filter(pl.col("why").is_null()).drop("why").sort("variable", "area", "city", "year"),
        excluded.select("city", "variable", "area", "period", "value", reason="why").sort(
            "city", "variable", "area", "period"
        ),
        table.filter(
            pl.col("status") == Status.PROJECTED, pl.col("year").is_not_null(), pl.col("persons") > 0
        ).select("city", "variable", "area", "source", "year", "persons"),
    )


def _factor(table: pl.DataFrame) -> pl.Expr:
    """Persons in one unit of each row; raise InputError with every unit that does not count people."""
    factors: dict[str | None, float] = {}
    faults: list[Fault] = []
    for name in table["unit"].unique().to_list():
        try:
            factors[name] = convert(1.0, name or "", "persons")
        except UrbiumError as error:
            faults.append(Fault("error", error.message, error.remedy, rule="unit", value=str(name)))
    if faults:
        raise InputError("population is given in units that do not count people", faults=faults)
    if not factors:
        return pl.lit(1.0)
    return pl.col("unit").replace_strict(factors, return_dtype=pl.Float64)


def _why() -> pl.Expr:
    """The reason why a row stays out, or null."""
    return (
        pl.when(pl.col("value").is_null() | ~pl.col("value").is_finite())
        .then(pl.lit("no number"))
        .when(pl.col("status").is_in(list(_KEPT_OUT)))
        .then(pl.col("status").replace(dict(_KEPT_OUT)))
        .when(pl.col("year").is_null())
        .then(pl.lit("not a whole year"))
        .when(pl.col("value") <= 0)
        .then(pl.lit(NOT_POSITIVE))
    )


def _without_copies(table: pl.DataFrame) -> pl.DataFrame:
    """Leave out all but the best-graded, then newest figure of a city, variable, area and year."""
    grades = {grade.value: rank for rank, grade in enumerate(Quality)}
    rank = (
        pl.col("quality")
        .replace_strict(grades, default=len(grades), return_dtype=pl.Int64)
        .fill_null(len(grades))
    )
    never = pl.datetime(1, 1, 1, time_zone="UTC")
    table = table.sort(
        pl.col("why").is_not_null(),
        rank,
        pl.col("recorded_at").fill_null(never),
        "source",
        "value",
        descending=[False, False, True, False, False],
        maintain_order=True,
    )
    first = pl.int_range(pl.len()).over("city", "variable", "area", "year") == 0
    return table.with_columns(
        why=pl.when(first | pl.col("why").is_not_null())
        .then("why")
        .otherwise(pl.lit("another figure of that year is better graded or newer"))
    )


def _without_broken(table: pl.DataFrame) -> pl.DataFrame:
    """Leave out figures before the last one whose reason marks a break: they count people in other bounds."""
    breaks = pl.when(pl.col("why").is_null() & pl.col("reason").str.contains(_BREAK)).then("year")
    last = breaks.max().over("city", "variable", "area")
    before = pl.col("why").is_null() & (pl.col("year") < last)
    words = pl.format("before the break of {}: its boundary or definition was another", last)
    return table.with_columns(why=pl.when(before).then(words).otherwise("why"))


def _without_departures(table: pl.DataFrame) -> pl.DataFrame:
    """Leave out figures more than a third off the median of those within three years of them."""
    marks: list[pl.DataFrame] = []
    kept = table.filter(pl.col("why").is_null())
    for (variable, area), part in kept.group_by("variable", "area"):
        panel = lay_out(part)
        city, year = np.nonzero(_departs(panel))
        marks.append(
            pl.DataFrame(
                {
                    "city": [panel.cities[at] for at in city],
                    "year": panel.years[year],
                    "off": ["more than a third off the figures within three years of it"] * len(city),
                },
                schema={"city": pl.String, "year": pl.Int64, "off": pl.String},
            ).with_columns(variable=pl.lit(variable), area=pl.lit(area))
        )
    if not marks:
        return table
    joined = table.join(pl.concat(marks), on=["city", "year", "variable", "area"], how="left")
    return joined.with_columns(why=pl.coalesce("why", "off")).drop("off")


def _departs(panel: CityPanel) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Mark the departures, (C, Y); where fewer than three figures are near, nothing is judged."""
    marks = np.zeros(panel.logs.shape, dtype=bool)
    for at, year in enumerate(panel.years):
        near = np.flatnonzero((np.abs(panel.years - year) <= _AROUND) & (panel.years != year))
        around = panel.logs[:, near]
        judged = np.isfinite(panel.logs[:, at]) & (np.isfinite(around).sum(axis=1) >= _NEIGHBOURS)
        if judged.any():
            off = panel.logs[judged, at] - np.nanmedian(around[judged], axis=1)
            marks[judged, at] = np.abs(off) > _DEPARTS
    return marks


def lay_out(figures: pl.DataFrame) -> CityPanel:
    """Lay the figures of one variable and area (city, year, persons) out as a panel."""
    cities, row = np.unique(figures["city"].to_numpy().astype(str), return_inverse=True)
    years, column = np.unique(figures["year"].to_numpy(), return_inverse=True)
    logs: Floats = np.full((len(cities), len(years)), np.nan)
    logs[row, column] = np.log(figures["persons"].to_numpy())
    return CityPanel(tuple(cities.tolist()), years.astype(np.int64), logs)


def series_of(figures: Figures, variables: Sequence[str], cities: Sequence[str]) -> pl.DataFrame:
    """Choose one series a city: the first variable it has figures of, and of its areas the latest, longest.

    Returns city, variable, area, figures (count), latest (year); cities without figures are not in it.
    """
    order = {name: rank for rank, name in enumerate(variables)}
    return (
        figures.used.filter(pl.col("city").is_in(list(cities)))
        .group_by("city", "variable", "area")
        .agg(figures=pl.len(), latest=pl.col("year").max())
        .sort(
            pl.col("variable").replace_strict(order),
            -pl.col("latest"),
            -pl.col("figures").cast(pl.Int64),
            "area",
        )
        .unique("city", keep="first", maintain_order=True)
        .sort("city")
    )
