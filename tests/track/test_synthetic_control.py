"""Synthetic controls: weights against another solver, effects against a truth that was put in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from seeds import tries
from urbium.track.synthetic_control import compare, donor_weights

YEARS = tuple(range(2000, 2020))
BEGIN = 2012
CODES = tuple(f"d{at}" for at in range(12))


def panel(seed: int, effect: float) -> np.ndarray:
    """Return towns that are mixtures of two histories with noise; the first gains the effect."""
    random = np.random.default_rng(seed)
    histories = 50 + np.cumsum(random.normal(0.4, 0.6, (len(YEARS), 2)), axis=0)
    mixes = np.concatenate([[0.5], np.linspace(0, 1, len(CODES))])
    values = histories[:, :1] * mixes + histories[:, 1:] * (1 - mixes)
    values += random.normal(0, 0.1, values.shape)
    values[np.array(YEARS) >= BEGIN, 0] += effect
    return values


@settings(max_examples=tries(15), deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(3, 9))
def test_weights_fit_as_well_as_those_of_another_solver(seed, donors, years):
    random = np.random.default_rng(seed)
    target, others = random.normal(size=years), random.normal(size=(years, donors))
    weights = donor_weights(target, others)
    other = minimize(
        lambda w: np.sum((target - others @ w) ** 2), np.full(donors, 1 / donors), method="SLSQP",
        bounds=[(0, 1)] * donors, constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-14, "maxiter": 1000},
    )  # fmt: skip
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    assert np.sum((target - others @ weights) ** 2) <= other.fun * (1 + 1e-6) + 1e-9


def test_a_city_that_is_a_mixture_of_others_is_met_exactly():
    donors = np.array([[0.0, 10.0, 3.0], [5.0, 1.0, 2.0], [2.0, 8.0, 9.0]])
    assert donor_weights(donors @ [0.3, 0.7, 0.0], donors) == pytest.approx([0.3, 0.7, 0.0], abs=1e-9)


@pytest.mark.parametrize("effect", [0.0, 3.0, -4.0])
def test_the_effect_that_was_put_in_is_found_within_its_error(effect):
    found = [compare("a", CODES, YEARS, panel(seed, effect), BEGIN) for seed in range(8)]
    off = [(one.effect - effect) / one.spread for one in found]
    assert np.mean(np.abs(off) < 2) >= 0.75
    assert np.mean([one.effect for one in found]) == pytest.approx(effect, abs=0.3)


def test_a_strong_effect_ranks_first_among_placebos():
    one = compare("a", CODES, YEARS, panel(1, 5.0), BEGIN)
    assert one.p_value == pytest.approx(1 / (len(CODES) + 1))


def test_without_an_effect_every_rank_is_as_likely():
    values = [compare("a", CODES, YEARS, panel(seed, 0.0), BEGIN).p_value for seed in range(40)]
    assert 0.3 < np.mean(values) < 0.75


def test_a_project_that_is_moved_to_an_earlier_year_shows_nothing():
    one = compare("a", CODES, YEARS, panel(2, 5.0), BEGIN)
    assert abs(one.earlier) < one.effect / 5


def test_a_city_that_no_mixture_follows_is_not_judged():
    values = panel(3, 5.0)
    values[:, 0] += 40
    assert "differs from the observed figures" in str(compare("a", CODES, YEARS, values, BEGIN).doubt)


@pytest.mark.parametrize(
    ("codes", "begin", "words"),
    [(CODES[:3], BEGIN, "cities without"), (CODES, 2003, "too few years have figures")],
)
def test_too_few_cities_or_years_are_not_judged(codes, begin, words):
    values = panel(4, 5.0)[:, : len(codes) + 1]
    assert words in str(compare("a", codes, YEARS, values, begin).doubt)
