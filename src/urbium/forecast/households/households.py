"""Households: how many there are in the cities and the nation, in as many futures as there are of the people.

People of each path over the persons per household of the same path. What is known of a place decides how
many persons that is: its own figures and their trend (:mod:`.size_trend`); for the nation without such
figures its people by age and the shares who head a household (:mod:`.headship`); for a city without any those
of its nation, with the width by which places of one nation differ. Where none is known the place is refused.
See ADR 0054.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import polars as pl

from urbium.catalogue import load_catalogue
from urbium.errors import NotFoundError
from urbium.forecast.ages.demographic_draws import streams
from urbium.forecast.ages.people_by_age import PeopleByAge
from urbium.forecast.cities.city_outlook import Outlook
from urbium.forecast.households.headship import households_by_headship
from urbium.forecast.households.size_figures import size_figures
from urbium.forecast.households.size_trend import SIZE_ROWS, SizeTrend, draw_sizes
from urbium.forecast.paths import LIMITS, Floats, Paths
from urbium.forecast.reasons import by_sentence
from urbium.model import Source, Variable
from urbium.observations.roles import PACKAGED, Roles, missing_remedy
from urbium.packaged import words_of
from urbium.result import Result
from urbium.text import Text, coded, text, texts

OWN, OF_NATION, HEADS = "own figures", "figures of the nation", "headship rates"
"""What the persons per household of a place rest on."""

NATIONAL = "national"
"""The boundary of a nation."""

_OF_NATION = ("nation_household_size", "nation_households")
"""The roles of persons per household and of households of a nation."""

_APART = f"{SIZE_ROWS}apart"
_PERSONS = {"place": pl.String(), "area": pl.String(), "year": pl.Int64(), "persons": pl.Float64()}
_Years = np.ndarray[Any, np.dtype[np.int64]]
_Sizes = tuple[Callable[[_Years, int], Floats], str]
"""Persons per household by year and number of paths, and what they rest on."""

_UNKNOWN = text("the number of persons per household is unknown for the place and for its nation")
_SIZES, _PLACES, _RATES = 8, 9, 10
"""The streams of sizes, of how far cities are from their nation, and of headship."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Households(Result):
    """Households of places in the years ahead.

    Attributes
    ----------
    table : place, area, year, value, low80, high80, low95, high95 (households), people and size (persons per
        household, medians), basis
    refused : place, reason
    paths : households by boundary, in the futures of the people
    figures : persons per household as known, with place, area, year, size and the columns of an observation
    nation : the code of the nation; empty where it has none
    outlooks : forecasts of the people, by boundary
    variables, sources : as declared, by id
    """

    stage: ClassVar[str] = "households"
    words: ClassVar[Mapping[str, Mapping[str, Text]]] = MappingProxyType(
        {"basis": words_of("basis of a row of households")}
    )
    refused: pl.DataFrame
    paths: Mapping[str, Paths]
    figures: pl.DataFrame
    nation: str
    outlooks: Mapping[str, Outlook]
    variables: Mapping[str, Variable]
    sources: Mapping[str, Source]

    def __repr__(self) -> str:
        return text(
            "Households of {places} to {to}",
            places=texts("{count} place", "{count} places", count=self.table["place"].n_unique()),
            to=self.table["year"].max(),
        ).render()

    @property
    def overview(self) -> pl.DataFrame:
        """The first and the last year of each place."""
        first, last = pl.col("year").min().over("place", "area"), pl.col("year").max().over("place", "area")
        return self.table.filter((pl.col("year") == first) | (pl.col("year") == last))


@dataclass(frozen=True, slots=True)
class _Basis:
    """What sizes are drawn from."""

    figures: pl.DataFrame
    rule: SizeTrend
    apart: float
    seed: int

    def of_place(self, place: str, area: str) -> pl.DataFrame:
        """The sizes of a place: within the boundary asked for, or the one with the latest figure."""
        rows = self.figures.filter(pl.col("place") == place)
        within = rows.filter(pl.col("area") == area)
        if within.height or rows.is_empty():
            return within
        return rows.filter(pl.col("area") == rows.sort("year")["area"][-1])

    def draw(self, rows: pl.DataFrame, years: _Years, paths: int) -> Floats:
        """Persons per household of a place in some years, (Y, P)."""
        rng = streams(self.seed, rows["place"][0], 1, first=_SIZES)[0]
        known = rows.sort("year")
        return draw_sizes(
            known["year"].to_numpy(), known["size"].to_numpy(), years, paths=paths, rng=rng, rule=self.rule
        )


def forecast_households(
    observations: pl.DataFrame,
    population: Mapping[str, Paths],
    *,
    variables: Mapping[str, Variable],
    nation: str = "",
    total: Paths | None = None,
    ages: PeopleByAge | None = None,
    headship: Mapping[int, float] = MappingProxyType({}),
    persons: pl.DataFrame | None = None,
    outlooks: Mapping[str, Outlook] = MappingProxyType({}),
    sources: Mapping[str, Source] = MappingProxyType({}),
    roles: Roles = PACKAGED,
    seed: int = 0,
) -> Households:
    """Return the households of cities and of their nation.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`, for sizes and households
    population : persons of cities, one set of paths for each boundary, by its name
    variables : as declared, by id
    nation : its code
    total : persons of the nation, one row; without it the nation itself is not forecast
    ages, headship : people of the nation by age, and heads of households for each person by age; used where
        no persons per household of the nation are known
    persons : place, area, year and persons as observed, by which counts of households become sizes
    outlooks : the forecasts of the people by boundary, for the explanations
    sources : publishers by id
    roles : which variables are households, and persons per household
    seed : of the draws

    Raises NotFoundError where nothing is known of any place, with the roles that could fill it.
    """
    seen = pl.DataFrame(schema=_PERSONS) if persons is None else persons
    figures = pl.concat(
        [
            size_figures(observations, seen, roles=roles, role=size, count_role=count, declared=variables)
            for size, count in (("household_size", "households"), _OF_NATION)
        ]
    )
    basis = _Basis(figures, SizeTrend.declared(), load_catalogue().learned["demography"][_APART].value, seed)
    national = _nation_sizes(basis, nation, ages, headship)
    tables: list[pl.DataFrame] = []
    refused: list[dict[str, str]] = []
    made: dict[str, Paths] = {}
    for area, people in population.items():
        households: list[Floats] = []
        keys: list[str] = []
        for at, place in enumerate(people.keys):
            sized = _city_sizes(basis, place, area, people, national)
            if sized is None:
                refused.append({"place": place, "reason": str(_UNKNOWN)})
                continue
            keys.append(place)
            households.append(people.values[at] / sized[0])
            tables.append(_rows(place, area, people.years, people.values[at], sized))
        if keys:
            made[area] = Paths(tuple(keys), people.years, np.stack(households))
    if total is not None and national is not None:
        sizes = national[0](total.years, total.values.shape[2])
        tables.append(_rows(nation, NATIONAL, total.years, total.values[0], (sizes, national[1])))
        made[NATIONAL] = Paths((nation,), total.years, total.values / sizes)
    if not tables:
        raise NotFoundError(
            coded(
                "forecast.households.none",
                "neither the number of households nor the number of persons per household is known",
            ),
            place=text("role {role}", role="household_size"),
            remedy=text(
                "{nation}; or {city}",
                nation=missing_remedy(roles, [_OF_NATION[0]]),
                city=missing_remedy(roles, ["household_size"]),
            ),
        )
    to = max(int(paths.years[-1]) for paths in made.values())
    return Households(
        table=pl.concat(tables),
        settings=MappingProxyType({"to": to, "seed": seed}),
        messages=by_sentence([_UNKNOWN]) if refused else MappingProxyType({}),
        refused=pl.DataFrame(refused, schema={"place": pl.String(), "reason": pl.String()}),
        paths=MappingProxyType(made),
        figures=figures,
        nation=nation,
        outlooks=outlooks,
        variables=variables,
        sources=sources,
    )


def _nation_sizes(
    basis: _Basis, nation: str, ages: PeopleByAge | None, headship: Mapping[int, float]
) -> _Sizes | None:
    """Persons per household of the nation: from its figures, or else from heads of households by age."""
    rows = basis.of_place(nation, NATIONAL)
    if rows.height:
        return (lambda years, paths: basis.draw(rows, years, paths)), OF_NATION
    if ages is None or not headship:
        return None
    heads = households_by_headship(ages, headship)
    logs = np.log(ages.total().values[0].astype(np.float64) / heads.values[0])
    rule = basis.rule

    def by_heads(years: _Years, paths: int) -> Floats:
        chosen = logs[:, np.arange(paths) % logs.shape[1]]
        centre = np.stack([np.interp(years, heads.years, path) for path in chosen.T], axis=1)
        passed = np.maximum(years - heads.years[0], 0) / 10.0
        chance = streams(basis.seed, nation, 1, first=_RATES)[0].standard_normal(paths)
        drawn = np.exp(centre + rule.scale * passed[:, None] ** rule.growth * chance)
        return np.asarray(np.maximum(drawn, 1.0))

    return by_heads, HEADS


def _city_sizes(
    basis: _Basis, place: str, area: str, people: Paths, national: _Sizes | None
) -> tuple[Floats, str] | None:
    """Persons per household of a city in the years and paths of its people, and what they rest on."""
    paths = people.values.shape[2]
    rows = basis.of_place(place, area)
    if rows.height:
        return basis.draw(rows, people.years, paths), OWN
    if national is None:
        return None
    chance = streams(basis.seed, place, 1, first=_PLACES)[0].standard_normal(paths)
    sizes = national[0](people.years, paths) * np.exp(basis.apart * chance)
    return np.asarray(np.maximum(sizes, 1.0)), national[1]


def _rows(place: str, area: str, years: _Years, people: Floats, sized: tuple[Floats, str]) -> pl.DataFrame:
    """One row a year of a place."""
    sizes, ground = sized
    made = Paths((place,), years, (people / sizes)[None]).table("place")
    return made.select(
        "place",
        "year",
        *LIMITS,
        area=pl.lit(area),
        people=pl.Series(np.median(people, axis=1)),
        size=pl.Series(np.median(sizes, axis=1)),
        basis=pl.lit(ground),
    ).select("place", "area", "year", *LIMITS, "people", "size", "basis")
