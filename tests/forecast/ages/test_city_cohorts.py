"""City cohorts: every path keeps the total it was given, and the result says whose ages were used."""

import numpy as np
import polars as pl
import pytest

from urbium.errors import InputError, NotFoundError
from urbium.forecast.ages.city_cohorts import project_cities
from urbium.forecast.ages.inputs import DEMO, cohort_inputs, read_cohorts
from urbium.forecast.ages.population import project_population
from urbium.forecast.paths import Paths

YEARS = np.arange(2015, 2046)


def totals(*growth, paths=30, start=4e6):
    """One city a growth rate, all paths a little apart."""
    rng = np.random.default_rng(5)
    step = np.array(growth)[:, None, None] * (YEARS - 2020)[None, :, None]
    noise = 0.002 * (YEARS - 2020).clip(0)[None, :, None] * rng.normal(size=(len(growth), 1, paths))
    return Paths(tuple(f"C{at}" for at in range(len(growth))), YEARS, start * np.exp(step + noise))


@pytest.fixture(scope="module")
def nation():
    return read_cohorts()


@pytest.mark.parametrize("way", ["migration", "ratio"])
@pytest.mark.parametrize("growth", [0.04, 0.0, -0.06])
def test_every_path_has_the_total_it_was_given(nation, way, growth):
    wanted = totals(growth)

    ahead = project_cities(nation, wanted, way=way)

    np.testing.assert_allclose(ahead.total().values, wanted.values[:, 5::5], rtol=1e-5)
    assert ahead.values.min() >= 0


def test_by_ratio_the_ages_are_those_of_the_nation_in_the_same_path(nation):
    ahead = project_cities(nation, totals(0.01), way="ratio")
    china = project_population(nation, to=2045, paths=30)

    np.testing.assert_allclose(ahead.share(65).values, china.share(65).values, rtol=1e-5)


def test_a_city_that_grows_by_migration_is_younger_than_the_nation_and_one_that_shrinks_older(nation):
    ahead = project_cities(nation, totals(0.03, -0.02))
    china = project_population(nation, to=2045, paths=30)

    old, usual = np.median(ahead.share(65).values[:, -1], axis=-1), np.median(china.share(65).values[0, -1])
    assert old[0] < usual < old[1]


def test_a_city_with_rows_of_its_own_uses_them_and_says_so(nation):
    table = pl.read_csv(DEMO, infer_schema_length=0)
    births = pl.col("variable") == "total_fertility"
    own = table.with_columns(
        place=pl.lit("C0"), value=pl.when(births).then(pl.lit("0.9")).otherwise(pl.col("value"))
    )

    ahead = project_cities(cohort_inputs(pl.concat([table, own])), totals(0.0, 0.0), nation="CHN")

    assert ahead.basis == ("C0", "CHN")
    assert ahead.method[0].startswith("the city's own ages")
    assert "of CHN" in ahead.method[1]
    young = np.median(ahead.share(0, 15).values[:, -1], axis=-1)
    assert young[0] < young[1]


def test_whose_ages_were_used_is_an_assumption_of_the_explanation(nation):
    tree = project_cities(nation, totals(0.01)).explain("C0 2030")

    (method,) = [node for node in tree.children if node.what == "Method"]
    assert method.kind == "assumption"
    assert "of CHN" in method.value


def test_many_cities_are_those_projected_alone(nation):
    many = totals(*np.linspace(-0.02, 0.04, 11))

    ahead = project_cities(nation, many)

    last = Paths(many.keys[-1:], YEARS, many.values[-1:])
    np.testing.assert_allclose(ahead.values[-1:], project_cities(nation, last).values, rtol=1e-6)


@pytest.mark.parametrize("wrong", [np.nan, 0.0, -1.0, np.inf])
def test_a_total_that_is_no_number_of_persons_is_refused_with_its_city(nation, wrong):
    values = totals(0.01, 0.02).values.copy()
    values[1, 10, 3] = wrong

    with pytest.raises(InputError, match="C1 has a total that is missing, zero or negative"):
        project_cities(nation, Paths(("C0", "C1"), YEARS, values))


def test_totals_that_lack_the_year_of_the_count_are_refused(nation):
    with pytest.raises(InputError, match="the totals for 2020"):
        project_cities(nation, Paths(("C0",), np.arange(2021, 2041), np.ones((1, 20, 2))))


def test_a_nation_that_is_not_there_is_named(nation):
    with pytest.raises(NotFoundError, match="IND"):
        project_cities(nation, totals(0.01), nation="IND")


def test_with_several_places_the_nation_must_be_named():
    table = pl.read_csv(DEMO, infer_schema_length=0)
    two = cohort_inputs(pl.concat([table, table.with_columns(place=pl.lit("IND"))]))

    with pytest.raises(InputError, match="the inputs contain 2 places"):
        project_cities(two, totals(0.01))
