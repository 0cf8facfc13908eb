"""Bands: quantiles counted by hand, declared where too little is known, wider where they fell short."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.forecast import CURVES, KINDS, BacktestErrors, Bands, calibrate_bands
from urbium.forecast.cities.bands import OUTER, score_of, stray
from urbium.forecast.cities.declared_growth import declared

ONES = np.ones((1, 1))
DECLARED = Bands(np.zeros(1), np.array([5.0, 10.0]), np.array([[0.01, 0.02], [0.02, 0.03]]))


def trial_of(error, *, horizon=10, origin=1990, countries=1):
    """Errors of as many cities of some countries at one origin."""
    error = np.asarray(error, dtype=float)
    count = len(error)
    nothing = np.zeros(count)
    return BacktestErrors(
        np.arange(count), np.broadcast_to(origin, count), np.broadcast_to(horizon, count),
        np.array([str(at % countries) for at in range(count)]), np.ones((count, 1)), nothing, error,
        np.zeros((count, len(CURVES))), nothing, nothing,
    )  # fmt: skip


def test_limits_are_the_quantiles_of_the_sorted_errors():
    error = np.linspace(0.01, 0.99, 99) * np.tile([1, -1], 50)[:99]
    reach = calibrate_bands(trial_of(error), 2000, DECLARED).reach(ONES, np.array([10.0]))[0, 0]
    # of 99 errors 0.01 ... 0.99, the share 0.8 x 100 / 99 is reached at the 80th, 0.95 x 100 / 99 at the 95th
    assert reach == pytest.approx([0.80, 0.95])


def test_few_errors_leave_the_declared_bands():
    reach = calibrate_bands(trial_of(np.ones(39)), 2000, DECLARED).reach(ONES, np.array([5.0, 10.0]))[0]
    assert reach == pytest.approx(np.array([[0.05, 0.1], [0.2, 0.3]]))


def test_errors_of_short_horizons_keep_declared_bands_from_being_narrower():
    short = trial_of(np.full(50, 0.15), horizon=1)
    reach = calibrate_bands(short, 2000, DECLARED).reach(ONES, np.array([1.0, 5.0, 10.0]))[0]
    assert reach == pytest.approx(np.array([[0.15, 0.15], [0.15, 0.15], [0.2, 0.3]]))


def test_bands_that_fell_short_at_earlier_origins_are_widened():
    sizes = np.concatenate([np.full(50, 0.1), np.full(50, 0.2)])
    years = np.repeat([1980, 1990], 50)
    trial = trial_of(sizes, origin=years, countries=25)
    reach = calibrate_bands(trial, 2000, DECLARED).reach(ONES, np.array([10.0]))[0, 0]
    # by 1990 limits of 0.1 had been counted, and every error of 1990 was twice as far
    assert reach == pytest.approx([0.4, 0.4])


def test_bands_of_one_country_are_no_narrower_than_those_declared():
    reach = calibrate_bands(trial_of(np.full(60, 0.1)), 2000, DECLARED).reach(ONES, np.array([10.0]))[0, 0]
    assert reach == pytest.approx([0.2, 0.3])


def test_beyond_the_outer_limit_errors_grow_in_proportion_to_the_draw():
    reach = np.array([[0.1, 0.3]])
    assert stray(reach, np.array([2 * OUTER]))[0] == pytest.approx([0.6])


@given(error=st.floats(-3.0, 3.0), low=st.floats(0.01, 0.5), ratio=st.floats(1.1, 5.0))
def test_an_error_is_where_its_own_draw_strays(error, low, ratio):
    reach = np.array([[low, low * ratio]])
    normal = score_of(np.array([error]), reach)
    assert stray(reach, normal[:, None])[0, 0] == pytest.approx(error, rel=1e-6, abs=1e-9)


def test_bands_are_nested_and_never_narrow():
    bands = declared(KINDS[2]).bands
    columns = np.array([[1.0, 0.0, 0.0, 1.0], [1.0, 0.05, 0.05, 0.0]])
    reach = bands.reach(columns, np.arange(1.0, 101.0))
    assert (reach[..., 1] >= reach[..., 0]).all()
    assert (np.diff(reach, axis=1) >= 0).all()
    assert (reach > 0).all()


def test_beyond_the_back_test_bands_grow_with_the_power_of_one_and_a_half():
    reach = DECLARED.reach(ONES, np.array([10.0, 40.0]))[0]
    assert reach[1] == pytest.approx(8 * reach[0])


def test_no_band_is_wider_than_a_millionfold():
    wide = Bands(np.array([25.0]), DECLARED.horizons, DECLARED.scaled)
    assert wide.reach(ONES, np.array([100.0])) == pytest.approx(np.log(1e6))
