"""Place counts: two counts of a place are read side by side, or refused with the reason."""

import polars as pl
import pytest

from urbium.errors import InputError
from urbium.forecast.ages.place_counts import place_counts, split_counts

AGES = tuple(range(0, 90, 5))


def rows(place="Delft", years=(2010, 2020), ages=AGES, sexes=("male", "female"), area="city", **changed):
    return [
        {
            "place": place, "variable": "population", "period": str(year), "sex": sex, "age": str(age),
            "value": "1.5", "unit": "1k persons", "status": "reported", "area": area, "source_id": "cbs",
        } | changed
        for year in years for sex in sexes for age in ages
    ]  # fmt: skip


def refusal(*parts):
    with pytest.raises(InputError) as caught:
        place_counts(pl.DataFrame([row for part in parts for row in part]))
    return " ".join(f"{fault.message} {fault.remedy}" for fault in caught.value.faults)


def test_two_counts_are_read_in_persons_with_their_groups_and_distance():
    counted = place_counts(pl.DataFrame(rows()))["Delft"]

    assert (counted.years, counted.width, counted.interval) == ((2010, 2020), 5, 10)
    assert counted.counts.shape == (2, 2, 18)
    assert counted.counts[0, 0, 0] == 1500.0


def test_of_three_counts_the_last_two_are_used():
    assert place_counts(pl.DataFrame(rows(years=(2000, 2010, 2020))))["Delft"].years == (2010, 2020)


def test_the_sexes_may_be_counted_together():
    counted = place_counts(pl.DataFrame(rows(sexes=("",))))["Delft"]
    assert counted.sexes == ("",)
    assert counted.counts.shape == (2, 1, 18)


def test_ages_above_the_open_group_of_the_other_count_are_added_up():
    older = rows(years=(2020,), ages=(*AGES, 90, 95))
    for row in older:
        row["age"] += "+" if row["age"] == "95" else ""
    counted = place_counts(pl.DataFrame(rows(years=(2010,)) + older))["Delft"]

    assert counted.ages == AGES
    assert counted.counts[1, 0, -1] == 3 * 1500.0
    assert counted.counts[0, 0, -1] == 1500.0


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((rows(years=(2020,)),), "only one count by age, for 2020"),
        ((rows(years=(2010,)), rows(years=(2020,), area="metro")), "the same boundary: city and metro"),
        ((rows(area=""),), "name it in the area column"),
        ((rows(years=(2013, 2020)),), "7 years apart, which is not a multiple of the width"),
        ((rows(ages=range(0, 90, 10), years=(2015, 2020)),), "single years of age"),
        ((rows(ages=(0, 5, 15, 25, 35, 45, 55)),), "5 and 10 years wide"),
        ((rows(years=(2010,)), rows(years=(2020,), ages=range(0, 90, 10))), "different age groups"),
        ((rows(ages=(0, 5, 10, 15)),), "reach 50 or more"),
        ((rows(years=(2010,)), rows(years=(2020,), sexes=("male",))), "by sex, or neither"),
        ((rows(), rows(years=(2020,), ages=(5,), sexes=("male",))), "age 5 in 2020 is listed twice"),
        ((rows(value="-1"),), "not a number of people"),
        ((rows(value="many"),), "'many' is not a number"),
        ((rows(unit="beds"),), "measures"),
        ((rows(years=("2010-2015",)),), "is not a year"),
        ((rows(age="young"),), "'young' is not an age"),
        ((rows(sex="men"),), "sex 'men' is not valid"),
        ((rows(value="0"),), "a count has no people of one sex"),
        ((rows(years=(1970, 2020)),), "50 years apart"),
    ],
)  # fmt: skip
def test_counts_that_cannot_be_held_against_each_other_are_refused_with_the_reason(parts, words):
    assert words in refusal(*parts)


def test_single_years_of_age_can_be_any_years_apart():
    assert place_counts(pl.DataFrame(rows(ages=range(90), years=(2013, 2020))))["Delft"].interval == 7


def test_the_nation_is_no_counted_place_and_rows_keep_their_lines():
    table = pl.DataFrame(rows(place="NLD") + rows())
    nation, cities = split_counts(table, "NLD")

    assert set(nation["place"]) == {"NLD"}
    assert cities["line"][0] == nation.height + 2
