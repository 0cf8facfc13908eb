"""Single years: parts add up to what they came from, never below zero, and agree with closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from urbium.forecast.ages.lifetable import life_table
from urbium.forecast.ages.single import split_groups, split_mothers, yearly_survival

GROUPS = arrays(np.float64, (1, 2, 21), elements=st.integers(0, 10_000_000).map(float))


@settings(max_examples=50, deadline=None)
@given(GROUPS)
def test_every_five_single_ages_add_up_to_their_group(groups):
    each = split_groups(groups)

    np.testing.assert_allclose(
        each[:, :, :100].reshape(1, 2, 20, 5).sum(axis=3), groups[:, :, :20], atol=1e-6
    )
    assert each[0, :, 100].tolist() == groups[0, :, 20].tolist()


@settings(max_examples=50, deadline=None)
@given(GROUPS)
def test_no_single_age_is_negative(groups):
    assert split_groups(groups).min() >= -1e-6


def test_a_straight_line_of_ages_is_found_again():
    ages = np.arange(100.0)
    groups = np.append((1000 - 5 * ages).reshape(20, 5).sum(axis=1), 50.0)

    each = split_groups(np.tile(groups, (1, 2, 1)))

    np.testing.assert_allclose(each[0, 0, 10:90], (1000 - 5 * ages)[10:90], rtol=2e-3)


def test_mothers_of_single_ages_add_up_to_their_groups():
    pattern = np.array([[0.02, 0.35, 0.35, 0.18, 0.07, 0.025, 0.005]])

    each = split_mothers(pattern)

    np.testing.assert_allclose(each.reshape(7, 5).sum(axis=1), pattern[0])
    assert each.min() >= 0


def test_at_a_constant_death_rate_every_year_is_survived_alike():
    kept = yearly_survival(life_table(np.full((1, 2, 22), 0.01)))

    np.testing.assert_allclose(kept[:, :, 6:], np.exp(-0.01), rtol=3e-4)


def test_five_years_of_survival_are_those_of_the_life_table():
    rates = np.tile(0.0001 * np.exp(0.09 * np.arange(22) * 5), (1, 2, 1)).clip(max=1)
    table = life_table(rates)

    years = np.cumprod(yearly_survival(table)[0, 0, :100])

    assert years.reshape(20, 5).sum(axis=1)[1:] == pytest.approx(table.years[0, 0, 2:21], rel=1e-6)
