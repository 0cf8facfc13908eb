"""Benefit of the doubt: against the dual programme and closed forms, and its laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from seeds import tries
from urbium.errors import InputError
from urbium.measure.dea import benefit_of_the_doubt

EXAMPLE = np.array([[4.0, 1.0], [1.0, 4.0], [2.0, 2.0], [3.0, 2.0], [1.0, 1.0]])
positive = arrays(np.float64, (6, 3), elements=st.integers(1, 40).map(float))
gapped = arrays(np.float64, (6, 3), elements=st.sampled_from([np.nan, 0.0, 1.0, 5.0, 12.0]))


def envelope(values, row):
    """Return the score by the dual: the least of all rows that together match one row."""
    filled = np.nan_to_num(values)
    return linprog(np.ones(len(values)), A_ub=-filled.T, b_ub=-filled[row]).fun


def test_scores_are_those_of_the_dual_programme():
    values = np.random.default_rng(4).integers(1, 50, size=(12, 4)).astype(float)
    found = benefit_of_the_doubt(values)
    np.testing.assert_allclose(found.scores, [envelope(values, row) for row in range(12)], atol=1e-9)
    assert found.scores.max() == pytest.approx(1)


def test_the_small_example_is_right_by_hand():
    found = benefit_of_the_doubt(EXAMPLE)
    # the frontier runs from (4, 1) over (3, 2) to (1, 4); all of it lies on x + y = 5
    np.testing.assert_allclose(found.scores, [1, 1, 0.8, 1, 0.4], atol=1e-9)
    np.testing.assert_allclose(found.weights[2], [0.2, 0.2], atol=1e-9)
    np.testing.assert_allclose(found.shares[2], [0.5, 0.5], atol=1e-9)


def test_weights_make_the_score_and_let_nobody_pass_one():
    values = np.random.default_rng(4).integers(1, 50, size=(12, 4)).astype(float)
    found = benefit_of_the_doubt(values)
    np.testing.assert_allclose((found.weights * values).sum(axis=1), found.scores, atol=1e-9)
    assert (found.weights >= -1e-12).all()
    assert (values @ found.weights.T <= 1 + 1e-9).all()
    np.testing.assert_allclose(found.shares, found.weights * values / found.scores[:, None], atol=1e-9)


def test_equal_pies_have_a_closed_form():
    values = np.random.default_rng(7).integers(1, 50, size=(9, 3)).astype(float)
    found = benefit_of_the_doubt(values, lowest_share=1 / 3, highest_share=1 / 3)
    expected = [1 / (values / own).mean(axis=1).max() for own in values]
    np.testing.assert_allclose(found.scores, expected, atol=1e-9)
    np.testing.assert_allclose(found.shares, 1 / 3, atol=1e-7)


def test_pies_keep_their_bounds_column_by_column():
    values = np.random.default_rng(7).integers(1, 50, size=(9, 3)).astype(float)
    found = benefit_of_the_doubt(values, lowest_share=[0.3, 0.0, 0.1], highest_share=[1.0, 0.4, 0.5])
    assert (found.shares >= np.array([0.3, 0.0, 0.1]) - 1e-7).all()
    assert (found.shares <= np.array([1.0, 0.4, 0.5]) + 1e-7).all()
    assert (found.scores <= benefit_of_the_doubt(values).scores + 1e-9).all()


def test_either_bound_alone_is_kept():
    values = np.random.default_rng(7).integers(1, 50, size=(9, 3)).astype(float)
    assert (benefit_of_the_doubt(values, lowest_share=0.2).shares >= 0.2 - 1e-7).all()
    assert (benefit_of_the_doubt(values, highest_share=0.5).shares <= 0.5 + 1e-7).all()
    assert (benefit_of_the_doubt(values).shares.max(axis=1) > 0.5 + 1e-6).any()


def test_a_missing_value_is_left_out():
    values = np.array([[4.0, np.nan], [2.0, 3.0], [1.0, np.nan]])
    found = benefit_of_the_doubt(values)
    np.testing.assert_allclose(found.scores, [1, 1, 0.25], atol=1e-9)
    assert found.weights[0, 1] == 0
    assert found.shares[2].tolist() == [1, 0]


def test_silence_and_zero_come_to_the_same():
    silent, honest = (
        np.array([[4.0, what, 2.0], [2.0, 3.0, 3.0], [3.0, 1.0, 1.0]]) for what in (np.nan, 0.0)
    )
    one, two = (benefit_of_the_doubt(values, lowest_share=0.1) for values in (silent, honest))
    np.testing.assert_array_equal(one.scores, two.scores)


def test_a_row_of_which_nothing_is_known_has_no_score():
    found = benefit_of_the_doubt(np.array([[np.nan, np.nan], [1.0, 2.0]]))
    assert np.isnan(found.scores[0])
    assert np.isnan(found.weights[0]).all()
    assert found.scores[1] == pytest.approx(1)


def test_a_row_of_zeros_has_the_score_0():
    found = benefit_of_the_doubt(np.array([[0.0, 0.0], [1.0, 2.0]]))
    assert found.scores[0] == 0
    assert found.weights[0].tolist() == [0, 0]
    assert np.isnan(found.shares[0]).all()


def test_a_row_that_cannot_keep_the_bounds_has_no_score():
    found = benefit_of_the_doubt(np.array([[3.0, 0.0], [1.0, 2.0]]), highest_share=0.6)
    assert np.isnan(found.scores[0])
    assert found.scores[1] > 0


def test_a_column_of_zeros_harms_nobody():
    found = benefit_of_the_doubt(np.insert(EXAMPLE, 1, 0.0, axis=1))
    np.testing.assert_allclose(found.scores, [1, 1, 0.8, 1, 0.4], atol=1e-9)


def test_equal_rows_have_equal_scores():
    found = benefit_of_the_doubt(np.vstack([EXAMPLE, EXAMPLE]))
    np.testing.assert_allclose(found.scores, [1, 1, 0.8, 1, 0.4] * 2, atol=1e-9)


def test_more_rows_than_one_batch_are_judged_alike():
    values = np.random.default_rng(3).integers(1, 30, size=(150, 2)).astype(float)
    found = benefit_of_the_doubt(values)
    for row in (0, 70, 149):
        assert found.scores[row] == pytest.approx(envelope(values, row), abs=1e-9)


def test_negative_values_are_refused():
    with pytest.raises(InputError, match="zero or more, but some are negative; use a normalisation"):
        benefit_of_the_doubt(np.array([[1.0, -0.1]]))


@pytest.mark.parametrize(("low", "high"), [(-0.1, 1), (0, 1.1), (0.4, 0.3), (np.nan, 1)])
def test_bounds_that_are_no_shares_are_refused(low, high):
    with pytest.raises(InputError, match=r"a minimum share is negative or above its maximum"):
        benefit_of_the_doubt(EXAMPLE, lowest_share=low, highest_share=high)


@pytest.mark.parametrize(("low", "high"), [(0.6, 1), (0, 0.4)])
def test_bounds_that_leave_no_share_are_refused(low, high):
    with pytest.raises(InputError, match="not to 1; lower the minimum"):
        benefit_of_the_doubt(EXAMPLE, lowest_share=low, highest_share=high)


@settings(deadline=None, max_examples=tries(40))
@given(values=positive, scale=arrays(np.float64, 3, elements=st.sampled_from([0.01, 1.0, 250.0])))
def test_another_unit_changes_no_score(values, scale):
    here, there = benefit_of_the_doubt(values), benefit_of_the_doubt(values * scale)
    np.testing.assert_allclose(here.scores, there.scores, atol=1e-8)


@settings(deadline=None, max_examples=tries(40))
@given(values=positive, row=st.integers(0, 5), column=st.integers(0, 2))
def test_doing_better_never_lowers_a_score(values, row, column):
    better = values.copy()
    better[row, column] += 5
    assert benefit_of_the_doubt(better).scores[row] >= benefit_of_the_doubt(values).scores[row] - 1e-9


@settings(deadline=None, max_examples=tries(40))
@given(values=gapped, order=st.permutations(range(6)))
def test_missing_values_never_raise_and_order_changes_nothing(values, order):
    found = benefit_of_the_doubt(values)
    np.testing.assert_allclose(
        benefit_of_the_doubt(values[order]).scores, found.scores[list(order)], atol=1e-9
    )
    np.testing.assert_array_equal(np.isnan(found.scores), np.isnan(values).all(axis=1))
    known = found.scores[~np.isnan(found.scores)]
    assert ((known >= 0) & (known <= 1)).all()
    if np.nansum(values) > 0:
        assert known.max() == pytest.approx(1)
