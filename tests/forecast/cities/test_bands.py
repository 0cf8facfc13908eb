"""Bands: quantiles counted by hand, countries weighed alike, wider where a country's record says so."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.error_fit import fit_bands, score_of
from urbium.forecast import CURVES, KINDS, BacktestErrors, Bands, calibrate_bands
from urbium.forecast.cities.bands import OUTER, stray
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
        np.zeros((count, len(CURVES))), nothing, nothing, np.ones(count, dtype=bool),
    )  # fmt: skip


def test_limits_are_the_quantiles_of_the_sorted_errors():
    error = np.linspace(0.01, 1.0, 100) * np.tile([1, -1], 50)
    reach = fit_bands(trial_of(error), (10,), base=0.0).reach(ONES, np.array([10.0]))[0, 0]
    assert reach == pytest.approx([0.80, 0.95])


def test_countries_weigh_the_same_however_many_cities_they_have():
    # a hundred cities of one country err by 0.1, one city of each of four others by 0.5
    error, country = np.array([0.1] * 100 + [0.5] * 4), ["a"] * 100 + list("bcde")
    trial = replace(trial_of(error), country=np.array(country))
    reach = fit_bands(trial, (10,), base=0.0).reach(ONES, np.array([10.0]))[0, 0]
    assert reach[0] == pytest.approx(0.5)


def test_the_error_of_the_base_is_no_part_of_the_limits_and_is_added_again():
    error = np.linspace(0.01, 1.0, 100)
    bands = fit_bands(trial_of(error), (10,), base=0.1)
    assert bands.reach(ONES, np.array([10.0]), base=0.1)[0, 0] == pytest.approx([0.80, 0.95])
    assert bands.reach(ONES, np.array([10.0]))[0, 0, 0] < 0.80


def test_at_the_base_year_the_band_is_the_error_of_the_base():
    # half of normal errors are within 0.6745 standard deviations, 80% within 1.2816
    reach = DECLARED.reach(ONES, np.array([0.0]), base=0.02)[0, 0]
    assert reach == pytest.approx([0.02 * 1.2815515655 / 0.6744897502, 0.02 * 1.9599639845 / 0.6744897502])


def test_without_errors_the_declared_bands_stay():
    assert calibrate_bands(trial_of([]), DECLARED) is DECLARED


def test_a_country_that_erred_more_than_its_bands_has_wider_ones():
    trial = trial_of(np.full(60, 0.4), countries=1)  # the declared 80% limit is 0.2
    reach = calibrate_bands(trial, DECLARED).reach(ONES, np.array([10.0]), countries=np.array(["0"]))[0, 0]
    # one origin beside two without news: twice as far to the power of a third
    assert reach == pytest.approx([0.2 * 2 ** (1 / 3), 0.3 * 2 ** (1 / 3)])


def test_a_country_that_erred_less_has_the_bands_of_the_world():
    bands = calibrate_bands(trial_of(np.full(60, 0.01)), DECLARED)
    assert bands.records == {"0": 1.0}


def test_in_an_own_panel_bands_narrow_as_far_ahead_as_three_origins_saw_and_add_the_worlds_errors_after():
    # four origins are believed by two thirds; errors five years ahead were half of the declared 0.05
    trial = trial_of(np.full(60, 0.025), horizon=5, origin=np.repeat([1990, 1991, 1992, 1993], 15))
    bands = calibrate_bands(trial, DECLARED, is_own=True)

    near, far = bands.reach(ONES, np.array([5.0, 10.0]), countries=np.array(["0"]))[0, :, 0]

    assert near == pytest.approx(0.05 * 0.5 ** (2 / 3))
    assert far == pytest.approx(np.sqrt(near**2 + 0.2**2 - 0.05**2))


def test_two_origins_do_not_narrow_the_bands_of_an_own_panel():
    trial = trial_of(np.full(60, 0.025), horizon=5, origin=np.repeat([1990, 1991], 30))
    reach = calibrate_bands(trial, DECLARED, is_own=True).reach(
        ONES, np.array([5.0, 10.0]), countries=np.array(["0"])
    )
    assert reach[0, :, 0] == pytest.approx([0.05, 0.2])


def test_one_city_says_less_of_its_country_than_many():
    one, many = (calibrate_bands(trial_of(np.full(count, 0.4)), DECLARED).records["0"] for count in (1, 50))
    assert 1.0 < one < many


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
    columns = np.array([[1.0, 0.0, 0.0, 1.0], [1.0, -2.0, 1.0, 0.0]])
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
