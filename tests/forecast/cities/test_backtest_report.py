"""Back-test: no look ahead, hand-checked errors, honest coverage on data of a known law."""

import numpy as np
import polars as pl
import pytest

from urbium.calibration.backtest_page import write_page
from urbium.forecast import CURVES, KINDS, CityPanel, Growth, run_backtest, score_backtest
from urbium.forecast.accuracy import mase
from urbium.forecast.cities.backtest_report import METHOD
from urbium.forecast.cities.declared_growth import declared
from urbium.forecast.cities.pooled import POWERS, rows_of
from urbium.forecast.cities.rolling_origin import model_at

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


def test_the_error_of_the_model_is_what_came_less_its_forecast():
    still = Growth(TWO, np.zeros(POWERS * len(TWO.terms)))  # without coefficients, the last growth goes on
    trial = run_backtest(panel([100, 110, 110], [2000, 2005, 2010]), TWO, still)
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
    assert report(cut, since=1980).equals(
        score_backtest(trial_of(given).seen_by(2000), declared(TWO).bands, since=1980)
    )


def test_many_countries_are_not_forecast_before_two_origins_were_seen():
    rows = rows_of(wandering(cities=80), TWO)
    early, late = (model_at(rows, TWO, year, declared(TWO).growth) for year in (1960, 1965))
    assert early is None
    assert late is not None


@pytest.fixture(scope="module", params=[wandering, persistent], ids=["wandering", "persistent"])
def lawful(request):
    """Return the report on many cities whose law is known."""
    return report(request.param(cities=800), THREE)


@pytest.mark.parametrize("horizon", [5, 10, 15])
def test_coverage_of_held_out_origins_is_near_what_the_bands_claim(lawful, horizon):
    found = row(lawful, METHOD, horizon)
    assert 0.76 <= found["coverage80"] <= 0.84
    assert 0.93 <= found["coverage95"] <= 0.97


def test_the_report_holds_every_curve_against_the_naive_one():
    table = report(wandering(cities=80))
    assert set(table["method"]) == {METHOD, *CURVES}
    naive = table.filter(pl.col("method") == "last growth")
    assert naive["ratio_to_naive"].to_list() == pytest.approx([1.0] * naive.height)


def test_where_growth_is_drawn_anew_the_model_beats_the_naive_forecast():
    chosen = report(wandering()).filter(pl.col("method") == METHOD)
    assert chosen["ratio_to_naive"].max() < 0.85


def test_where_growth_persists_the_model_is_no_worse_than_the_naive_forecast():
    chosen = report(persistent()).filter(pl.col("method") == METHOD)
    assert chosen["ratio_to_naive"].max() < 1.05


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
    assert found["mase"] == pytest.approx(mase(np.array([120.0]), np.array([150.0]), np.array(people[:4])))


def test_a_panel_of_one_year_has_no_errors_and_an_empty_report():
    assert report(panel([[100.0]], [2000])).is_empty()


def test_the_page_has_a_table_for_each_horizon_with_every_method():
    table = report(wandering(cities=80))
    text = write_page(table, "Growth of cities")
    assert text.startswith("# Growth of cities")
    assert text.count("## ") == table["horizon"].n_unique()
    assert text.count("| logistic |") == table["horizon"].n_unique()


def test_the_page_shows_shares_in_per_cent_and_nothing_where_nothing_is_known():
    text = write_page(
        report(panel([[100.0, 110.0, 130.0, 120.0, 150.0]] * 3, range(2000, 2021, 5)), since=2015), "A"
    )
    assert "| no change | 20.0% | 20.0% | 20.0% |" in text
    assert "| – | – |" in text
