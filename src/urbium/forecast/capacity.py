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

from urbium.errors import Fault, InputError, UrbiumError
from urbium.forecast.curves import Floats
from urbium.forecast.figures import screen
from urbium.forecast.growth import VARIABLES
from urbium.measure.figures import choose_figures
from urbium.model import OBSERVATION, Norm, Variable
from urbium.units import convert, is_per_person, unit

__all__ = ["Capacity", "added", "check_planned", "find_capacity"]

_NOT_MEASURED: Final = "no variable tells how much there is"
_PLANNED: Final = ("city", "service", "year", "adds", "unit")
_KEY: Final = ["city", "service", "area"]


@dataclass(frozen=True, slots=True)
class Capacity:
    """What is known of capacity.

    Attributes
    ----------
    known : city, service, area, capacity (in the unit of the norm), variable, year, persons (of the same
        boundary and year, where the figure is per person), one row each
    why_not : city, service, area, reason: what speaks against a figure that is there, one row each
    figures : the observations behind ``known`` and those of use, with the columns of an observation
    """

    known: pl.DataFrame
    why_not: pl.DataFrame
    figures: pl.DataFrame

    def reason(self, city: str, norm: Norm, area: str) -> str:
        """Say why no capacity of a service is known in a city and boundary."""
        if not norm.capacity:
            return _NOT_MEASURED
        here = (pl.col("city") == city) & (pl.col("service") == norm.service)
        against = self.why_not.filter(here, pl.col("area") == area)["reason"].to_list()
        if against:
            return str(against[0])
        elsewhere = pl.concat([self.known.filter(here)["area"], self.why_not.filter(here)["area"]])
        if len(elsewhere):
            places = ", ".join(elsewhere.unique().sort().to_list())
            return f"reported for another boundary only ({places}); boundaries are not mixed"
        return f"never reported: {' or '.join(norm.capacity)}"


def find_capacity(
    observations: pl.DataFrame,
    services: Mapping[str, Norm],
    variables: Mapping[str, Variable],
    *,
    cities: Sequence[str],
    years: range,
) -> Capacity:
    """Find the newest usable figure of the capacity of each service in each city and boundary.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`
    services : a norm by service; its ``capacity`` names the variables, the preferred first
    years : of which figures may be

    Raises
    ------
    InputError : a column is missing, or a unit of population does not count people
    """
    counted = screen(observations, VARIABLES).used
    absent = [
        pl.lit(None, kind).alias(name)
        for name, kind in OBSERVATION.items()
        if name not in observations.columns
    ]
    named = {name for norm in services.values() for name in (*norm.capacity, norm.use) if name in variables}
    figures = choose_figures(
        observations.with_columns(absent).select(*OBSERVATION),
        {name: variables[name] for name in sorted(named)},
        cities=cities,
        period=years[-1],
        maximum_age=years[-1] - years[0],
    )
    pairs = _pairs(services, variables)
    persons = counted.sort("variable").unique(["city", "area", "year"], keep="first")
    found = (
        figures.chosen.select("city", "area", "variable", "year", "base")
        .join(pairs, on="variable")
        .join(persons.select("city", "area", "year", "persons"), on=["city", "area", "year"], how="left")
        .with_columns(
            persons=pl.when("per_person").then("persons"),
            capacity=pl.col("base") / pl.col("size") * pl.when("per_person").then("persons").otherwise(1.0),
        )
        .sort("rank")
    )
    known = found.drop_nulls("capacity").unique(_KEY, keep="first", maintain_order=True)
    alone = found.filter(pl.col("capacity").is_null()).select(
        *_KEY,
        "rank",
        reason=pl.format(
            "{} of {} is per person, and no population of that year and boundary is known", "variable", "year"
        ),
    )
    withheld = figures.withheld.join(pairs, on="variable").select(
        *_KEY, "rank", reason=pl.format("{} of {} is {}", "variable", "period", "why")
    )
    why_not = pl.concat([alone, withheld]).sort("rank", "reason").unique(_KEY, keep="first")
    return Capacity(
        known.select(*_KEY, "capacity", "variable", "year", "persons").sort(_KEY),
        why_not.drop("rank").join(known, on=_KEY, how="anti").sort(_KEY),
        figures.chosen.sort("city", "variable"),
    )


def check_planned(
    planned: pl.DataFrame | None, services: Mapping[str, Norm], cities: Collection[str]
) -> pl.DataFrame:
    """Return what projects add: city, service, year, adds (in the unit of the norm), project.

    Parameters
    ----------
    planned : columns city, service, year (first in service), adds (above 0), unit, and project where it is
        known; None for nothing

    Raises
    ------
    InputError : with a fault for every row that names no such city or service, or adds nothing
    """
    schema = {"city": pl.String, "service": pl.String, "year": pl.Int64, "adds": pl.Float64}
    if planned is None:
        return pl.DataFrame(schema=schema | {"project": pl.String})
    absent = [name for name in _PLANNED if name not in planned.columns]
    if absent:
        raise InputError(
            f"the planned projects lack {', '.join(absent)}",
            place="planned",
            remedy=f"give the columns {', '.join(_PLANNED)}",
        )
    table = planned if "project" in planned.columns else planned.with_columns(project=pl.lit(""))
    faults: list[Fault] = []
    adds: list[float] = []
    for at, row in enumerate(table.iter_rows(named=True), start=1):
        try:
            adds.append(_added(row, services, cities))
        except UrbiumError as error:
            faults.append(Fault("error", f"row {at}: {error.message}", error.remedy, rule="planned"))
    if faults:
        raise InputError("projects are planned that cannot be counted", place="planned", faults=faults)
    return table.select(
        pl.col("city").cast(pl.String),
        pl.col("service").cast(pl.String),
        pl.col("year").cast(pl.Int64),
        pl.Series("adds", adds, pl.Float64),
        pl.col("project").cast(pl.String),
    )


def added(planned: pl.DataFrame, years: NDArray[np.int64], since: int) -> Floats:
    """Return what the projects of one city and service have added by each year, (Y,).

    Those in service up to the year ``since``, of which the figure of capacity is, are in that figure.
    """
    later = planned.filter(pl.col("year") > since)
    begun = later["year"].to_numpy()[None, :] <= years[:, None]
    return np.asarray((begun * later["adds"].to_numpy()[None, :]).sum(axis=1))


def _pairs(services: Mapping[str, Norm], variables: Mapping[str, Variable]) -> pl.DataFrame:
    """List which variable tells of which service: its rank, the size of the norm's unit, if it is per person."""
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


def _added(row: Mapping[str, object], services: Mapping[str, Norm], cities: Collection[str]) -> float:
    """Return what a planned project adds, in the unit of the norm; raise what is wrong with it."""
    city, service, adds, year = row["city"], row["service"], row["adds"], row["year"]
    if city not in cities:
        raise InputError(f"there is no city {city!r}", remedy="give the code of a city asked for")
    if service not in services:
        raise InputError(f"there is no service {service!r}", remedy=f"known are {', '.join(services)}")
    if not isinstance(year, int):
        raise InputError(f"{year!r} is no year", remedy="give the first year in service")
    if not isinstance(adds, int | float) or not np.isfinite(adds) or adds <= 0:
        raise InputError(f"it adds {adds}", remedy="give an amount above zero")
    return convert(float(adds), str(row["unit"]), services[str(service)].unit)
