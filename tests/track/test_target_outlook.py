"""Outlooks of targets: the random walk with drift by hand and by simulation, house bands by their limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from urbium.pilot.contracts.taskbooks import Target
from urbium.track.target_outlook import by_drift, by_house


def target(value: float, year: int = 2025, base: float = 0.0) -> Target:
    return Target(indicator="x", year=year, value=value, unit="%", base=base)


def test_the_middle_and_the_band_are_those_of_the_textbook():
    """Hyndman, section 5.5: variance h (1 + h / (T - 1)) times that of the residuals, T - 1 of them."""
    series = {2018: 1.0, 2019: 3.0, 2020: 4.0, 2021: 8.0, 2022: 9.0}
    changes = np.array([2.0, 1.0, 4.0, 1.0])
    row = by_drift(series, target(14.0))
    assert row.value == pytest.approx(9 + 3 * changes.mean())
    scale = np.sqrt(changes.var(ddof=1) * 3 * (1 + 3 / 4))
    assert (row.high - row.low) / 2 == pytest.approx(1.6377443536962102 * scale)  # t of 3, 80%


def test_chances_of_a_walk_with_many_years_are_those_of_simulation():
    random = np.random.default_rng(5)
    walk = np.cumsum(random.normal(1.0, 2.0, 400))
    series = dict(enumerate(walk, 1600))
    row = by_drift(series, Target(indicator="x", year=2004, value=walk[-1] + 10, unit="1", base=0.0))
    drift, spread = np.diff(walk).mean(), np.diff(walk).std(ddof=1)
    paths = walk[-1] + random.normal(drift, spread, (100_000, 5)).sum(axis=1)
    assert row.chance == pytest.approx(np.mean(paths >= walk[-1] + 10), abs=0.01)


@given(st.lists(st.floats(-100, 100), min_size=5, max_size=9), st.floats(-200, 200))
def test_a_target_below_and_the_same_above_have_chances_that_sum_to_one(values, wanted):
    series = dict(enumerate(values, 2010))
    down, up = (by_drift(series, target(wanted, base=base)) for base in (wanted + 1, wanted - 1))
    assert down.chance + up.chance == pytest.approx(1)
    assert 0 <= up.chance <= 1


@pytest.mark.parametrize(
    ("series", "wanted"),
    [
        ({2020: 1.0, 2021: 2.0, 2022: 3.0}, target(9.0)),  # two changes
        (dict.fromkeys(range(2015, 2026), 1.0), target(9.0)),  # its year has come
        (dict.fromkeys(range(2015, 2024), 1.0), target(9.0, base=9.0)),  # says no direction
        ({}, target(9.0)),
    ],
)
def test_nothing_is_said_of_what_cannot_be_known(series, wanted):
    assert by_drift(series, wanted) is None


def test_the_chance_at_the_limits_of_the_house_is_what_the_limits_say():
    bands = {"value": 100.0, "low80": 90.0, "high80": 110.0, "high95": 118.0}
    for limit, level in (("high80", 0.8), ("high95", 0.95)):
        row = by_house(bands, target(bands[limit], base=1.0), last_year=2020, count=9)
        assert row.chance == pytest.approx((1 - level) / 2)
    beyond = by_house(bands, target(200.0, base=1.0), last_year=2020, count=9)
    assert 0 < beyond.chance < norm.sf(1.96)
