"""City sectors: gaps between cities and nation, in closed form and from cities that move so."""

import numpy as np
import pytest

from urbium.forecast.workforce.city_sectors import CityGapModel, forecast_gaps, gap_of, learn_gaps

DECLARED = CityGapModel(0.01, 0.3, 0.9, 0.02, 0.05)


def ahead(model, gap, years=3, paths=4):
    return forecast_gaps(model, gap, years=years, paths=paths, rng=np.random.default_rng(0))


def test_a_city_without_drift_or_surprise_keeps_its_gap():
    gaps = ahead(CityGapModel(0, 0, 0.9, 0, 0), gap_of(np.array([[0.2, 0.5]])))
    np.testing.assert_allclose(gaps, 0.5)


def test_a_drift_fades_year_by_year():
    gaps = ahead(CityGapModel(0.1, 0, 0.5, 0, 0), gap_of(np.array([[0.0, 0.0]])))
    np.testing.assert_allclose(gaps[0, :, 0], [0.05, 0.075, 0.0875])


def test_of_its_own_drift_a_city_keeps_the_carried_part():
    gaps = ahead(CityGapModel(0.0, 0.5, 1.0, 0, 0), gap_of(np.array([[0.0, 0.2]])))
    np.testing.assert_allclose(gaps[0, :, 0], [0.3, 0.4, 0.5])


def test_a_city_with_one_figure_drifts_as_the_median_city():
    gap = gap_of(np.array([[np.nan, 0.4, np.nan]]))
    assert np.isnan(gap.drift[0])
    assert gap.year[0] == 1
    np.testing.assert_allclose(ahead(CityGapModel(0.1, 0.9, 1.0, 0, 0), gap)[0, :, 0], [0.5, 0.6, 0.7])


def test_the_drift_is_that_between_the_first_and_the_last_figure():
    assert gap_of(np.array([[0.0, np.nan, 0.3, 0.2]])).drift[0] == pytest.approx(0.2 / 3)


def test_too_few_cities_leave_the_declared_figures():
    assert learn_gaps(np.zeros((29, 9)), DECLARED) is DECLARED


def test_cities_that_move_as_the_model_says_teach_it():
    rng = np.random.default_rng(7)
    drift = 0.02 + rng.normal(0, 0.03, (600, 1))
    gaps = np.cumsum(drift + rng.normal(0, 0.05, (600, 15)), axis=1)

    found = learn_gaps(gaps, DECLARED)

    assert found.drift == pytest.approx(0.02, abs=0.004)
    assert found.walk == pytest.approx(0.05, rel=0.15)
    assert found.spread == pytest.approx(0.03, rel=0.15)
    assert 0.5 < found.carried <= 1
    assert found.fading == DECLARED.fading
    assert found.cities == 600


def test_years_in_which_no_city_has_a_figure_change_nothing():
    rng = np.random.default_rng(8)
    gaps = np.cumsum(rng.normal(0, 0.05, (50, 9)), axis=1)
    padded = np.pad(gaps, ((0, 0), (40, 12)), constant_values=np.nan)
    assert learn_gaps(padded, DECLARED) == learn_gaps(gaps, DECLARED)
