"""Growth against the UN's own figures: 1,860 agglomerations of 154 countries (WUP 2018, file F12).

Trained on 1950 to 2000 alone, forecasts of 2005, 2010 and 2015 are held against what came; projections of the
UN (from 2020) are never used. The figures are estimates, interpolated between censuses, and the cities were
chosen by their size in 2018. What was chosen with which years: see
:mod:`urbium.forecast.cities.backtest_report`.
"""

from importlib.resources import files

import numpy as np
import polars as pl
import pytest
from python_calamine import load_workbook

from urbium.calibration.city_growth_fit import fit_city_growth
from urbium.forecast import KINDS, CityPanel, run_backtest, score_backtest
from urbium.forecast.cities.backtest_report import METHOD
from urbium.forecast.cities.declared_growth import declared

pytestmark = [pytest.mark.shared, pytest.mark.long]

KIND = KINDS[-1]


@pytest.fixture(scope="module")
def world(shared):
    """Return the panel of all agglomerations, their countries as groups."""
    path = shared / "data" / "real" / "cities" / "WUP2018-F12-Cities_Over_300K.xls"
    head, *body = load_workbook(path).get_sheet_by_index(0).to_python(skip_empty_area=False)[16:]
    columns = [at for at, name in enumerate(head) if isinstance(name, float) and name <= 2015]
    cities = [row for row in body if row[0] != ""]
    values = np.array([[row[at] for at in columns] for row in cities], dtype=float)
    return CityPanel(
        tuple(str(int(row[3])) for row in cities),
        np.array([int(head[at]) for at in columns]),
        np.log(1000 * values),
        tuple(str(int(row[1])) for row in cities),
    )


@pytest.fixture(scope="module")
def report(world):
    """Return the report of the forecasts made in 2000."""
    trial = run_backtest(world, KIND, declared(KIND).growth)
    return score_backtest(trial.where(trial.origin <= 2000), declared(KIND).bands, since=2000)


def pooled(report, horizon):
    return report.row(by_predicate=(pl.col("method") == METHOD) & (pl.col("horizon") == horizon), named=True)


def test_all_cities_take_part(report):
    assert set(report["cities"]) == {1860}
    assert set(report["origins"]) == {1}


@pytest.mark.parametrize(("horizon", "most"), [(5, 0.91), (10, 0.84), (15, 0.84)])
def test_the_median_error_is_smaller_than_that_of_the_last_growth(report, horizon, most):
    assert pooled(report, horizon)["ratio_to_naive"] <= most


@pytest.mark.parametrize("horizon", [5, 10, 15])
def test_the_median_error_is_far_smaller_than_that_of_drift(report, horizon):
    assert pooled(report, horizon)["ratio_to_drift"] <= 0.36


@pytest.mark.parametrize("horizon", [5, 10, 15])
def test_the_mean_error_is_smaller_than_that_of_the_last_growth(report, horizon):
    naive = report.filter(pl.col("method") == "last growth", pl.col("horizon") == horizon)
    assert pooled(report, horizon)["mape"] < naive["mape"][0]


@pytest.mark.parametrize("horizon", [5, 10, 15])
def test_bands_of_80_per_cent_hold_what_they_claim(report, horizon):
    assert 0.76 <= pooled(report, horizon)["coverage80"] <= 0.84


@pytest.mark.parametrize("horizon", [5, 10, 15])
def test_bands_of_95_per_cent_hold_what_they_claim(report, horizon):
    assert 0.93 <= pooled(report, horizon)["coverage95"] <= 0.97


def test_the_declared_table_is_what_the_figures_give(world):
    table = pl.read_csv(files("urbium").joinpath("data", "rules", "growth.csv").read_bytes())
    found = fit_city_growth(world)
    assert table["id"].to_list() == list(found)
    assert table["value"].to_list() == pytest.approx(list(found.values()), rel=2e-3, abs=2e-4)
