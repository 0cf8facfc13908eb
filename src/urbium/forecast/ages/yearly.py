"""Yearly: the same futures in single years of age and time.

Counts, ages of mothers and ages of migrants are split to single years; total fertility, life expectancy and
the rate of migration stay what was drawn for the five years, and age groups scatter as much by their end.
Without that scatter the totals of both steps agree path by path within a few tenths of a percent: the
difference is how people are spread within a group.
"""

from collections.abc import Mapping

import numpy as np

from urbium.catalogue import load_catalogue
from urbium.forecast.ages.cohort_result import Cohorts, bands_of
from urbium.forecast.ages.cohort_rows import WIDTH
from urbium.forecast.ages.cohorts import Numbers, Vital, advance
from urbium.forecast.ages.demographic_draws import DemographicDraws, ages_of_migrants, draw, scattered
from urbium.forecast.ages.demography import Demography, read_demography, told
from urbium.forecast.ages.fertility import birth_rates, boys
from urbium.forecast.ages.inputs import CohortInputs
from urbium.forecast.ages.lifetable import ladder
from urbium.forecast.ages.migration import by_age
from urbium.forecast.ages.population import PATHS, periods_to
from urbium.forecast.ages.single import split_groups, split_mothers, yearly_survival
from urbium.forecast.paths import Floats
from urbium.model import Source
from urbium.text import text

__all__ = ["project_yearly"]


def project_yearly(
    inputs: CohortInputs,
    *,
    to: int = 2050,
    paths: int = PATHS,
    seed: int = 0,
    demography: Demography | None = None,
    sources: Mapping[str, Source] | None = None,
) -> Cohorts:
    """Return the population of each place by single years of age, every year, with bands.

    Parameters
    ----------
    inputs : counts and history, as for :func:`.population.project_population`
    to : last year; five, ten ... years after the count
    paths, seed : number of futures and seed; the futures are those drawn for steps of five years
    demography, sources : as for steps of five years

    Raises InputError for a year that no whole number of periods reaches, and for a negative number of paths.

    >>> from urbium.forecast.ages.inputs import read_cohorts
    >>> project_yearly(read_cohorts(), to=2025, paths=20).total().table("place").height
    6
    """
    periods = periods_to(inputs, to, paths)
    known = demography or read_demography()
    drawn = draw(inputs, known, periods=periods, paths=paths, seed=seed)
    migrants, how = ages_of_migrants(inputs)
    values = _project(inputs, drawn, migrants, known, seed=seed)
    return Cohorts.of(
        inputs,
        values,
        bands_of(values),
        drawn={
            "total_fertility": drawn.fertility,
            "life_expectancy": drawn.expectancy,
            "net_migration": drawn.migration,
        },
        migrants=how,
        settings={"to": to, "paths": paths, "seed": seed, "step": 1, "demography": told(demography)},
        sources=load_catalogue().sources if sources is None else sources,
        method=text("forecast.ages.method_single", "cohort-component, in single years of age and time"),
        width=1,
    )


def _project(
    inputs: CohortInputs, drawn: DemographicDraws, groups: Floats, known: Demography, *, seed: int
) -> Numbers:
    """Values, (C, 5 T + 1, 2, 101, P)."""
    periods, paths = drawn.fertility.shape[1:]
    migrants, mothers = split_groups(groups).astype(np.float32), split_mothers(inputs.pattern)
    steps = ladder(inputs.rates, known.slopes, single=True, kept_by=yearly_survival)
    scatter = scattered(inputs, known, paths=paths if drawn.is_drawn else 0, seed=seed)
    population = np.repeat(split_groups(inputs.population)[..., None].astype(np.float32), paths, axis=3)
    values = np.empty((len(population), WIDTH * periods + 1, *population.shape[1:]), dtype=np.float32)
    values[:, 0] = population
    for period in range(periods):
        rate = drawn.migration[:, period] * population.sum(axis=(1, 2)) / WIDTH
        vital = Vital(
            steps.at(drawn.expectancy[:, :, period]),
            birth_rates(drawn.fertility[:, period], mothers, width=1).astype(np.float32),
            boys(drawn.ratio[:, period])[:, None].astype(np.float32),
            by_age(rate.astype(np.float32), migrants),
        )
        factors = next(scatter)
        for year in range(1, WIDTH + 1):
            population = advance(population, vital, width=1) * _part(factors, year)
            values[:, WIDTH * period + year] = population
    return values


def _part(factors: Numbers | float, year: int) -> Numbers | float:
    """What a year (1 to 5) takes of the scatter of a period: a fifth, by the group reached at its end.

    Those born in the year take as much as the others of their group have by then.
    """
    if isinstance(factors, float):
        return factors
    ages = np.arange(WIDTH * (factors.shape[2] - 1) + 1)
    group = np.minimum((ages + WIDTH - year) // WIDTH, factors.shape[2] - 1)
    share = np.where(ages == 0, year, 1).astype(np.float32) / WIDTH
    return np.asarray(factors[:, :, group] ** share[:, None])
