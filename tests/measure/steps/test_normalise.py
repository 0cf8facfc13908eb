"""Ways to normalise: by hand on small columns, and laws that must hold for any figures."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata, zscore

from seeds import tries
from urbium.errors import InputError
from urbium.measure.steps.normalise import (
    borda,
    distance_to_maximum,
    distance_to_reference,
    distance_to_target,
    extremes,
    fraction_of_maximum,
    goalposts,
    min_max,
    percentile,
    rank_score,
    scaled,
    tells_apart,
    z_score,
)

UP, DOWN, NEITHER = np.array([1]), np.array([-1]), np.array([0])
NAN = float("nan")

RELATIVE = {
    "min-max": min_max,
    "z-score": z_score,
    "rank": rank_score,
    "rank, average": partial(rank_score, ties="average"),
    "percentile": percentile,
    "borda": borda,
    "distance to maximum": distance_to_maximum,
    "distance to reference": partial(distance_to_reference, row=1),
    "distance to target": partial(distance_to_target, targets=2.5),
    "fraction of maximum": fraction_of_maximum,
}
FIXED = {
    "scaled": partial(scaled, low=0, high=10),
    "goalposts": partial(goalposts, low=0, high=10),
}
ALL = RELATIVE | FIXED
WITHOUT_UNIT = [
    "min-max",
    "z-score",
    "rank",
    "rank, average",
    "percentile",
    "borda",
    "distance to maximum",
    "distance to reference",
]

# Whole numbers with gaps: a change of unit keeps them apart, and equal ones equal
figures = arrays(np.float64, (6, 3), elements=st.one_of(st.just(NAN), st.integers(-1000, 1000).map(float)))


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def row(found: np.ndarray) -> list[float]:
    return found.ravel().tolist()


def test_the_worst_has_0_the_best_100_and_the_middle_lies_between():
    assert row(min_max(column(1, 2, 5), UP)) == [0, 25, 100]


def test_where_lower_is_better_the_scale_is_turned_round():
    assert row(min_max(column(1, 2, 5), DOWN)) == [100, 75, 0]


def test_min_max_reaches_from_the_low_to_the_high_asked_for():
    assert row(min_max(column(1, 2, 5), UP, low=1, high=9)) == [1, 3, 9]


def test_min_max_never_leaves_its_scale_by_rounding():
    found = min_max(column(0.1, 0.2, 0.3, 0.7), UP, low=0.1, high=0.7)
    assert (found.min(), found.max()) == (0.1, 0.7)


@pytest.mark.parametrize(("low", "high"), [(5, 5), (6, 5)])
def test_a_scale_that_does_not_rise_is_refused(low, high):
    with pytest.raises(
        InputError, match=f"min-max: a scale from {low} to {high} is not ascending; enter a low value"
    ):
        min_max(column(1, 2), UP, low=low, high=high)


def test_z_scores_have_mean_0_and_sample_deviation_1():
    values = column(3, 8, 1, 4)
    np.testing.assert_allclose(z_score(values, UP), zscore(values, ddof=1))


def test_z_scores_turn_round_where_lower_is_better():
    assert row(z_score(column(1, 2, 3), DOWN)) == [1, 0, -1]


def test_z_scores_take_the_mean_and_spread_asked_for():
    assert row(z_score(column(1, NAN, 2, 3), UP, mean=50, spread=10))[::2] == [40, 50]
    assert row(z_score(column(1, 2, 3), DOWN, mean=50, spread=10)) == [60, 50, 40]


@pytest.mark.parametrize("spread", [0, -1, NAN])
def test_a_spread_that_is_not_positive_is_refused(spread):
    with pytest.raises(InputError, match=f"z-score: a spread of {spread} is not a standard deviation; enter"):
        z_score(column(1, 2), UP, spread=spread)


def test_fixed_bounds_let_a_value_go_beyond_the_scale():
    assert row(scaled(column(-5, 0, 5, 20), UP, low=0, high=10)) == [-50, 0, 50, 200]


def test_fixed_bounds_are_0_and_100_on_a_scale_of_100_when_left_out():
    assert row(scaled(column(20, 70), UP)) == [20, 70]
    assert row(scaled(column(20, 70), DOWN)) == [80, 30]


def test_fixed_bounds_take_the_scale_asked_for():
    assert row(scaled(column(5), UP, low=0, high=10, scale=4)) == [2]


def test_goalposts_cut_what_lies_outside():
    assert row(goalposts(column(-5, 0, 4, 10, 20), UP, low=0, high=10)) == [0, 0, 40, 100, 100]


def test_goalposts_turn_round_where_lower_is_better():
    assert row(goalposts(column(-5, 0, 4, 10, 20), DOWN, low=0, high=10)) == [100, 100, 60, 0, 0]


def test_goalposts_cut_nothing_when_asked():
    assert row(goalposts(column(-5, 20), UP, low=0, high=10, scale=2, truncate=False)) == [-1, 4]


def test_each_column_may_have_its_own_goalposts_and_one_without_has_no_score():
    values = np.array([[5.0, 5.0, 5.0]])
    found = goalposts(values, np.array([1, 1, 1]), low=np.array([0, 4, NAN]), high=np.array([10, 6, 10]))
    assert found[0, :2].tolist() == [50, 50]
    assert np.isnan(found[0, 2])


def test_wrong_goalposts_are_refused_and_their_columns_named():
    low, high = np.array([0.0, 9.0, 5.0, NAN]), np.array([10.0, 6.0, 5.0, 1.0])
    with pytest.raises(InputError, match=r"not below the high one in columns 1 and 2"):
        goalposts(np.ones((2, 4)), np.ones(4, dtype=int), low=low, high=high)


@pytest.mark.parametrize("name", FIXED)
def test_fixed_bounds_score_a_row_that_stands_alone(name):
    assert row(FIXED[name](column(4), UP)) == [40]


def test_ranks_count_from_the_worst_and_equals_share_the_lower():
    assert row(rank_score(column(5, 8, 5, 9), UP)) == [1, 3, 1, 4]


def test_ranks_count_from_the_highest_where_lower_is_better():
    assert row(rank_score(column(5, 8, 5, 9), DOWN)) == [3, 2, 3, 1]


def test_equals_may_share_the_mean_of_their_ranks():
    assert row(rank_score(column(5, 8, 5, 9, 9, 9), UP, ties="average")) == [1.5, 3, 1.5, 5, 5, 5]


def test_values_apart_by_rounding_only_share_a_rank():
    assert row(rank_score(column(0.3, 0.1 + 0.2, 0.4), UP)) == [1, 1, 3]
    assert row(rank_score(column(0.3, 0.3 + 1e-11, 0.4), UP)) == [1, 2, 3]


def test_a_missing_value_takes_no_rank_from_another():
    found = row(rank_score(column(5, NAN, 8, NAN, 8), UP, ties="average"))
    assert (found[0], found[2], found[4]) == (1, 2.5, 2.5)


@pytest.mark.parametrize("way", [rank_score, percentile, borda])
def test_an_unknown_word_for_equals_is_refused(way):
    with pytest.raises(InputError, match=r"called 'max' for ranking equal values; write min or average"):
        way(column(1, 2), UP, ties="max")


@settings(deadline=None)
@given(values=figures, ties=st.sampled_from(["min", "average"]))
def test_ranks_are_those_of_scipy(values, ties):
    found = rank_score(values, np.array([1, 1, 1]), ties=ties)
    expected = rankdata(values, axis=0, method=ties, nan_policy="omit")
    np.testing.assert_array_equal(found, np.where(tells_apart(values), expected, NAN))


def test_percentiles_are_the_share_of_the_other_known_rows_that_are_worse():
    found = row(percentile(column(5, 8, NAN, 6, 6, 9), UP))
    assert found[:2] + found[3:] == [0, 0.75, 0.25, 0.25, 1]


def test_the_better_of_two_is_better_than_all_others():
    assert percentile(np.array([[1.0], [2.0]]), np.array([1])).ravel().tolist() == [0.0, 1.0]


def test_in_percentiles_an_equal_row_may_count_half():
    assert row(percentile(column(5, 5, 6), UP, ties="average")) == [0.25, 0.25, 1]


def test_borda_counts_the_rows_that_are_worse():
    assert row(borda(column(5, 8, 5, 9), UP)) == [0, 2, 0, 3]
    assert row(borda(column(5, 8, 5, 9), DOWN, ties="average")) == [2.5, 1, 2.5, 0]


def test_the_distance_to_the_maximum_is_1_for_the_best():
    assert row(distance_to_maximum(column(1, 2, 5), UP)) == [0, 0.25, 1]
    assert row(distance_to_maximum(column(1, 2, 5), DOWN)) == [1, 0.75, 0]


def test_a_row_better_than_the_reference_has_more_than_1():
    assert row(distance_to_reference(column(1, 3, 5), UP, row=1)) == [0, 1, 2]
    assert row(distance_to_reference(column(1, 3, 5), DOWN, row=1)) == [2, 1, 0]


def test_a_row_better_than_the_reference_may_be_cut_off_at_1():
    assert row(distance_to_reference(column(1, 3, 5), UP, row=1, cap=True)) == [0, 1, 1]


@pytest.mark.parametrize("reference", [0, 3])
def test_a_reference_that_is_the_worst_or_unknown_gives_no_scale(reference):
    assert np.isnan(distance_to_reference(column(1, 3, 5, NAN), UP, row=reference)).all()


@pytest.mark.parametrize("reference", [-1, 3])
def test_a_reference_that_does_not_exist_is_refused(reference):
    with pytest.raises(InputError, match=f"row: there is no row {reference} to refer to; .* from 0 to 2"):
        distance_to_reference(column(1, 3, 5), UP, row=reference)


def test_the_first_row_may_be_the_reference():
    assert row(distance_to_reference(column(5, 1, 3), UP, row=0)) == [1, 0, 0.5]


def test_the_distance_to_a_target_runs_from_the_worst_row_to_the_target():
    assert row(distance_to_target(column(2, 6, 14), UP, targets=10)) == [0, 0.5, 1.5]
    assert row(distance_to_target(column(2, 6, 14), DOWN, targets=4)) == [1.2, 0.8, 0]


def test_a_row_beyond_its_target_may_be_cut_off_at_1():
    assert row(distance_to_target(column(2, 6, 14), UP, targets=10, cap=True)) == [0, 0.5, 1]


def test_each_column_may_have_its_own_target_and_one_without_has_no_score():
    values = np.array([[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]])
    found = distance_to_target(values, np.array([1, 1, 1]), targets=np.array([3.0, 5.0, NAN]))
    assert found[1, :2].tolist() == [0.5, 0.25]
    assert np.isnan(found[:, 2]).all()


@pytest.mark.parametrize(("direction", "target"), [(1, 2), (1, 1), (-1, 14), (-1, 20)])
def test_a_target_that_even_the_worst_has_reached_gives_no_scale(direction, target):
    assert np.isnan(distance_to_target(column(2, 6, 14), np.array([direction]), targets=target)).all()


def test_a_fraction_of_the_maximum_keeps_the_ratios():
    assert row(fraction_of_maximum(column(1, 2, 8), UP)) == [0.125, 0.25, 1]


def test_a_fraction_of_the_maximum_counts_what_lacks_where_lower_is_better():
    assert row(fraction_of_maximum(column(0, 2, 8), DOWN)) == [1, 0.75, 0]


@pytest.mark.parametrize("highest", [0, -1])
def test_without_a_positive_maximum_there_is_no_fraction(highest):
    assert np.isnan(fraction_of_maximum(column(-8, highest), UP)).all()


def test_the_extremes_name_the_first_rows_that_set_them():
    found = extremes(np.array([[4.0, NAN], [9.0, 7.0], [2.0, NAN], [9.0, 7.0], [2.0, NAN]]))
    assert (found.low.tolist(), found.high.tolist()) == ([2, 7], [9, 7])
    assert (found.low_row.tolist(), found.high_row.tolist()) == ([2, 1], [1, 1])


def test_a_column_without_values_beside_one_with_values_has_no_extremes():
    found = extremes(np.array([[4.0, NAN], [9.0, NAN]]))
    assert (found.low_row.tolist(), found.high_row.tolist()) == ([0, -1], [1, -1])


@pytest.mark.parametrize("values", [column(NAN, NAN), np.zeros((0, 1))])
def test_nobody_sets_the_extremes_of_a_column_without_values(values):
    found = extremes(values)
    assert np.isnan([found.low[0], found.high[0]]).all()
    assert (found.low_row[0], found.high_row[0]) == (-1, -1)


def test_a_spread_within_rounding_tells_no_rows_apart():
    assert not tells_apart(column(1e12 - 1, 1e12))
    assert not tells_apart(column(-1e12, 1 - 1e12))
    assert tells_apart(column(1e12 - 2, 1e12))


@pytest.mark.parametrize("name", ALL)
def test_an_indicator_without_direction_has_no_score(name):
    assert np.isnan(ALL[name](column(1, 2, 3), NEITHER)).all()


@pytest.mark.parametrize("name", RELATIVE)
@pytest.mark.parametrize("values", [column(7, 7, 7), column(NAN, 7, NAN), column(NAN, NAN, NAN)])
def test_an_indicator_in_which_all_are_alike_has_no_score(name, values):
    assert np.isnan(RELATIVE[name](values, UP)).all()


@pytest.mark.parametrize("name", [name for name in ALL if name != "distance to reference"])
def test_no_row_at_all_gives_no_score(name):
    assert ALL[name](np.zeros((0, 2)), np.array([1, 1])).shape == (0, 2)


@pytest.mark.parametrize("name", ALL)
def test_a_missing_value_stays_missing_and_moves_no_other(name):
    with_gap = row(ALL[name](column(1, 3, NAN, 5), UP))
    without = row(ALL[name](column(1, 3, 5), UP))
    assert np.isnan(with_gap[2])
    assert with_gap[:2] + with_gap[3:] == without


@pytest.mark.parametrize("name", ALL)
@settings(deadline=None, max_examples=tries(15))
@given(values=figures)
def test_missing_values_never_raise_and_stay_missing(name, values):
    found = ALL[name](values, np.array([1, -1, 1]))
    assert np.isnan(found[np.isnan(values)]).all()


@pytest.mark.parametrize("name", WITHOUT_UNIT)
@settings(deadline=None, max_examples=tries(15))
@given(values=figures, scale=st.sampled_from([0.01, 3.0, 1e4]), shift=st.sampled_from([-50.0, 0.0, 7.5]))
def test_another_unit_changes_no_score(name, values, scale, shift):
    directions = np.array([1, -1, 1])
    here = ALL[name](values, directions)
    np.testing.assert_allclose(ALL[name](values * scale + shift, directions), here, rtol=1e-9, atol=1e-9)


@settings(deadline=None, max_examples=tries(15))
@given(values=figures, scale=st.sampled_from([0.01, 3.0, 1e4]))
def test_another_unit_with_the_same_zero_changes_no_fraction_of_the_maximum(values, scale):
    directions = np.array([1, -1, 1])
    here = fraction_of_maximum(values, directions)
    np.testing.assert_allclose(fraction_of_maximum(values * scale, directions), here, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("name", "ends"), [("min-max", 100), ("distance to maximum", 1), ("z-score", 0)])
@settings(deadline=None, max_examples=tries(15))
@given(values=figures)
def test_turning_the_direction_turns_the_score(name, ends, values):
    up = np.array([1, 1, 1])
    np.testing.assert_allclose(ALL[name](values, up), ends - ALL[name](values, -up), atol=1e-9)


@pytest.mark.parametrize("name", ["fraction of maximum", "scaled", "goalposts"])
@settings(deadline=None, max_examples=tries(15))
@given(values=figures)
def test_turning_the_direction_turns_the_score_on_a_fixed_scale(name, values):
    up, whole = np.array([1, 1, 1]), 1 if name == "fraction of maximum" else 100
    np.testing.assert_allclose(ALL[name](values, up), whole - ALL[name](values, -up), atol=1e-9)


@settings(deadline=None, max_examples=tries(15))
@given(values=figures)
def test_turning_the_direction_turns_the_mean_ranks(values):
    up = np.array([1, 1, 1])
    there = (~np.isnan(values)).sum(axis=0) + 1 - rank_score(values, -up, ties="average")
    np.testing.assert_array_equal(rank_score(values, up, ties="average"), there)


@pytest.mark.parametrize("name", [name for name in ALL if name != "distance to reference"])
@settings(deadline=None, max_examples=tries(15))
@given(values=figures, order=st.permutations(range(6)))
def test_the_order_of_the_rows_changes_no_score(name, values, order):
    directions = np.array([1, -1, 1])
    here = ALL[name](values, directions)[order]
    np.testing.assert_allclose(ALL[name](values[order], directions), here, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ALL)
@settings(deadline=None, max_examples=tries(15))
@given(values=figures)
def test_a_better_row_never_has_the_lower_score(name, values):
    directions = np.array([1, -1, 1])
    found, facing = ALL[name](values, directions), values * directions
    is_better = facing[:, None, :] > facing[None, :, :]
    is_lower = found[:, None, :] < found[None, :, :] - 1e-9
    assert not (is_better & is_lower).any()


@settings(deadline=None)
@given(values=figures)
def test_scores_lie_from_0_to_100_and_both_ends_are_reached(values):
    score = min_max(values, np.array([1, 1, 1]))
    known = score[:, tells_apart(values)]
    assert ((known >= 0) & (known <= 100) | np.isnan(known)).all()
    assert (np.fmin.reduce(known, axis=0) == 0).all()
    assert (np.fmax.reduce(known, axis=0) == 100).all()
