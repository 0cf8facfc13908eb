"""Combination: members counted by hand, weights found again, learned at counts alone, no look ahead."""

import numpy as np
import pytest

from calibration.city_growth_fit import fit_city_growth, learned_by
from urbium.forecast import CURVES, KINDS, CityPanel, Growth, history
from urbium.forecast.cities.combination import MEMBERS, REACHED, members, rows_of
from urbium.forecast.cities.declared_growth import FITTED, base_errors, declared, weight_ids, with_counts
from urbium.forecast.cities.growth_terms import kind_of, terms

YEARS = np.arange(1950, 2016, 5)
ONE, TWO, THREE = KINDS
HORIZONS = (5, 10)


def panel(*rows, years=YEARS, group=(), **settings):
    values = np.array(rows, dtype=float)
    names = tuple(str(at) for at in range(len(values)))
    return CityPanel(names, np.asarray(years), np.log(values), group, **settings)


def world(countries=30, cities=3, seed=2, law=0.5):
    """Cities counted every ten years whose growth of the next decade is a share of the last, and noise."""
    rng = np.random.default_rng(seed)
    count = countries * cities
    growth = [rng.normal(0.03, 0.02, count)]
    for _ in range(6):
        growth.append(law * growth[-1] + rng.normal(0.0, 0.004, count))
    decades = np.log(1e6) + np.cumsum(np.pad(10 * np.array(growth[:6]).T, ((0, 0), (1, 0))), axis=1)
    years = np.arange(1950, 2011, 10)
    group = tuple(f"country {at // cities}" for at in range(count))
    return CityPanel(tuple(map(str, range(count))), years, decades, group)


def test_the_members_are_the_curves_of_their_names():
    given = panel([100, 120, 150, 160], [100, 105, 110, 140], years=[1980, 1990, 2000, 2010])
    past, ahead = history(given, 2010), np.array([1.0, 7.0, 20.0])
    changes = members(terms(past, THREE), ahead)
    for at, name in enumerate(MEMBERS):
        assert changes[..., at] == pytest.approx(CURVES[name].change(past, ahead)), name


def test_a_weight_of_one_is_that_member_alone():
    past = history(panel([100, 120, 150, 160], years=[1980, 1990, 2000, 2010]), 2010)
    for at, name in enumerate(MEMBERS):
        alone = Growth(THREE, np.eye(len(MEMBERS))[at])
        ahead = np.array([5.0, 20.0])
        assert alone.change(terms(past, THREE), ahead) == pytest.approx(CURVES[name].change(past, ahead))


@pytest.mark.parametrize("kind", KINDS, ids=[kind.id for kind in KINDS])
def test_declared_weights_are_shares_of_one(kind):
    weights = declared(kind).growth.weights
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1.0, abs=1e-3)


def test_growth_that_goes_on_gives_its_weight_to_the_last_growth():
    figures = fit_city_growth(world(law=1.0), base=0.0)
    weights = dict(zip(MEMBERS, (figures[name] for name in weight_ids(THREE)), strict=True))
    assert max(weights, key=lambda name: weights[name]) == "last growth"


def test_growth_that_dies_away_gives_the_last_growth_little():
    kept, lost = (fit_city_growth(world(law=law), base=0.0)[weight_ids(THREE)[0]] for law in (1.0, 0.3))
    assert lost < kept / 3


def test_nothing_that_came_after_a_year_is_learned_by_then():
    given = world()
    changed = given.logs.copy()
    changed[:, given.years > 1990] += 3.0
    other = CityPanel(given.cities, given.years, changed, given.group)
    before, after = (learned_by(each, THREE, base=0.0)[0](1990).weights for each in (given, other))
    assert after == pytest.approx(before, abs=1e-12)


def test_only_counts_are_origins():
    every = panel([100, 110, 120, 130], years=[2000, 2005, 2010, 2015])
    counted = panel(
        [100, 110, 120, 130], years=[2000, 2005, 2010, 2015], counts=np.array([[True, False, True, False]])
    )
    pairs = [
        sorted(set(zip(rows.origin.tolist(), rows.horizon.tolist(), strict=True)))
        for rows in (rows_of(each, TWO, HORIZONS) for each in (every, counted))
    ]
    assert pairs == [[(2005, 5), (2005, 10), (2010, 5)], [(2010, 5)]]


def test_a_figure_after_the_last_count_settles_nothing():
    counted = panel(
        [90, 100, 110, 120, 130], years=[1990, 2000, 2005, 2010, 2015],
        counts=np.array([[True, True, False, True, False]]),
    )  # fmt: skip
    rows = rows_of(counted, TWO, (5, 10, 15))
    settled = {
        origin + horizon: bool(is_settled)
        for origin, horizon, is_settled in zip(rows.origin, rows.horizon, rows.is_settled, strict=True)
    }
    assert settled == {2005: True, 2010: True, 2015: False}


def test_cities_below_the_size_of_the_list_are_not_tested_at_that_origin():
    given = panel([2e5, 4e5, 5e5], [4e5, 5e5, 6e5], years=[1990, 2000, 2010], listed=np.log(4.5e5))
    rows = rows_of(given, TWO, (10,))
    assert list(zip(rows.city.tolist(), rows.origin.tolist(), strict=True)) == [(1, 2000)]


def test_counts_are_declared_by_variable_and_by_country():
    given = panel([100, 110, 120], [100, 110, 120], years=[2005, 2010, 2015], group=("392", "156"))
    known = with_counts(given, "population_agglomeration")
    assert known.is_count.tolist() == [[True, True, True], [False, True, False]]
    assert with_counts(given, "population_year_end").is_count.all()


def test_an_estimate_is_less_sure_than_a_count():
    base = base_errors()
    assert 0 < base.count < base.estimate
    assert base.of(np.array([True, False])).tolist() == [base.count, base.estimate]


def test_the_growth_of_the_country_is_that_of_its_other_cities():
    values = panel([100, 110], [100, 120], [100, 130], years=[2000, 2010], group=("a", "a", "b"))
    past = history(values, 2010)
    rates = terms(past, TWO).rates[0]
    assert rates[1] == pytest.approx((past.growth[1] + 2 * past.pool) / 3)


def test_the_kind_is_that_of_the_growth_a_series_shows():
    given = panel([np.nan, np.nan, 100], [np.nan, 90, 100], [80, 90, 100], years=[1990, 2000, 2010])
    assert [KINDS[at].id for at in kind_of(history(given, 2010))] == ["one", "two", "three"]


def test_restless_countries_have_wider_scales():
    calm, wild = [100, 120, 144, 172], [100, 120, 100, 120]
    given = panel(calm, calm, wild, wild, years=[1980, 1990, 2000, 2010], group=("a", "a", "b", "b"))
    seen = terms(history(given, 2010), THREE)
    assert seen.spread[2, -1] > seen.spread[0, -1]


def test_beyond_what_was_tested_a_city_gains_the_same_number_each_year():
    past = history(panel([1e6, 1.1e6, 1.25e6], years=[1990, 2000, 2010]), 2010)
    people = np.exp(declared(THREE).growth.change(terms(past, THREE), np.arange(REACHED, 60.0))[0])
    assert np.diff(people) == pytest.approx(np.diff(people)[0])


def test_the_change_is_smooth_where_the_tested_horizons_end():
    past = history(panel([1e6, 1.1e6, 1.25e6], years=[1990, 2000, 2010]), 2010)
    ends = np.array([REACHED - 0.001, REACHED, REACHED + 0.001])
    change = declared(THREE).growth.change(terms(past, THREE), ends)[0]
    assert np.diff(change)[0] == pytest.approx(np.diff(change)[1], rel=1e-3)


def test_a_shrinking_city_never_falls_to_zero():
    past = history(panel([9e5, 5e5, 2e5], years=[1990, 2000, 2010]), 2010)
    change = declared(THREE).growth.change(terms(past, THREE), np.arange(1.0, 101.0))[0]
    assert np.isfinite(change).all()
    assert (np.diff(change) < 0).all()


def test_a_single_figure_without_any_neighbour_has_no_terms():
    assert np.isnan(terms(history(panel([100.0], years=[2010]), 2010), ONE).rates).any()


def test_every_declared_horizon_has_limits():
    assert declared(THREE).bands.horizons.tolist() == [float(horizon) for horizon in FITTED]
