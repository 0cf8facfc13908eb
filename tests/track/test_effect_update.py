"""The update of an effect against sampling of the same model by brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.track.effect_update import RANGE, between_cities, update_effect

EFFECTS = st.lists(st.tuples(st.floats(-20, 20), st.floats(0.1, 5)), min_size=1, max_size=6)


def test_the_mean_and_its_spread_are_those_of_a_grid_of_all_effects():
    effects, errors = [4.0, 9.0, 6.0], [1.0, 2.0, 1.5]
    result = update_effect(2.0, 14.0, effects, errors)
    grid = np.linspace(-40, 60, 200_001)
    width = 12.0 / (2 * RANGE)
    log = -(((grid - 8.0) / width) ** 2) / 2
    for effect, error in zip(effects, errors, strict=True):
        log -= (effect - grid) ** 2 / (error**2 + result.between**2) / 2
    weights = np.exp(log - log.max())
    weights /= weights.sum()
    mean = (weights * grid).sum()
    assert result.mean == pytest.approx(mean, abs=1e-6)
    assert result.sd == pytest.approx(np.sqrt((weights * (grid - mean) ** 2).sum()), abs=1e-6)


def test_the_heterogeneity_is_that_of_the_formula_of_1986():
    """Two cities of equal error 1 that are d apart: Q = d^2 / 2, so the variance between is (Q - 1)."""
    assert between_cities([0.0, 4.0], [1.0, 1.0]) == pytest.approx(np.sqrt(7.0))


@given(EFFECTS)
def test_the_mean_lies_between_what_was_declared_and_what_was_seen(rows):
    effects, errors = zip(*rows, strict=True)
    result = update_effect(1.0, 5.0, effects, errors)
    assert min(3.0, *effects) - 1e-9 <= result.mean <= max(3.0, *effects) + 1e-9
    assert result.low < result.mean < result.high


def test_more_cities_that_agree_narrow_the_range():
    widths = [
        (one := update_effect(2.0, 14.0, [6.0] * count, [1.0] * count)).high - one.low for count in (1, 3, 12)
    ]
    assert widths == sorted(widths, reverse=True)


def test_one_precise_city_does_not_speak_for_all():
    result = update_effect(2.0, 14.0, [6.0], [1e-6])
    assert result.high - result.low > 12.0  # the next city may still be anywhere in a range as wide
