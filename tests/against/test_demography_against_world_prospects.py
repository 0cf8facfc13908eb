"""The pooled figures against the series of all countries they were learned from, and against later years.

Trained on 1950-2000 alone, fertility, life expectancy and migration of 2000 to 2020 fall into the bands about
as often as the bands say. The series are estimates of one revision: errors of the latest estimate itself are
not seen here, and are added in a forecast as large as revisions were (``bench/revision_rules.py``).
"""

import json

import numpy as np
import polars as pl
import pytest

from calibration.demographic_fit import figures_of, learn
from urbium.catalogue import load_catalogue
from urbium.forecast.ages.demography import read_demography
from urbium.forecast.ages.inputs import CohortInputs
from urbium.forecast.ages.lifetable import ladder, life_table, survival
from urbium.forecast.ages.migration import move
from urbium.forecast.ages.population import project_population
from urbium.forecast.ages.random_walk import wander
from urbium.forecast.paths import limits

pytestmark = pytest.mark.shared

ESTIMATED, ORIGIN = 14, 10
"""Periods of estimates, 1950-1955 to 2015-2020; those up to 2000."""

PATHS = 1_000


@pytest.fixture(scope="module")
def back_then(world):
    """The pooled figures as they would have been learned in 2000."""
    return read_demography(figures_of(learn(world.estimates(ORIGIN)), load_catalogue().learned["demography"]))


def coverage(futures, known):
    """Shares inside the 80% and the 95% band over all countries, by horizon, (horizons, 2)."""
    _, low80, high80, low95, high95 = np.moveaxis(limits(futures), -1, 0)
    inside = np.stack([(low80 <= known) & (known <= high80), (low95 <= known) & (known <= high95)], axis=-1)
    return inside.mean(axis=0)


def drawn(model, series):
    rng = np.random.default_rng(7)
    return wander(
        model, series[:, ORIGIN - 2], series[:, ORIGIN - 1], periods=ESTIMATED - ORIGIN, paths=PATHS, rng=rng
    )


def test_the_declared_figures_are_those_learned_from_the_estimates(world):
    declared = load_catalogue().learned["demography"]
    found = learn(world.estimates(ESTIMATED))

    assert set(found) <= set(declared)
    own = [declared[name].value for name in found]
    np.testing.assert_allclose(own, list(found.values()), rtol=2e-3, atol=2e-5)


def test_total_fertility_of_2000_to_2020_lies_in_the_bands_drawn_in_2000(world, back_then):
    series = world.fertility[:, :ESTIMATED]

    shares = coverage(drawn(back_then.fertility, series), series[:, ORIGIN:])

    assert ((shares[:, 0] >= 0.78) & (shares[:, 0] <= 0.91)).all()
    assert 0.80 <= shares[:, 0].mean() <= 0.87
    assert ((shares[:, 1] >= 0.94) & (shares[:, 1] <= 0.99)).all()


def test_life_expectancy_of_2000_to_2020_lies_in_the_bands_drawn_in_2000(world, back_then):
    women = world.expectancy[:, 1, :ESTIMATED]

    shares = coverage(drawn(back_then.expectancy, women), women[:, ORIGIN:])

    assert ((shares[:, 0] >= 0.80) & (shares[:, 0] <= 0.92)).all()
    assert ((shares[:, 1] >= 0.93) & (shares[:, 1] <= 0.99)).all()


def test_net_migration_of_2000_to_2020_lies_in_the_bands_drawn_in_2000(world, back_then):
    known = world.estimates(ESTIMATED)
    rates, persons = known.moved, known.population.sum(axis=(1, 2))
    rng = np.random.default_rng(7)

    futures = move(back_then.moves, rates[:, :ORIGIN], persons[:, ORIGIN], periods=4, paths=PATHS, rng=rng)

    shares = coverage(futures, rates[:, ORIGIN:])
    assert ((shares[:, 0] >= 0.80) & (shares[:, 0] <= 0.93)).all()
    assert ((shares[:, 1] >= 0.93) & (shares[:, 1] <= 0.99)).all()


def test_survival_at_the_life_expectancy_of_a_decade_later_is_near_what_came(world):
    """From the death rates of 2000-2005 and the life expectancy of 2010-2015 alone."""
    slopes = read_demography().slopes
    reached = life_table(world.rates[..., 12]).expectancy
    ours = ladder(world.rates[..., 10], slopes).at(reached[..., None])[..., 0]
    came = survival(life_table(world.rates[..., 12]))

    error = np.abs(ours - came).max(axis=2)
    still = np.abs(survival(life_table(world.rates[..., 10])) - came).max(axis=2)
    assert np.median(error) < 0.6 * np.median(still)


def inputs_of(world, periods):
    """All countries as they were counted at the end of so many periods."""
    persons = 1000 * world.population
    pattern = world.pattern[..., periods - 1]
    return CohortInputs(
        places=tuple(world.codes),
        year=1950 + 5 * periods,
        population=persons[..., periods],
        earlier=persons[..., periods - 1],
        rates=world.rates[..., periods - 1],
        pattern=pattern / pattern.sum(axis=1, keepdims=True),
        ratio=world.ratio[:, periods - 1],
        fertility=world.fertility[:, :periods],
        fertility_error=np.full(len(world.codes), np.nan),
        expectancy=world.expectancy[..., :periods],
        migration=1000 * world.migration[:, :periods],
        sizes=persons.sum(axis=(1, 2))[:, :periods],
        table=pl.DataFrame(),
    )


@pytest.fixture(scope="module")
def from_2000(world, back_then):
    """All countries projected from 2000 to 2020; what came is of the same revision: the base is exact."""
    return project_population(
        inputs_of(world, ORIGIN), to=2020, paths=400, demography=back_then, base_is_exact=True
    )


@pytest.mark.parametrize(("first", "last"), [(0, None), (0, 15), (15, 65), (65, None)])
def test_populations_of_2005_to_2020_lie_in_the_bands_drawn_in_2000(world, from_2000, first, last):
    came = world.population[..., ORIGIN : ESTIMATED + 1][:, :, first // 5 : last and last // 5]

    shares = coverage(from_2000.between(first, last).values, 1000 * came.sum(axis=(1, 2)))[1:]

    assert ((shares[:, 0] >= 0.76) & (shares[:, 0] <= 0.94)).all()
    assert ((shares[:, 1] >= 0.88) & (shares[:, 1] <= 0.995)).all()


def test_age_groups_of_2005_to_2020_lie_in_the_bands_drawn_in_2000(world, from_2000):
    """Over all countries, sexes and ages; the oldest, from 95, are few and less well covered."""
    came = 1000 * world.population[..., ORIGIN : ESTIMATED + 1]

    shares = np.mean(
        [coverage(from_2000.values[:, :, sex].swapaxes(1, 2), came[:, sex]) for sex in (0, 1)], axis=(0, 1)
    )[1:]

    assert ((shares[:, 0] >= 0.80) & (shares[:, 0] <= 0.91)).all()
    assert ((shares[:, 1] >= 0.93) & (shares[:, 1] <= 0.97)).all()


def test_after_twenty_years_the_middle_is_closer_than_going_on_with_the_last_growth(world, from_2000):
    came = 1000 * world.population[..., ESTIMATED].sum(axis=(1, 2))
    total = 1000 * world.population.sum(axis=(1, 2))
    naive = total[:, ORIGIN] * (total[:, ORIGIN] / total[:, ORIGIN - 1]) ** 4

    ours = np.abs(np.log(np.median(from_2000.total().values[:, -1], axis=-1) / came))
    assert np.median(ours) < np.median(np.abs(np.log(naive / came)))


def revised(shared, world):
    """Totals of the later revision of the World Bank by year, for the countries of the world that it has."""
    features = json.loads((shared / "data/real/maps/ne_110m_admin_0_countries.geojson").read_text())[
        "features"
    ]
    letters = {}
    for feature in features:
        names = {name.lower(): value for name, value in feature["properties"].items()}
        if str(names["iso_n3"]).isdigit():
            letters[int(names["iso_n3"])] = names["iso_a3"].lower()
    folder = shared / "data" / "real" / "countries_wdi"
    urban = pl.read_csv(folder / "urban_population.csv")
    share = pl.read_csv(folder / "urban_population_percent_of_total.csv")
    both = urban.join(share, on=["geo", "time"]).filter(pl.col(share.columns[2]) > 0)
    totals = {(geo, year): 100 * persons / part for geo, year, persons, part in both.iter_rows()}
    return lambda year: np.array(
        [totals.get((letters.get(int(code), ""), year), np.nan) for code in world.codes]
    )


@pytest.mark.parametrize(("periods", "year"), [(11, 2010), (12, 2015), (13, 2020), (14, 2020)])
def test_levels_of_a_later_revision_lie_in_the_bands_that_know_of_revisions(shared, world, periods, year):
    """The error of the level is learned from 1990 to 2000; the years held here came after."""
    later = revised(shared, world)(year)
    if periods == ESTIMATED:  # the count of 2020, held against the revised total of 2024
        later = revised(shared, world)(2024)
        ahead = project_population(inputs_of(world, periods), to=2025, paths=600)
        logs = np.log(ahead.total().values)
        futures = np.exp(0.2 * logs[:, 0] + 0.8 * logs[:, 1])
    else:
        ahead = project_population(inputs_of(world, periods), to=year, paths=600)
        futures = ahead.total().values[:, -1]
    has = np.isfinite(later)
    assert has.sum() > 150

    (shares,) = coverage(futures[has, None], later[has, None])

    assert 0.70 <= shares[0] <= 0.93, shares
    assert shares[1] >= 0.88, shares
