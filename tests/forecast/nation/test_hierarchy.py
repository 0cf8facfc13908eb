"""Reconciliation: what adds up, what stays, and that it is the least change, by other programs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from urbium.errors import InputError
from urbium.forecast.nation.hierarchy import BaseForecasts, reconcile

VARIANTS = [(covariance, hold) for covariance in ("own", "paths") for hold in ((), ("nation",), ("urban",))]
"""How the errors go together, and what is held."""


def futures(seed=1, cities=4, years=2, paths=60, *, tight=False):
    """Return futures that do not add up; when tight, urban and nation are far too small for their parts."""
    rng = np.random.default_rng(seed)

    def drawn(middle, spread, *shape):
        return middle * rng.lognormal(0, spread, (*shape, years, paths))

    size = rng.lognormal(0, 1, (cities, 1, 1))
    return BaseForecasts(
        size * drawn(1, 0.3, cities), drawn(1, 0.4), drawn(3, 0.3),
        drawn((size.sum() + 1) * (0.2 if tight else 1), 0.2),
        drawn((size.sum() + 4) * (0.3 if tight else 1), 0.2),
    )  # fmt: skip


def stacked(made):
    """Return all places in one array, (C + 4, Y, P): cities, other, rural, urban, nation."""
    return np.concatenate([made.cities, np.stack([made.other, made.rural, made.urban, made.nation])])


def summing(cities):
    """Return the textbook's S, from (cities, other, rural) to all places."""
    bottom = np.eye(cities + 2)
    urban = np.append(np.ones(cities + 1), 0.0)
    return np.vstack([bottom, urban, np.ones(cities + 2)])


def covariances(base, covariance):
    """Return the covariance of all places in the first year."""
    whole = np.cov(stacked(base)[:, 0])
    return whole if covariance == "paths" else np.diag(np.diag(whole))


@st.composite
def any_futures(draw):
    seed = draw(st.integers(0, 2**20))
    cities, paths = draw(st.integers(0, 6)), draw(st.integers(1, 12))
    return futures(seed, cities, draw(st.integers(1, 3)), paths, tight=draw(st.booleans()))


@settings(max_examples=80, deadline=None)
@given(any_futures(), st.sampled_from(VARIANTS))
def test_everything_adds_up_in_every_path_and_nothing_is_below_zero(base, variant):
    covariance, hold = variant
    made = reconcile(base, covariance=covariance, hold=hold)
    largest = np.abs(made.nation).max()
    assert max(np.abs(gap).max() for gap in made.gaps()) <= 1e-9 * largest
    assert stacked(made).min() >= -1e-12 * largest


@settings(max_examples=40, deadline=None)
@given(any_futures(), st.sampled_from(VARIANTS))
def test_futures_that_add_up_stay_as_they_are(base, variant):
    covariance, hold = variant
    urban = base.cities.sum(axis=0) + base.other
    coherent = BaseForecasts(base.cities, base.other, base.rural, urban, urban + base.rural)
    made = reconcile(coherent, covariance=covariance, hold=hold)
    assert np.allclose(stacked(made), stacked(coherent), rtol=1e-12, atol=0)


@settings(max_examples=40, deadline=None)
@given(any_futures(), st.sampled_from(VARIANTS), st.floats(1e-6, 1e9))
def test_thousands_or_persons_make_no_difference(base, variant, factor):
    covariance, hold = variant
    larger = BaseForecasts(*(factor * getattr(base, name) for name in BaseForecasts.__dataclass_fields__))
    once, twice = (reconcile(each, covariance=covariance, hold=hold) for each in (base, larger))
    assert np.allclose(factor * stacked(once), stacked(twice), rtol=1e-7, atol=1e-9 * factor)


@settings(max_examples=40, deadline=None)
@given(any_futures(), st.sampled_from(VARIANTS), st.randoms())
def test_the_order_of_the_cities_makes_no_difference(base, variant, random):
    covariance, hold = variant
    order = list(range(len(base.cities)))
    random.shuffle(order)
    turned = BaseForecasts(base.cities[order], base.other, base.rural, base.urban, base.nation)
    once, again = (reconcile(each, covariance=covariance, hold=hold) for each in (base, turned))
    assert np.allclose(once.cities[order], again.cities, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("covariance", ["own", "paths"])
@pytest.mark.parametrize("cities", [0, 1, 5])
def test_it_is_the_formula_of_the_textbook(covariance, cities):
    base = futures(2, cities, paths=400)
    all_places, sums = stacked(base)[:, 0], summing(cities)
    inverse = np.linalg.inv(covariances(base, covariance))
    known = sums @ np.linalg.solve(sums.T @ inverse @ sums, sums.T @ inverse @ all_places)
    positive = (known > 0).all(axis=0)
    made = stacked(reconcile(base, covariance=covariance))[:, 0]
    assert positive.mean() > 0.9
    assert np.allclose(made[:, positive], known[:, positive], rtol=1e-6)


@pytest.mark.parametrize("covariance", ["own", "paths"])
@pytest.mark.parametrize("held", ["nation", "urban"])
def test_a_held_sum_stays_to_the_bit_and_the_rest_is_nearest_by_an_independent_solver(covariance, held):
    base = futures(3, 3, paths=50)
    made = reconcile(base, covariance=covariance, hold=[held])
    at = {"urban": -2, "nation": -1}[held]
    free = np.delete(np.arange(7), at)
    weight = np.linalg.inv(covariances(base, covariance)[np.ix_(free, free)])
    start = stacked(base)[:, 0, 0]
    solved = nearest(start, weight, free)
    assert np.array_equal(getattr(made, held), getattr(base, held))
    assert np.allclose(stacked(made)[:, 0, 0], solved, rtol=1e-5)


@pytest.mark.parametrize("path", range(5))
@pytest.mark.parametrize("held", [[], ["urban"]])
def test_where_nothing_may_fall_below_zero_it_is_nearest_by_an_independent_solver(path, held):
    base = futures(8, 3, paths=40, tight=True)
    made = stacked(reconcile(base, covariance="own", hold=held))[:, 0, path]
    free = np.delete(np.arange(7), -2) if held else np.arange(7)
    weight = np.linalg.inv(covariances(base, "own")[np.ix_(free, free)])
    solved = nearest(stacked(base)[:, 0, path], weight, free)
    assert (made[:5] < 1e-9).any()
    assert np.allclose(made, solved, rtol=1e-4, atol=1e-4)


def nearest(start, weight, free):
    """Return the nearest coherent point that is nowhere negative, in the norm of ``weight``, by SLSQP."""
    scale = np.abs(weight).max()

    def whole(moved):
        every = start.copy()
        every[free] = moved
        return every

    def gaps(moved):
        every = whole(moved)
        return [every[-2] - every[:-3].sum(), every[-1] - every[-2] - every[-3]]

    found = minimize(
        lambda moved: (moved - start[free]) @ weight @ (moved - start[free]) / scale,
        start[free], method="SLSQP", bounds=[(0, None)] * len(free),
        constraints={"type": "eq", "fun": gaps}, options={"ftol": 1e-14, "maxiter": 500},
    )  # fmt: skip
    assert found.success
    return whole(found.x)


def test_cities_that_err_together_share_a_gap_in_proportion_to_their_spread():
    rng = np.random.default_rng(5)
    size = np.array([10.0, 1.0, 0.1])[:, None]
    drawn = size * (1 + 0.1 * rng.standard_normal(4_000))
    steady = np.ones((1, 4_000))
    base = BaseForecasts(drawn[:, None], 5 * steady, 20 * steady, 20 * steady, 40 * steady)
    made = reconcile(base)
    moved = (made.cities / base.cities).mean(axis=(1, 2))
    assert np.allclose(moved, moved[0], rtol=0.02)


def test_reconciled_errors_are_no_larger_than_those_of_the_base():
    base = futures(6, 5, paths=4_000)
    before, after = (stacked(each)[:, 0].var(axis=1) for each in (base, reconcile(base)))
    assert (after <= before * 1.001).all()


def test_a_single_path_is_closed_too():
    made = reconcile(futures(7, 3, paths=1))
    assert max(np.abs(gap).max() for gap in made.gaps()) < 1e-9


def test_every_fault_is_named():
    base = futures(4)
    cities, nation = base.cities.copy(), base.nation.copy()
    cities[2, 1, 5] = np.nan
    nation[0, 0] = np.inf
    with pytest.raises(InputError) as refusal:
        reconcile(BaseForecasts(cities, base.other[:1], base.rural, base.urban, nation), hold=["rural"])
    message = str(refusal.value)
    assert "1 city has figures that are not numbers: number 2" in message
    assert "nation: a figure is not a number" in message
    assert "other urban has (1, 60) years and paths, the cities have (2, 60)" in message
    assert "'rural' cannot be held; hold one of urban and nation" in message


def test_an_urban_population_above_the_nation_cannot_be_held_with_it():
    base = futures(4)
    with pytest.raises(InputError, match="the urban population exceeds the nation, and both are held"):
        reconcile(BaseForecasts(base.cities, base.other, base.rural, 2 * base.nation, base.nation),
                  hold=["urban", "nation"])  # fmt: skip


def test_futures_without_a_year_are_refused():
    none = np.ones((0, 5))
    with pytest.raises(InputError, match="no year or no path"):
        reconcile(BaseForecasts(np.ones((2, 0, 5)), none, none, none, none))
