"""Growth curves: hand-checked values, exact recovery of their own law, laws of scale."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.forecast import CURVES, CityPanel, history
from urbium.forecast.cities.curves import HALF_LIFE, saturation

YEARS = np.arange(1950, 2016, 5)


def panel(*rows, years=YEARS):
    """A panel of cities named by their row."""
    values = np.array(rows, dtype=float)
    return CityPanel(tuple(str(at) for at in range(len(values))), np.asarray(years), np.log(values))


def test_growth_is_measured_over_the_last_ten_years():
    past = history(panel([50, 100, 150, 121], years=[1995, 2000, 2005, 2010]), 2010)
    assert np.exp(10 * past.growth[0]) == pytest.approx(1.21)


def test_yearly_figures_are_measured_over_ten_years_too():
    past = history(panel([90, 100, *[110] * 9, 130], years=range(1999, 2011)), 2010)
    assert np.exp(10 * past.growth[0]) == pytest.approx(130 / 100)


def test_a_short_series_is_measured_over_what_there_is():
    past = history(panel([100, 101, 102, 104, 110], years=range(2006, 2011)), 2010)
    assert np.exp(4 * past.growth[0]) == pytest.approx(1.1)


def test_the_trend_is_the_slope_of_the_last_thirty_years():
    values = [900, 100, 120, 150, 160]
    past = history(panel(values, years=[1970, 1980, 1990, 2000, 2010]), 2010)
    assert past.trend[0] == pytest.approx(np.polyfit([1980, 1990, 2000, 2010], np.log(values[1:]), 1)[0])


def test_one_figure_has_no_trend():
    assert np.isnan(history(panel([np.nan, 100.0], years=[2000, 2010]), 2010).trend[0])


def test_a_gap_is_bridged_at_its_true_length():
    past = history(panel([100, np.nan, 121], years=[2000, 2005, 2010]), 2010)
    assert np.exp(10 * past.growth[0]) == pytest.approx(1.21)


def test_drift_runs_from_the_first_figure_to_the_latest():
    past = history(panel([100, 300, 400], years=[2000, 2005, 2010]), 2010)
    assert np.exp(10 * past.drift[0]) == pytest.approx(4.0)


def test_a_history_ends_at_its_origin():
    past = history(panel([100, 110, 999], years=[2000, 2005, 2010]), 2005)
    assert (int(past.year[0]), float(np.exp(past.level[0]))) == (2005, pytest.approx(110.0))


def test_the_pool_is_the_median_city():
    past = history(panel([100, 110], [100, 130], [100, 120], years=[2000, 2005]), 2005)
    assert np.exp(5 * past.pool) == pytest.approx(1.2)


def test_one_figure_has_a_level_and_no_growth():
    past = history(panel([np.nan, 110.0], years=[2000, 2005]), 2005)
    assert (int(past.count[0]), bool(np.isnan(past.growth[0]))) == (1, True)


def test_growth_before_is_measured_over_the_ten_years_before():
    past = history(panel([100, 200, 220, 230], years=[1980, 1990, 2000, 2010]), 2010)
    assert np.exp(10 * past.before[0]) == pytest.approx(1.1)


def test_two_figures_have_no_growth_before():
    assert np.isnan(history(panel([100, 200], years=[2005, 2010]), 2010).before[0])


def test_a_damped_curve_halves_its_growth_in_its_half_life():
    past = history(panel([100.0, 110.0], years=[2000, 2005]), 2005)
    change = CURVES["damped"].change(past, np.array([HALF_LIFE, HALF_LIFE + 0.001]))[0]
    assert (change[1] - change[0]) / 0.001 == pytest.approx(past.growth[0] / 2, rel=1e-3)


def logistic(year, ceiling=5e6, middle=1985.0, pace=0.08):
    return ceiling / (1 + np.exp(-pace * (year - middle)))


def gompertz(year, ceiling=5e6, middle=1985.0, pace=0.05):
    return ceiling * np.exp(-np.exp(-pace * (year - middle)))


def test_an_exact_logistic_is_recovered_far_ahead():
    past = history(panel(logistic(YEARS)), 2015)
    change = saturation(past, np.array([20.0, 50.0]), kind="logistic")[0]
    expected = np.log(logistic(np.array([2035, 2065])) / logistic(2015))
    assert change == pytest.approx(expected, abs=2e-3)


def test_an_exact_gompertz_is_recovered_far_ahead():
    past = history(panel(gompertz(YEARS)), 2015)
    change = saturation(past, np.array([20.0, 50.0]), kind="gompertz")[0]
    assert change == pytest.approx(np.log(gompertz(np.array([2035, 2065])) / gompertz(2015)), abs=2e-3)


def test_an_exact_logistic_with_uneven_years_is_recovered():
    years = np.array([1953, 1964, 1982, 1990, 2000, 2010])
    past = history(panel(logistic(years), years=years), 2010)
    change = saturation(past, np.array([20.0]), kind="logistic")[0]
    assert change == pytest.approx(np.log([logistic(2030) / logistic(2010)]), abs=2e-3)


def test_a_shrinking_city_has_no_ceiling():
    past = history(panel(np.linspace(200, 100, len(YEARS))), 2015)
    assert np.isnan(saturation(past, np.array([5.0]), kind="logistic")).all()


def test_three_figures_give_no_ceiling():
    past = history(panel([100, 150, 170], years=[2000, 2005, 2010]), 2010)
    assert np.isnan(saturation(past, np.array([5.0]), kind="gompertz")).all()


@pytest.mark.parametrize("name", list(CURVES))
def test_every_curve_starts_at_the_latest_figure(name):
    past = history(panel(logistic(YEARS), gompertz(YEARS)), 2015)
    assert CURVES[name].change(past, np.array([0.0])) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("name", ["damped", "pooled damped", "theta", "last growth", "drift"])
def test_a_shrinking_city_goes_on_shrinking_and_stays_above_zero(name):
    past = history(panel([200.0, 150.0], years=[2010, 2015]), 2015)
    people = 150 * np.exp(CURVES[name].change(past, np.arange(1.0, 101.0))[0])
    assert (np.diff(people) < 0).all()
    assert people[-1] > 0


@given(
    values=st.lists(st.floats(1e3, 1e7), min_size=4, max_size=14),
    factor=st.floats(0.01, 100.0),
    name=st.sampled_from([name for name in CURVES if name not in {"logistic", "gompertz"}]),
)
def test_the_size_of_a_city_does_not_change_its_curve(values, factor, name):
    years = YEARS[: len(values)]
    ahead = np.array([1.0, 10.0])
    small = CURVES[name].change(history(panel(values, years=years), 2015), ahead)
    large = CURVES[name].change(history(panel(np.array(values) * factor, years=years), 2015), ahead)
    assert large == pytest.approx(small, abs=1e-9)
