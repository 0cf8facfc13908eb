"""Back-test: no look ahead, hand-checked errors, honest coverage on data of a known law."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from calibration.backtest_page import write_page
from calibration.city_growth_fit import learned_by
from urbium.forecast import CURVES, KINDS, CityPanel, Growth, run_backtest, score_backtest
from urbium.forecast.cities.backtest_report import METHOD
from urbium.forecast.cities.combination import MEMBERS
from urbium.forecast.cities.declared_growth import declared

NAMES = list(CURVES)
TWO, THREE = KINDS[1:]


def panel(values, years):
    values = np.atleast_2d(np.asarray(values, dtype=float))
    return CityPanel(tuple(f"c{at:04d}" for at in range(len(values))), np.asarray(years), np.log(values))


def countries(cities):
    """Forty countries, the cities dealt out to them in turn."""
    return tuple(f"country {at % 40}" for at in range(cities))


def wandering(cities=400, seed=7, start=0.02, spread=0.012):
    """Cities whose yearly growth is drawn anew every five years: growth of the past says nothing."""
    rng = np.random.default_rng(seed)
    years = np.arange(1950, 2016, 5)
    growth = rng.normal(start, spread, (cities, len(years) - 1))
    logs = np.cumsum(np.concatenate([np.full((cities, 1), np.log(1e6)), 5 * growth], axis=1), axis=1)
    return CityPanel(tuple(f"c{at:04d}" for at in range(cities)), years, logs, countries(cities))


def persistent(cities=400, seed=11):
    """Cities whose growth is a random walk of its own: the last growth is the best guess."""
    rng = np.random.default_rng(seed)
    years = np.arange(1950, 2016, 5)
    steps = rng.normal(0.0, 0.004, (cities, len(years) - 1))
    growth = 0.02 + np.cumsum(steps, axis=1)
    logs = np.cumsum(np.concatenate([np.full((cities, 1), np.log(1e6)), 5 * growth], axis=1), axis=1)
    return CityPanel(tuple(f"c{at:04d}" for at in range(cities)), years, logs, countries(cities))


def trial_of(given, kind=TWO):
    return run_backtest(given, kind, declared(kind).growth)


def report(given, kind=TWO, **settings):
    return score_backtest(trial_of(given, kind), declared(kind).bands, **settings)


def row(table, method, horizon):
    return table.row(by_predicate=(pl.col("method") == method) & (pl.col("horizon") == horizon), named=True)


def test_the_error_of_a_curve_is_what_came_less_what_it_drew():
    trial = trial_of(panel([100, 110, 110], [2000, 2005, 2010]))
    assert trial.rivals[0, NAMES.index("last growth")] == pytest.approx(np.log(110 / 121))
    assert trial.rivals[0, NAMES.index("no change")] == pytest.approx(0.0)


def test_the_error_of_the_forecast_is_what_came_less_what_it_said():
    goes_on = Growth(TWO, np.eye(len(MEMBERS))[MEMBERS.index("last growth")])
    trial = run_backtest(panel([100, 110, 110], [2000, 2005, 2010]), TWO, goes_on)
    assert trial.error == pytest.approx([np.log(110 / 121)])


def test_every_pair_of_origin_and_reported_horizon_is_tried():
    trial = trial_of(panel([100, 110, 120, 130], [2000, 2005, 2010, 2015]))
    pairs = sorted(zip(trial.origin.tolist(), trial.horizon.tolist(), strict=True))
    assert pairs == [(2005, 5), (2005, 10), (2010, 5)]


def test_later_figures_do_not_change_earlier_errors():
    given = wandering(cities=80)
    changed = given.logs.copy()
    changed[:, given.years > 1990] += np.linspace(0.7, 2.2, (given.years > 1990).sum())
    other = CityPanel(given.cities, given.years, changed, given.group)
    before, after = (trial_of(each, THREE).seen_by(1990) for each in (given, other))
    assert after.error == pytest.approx(before.error, abs=1e-12)


def test_later_figures_do_not_change_what_is_reported_of_earlier_origins():
    given = wandering(cities=80)
    cut = given.through(2000)
    later = score_backtest(trial_of(given).seen_by(2000), declared(TWO).bands, since=1980)
    assert_frame_equal(report(cut, since=1980), later)


def test_a_year_too_early_to_learn_from_has_no_errors():
    model = declared(TWO).growth
    trial = run_backtest(wandering(cities=80), TWO, lambda year: model if year >= 1990 else None)
    assert trial.origin.min() == 1990


@pytest.fixture(scope="module", params=[wandering, persistent], ids=["wandering", "persistent"])
def lawful(request):
    """Return the report on many cities whose law is known, learned before each origin."""
    given = request.param(cities=400)
    growth, bands = learned_by(given, THREE, base=0.0)
    trial = run_backtest(given, THREE, lambda year: growth(year) if year >= 2000 else None)
    return score_backtest(trial, bands, since=2000)


@pytest.mark.parametrize("horizon", [5, 10])
def test_coverage_of_held_out_origins_is_near_what_the_bands_claim(lawful, horizon):
    line = row(lawful, METHOD, horizon)
    assert 0.76 <= line["coverage80"] <= 0.86
    assert 0.92 <= line["coverage95"] <= 0.98


def test_coverage_is_the_mean_over_countries():
    still, leaps = [100, 100, 100, 100], [100, 100, 300, 300]
    given = panel([still] * 30 + [leaps], [1980, 1990, 2000, 2010])
    given = CityPanel(given.cities, given.years, given.logs, (*["calm"] * 30, "leaping"))
    table = report(given, since=1990)
    # of 31 cities 30 are held at both origins; of two countries, one
    assert row(table, METHOD, 10)["coverage80"] == pytest.approx(0.5)


def test_the_report_holds_every_curve_against_the_naive_one():
    table = report(wandering(cities=80))
    assert set(table["method"]) == {METHOD, *CURVES}
    naive = table.filter(pl.col("method") == "last growth")
    assert naive["ratio_to_naive"].to_list() == pytest.approx([1.0] * naive.height)


def test_the_crps_of_the_model_is_below_its_mean_error_and_that_of_a_curve_is_equal():
    table = report(wandering(cities=80))
    chosen, naive = (row(table, method, 10) for method in (METHOD, "last growth"))
    assert chosen["crps"] < chosen["mape"]
    assert naive["crps"] == naive["mape"]


def test_the_errors_of_the_report_are_those_counted_by_hand():
    people = [100.0, 110.0, 130.0, 120.0, 150.0]
    table = report(panel([people] * 3, range(2000, 2021, 5)), since=2015)
    found = row(table, "no change", 5)
    assert (found["errors"], found["cities"], found["origins"]) == (3, 3, 1)
    assert (found["median_ape"], found["mape"]) == pytest.approx((0.2, 0.2))
    assert found["mase"] == pytest.approx(30 / np.mean([10, 20, 10]))  # over the mean change


def test_a_panel_of_one_year_has_no_errors_and_an_empty_report():
    assert report(panel([[100.0]], [2000])).is_empty()


def test_the_page_has_a_table_for_each_horizon_with_every_method():
    table = report(wandering(cities=80))
    text = write_page(table, "Growth of cities")
    assert text.startswith("## Growth of cities")
    assert text.count("### ") == table["horizon"].n_unique()
    assert text.count("| logistic |") == table["horizon"].n_unique()


def test_the_page_shows_shares_in_per_cent_and_nothing_where_nothing_is_known():
    text = write_page(
        report(panel([[100.0, 110.0, 130.0, 120.0, 150.0]] * 3, range(2000, 2021, 5)), since=2015), "A"
    )
    assert "| no change | 20.0% | 20.0% | 20.0% |" in text
    assert "| – | – |" in text
