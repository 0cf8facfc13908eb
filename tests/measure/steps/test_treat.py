"""Treat: the test of shape, winsorising, and the transformations; by hand, by scipy and by brute force."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from seeds import tries
from urbium.errors import InputError, NotFoundError
from urbium.measure.steps.treat import (
    box_cox,
    kurtosis,
    log_ct_orig,
    log_ct_plus,
    log_gii,
    log_shift,
    skewness,
    treat,
    winsorise,
)

NAN = float("nan")
LOGS = {"log": log_shift, "log-plus": log_ct_plus, "log-plain": log_ct_orig, "log-innovation": log_gii}
ALWAYS = {"skew": 0.0, "kurtosis": -math.inf}
figures = arrays(np.float64, (12, 3), elements=st.one_of(st.just(NAN), st.integers(-999, 999).map(float)))
tailed = arrays(np.float64, (12, 3), elements=st.sampled_from([NAN, 0, 1, 2, 3, 4, 90, 500, 8000.0]))


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def row(found: np.ndarray) -> list[float]:
    return found.ravel().tolist()


def plainly_winsorised(values: np.ndarray, points: int, skew: float, kurt: float) -> np.ndarray:
    """Winsorise one column as a person would: look at the end of the longer tail, move it, look again."""
    own = values.copy()
    while True:
        known = own[~np.isnan(own)]
        if len(known) < 4 or len(set(known)) == 1:
            return own
        lean = stats.skew(known, bias=False)
        if abs(lean) < skew or stats.kurtosis(known, bias=False) < kurt:
            return own
        end = known.max() if lean >= 0 else known.min()
        others = known[known != end]
        moved = np.where(own == end, others.max() if lean >= 0 else others.min(), own)
        if ((moved != values) & ~np.isnan(values)).sum() > points:
            return own
        own = moved


# The test of shape


@settings(deadline=None, max_examples=tries(40))
@given(values=figures)
def test_skewness_and_kurtosis_are_the_unbiased_ones_of_scipy(values):
    for place, found in enumerate(zip(skewness(values), kurtosis(values), strict=True)):
        known = values[~np.isnan(values[:, place]), place]
        is_apart = len(set(known)) > 1
        lean = stats.skew(known, bias=False) if is_apart and len(known) > 2 else NAN
        peak = stats.kurtosis(known, bias=False) if is_apart and len(known) > 3 else NAN
        np.testing.assert_allclose(found, (lean, peak), rtol=1e-9, atol=1e-9)


def test_skewness_needs_3_values_and_kurtosis_4():
    assert np.isnan(skewness(column(1, 2)))
    assert skewness(column(1, 2, 3, NAN)) == 0
    assert np.isnan(kurtosis(column(1, 2, 4)))
    assert not np.isnan(kurtosis(column(1, 2, 4, 5)))


@pytest.mark.parametrize(
    "values", [column(7, 7, 7, 7), column(0.3, 0.1 + 0.2, 0.3, 0.3, 0.3), column(NAN, NAN)]
)
def test_where_all_are_alike_there_is_no_shape(values):
    assert np.isnan([skewness(values), kurtosis(values)]).all()


def test_no_row_at_all_has_no_shape():
    assert np.isnan(skewness(np.zeros((0, 2)))).tolist() == [True, True]


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_the_shape_knows_no_unit_however_small_or_large(size):
    values = column(1, 2, 3, 4, 50)
    np.testing.assert_allclose(skewness(values * size), skewness(values))
    np.testing.assert_allclose(kurtosis(values * size), kurtosis(values))


# Winsorising


def test_the_largest_value_becomes_the_next_where_the_tail_is_on_the_right():
    assert row(winsorise(column(1, 2, 3, 4, 5, 99), 5)) == [1, 2, 3, 4, 5, 5]


def test_the_smallest_value_becomes_the_next_where_the_tail_is_on_the_left():
    assert row(winsorise(column(-99, 2, 3, 4, 5, 6), 5)) == [2, 2, 3, 4, 5, 6]


def test_points_move_one_after_the_other_until_the_column_passes():
    values = column(*range(20), 500, 9000)
    assert row(winsorise(values, 1)) == [*range(20), 500, 500]
    assert row(winsorise(values, 2)) == [*range(20), 19, 19]
    assert row(winsorise(values, 20)) == [*range(20), 19, 19]


def test_equal_values_move_together_or_not_at_all():
    values = column(*range(30), 900, 900, 900)
    assert row(winsorise(values, 3)) == [*range(30), 29, 29, 29]
    np.testing.assert_array_equal(winsorise(values, 2), values)


def test_no_point_moves_when_none_may():
    values = column(1, 2, 3, 4, 5, 99)
    np.testing.assert_array_equal(winsorise(values, 0), values)


def test_a_column_moves_as_many_points_as_it_may_when_none_passes():
    assert row(winsorise(column(1, 2, 3, 4, 9), 1, **ALWAYS)) == [1, 2, 3, 4, 4]
    assert row(winsorise(column(NAN, 1, 2, 6, 9), 2, **ALWAYS))[1:] == [2, 2, 6, 6]


def test_winsorising_stops_when_all_are_alike():
    assert row(winsorise(column(1, 1, 1, 1, 9), 5, **ALWAYS)) == [1, 1, 1, 1, 1]


def test_the_limits_of_skewness_and_kurtosis_can_be_set():
    values = column(1, 2, 3, 4, 5, 99)
    lean, peak = skewness(values).item(), kurtosis(values).item()
    assert row(winsorise(values, 1, skew=lean, kurtosis=peak))[-1] == 5
    assert row(winsorise(values, 1, skew=lean + 1e-9, kurtosis=peak))[-1] == 99
    assert row(winsorise(values, 1, skew=lean, kurtosis=peak + 1e-9))[-1] == 99
    assert row(winsorise(-values, 1, skew=lean, kurtosis=peak))[-1] == -5


def test_a_column_passes_when_either_measure_lies_below_its_usual_limit():
    long = column(*[0] * 16, *[1] * 5, *[4] * 3)
    peaked = column(-99, *range(20), 120)
    assert (skewness(long).item() > 2, kurtosis(long).item() < 3.5) == (True, True)
    assert (skewness(peaked).item() < 2, kurtosis(peaked).item() > 3.5) == (True, True)
    np.testing.assert_array_equal(winsorise(long, 5), long)
    np.testing.assert_array_equal(winsorise(peaked, 5), peaked)


def test_a_column_just_above_both_usual_limits_fails():
    values = column(*[0] * 18, *[1] * 5, 4, 4, 4.2)
    assert (2 < skewness(values).item() < 2.2, 3.5 < kurtosis(values).item() < 3.6) == (True, True)
    assert row(winsorise(values, 1))[-1] == 4
    assert treat(values, limit=1).winsorised.item() == 1


def test_a_negative_number_of_points_is_refused():
    with pytest.raises(
        InputError, match=("winsorise: -1 points cannot be moved; enter a limit of 0 or more")
    ):
        winsorise(column(1, 2), -1)
    with pytest.raises(InputError, match="-2 points"):
        treat(column(1, 2), limit=-2)


@settings(deadline=None)
@given(values=tailed, points=st.integers(0, 12), rule=st.sampled_from([(2.0, 3.5), (0.5, 0.0), (1.0, -9.0)]))
def test_winsorising_is_what_a_person_would_do(values, points, rule):
    skew, kurt = rule
    expected = np.column_stack([plainly_winsorised(own, points, skew, kurt) for own in values.T])
    np.testing.assert_array_equal(winsorise(values, points, skew=skew, kurtosis=kurt), expected)


@settings(deadline=None)
@given(values=tailed, points=st.integers(0, 6))
def test_winsorising_moves_at_most_the_points_allowed_and_swaps_no_rows(values, points):
    given_values = values.copy()
    found = winsorise(values, points, **ALWAYS)
    known = ~np.isnan(values)
    assert ((found != values) & known).sum(axis=0).max() <= points
    assert (np.isnan(found) == ~known).all()
    assert not ((values[:, None] < values[None, :]) & (found[:, None] > found[None, :])).any()
    np.testing.assert_array_equal(values, given_values)


# Logarithms and powers


def test_the_shifted_logarithm_lies_one_percent_of_the_range_above_0():
    found = row(log_shift(column(2, 3, 12)))
    assert found == pytest.approx([math.log(0.1), math.log(1.1), math.log(10.1)])


def test_the_two_sided_logarithm_turns_to_the_longer_tail():
    right, left = column(2, 3, 12), column(-2, -3, -12)
    np.testing.assert_allclose(log_ct_plus(right), log_shift(right))
    np.testing.assert_allclose(log_ct_plus(left), -log_shift(-left))


def test_the_two_sided_logarithm_takes_the_right_end_where_neither_tail_is_longer():
    assert row(log_ct_plus(column(0, 1, 2))) == pytest.approx(
        [-math.log(2.02), -math.log(1.02), -math.log(0.02)]
    )


def test_the_plain_logarithm_starts_at_0():
    assert row(log_ct_orig(column(5, 6, 8))) == pytest.approx([0, math.log(2), math.log(4)])


def test_the_logarithm_of_the_innovation_index_runs_from_0_to_that_of_the_maximum():
    assert row(log_gii(column(2, 3, 12))) == pytest.approx([0, math.log(2.1), math.log(12)])


def test_the_logarithm_of_the_innovation_index_turns_to_the_longer_tail():
    assert row(log_gii(column(2, 11, 12))) == pytest.approx([-math.log(12), -math.log(2.1), 0])


def test_the_logarithm_of_the_innovation_index_keeps_a_balanced_column_as_it_runs():
    assert row(log_gii(column(0, 2, 4))) == pytest.approx([0, math.log(2.5), math.log(4)])


@pytest.mark.parametrize("highest", [1, 0.5, -2])
def test_without_a_maximum_above_1_there_is_no_logarithm_of_the_innovation_index(highest):
    values = column(-9, -8, highest)
    np.testing.assert_array_equal(log_gii(values), values)


def test_a_power_of_box_and_cox_counts_from_the_lowest_value():
    assert row(box_cox(column(4, 7, 12), 0.5)) == pytest.approx([0, 2, 4])
    assert row(box_cox(column(4, 5, 7), 0)) == pytest.approx([0, math.log(2), math.log(4)])
    assert row(box_cox(column(4, 5, 7), -1)) == pytest.approx([0, 0.5, 0.75])


def test_the_likeliest_power_is_the_best_of_a_fine_grid():
    values = np.random.default_rng(3).lognormal(size=(80, 1))
    values[5] = NAN
    shifted = values[~np.isnan(values)] - np.nanmin(values) + 1
    grid = np.arange(-2, 1, 0.01)
    best = grid[np.argmax([stats.boxcox_llf(power, shifted) for power in grid])]
    np.testing.assert_allclose(box_cox(values), box_cox(values, best), rtol=0.02, atol=1e-12)


def test_each_column_has_its_own_likeliest_power():
    values = np.random.default_rng(4).lognormal(size=(60, 2), sigma=(0.5, 1.5))
    both = box_cox(values)
    np.testing.assert_allclose(both[:, [0]], box_cox(values[:, [0]]))
    np.testing.assert_allclose(both[:, [1]], box_cox(values[:, [1]]))


@pytest.mark.parametrize("way", [*LOGS.values(), box_cox])
def test_a_column_in_which_all_are_alike_is_left_as_it_is(way):
    values = np.array([[7.0, NAN, NAN], [7.0, NAN, 3.0]])
    np.testing.assert_array_equal(way(values), values)


@pytest.mark.parametrize("way", [*LOGS.values(), box_cox])
def test_no_row_at_all_is_nothing_to_transform(way):
    assert way(np.zeros((0, 2))).shape == (0, 2)


@pytest.mark.parametrize(
    "way", [*LOGS.values(), lambda values: box_cox(values, 0.3), lambda values: box_cox(values, -1)]
)
@settings(deadline=None, max_examples=tries(15))
@given(values=figures)
def test_a_transformation_swaps_no_rows_and_keeps_what_is_missing(way, values):
    given_values = values.copy()
    found = way(values)
    assert (np.isnan(found) == np.isnan(values)).all()
    assert not ((values[:, None] < values[None, :]) & (found[:, None] >= found[None, :])).any()
    np.testing.assert_array_equal(values, given_values)


# The two steps


def spread_out() -> np.ndarray:
    """Return a column with more far values than may be moved, one with a single one, and a tame one."""
    wild = [*range(1, 201), *range(1000, 8000, 1000)]
    single = [*range(1, 207), 9000]
    return np.column_stack([wild, single, range(207)]).astype(float)


def test_a_column_is_winsorised_transformed_or_left_alone():
    values = spread_out()
    found = treat(values)
    assert found.way.tolist() == ["log", "winsorise", ""]
    assert found.winsorised.tolist() == [0, 1, 0]
    np.testing.assert_array_equal(found.values[:, [0]], log_shift(values[:, [0]]))
    np.testing.assert_array_equal(found.values[:, [1]], winsorise(values[:, [1]], 5))
    np.testing.assert_array_equal(found.values[:, 2], values[:, 2])
    assert found.passes.tolist() == [False, True, True]  # even the logarithm is not enough for the first


def test_a_column_that_the_logarithm_mends_passes():
    found = treat(column(*np.exp(np.arange(40) / 2)), limit=1)
    assert (found.way.item(), found.passes.item()) == ("log", True)
    assert abs(found.skew_after.item()) < 2 <= found.skew_before.item()


def test_the_shape_is_told_before_and_after():
    values = spread_out()
    found = treat(values)
    np.testing.assert_array_equal(found.skew_before, skewness(values))
    np.testing.assert_array_equal(found.kurtosis_before, kurtosis(values))
    np.testing.assert_allclose(found.skew_after, skewness(found.values), rtol=1e-12)
    np.testing.assert_allclose(found.kurtosis_after, kurtosis(found.values), rtol=1e-12)
    assert (found.skew_after[:2] < found.skew_before[:2]).all()


def test_up_to_5_points_are_moved_when_no_limit_is_given():
    five, six = (column(*range(1, 201), *range(1000, end, 1000)) for end in (6000, 7000))
    assert (treat(five).winsorised.item(), treat(five).way.item()) == (5, "winsorise")
    assert treat(six).way.item() == "log"
    assert treat(six, limit=6).winsorised.item() == 6


def test_without_a_transformation_the_points_moved_stay_moved_and_the_column_fails():
    values = spread_out()
    found = treat(values, then="none", limit=2)
    np.testing.assert_array_equal(found.values, winsorise(values, 2))
    assert found.way.tolist() == ["winsorise", "winsorise", ""]
    assert found.winsorised.tolist() == [2, 1, 0]
    assert found.passes.tolist() == [False, True, True]


def test_a_column_that_may_not_be_moved_is_named_as_left_alone():
    found = treat(column(1, 2, 3, 4, 5, 99), limit=0, then="none")
    assert (found.way.item(), found.winsorised.item(), found.passes.item()) == ("", 0, False)


@pytest.mark.parametrize("then", [*LOGS, "box-cox"])
def test_the_transformation_is_made_from_the_values_before_winsorising(then):
    values = spread_out()[:, [0]]
    found = treat(values, then=then)
    np.testing.assert_array_equal(found.values, (LOGS | {"box-cox": box_cox})[then](values))
    assert (found.way.item(), found.winsorised.item()) == (then, 0)


def test_the_limits_of_the_test_can_be_set():
    values = column(1, 2, 3, 4, 5, 99)
    lean, peak = skewness(values).item(), kurtosis(values).item()
    assert treat(values, skew=lean, kurtosis=peak).winsorised.item() == 1
    assert treat(values, skew=lean + 1e-9, kurtosis=peak).passes.item()
    assert treat(values, skew=lean, kurtosis=peak + 1e-9).passes.item()


def test_an_unknown_transformation_is_refused_and_the_nearest_named():
    with pytest.raises(NotFoundError, match="way to treat 'log-plu'; did you mean 'log-plus'"):
        treat(column(1, 2), then="log-plu")


def test_only_columns_that_fail_are_gone_over_again(monkeypatch):
    """Winsorising once went over all columns again for every point that it moved."""
    module = sys.modules[treat.__module__]
    rng, shape, cells = np.random.default_rng(7), module._shape, []
    values = rng.normal(size=(60, 50))
    values[:3, 0] = 1e3, 1e4, 1e5
    monkeypatch.setattr(module, "_shape", lambda part: cells.append(part.size) or shape(part))
    assert treat(values).winsorised[0] > 0
    assert cells[0] == values.size
    assert max(cells[1:]) <= len(values)


def test_no_row_at_all_is_nothing_to_treat():
    found = treat(np.zeros((0, 2)))
    assert found.values.shape == (0, 2)
    assert found.passes.all()


@pytest.mark.parametrize("then", [*LOGS, "none"])
@settings(deadline=None, max_examples=tries(15))
@given(values=tailed)
def test_treating_never_raises_swaps_no_rows_and_keeps_what_is_missing(then, values):
    given_values = values.copy()
    found = treat(values, limit=2, then=then, skew=1.0, kurtosis=0.0).values
    assert (np.isnan(found) == np.isnan(values)).all()
    assert not ((values[:, None] < values[None, :]) & (found[:, None] > found[None, :])).any()
    np.testing.assert_array_equal(values, given_values)


@settings(deadline=None, max_examples=tries(15))
@given(values=tailed, order=st.permutations(range(12)))
def test_the_order_of_the_rows_changes_nothing(values, order):
    here, there = treat(values).values[order], treat(values[order]).values
    np.testing.assert_allclose(here, there, rtol=1e-9, atol=1e-12)
