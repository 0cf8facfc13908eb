"""What columns look like, what rows report, and how rows compare pairwise."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from urbium.measure.review.statistics import (
    describe,
    dominance,
    outranking,
)

figures = arrays(np.float64, (6, 3), elements=st.sampled_from([np.nan, 0.0, 1.0, 2.0, 3.5, -1.0]))
ONE = np.ones(1)


def column(*values):
    return np.array(values, dtype=float)[:, None]


def test_a_column_is_described_by_hand():
    found = describe(column(4, 1, np.nan, 1, 0))
    assert (found.low[0], found.high[0], found.mean[0], found.median[0]) == (0, 4, 1.5, 1)
    assert found.spread[0] == pytest.approx(np.sqrt(9 / 3))
    assert (found.known[0], found.nonzero[0], found.unique[0], found.same[0]) == (4, 3, 3, 2)
    assert found.known_share[0] == 0.8
    assert (found.nonzero_share[0], found.unique_share[0], found.same_share[0]) == (0.75, 0.75, 0.5)


def test_the_median_of_an_odd_count_is_the_middle_value():
    assert describe(column(9, 2, 5, np.nan)).median[0] == 5


def test_skewness_and_kurtosis_are_those_of_the_treatment():
    found = describe(column(1, 2, 6, 20))
    n, z = 4, np.array([-6.25, -5.25, -1.25, 12.75])
    second, third, fourth = (z**2).sum(), (z**3).sum(), (z**4).sum()
    assert found.skewness[0] == pytest.approx(n * np.sqrt(n - 1) / (n - 2) * third / second**1.5)
    excess = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * fourth / (second / (n - 1)) ** 2
    assert found.kurtosis[0] == pytest.approx(excess - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))


def test_an_empty_column_has_no_figures_and_is_flagged():
    found = describe(column(np.nan, np.nan))
    for name in ("low", "high", "mean", "median", "spread", "nonzero_share", "unique_share", "same_share"):
        assert np.isnan(getattr(found, name)[0])
    assert (found.known[0], found.unique[0], found.same[0], found.known_share[0]) == (0, 0, 0, 0)
    assert (found.is_sparse[0], found.is_mostly_zero[0], found.is_repetitive[0]) == (True, True, True)
    assert not found.is_skewed[0]


def test_no_rows_at_all_are_described_too():
    found = describe(np.zeros((0, 2)))
    assert found.known.tolist() == [0, 0]
    assert np.isnan(found.median).all()
    assert np.isnan(found.known_share).all()


def test_a_single_value_has_no_spread():
    found = describe(column(7))
    assert (found.mean[0], found.median[0]) == (7, 7)
    assert np.isnan(found.spread[0])


def test_a_share_at_its_threshold_is_not_flagged():
    values = column(*[1.0] * 13, *[np.nan] * 7)
    assert not describe(values).is_sparse[0]
    assert describe(values, known_share=0.66).is_sparse[0]
    halves = column(0, 0, 1, 2)
    assert not describe(halves).is_mostly_zero[0]
    assert describe(halves, nonzero_share=0.51).is_mostly_zero[0]
    pairs = column(1, 1, 2, 2)
    assert not describe(pairs).is_repetitive[0]
    assert describe(pairs, unique_share=0.51).is_repetitive[0]


def test_the_defaults_flag_just_below_their_thresholds():
    assert describe(column(*[1.0] * 12, *[np.nan] * 7)).is_sparse[0]
    assert describe(column(0, 0, 0, 1, 2)).is_mostly_zero[0]
    assert describe(column(1, 1, 1, 2, 2)).is_repetitive[0]


def test_a_column_is_skewed_from_both_thresholds_on():
    values = column(1, 2, 3, 4, 5, 6, 60)
    shape = describe(values)
    skew, kurtosis = shape.skewness[0], shape.kurtosis[0]
    assert shape.is_skewed[0]
    assert describe(values, skew=skew, kurtosis=kurtosis).is_skewed[0]
    assert not describe(values, skew=skew + 1e-6, kurtosis=kurtosis).is_skewed[0]
    assert not describe(values, skew=skew, kurtosis=kurtosis + 1e-6).is_skewed[0]
    assert describe(-values).is_skewed[0]


@pytest.mark.parametrize(
    ("values", "skew", "kurtosis", "is_flagged"),
    [
        ((0, 0, 0, 1), 2.0, 4.0, True),
        ((1, 2, 3, 4, 5, 14), 1.96747341, 4.22493075, False),
        ((9, 9, *[1] * 10), 2.05523721, 2.64, False),
    ],
)
def test_the_default_thresholds_are_two_and_three_and_a_half(values, skew, kurtosis, is_flagged):
    found = describe(column(*values))
    assert (found.skewness[0], found.kurtosis[0]) == (pytest.approx(skew), pytest.approx(kurtosis))
    assert found.is_skewed[0] == is_flagged


def test_outranking_weighs_what_is_ahead_and_halves_ties():
    values = np.array([[3.0, 1.0, 5.0], [2.0, 1.0, 9.0]])
    found = outranking(values, np.array([1.0, 2.0, 5.0]))
    assert found[0, 1] == pytest.approx((1 + 2 / 2) / 8)
    assert found[1, 0] == pytest.approx((5 + 2 / 2) / 8)
    assert np.diag(found).tolist() == [0, 0]


def test_what_one_of_two_rows_lacks_has_no_say():
    found = outranking(np.array([[3.0, np.nan], [2.0, 9.0]]), np.array([1.0, 4.0]))
    assert found.tolist() == [[0, 1], [0, 0]]


def test_rows_that_share_nothing_are_not_compared():
    found = outranking(np.array([[3.0, np.nan], [np.nan, 9.0]]), np.array([1.0, 4.0]))
    assert np.isnan([found[0, 1], found[1, 0]]).all()
    assert dominance(found) == (0, 0.0)


def test_a_column_without_weight_has_no_say():
    assert outranking(np.array([[1.0, 9.0], [2.0, 1.0]]), np.array([1.0, 0.0]))[1, 0] == 1


def test_more_rows_than_one_batch_are_all_compared():
    values = np.arange(150.0)[:, None]
    found = outranking(values, ONE)
    np.testing.assert_array_equal(found, np.tril(np.ones((150, 150)), -1))
    assert dominance(found) == (150 * 149 // 2, 1.0)


def test_dominance_allows_for_rounding_and_no_more():
    assert dominance(np.array([[0.0, 1 - 1e-12], [0.0, 0.0]])) == (1, 1.0)
    assert dominance(np.array([[0.0, 1 - 1e-6], [0.0, 0.0]])) == (0, 0.0)


def test_a_single_row_has_no_share_of_dominance():
    found = dominance(outranking(np.array([[1.0]]), ONE))
    assert found.pairs == 0
    assert np.isnan(found.share)


def test_a_thousand_rows_of_a_hundred_columns_are_compared_within_three_seconds():
    values = np.random.default_rng(0).random((1000, 100))
    begun = time.process_time()
    outranking(values, np.ones(100))
    assert time.process_time() - begun < 3  # a second when nothing else runs


@settings(deadline=None)
@given(values=figures, weights=arrays(np.float64, 3, elements=st.floats(0.1, 5)))
def test_outranking_is_what_brute_force_finds(values, weights):
    found = outranking(values, weights)
    for i, j in [(0, 1), (4, 2), (5, 3)]:
        both = [k for k in range(3) if not np.isnan(values[[i, j], k]).any()]
        ahead = sum(
            weights[k] * ((values[i, k] > values[j, k]) + (values[i, k] == values[j, k]) / 2) for k in both
        )
        total = sum(weights[k] for k in both)
        np.testing.assert_allclose(found[i, j], ahead / total if both else np.nan, atol=1e-12)


@settings(deadline=None)
@given(values=figures, order=st.permutations(range(6)))
def test_the_order_of_the_rows_changes_no_statistic(values, order):
    here, there = describe(values), describe(values[order])
    for name in here.__dataclass_fields__:
        np.testing.assert_allclose(getattr(here, name), getattr(there, name), rtol=1e-9, atol=1e-12)


@settings(deadline=None)
@given(values=figures, scale=st.sampled_from([0.01, 3.0, 1000.0]))
def test_another_unit_scales_the_figures_and_leaves_the_shape(values, scale):
    here, there = describe(values), describe(values * scale)
    np.testing.assert_allclose(there.mean, here.mean * scale, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(there.spread, here.spread * scale, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(there.skewness, here.skewness, rtol=1e-6, atol=1e-9)
    assert there.is_repetitive.tolist() == here.is_repetitive.tolist()
