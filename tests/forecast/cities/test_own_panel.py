"""Own panels: the weight of the damped trend by hand, and forecasts that follow a turn a register shows."""

from dataclasses import replace

import numpy as np
import pytest

from urbium.forecast import CURVES, KINDS, BacktestErrors, CityPanel, history, run_backtest, score_backtest
from urbium.forecast.cities.backtest_report import METHOD
from urbium.forecast.cities.curves import faded
from urbium.forecast.cities.declared_growth import declared
from urbium.forecast.cities.own_panel import DRAWN_TO, draw_to_trend, trend_weight
from urbium.forecast.cities.projection import project

TWO = KINDS[1]
CITIES = tuple("abcdefghij")


def errors_of(forecast, trend, *, origins=1):
    """Ten cities at each origin, ten years ahead, all with the same errors of forecast and damped trend."""
    count = 10 * origins
    rivals = np.zeros((count, len(CURVES)))
    rivals[:, list(CURVES).index(DRAWN_TO)] = trend
    return BacktestErrors(
        np.arange(count) % 10, np.repeat(1990 + np.arange(origins), 10), np.full(count, 10),
        np.full(count, "x"), np.ones((count, 1)), np.zeros(count), np.full(count, forecast), rivals,
        np.ones(count), np.ones(count), np.ones(count, dtype=bool),
    )  # fmt: skip


@pytest.mark.parametrize(("origins", "trust"), [(1, 1 / 3), (2, 1 / 2), (6, 3 / 4)])
def test_a_trend_that_never_erred_is_believed_as_far_as_origins_tell(origins, trust):
    assert trend_weight(errors_of(0.1, 0.0, origins=origins)) == pytest.approx(trust)


def test_a_trend_that_erred_more_has_no_weight():
    assert trend_weight(errors_of(0.1, 0.2)) == 0.0


def test_where_both_err_alike_on_opposite_sides_half_of_each_is_best():
    # (1 - w) 0.1 - w 0.1 is nought at a half; two origins are believed by half
    assert trend_weight(errors_of(0.1, -0.1, origins=2)) == pytest.approx(0.25)


def test_without_errors_the_forecast_stays():
    errors = errors_of(0.1, 0.0)
    assert trend_weight(errors.where(errors.error > 1)) == 0.0


def test_errors_of_the_drawn_forecast_are_the_weighted_mean():
    assert draw_to_trend(errors_of(0.1, -0.3), 0.25).error == pytest.approx(np.zeros(10))


def turned(turn=2010, to=2019):
    """Ten registers that grow by 3% a year until a year, and by nothing after it."""
    years = np.arange(2000, to + 1)
    logs = np.log(1e6) + 0.03 * (np.minimum(years, turn) - 2000)
    return CityPanel(CITIES, years, np.tile(logs, (len(CITIES), 1)))


def test_a_register_that_shows_a_turn_is_forecast_nearer_to_it_than_by_declared_weights():
    panel = turned()
    ahead = np.log(project(panel, CITIES, 2024).rows.filter(year=2024)["value"].to_numpy() / 1e6) - 0.3
    counted = replace(panel, counts=np.ones(panel.logs.shape, dtype=bool))
    by_weights = np.log(project(counted, CITIES, 2024).rows.filter(year=2024)["value"].to_numpy() / 1e6) - 0.3

    assert (np.abs(ahead) < 0.5 * np.abs(by_weights)).all()


def test_the_recent_damped_trend_is_the_growth_of_two_years_that_fades():
    panel = CityPanel(("a",), np.arange(2000, 2006), np.log([[100.0, 150, 160, 170, 180, 187]]))
    change = CURVES[DRAWN_TO].change(history(panel, 2005), np.array([10.0]))
    assert change[0, 0] == pytest.approx(np.log(187 / 170) / 2 * faded(np.array([10.0]))[0])


def test_a_panel_whose_forecasts_came_true_has_narrower_bands_and_one_of_the_world_has_not():
    years = np.arange(2000, 2020)
    panel = CityPanel(CITIES, years, np.log(1e6) + np.zeros((len(CITIES), len(years))))
    counted = replace(panel, counts=np.ones(panel.logs.shape, dtype=bool))

    of_register, of_estimates = (
        project(figures, CITIES, 2024).curves["record"].to_numpy() for figures in (panel, counted)
    )

    assert (of_register < 0.2).all()
    assert (of_estimates == 1.0).all()


def test_the_back_test_follows_a_turn_too():
    trial = run_backtest(turned(), TWO, declared(TWO).growth)

    alone, drawn = (
        score_backtest(trial, declared(TWO).bands, since=2012, is_own=is_own).filter(method=METHOD, horizon=1)
        for is_own in (False, True)
    )

    assert drawn["median_ape"][0] < alone["median_ape"][0]


def test_the_back_test_draws_each_forecast_by_what_was_known_at_its_origin():
    trial = run_backtest(turned(turn=2016, to=2025), TWO, declared(TWO).growth)
    trial = trial.where(trial.origin <= 2018)
    came_by_then = trial.where((trial.origin + trial.horizon <= 2018) | (trial.origin == 2018))

    whole, part = (
        score_backtest(errors, declared(TWO).bands, since=2018, is_own=True).filter(method=METHOD)
        for errors in (trial, came_by_then)
    )

    assert len(came_by_then.error) < len(trial.error)
    assert whole.equals(part)
