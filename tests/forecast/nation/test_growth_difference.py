"""Pace: the curve, the bands of its futures, and that learning finds what made the series."""

from dataclasses import replace

import numpy as np
import pytest

from calibration.trend_fit import fit_trend
from urbium.errors import InputError
from urbium.forecast.nation.growth_difference import (
    DampedTrend,
    Past,
    from_scale,
    past,
    spread,
    to_scale,
    wander,
)
from urbium.forecast.paths import limits

PACE = DampedTrend(
    "logit", mean=0.01, keep=0.9, momentum=1.0, most=0.02, quiet=0.05, swing=2.0, unknown=0.2, memory=0.5,
    horizons=np.array([5.0, 10.0]), reach=np.array([[1.0, 2.0], [3.0, 5.0]]),
)  # fmt: skip
STEADY = Past(np.array([0.0]), np.array([0.01]), np.array([0.0]))


def test_a_series_at_the_mean_pace_stays_at_it():
    assert np.allclose(PACE.ahead(STEADY, np.array([1.0, 10.0, 30.0])), [[0.01, 0.1, 0.3]])


def test_a_pace_above_the_mean_fades_by_the_share_kept_each_year():
    fast = Past(np.array([0.0]), np.array([0.03]), np.array([0.0]))
    yearly = np.diff(PACE.ahead(fast, np.arange(0.0, 4.0))[0])
    assert np.allclose(yearly, 0.01 + 0.02 * 0.9 ** np.arange(3))


def test_without_a_pace_the_mean_goes_on_in_the_width_of_the_unsteady():
    single = past(np.array([2000]), np.array([[0.5]]))
    assert np.allclose(PACE.ahead(single, np.array([10.0])), 0.6)
    assert PACE.width(single) == [0.2]


def test_the_last_change_of_pace_goes_on_and_widens_the_bands():
    now = past(np.array([2000, 2001, 2002]), np.array([[0.0, 0.01, 0.03]]))
    assert np.allclose(PACE.ahead(now, np.array([1.0])), 0.03 + 0.03)
    assert np.allclose(PACE.width(now), 0.05 + 0.02 + 2 * 0.01)


def test_of_a_jump_no_more_goes_on_than_of_the_largest_turn():
    now = past(np.array([2000, 2001, 2002]), np.array([[0.0, 0.01, -0.5]]))
    assert np.allclose(PACE.ahead(now, np.array([1.0])), -0.5 - 0.51 - 0.02)


def test_limits_are_the_reach_in_widths_in_line_between_and_beyond_the_horizons():
    found = PACE.limits(STEADY, np.array([2.5, 5.0, 7.5, 10.0, 20.0]))[0] / PACE.width(STEADY)
    assert np.allclose(found, [[0.5, 1.0], [1.0, 2.0], [2.0, 3.5], [3.0, 5.0], [6.0, 10.0]])


def test_futures_have_the_limits_promised():
    years = np.array([5.0, 10.0])
    drawn = PACE.draw(STEADY, years, 40_000, np.random.default_rng(1))
    bands = to_scale(limits(drawn)[0], "logit")
    reach = PACE.limits(STEADY, years)[0]
    assert np.allclose(bands[:, 0], PACE.ahead(STEADY, years)[0], atol=0.01)
    assert np.allclose(bands[:, [2, 4]] - bands[:, [0]], reach, rtol=0.03)
    assert np.allclose(bands[:, [0]] - bands[:, [1, 3]], reach, rtol=0.03)


@pytest.mark.parametrize("memory", [0.2, 0.5, 1.5])
def test_scores_are_standard_normal_and_remember_by_a_power_of_the_ratio_of_horizons(memory):
    scores = np.stack(
        list(wander(np.array([1.0, 2.0, 5.0, 10.0]), (60_000,), memory, np.random.default_rng(2)))
    )
    assert np.allclose(scores.std(axis=1), 1, atol=0.01)
    assert np.allclose(np.corrcoef(scores)[1, 2:], [(2 / 5) ** memory, (2 / 10) ** memory], atol=0.02)


def test_a_random_walk_has_the_memory_of_one_half():
    walk = np.cumsum(np.random.default_rng(3).normal(size=(9, 60_000)), axis=0)
    drawn = np.stack(list(wander(np.arange(1.0, 10.0), (60_000,), 0.5, np.random.default_rng(4))))
    assert np.allclose(np.corrcoef(walk), np.corrcoef(drawn), atol=0.02)


def test_errors_keep_the_precision_of_the_scores():
    score = np.zeros((1, 3), dtype=np.float32)
    assert spread(np.array([[1.0, 2.0]]), score).dtype == np.float32


@pytest.mark.parametrize("scale", ["log", "logit"])
def test_scales_go_there_and_back(scale):
    values = np.array([0.001, 0.3, 0.999])
    assert np.allclose(from_scale(to_scale(values, scale), scale), values)


def world(count=150, years=45, noise=0.004):
    """Series whose pace keeps nine tenths of its distance from 0.02, and is pushed anew every year."""
    rng = np.random.default_rng(6)
    pace = np.full(count, 0.02)
    levels = [rng.normal(-1, 1, count)]
    for _ in range(years - 1):
        pace = 0.02 + 0.9 * (pace - 0.02) + rng.normal(0, noise, count)
        levels.append(levels[-1] + pace)
    return np.arange(1960, 1960 + years), from_scale(np.stack(levels, axis=1), "logit")


def test_learning_finds_how_made_up_series_go_on():
    years, values = world()
    found = fit_trend(years, values, "logit")
    assert found.mean == pytest.approx(0.02, abs=0.004)
    assert found.keep == pytest.approx(0.9, abs=0.03)
    assert found.momentum == pytest.approx(0, abs=0.3)


def test_bands_learnt_hold_what_they_claim_on_later_years():
    years, values = world(years=60)
    found = fit_trend(years[:45], values[:, :45], "logit")
    levels = to_scale(values, "logit")
    now = past(years[:45], levels[:, :45])
    ahead = np.array([5.0, 10.0, 15.0])
    error = np.abs(levels[:, [49, 54, 59]] - found.ahead(now, ahead))
    inside = (error[..., None] <= found.limits(now, ahead)).mean(axis=(0, 1))
    assert np.allclose(inside, [0.80, 0.95], atol=0.04)


def test_what_is_learnt_does_not_depend_on_the_order_of_the_series():
    years, values = world(60, 30)
    first, second = (fit_trend(years, each, "logit") for each in (values, values[::-1]))
    assert np.allclose(first.reach, second.reach, rtol=1e-6)
    assert replace(first, reach=second.reach, horizons=second.horizons).keep == pytest.approx(second.keep)


def test_too_few_series_are_refused():
    with pytest.raises(InputError, match="2 series of 18 years are too few to learn from"):
        fit_trend(np.arange(2000, 2018), np.full((2, 18), 0.5), "logit")
