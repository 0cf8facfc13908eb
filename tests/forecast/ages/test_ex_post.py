"""Hindsight: later figures, once loaded, stand beside what was forecast for them."""

import polars as pl
import pytest

from urbium.errors import InputError
from urbium.forecast.ages.ex_post import compare_ex_post
from urbium.forecast.ages.inputs import read_cohorts
from urbium.forecast.ages.population import project_population


@pytest.fixture(scope="module")
def ahead():
    return project_population(read_cohorts(), to=2030, paths=200)


def later(**columns):
    return pl.DataFrame({name: [value] for name, value in columns.items()})


def test_a_figure_at_the_median_is_inside_and_one_far_off_is_not(ahead):
    middle = ahead.assumed.filter(pl.col("variable") == "total_fertility")["value"][0]
    figures = pl.DataFrame(
        {"place": ["CHN"] * 2, "variable": ["total_fertility"] * 2, "period": ["2020-2025"] * 2,
         "value": [middle, 0.6]}
    )  # fmt: skip

    held = compare_ex_post(ahead, figures)

    assert held["inside80"].to_list() == [True, False]
    assert held["inside95"].to_list() == [True, False]
    assert held["median"].to_list() == [middle, middle]


def test_a_single_year_is_held_against_the_period_it_lies_in(ahead):
    held = compare_ex_post(ahead, later(place="CHN", variable="total_fertility", period="2027", value=1.5))

    drawn = ahead.assumed.filter(pl.col("variable") == "total_fertility", pl.col("period") == "2025-2030")
    assert held["median"][0] == drawn["value"][0]


def test_population_is_held_in_total_and_by_age_and_sex(ahead):
    total = later(place="CHN", variable="population", period="2025", value=1.45e9)
    group = later(place="CHN", variable="population", period="2025", sex="male", age="0", value=4e7)

    held = compare_ex_post(ahead, pl.concat([total, group], how="diagonal"))

    assert held["median"].to_list()[0] == pytest.approx(
        ahead.total().table("place").filter(pl.col("year") == 2025)["value"][0]
    )
    assert held["age"].to_list() == ["", "0"]


def test_figures_of_years_that_were_not_forecast_are_refused(ahead):
    with pytest.raises(InputError, match="none of these figures was forecast"):
        compare_ex_post(ahead, later(place="CHN", variable="total_fertility", period="2010-2015", value=1.6))


def test_a_period_that_is_none_is_named(ahead):
    with pytest.raises(InputError, match="'soon' is not a period"):
        compare_ex_post(ahead, later(place="CHN", variable="total_fertility", period="soon", value=1.6))


def test_a_missing_column_is_named(ahead):
    with pytest.raises(InputError, match="columns are missing: value"):
        compare_ex_post(ahead, later(place="CHN", variable="total_fertility", period="2022"))
