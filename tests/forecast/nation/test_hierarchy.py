"""Reconciliation: what adds up, what stays, that nobody is emptied, and the answer of independent solvers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize

from seeds import tries
from urbium.errors import InputError
from urbium.forecast.nation.hierarchy import BaseForecasts, reconcile

HELD = [(), ("nation",), ("urban",), ("nation", "urban")]


def futures(seed=1, cities=4, years=2, paths=60, *, tight=False):
    """Return futures that do not add up; when tight, urban and nation are far too small for their parts."""
    rng = np.random.default_rng(seed)

    def drawn(middle, spread, *shape):
        return middle * rng.lognormal(0, spread, (*shape, years, paths))

    size = rng.lognormal(0, 1, (cities, 1, 1))
    urban = drawn((size.sum() + 1) * (0.2 if tight else 1), 0.2)
    return BaseForecasts(
        size * drawn(1, 0.3, cities), drawn(1, 0.4), drawn(3, 0.3), urban,
        urban * (1.05 if tight else 1) + drawn(3 * (0.01 if tight else 1), 0.2),
    )  # fmt: skip


def stacked(made):
    """Return all places in one array, (C + 4, Y, P): cities, other, rural, urban, nation."""
    return np.concatenate([made.cities, np.stack([made.other, made.rural, made.urban, made.nation])])


@st.composite
def any_futures(draw):
    seed = draw(st.integers(0, 2**20))
    cities, paths = draw(st.integers(0, 6)), draw(st.integers(1, 12))
    return futures(seed, cities, draw(st.integers(1, 3)), paths, tight=draw(st.booleans()))


@settings(max_examples=tries(100), deadline=None)
@given(any_futures(), st.sampled_from(HELD))
def test_everything_adds_up_in_every_path_and_nobody_is_emptied(base, hold):
    settled = reconcile(base, hold=hold)
    largest = np.abs(settled.nation).max()
    assert max(np.abs(gap).max() for gap in settled.gaps()) <= 1e-9 * largest
    assert (settled.cities > 0).all()
    assert (settled.other > 0).all()
    assert (settled.rural > 0).all()


@settings(max_examples=tries(40), deadline=None)
@given(any_futures(), st.sampled_from(HELD))
def test_futures_that_add_up_stay_as_they_are(base, hold):
    urban = base.cities.sum(axis=0) + base.other
    coherent = BaseForecasts(base.cities, base.other, base.rural, urban, urban + base.rural)
    settled = reconcile(coherent, hold=hold)
    assert np.allclose(stacked(settled), stacked(coherent), rtol=1e-9, atol=0)


@settings(max_examples=tries(40), deadline=None)
@given(any_futures(), st.sampled_from(HELD), st.floats(1e-6, 1e9))
def test_thousands_or_persons_make_no_difference(base, hold, factor):
    larger = BaseForecasts(*(factor * getattr(base, name) for name in BaseForecasts.__dataclass_fields__))
    once, twice = (reconcile(unit, hold=hold) for unit in (base, larger))
    assert np.allclose(factor * stacked(once), stacked(twice), rtol=1e-7, atol=0)


@settings(max_examples=tries(40), deadline=None)
@given(any_futures(), st.sampled_from(HELD), st.randoms())
def test_the_order_of_the_cities_makes_no_difference(base, hold, random):
    order = list(range(len(base.cities)))
    random.shuffle(order)
    turned = BaseForecasts(base.cities[order], base.other, base.rural, base.urban, base.nation)
    once, again = (reconcile(places, hold=hold) for places in (base, turned))
    assert np.allclose(once.cities[order], again.cities, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("held", ["nation", "urban"])
def test_a_held_sum_stays_to_the_bit(held):
    base = futures(3, 3, paths=50)
    assert np.array_equal(getattr(reconcile(base, hold=[held]), held), getattr(base, held))


def test_parts_without_uncertainty_are_scaled_in_proportion():
    base = futures(4, 5, paths=1)
    settled = reconcile(base, hold=["nation", "urban"])
    factor = base.urban / (base.cities.sum(axis=0) + base.other)
    assert np.allclose(settled.cities, base.cities * factor, rtol=1e-12)


def test_it_is_the_least_divergence_weighted_by_the_loads_by_an_independent_solver():
    base = futures(6, 3, years=1, paths=400)
    settled = reconcile(base, hold=["nation", "urban"])
    parts = np.concatenate([base.cities[:, 0], base.other])
    logs, total = np.log(parts), np.log(parts.sum(axis=0))
    loads = [max(np.cov(row, total, bias=True)[0, 1], 0) for row in logs]
    for path in range(5):
        start, whole = parts[:, path], base.urban[0, path]
        solved = minimize(
            lambda y, start=start: np.sum((y * np.log(y / start) - y + start) / loads),
            start * whole / start.sum(), method="SLSQP", bounds=[(1e-9, None)] * 4,
            constraints={"type": "eq", "fun": lambda y, whole=whole: y.sum() - whole},
            options={"ftol": 1e-15, "maxiter": 500},
        )  # fmt: skip
        assert solved.success
        assert np.allclose([*settled.cities[:, 0, path], settled.other[0, path]], solved.x, rtol=1e-4)


def test_the_urban_share_gives_way_on_the_logit_scale_as_a_bisection_finds():
    base = futures(7, 3, years=1, paths=300)
    base = BaseForecasts(base.cities, base.other, base.rural, base.urban, base.urban + base.rural)
    settled = reconcile(base, hold=["nation"])
    urban, nation = base.urban[0], base.nation[0]
    parts = np.concatenate([base.cities[:, 0], base.other])
    logs, total = np.log(parts), np.log(parts.sum(axis=0))
    loads = np.array([np.cov(row, total, bias=True)[0, 1] for row in logs])
    odds = np.log(urban / (nation - urban))
    free = np.var(odds) * (1 - (urban / nation).mean())
    for path in range(5):

        def gap(price, path=path):
            share = 1 / (1 + np.exp(free * price - odds[path]))
            return (parts[:, path] * np.exp(loads * price)).sum() - nation[path] * share

        price = brentq(gap, -500, 500, xtol=1e-12)
        assert np.allclose(settled.cities[:, 0, path], parts[:3, path] * np.exp(loads[:3] * price), rtol=1e-6)


def test_cities_that_err_together_share_a_gap_in_proportion_to_their_uncertainty():
    rng = np.random.default_rng(5)
    common = rng.standard_normal(4_000)
    spread = np.array([0.05, 0.1, 0.2])[:, None]
    steady = np.ones((1, 4_000))
    base = BaseForecasts(np.exp(spread * common)[:, None], 5 * steady, 20 * steady, 9 * steady, 40 * steady)
    settled = reconcile(base, hold=["nation", "urban"])
    moved = np.log(settled.cities / base.cities).mean(axis=(1, 2))
    assert moved / moved[1] == pytest.approx([0.5, 1, 2], rel=0.05)


def test_a_city_of_great_uncertainty_is_not_emptied_by_the_gap_of_the_others():
    """The case of Bazhong: 1.73 million in its own forecast, 322 thousand (0 to 3.79 million) after it."""
    rng = np.random.default_rng(9)
    common, alone = rng.standard_normal((1, 2_000)), rng.standard_normal((40, 2_000))
    spread = np.array([0.9, *[0.15] * 39])[:, None]
    size = np.array([1.7, *[3.0] * 39])[:, None]
    cities = size * np.exp(spread * (0.6 * common + 0.8 * alone))
    urban = 130 * np.exp(0.04 * rng.standard_normal((1, 2_000)))
    base = BaseForecasts(
        cities[:, None], np.full((1, 2_000), 25.0), 200 - urban, urban, np.full((1, 2_000), 200.0)
    )
    low, middle = np.quantile(reconcile(base).cities[0], [0.1, 0.5])
    assert low > 0.2
    assert middle > 0.7


def test_a_single_path_is_closed_too():
    settled = reconcile(futures(7, 3, paths=1))
    assert max(np.abs(gap).max() for gap in settled.gaps()) < 1e-9


def test_every_fault_is_named():
    base = futures(4)
    cities, nation = base.cities.copy(), base.nation.copy()
    cities[2, 1, 5] = np.nan
    nation[0, 0] = np.inf
    with pytest.raises(InputError) as refusal:
        reconcile(BaseForecasts(cities, base.other[:1], -base.rural, base.urban, nation), hold=["rural"])
    message = str(refusal.value)
    assert "1 city has figures that are not numbers: number 2" in message
    assert "nation: a figure is not a number" in message
    assert "rural: a figure is below zero" in message
    assert "other urban has (1, 60) years and paths, but the cities have (2, 60)" in message
    assert "'rural' cannot be held fixed; use one of urban and nation" in message


def test_an_urban_population_above_the_nation_cannot_be_held_with_it():
    base = futures(4)
    with pytest.raises(
        InputError, match=("the urban population exceeds that of the nation, and both are fixed")
    ):
        reconcile(BaseForecasts(base.cities, base.other, base.rural, 2 * base.nation, base.nation),
                  hold=["urban", "nation"])  # fmt: skip


def test_a_sum_of_people_whose_parts_have_none_is_refused():
    base = futures(4, 2)
    with pytest.raises(InputError, match="in at least one path, a total"):
        reconcile(BaseForecasts(0 * base.cities, 0 * base.other, base.rural, base.urban, base.nation))


def test_futures_without_a_year_are_refused():
    none = np.ones((0, 5))
    with pytest.raises(InputError, match="no years or no paths"):
        reconcile(BaseForecasts(np.ones((2, 0, 5)), none, none, none, none))
