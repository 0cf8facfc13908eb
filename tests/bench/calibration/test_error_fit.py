"""Scales of errors against their law, quantiles by hand."""

import numpy as np
import pytest

from calibration.error_fit import quantile, spread


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
