"""Which figures a forecast may use: screening observations, and laying them out as panels.

Suspect figures, projections of a source, zeros and what is not a whole year stay out, each with its reason.
Boundaries are never mixed: a panel holds one variable within one kind of area, and a register that jumps
begins anew (ADR 0141).
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from urbium.forecast.cities.curves import CityPanel
from urbium.forecast.cities.declared_growth import fastest_changes
from urbium.forecast.paths import Floats
from urbium.forecast.reasons import by_sentence
from urbium.model import Status, Variable
from urbium.observations.in_force import UNDECLARED, check_columns
from urbium.observations.population import decide_people
from urbium.observations.reasons import NOT_IN_FORCE
from urbium.text import Text, text

NOT_POSITIVE = text("not above zero")
"""The reason that a zero or a negative population is left out."""

_TOO_MANY = text("more people than live in the world")
_MOST = 1e10

_NOT_A_YEAR = text("not a whole year")
_DEPARTURE = text(
    "more than a third above, or more than a quarter below, the median of the figures within three "
    "years of it"
)
_BREAK = "(?i)^break"
_AROUND = 3
_NEIGHBOURS = 3
_DEPARTS = float(np.log(4 / 3))
_NEVER = 2100
"""The year before which every figure of people lies that anybody has."""


@dataclass(frozen=True, slots=True)
class PeopleFigures:
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


def screen(
    observations: pl.DataFrame, variables: Sequence[str], declared: Mapping[str, Variable] = UNDECLARED
) -> PeopleFigures:
    """Keep the figures of ``variables`` that a forecast may use, and say why the others are left out.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`; city, variable, period,
        value, unit, area and status are needed, the others may be missing
    variables : ids of variables that count people
    declared : variables by id, for their priority of sources

    Raises
    ------
    InputError : a column is missing, or a unit does not count people
    """
    check_columns(observations, place="forecast")
    table = decide_people(observations, variables, declared).with_columns(
        year=pl.col("period").str.extract(r"^(\d{4})$").cast(pl.Int64)
    )
    table = _without_jumps(_without_departures(_without_broken(table.with_columns(why=_why()))))
    excluded = table.filter(pl.col("why").is_not_null())
    return PeopleFigures(
        table.filter(pl.col("why").is_null()).drop("why").sort("variable", "area", "city", "year"),
        excluded.select("city", "variable", "area", "period", "value", reason="why").sort(
            "city", "variable", "area", "period"
        ),
        table.filter(
            pl.col("status") == Status.PROJECTED, pl.col("year").is_not_null(), pl.col("persons") > 0
        ).select("city", "variable", "area", "source", "year", "persons"),
    )


def reasons_of(years: Iterable[int]) -> Mapping[str, Text]:
    """Return the messages of the reasons why figures are left out, by their sentences.

    Parameters
    ----------
    years : of all figures
    """
    of_years = (words(year) for year in years for words in (_before_break, _before_jump))
    return by_sentence([*NOT_IN_FORCE.values(), _NOT_A_YEAR, NOT_POSITIVE, _TOO_MANY, _DEPARTURE, *of_years])


def bounds_begun(excluded: pl.DataFrame) -> list[int]:
    """Return the years in which figures begin to refer to another boundary, by why earlier ones are left out.

    Parameters
    ----------
    excluded : period and reason of the figures left out, as :attr:`PeopleFigures.excluded` has them

    >>> bounds_begun(pl.DataFrame({"period": ["2006"], "reason": [str(_before_jump(2011))]}))
    [2011]
    """
    reasons = set(excluded["reason"].drop_nulls())
    first = min((int(period[:4]) for period in excluded["period"]), default=_NEVER)
    begins = (_before_break, _before_jump)
    return [year for year in range(first, _NEVER) if any(str(words(year)) in reasons for words in begins)]


def _why() -> pl.Expr:
    """The reason why a row stays out, or null."""
    reason: pl.Expr = (
        pl.when(~pl.col("is_in_force"))
        .then(pl.col("ground").replace_strict(dict(NOT_IN_FORCE), default=None, return_dtype=pl.String))
        .when(pl.col("year").is_null())
        .then(pl.lit(_NOT_A_YEAR))
        .when(pl.col("value") <= 0)
        .then(pl.lit(NOT_POSITIVE))
        .when(pl.col("persons") > _MOST)
        .then(pl.lit(_TOO_MANY))
    )
    return reason


def _without_broken(table: pl.DataFrame) -> pl.DataFrame:
    """Leave out figures before the last one whose reason marks a break: they count people in other bounds."""
    is_break = pl.col("why").is_null() & pl.col("reason").str.contains(_BREAK)
    return _from_last(table, is_break, _before_break)


def _without_jumps(table: pl.DataFrame) -> pl.DataFrame:
    """Leave out figures before the last change that is faster than a series of its variable may change."""
    bounds, is_kept = ["city", "variable", "area"], pl.col("why").is_null()
    limits = {name: fastest_changes(name) for name in table["variable"].unique()}
    fall, rise = (
        pl.col("variable").replace_strict(
            {name: most[way] for name, most in limits.items()}, default=math.inf
        )
        for way in (0, 1)
    )
    rate = pl.col("persons").log().diff().over(bounds) / pl.col("year").diff().over(bounds)
    jumps = (
        table.filter(is_kept).sort("year").select(*bounds, "year", rate=rate.exp() - 1, fall=fall, rise=rise)
    ).filter((pl.col("rate") > pl.col("rise")) | (pl.col("rate") < -pl.col("fall")))
    marked = table.join(
        jumps.select(*bounds, "year", is_jump=True), on=[*bounds, "year"], how="left", maintain_order="left"
    )
    is_jump = is_kept & pl.col("is_jump").fill_null(value=False)
    return _from_last(marked, is_jump, _before_jump).drop("is_jump")


def _from_last(table: pl.DataFrame, mark: pl.Expr, words: Callable[[int], Text]) -> pl.DataFrame:
    """Leave out, with these words, what is used of years before the last marked one of a series."""
    last = pl.when(mark).then("year").max().over("city", "variable", "area")
    table = table.with_columns(_last=last)
    said = {year: str(words(year)) for year in table["_last"].drop_nulls().unique()}
    before = pl.col("why").is_null() & (pl.col("year") < pl.col("_last"))
    why = pl.col("_last").replace_strict(said, default=None, return_dtype=pl.String)
    return table.with_columns(why=pl.when(before).then(why).otherwise("why")).drop("_last")


def _before_break(year: int) -> Text:
    return text(
        "before the break in {year}: the figure refers to a different boundary or definition", year=year
    )


def _before_jump(year: int) -> Text:
    return text(
        "before {year}, when the figure changed faster than a population can: it is assumed to "
        "refer to a different boundary",
        year=year,
    )


def _without_departures(table: pl.DataFrame) -> pl.DataFrame:
    """Leave out figures a third above or a quarter below the median of those within three years of them."""
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
                    "off": [str(_DEPARTURE)] * len(city),
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


def preferred(figures: pl.DataFrame, variables: Sequence[str]) -> pl.DataFrame:
    """Keep for each city, area and year the first of ``variables`` that counts its people."""
    rank = {name: place for place, name in enumerate(variables)}
    order = pl.col("variable").replace_strict(rank, default=len(rank), return_dtype=pl.Int64)
    return figures.sort(order, maintain_order=True).unique(
        ["city", "area", "year"], keep="first", maintain_order=True
    )


def series_of(figures: PeopleFigures, variables: Sequence[str], cities: Sequence[str]) -> pl.DataFrame:
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
