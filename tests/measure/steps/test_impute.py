"""Impute: what fills a gap, by hand; and that nothing known is ever changed."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seeds import tries
from urbium.errors import InputError
from urbium.measure.steps.impute import (
    impute_linear,
    impute_lowest,
    impute_mean,
    impute_median,
    impute_nearest_year,
    impute_siblings,
)

NAN = float("nan")
GROUPS = np.array(["north", "south", "north", "south", "north", "south"], dtype=object)
UNITS = ("a", "b", "a", "b", "a", "b")
YEARS = np.array([2012, 2010, 2010, 2015, 2011, 2011])
PARENTS = ("economy", "society", "economy")
WAYS = {
    "mean": impute_mean,
    "group mean": partial(impute_mean, groups=GROUPS),
    "median": impute_median,
    "group median": partial(impute_median, groups=GROUPS),
    "siblings": partial(impute_siblings, parents=PARENTS),
    "nearest year": partial(impute_nearest_year, units=UNITS, years=YEARS),
    "nearest year, of age": partial(impute_nearest_year, units=UNITS, years=YEARS, maximum_age=1),
    "linear": partial(impute_linear, units=UNITS, years=YEARS),
    "lowest": impute_lowest,
}
figures = arrays(np.float64, (6, 3), elements=st.one_of(st.just(NAN), st.integers(-100, 100).map(float)))


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def same(found: np.ndarray, *expected: float) -> None:
    np.testing.assert_allclose(found.ravel(), expected, rtol=1e-15)


def nearest(values: np.ndarray, *years: int, **rules: object) -> np.ndarray:
    return impute_nearest_year(values, ("a",) * len(years), np.array(years), **rules)


def linear(values: np.ndarray, *years: int) -> np.ndarray:
    return impute_linear(values, ("a",) * len(years), np.array(years))


def test_the_mean_of_the_column_fills_its_gaps():
    same(impute_mean(column(1, NAN, 2, 6, NAN)), 1, 3, 2, 6, 3)


def test_the_median_of_the_column_fills_its_gaps():
    same(impute_median(column(1, NAN, 2, 60)), 1, 2, 2, 60)
    same(impute_median(column(1, NAN, 2, 60, 4)), 1, 3, 2, 60, 4)


def test_the_mean_of_the_group_fills_its_gaps():
    same(impute_mean(column(1, 10, NAN, NAN, 5, 30), GROUPS), 1, 10, 3, 20, 5, 30)


def test_the_median_of_the_group_fills_its_gaps():
    groups = np.array(["x", "x", "x", "x", "y", "y"], dtype=object)
    same(impute_median(column(1, 2, 60, NAN, NAN, 7), groups), 1, 2, 60, 2, 7, 7)


@pytest.mark.parametrize("way", [impute_mean, impute_median])
@pytest.mark.parametrize("label", [None, ""])
def test_a_row_without_a_group_keeps_its_gap_and_fills_no_other(way, label):
    groups = np.array(["x", label, "x", label], dtype=object)
    same(way(column(1, 50, NAN, NAN), groups), 1, 50, 1, NAN)


@pytest.mark.parametrize("name", WAYS)
def test_where_nothing_is_known_nothing_is_made_up(name):
    assert np.isnan(WAYS[name](np.full((6, 3), NAN))).all()


def test_siblings_fill_with_the_mean_of_what_the_row_knows_of_the_pillar():
    values = np.array([[10.0, 50.0, NAN, 20.0], [NAN, NAN, 40.0, NAN]])
    found = impute_siblings(values, ("a", "b", "a", "a"))
    np.testing.assert_array_equal(found, [[10, 50, 15, 20], [40, NAN, 40, 40]])


def test_silence_counts_as_the_lowest_of_the_column():
    same(impute_lowest(column(40, NAN, 25, NAN)), 40, 25, 25, 25)


def test_the_nearest_year_fills_a_gap_from_before_or_after():
    same(nearest(column(1, NAN, NAN, 9), 2010, 2011, 2013, 2014), 1, 1, 9, 9)


def test_of_two_years_equally_near_the_earlier_counts():
    same(nearest(column(1, NAN, 9), 2010, 2012, 2014), 1, 1, 9)


def test_a_year_nearer_by_one_counts_though_it_is_later():
    same(nearest(column(1, NAN, 9), 2010, 2012, 2013), 1, 9, 9)


def test_a_value_older_than_the_maximum_age_fills_nothing():
    same(nearest(column(1, NAN, NAN), 2010, 2012, 2013, maximum_age=2), 1, 1, NAN)
    same(nearest(column(NAN, NAN, 9), 2010, 2011, 2013, maximum_age=2), NAN, 9, 9)
    same(nearest(column(1, NAN), 2010, 2011, maximum_age=0), 1, NAN)


def test_later_years_may_be_left_out():
    same(nearest(column(NAN, 1, NAN, 9), 2010, 2011, 2013, 2014, only_earlier=True), NAN, 1, 1, 9)
    same(nearest(column(1, NAN, 9), 2010, 2013, 2014, only_earlier=True, maximum_age=2), 1, NAN, 9)


def test_years_of_another_unit_fill_nothing_and_rows_may_come_in_any_order():
    values = column(3, NAN, 1, 50, NAN, NAN)
    same(impute_nearest_year(values, UNITS, YEARS), 3, 50, 1, 50, 1, 50)
    same(impute_linear(values, UNITS, YEARS), 3, 50, 1, 50, 2, 50)


def test_the_columns_of_a_panel_are_filled_each_from_its_own_years():
    values = np.array([[1.0, NAN], [NAN, 4.0], [3.0, NAN]])
    np.testing.assert_array_equal(nearest(values, 2010, 2011, 2013), [[1, 4], [1, 4], [3, 4]])


def test_a_gap_between_two_years_lies_on_the_line_between_them():
    same(linear(column(1, NAN, NAN, 11), 2010, 2011, 2014, 2015), 1, 3, 9, 11)


def test_before_the_first_and_after_the_last_known_year_the_value_is_held():
    same(linear(column(NAN, 4, 6, NAN), 2009, 2010, 2011, 2015), 4, 4, 6, 6)


@settings(deadline=None)
@given(values=arrays(np.float64, (7, 1), elements=st.one_of(st.just(NAN), st.integers(-9, 9).map(float))))
def test_lines_are_those_of_numpy(values):
    years = np.array([2001, 2002, 2004, 2005, 2009, 2010, 2015])
    known = ~np.isnan(values[:, 0])
    expected = np.interp(years, years[known], values[known, 0]) if known.any() else values[:, 0]
    np.testing.assert_allclose(linear(values, *years)[:, 0], expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("way", [impute_nearest_year, impute_linear])
def test_two_rows_of_one_unit_and_year_are_refused(way):
    with pytest.raises(InputError, match=r"years: the unit b has two rows for the year 2011"):
        way(column(1, 2, 3), ("b", "a", "b"), np.array([2011, 2011, 2011]))


@pytest.mark.parametrize("name", WAYS)
def test_no_row_at_all_is_nothing_to_fill(name):
    ways = WAYS | {
        "group mean": partial(impute_mean, groups=GROUPS[:0]),
        "group median": partial(impute_median, groups=GROUPS[:0]),
        "nearest year": partial(impute_nearest_year, units=(), years=YEARS[:0]),
        "nearest year, of age": partial(impute_nearest_year, units=(), years=YEARS[:0]),
        "linear": partial(impute_linear, units=(), years=YEARS[:0]),
    }
    assert ways[name](np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("name", WAYS)
@settings(deadline=None, max_examples=tries(15))
@given(values=figures)
def test_imputing_never_changes_a_known_value_nor_what_it_was_given(name, values):
    given_values = values.copy()
    found = WAYS[name](values)
    known = ~np.isnan(values)
    np.testing.assert_array_equal(found[known], values[known])
    np.testing.assert_array_equal(values, given_values)
    assert found is not values


@pytest.mark.parametrize("name", ["mean", "median", "lowest"])
@settings(deadline=None, max_examples=tries(15))
@given(values=figures)
def test_a_column_with_any_value_is_filled_within_its_range(name, values):
    found = WAYS[name](values)
    known = ~np.isnan(values).all(axis=0)
    assert not np.isnan(found[:, known]).any()
    assert (found[:, known] >= np.fmin.reduce(values[:, known], axis=0) - 1e-12).all()
    assert (found[:, known] <= np.fmax.reduce(values[:, known], axis=0) + 1e-12).all()


@settings(deadline=None, max_examples=tries(15))
@given(values=figures)
def test_a_unit_with_any_year_is_filled_in_all_its_years(values):
    units = np.array(UNITS)
    known = {unit: ~np.isnan(values[units == unit]).all(axis=0) for unit in ("a", "b")}
    for found in (WAYS["nearest year"](values), WAYS["linear"](values)):
        assert (~np.isnan(found[units == "a"]) == known["a"]).all()
        assert (~np.isnan(found[units == "b"]) == known["b"]).all()


@pytest.mark.parametrize("way", [impute_mean, impute_median, impute_lowest])
@settings(deadline=None, max_examples=tries(15))
@given(values=figures, order=st.permutations(range(6)))
def test_the_order_of_the_rows_changes_nothing(way, values, order):
    np.testing.assert_allclose(way(values)[order], way(values[order]), rtol=1e-12, atol=1e-12)
