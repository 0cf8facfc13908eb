"""Drift: a figure moves by what is usual at its level, by its momentum and by shocks of the declared size."""

import numpy as np
import pytest
from scipy import stats

from urbium.forecast.ages.random_walk import RandomWalk, wander


def drift(momentum=0.0, scale=0.1, pull=0.0, freedom=4.0):
    return RandomWalk(
        np.array([0.0, 2.0, 4.0]),
        pull * np.array([1.0, 0.0, -1.0]),
        momentum,
        np.full(3, scale),
        freedom,
        -9,
        9,
    )


def futures(model, **options):
    settings = {"periods": 3, "paths": 20_000, "rng": np.random.default_rng(2)} | options
    return wander(model, np.full(1, 2.0), np.full(1, 2.0), **settings)


def test_shocks_of_the_first_period_have_the_declared_distribution():
    shocks = (futures(drift())[0, 0] - 2.0) / 0.1

    assert stats.kstest(shocks, stats.t(4).cdf).pvalue > 0.01


def test_without_pull_or_momentum_errors_grow_with_the_root_of_time():
    made = futures(drift(freedom=60.0), periods=4)[0]

    assert made[3].std() / made[0].std() == pytest.approx(2.0, rel=0.03)


def test_a_pull_to_a_level_holds_the_figure_there():
    made = wander(
        drift(pull=1.0), np.full(1, 3.9), np.full(1, 4.0), periods=40, paths=500, rng=np.random.default_rng(2)
    )

    assert np.median(made[0, -1]) == pytest.approx(2.0, abs=0.05)


def test_momentum_carries_the_last_change_on():
    made = wander(
        drift(momentum=0.5),
        np.array([1.0]),
        np.array([2.0]),
        periods=3,
        paths=0,
        rng=np.random.default_rng(0),
    )

    assert made[0, :, 0].tolist() == [2.5, 2.75, 2.875]


def test_an_uncertain_start_widens_the_first_period():
    off = 0.3 * np.random.default_rng(5).standard_normal((1, 20_000))
    sure, unsure = (futures(drift(freedom=60.0), error=error)[0, 0].std() for error in (0.0, off))

    assert unsure == pytest.approx(np.hypot(sure, 0.3), rel=0.03)


def test_bounds_are_never_crossed():
    assert np.abs(futures(drift(scale=20.0))).max() <= 9


def test_wider_shocks_are_wider():
    assert drift().widened(1.5).spread(np.array(1.0)) == pytest.approx(0.15)
