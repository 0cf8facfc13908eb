"""Pressure: need against capacity of each service of each city, year by year, and when each runs short.

In every path the people of a city, times the norm of that path, is what is needed; what is needed beyond the
capacity is the shortfall. The year in which a path first needs more than there is, over all paths, is the
year when a service runs short, with its band. Each city and service is judged within one boundary: the first
of the norm's boundaries in which both need and capacity are known, or else the first in which need is known.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.catalogue.checks.norms import DRIVERS
from urbium.errors import Fault, InputError, nearest, refuse
from urbium.forecast.cities.city_outlook import Outlook
from urbium.forecast.households.households import Households
from urbium.forecast.paths import LIMITS, Floats, Paths
from urbium.forecast.pressure.age_structure import Ages
from urbium.forecast.pressure.capacity import Capacity, find_capacity
from urbium.forecast.pressure.demand import base_of, by_households, chain, chances, factors
from urbium.forecast.pressure.pressure_result import Pressure
from urbium.forecast.pressure.service_verdict import SHORT, TABLE, judge, refused_rows
from urbium.forecast.reasons import by_sentence
from urbium.forecast.register import register_of
from urbium.model import Norm, Source, Variable
from urbium.model.words import AREAS
from urbium.observations.roles import PACKAGED, Roles
from urbium.text import coded, text

_ROWS: Final = 32  # cities at a time: what is needed is never held for all cities and services at once
_OLDEST: Final = 10


def forecast_pressure(
    observations: pl.DataFrame,
    population: Mapping[str, Paths],
    norms: Iterable[Norm],
    *,
    cities: pl.DataFrame | Iterable[str],
    variables: Mapping[str, Variable],
    sources: Mapping[str, Source] = MappingProxyType({}),
    planned: pl.DataFrame | None = None,
    workers: Mapping[str, Paths] = MappingProxyType({}),
    ages: pl.DataFrame | None = None,
    nation: str = "",
    outlooks: Iterable[Outlook] = (),
    maximum_age: int = _OLDEST,
    seed: int = 0,
    roles: Roles = PACKAGED,
    households: Households | None = None,
    years: Collection[int] | None = None,
) -> Pressure:
    """Set the need of each service against its capacity, and say when each runs short.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`, for the capacity
    population : paths of persons by city code, one set for each boundary, by its name; all with the same
        number of paths and the same last year. :func:`urbium.forecast.demand.futures` draws them from bands
    norms : the rows of ``Catalogue.norms``
    cities : codes of the cities asked for, or a register with code, name_en and province_en
    variables : as declared, by id
    sources : publishers by id, for the explanations
    planned : what projects add: city, service, year (first in service), adds, unit, project
    workers : paths of persons who work, as ``population``; without them services for workers are refused
    ages : people by place, year, sex and age; without it services for single ages are refused
    nation : the place of ``ages`` whose structure is taken for cities that have none of their own: an
        assumption, which is said
    outlooks : the forecasts that the population was drawn from, for the explanations
    maximum_age : years before the forecast begins, up to which a figure of capacity may be old
    seed : of the draws of norms
    roles : which variables count people
    households : of the same futures; where they are known, what households need is counted by them, and
        elsewhere by the people and the norm of households
    years : the only years to be worked out, where whoever asks needs no others; what runs short is then of
        these alone

    Returns
    -------
    Pressure : a row for each city, service and year, and one for each city and service

    Raises
    ------
    InputError : norms are missing, a boundary is not declared, sets of paths do not fit each other or hold
        no usable numbers, planned projects cannot be counted, or a column is missing
    NotFoundError : the unit of a norm is not known
    """
    register = register_of(cities)
    by_id = {norm.id: norm for norm in norms}
    services = {norm.service: norm for norm in by_id.values()}
    _check({"population": population, "workers": workers}, {variable.area for variable in variables.values()})
    _check_norms(services)
    one = next(iter(population.values()))
    count, to = one.values.shape[2], int(one.years[-1])
    capacity = find_capacity(
        observations,
        services,
        variables,
        cities=register["code"].to_list(),
        years=range(min(int(paths.years[0]) for paths in population.values()) - maximum_age, to + 1),
        planned=planned,
        roles=roles,
    )
    drivers = {"person": population, "worker": workers}
    work = _Work(
        norms={name: [norm for norm in by_id.values() if norm.service == name] for name in services},
        services=services,
        provinces=dict(register.select("code", "province").iter_rows()),
        drivers=drivers,
        middle={
            (driver, area): np.median(paths.values, axis=2)
            for driver, sets in drivers.items()
            for area, paths in sets.items()
        },
        ages=Ages.read(ages, nation) if ages is not None else None,
        capacity=capacity,
        drawn={name: chances(name, count, seed) for name in services},
        to=to,
        years=years,
        households={}
        if households is None
        else {
            area: paths
            for area, paths in households.paths.items()
            if area in population and np.array_equal(paths.years, population[area].years)
        },
    )
    parts = [part for name in services for part in work.parts(name)]
    return Pressure(
        table=pl.concat([pl.DataFrame(schema=TABLE), *(table for table, _ in parts)]).sort(
            "city", "service", "year"
        ),
        settings=MappingProxyType({"to": to, "paths": count, "seed": seed, "nation": nation}),
        to=to,
        short=pl.concat([pl.DataFrame(schema=SHORT), *(short for _, short in parts)]).sort("city", "service"),
        norms=MappingProxyType(by_id),
        capacity=capacity,
        messages=by_sentence(work.reasons),
        population=_bands(population),
        households=households,
        outlooks=MappingProxyType(
            {area: outlook for outlook in outlooks for area in outlook.curves["area"].unique()}
        ),
        names=MappingProxyType(dict(register.select("code", "name").iter_rows())),
        provinces=MappingProxyType(work.provinces),
        age_places=work.ages.places if work.ages else frozenset(),
        sources=MappingProxyType(dict(sources)),
    )


@dataclass(frozen=True, kw_only=True)
class _Work:
    """What the services are worked out from."""

    norms: Mapping[str, Sequence[Norm]]
    services: Mapping[str, Norm]
    provinces: Mapping[str, str]
    drivers: Mapping[str, Mapping[str, Paths]]
    ages: Ages | None
    capacity: Capacity
    drawn: Mapping[str, Floats]
    middle: Mapping[tuple[str, str], Floats]
    to: int
    years: Collection[int] | None
    households: Mapping[str, Paths]
    reasons: list[str] = field(default_factory=list)
    """The reasons given so far, as messages."""

    def parts(self, service: str) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Work out a service in all cities: rows of the table, and rows of what runs short, part by part."""
        norm, base = self.services[service], base_of(service, self.services)
        links = {place: chain(service, place, self.norms) for place in set(self.provinces.values())}
        at_hand = {area: set(paths.keys) for area, paths in self.drivers[base.driver].items()}
        stocked = self.capacity.places(service)
        groups: dict[tuple[str, tuple[str, ...], bool], list[str]] = {}
        refused: list[tuple[str, str, str]] = []
        for city, province in self.provinces.items():
            area = _boundary(norm, city, at_hand, stocked)
            reason = self._reason(base, city, area, norm) or _no_norm(links[province], province, self.to)
            if reason:
                refused.append((city, area, str(reason)))
                self.reasons.append(reason)
            else:
                ids = tuple(link.id for rows in links[province] for link in rows)
                groups.setdefault((area, ids, self._has_households(links[province], city, area)), []).append(
                    city
                )
        for (area, _, has_households), group in groups.items():
            part = self._household_part if has_households else self._part
            for at in range(0, len(group), _ROWS):
                yield part(links[self.provinces[group[0]]], area, group[at : at + _ROWS])
        yield pl.DataFrame(schema=TABLE), refused_rows(norm, refused)

    def _reason(self, base: Norm, city: str, area: str, norm: Norm) -> str:
        """Say why the need in a city is not known; nothing where it is."""
        if not area:
            who = text("population") if base.driver == "person" else text("workers")
            return text(
                "no forecast of its {who} within the boundaries {names:list}",
                who=who,
                names=[AREAS.get(one, one) for one in norm.areas],
            )
        if base.ages is not None and (self.ages is None or not self.ages.covers(city)):
            return text("the ages of its people are unknown")
        return ""

    def _part(
        self, rows: Sequence[Sequence[Norm]], area: str, cities: Sequence[str]
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Work out a service in some cities that share norms and boundary."""
        norm, base = rows[0][0], base_of(rows[0][0].service, self.services)
        paths = self.drivers[base.driver][area]
        needs = [factors(link, paths.years, self.drawn[link[0].service]) for link in rows]
        upstream = np.prod([np.ones(needs[0].shape), *needs[1:]], axis=0)
        holds = np.isfinite(needs[0] * upstream).all(axis=1) & self._is_asked(paths.years)
        if not holds.any():
            return pl.DataFrame(schema=TABLE), pl.DataFrame(schema=SHORT)
        years = paths.years[holds]
        place = {key: at for at, key in enumerate(paths.keys)}
        at = np.ix_(np.array([place[city] for city in cities]), np.flatnonzero(holds))
        share = np.ones((len(cities), len(years)))
        if base.ages is not None and self.ages is not None:
            share = self.ages.shares(cities, years, base.ages)
        demand = paths.values[at] * share[..., None]
        middle = self.middle[base.driver, area][at] * share
        if len(rows) > 1:
            demand = demand * upstream[holds]
            middle = np.median(demand, axis=2)
        demand = demand * needs[0][holds]
        stock = self.capacity.stock(norm.service, area, cities, years)
        why = self.capacity.reasons(norm, area, cities)
        self.reasons.extend(why)
        return judge(norm, area, cities, years, drivers=middle, demand=demand, stock=stock, why=why)

    def _is_asked(self, years: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of each year whether it is to be worked out."""
        return np.ones(len(years), dtype=bool) if self.years is None else np.isin(years, [*self.years])

    def _has_households(self, rows: Sequence[Sequence[Norm]], city: str, area: str) -> bool:
        """Whether a service is needed by households, and those of the city are known."""
        return (
            by_households(rows) is not None and area in self.households and city in self.households[area].keys
        )

    def _household_part(
        self, rows: Sequence[Sequence[Norm]], area: str, cities: Sequence[str]
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Work out a service that households need, in cities whose households are forecast."""
        norm, paths = rows[0][0], self.households[area]
        links = rows[: by_households(rows)]
        needs = [factors(link, paths.years, self.drawn[link[0].service]) for link in links]
        factor = np.prod([np.ones((len(paths.years), paths.values.shape[2])), *needs], axis=0)
        holds = np.isfinite(factor).all(axis=1) & self._is_asked(paths.years)
        if not holds.any():
            return pl.DataFrame(schema=TABLE), pl.DataFrame(schema=SHORT)
        years = paths.years[holds]
        place = {key: at for at, key in enumerate(paths.keys)}
        drivers = paths.values[np.ix_(np.array([place[city] for city in cities]), np.flatnonzero(holds))]
        stock = self.capacity.stock(norm.service, area, cities, years)
        why = self.capacity.reasons(norm, area, cities)
        self.reasons.extend(why)
        demand = drivers * factor[holds]
        middle = np.median(drivers, axis=2)
        return judge(norm, area, cities, years, drivers=middle, demand=demand, stock=stock, why=why)


def _boundary(
    norm: Norm, city: str, at_hand: Mapping[str, Collection[str]], stocked: Collection[tuple[str, str]]
) -> str:
    """Choose the boundary in which a city is judged; none where nothing is known of its need."""
    areas = [area for area in norm.areas if city in at_hand.get(area, ())]
    return next((area for area in areas if (city, area) in stocked), areas[0] if areas else "")


def _no_norm(links: Sequence[Sequence[Norm]], province: str, to: int) -> str:
    """Say that some service of a chain has no norm for a province or by the last year; nothing otherwise."""
    if not all(links):
        return text(
            "no norm applies to {province}", province=province or text("a city in an unknown province")
        )
    begins = max(min(norm.valid_from for norm in rows) for rows in links)
    return text("no norm applies before {year}", year=begins) if begins > to else ""


def _bands(population: Mapping[str, Paths]) -> pl.DataFrame:
    """Return the bands of the population used, in each boundary."""
    tables = [paths.table().with_columns(area=pl.lit(area)) for area, paths in population.items()]
    return pl.concat(tables).select("area", "city", "year", *LIMITS)


def _check_norms(services: Mapping[str, Norm]) -> None:
    """Raise InputError unless there are norms, and each finds what drives it."""
    if not services:
        raise InputError(
            coded("forecast.pressure.norms", "no norm is declared for any service"),
            place="pressure",
            remedy=text("declare some in rules/norms.csv in your catalogue"),
        )
    faults = [
        Fault(
            "error",
            coded(
                "forecast.pressure.driver",
                "{name} depends on {driver}, which has no norm",
                name=name,
                driver=norm.driver,
            ),
            text("supply the norms for both"),
        )
        for name, norm in services.items()
        if norm.driver not in {*DRIVERS, *services}
    ]
    refuse(faults, "pressure", coded("forecast.pressure.norms_missing", "norms are missing"))


def _check(drivers: Mapping[str, Mapping[str, Paths]], areas: Collection[str]) -> None:
    """Raise InputError, with every fault, unless all sets of paths can be used side by side."""
    faults: list[Fault] = []
    every = [(who, area, paths) for who, sets in drivers.items() for area, paths in sets.items()]
    for who, area, paths in every:
        if area not in areas:
            faults.append(
                Fault(
                    "error",
                    coded(
                        "forecast.pressure.area",
                        "{who} within {area!r}: there is no such boundary",
                        who=who,
                        area=area,
                    ),
                    nearest(area, areas),
                )
            )
        in_order = len(paths.years) > 0 and bool((np.diff(paths.years) > 0).all())
        is_plain = in_order and len(set(paths.keys)) == len(paths.keys)
        if not is_plain or paths.values.shape[:2] != (len(paths.keys), len(paths.years)):
            faults.append(
                Fault(
                    "error",
                    coded(
                        "forecast.pressure.paths_shape",
                        "{who} within {area}: keys, years and values do not match",
                        who=who,
                        area=area,
                    ),
                    text("correct the paths"),
                )
            )
        elif not np.isfinite(paths.values).all() or (paths.values < 0).any():
            faults.append(
                Fault(
                    "error",
                    coded(
                        "forecast.pressure.paths_nan",
                        "{who} within {area}: a value is not a number, or is below zero",
                        who=who,
                        area=area,
                    ),
                    text("omit what is unknown"),
                )
            )
    for what, seen in (
        (
            text("numbers of paths"),
            {paths.values.shape[-1] for _, _, paths in every},
        ),
        (
            text("last years"),
            {int(paths.years[-1]) for _, _, paths in every if len(paths.years)},
        ),
    ):
        if len(seen) > 1:
            faults.append(
                Fault(
                    "error",
                    coded(
                        "forecast.pressure.paths_differ",
                        "the sets of paths have different {what}: {values:list}",
                        what=what,
                        values=sorted(seen),
                    ),
                    text("use the same values for all sets"),
                )
            )
    if not drivers["population"]:
        faults.append(
            Fault(
                "error",
                coded("forecast.pressure.no_population", "no population is stated"),
                text("supply paths for at least one boundary"),
            )
        )
    refuse(faults, "pressure", coded("forecast.pressure.paths_unusable", "the paths cannot be used together"))
