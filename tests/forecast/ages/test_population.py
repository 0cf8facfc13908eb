"""Population: futures by age and sex that add up, have bands, explain themselves and refuse what is wrong."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium.charts import render
from urbium.errors import InputError, NotFoundError
from urbium.forecast.ages.cohorts import Vital, advance
from urbium.forecast.ages.demographic_draws import ages_of_migrants, draw
from urbium.forecast.ages.demography import read_demography
from urbium.forecast.ages.fertility import birth_rates, boys
from urbium.forecast.ages.inputs import DEMO, cohort_inputs, read_cohorts
from urbium.forecast.ages.lifetable import ladder
from urbium.forecast.ages.migration import by_age
from urbium.forecast.ages.population import project_population


@pytest.fixture(scope="module")
def china():
    return read_cohorts()


@pytest.fixture(scope="module")
def ahead(china):
    return project_population(china, to=2060, paths=400)


def row(table, **where):
    return table.row(by_predicate=pl.all_horizontal(pl.col(k) == v for k, v in where.items()), named=True)


def test_the_first_year_is_the_count_without_bands(china, ahead):
    counted = ahead.table.filter(pl.col("year") == 2020)

    assert counted["value"].to_numpy() == pytest.approx(china.population.ravel(), rel=1e-6)
    assert counted["low80"].null_count() == counted.height == 42


def test_there_is_a_figure_with_its_bands_for_every_age_sex_and_year(ahead):
    later = ahead.table.filter(pl.col("year") > 2020)

    assert later.height == 8 * 42
    assert later.null_count().sum_horizontal().item() == 0
    assert later.filter(~pl.col("value").is_between(pl.col("low80"), pl.col("high80"))).is_empty()
    assert later.filter(pl.col("low95") > pl.col("low80")).is_empty()
    assert (later["value"] >= 0).all()


def test_one_path_followed_by_hand_is_the_same(china):
    known = replace(read_demography(), scatter=np.zeros(21))
    ahead = project_population(china, to=2060, paths=20, demography=known, base_is_exact=True)
    drawn = draw(china, known, periods=8, paths=20, seed=0, base_is_exact=True)
    at = 17
    population = china.population
    steps = ladder(china.rates, known.slopes)
    for period in range(8):
        vital = Vital(
            steps.at(drawn.expectancy[:, :, period, [at]])[..., 0],
            birth_rates(drawn.fertility[:, period, at], china.pattern),
            boys(drawn.ratio[:, period]),
            by_age(drawn.migration[:, period, at] * population.sum(axis=(1, 2)), ages_of_migrants(china)[0]),
        )
        population = advance(population, vital)

    np.testing.assert_allclose(ahead.values[:, -1, :, :, at], population, rtol=1e-4)


def test_the_same_seed_gives_the_same_futures_and_another_one_others(china, ahead):
    again = project_population(china, to=2060, paths=400)
    other = project_population(china, to=2060, paths=400, seed=1)

    assert again.table.equals(ahead.table)
    assert not other.table.equals(ahead.table)


def test_places_projected_together_or_by_an_executor_are_those_projected_alone():
    table = pl.read_csv(DEMO, infer_schema_length=0)
    many = cohort_inputs(pl.concat(table.with_columns(place=pl.lit(f"P{at:02}")) for at in range(11)))

    with ThreadPoolExecutor(2) as executor:
        spread = project_population(many, to=2030, paths=20, executor=executor)
    alone = project_population(many, to=2030, paths=20)

    assert spread.table.equals(alone.table)


def test_a_place_has_the_same_futures_alone_and_among_others(china, ahead):
    table = pl.read_csv(DEMO, infer_schema_length=0)
    two = cohort_inputs(pl.concat([table.with_columns(place=pl.lit("AAA")), table]))

    among = project_population(two, to=2060, paths=400)

    np.testing.assert_allclose(among.values[1], ahead.values[0], rtol=1e-6)
    assert not np.allclose(among.values[0, -1], among.values[1, -1])


def test_age_groups_scatter_about_what_fertility_mortality_and_migration_say(china, ahead):
    calm = replace(read_demography(), scatter=np.zeros(21))
    without = project_population(china, to=2060, paths=400, demography=calm)

    spread = (ahead.values / without.values)[0, 1, 0, 10]
    scale = read_demography().scatter[10]
    assert np.quantile(np.abs(np.log(spread)), 0.8) == pytest.approx(1.638 * scale, rel=0.2)


def test_without_paths_there_is_one_future_and_no_band(china):
    middle = project_population(china, to=2030, paths=0)

    assert middle.values.shape[-1] == 1
    assert middle.table["low80"].null_count() == middle.table.height
    assert middle.assumed["low80"].null_count() == middle.assumed.height


def test_bands_widen_with_the_years(ahead):
    total = ahead.total().table("place")

    widths = (total["high80"] - total["low80"]).to_list()
    assert widths == sorted(widths)


def test_totals_are_the_sums_of_ages_path_by_path(ahead):
    parts = sum(ahead.between(first, last).values for first, last in ((0, 15), (15, 65), (65, None)))

    np.testing.assert_allclose(parts, ahead.total().values, rtol=1e-6)
    both = ahead.between(15, 65, sex="male").values + ahead.between(15, 65, sex="female").values
    np.testing.assert_allclose(both, ahead.working_age().values, rtol=1e-6)


def test_dependency_of_china_in_2020_is_that_of_its_own_ages(china, ahead):
    people = china.population[0].sum(axis=0)

    expected = (people[:3].sum() + people[13:].sum()) / people[3:13].sum()
    assert ahead.dependency().values[0, 0, 0] == pytest.approx(expected, rel=1e-5)
    assert ahead.share(65).values[0, 0, 0] == pytest.approx(people[13:].sum() / people.sum(), rel=1e-5)


def test_bands_of_total_fertility_do_not_exclude_what_counts_before_2020_already_hinted_at(china):
    """The census of 2010, as counted, gave 1.18 (recalled); the UN's estimate of the time is 1.6."""
    ahead = project_population(china, to=2030, paths=4_000)
    soon = row(ahead.assumed, variable="total_fertility", period="2020-2025")
    next_ = row(ahead.assumed, variable="total_fertility", period="2025-2030")

    assert soon["low95"] < 1.2
    assert next_["low95"] < 1.2
    assert next_["low80"] < 1.4
    assert soon["high95"] > 2.0


def test_the_sex_ratio_at_birth_returns_to_the_usual_one(china):
    ratio = draw(china, read_demography(), periods=4, paths=0, seed=0).ratio[0]

    assert ratio.tolist() == pytest.approx([1.13 - 0.07 / 3, 1.13 - 0.14 / 3, 1.06, 1.06])


def test_without_an_earlier_count_migrants_have_the_ages_of_the_standard_schedule():
    table = pl.read_csv(DEMO, infer_schema_length=0)
    one = table.filter(~((pl.col("variable") == "population") & (pl.col("period") == "2015")))

    ages, how = ages_of_migrants(cohort_inputs(one))

    assert "Rogers and Castro" in how[0]
    assert ages.sum() == pytest.approx(1)


def test_the_explanation_ends_at_rows_of_the_file(ahead):
    tree = ahead.explain("CHN 2050")

    assert tree.value == pytest.approx(row(ahead.total().table("place"), year=2050)["value"])
    assert {origin.title for origin in tree.sources} >= {"World Population Prospects 2019"}
    assert "cohorts.csv · lines 44-64" in str(tree)
    assert any(node.kind == "assumption" and "estimate.freedom" in node.what for node in tree.walk())


def test_pooled_figures_that_were_given_are_not_told_as_declared(china):
    own = project_population(china, to=2025, paths=5, demography=read_demography())

    assert "set by the caller" in str(own.explain("CHN"))
    assert "estimate_error" not in str(own.explain("CHN"))


@pytest.mark.parametrize("key", ["XXX", "CHN 2051"])
def test_an_unknown_place_or_year_is_named(ahead, key):
    with pytest.raises(NotFoundError):
        ahead.explain(key)


def test_the_pyramid_is_drawn(ahead):
    assert render(ahead.chart("CHN", 2050)).startswith(b"<svg")


def test_a_year_between_periods_is_refused(china):
    with pytest.raises(InputError, match="2033 is not 5, 10"):
        project_population(china, to=2033)


def test_a_year_before_the_count_is_refused(china):
    with pytest.raises(InputError, match="after the count of 2020"):
        project_population(china, to=2015)


def test_a_negative_number_of_paths_is_refused(china):
    with pytest.raises(InputError, match="-1 is not a valid number of paths"):
        project_population(china, paths=-1)


@pytest.mark.parametrize(("first", "last"), [(3, 65), (15, 66), (65, 15)])
def test_ages_that_are_no_bounds_of_groups_are_refused(ahead, first, last):
    with pytest.raises(InputError, match="do not coincide with the age groups"):
        ahead.between(first, last)


def test_the_table_is_saved_and_read_again(ahead, tmp_path):
    assert pl.read_parquet(ahead.save(tmp_path / "x.parquet")).equals(ahead.table)


def test_it_says_what_it_is(ahead):
    assert repr(ahead) == "Population of 1 place by age and sex to 2060, 400 paths"
