"""The measures of accuracy, against their definitions."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from urbium.forecast.accuracy import coverage, crps, mape, mase

finite = st.floats(-1e6, 1e6)


@given(arrays(float, st.integers(1, 20), elements=finite), finite)
def test_crps_is_the_mean_distance_less_half_the_spread(paths, came):
    spread = np.abs(paths[:, None] - paths[None, :]).mean() / 2
    assert np.isclose(crps(paths, came), np.abs(paths - came).mean() - spread, rtol=1e-9, atol=1e-6)


def test_crps_of_a_normal_equals_its_closed_form():
    paths = np.random.default_rng(2).normal(size=200_000)
    assert np.isclose(crps(paths, 0.0), (np.sqrt(2) - 1) / np.sqrt(np.pi), atol=2e-3)


def test_crps_of_one_path_is_the_absolute_error():
    assert crps(np.array([[3.0]]), np.array([5.0]))[0] == 2.0


def test_mase_of_no_change_along_a_steady_history_is_one():
    assert mase(np.array([4.0]), np.array([5.0]), np.array([1.0, 2.0, 3.0, 4.0])) == 1.0


def test_mape_is_a_share_of_what_came():
    assert np.isclose(mape(np.array([150.0]), np.array([200.0])), 0.25)


def test_a_figure_on_the_limit_is_covered():
    assert coverage(np.array([1.0]), np.array([2.0]), np.array([2.0])) == 1.0
