r"""Rebasing: a forecast by age that begins at what was counted in all since, and learns from it (ADR 0028).

A count by age and sex is years old when later totals of the place are published, often by another source and
at another level. The newest total in force is the one base: ages are scaled to it, and the growth since the
count says something about births, deaths and moves, which are drawn anew in its light.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.forecast.ages.cohort_result import Cohorts
from urbium.forecast.ages.cohort_rows import WIDTH
from urbium.forecast.ages.cohorts import Numbers
from urbium.forecast.ages.demographic_draws import (
    DemographicDraws,
    ages_of_migrants,
    draw,
    level_errors,
    streams,
)
from urbium.forecast.ages.demography import Demography, read_demography, told
from urbium.forecast.ages.inputs import CohortInputs
from urbium.forecast.ages.people_by_age import bands_of
from urbium.forecast.ages.population import PATHS, periods_to, project_draws
from urbium.forecast.paths import Floats
from urbium.model import Source
from urbium.text import coded, text

_NOISE = 6
"""The stream of the errors of the totals looked at."""


@dataclass(frozen=True, slots=True)
class _Totals:
    """What is known of the total since the count: years (N,) after it, and logs of persons, (N,)."""

    years: Floats
    logs: Floats


def rebase_population(
    inputs: CohortInputs,
    totals: Mapping[int, float],
    *,
    to: int = 2100,
    paths: int = PATHS,
    seed: int = 0,
    demography: Demography | None = None,
    sources: Mapping[str, Source] | None = None,
) -> Cohorts:
    r"""Return the population of one place by age and sex every five years, on the base of its latest total.

    All ages of the count are scaled alike to the total of its year. Then fertility, life expectancy and
    migration, :math:`x`, of every path are moved by what the growth observed since, y, tells of them:

    .. math::
        x \leftarrow x + \operatorname{cov}(x, y)\,[\operatorname{var}(y) + R]^{-1}\,(y_o + \varepsilon - y)

    with the covariances of the paths themselves (the ensemble Kalman filter with perturbed observations),
    fertility in logs. They go on from there, so that the years ahead learn too. The small rest is closed by
    scaling all ages of a path alike: the totals known are met in every path, to the person. After the last
    of them every path has an error of the level, as large as revisions of totals are.

    Parameters
    ----------
    inputs : counts and history of one place
    totals : persons of that place by year, the newest in force; those before the count are not looked at
    to : last year; five, ten ... years after the count
    paths, seed, demography, sources : as for :func:`.population.project_population`

    Raises
    ------
    InputError : the inputs hold several places, no total is known for the year of the count or around it, a
        total is not above zero, and as :func:`.population.project_population` does

    References
    ----------
    Burgers, van Leeuwen, Evensen: *Analysis scheme in the ensemble Kalman filter* (1998).

    >>> from urbium.forecast.ages.inputs import read_cohorts
    >>> ahead = rebase_population(read_cohorts(), {2020: 1.411e9, 2024: 1.409e9}, to=2030, paths=50)
    >>> round(float(ahead.total().values[0, 0, 0]), -3)
    1411000000.0
    """
    periods = periods_to(inputs, to, paths)
    demographic = demography or read_demography()
    base, later = _based(inputs, totals)
    drawn = draw(base, demographic, periods=periods, paths=paths, seed=seed)
    migrants, how = ages_of_migrants(inputs)
    work = partial(project_draws, base, migrants=migrants, demographic=demographic, seed=seed)
    values = work(drawn)
    if later.years.size:
        if drawn.is_drawn:
            rng = streams(seed, inputs.places[0], 1, first=_NOISE)[0]
            drawn = _informed(drawn, values, later, demographic, rng)
            values = work(drawn)
        values = _closed(values, later)
    if drawn.is_drawn:
        values = _with_level_error(values, later, demographic, inputs.places[0], seed)
    last = inputs.year + int(later.years[-1]) if later.years.size else inputs.year
    return Cohorts.of(
        base,
        values,
        bands_of(values),
        drawn={
            "total_fertility": drawn.fertility,
            "life_expectancy": drawn.expectancy,
            "net_migration": drawn.migration,
        },
        migrants=how,
        settings={"to": to, "paths": paths, "seed": seed, "demography": told(demography), "base": last},
        sources=load_catalogue().sources if sources is None else sources,
        method=text(
            "cohort-component, in steps of five years; scaled to the total for {year}, the latest in "
            "force, and reweighted by the growth since the count",
            year=last,
        ),
    )


def _based(inputs: CohortInputs, totals: Mapping[int, float]) -> tuple[CohortInputs, _Totals]:
    """Scale the counts to the totals of their years, and return the totals after the count."""
    if len(inputs.places) != 1:
        raise InputError(
            coded(
                "forecast.ages.rebase_one",
                "the totals are for one place, but the ages are for {count}",
                count=len(inputs.places),
            ),
            place="totals",
            remedy=text("rebase one place at a time"),
        )
    years = np.array(sorted(totals), dtype=float)
    if not years.size or not years[0] <= inputs.year <= years[-1]:
        raise InputError(
            coded(
                "forecast.ages.rebase_year",
                "no total is known for the year of the count, {year}",
                year=inputs.year,
            ),
            place="totals",
            remedy=text("load the total population for {year}", year=inputs.year),
        )
    persons = np.array([totals[int(year)] for year in years])
    if not (np.isfinite(persons) & (persons > 0)).all():
        raise InputError(
            coded("forecast.ages.rebase_value", "a total is not a number above zero"),
            place="totals",
            remedy=text("give numbers of people"),
        )
    logs = np.log(persons)

    def level(year: int) -> float:
        return float(np.exp(np.interp(year, years, logs)))

    population = inputs.population * (level(inputs.year) / inputs.population.sum())
    after = years > inputs.year
    return replace(inputs, population=population), _Totals(years[after] - inputs.year, logs[after])


def _at(logs: Floats, years: Floats) -> Floats:
    """Return logs of totals some years after the count, (N, P), from those at the nodes, (T + 1, P)."""
    place = years / WIDTH
    below = np.minimum(np.floor(place).astype(np.int64), len(logs) - 2)
    share = (place - below)[:, None]
    return np.asarray(logs[below] * (1 - share) + logs[below + 1] * share)


def _nodes(values: Numbers) -> Floats:
    """Logs of the totals of one place at the nodes, (T + 1, P)."""
    return np.asarray(np.log(values[0].sum(axis=(1, 2), dtype=np.float64)))


def _within(values: Numbers, later: _Totals) -> _Totals:
    """The totals within the years of the forecast."""
    here = later.years <= WIDTH * (values.shape[1] - 1)
    return _Totals(later.years[here], later.logs[here])


def _informed(
    drawn: DemographicDraws,
    values: Numbers,
    later: _Totals,
    demographic: Demography,
    rng: np.random.Generator,
) -> DemographicDraws:
    """Move what was drawn by what the totals since the count tell of it.

    Totals at the end of each period drawn, and the latest, are looked at: those between say the same.
    """
    later = _within(values, later)
    nodes = _nodes(values)
    kept = (later.years % WIDTH == 0) | (later.years == later.years[-1])
    years, observed = later.years[kept], later.logs[kept]
    predicted = _at(nodes, years)
    error = demographic.total_error
    seen = observed[:, None] + error * rng.standard_normal(predicted.shape)
    low, high = demographic.fertility.low, demographic.fertility.high
    parts = [np.log(drawn.fertility[0]), *drawn.expectancy[0], drawn.migration[0]]
    state = np.concatenate(parts)
    apart, spread = (rows - rows.mean(axis=1, keepdims=True) for rows in (state, predicted))
    count = predicted.shape[1]
    square = spread @ spread.T / count + error**2 * np.eye(len(years))
    gain = (apart @ spread.T / count) @ np.linalg.inv(square)
    fertility, men, women, moves = np.split(state + gain @ (seen - predicted), 4)
    return replace(
        drawn,
        fertility=np.clip(np.exp(fertility), low, high)[None],
        expectancy=np.stack([men, women])[None],
        migration=moves[None],
    )


def _closed(values: Numbers, later: _Totals) -> Numbers:
    """Scale the ages of every path so that it meets every total known, and keeps its growth afterwards."""
    later = _within(values, later)
    nodes = _nodes(values)
    gap = later.logs[:, None] - _at(nodes, later.years)
    at = WIDTH * np.arange(len(nodes), dtype=float)
    knots = np.concatenate([[0.0], later.years])
    rest = np.concatenate([np.zeros((1, gap.shape[1])), gap])
    factors = np.stack([np.interp(at, knots, path) for path in rest.T], axis=1)
    return np.asarray(values * np.exp(factors)[None, :, None, None].astype(values.dtype))


def _with_level_error(
    values: Numbers, later: _Totals, demographic: Demography, place: str, seed: int
) -> Numbers:
    """Give every path its error of the level in the years after the last total known."""
    last = later.years[-1] if later.years.size else 0.0
    since = WIDTH * np.arange(values.shape[1]) - last
    share = np.clip(since / demographic.level_years, 0.0, 1.0)
    errors = level_errors(place, demographic, share=share, paths=values.shape[-1], seed=seed)
    return np.asarray(values * errors[None, :, None, None].astype(values.dtype))
