"""Back-test: no look ahead, hand-checked errors, honest coverage on data of a known law."""

import numpy as np
import polars as pl
import pytest

from urbium.forecast import CURVES, Mixture, Panel, calibrate, choose, run_trial, score

NAMES = list(CURVES)


def panel(values, years):
    values = np.atleast_2d(np.asarray(values, dtype=float))
    return Panel(tuple(f"c{at:04d}" for at in range(len(values))), np.asarray(years), np.log(values))


def wandering(cities=400, seed=7, start=0.02, spread=0.012):
    """Cities whose yearly growth is drawn anew every five years: growth of the past says nothing."""
    rng = np.random.default_rng(seed)
    years = np.arange(1950, 2016, 5)
    growth = rng.normal(start, spread, (cities, len(years) - 1))
    logs = np.cumsum(np.concatenate([np.full((cities, 1), np.log(1e5)), 5 * growth], axis=1), axis=1)
    return Panel(tuple(f"c{at:04d}" for at in range(cities)), years, logs)


def persistent(cities=400, seed=11):
    """Cities whose growth is a random walk of its own: the last growth is the best guess."""
    rng = np.random.default_rng(seed)
    years = np.arange(1950, 2016, 5)
    steps = rng.normal(0.0, 0.004, (cities, len(years) - 1))
    growth = 0.02 + np.cumsum(steps, axis=1)
    logs = np.cumsum(np.concatenate([np.full((cities, 1), np.log(1e5)), 5 * growth], axis=1), axis=1)
    return Panel(tuple(f"c{at:04d}" for at in range(cities)), years, logs)


def only(name):
    weights = np.zeros(len(NAMES))
    weights[NAMES.index(name)] = 1.0
    return Mixture(weights)


def test_an_error_is_what_came_less_what_was_forecast():
    trial = run_trial(panel([100, 110, 110], [2000, 2005, 2010]))
    at = (trial.origin == 2005) & (trial.horizon == 5)
    assert trial.error[at, NAMES.index("last growth")] == pytest.approx([np.log(110 / 121)])
    assert trial.error[at, NAMES.index("no change")] == pytest.approx([0.0])


def test_every_pair_of_origin_and_later_year_is_tried():
    trial = run_trial(panel([100, 110, 120, 130], [2000, 2005, 2010, 2015]))
    pairs = sorted(zip(trial.origin.tolist(), trial.horizon.tolist(), strict=True))
    assert pairs == [(2005, 5), (2005, 10), (2010, 5)]


def test_later_figures_do_not_change_earlier_forecasts():
    values = np.exp(wandering(cities=50).logs)
    years = np.arange(1950, 2016, 5)
    changed = values.copy()
    changed[:, years > 1990] *= np.linspace(2.0, 9.0, (years > 1990).sum())
    before = run_trial(panel(values, years)).seen_by(1990)
    after = run_trial(panel(changed, years)).seen_by(1990)
    assert after.error == pytest.approx(before.error, abs=1e-12)


def test_later_figures_do_not_change_what_was_chosen_and_how_wide():
    values = np.exp(wandering(cities=100).logs)
    years = np.arange(1950, 2016, 5)
    changed = values.copy()
    changed[:, years > 1990] *= 5.0
    chosen = []
    for given_values in (values, changed):
        seen = run_trial(panel(given_values, years)).seen_by(1990)
        mixture = choose(seen, figures=9)
        chosen.append((mixture.weights, calibrate(seen, mixture).reach))
    assert chosen[1][0] == pytest.approx(chosen[0][0])
    assert chosen[1][1] == pytest.approx(chosen[0][1], abs=1e-9)


def test_a_city_without_a_figure_at_the_origin_is_not_tried_there():
    trial = run_trial(panel([[100, 110, np.nan, 130]], [2000, 2005, 2010, 2015]))
    assert sorted(zip(trial.origin.tolist(), trial.horizon.tolist(), strict=True)) == [(2005, 10)]


def test_where_growth_is_drawn_anew_the_pool_or_the_mean_is_preferred():
    trial = run_trial(wandering())
    weights = choose(trial, figures=14).weights
    steady = sum(weights[NAMES.index(name)] for name in ("drift", "pool growth"))
    assert steady >= 0.75


def test_logistic_cities_are_given_a_saturation_curve():
    rng = np.random.default_rng(3)
    years = np.arange(1950, 2016, 5)
    middle = rng.uniform(1960, 1985, (200, 1))
    values = 2e6 / (1 + np.exp(-0.12 * (years - middle))) * np.exp(rng.normal(0, 0.002, (200, len(years))))
    weights = choose(run_trial(panel(values, years)), figures=14).weights
    assert weights[NAMES.index("logistic")] + weights[NAMES.index("gompertz")] >= 0.5


def test_where_the_source_drew_a_line_nothing_is_proven():
    years = np.arange(1950, 2016, 5)
    growth = np.linspace(0.01, 0.05, 60)[:, None]
    trial = run_trial(Panel(tuple(map(str, range(60))), years, np.log(1e5) + growth * (years - 1950)))
    assert len(trial.news.error) == 0
    assert choose(trial, figures=14).name == "arithmetic"


def test_one_figure_is_given_the_growth_of_the_pool():
    assert choose(run_trial(wandering(cities=50)), figures=1).name == "pool growth"


def test_two_figures_are_given_no_curve_that_needs_four():
    weights = choose(run_trial(wandering()), figures=2).weights
    assert all(CURVES[name].needs <= 2 for name, weight in zip(NAMES, weights, strict=True) if weight > 0)


def test_weights_add_up_to_one():
    assert choose(run_trial(persistent()), figures=14).weights.sum() == pytest.approx(1.0)


def test_bands_are_nested_and_never_narrow():
    trial = run_trial(persistent())
    reach = calibrate(trial, only("last growth")).at(np.array([0.0, 0.02, 0.08]), np.arange(1.0, 61.0))
    assert (reach[..., 1] >= reach[..., 0]).all()
    assert (np.diff(reach, axis=1) >= 0).all()
    assert (reach > 0).all()


def test_beyond_the_back_test_bands_grow_with_the_power_of_one_and_a_half():
    bands = calibrate(run_trial(persistent()), only("last growth"))
    last = float(bands.horizons[-1])
    reach = bands.at(np.array([0.02]), np.array([last, 4 * last]))[0]
    assert reach[1] == pytest.approx(8 * reach[0])


def test_the_quantile_is_that_of_the_sorted_errors():
    logs = np.log(1e5) + np.concatenate([np.zeros((99, 2)), np.linspace(0.01, 0.99, 99)[:, None]], axis=1)
    trial = run_trial(Panel(tuple(map(str, range(99))), np.array([2000, 2005, 2010]), logs))
    bands = calibrate(trial.where(trial.origin == 2005), only("no change"))
    # 99 errors 0.01 ... 0.99, all of one pace: 80 % of n + 1 is the quantile 0.8 x 100 / 99
    expected = 0.01 + 0.98 * 0.8 * 100 / 99
    assert bands.at(np.array([0.0]), np.array([5.0]))[0, 0, 0] == pytest.approx(expected)


def test_few_errors_give_the_largest_one_as_a_limit():
    trial = run_trial(panel([100, 110, 110], [2000, 2005, 2010]))
    bands = calibrate(trial, only("last growth"))
    miss = np.log(121 / 110)
    assert bands.at(np.array([0.01]), np.array([5.0]))[0, 0] == pytest.approx([miss, 1.5 * miss])


@pytest.mark.parametrize("law", [wandering, persistent])
@pytest.mark.parametrize("horizon", [5, 10, 15])
def test_coverage_of_held_out_origins_is_near_what_the_bands_claim(law, horizon):
    report = score(run_trial(law(cities=1500)))
    row = report.row(by_predicate=(pl.col("method") == "chosen") & (pl.col("horizon") == horizon), named=True)
    assert 0.76 <= row["coverage80"] <= 0.84
    assert 0.93 <= row["coverage95"] <= 0.97


def test_the_report_holds_every_method_against_the_naive_one():
    report = score(run_trial(wandering()))
    assert set(report["method"]) == {"chosen", "last growth", "drift", "no change"}
    naive = report.filter(pl.col("method") == "last growth")
    assert naive["ratio_to_naive"].to_list() == pytest.approx([1.0] * naive.height)


def test_where_growth_is_drawn_anew_the_choice_beats_the_naive_forecast():
    report = score(run_trial(wandering()))
    chosen = report.filter(pl.col("method") == "chosen")
    assert chosen["ratio_to_naive"].max() < 0.85


def test_the_median_error_of_the_report_is_that_counted_by_hand():
    report = score(run_trial(panel([[100, 110, 110, 110, 110]] * 3, range(2000, 2021, 5))), since=2015)
    row = report.row(by_predicate=(pl.col("method") == "no change") & (pl.col("horizon") == 5), named=True)
    assert (row["errors"], row["cities"], row["median_ape"]) == (3, 3, pytest.approx(0.0))


def test_a_panel_of_one_year_has_no_errors_and_an_empty_report():
    assert score(run_trial(panel([[100.0]], [2000]))).is_empty()
