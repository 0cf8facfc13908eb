"""Capacity: how much of a service there is, from observations and from projects that are planned.

The newest figure that is neither suspect nor a projection counts, in the boundary in which it was reported:
a figure of one boundary says nothing about another. It holds for every year of the forecast, plus what
planned projects add after its year. Where nothing is known, the reason is kept.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import Fault, InputError, UrbiumError, refuse, require_columns
from urbium.forecast.cities.figures import preferred, screen
from urbium.forecast.paths import Floats
from urbium.model import OBSERVATION, Norm, Variable
from urbium.model.words import AREAS
from urbium.observations.in_force import LACKS, choose_figures
from urbium.observations.population import SIZES
from urbium.observations.roles import PACKAGED, Roles
from urbium.text import Text, coded, named, text
from urbium.units import convert, is_per_person, unit

_NOT_MEASURED: Final = text("no variable measures the capacity")
_PLANNED: Final = ("city", "service", "year", "adds", "unit")
_KEY: Final = ["city", "service", "area"]
_AGAINST: Final = {**dict.fromkeys([*_KEY, "variable", "period"], pl.String), "state": pl.Int64}
_KNOWN: Final = {"capacity": pl.Float64, "variable": pl.String, "year": pl.Int64, "persons": pl.Float64}


@dataclass(frozen=True, slots=True)
class Capacity:
    """What is known of capacity.

    Attributes
    ----------
    in_place : city, service, area, capacity (in the unit of the norm), variable, year, persons (of the same
        boundary and year, where the figure is per person), one row each
    against : city, service, area, variable, period, state: the figure that is there and may not count, one
        row each; ``state`` is its place in :data:`urbium.observations.in_force.LACKS`, null for a figure per
        person without a population
    figures : the observations behind ``in_place`` and those of use, with the columns of an observation
    planned : city, service, year, adds (in the unit of the norm), project
    names : what the variables of capacity are called
    """

    in_place: pl.DataFrame
    against: pl.DataFrame
    figures: pl.DataFrame
    planned: pl.DataFrame
    names: Mapping[str, str]

    def places(self, service: str) -> frozenset[tuple[str, str]]:
        """The cities and boundaries in which the capacity of a service is known."""
        return frozenset(
            self.in_place.filter(pl.col("service") == service).select("city", "area").iter_rows()
        )

    def stock(self, service: str, area: str, cities: Sequence[str], years: NDArray[np.int64]) -> Floats:
        """Return the capacity of a service in each city and year with what is planned, (C, Y).

        NaN where no capacity is known. A project in service up to the year of the figure is in the figure.
        """
        rows = self.in_place.filter(pl.col("service") == service, pl.col("area") == area)
        figures = {
            city: (value, year) for city, value, year in rows.select("city", "capacity", "year").iter_rows()
        }
        amounts: Floats = np.full((len(cities), len(years)), np.nan)
        for at, city in enumerate(cities):
            if city in figures:
                amounts[at] = figures[city][0]
        projects = self.planned.filter(pl.col("service") == service, pl.col("city").is_in(list(figures)))
        place = {city: at for at, city in enumerate(cities)}
        for city, year, adds in projects.select("city", "year", "adds").iter_rows():
            if city in place and year > figures[city][1]:
                amounts[place[city], years >= year] += adds
        return amounts

    def reasons(self, norm: Norm, area: str, cities: Sequence[str]) -> list[str]:
        """Say of each city why no capacity of a service is known in a boundary; nothing where it is."""
        if not norm.capacity:
            return [_NOT_MEASURED] * len(cities)
        figures = self.in_place.filter(pl.col("service") == norm.service)
        against = self.against.filter(pl.col("service") == norm.service)
        here = against.filter(pl.col("area") == area)
        reasons = {
            city: _withheld(variable, period, state)
            for city, variable, period, state in here.select(
                "city", "variable", "period", "state"
            ).iter_rows()
        }
        reasons |= dict.fromkeys(figures.filter(pl.col("area") == area)["city"], "")
        elsewhere: dict[str, set[str]] = {}
        for city, place in (
            *figures.select("city", "area").iter_rows(),
            *against.select("city", "area").iter_rows(),
        ):
            elsewhere.setdefault(city, set()).add(place)
        for city in elsewhere.keys() - reasons.keys():
            reasons[city] = text(
                "reported only for a different boundary ({names:list}), and figures for different "
                "boundaries are not mixed",
                names=[AREAS.get(area, area) for area in sorted(elsewhere[city])],
            )
        return [
            reasons.get(
                city,
                text(
                    "never reported: {names:list}",
                    names=[self.names.get(one, one) for one in norm.capacity],
                ),
            )
            for city in cities
        ]


def find_capacity(
    observations: pl.DataFrame,
    services: Mapping[str, Norm],
    variables: Mapping[str, Variable],
    *,
    cities: Sequence[str],
    years: range,
    planned: pl.DataFrame | None = None,
    roles: Roles = PACKAGED,
) -> Capacity:
    """Find the newest usable figure of the capacity of each service in each city and boundary.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`
    services : a norm by service; its ``capacity`` names the variables, the preferred first
    years : of which figures may be
    planned : what projects add: city, service, year (first in service), adds (above 0), unit, and project
        where it has a name
    roles : which variables count people

    Raises
    ------
    InputError : a column is missing, a unit of population does not count people, or a planned project names
        no such city or service or adds nothing (one fault for each row)
    """
    people = roles.variables(*SIZES)
    counted = screen(observations, people, variables).used
    absent = [
        pl.lit(None, kind).alias(name)
        for name, kind in OBSERVATION.items()
        if name not in observations.columns
    ]
    declared = {
        name for norm in services.values() for name in (*norm.capacity, norm.use) if name in variables
    }
    names = {name: named(variables[name].name, name) for name in declared}
    projects = _planned(planned, services, set(cities))
    if not declared or not cities:
        return Capacity(
            pl.DataFrame(schema={**dict.fromkeys(_KEY, pl.String), **_KNOWN}),
            pl.DataFrame(schema=_AGAINST),
            pl.DataFrame(schema=OBSERVATION),
            projects,
            names,
        )
    figures = choose_figures(
        observations.with_columns(absent).select(*OBSERVATION),
        {name: variables[name] for name in sorted(declared)},
        cities=cities,
        period=years[-1],
        maximum_age=years[-1] - years[0],
    )
    pairs = _pairs(services, variables)
    persons = preferred(counted, people)
    candidates = (
        figures.chosen.select("city", "area", "variable", "year", "base")
        .join(pairs, on="variable")
        .join(persons.select("city", "area", "year", "persons"), on=["city", "area", "year"], how="left")
        .with_columns(
            persons=pl.when("per_person").then("persons"),
            capacity=pl.col("base") / pl.col("size") * pl.when("per_person").then("persons").otherwise(1.0),
        )
        .sort("rank")
    )
    usable = candidates.drop_nulls("capacity").unique(_KEY, keep="first", maintain_order=True)
    alone = candidates.filter(pl.col("capacity").is_null()).select(
        *_KEY, "variable", "rank", state=pl.lit(None, pl.Int64), period=pl.col("year").cast(pl.String)
    )
    withheld = figures.withheld.join(pairs, on="variable")
    against = (
        pl.concat([part.select(*_AGAINST, "rank") for part in (alone, withheld.cast({"state": pl.Int64}))])
        .sort("rank", "variable", "period", "state")
        .unique(_KEY, keep="first", maintain_order=True)
    )
    return Capacity(
        usable.select(*_KEY, *_KNOWN).sort(_KEY),
        against.drop("rank").join(usable, on=_KEY, how="anti").sort(_KEY),
        figures.chosen.sort("city", "variable"),
        projects,
        names,
    )


def _withheld(variable: str, period: str, state: int | None) -> Text:
    """Say why a figure that is there may not count."""
    if state is None:
        return text(
            "{variable} for {period} is per person, but the population for that year and boundary is unknown",
            variable=variable,
            period=period,
        )
    return text("{variable} for {period} is {why}", variable=variable, period=period, why=LACKS[state])


def _pairs(services: Mapping[str, Norm], variables: Mapping[str, Variable]) -> pl.DataFrame:
    """List which variable tells of which service, and how."""
    rows = [
        (
            service,
            name,
            rank,
            unit(norm.unit).factor,
            is_per_person(variables[name].unit, norm.unit),
        )
        for service, norm in services.items()
        for rank, name in enumerate(norm.capacity)
        if name in variables
    ]
    schema = {"service": pl.String, "variable": pl.String, "rank": pl.Int64, "size": pl.Float64}
    return pl.DataFrame(rows, schema=schema | {"per_person": pl.Boolean}, orient="row")


def _planned(
    planned: pl.DataFrame | None, services: Mapping[str, Norm], cities: Collection[str]
) -> pl.DataFrame:
    """Check what projects add, and give it in the units of the norms."""
    schema = {"city": pl.String, "service": pl.String, "year": pl.Int64, "adds": pl.Float64}
    if planned is None:
        return pl.DataFrame(schema=schema | {"project": pl.String})
    require_columns(planned.columns, _PLANNED, "planned", "forecast.pressure.planned_columns")
    table = planned if "project" in planned.columns else planned.with_columns(project=pl.lit(""))
    faults: list[Fault] = []
    adds: list[float] = []
    for at, row in enumerate(table.iter_rows(named=True), start=1):
        try:
            adds.append(_added(row, services, cities))
        except UrbiumError as error:
            faults.append(
                Fault(
                    "error",
                    coded(
                        "forecast.pressure.planned_row", "row {row}: {problem}", row=at, problem=error.message
                    ),
                    error.remedy,
                    rule="planned",
                )
            )
    refuse(
        faults,
        "planned",
        coded("forecast.pressure.planned_faults", "some planned projects cannot be included"),
    )
    return table.with_columns(adds=pl.Series(adds, dtype=pl.Float64)).select(
        *(pl.col(name).cast(kind) for name, kind in schema.items()), pl.col("project").cast(pl.String)
    )


def _added(row: Mapping[str, object], services: Mapping[str, Norm], cities: Collection[str]) -> float:
    """Return what a planned project adds, in the unit of the norm; raise what is wrong with it."""
    city, service, adds, year = row["city"], row["service"], row["adds"], row["year"]
    if city not in cities:
        raise InputError(
            coded("forecast.pressure.no_city", "there is no city {city!r}", city=city),
            remedy=text("name a city that was requested"),
        )
    if service not in services:
        raise InputError(
            coded("forecast.pressure.no_service", "there is no service {service!r}", service=service),
            remedy=text("use one of: {names:list}", names=services),
        )
    if not isinstance(year, int):
        raise InputError(
            coded("forecast.pressure.no_year", "{year!r} is not a year", year=year),
            remedy=text("enter the first year in service"),
        )
    if not isinstance(adds, int | float) or not np.isfinite(adds) or adds <= 0:
        raise InputError(
            coded("forecast.pressure.adds", "it adds {adds}", adds=adds),
            remedy=text("enter an amount above zero"),
        )
    name, counted = str(row["unit"]), services[str(service)].unit
    amount = convert(float(adds), name, counted)
    if unit(counted).dimension == "count" and name not in {counted, "count"}:
        raise InputError(
            coded("forecast.pressure.unit", "{name} cannot be counted as {own}", name=name, own=counted),
            remedy=text("enter the added capacity in {own}", own=counted),
        )
    return amount
