"""Compositions: closed forms, round trips, and the laws that log-ratios are for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from urbium.errors import InputError
from urbium.forecast.workforce.composition import (
    balances,
    close,
    ilr,
    ilr_inverse,
    replace_zeros,
)

PARTS = arrays(np.float64, 3, elements=st.floats(0.001, 1000))


def test_closing_keeps_ratios_and_makes_the_sum_one():
    assert close(np.array([2.0, 3.0, 5.0])).tolist() == [0.2, 0.3, 0.5]


def test_a_negative_part_is_refused():
    with pytest.raises(InputError, match="negative"):
        close(np.array([0.5, -0.1, 0.6]))


def test_nothing_but_zeros_is_refused():
    with pytest.raises(InputError, match="zero"):
        close(np.zeros(3))


def test_ilr_of_three_parts_by_its_formula():
    first, second, third = 0.1, 0.3, 0.6
    expected = [
        np.sqrt(2 / 3) * np.log(first / np.sqrt(second * third)),
        np.sqrt(1 / 2) * np.log(second / third),
    ]
    np.testing.assert_allclose(ilr(np.array([first, second, third])), expected)


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_the_basis_is_orthonormal_and_each_row_adds_up_to_zero(parts):
    basis = balances(parts)
    np.testing.assert_allclose(basis @ basis.T, np.eye(parts - 1), atol=1e-12)
    np.testing.assert_allclose(basis.sum(axis=1), 0, atol=1e-12)


@given(arrays(np.float64, (4, 2), elements=st.floats(-30, 30)))
def test_shares_made_of_any_numbers_add_up_to_one(ratios):
    shares = ilr_inverse(ratios)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-12)
    assert (shares >= 0).all()


def test_a_zero_is_replaced_and_the_ratios_of_the_others_stay():
    shares = replace_zeros(np.array([0.0, 0.2, 0.8]), 0.0005)
    np.testing.assert_allclose(shares.sum(), 1)
    np.testing.assert_allclose(shares[2] / shares[1], 4)
    assert shares[0] == 0.0005


@pytest.mark.parametrize("least", [0.0, 0.34, -0.1])
def test_a_replacement_out_of_range_is_refused(least):
    with pytest.raises(InputError, match="cannot be used in place of a zero"):
        replace_zeros(np.array([0.0, 0.2, 0.8]), least)


@given(PARTS)
def test_balances_come_back(parts):
    shares = close(parts)
    np.testing.assert_allclose(ilr_inverse(ilr(shares)), shares, rtol=1e-9)


@given(PARTS, PARTS, PARTS)
def test_the_distance_is_that_of_logs_without_their_mean_and_a_common_change_leaves_it(one, other, change):
    logs = np.log(one) - np.log(other)
    expected = np.linalg.norm(logs - logs.mean())
    for first, second in ((one, other), (one * change, other * change)):
        distance = np.linalg.norm(ilr(close(first)) - ilr(close(second)))
        np.testing.assert_allclose(distance, expected, atol=1e-8)
