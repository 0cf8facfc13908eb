"""Cohort inputs: the packaged table adds up, and a wrong table is refused with every fault named."""

import polars as pl
import pytest

from urbium.errors import InputError, NotFoundError
from urbium.forecast.ages.inputs import DEMO, cohort_inputs, read_cohorts


@pytest.fixture(scope="module")
def table():
    return pl.read_csv(DEMO, infer_schema_length=0)


def changed(table, column, text, **where):
    """The table with one column of the rows that fit set to a text."""
    fits = pl.all_horizontal([pl.col(name) == value for name, value in where.items()])
    return table.with_columns(pl.when(fits).then(pl.lit(text)).otherwise(pl.col(column)).alias(column))


def without(table, **where):
    fits = pl.all_horizontal([pl.col(name) == value for name, value in where.items()])
    return table.filter(~fits)


def refused(table, year=None):
    with pytest.raises(InputError) as caught:
        cohort_inputs(table, year=year)
    return caught.value


def test_the_packaged_table_adds_up_to_the_published_total_of_china():
    inputs = read_cohorts()

    assert inputs.places == ("CHN",)
    assert inputs.population.sum() == pytest.approx(1_439_323_774, abs=500)  # thousands with three decimals
    assert inputs.earlier.sum() == pytest.approx(1_406_847_868, abs=500)
    assert inputs.pattern.sum() == pytest.approx(1)
    assert inputs.periods[0] == "1950-1955"
    assert inputs.fertility.shape == inputs.migration.shape == (1, 14)


def test_every_row_of_the_packaged_table_has_a_registered_source(table):
    from urbium.catalogue import load_catalogue  # noqa: PLC0415 - used here only

    assert set(table["source_id"]) <= set(load_catalogue().sources)


def test_units_are_converted(table):
    persons = table.with_columns(
        value=pl.when(pl.col("unit") == "1k persons")
        .then((pl.col("value").cast(pl.Float64) * 1000).cast(pl.String))
        .otherwise(pl.col("value")),
        unit=pl.col("unit").replace("1k persons", "persons"),
    )

    assert cohort_inputs(persons).population.sum() == pytest.approx(read_cohorts().population.sum())


def test_a_table_may_hold_several_places(table):
    twin = table.with_columns(place=pl.lit("XXX"))

    both = cohort_inputs(pl.concat([table, twin]))

    assert both.places == ("CHN", "XXX")
    assert both.population[0].tolist() == both.population[1].tolist()


FAULTS = {
    "an age group is missing": (
        lambda t: without(t, variable="population", sex="male", age="40", period="2020"),
        ["population, 2020: missing: male ages 40"],
    ),
    "one sex is shorter": (
        lambda t: without(t, variable="population", sex="female", age="100"),
        ["2015: missing: female ages 100", "2020: missing: female ages 100"],
    ),
    "a count is negative": (
        lambda t: changed(t, "value", "-5", variable="population", sex="male", age="40", period="2020"),
        ["-5 is negative"],
    ),
    "a figure is not a number": (
        lambda t: changed(t, "value", "NaN", variable="life_expectancy", period="1990-1995"),
        ["'NaN' is not a number"],
    ),
    "a figure is missing": (
        lambda t: changed(t, "value", "", variable="net_migration", period="1990-1995"),
        ["'' is not a number"],
    ),
    "a death rate is implausible": (
        lambda t: changed(t, "value", "3", variable="mortality_rate", age="100"),
        ["3 is outside the range 0.0000001 to 2 deaths per person and year"],
    ),
    "nobody dies": (
        lambda t: changed(t, "value", "0", variable="mortality_rate", age="10"),
        ["0 is outside the range 0.0000001 to 2"],
    ),
    "no child is born": (
        lambda t: changed(t, "value", "0", variable="total_fertility", period="2015-2020"),
        ["0 is outside the range 0.3 to 10 children per woman"],
    ),
    "a period is left out": (
        lambda t: without(t, variable="total_fertility", period="1990-1995"),
        ["total_fertility, 1990: there is a gap between 1985-1990 and 1995-2000"],
    ),
    "the last period is left out": (
        lambda t: without(t, variable="life_expectancy", period="2015-2020"),
        ["life_expectancy, 2015: the period 2015-2020, which ends in the year of the count, is missing"],
    ),
    "the ages of mothers do not add up": (
        lambda t: changed(t, "value", "50", variable="fertility_pattern", age="20"),
        ["the shares of mothers by age add up to 115.476%, not 100%"],
    ),
    "a figure is listed twice": (
        lambda t: pl.concat([t, t.head(1)]),
        ["it is already set in line 2"],
    ),
    "a variable is unknown": (
        lambda t: changed(t, "variable", "fertility", variable="total_fertility"),
        ["'fertility' is unknown", "total_fertility: it is missing"],
    ),
    "a unit measures something else": (
        lambda t: changed(t, "unit", "km", variable="net_migration"),
        ["'km' measures length"],
    ),
    "a sex is misspelt": (
        lambda t: changed(t, "sex", "m", variable="life_expectancy", period="2015-2020", sex="male"),
        ["sex 'm' is not valid", "missing: male"],
    ),
    "a period is not a period": (
        lambda t: changed(t, "period", "2015-2018", variable="sex_ratio_at_birth"),
        ["'2015-2018' is not a valid period for this variable"],
    ),
    "there is nobody": (
        lambda t: changed(t, "value", "0", variable="population", sex="male"),
        ["there are no male people"],
    ),
    "death rates are those of another place": (
        lambda t: changed(t, "value", "0.3", variable="mortality_rate", sex="male", age="0"),
        ["the male death rates imply", "not 74.47"],
    ),
    "migrants are given in a wrong unit": (
        lambda t: changed(t, "value", "-900000", variable="net_migration", period="2010-2015"),
        ["net_migration, 2010: a net migration of -900,000,000 is implausible for 1,439,323,774 persons"],
    ),
    "there is no count": (lambda t: without(t, variable="population"), ["there is no population count"]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_table_is_refused_and_the_fault_is_named(table, name):
    spoil, words = FAULTS[name]

    told = str(refused(spoil(table)))

    assert [part for part in words if part not in told] == []


def test_every_fault_is_named_at_once(table):
    wrong = changed(table, "value", "-5", variable="population", sex="male", age="40", period="2020")
    wrong = without(wrong, variable="total_fertility", period="1990-1995")

    error = refused(wrong)

    assert {"cohort-row", "cohort-gap"} <= {fault.rule for fault in error.faults}
    assert "line" in str(error)


def test_places_with_other_periods_are_sent_to_a_table_of_their_own(table):
    young = without(table, variable="net_migration", period="1950-1955").with_columns(place=pl.lit("XXX"))

    assert "differ from those of the other places" in str(refused(pl.concat([table, young])))


def test_a_missing_column_is_named(table):
    assert "columns are missing: age" in str(refused(table.drop("age")))


def test_a_count_of_a_year_that_is_not_there_is_refused(table):
    assert "the count of this year is missing" in str(refused(table, year=2010))


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(NotFoundError, match=r"none\.csv"):
        read_cohorts(tmp_path / "none.csv")


def test_a_file_that_is_no_table_is_refused(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00\x01\n" * 3)

    with pytest.raises(InputError):
        read_cohorts(tmp_path / "x.csv")
