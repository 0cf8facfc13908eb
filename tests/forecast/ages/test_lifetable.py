"""Life tables: closed forms, integration, and a wanted life expectancy that is met."""

import numpy as np
import pytest
from scipy.integrate import quad

from urbium.forecast.ages.lifetable import (
    AGES,
    GROUPS,
    RUNGS,
    Slopes,
    ladder,
    life_table,
    separation,
    survival,
)

POOLED = Slopes(np.array([50.0, 80.0]), np.tile(np.linspace(-0.15, -0.02, len(AGES)), (2, 1)))
LOW, SLOPE = 0.0001, 0.09
"""Gompertz: the force of mortality LOW exp(SLOPE x)."""


def alive(age):
    return np.exp(-LOW / SLOPE * np.expm1(SLOPE * age))


def lived(first, last):
    return quad(alive, first, last)[0]


@pytest.fixture(scope="module")
def gompertz():
    """Death rates of the groups, exact."""
    ends = [*AGES[1:], 150]
    own = [(alive(a) - (alive(b) if b < 150 else 0)) / lived(a, b) for a, b in zip(AGES, ends, strict=True)]
    return np.tile(np.array(own), (1, 2, 1))


def test_at_one_death_rate_for_all_ages_life_expectancy_is_its_inverse():
    np.testing.assert_allclose(life_table(np.full((1, 2, 22), 0.01)).expectancy, 100.0, rtol=2e-3)


def test_life_expectancy_is_that_of_integration(gompertz):
    np.testing.assert_allclose(life_table(gompertz).expectancy, lived(0, 150), atol=0.02)


def test_survival_over_five_years_is_that_of_integration(gompertz):
    expected = [lived(age, age + 5) / lived(age - 5, age) for age in GROUPS[1:-1]]
    own = survival(life_table(gompertz))[0, 0]

    np.testing.assert_allclose(own[1:-1], expected, atol=2e-3)
    assert own[0] == pytest.approx(lived(0, 5) / 5, abs=1e-3)
    assert own[-1] == pytest.approx(lived(100, 150) / lived(95, 150), abs=0.01)


def test_under_a_tenth_of_deaths_in_infancy_the_first_year_follows_the_published_line():
    first, later = separation(np.array([[0.05, 0.05], [0.2, 0.2]]))

    np.testing.assert_allclose(first, [[0.045 + 2.684 * 0.05, 0.053 + 2.8 * 0.05], [0.33, 0.35]])
    np.testing.assert_allclose(later, [[1.651 - 2.816 * 0.05, 1.522 - 1.518 * 0.05], [1.352, 1.361]])


def test_at_its_own_life_expectancy_survival_is_that_of_the_rates(gompertz):
    table = life_table(gompertz)

    found = ladder(gompertz, POOLED).at(table.expectancy[..., None])[..., 0]

    np.testing.assert_allclose(found, survival(table), atol=2e-4)


def test_survival_below_90_rises_with_life_expectancy(gompertz):
    wanted = np.tile(np.linspace(30.0, 92.0, 40), (1, 2, 1))

    assert (np.diff(ladder(gompertz, POOLED).at(wanted)[:, :, :18], axis=3) > 0).all()


def test_a_wanted_life_expectancy_is_met(gompertz):
    kept = ladder(gompertz, POOLED).at(np.full((1, 2, 1), 70.0))[0, 0, :, 0]

    years = 5 * kept[0] * np.cumprod(np.concatenate([[1.0], kept[1:-1]]))
    open_years = years[-1] * kept[-1] / (1 - kept[-1])
    assert years.sum() + open_years == pytest.approx(70.0, abs=0.05)


def test_beyond_the_rungs_survival_is_that_of_the_last_rung(gompertz):
    steps = ladder(gompertz, POOLED)

    beyond, last = (steps.at(np.full((1, 2, 1), age)) for age in (150.0, RUNGS[-1]))
    np.testing.assert_allclose(beyond, last, atol=1e-6)
