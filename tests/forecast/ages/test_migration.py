"""Migration: ages of migrants, what two counts leave unexplained, and rates that return to their level."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.forecast.ages.cohorts import Vital, advance
from urbium.forecast.ages.migration import MigrationModel, by_age, move, residual, rogers_castro, shares

MOVES = MigrationModel(0.5, 6.0, 0.01, -0.3, 4.0, 60.0)


def test_most_people_move_when_they_begin_to_work():
    groups = rogers_castro()

    assert groups.argmax() == 4
    assert groups[0] > groups[2]
    assert groups.sum() == pytest.approx(1)


def test_a_year_of_the_schedule_is_the_published_curve():
    age = 30.5
    curve = 0.02 * np.exp(-0.1 * age) + 0.06 * np.exp(-0.1 * (age - 20) - np.exp(-0.4 * (age - 20))) + 0.003

    single = rogers_castro(width=1)
    first = 0.02 * np.exp(-0.05) + 0.06 * np.exp(-0.1 * (0.5 - 20) - np.exp(-0.4 * (0.5 - 20))) + 0.003
    assert single[30] / single[0] == pytest.approx(curve / first)


@settings(max_examples=tries(40), deadline=None)
@given(st.integers(0, 10_000))
def test_migrants_are_found_again_from_two_counts(seed):
    rng = np.random.default_rng(seed)
    start, moved = rng.uniform(50, 100, (2, 2, 21)), rng.uniform(-10, 10, (2, 2, 21))
    vital = Vital(rng.uniform(0.7, 1, (2, 2, 21)), np.full((2, 7), 0.1), np.full(2, 0.51), moved)

    found = residual(start, advance(start, vital), vital)

    np.testing.assert_allclose(found, moved, atol=1e-9)


def test_a_net_loss_takes_away_what_a_net_gain_brings():
    pattern = np.tile(rogers_castro() / 2, (1, 2, 1))

    np.testing.assert_allclose(by_age(np.array([-7.0]), pattern), -by_age(np.array([7.0]), pattern))


def test_counts_that_cancel_have_the_ages_of_the_standard_schedule():
    counts = np.zeros((1, 2, 21))
    counts[0, 0, 3], counts[0, 0, 12] = 100.0, -90.0

    np.testing.assert_allclose(shares(counts), np.tile(rogers_castro(constant=False) / 2, (1, 2, 1)))


def test_no_migrants_have_the_ages_of_the_standard_schedule():
    assert shares(np.zeros((1, 2, 21))).sum() == pytest.approx(1)


def test_rates_return_to_a_level_between_their_mean_and_nothing():
    rates = np.full((1, 6), 0.02)

    ahead = move(MOVES, rates, np.array([1e6]), periods=30, paths=0, rng=np.random.default_rng(0))

    assert MOVES.centre(rates)[0] == pytest.approx(0.01)
    assert ahead[0, 0, 0] == pytest.approx(0.015)
    assert ahead[0, -1, 0] == pytest.approx(0.01)


def test_a_larger_place_has_smaller_shocks():
    rates = np.zeros((2, 6))

    small, large = MOVES.scale(rates, np.array([1e5, 1e8]))
    assert small > large


def test_the_spread_of_rates_settles_at_that_of_an_autoregression():
    moves = MigrationModel(0.5, 6.0, 0.01, 0.0, 1e6, 60.0)
    ahead = move(
        moves, np.zeros((1, 6)), np.array([1e6]), periods=12, paths=20_000, rng=np.random.default_rng(1)
    )

    shock = 0.01 * np.sqrt(60 / 58)
    assert ahead[0, -1].std() == pytest.approx(shock / np.sqrt(1 - 0.25), rel=0.03)
