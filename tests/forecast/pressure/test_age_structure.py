"""Ages: shares of ages from groups of any width, and tables that cannot be read."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.errors import InputError
from urbium.forecast.pressure.age_structure import Ages

YEARS = np.array([2010, 2015, 2020, 2030])


def table(values, *, ages=(0, 5, 10), place="CHN", years=(2010, 2020)):
    """``values`` by year, then by age."""
    rows = [
        (place, year, "B", age, value)
        for year, own in zip(years, values, strict=True)
        for age, value in zip(ages, own, strict=True)
    ]
    return pl.DataFrame(rows, schema=["place", "year", "sex", "age", "value"], orient="row")


def test_a_part_of_a_group_counts_by_its_years():
    ages = Ages.read(table([(50.0, 50.0, 100.0)], years=(2010,)), "CHN")
    assert ages.shares(["x"], YEARS[:1], (3, 6))[0, 0] == pytest.approx((2 / 5 * 50 + 2 / 5 * 50) / 200)


def test_shares_run_straight_between_years_and_stay_outside_them():
    ages = Ages.read(table([(20.0, 80.0, 0.0), (40.0, 60.0, 0.0)]), "CHN")
    assert ages.shares(["x"], YEARS, (0, 4))[0] == pytest.approx([0.2, 0.3, 0.4, 0.4])


def test_sexes_are_summed():
    both = pl.concat([table([(10.0, 90.0, 0.0)], years=(2010,)), table([(30.0, 70.0, 0.0)], years=(2010,))])
    assert Ages.read(both, "CHN").shares(["x"], YEARS[:1], (0, 4))[0, 0] == pytest.approx(0.2)


def test_groups_are_read_as_they_are_written():
    ages = Ages.read(table([(1.0, 2.0, 7.0)], ages=("0-4", "5-9", "100+"), years=(2010,)), "CHN")
    assert ages.shares(["x"], YEARS[:1], (100, None))[0, 0] == pytest.approx(0.7)


def test_a_place_has_its_own_ages_before_those_of_the_nation():
    every = pl.concat(
        [table([(10.0, 90.0, 0.0)], years=(2010,)), table([(50.0, 50.0, 0.0)], years=(2010,), place="110000")]
    )
    shares = Ages.read(every, "CHN").shares(["110000", "340100"], YEARS[:1], (0, 4))
    assert shares[:, 0] == pytest.approx([0.5, 0.1])


def test_without_a_nation_only_places_of_their_own_are_covered():
    ages = Ages.read(table([(10.0, 90.0, 0.0)], years=(2010,), place="110000"))
    assert ages.covers("110000")
    assert not ages.covers("340100")


@given(
    values=st.lists(st.floats(0.1, 1e6), min_size=3, max_size=3),
    cut=st.integers(1, 100),
)
def test_shares_of_ages_that_make_up_all_add_up_to_one(values, cut):
    ages = Ages.read(table([values], years=(2010,)), "CHN")
    young, old = (ages.shares(["x"], YEARS[:1], span)[0, 0] for span in ((0, cut - 1), (cut, None)))
    assert young + old == pytest.approx(1)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"value": -1.0}, "not a number of people"),
        ({"value": float("nan")}, "not a number of people"),
        ({"value": None}, "not a number of people"),
        ({"value": 0.0}, "not a number of people"),
        ({"age": "young"}, "not a number of people"),
    ],
)
def test_rows_that_cannot_be_used_are_refused(change, told):
    wrong = table([(1.0, 2.0, 3.0)], years=(2010,)).with_columns(
        **{name: pl.lit(value) for name, value in change.items()}
    )
    with pytest.raises(InputError, match=told):
        Ages.read(wrong, "CHN")


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="ages: columns are missing: age and value"):
        Ages.read(pl.DataFrame({"place": ["CHN"], "year": [2010]}))


def test_a_nation_without_ages_is_refused():
    with pytest.raises(InputError, match="no figures by age for 'IND'"):
        Ages.read(table([(1.0, 2.0, 3.0)], years=(2010,)), "IND")
