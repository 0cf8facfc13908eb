"""Population by age and sex: many futures of places, from counts, births, deaths and moves.

Three things are drawn for every path: total fertility, life expectancy of women and of men, and net
migration. What else moves an age group (ages of deaths and of migrants, errors of the count) is drawn as one
scatter about what these three say. Ages of mothers and the sex ratio at birth are assumed; every result names
what was assumed.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from zlib import crc32

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
from urbium.forecast.lifetable import ladder, life_table, survival
from urbium.forecast.migration import by_age, move, residual, rogers_castro, shares
from urbium.forecast.paths import limits
from urbium.model import Source

__all__ = [
    "PATHS",
    "Futures",
    "ages_of_migrants",
    "bands_of",
    "draw",
    "periods_to",
    "project_population",
    "scattered",
    "streams",
]

PATHS = 1_000
"""Futures that are drawn unless another number is asked for."""

_SCATTER = 4
"""The stream of the scatter of age groups; those before it are of fertility, mortality and migration."""

_FARTHEST = 2.0
"""The largest scatter of the log of a group in one period."""

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
    is_drawn : whether there are shocks; otherwise P is 1
    """

    fertility: Floats
    expectancy: Floats
    migration: Floats
    ratio: Floats
    is_drawn: bool = True


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
    work = partial(_project, inputs, drawn, migrants, known, seed=seed)
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
    """Return the futures of fertility, mortality and migration.

    Each place and each figure has its own stream of random numbers, set by the seed and the name of the
    place: a place has the same futures alone and among others.
    """
    error = np.where(np.isnan(inputs.fertility_error), known.fertility_error, inputs.fertility_error)
    men, women = inputs.expectancy[:, 0], inputs.expectancy[:, 1]
    gap = women - men
    rates, size = inputs.migration / inputs.sizes, inputs.population.sum(axis=(1, 2))
    own: list[list[Floats]] = []
    for at, place in enumerate(inputs.places):
        births, longer, between, moving = streams(seed, place, 4)
        go, one = partial(wander, periods=periods, paths=paths), slice(at, at + 1)
        own.append(
            [
                go(known.fertility, *inputs.fertility[one, -2:].T, rng=births, error=error[one]),
                go(known.expectancy, *women[one, -2:].T, rng=longer),
                go(known.gap, *gap[one, -2:].T, rng=between),
                move(known.moves, rates[one], size[one], periods=periods, paths=paths, rng=moving),
            ]
        )
    fertility, longer_lives, gaps, moved = (np.concatenate(one) for one in zip(*own, strict=True))
    usual, years = known.sex_ratio
    left = np.clip(1 - WIDTH * np.arange(1, periods + 1) / years, 0, 1)
    ratio = usual + (inputs.ratio[:, None] - usual) * left
    return Futures(fertility, np.stack([longer_lives - gaps, longer_lives], axis=1), moved, ratio, paths > 0)


def streams(seed: int, place: str, count: int, *, first: int = 0) -> list[np.random.Generator]:
    """Return independent streams of random numbers of a place, the same for the same seed and name."""
    name = crc32(place.encode())
    return [np.random.default_rng([seed, name, first + at]) for at in range(count)]


def scattered(inputs: CohortInputs, known: Demography, *, paths: int, seed: int) -> Iterator[Numbers | float]:
    """Yield, for one period after the other, factors (C, 2, A, P) by which age groups scatter.

    They stand for what is not drawn otherwise: ages of deaths and of migrants, errors of the count. Groups
    and sexes scatter on their own, but large scatters come together (a multivariate t).
    """
    own = [streams(seed, place, 1, first=_SCATTER)[0] for place in inputs.places]
    scale = known.scatter[:, None].astype(np.float32)
    freedom = known.scatter_freedom
    shape = (2, len(scale), paths)
    while paths:
        factors = np.empty((len(own), *shape), dtype=np.float32)
        for at, rng in enumerate(own):
            common = np.sqrt(freedom / rng.chisquare(freedom, paths)).astype(np.float32)
            factors[at] = rng.standard_normal(shape, dtype=np.float32) * common
        factors *= scale
        np.clip(factors, -_FARTHEST, _FARTHEST, out=factors)
        yield np.exp(factors, out=factors)
    while True:
        yield 1.0


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
    inputs: CohortInputs, drawn: Futures, migrants: Floats, known: Demography, group: slice, *, seed: int
) -> tuple[Numbers, Floats]:
    """Project some places: values (C, T + 1, 2, A, P), and their bands."""
    own = inputs.rows(group)
    paths, periods = drawn.fertility.shape[2], drawn.fertility.shape[1]
    steps = ladder(own.rates, known.slopes, single=True)
    ages = migrants[group].astype(np.float32)
    scatter = scattered(own, known, paths=paths if drawn.is_drawn else 0, seed=seed)
    population = np.repeat(own.population[..., None].astype(np.float32), paths, axis=3)
    values = np.empty((len(population), periods + 1, *population.shape[1:]), dtype=np.float32)
    values[:, 0] = population
    for period in range(periods):
        total = drawn.migration[group, period] * population.sum(axis=(1, 2))
        vital = Vital(
            steps.at(drawn.expectancy[group, :, period]),
            birth_rates(drawn.fertility[group, period], own.pattern).astype(np.float32),
            boys(drawn.ratio[group, period])[:, None].astype(np.float32),
            by_age(total.astype(np.float32), ages),
        )
        population = advance(population, vital) * next(scatter)
        values[:, period + 1] = population
    return values, bands_of(values)
