"""Labour: the labour force by hand, and clear answers to wrong tables of persons."""

import numpy as np
import polars as pl
import pytest

from urbium.errors import InputError, NotFoundError
from urbium.forecast.workforce.labour import labour_force, participation_of, people_of, persons
from urbium.model import Assumption, Evidence

RATES = {"male": {15: 0.5, 20: 1.0}, "female": {15: 0.25, 20: 0.75}}


def table(years=(2020, 2030), paths=(0,), value=100.0):
    return pl.DataFrame(
        [
            ("a", year, sex, age, path, value * (1 + path) * (2 if year == 2030 else 1))
            for year in years
            for sex in ("male", "female")
            for age in (10, 15, 20)
            for path in paths
        ],
        schema=["place", "year", "sex", "age", "path", "value"],
        orient="row",
    )


def test_the_labour_force_is_the_sum_of_persons_times_rates():
    # men 50 + 100, women 25 + 75, nobody below 15
    assert labour_force(people_of(table()), "a", [2020], RATES).tolist() == [[250.0]]


def test_between_two_years_a_straight_line_is_drawn():
    assert labour_force(people_of(table()), "a", [2025], RATES).tolist() == [[375.0]]


def test_every_path_is_its_own_future():
    assert labour_force(people_of(table(paths=(0, 1))), "a", [2020], RATES).tolist() == [[250.0, 500.0]]


def test_persons_of_all_ages_are_counted():
    assert persons(people_of(table()), "a", [2020]).tolist() == [[600.0]]


def test_rows_may_come_in_any_order():
    shuffled = table(paths=(0, 1)).sample(fraction=1.0, shuffle=True, seed=1)
    np.testing.assert_array_equal(people_of(shuffled).values, people_of(table(paths=(0, 1))).values)


def test_single_years_take_the_rate_of_the_group_they_are_in():
    single = pl.DataFrame(
        [("a", 2020, sex, age, 1.0) for sex in ("male", "female") for age in range(15, 25)],
        schema=["place", "year", "sex", "age", "value"],
        orient="row",
    )
    assert labour_force(people_of(single), "a", [2020], RATES).item() == pytest.approx(
        5 * (0.5 + 1 + 0.25 + 0.75)
    )


def test_years_that_are_not_given_are_refused():
    with pytest.raises(InputError, match="known for 2020 to 2030; 2020 to 2035 were requested"):
        labour_force(people_of(table()), "a", range(2020, 2036), RATES)


def test_an_unknown_place_is_named():
    with pytest.raises(NotFoundError, match="'b'"):
        labour_force(people_of(table()), "b", [2020], RATES)


def test_groups_too_wide_for_the_rates_are_refused():
    wide = table().with_columns(age=pl.col("age").replace({20: 40}))
    with pytest.raises(InputError, match="span more than five years"):
        labour_force(people_of(wide), "a", [2020], RATES | {"male": {15: 0.5, 40: 1.0}})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.drop("sex"), "columns are missing: sex"),
        (
            lambda t: t.with_columns(value=-pl.col("value")),
            "the number of male persons aged 10 in 2020 is -100.0",
        ),
        (
            lambda t: t.with_columns(value=pl.lit(None, pl.Float64)),
            "the number of male persons aged 10 in 2020 is –",
        ),
        (lambda t: t.with_columns(sex=pl.col("sex").replace({"male": "M"})), "'M' is missing or unknown"),
        (lambda t: t.filter(pl.col("sex") == "male"), "'female' is missing or unknown"),
        (lambda t: pl.concat([t, t.head(1)]), "is listed twice"),
        (lambda t: t.slice(1), "rows missing, by place, year, sex and age: 1"),
    ],
)
def test_a_wrong_table_says_what_is_wrong(change, words):
    with pytest.raises(InputError) as caught:
        people_of(change(table()))
    assert words in str(caught.value)


def rule(name, value):
    return {name: Assumption(name, value, "ratio", Evidence.ASSUMPTION, "ASSUME")}


def test_rates_are_read_by_sex_and_first_age():
    rates = participation_of(rule("participation.male.15", 0.5) | rule("participation.female.20", 0.4))
    assert rates == {"male": {15: 0.5}, "female": {20: 0.4}}


def test_a_sex_without_rates_is_refused():
    with pytest.raises(InputError, match="participation of female"):
        participation_of(rule("participation.male.15", 0.5))


def test_a_rate_above_one_is_refused():
    with pytest.raises(InputError, match="participation of male"):
        participation_of(rule("participation.male.15", 50.0) | rule("participation.female.15", 0.5))
