"""Population by age and sex: many futures of places, from counts, births, deaths and moves.

Here the cohorts are moved on; what differs from path to path is drawn in :mod:`.demographic_draws`.
"""

from collections.abc import Mapping
from concurrent.futures import Executor
from functools import partial

import numpy as np

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.forecast.ages.cohort_result import Cohorts
from urbium.forecast.ages.cohort_rows import WIDTH
from urbium.forecast.ages.cohorts import Numbers, Vital, advance
from urbium.forecast.ages.demographic_draws import (
    DemographicDraws,
    ages_of_migrants,
    draw,
    level_errors,
    scattered,
)
from urbium.forecast.ages.demography import Demography, read_demography, told
from urbium.forecast.ages.fertility import birth_rates, boys
from urbium.forecast.ages.inputs import CohortInputs
from urbium.forecast.ages.lifetable import ladder
from urbium.forecast.ages.migration import by_age
from urbium.forecast.ages.people_by_age import bands_of
from urbium.forecast.paths import Floats
from urbium.model import Source
from urbium.text import coded, text

PATHS = 1_000
"""Futures that are drawn unless another number is asked for."""

_CHUNK = 8
"""Places projected together; small enough for the arrays of a period to stay in the processor's memory."""


def project_population(
    inputs: CohortInputs,
    *,
    to: int = 2100,
    paths: int = PATHS,
    seed: int = 0,
    demography: Demography | None = None,
    sources: Mapping[str, Source] | None = None,
    base_is_exact: bool = False,
    executor: Executor | None = None,
) -> Cohorts:
    """Return the population of each place by age and sex every five years, with bands.

    Parameters
    ----------
    inputs : counts and history, from :func:`.inputs.read_cohorts`
    to : last year; five, ten ... years after the count
    paths : number of futures; 0 for the one without shocks, which has no bands
    seed : of the random draws; the same seed gives the same futures
    demography : pooled figures; the declared ones unless given
    sources : publishers by id; those of the catalogue unless given
    base_is_exact : whether count and latest estimates have no error of their own, as where they are held
        against figures of the same revision; otherwise every path has one error of each in all years ahead
    executor : maps groups of places; one after the other without it

    Raises InputError for a year that no whole number of periods reaches, and for a negative number of paths.

    >>> from urbium.forecast.ages.inputs import read_cohorts
    >>> project_population(read_cohorts(), to=2050, paths=50)
    Population of 1 place by age and sex to 2050, 50 paths
    """
    periods = periods_to(inputs, to, paths)
    demographic = demography or read_demography()
    drawn = draw(inputs, demographic, periods=periods, paths=paths, seed=seed, base_is_exact=base_is_exact)
    migrants, how = ages_of_migrants(inputs)
    work = partial(_project, inputs, drawn, migrants, demographic, seed=seed, base_is_exact=base_is_exact)
    groups = [slice(at, at + _CHUNK) for at in range(0, len(inputs.places), _CHUNK)]
    values = np.empty(
        (len(inputs.places), periods + 1, 2, inputs.population.shape[2], max(paths, 1)), np.float32
    )
    bands = np.empty((*values.shape[:-1], 5))
    for group, (projected, band) in zip(
        groups, (executor.map if executor else map)(work, groups), strict=True
    ):
        values[group], bands[group] = projected, band
    return Cohorts.of(
        inputs,
        values,
        bands,
        drawn={
            "total_fertility": drawn.fertility,
            "life_expectancy": drawn.expectancy,
            "net_migration": drawn.migration,
        },
        migrants=how,
        settings={"to": to, "paths": paths, "seed": seed, "demography": told(demography)},
        sources=load_catalogue().sources if sources is None else sources,
    )


def periods_to(inputs: CohortInputs, to: int, paths: int) -> int:
    """Return the periods from the count to a year. Raises InputError where they are no whole number."""
    periods, odd = divmod(to - inputs.year, WIDTH)
    if odd or periods < 1:
        raise InputError(
            coded(
                "forecast.ages.horizon",
                "{to} is not 5, 10 ... years after the count of {year}",
                to=to,
                year=inputs.year,
            ),
            place="to",
            remedy=text("request {year}", year=inputs.year + WIDTH * max(periods, 1)),
        )
    if paths < 0:
        raise InputError(
            coded("forecast.paths", "{paths} is not a valid number of paths", paths=paths),
            place="paths",
            remedy=text("enter 0 or more"),
        )
    return periods


def project_draws(
    inputs: CohortInputs, drawn: DemographicDraws, *, migrants: Floats, demographic: Demography, seed: int
) -> Numbers:
    """Return the values, (C, T + 1, 2, A, P), of all places for what was drawn, the base taken as exact."""
    return _project(inputs, drawn, migrants, demographic, slice(None), seed=seed, base_is_exact=True)[0]


def _project(
    inputs: CohortInputs,
    drawn: DemographicDraws,
    migrants: Floats,
    demographic: Demography,
    group: slice,
    *,
    seed: int,
    base_is_exact: bool,
) -> tuple[Numbers, Floats]:
    """Project some places: values (C, T + 1, 2, A, P), and their bands."""
    places = inputs.rows(group)
    paths, periods = drawn.fertility.shape[2], drawn.fertility.shape[1]
    steps = ladder(places.rates, demographic.slopes, single=True)
    ages = migrants[group].astype(np.float32)
    scatter = scattered(places, demographic, paths=paths if drawn.is_drawn else 0, seed=seed)
    population = np.repeat(places.population[..., None].astype(np.float32), paths, axis=3)
    values = np.empty((len(population), periods + 1, *population.shape[1:]), dtype=np.float32)
    values[:, 0] = population
    for period in range(periods):
        total = drawn.migration[group, period] * population.sum(axis=(1, 2))
        vital = Vital(
            steps.at(drawn.expectancy[group, :, period]),
            birth_rates(drawn.fertility[group, period], places.pattern).astype(np.float32),
            boys(drawn.ratio[group, period])[:, None].astype(np.float32),
            by_age(total.astype(np.float32), ages),
        )
        population = advance(population, vital) * next(scatter)
        values[:, period + 1] = population
    if drawn.is_drawn and not base_is_exact:
        for at, place in enumerate(places.places):
            errors = level_errors(place, demographic, share=np.ones(periods), paths=paths, seed=seed)
            values[at, 1:] *= errors[:, None, None].astype(np.float32)
    return values, bands_of(values)
