"""Pooled: parameters that made a series are found again in it."""

import numpy as np
import pytest

from calibration.demographic_fit import fit_drift, fit_moves, fit_slopes, widening
from urbium.forecast.ages.lifetable import AGES, life_table
from urbium.forecast.ages.migration import MigrationModel, move
from urbium.forecast.ages.random_walk import RandomWalk, wander

KNOTS = (1.0, 2.0, 3.0)
TRUE = RandomWalk(
    np.array(KNOTS), np.array([0.2, 0.0, -0.2]), 0.4, np.array([0.05, 0.1, 0.15]), 4.0, 0.0, 9.0
)


@pytest.fixture(scope="module")
def series():
    rng = np.random.default_rng(11)
    first = rng.uniform(1, 3, 400)
    return np.moveaxis(wander(TRUE, first, first, periods=14, paths=1, rng=rng), 2, 0)[0]


def fit(series):
    return fit_drift(series, KNOTS, freedom=4.0, bounds=(0.0, 9.0), smallest=0.01)


def test_drift_momentum_and_scale_are_found_again(series):
    found = fit(series)

    np.testing.assert_allclose(found.drift, TRUE.drift, atol=0.03)
    np.testing.assert_allclose(found.scale, TRUE.scale, rtol=0.12)
    assert found.momentum == pytest.approx(0.4, abs=0.03)


def test_a_few_wars_hardly_move_the_fit(series):
    wars = series.copy()
    wars[:8, 7] -= 1.0

    np.testing.assert_allclose(fit(wars).drift, TRUE.drift, atol=0.05)


def test_bands_that_hold_are_not_widened(series):
    assert widening(series, fit, range(8, 12)) == 1.0


def test_bands_of_half_the_size_are_widened_to_twice(series):
    assert widening(series, lambda known: fit(known).widened(0.5), range(8, 12)) == pytest.approx(2, rel=0.1)


def test_how_migration_returns_and_spreads_is_found_again():
    true = MigrationModel(0.5, 0.0, 0.01, -0.3, 0.0, 4.0)
    rng = np.random.default_rng(12)
    sizes = np.exp(rng.uniform(np.log(1e5), np.log(1e8), 300))
    scale = 0.01 * (sizes / 1e6) ** -0.3
    rates = np.empty((300, 40))
    rate = np.zeros(300)
    for period in range(40):
        rate = 0.5 * rate + scale * rng.standard_t(4, 300)
        rates[:, period] = rate

    found = fit_moves(rates, sizes, freedom=4.0, patience=0.0, trust=0.0)

    assert found.stay == pytest.approx(true.stay, abs=0.05)
    assert found.usual == pytest.approx(true.usual, rel=0.08)
    assert found.by_size == pytest.approx(true.by_size, abs=0.02)
    assert move(found, rates, sizes, periods=2, paths=3, rng=rng).shape == (300, 2, 3)


def test_slopes_of_death_rates_are_found_again():
    slopes = np.linspace(-0.1, -0.02, len(AGES))
    base = np.tile(0.0005 * np.exp(0.06 * np.array(AGES)), (5, 2, 1)).clip(max=0.8)
    rates = np.stack([base * np.exp(slopes * step) for step in (0.0, 2.0, 4.0)], axis=-1)
    expectancy = np.stack([life_table(rates[..., at]).expectancy for at in range(3)], axis=-1)

    found = fit_slopes(rates, expectancy, (10.0, 95.0))

    ratio = found.slopes[0] / slopes
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-6)
