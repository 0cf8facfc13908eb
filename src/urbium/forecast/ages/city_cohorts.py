"""City cohorts: the ages of a city whose total population is forecast already (ADR 0055).

Counts by age of a city are rare. What is used for each city is an assumption, and every result says which:
the nation's ages as they are (``ratio``), or the nation's (or the city's own) ages, births and deaths, with
net migration at the ages at which people move to work making up the difference to the city's forecast
(``migration``). The total of every path is the total given, exactly.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np

from urbium.catalogue import load_catalogue
from urbium.errors import Fault, InputError, NotFoundError, refuse
from urbium.forecast.ages.cohort_result import Cohorts
from urbium.forecast.ages.cohort_rows import WIDTH
from urbium.forecast.ages.cohorts import Numbers, Vital, advance
from urbium.forecast.ages.demographic_draws import draw
from urbium.forecast.ages.demography import Demography, read_demography, told
from urbium.forecast.ages.fertility import birth_rates, boys
from urbium.forecast.ages.inputs import CohortInputs
from urbium.forecast.ages.lifetable import ladder
from urbium.forecast.ages.migration import by_age, rogers_castro
from urbium.forecast.ages.people_by_age import bands_of
from urbium.forecast.ages.population import project_population
from urbium.forecast.paths import Floats, Paths
from urbium.model import Source
from urbium.text import Text, coded, text

Way = Literal["migration", "ratio"]

_CHUNK = 8
"""Cities projected together; small enough for the arrays of a period to stay in the processor's memory."""


def project_cities(
    inputs: CohortInputs,
    totals: Paths,
    *,
    nation: str = "",
    way: Way = "migration",
    seed: int = 0,
    demography: Demography | None = None,
    sources: Mapping[str, Source] | None = None,
) -> Cohorts:
    """Return the population of cities by age and sex every five years, path by path with the totals given.

    A city with counts, births, deaths and migration of its own needs no total: it is projected like a nation,
    by :func:`.population.project_population`.

    Parameters
    ----------
    inputs : counts, births and deaths of the nation; a city that has rows of its own there uses those
    totals : persons of each city, as many paths as are wanted; their years hold that of the count and those
        5, 10 ... years after it, and the forecast goes as far as they do
    nation : the place whose rows are used for cities without their own; the only place there unless given
    way : ``migration`` or ``ratio``
    seed : of the draws of fertility and mortality; the nation's own forecast with the same seed and number
        of paths has the same ones in the same path
    demography, sources : as for :func:`.population.project_population`

    Raises InputError, with every city named, for totals that are not positive numbers or lack a year, and
    NotFoundError for a nation that is not in the inputs.

    >>> from urbium.forecast.ages.inputs import read_cohorts
    >>> years = np.array([2020, 2025])
    >>> totals = Paths(("Delft",), years, np.array([[[3.5e6, 3.5e6], [4.0e6, 4.2e6]]]))
    >>> project_cities(read_cohorts(), totals).total().values[0, 1].round(-3).tolist()
    [4000000.0, 4200000.0]
    """
    demographic = demography or read_demography()
    basis = _basis(inputs, totals, nation)
    wanted = _wanted(inputs, totals)
    periods, paths = wanted.shape[1] - 1, wanted.shape[2]
    work = _by_ratio if way == "ratio" else _by_migration
    values = np.empty((len(totals.keys), periods + 1, *inputs.population.shape[1:], paths), dtype=np.float32)
    for place in dict.fromkeys(basis):
        rows = np.array([origin == place for origin in basis])
        values[rows] = work(_alone(inputs, place), wanted[rows], demographic, seed)
    drawn = draw(inputs, demographic, periods=periods, paths=paths, seed=seed)
    return Cohorts.of(
        inputs,
        values,
        bands_of(values),
        drawn={"total_fertility": drawn.fertility, "life_expectancy": drawn.expectancy},
        migrants=(text("standard schedule of Rogers and Castro, the same for both sexes"),)
        * len(totals.keys),
        settings={"way": way, "seed": seed, "paths": paths, "demography": told(demography)},
        sources=load_catalogue().sources if sources is None else sources,
        places=totals.keys,
        basis=basis,
        method=tuple(
            _method(way, origin if origin != city else "")
            for city, origin in zip(totals.keys, basis, strict=True)
        ),
    )


def _method(way: Way, nation: str) -> Text:
    """Say how the ages of a city were found: from those of a nation, or from its own where none is named."""
    if way == "ratio" and nation:
        return text(
            "the city does not have two counts by age: the ages of {nation} are used, scaled to the "
            "city's own forecast",
            nation=nation,
        )
    if way == "ratio":
        return text("the city's own ages, births and deaths, scaled to its own forecast")
    if nation:
        return text(
            "the city does not have two counts by age: the ages, births and deaths of {nation} are "
            "used; net migration at working ages (Rogers and Castro) accounts for the difference from "
            "the city's own forecast",
            nation=nation,
        )
    return text(
        "the city's own ages, births and deaths; net migration at working ages (Rogers and Castro) "
        "accounts for the difference from its own forecast"
    )


def _basis(inputs: CohortInputs, totals: Paths, nation: str) -> tuple[str, ...]:
    """The place whose rows each city uses."""
    usual = nation or inputs.places[0]
    if usual not in inputs.places:
        raise NotFoundError.named("place", usual, inputs.places)
    if not nation and len(inputs.places) > 1 and not set(totals.keys) <= set(inputs.places):
        raise InputError(
            coded(
                "forecast.ages.which_nation", "the inputs contain {count} places", count=len(inputs.places)
            ),
            place="nation",
            remedy=text(
                "name the nation whose age structure should be used for the cities (the inputs contain "
                "{names:list})",
                names=inputs.places[:8],
            ),
        )
    return tuple(city if city in inputs.places else usual for city in totals.keys)


def _wanted(inputs: CohortInputs, totals: Paths) -> Floats:
    """Totals in the year of the count and every five years after it, (C, T + 1, P)."""
    years = totals.years.tolist()
    steps = []
    year = inputs.year
    while year in years:
        steps.append(years.index(year))
        year += WIDTH
    if len(steps) < 2:  # noqa: PLR2004 - a count and one year ahead
        raise InputError(
            coded(
                "forecast.ages.totals_lack_year",
                "the totals for {lacking} are missing: totals are needed for the year of the count, "
                "{counted}, and for every fifth year after it",
                lacking=year,
                counted=inputs.year,
            ),
            place="totals",
            remedy=text("forecast the cities from {year} onwards", year=inputs.year),
        )
    wanted = np.asarray(totals.values, dtype=float)[:, steps]
    faults = list(_faults(totals, wanted))
    refuse(
        faults,
        "totals",
        coded("forecast.ages.bad_totals", "city totals that cannot be used: {count}", count=len(faults)),
    )
    return wanted


def _faults(totals: Paths, wanted: Floats) -> Iterator[Fault]:
    for city, persons in zip(totals.keys, wanted, strict=True):
        if not np.isfinite(persons).all() or (persons <= 0).any():
            yield Fault(
                "error",
                coded(
                    "forecast.ages.bad_total",
                    "{city} has a total that is missing, zero or negative",
                    city=city,
                ),
                text("forecast the totals again, or omit the city"),
                rule="city-total",
                city=city,
            )


def _alone(inputs: CohortInputs, place: str) -> CohortInputs:
    at = inputs.places.index(place)
    return inputs.rows(slice(at, at + 1))


def _by_ratio(inputs: CohortInputs, wanted: Floats, demographic: Demography, seed: int) -> Numbers:
    """The ages of one place in each path, scaled."""
    to = inputs.year + WIDTH * (wanted.shape[1] - 1)
    nation = project_population(
        inputs, to=to, paths=wanted.shape[2], seed=seed, demography=demographic
    ).values
    shares = nation / nation.sum(axis=(2, 3), keepdims=True)
    return np.asarray(shares * wanted[:, :, None, None], dtype=np.float32)


def _by_migration(inputs: CohortInputs, wanted: Floats, demographic: Demography, seed: int) -> Numbers:
    """Births and deaths of one place, and migrants who make up the difference, (C, T + 1, 2, A, P)."""
    periods, paths = wanted.shape[1] - 1, wanted.shape[2]
    drawn = draw(inputs, demographic, periods=periods, paths=paths, seed=seed)
    steps = ladder(inputs.rates, demographic.slopes)
    nobody = np.zeros((1, 2, inputs.population.shape[2], 1))
    vitals = [
        Vital(
            steps.at(drawn.expectancy[:, :, period]),
            birth_rates(drawn.fertility[:, period], inputs.pattern),
            boys(drawn.ratio[:, period])[:, None],
            nobody,
        )
        for period in range(periods)
    ]
    pattern = np.broadcast_to(rogers_castro(constant=False) / 2, inputs.population.shape)
    shares = (inputs.population / inputs.population.sum())[..., None]
    values = np.empty((len(wanted), periods + 1, *inputs.population.shape[1:], paths), dtype=np.float32)
    for at in range(0, len(wanted), _CHUNK):
        rows = slice(at, at + _CHUNK)
        population = shares * wanted[rows, None, None, 0]
        values[rows, 0] = population
        for period, vital in enumerate(vitals):
            population = _met(population, vital, pattern, wanted[rows, period + 1])
            values[rows, period + 1] = population
    return values


def _met(population: Numbers, vital: Vital, pattern: Floats, wanted: Floats) -> Numbers:
    """The population one period on, with as many migrants of these ages as bring it to the wanted total.

    One migrant adds more than one person: the children she has in the rest of the period. Where more would
    have to leave than there are at these ages, the others are scaled so that the total holds.
    """

    def after(migrants: Numbers) -> Numbers:
        moved = by_age(migrants, pattern)
        return advance(population, Vital(vital.survival, vital.fertility, vital.boys, moved))

    nobody = np.zeros_like(wanted)
    closed = after(nobody).sum(axis=(1, 2))
    persons_per_migrant = after(nobody + 1).sum(axis=(1, 2)) - closed
    reached = after((wanted - closed) / persons_per_migrant)
    return np.asarray(reached * (wanted / reached.sum(axis=(1, 2)))[:, None, None])
