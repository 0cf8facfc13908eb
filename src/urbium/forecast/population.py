"""Population by age and sex: many futures of places, from counts, births, deaths and moves.

Three things are uncertain and drawn for every path: total fertility, life expectancy of women and of men, and
net migration. What is assumed and not drawn (ages of mothers, ages of migrants, sex ratio at birth, the base
count) is named by every result.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import numpy as np

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.forecast.cohort_checks import WIDTH
from urbium.forecast.cohort_inputs import CohortInputs
from urbium.forecast.cohort_result import Cohorts
from urbium.forecast.cohorts import Numbers, Vital, advance
from urbium.forecast.curves import Floats
from urbium.forecast.demography import Demography, read_demography
from urbium.forecast.drift import wander
from urbium.forecast.fertility import birth_rates, boys
from urbium.forecast.lifetable import Ladder, ladder, life_table, survival
from urbium.forecast.migration import by_age, move, residual, rogers_castro, shares
from urbium.forecast.paths import limits
from urbium.model import Source

__all__ = ["PATHS", "Futures", "ages_of_migrants", "bands_of", "draw", "periods_to", "project_population"]

PATHS = 1_000
"""Futures that are drawn unless another number is asked for."""

_CHUNK = 8
"""Places projected together; small enough for the arrays of a period to stay in the processor's memory."""


@dataclass(frozen=True, slots=True)
class Futures:
    """What is drawn, for C places over T periods in P paths.

    Attributes
    ----------
    fertility : (C, T, P) total fertility
    expectancy : (C, 2, T, P) life expectancy at birth, men first
    migration : (C, T, P) net migrants of a period for each person at its beginning
    ratio : (C, T) boys a girl at birth; the same in all paths
    """

    fertility: Floats
    expectancy: Floats
    migration: Floats
    ratio: Floats


def project_population(
    inputs: CohortInputs,
    *,
    to: int = 2100,
    paths: int = PATHS,
    seed: int = 0,
    demography: Demography | None = None,
    sources: Mapping[str, Source] | None = None,
    executor: Executor | None = None,
) -> Cohorts:
    """Return the population of each place by age and sex every five years, with bands.

    Parameters
    ----------
    inputs : counts and history, from :func:`~urbium.forecast.cohort_inputs.read_cohorts`
    to : last year; five, ten ... years after the count
    paths : number of futures; 0 for the one without shocks, which has no bands
    seed : of the random draws; the same seed gives the same futures
    demography : pooled figures; the declared ones unless given
    sources : publishers by id; those of the catalogue unless given
    executor : maps groups of places; one after the other without it

    Raises InputError for a year that no whole number of periods reaches, and for a negative number of paths.

    >>> from urbium.forecast.cohort_inputs import read_cohorts
    >>> project_population(read_cohorts(), to=2050, paths=50)
    Population by age and sex of 1 place to 2050, 50 paths
    """
    periods = periods_to(inputs, to, paths)
    known = demography or read_demography()
    drawn = draw(inputs, known, periods=periods, paths=paths, seed=seed)
    migrants, how = ages_of_migrants(inputs)
    work = partial(_project, inputs, drawn, migrants, known)
    groups = [slice(at, at + _CHUNK) for at in range(0, len(inputs.places), _CHUNK)]
    values = np.empty(
        (len(inputs.places), periods + 1, 2, inputs.population.shape[2], max(paths, 1)), np.float32
    )
    bands = np.empty((*values.shape[:-1], 5))
    for group, (own, band) in zip(groups, (executor.map if executor else map)(work, groups), strict=True):
        values[group], bands[group] = own, band
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
        settings={"to": to, "paths": paths, "seed": seed},
        sources=load_catalogue().sources if sources is None else sources,
    )


def periods_to(inputs: CohortInputs, to: int, paths: int) -> int:
    """Return the periods from the count to a year. Raises InputError where they are no whole number."""
    periods, odd = divmod(to - inputs.year, WIDTH)
    if odd or periods < 1:
        raise InputError(
            f"{to} is not 5, 10 ... years after the count of {inputs.year}",
            place="to",
            remedy=f"ask for {inputs.year + WIDTH * max(periods, 1)}",
        )
    if paths < 0:
        raise InputError(f"{paths} is not a number of futures", place="paths", remedy="give 0 or more")
    return periods


def bands_of(values: Numbers) -> Floats:
    """Return median and limits of values (C, Y, ..., P); limits are NaN in the first year and of one path."""
    bands = limits(values)
    if values.shape[-1] == 1:
        bands[..., 1:] = np.nan
    bands[:, 0, ..., 1:] = np.nan
    return bands


def draw(inputs: CohortInputs, known: Demography, *, periods: int, paths: int, seed: int) -> Futures:
    """Return the futures of fertility, mortality and migration; each has its own stream of random numbers."""
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(4)]
    error = np.where(np.isnan(inputs.fertility_error), known.fertility_error, inputs.fertility_error)
    men, women = inputs.expectancy[:, 0], inputs.expectancy[:, 1]
    gap = women - men
    go = partial(wander, periods=periods, paths=paths)
    fertility = go(known.fertility, *inputs.fertility[:, -2:].T, rng=streams[0], error=error)
    longer = go(known.expectancy, *women[:, -2:].T, rng=streams[1])
    between = go(known.gap, *gap[:, -2:].T, rng=streams[2])
    size = inputs.population.sum(axis=(1, 2))
    rates = inputs.migration / inputs.sizes
    moved = move(known.moves, rates, size, periods=periods, paths=paths, rng=streams[3])
    usual, years = known.sex_ratio
    left = np.clip(1 - WIDTH * np.arange(1, periods + 1) / years, 0, 1)
    ratio = usual + (inputs.ratio[:, None] - usual) * left
    return Futures(fertility, np.stack([longer - between, longer], axis=1), moved, ratio)


def ages_of_migrants(inputs: CohortInputs) -> tuple[Floats, tuple[str, ...]]:
    """Return the ages of net migrants, (C, 2, 21) shares, and for each place how they were found.

    With two counts they are what births and deaths between them leave unexplained; with one, or where that
    is no clear flow, they are Rogers and Castro's.
    """
    standard = np.broadcast_to(rogers_castro(constant=False) / 2, inputs.population.shape)
    model = "Rogers and Castro's standard schedule, both sexes alike"
    if inputs.earlier is None:
        return standard, (model,) * len(inputs.places)
    vital = Vital(
        survival(life_table(inputs.rates)),
        birth_rates(inputs.fertility[:, -1], inputs.pattern),
        boys(inputs.ratio),
        np.zeros_like(inputs.earlier),
    )
    found = shares(residual(inputs.earlier, inputs.population, vital))
    span = f"{inputs.year - WIDTH}-{inputs.year}"
    own = f"what births and deaths of {span} leave unexplained between the two counts"
    is_model = [bool(np.allclose(one, model_ages)) for one, model_ages in zip(found, standard, strict=True)]
    return found, tuple(model if plain else own for plain in is_model)


def _project(
    inputs: CohortInputs, drawn: Futures, migrants: Floats, known: Demography, group: slice
) -> tuple[Numbers, Floats]:
    """Project some places: values (C, T + 1, 2, A, P), and their bands."""
    own = Futures(drawn.fertility[group], drawn.expectancy[group], drawn.migration[group], drawn.ratio[group])
    steps = ladder(inputs.rates[group], known.slopes, single=True)
    start = inputs.population[group, :, :, None].astype(np.float32)
    start = np.repeat(start, drawn.fertility.shape[2], axis=3)
    values = np.stack(list(_populations(start, steps, inputs.pattern[group], migrants[group], own)), axis=1)
    return values, bands_of(values)


def _populations(
    start: Numbers, steps: Ladder, pattern: Floats, migrants: Floats, drawn: Futures
) -> Iterator[Numbers]:
    population = start
    yield population
    for period in range(drawn.fertility.shape[1]):
        total = drawn.migration[:, period] * population.sum(axis=(1, 2))
        vital = Vital(
            steps.at(drawn.expectancy[:, :, period]),
            birth_rates(drawn.fertility[:, period], pattern).astype(np.float32),
            boys(drawn.ratio[:, period])[:, None].astype(np.float32),
            by_age(total.astype(np.float32), migrants.astype(np.float32)),
        )
        population = advance(population, vital)
        yield population
