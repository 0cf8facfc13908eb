"""The measures of accuracy, against their definitions."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from urbium.forecast.accuracy import coverage, crps

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


def test_a_figure_on_the_limit_is_covered():
    assert coverage(np.array([1.0]), np.array([2.0]), np.array([2.0])) == 1.0
