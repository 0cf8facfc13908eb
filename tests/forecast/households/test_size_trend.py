"""Persons per household: a trend that fades, in logs, with a width that grows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.forecast.households.size_trend import SizeTrend, damped, draw_sizes

RULE = SizeTrend(half_life=10.0, scale=0.05, growth=1.0, alone=0.1)
CENSUSES = np.array([2000, 2010])


def test_the_last_change_goes_on_and_halves_every_half_life_by_hand():
    slope = np.log(3.10 / 3.44) / 10
    ten = np.exp(np.log(3.10) + slope * 10 / np.log(2) * (1 - 0.5))
    got = np.exp(damped(CENSUSES, np.log([3.44, 3.10]), np.array([2010, 2020]), 10.0))
    assert got.tolist() == pytest.approx([3.10, ten])
    assert ten == pytest.approx(2.8758, abs=1e-4)


def test_figures_less_than_five_years_apart_make_no_trend():
    got = damped(np.array([2018, 2020]), np.log([2.9, 2.6]), np.array([2030]), 10.0)
    assert np.exp(got).tolist() == pytest.approx([2.6])
    older = damped(np.array([2010, 2018, 2020]), np.log([3.1, 2.9, 2.6]), np.array([2030]), 10.0)
    assert np.exp(older)[0] < 2.6


@given(st.floats(1.2, 7.0), st.floats(1.2, 7.0), st.integers(1, 80))
@settings(max_examples=tries(50), deadline=None)
def test_no_household_has_less_than_one_person_and_futures_are_finite(before, now, ahead):
    rng = np.random.default_rng(1)
    drawn = draw_sizes(
        CENSUSES, np.array([before, now]), np.array([2010 + ahead]), paths=200, rng=rng, rule=RULE
    )
    assert np.isfinite(drawn).all()
    assert drawn.min() >= 1.0


def test_what_was_counted_has_no_width_and_what_is_ahead_widens():
    rng = np.random.default_rng(1)
    years = np.array([2000, 2005, 2010, 2020, 2030])
    drawn = draw_sizes(CENSUSES, np.array([3.44, 3.10]), years, paths=2000, rng=rng, rule=RULE)

    widths = np.log(drawn).std(axis=1)
    assert widths[:3].tolist() == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    assert widths[3:].tolist() == pytest.approx([0.05, 0.10], rel=0.05)
    assert drawn[1, 0] == pytest.approx(np.sqrt(3.44 * 3.10))


def test_one_figure_stays_and_is_less_sure():
    rng = np.random.default_rng(1)
    drawn = draw_sizes(np.array([2010]), np.array([3.1]), np.array([2020]), paths=2000, rng=rng, rule=RULE)
    assert np.median(drawn) == pytest.approx(3.1, rel=0.01)
    assert np.log(drawn).std() == pytest.approx(0.1, rel=0.05)
