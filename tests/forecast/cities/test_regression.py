"""Least absolute errors against a linear programme, scales against their law, quantiles by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from urbium.forecast.cities.regression import least_absolute, quantile, spread


def scattered(seed=3, rows=60):
    rng = np.random.default_rng(seed)
    columns = np.column_stack([np.ones(rows), rng.normal(size=(rows, 2))])
    return columns, columns @ [1.0, -2.0, 0.5] + rng.standard_t(2, rows), rng.uniform(0.1, 1.0, rows)


def by_linear_programme(columns, target, weights):
    rows, count = columns.shape
    cost = np.concatenate([np.zeros(count), weights, weights])
    equal = np.hstack([columns, np.eye(rows), -np.eye(rows)])
    bounds = [(None, None)] * count + [(0, None)] * (2 * rows)
    return linprog(cost, A_eq=equal, b_eq=target, bounds=bounds).fun


def test_the_sum_of_errors_is_as_small_as_a_linear_programme_makes_it():
    columns, target, weights = scattered()
    found = least_absolute(columns, target, weights, pull=1e-9, scale=0.01)
    assert weights @ np.abs(target - columns @ found) == pytest.approx(
        by_linear_programme(columns, target, weights), rel=2e-3
    )


def test_a_strong_pull_leaves_nothing():
    columns, target, weights = scattered()
    assert least_absolute(columns, target, weights, pull=1e9, scale=1.0) == pytest.approx(0.0, abs=1e-6)


@given(factor=st.floats(0.01, 100.0))
def test_coefficients_have_the_unit_of_the_target(factor):
    columns, target, weights = scattered()
    one = least_absolute(columns, target, weights, pull=5.0, scale=1.0)
    other = least_absolute(columns, factor * target, weights, pull=5.0, scale=factor)
    assert other == pytest.approx(factor * one, rel=1e-6)


def test_the_scale_of_errors_is_found_where_it_depends_on_a_column():
    rng = np.random.default_rng(1)
    column = rng.uniform(0, 2, 20_000)
    size = rng.exponential(np.exp(-1.0 + 0.8 * column))
    found = spread(np.column_stack([np.ones_like(column), column]), size, np.ones_like(column))
    assert found == pytest.approx([-1.0, 0.8], abs=0.05)


def test_equal_weights_give_the_inverse_of_the_distribution():
    values = np.array([5.0, 1.0, 4.0, 2.0, 3.0])
    shares = np.array([0.2, 0.5, 0.8, 1.0])
    expected = np.quantile(values, shares, method="inverted_cdf")
    assert quantile(values, shares, np.ones(5)) == pytest.approx(expected)


def test_a_value_without_weight_is_never_a_quantile():
    assert quantile(np.array([1.0, 2.0, 9.0]), np.array([1.0]), np.array([1.0, 1.0, 0.0]))[0] == 2.0
