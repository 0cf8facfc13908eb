"""Cohorts: people grow older, die, are born and move, and every one of them is accounted for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.forecast.ages.cohorts import MEN, WOMEN, Vital, advance, children, project

AGES = 21


def vital(survival=1.0, fertility=0.0, boys=0.5, migration=0.0):
    return Vital(
        np.full((1, 2, AGES), survival),
        np.full((1, 7), fertility),
        np.full(1, boys),
        np.full((1, 2, AGES), migration),
    )


def test_without_births_deaths_and_moves_everybody_is_five_years_older():
    start = np.arange(2.0 * AGES).reshape(1, 2, AGES)

    end = advance(start, vital())

    assert end[0, 0, 0] == 0
    assert end[0, 0, 1:-1].tolist() == start[0, 0, :-2].tolist()
    assert end[0, 0, -1] == start[0, 0, -2] + start[0, 0, -1]


def test_a_leslie_matrix_by_hand_gives_the_same():
    rng = np.random.default_rng(3)
    start, kept = rng.uniform(1, 100, (1, 2, AGES)), rng.uniform(0.5, 1, (1, 2, AGES))
    rate = rng.uniform(0, 0.1, (1, 7))
    leslie = np.zeros((AGES, AGES))
    leslie[np.arange(1, AGES), np.arange(AGES - 1)] = kept[0, WOMEN, 1:]
    leslie[-1, -1] = kept[0, WOMEN, -1]
    girls = np.zeros(AGES)
    girls[3:10] = 5 / 2 * 0.4 * kept[0, WOMEN, 0] * rate[0]
    leslie[0] = girls + girls @ np.vstack([np.zeros(AGES), leslie[1:]])

    end = advance(start, Vital(kept, rate, np.full(1, 0.6), np.zeros((1, 2, AGES))))

    np.testing.assert_allclose(end[0, WOMEN], leslie @ start[0, WOMEN], rtol=1e-12)


def test_a_stable_population_grows_by_the_root_of_its_own_renewal_equation():
    rate = vital(survival=0.98, fertility=0.07)
    *_, before, after = project(np.full((1, 2, AGES), 100.0), [rate] * 900)

    growth = float(after.sum() / before.sum())

    ages = np.arange(3, 10)
    alive = 0.98 ** (ages + 1.0)  # from birth into each group
    renewal = 5 / 2 * 0.5 * 0.07 * (alive * (growth ** -(ages + 1.0) + growth**-ages)).sum()
    assert renewal == pytest.approx(1, abs=1e-9)


@settings(max_examples=tries(40), deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 0.2), st.floats(-5.0, 5.0))
def test_births_less_deaths_plus_migrants_are_the_growth(seed, rate, came):
    rng = np.random.default_rng(seed)
    start, moved = rng.uniform(50, 100, (3, 2, AGES)), np.full((3, 2, AGES), came)
    moved[:, :, 0] = abs(came)  # nobody below five leaves, so that no group runs empty
    own = Vital(rng.uniform(0.6, 1, (3, 2, AGES)), np.full((3, 7), rate), np.full(3, 0.51), moved)
    end = advance(start, own)
    born = children(start, end, own)

    deaths = (start[:, :, :-1] * (1 - own.survival[:, :, 1:])).sum(axis=(1, 2))
    deaths += (start[:, :, -1] * (1 - own.survival[:, :, -1])).sum(axis=1)
    deaths += (born * (1 - own.survival[:, :, 0])).sum(axis=1)
    balance = start.sum(axis=(1, 2)) + born.sum(axis=1) - deaths + moved.sum(axis=(1, 2))
    np.testing.assert_allclose(end.sum(axis=(1, 2)), balance)


def test_more_leaving_than_there_are_leaves_nobody():
    assert advance(np.full((1, 2, AGES), 10.0), vital(migration=-20.0)).max() == 0


def test_boys_and_girls_are_born_in_the_given_share():
    rate = vital(fertility=0.1, boys=0.52)
    start = np.full((1, 2, AGES), 10.0)

    born = children(start, start, rate)[0]

    assert born[MEN] / born.sum() == pytest.approx(0.52)
    assert born.sum() == pytest.approx(5 * 0.1 * 70)


def test_paths_go_their_own_ways_in_one_call():
    start = np.full((1, 2, AGES, 1), 100.0)
    own = vital()
    kept = np.stack([own.survival, 0.5 * own.survival], axis=-1)

    end = advance(start, Vital(kept, own.fertility[..., None], own.boys[..., None], own.migration[..., None]))

    assert end[0, 0, 1].tolist() == [100.0, 50.0]
