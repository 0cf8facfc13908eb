"""Futures: what is drawn for every path of a population, place by place.

Three things are drawn: total fertility, life expectancy of women and of men, and net migration. What else
moves an age group (ages of deaths and of migrants, errors of the count) is drawn as one scatter about what
these three say. Ages of mothers and the sex ratio at birth are assumed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from zlib import crc32

import numpy as np

from urbium.forecast.ages.cohort_rows import WIDTH
from urbium.forecast.ages.cohorts import Numbers, Vital
from urbium.forecast.ages.demography import Demography
from urbium.forecast.ages.fertility import birth_rates, boys
from urbium.forecast.ages.inputs import CohortInputs
from urbium.forecast.ages.lifetable import life_table, survival
from urbium.forecast.ages.migration import move, residual, rogers_castro, shares
from urbium.forecast.ages.random_walk import wander
from urbium.forecast.paths import Floats
from urbium.text import text

_SCATTER = 4
"""The stream of the scatter of age groups; those before it are of fertility, mortality and migration."""

_LEVEL = 5
"""The stream of the error of the level."""

_ESTIMATES = 7
"""The first of the three streams of the errors of the latest estimates."""

_FARTHEST = 2.0
"""The largest scatter of the log of a group in one period."""


@dataclass(frozen=True, slots=True)
class DemographicDraws:
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


def draw(
    inputs: CohortInputs,
    demography: Demography,
    *,
    periods: int,
    paths: int,
    seed: int,
    base_is_exact: bool = False,
) -> DemographicDraws:
    """Return the futures of fertility, mortality and migration.

    Every path has an error of the latest fertility and life expectancy, as large as revisions of estimates
    are, unless the base is exact: where the forecast is held against figures of the same revision.

    Each place and each figure has its own stream of random numbers, set by the seed and the name of the
    place: a place has the same futures alone and among others.
    """
    men, women = inputs.expectancy[:, 0], inputs.expectancy[:, 1]
    gap = women - men
    rates, size = inputs.migration / inputs.sizes, inputs.population.sum(axis=(1, 2))
    drawn: list[list[Floats]] = []
    for at, place in enumerate(inputs.places):
        births, longer, between, moving = streams(seed, place, 4)
        of_births, of_lives, of_gap = streams(seed, place, 3, first=_ESTIMATES)
        width = 0 if base_is_exact else paths
        off = [
            demography.errors["total_fertility"].draw(
                inputs.fertility[[at], -1], width, of_births, inputs.fertility_error[[at]]
            ),
            demography.errors["life_expectancy"].draw(women[[at], -1], width, of_lives),
            demography.errors["expectancy_gap"].draw(gap[[at], -1], width, of_gap),
        ]
        errors = [part if width else 0.0 for part in off]
        go, one = partial(wander, periods=periods, paths=paths), slice(at, at + 1)
        drawn.append(
            [
                go(demography.fertility, *inputs.fertility[one, -2:].T, rng=births, error=errors[0]),
                go(demography.expectancy, *women[one, -2:].T, rng=longer, error=errors[1]),
                go(demography.gap, *gap[one, -2:].T, rng=between, error=errors[2]),
                move(demography.moves, rates[one], size[one], periods=periods, paths=paths, rng=moving),
            ]
        )
    fertility, longer_lives, gaps, moved = (np.concatenate(one) for one in zip(*drawn, strict=True))
    usual, years = demography.sex_ratio
    left = np.clip(1 - WIDTH * np.arange(1, periods + 1) / years, 0, 1)
    ratio = usual + (inputs.ratio[:, None] - usual) * left
    return DemographicDraws(
        fertility, np.stack([longer_lives - gaps, longer_lives], axis=1), moved, ratio, paths > 0
    )


def streams(seed: int, place: str, count: int, *, first: int = 0) -> list[np.random.Generator]:
    """Return independent streams of random numbers of a place, the same for the same seed and name."""
    name = crc32(place.encode())
    return [np.random.default_rng([seed, name, first + at]) for at in range(count)]


def scattered(
    inputs: CohortInputs, demography: Demography, *, paths: int, seed: int
) -> Iterator[Numbers | float]:
    """Yield, for one period after the other, factors (C, 2, A, P) by which age groups scatter.

    They stand for what is not drawn otherwise: ages of deaths and of migrants, errors of the count. Groups
    and sexes scatter on their own, but large scatters come together (a multivariate t).
    """
    by_place = [streams(seed, place, 1, first=_SCATTER)[0] for place in inputs.places]
    scale = demography.scatter[:, None].astype(np.float32)
    freedom = demography.scatter_freedom
    shape = (2, len(scale), paths)
    while paths:
        factors = np.empty((len(by_place), *shape), dtype=np.float32)
        for at, rng in enumerate(by_place):
            common = np.sqrt(freedom / rng.chisquare(freedom, paths)).astype(np.float32)
            factors[at] = rng.standard_normal(shape, dtype=np.float32) * common
        factors *= scale
        np.clip(factors, -_FARTHEST, _FARTHEST, out=factors)
        yield np.exp(factors, out=factors)
    while True:
        yield 1.0


def level_errors(place: str, demography: Demography, *, share: Floats, paths: int, seed: int) -> Floats:
    """Return factors, (T, P), by which the total of a place is wrong in each path.

    A count is not exact: revisions show by how much. In a path the error is one and the same, and as large
    as the ``share``, (T,), of revisions that will have come by then.
    """
    rng = streams(seed, place, 1, first=_LEVEL)[0]
    error = np.clip(demography.level_error * rng.standard_t(demography.level_freedom, paths), -0.5, 0.5)
    return np.asarray(np.exp(np.sqrt(share)[:, None] * error))


def ages_of_migrants(inputs: CohortInputs) -> tuple[Floats, tuple[str, ...]]:
    """Return the ages of net migrants, (C, 2, 21) shares, and for each place how they were found.

    With two counts they are what births and deaths between them leave unexplained; with one, or where that
    is no clear flow, they are Rogers and Castro's.
    """
    standard = np.broadcast_to(rogers_castro(constant=False) / 2, inputs.population.shape)
    model = text("standard schedule of Rogers and Castro, the same for both sexes")
    if inputs.earlier is None:
        return standard, (model,) * len(inputs.places)
    vital = Vital(
        survival(life_table(inputs.rates)),
        birth_rates(inputs.fertility[:, -1], inputs.pattern),
        boys(inputs.ratio),
        np.zeros_like(inputs.earlier),
    )
    by_age = shares(residual(inputs.earlier, inputs.population, vital))
    span = f"{inputs.year - WIDTH}-{inputs.year}"
    from_counts = text(
        "the part of the change between the two counts that births and deaths in {span} do not explain",
        span=span,
    )
    is_model = [bool(np.allclose(one, model_ages)) for one, model_ages in zip(by_age, standard, strict=True)]
    return by_age, tuple(model if plain else from_counts for plain in is_model)
