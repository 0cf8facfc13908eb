"""City ages: two counts of its own, added up to the city's outlook in every path."""

import numpy as np
import polars as pl
import pytest

from urbium.errors import InputError, NotFoundError
from urbium.forecast.ages.city_ages import project_counted
from urbium.forecast.ages.cohort_change import advance_cohorts, change_ratios
from urbium.forecast.ages.place_counts import place_counts
from urbium.forecast.paths import Paths

AGES = tuple(range(0, 90, 5))


def counted(place="Delft", sexes=("male", "female"), years=(2010, 2020), size=100.0):
    rng = np.random.default_rng(3)
    return place_counts(
        pl.DataFrame(
            [
                {
                    "place": place, "variable": "population", "period": str(year), "sex": sex,
                    "age": str(age), "value": str(size * rng.uniform(80, 120)), "unit": "persons",
                    "status": "reported", "area": "city", "source_id": "cbs",
                }
                for year in years for sex in sexes for age in AGES
            ]
        )
    )[place]  # fmt: skip


def totals(*places, paths=60, start=4e5):
    rng = np.random.default_rng(1)
    years = np.array([2020, 2030, 2040])
    noise = 0.01 * (years - 2020)[None, :, None] * rng.normal(size=(len(places), 1, paths))
    return Paths(places, years, start * np.exp(noise))


@pytest.fixture(scope="module")
def ages():
    return project_counted([counted()], totals("Delft"))


def test_all_ages_add_up_to_the_total_of_every_path(ages):
    np.testing.assert_allclose(ages.total().values, totals("Delft").values, rtol=1e-12)
    assert ages.values.min() >= 0


def test_without_draws_it_is_the_ratios_scaled(ages):
    counts = counted()
    one = project_counted([counts], totals("Delft", paths=1))
    change = change_ratios(*counts.counts, shift=2, width=5)
    plain = advance_cohorts(counts.counts[1][..., None], change)[..., 0]

    expected = plain / plain.sum() * one.total().values[0, 1, 0]
    np.testing.assert_allclose(one.values[0, 1, ..., 0], expected, rtol=1e-12)
    assert one.table["low80"].is_null().all()


def test_the_median_lies_by_the_plain_ratios_and_bands_widen_with_the_years(ages):
    one = project_counted([counted()], totals("Delft", paths=1))
    median = np.median(ages.values[0, 1], axis=-1)
    assert np.abs(np.log(median / one.values[0, 1, ..., 0])).max() < 0.15

    width = (
        ages.table.with_columns(width=pl.col("high80") / pl.col("low80"))
        .group_by("year")
        .agg(pl.col("width").median())
        .sort("year")["width"]
        .to_list()
    )
    assert width[0] is None
    assert 1 < width[1] < width[2]


def test_a_town_of_few_is_less_sure_than_a_city_counted_alike():
    def wide(size):
        made = project_counted([counted(size=size)], totals("Delft"))
        return made.table.filter(year=2030).select((pl.col("high80") / pl.col("low80")).median()).item()

    assert wide(0.2) > 1.2 * wide(1000.0)


def test_a_place_has_the_same_futures_alone_and_among_others():
    both = totals("Delft", "Gouda")
    alone = project_counted([counted()], Paths(("Delft",), both.years, both.values[:1]))
    among = project_counted([counted(), counted("Gouda")], both)
    np.testing.assert_array_equal(alone.values[0], among.values[0])


def test_a_total_that_is_not_known_in_the_year_of_the_count_leaves_it_as_it_stands():
    known = totals("Delft")
    known.values[:, 0] = np.nan
    made = project_counted([counted()], known)
    np.testing.assert_allclose(made.values[0, 0, ..., 0], counted().counts[1])


def test_sexes_counted_together_are_projected_and_drawn_together():
    made = project_counted([counted(sexes=("",))], totals("Delft"))

    assert made.values.shape[2] == 1
    assert made.chart("Delft")["layer"]
    with pytest.raises(NotFoundError):
        made.between(0, 5, sex="male")


def test_totals_of_other_years_and_counts_that_differ_are_refused():
    wrong = totals("Delft")
    with pytest.raises(InputError, match="2020, 2030 and so on"):
        project_counted([counted()], Paths(wrong.keys, wrong.years + 1, wrong.values))
    with pytest.raises(InputError, match="different years"):
        project_counted([counted(), counted("Gouda", years=(2015, 2020))], totals("Delft", "Gouda"))


def test_its_explanation_ends_at_the_lines_of_both_counts(ages):
    tree = ages.explain("Delft 2030")

    cells = [source.cell for source in tree.sources]
    assert cells == ["lines 38-55", "lines 56-73", "lines 2-19", "lines 20-37"]
    assert any("Hamilton and Perry" in str(node.value) for node in tree.walk())
    with pytest.raises(NotFoundError):
        ages.explain("Delft 2031")
