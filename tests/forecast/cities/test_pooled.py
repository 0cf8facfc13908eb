"""Pooled growth: exact recovery of its own law, no look ahead, terms counted by hand."""

import numpy as np
import pytest

from urbium.forecast import KINDS, CityPanel, Growth, history
from urbium.forecast.cities.declared_growth import declared
from urbium.forecast.cities.growth_terms import LISTED, kind_of, terms
from urbium.forecast.cities.pooled import ENOUGH, FITTED, POWERS, fit, rows_of, timeliness

YEARS = np.arange(1950, 2016, 5)
ONE, TWO, THREE = KINDS


def panel(*rows, years=YEARS, group=()):
    values = np.array(rows, dtype=float)
    return CityPanel(tuple(str(at) for at in range(len(values))), np.asarray(years), np.log(values), group)


def regressing(countries=40, cities=6, share=0.7, seed=2):
    """Cities of more than the listed size whose growth of the next five years is a share of the last."""
    rng = np.random.default_rng(seed)
    count = countries * cities
    growth = [rng.normal(0.03, 0.02, count)]
    for _ in range(len(YEARS) - 2):
        growth.append(share * growth[-1])
    logs = np.log(1e6) + np.cumsum(np.pad(5 * np.array(growth).T, ((0, 0), (1, 0))), axis=1)
    group = tuple(f"country {at // cities}" for at in range(count))
    return CityPanel(tuple(map(str, range(count))), YEARS, logs, group)


def flat(kind):
    return Growth(kind, np.zeros(POWERS * len(kind.terms)))


def test_growth_that_keeps_a_share_is_forecast_as_keeping_it():
    given = regressing()
    model = fit(rows_of(given, TWO), TWO, 2015, flat(TWO))
    past = history(given, 2015)
    change = model.change(terms(past, TWO), np.array([10.0]))[:, 0]
    assert change == pytest.approx(5 * past.growth * (0.7 + 0.49), rel=0.05, abs=1e-4)


def test_later_figures_do_not_change_what_was_fitted():
    given = regressing()
    changed = given.logs.copy()
    changed[:, YEARS > 1990] += 3.0
    other = CityPanel(given.cities, YEARS, changed, given.group)
    before, after = (
        fit(rows_of(each, THREE).seen_by(1990), THREE, 1990, flat(THREE)).world for each in (given, other)
    )
    assert after == pytest.approx(before, abs=1e-12)


def test_every_pair_of_origin_and_fitted_horizon_is_a_row():
    rows = rows_of(panel([100, 110, 120, 130], years=[2000, 2005, 2010, 2015]), TWO)
    pairs = sorted(zip(rows.origin.tolist(), rows.horizon.tolist(), strict=True))
    assert pairs == [(2005, 5), (2005, 10), (2010, 5)]


def test_a_city_without_a_figure_at_the_origin_is_no_row_there():
    rows = rows_of(panel([100, 110, np.nan, 130], years=[2000, 2005, 2010, 2015]), TWO)
    assert sorted(zip(rows.origin.tolist(), rows.horizon.tolist(), strict=True)) == [(2005, 10)]


def test_few_countries_take_the_declared_model():
    known = declared(THREE).growth
    assert fit(rows_of(regressing(countries=ENOUGH - 1), THREE), THREE, 2015, known) is known


def test_whole_decades_count_full_and_other_years_a_tenth():
    assert timeliness(np.array([1990, 1995, 2000]), 2010).tolist() == [1.0, 0.1, 1.0]


def test_the_growth_of_the_country_is_that_of_its_other_cities():
    values = panel([100, 110], [100, 120], [100, 130], years=[2000, 2005], group=("a", "a", "b"))
    past = history(values, 2005)
    columns = terms(past, TWO).columns[0]
    expected = (past.growth[1] + 2 * past.pool) / 3
    assert columns[1] == pytest.approx(expected - past.growth[0])


def test_only_cities_under_the_listed_size_are_small():
    columns = terms(history(panel([1e5, 1.5e5], [5e5, 6e5], years=[2000, 2005]), 2005), TWO).columns
    assert columns[:, 2] == pytest.approx([np.log(1.5e5) - LISTED, 0.0])


def test_two_steps_of_equal_growth_are_one_line():
    columns = terms(history(panel([100, 110, 121], [100, 110, 125], years=[2000, 2005, 2010]), 2010), THREE)
    assert columns.spread[:, -1].tolist() == [1.0, 0.0]


def test_the_kind_is_that_of_the_growth_a_series_shows():
    past = history(
        panel([np.nan, np.nan, 100], [np.nan, 90, 100], [80, 90, 100], years=[2000, 2005, 2010]), 2010
    )
    assert [KINDS[at].id for at in kind_of(past)] == ["one", "two", "three"]


def test_beyond_the_fitted_horizons_a_city_gains_the_same_number_each_year():
    past = history(panel([1e6, 1.1e6, 1.25e6], years=[2000, 2005, 2010]), 2010)
    model = declared(THREE).growth
    people = np.exp(model.change(terms(past, THREE), np.arange(20.0, 60.0))[0])
    assert np.diff(people) == pytest.approx(np.diff(people)[0])


def test_the_change_is_smooth_where_the_fitted_horizons_end():
    past = history(panel([1e6, 1.1e6, 1.25e6], years=[2000, 2005, 2010]), 2010)
    last = float(FITTED[-1])
    ends = np.array([last - 0.001, last, last + 0.001])
    change = declared(THREE).growth.change(terms(past, THREE), ends)[0]
    assert np.diff(change)[0] == pytest.approx(np.diff(change)[1], rel=1e-3)


def test_a_shrinking_city_never_falls_to_zero():
    past = history(panel([9e5, 5e5, 2e5], years=[2000, 2005, 2010]), 2010)
    change = declared(THREE).growth.change(terms(past, THREE), np.arange(1.0, 101.0))[0]
    assert np.isfinite(change).all()
    assert (np.diff(change) < 0).all()


def test_a_single_figure_without_any_neighbour_has_no_terms():
    assert np.isnan(terms(history(panel([100.0], years=[2010]), 2010), ONE).columns).any()
