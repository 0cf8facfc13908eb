"""Growth over a panel, against hand, brute force and numpy's own line of least squares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from urbium.errors import InputError
from urbium.measure.review.trends import growth_rate, panel, percentage_change, trends

NONE = np.nan


def one(values, years=None, **settings):
    """The trend of one city and one indicator."""
    years = np.arange(2010, 2010 + len(values)) if years is None else np.array(years)
    return trends(np.array(values, float).reshape(-1, 1), ["a"] * len(values), years, **settings)


def change(values, years=None, **settings):
    years = np.arange(2010, 2010 + len(values)) if years is None else np.array(years)
    column = np.array(values, float).reshape(-1, 1)
    return percentage_change(column, ["a"] * len(values), years, **settings).item()


def test_a_figure_that_grows_by_a_tenth_in_each_of_two_years_grows_by_a_tenth_a_year():
    assert growth_rate(np.array(100.0), np.array(121.0), np.array(2.0)).item() == pytest.approx(0.1)


def test_a_figure_that_falls_to_zero_shrinks_by_all_of_it():
    assert growth_rate(np.array(5.0), np.array(0.0), np.array(3.0)).item() == -1.0


@pytest.mark.parametrize("same", [0.0, 4.0, -2.0])
def test_what_does_not_change_grows_by_nothing(same):
    assert growth_rate(np.array(same), np.array(same), np.array(3.0)).item() == 0.0


@pytest.mark.parametrize(("first", "latest"), [(0.0, 5.0), (-1.0, 5.0), (5.0, -1.0), (-2.0, -1.0)])
def test_growth_from_or_to_what_is_not_above_zero_has_no_meaning(first, latest):
    assert np.isnan(growth_rate(np.array(first), np.array(latest), np.array(3.0)))


@pytest.mark.parametrize("years", [0.0, -1.0])
def test_nothing_grows_in_no_time(years):
    assert np.isnan(growth_rate(np.array([1.0, 1.0]), np.array([2.0, 1.0]), np.array(years))).all()


def test_growth_too_large_for_a_number_is_not_told():
    assert np.isnan(growth_rate(np.array(1e-300), np.array(1e300), np.array(1.0)))


def test_a_trend_runs_from_the_first_known_year_to_the_latest_over_years_that_are_left_out():
    found = one([NONE, 100.0, 7.0, 144.0, NONE], [2010, 2011, 2014, 2013, 2019])

    assert (found.first_year.item(), found.latest_year.item()) == (2011, 2014)
    assert (found.first.item(), found.latest.item()) == (100.0, 7.0)
    assert found.growth.item() == pytest.approx(0.07 ** (1 / 3) - 1)
    assert found.availability.item() == 0.6


def test_one_figure_makes_no_trend():
    found = one([NONE, 3.0, NONE])

    assert np.isnan(found.growth.item())
    assert (found.first.item(), found.latest.item(), found.first_year.item()) == (3.0, 3.0, 2011)


def test_no_figure_has_no_years():
    found = one([NONE, NONE])

    assert (found.first_year.item(), found.latest_year.item(), found.availability.item()) == (-1, -1, 0.0)
    assert np.isnan([found.growth.item(), found.first.item(), found.latest.item()]).all()


def test_a_span_leaves_out_figures_that_are_older_than_it():
    found = one([1.0, 2.0, NONE, 8.0, NONE], span=2)

    assert found.first_year.item() == 2011
    assert found.growth.item() == pytest.approx(1.0)
    assert found.availability.item() == 0.6


def test_a_span_with_one_figure_left_makes_no_trend():
    assert np.isnan(one([1.0, NONE, 8.0], span=1).growth.item())


def test_what_stays_within_half_a_year_has_not_grown():
    assert growth_rate(np.array([5.0]), np.array([5.0]), np.array([0.5])).tolist() == [0.0]


def test_no_rows_have_neither_trend_nor_change():
    nothing, years = np.empty((0, 2)), np.array([], dtype=np.int64)
    assert percentage_change(nothing, [], years).shape == (0, 2)
    assert trends(nothing, [], years).growth.shape == (0, 2)


def test_directions_turn_growth_into_improvement():
    values = np.array([[50.0, 50.0, 50.0], [60.5, 60.5, 60.5]])

    found = trends(values, ["a", "a"], np.array([2020, 2022]), directions=np.array([1, -1, 0]))

    assert found.growth[0, :2].tolist() == pytest.approx([0.1, -0.1])
    assert np.isnan(found.growth[0, 2])


def test_cities_are_ordered_by_code_and_a_city_without_a_row_of_a_year_lacks_it():
    values = np.array([[2.0], [1.0], [4.0]])

    found = trends(values, ["b", "a", "a"], np.array([2020, 2020, 2021]))

    assert found.units == ("a", "b")
    assert found.growth.ravel().tolist()[0] == pytest.approx(3.0)
    assert found.availability.ravel().tolist() == [1.0, 0.5]


def test_a_panel_without_rows_has_no_trends():
    found = trends(np.zeros((0, 3)), [], np.zeros(0, dtype=int))

    assert found.growth.shape == (0, 3)
    assert found.table(["x", "y", "z"]).is_empty()


def test_the_table_of_trends_has_a_row_for_each_city_and_indicator():
    values = np.array([[50.0, NONE], [60.5, NONE]])

    table = trends(values, ["a", "a"], np.array([2020, 2022])).table(["beds", "parks"])

    assert table.columns == [
        "city", "indicator", "growth", "availability", "first", "latest", "first_year", "latest_year",
    ]  # fmt: skip
    assert table.row(0)[:2] == ("a", "beds")
    assert table.row(0)[2] == pytest.approx(0.1)
    assert table.row(0)[3:] == (1.0, 50.0, 60.5, 2020, 2022)
    assert table.row(1) == ("a", "parks", None, 0.0, None, None, None, None)


def test_two_rows_of_a_city_in_one_year_are_refused():
    with pytest.raises(
        InputError, match="b has more than one row for 2021; keep one row for each city and year"
    ):
        panel(np.zeros((4, 1)), ["a", "b", "b", "b"], np.array([2020, 2020, 2021, 2021]))


def test_a_panel_lays_years_out_in_order():
    laid = panel(np.array([[3.0], [1.0], [2.0]]), ["b", "a", "a"], np.array([2022, 2020, 2022]))

    assert (laid.units, laid.years.tolist()) == (("a", "b"), [2020, 2022])
    np.testing.assert_array_equal(laid.values[:, :, 0], [[1.0, 2.0], [NONE, 3.0]])


def test_the_change_of_two_figures_is_that_of_the_line_through_them():
    assert change([50.0, NONE, 60.0]) == pytest.approx(10.0)


def test_a_change_is_told_for_the_years_asked_for():
    assert change([50.0, 55.0], per=10) == pytest.approx(100.0)


def test_the_change_of_more_figures_is_that_of_the_line_of_least_squares():
    years, figures = np.array([2010, 2013, 2014, 2020]), np.array([3.0, 4.0, 9.0, 5.0])
    slope, height = np.polyfit(years - 2010, figures, 1)

    assert change(figures, years) == pytest.approx(100 * slope / height)


def test_every_city_and_indicator_has_a_line_of_its_own():
    years, units = np.array([2010, 2012, 2016, 2011, 2015]), ["a", "a", "a", "b", "b"]
    values = np.array([[1.0, 5.0], [4.0, 5.0], [2.0, 5.0], [90.0, NONE], [30.0, 7.0]])

    def by_hand(rows, column):
        slope, height = np.polyfit(years[rows] - years[rows].min(), values[rows, column], 1)
        return 100 * slope / height

    np.testing.assert_allclose(
        percentage_change(values, units, years),
        [[by_hand(slice(0, 3), 0), 0.0], [by_hand(slice(3, 5), 0), NONE]],
    )


@pytest.mark.parametrize(("values", "expected"), [([4.0, 4.0, 4.0], 0.0), ([0.0, 0.0], 0.0)])
def test_what_does_not_change_changes_by_nothing(values, expected):
    assert change(values) == expected


@pytest.mark.parametrize("values", [[NONE, 4.0], [NONE, NONE], [0.0, 4.0]])
def test_a_change_needs_two_figures_and_a_start_that_is_not_zero(values):
    assert np.isnan(change(values))


@given(
    arrays(float, (4, 2), elements=st.one_of(st.just(NONE), st.floats(0, 1e6))),
    st.permutations(range(4)),
    st.integers(1, 4),
)
def test_trends_never_raise_and_do_not_depend_on_the_order_of_the_rows(values, order, span):
    units, years = np.array(["a", "a", "b", "b"]), np.array([2010, 2012, 2012, 2010])
    order = list(order)

    straight = trends(values, units.tolist(), years, span=span)
    shuffled = trends(values[order], units[order].tolist(), years[order], span=span)

    np.testing.assert_array_equal(straight.growth, shuffled.growth)
    np.testing.assert_array_equal(straight.availability, shuffled.availability)


@given(arrays(float, (3, 1), elements=st.floats(0.01, 1e6)), st.floats(1e-3, 1e3))
def test_growth_does_not_depend_on_the_unit_of_the_figure(values, factor):
    years, units = np.array([2010, 2011, 2015]), ["a"] * 3

    np.testing.assert_allclose(
        trends(values, units, years).growth, trends(values * factor, units, years).growth, atol=1e-9
    )


@given(arrays(float, (5, 1), elements=st.one_of(st.just(NONE), st.floats(-1e3, 1e3))))
def test_a_change_in_percent_never_raises(values):
    percentage_change(values, ["a"] * 5, np.array([2010, 2011, 2013, 2014, 2018]))
