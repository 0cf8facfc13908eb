"""Growth against the UN's own figures: 1,860 agglomerations of 154 countries (WUP 2018, file F12).

Learned on figures up to 2000 alone, forecasts of 2005, 2010 and 2015 are held against what came; projections
of the UN (from 2020) are never used. Cities that had 300,000 people in 2000; every country counts the same.
What was chosen with which years: see ``docs/decisions/0024-bands-of-cities.md``.
"""

from importlib.resources import files

import numpy as np
import polars as pl
import pytest
from python_calamine import load_workbook

from calibration.city_growth_fit import fit_city_growth, learned_by
from urbium.forecast import KINDS, CityPanel, run_backtest, score_backtest
from urbium.forecast.cities.backtest_report import METHOD
from urbium.forecast.cities.declared_growth import base_errors, with_counts

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
    panel = CityPanel(
        tuple(str(int(row[3])) for row in cities),
        np.array([int(head[at]) for at in columns]),
        np.log(1000 * values),
        tuple(str(int(row[1])) for row in cities),
    )
    return with_counts(panel, "population_agglomeration")


@pytest.fixture(scope="module")
def report(world):
    """Return the report of the forecasts made in 2000, learned by then."""
    base = base_errors().count
    growth, bands = learned_by(world, KIND, base=base)
    trial = run_backtest(world, KIND, lambda year: growth(2000) if year <= 2000 else None)
    return score_backtest(trial, lambda _: bands(2000), since=2000, base=base)


def ours(report, horizon):
    return report.row(by_predicate=(pl.col("method") == METHOD) & (pl.col("horizon") == horizon), named=True)


def test_cities_are_chosen_by_their_size_at_the_origin(report):
    assert set(report["cities"]) == {1278}
    assert set(report["origins"]) == {1}


@pytest.mark.parametrize("horizon", [5, 10, 15])
def test_bands_of_80_per_cent_hold_what_they_claim_as_the_mean_over_countries(report, horizon):
    assert 0.74 <= ours(report, horizon)["coverage80"] <= 0.87


@pytest.mark.parametrize("horizon", [5, 10, 15])
def test_bands_of_95_per_cent_hold_what_they_claim_as_the_mean_over_countries(report, horizon):
    assert 0.92 <= ours(report, horizon)["coverage95"] <= 0.98


@pytest.mark.parametrize("horizon", [5, 10, 15])
def test_the_crps_is_smaller_than_that_of_every_curve(report, horizon):
    here = report.filter(pl.col("horizon") == horizon)
    assert ours(report, horizon)["crps"] < here.filter(pl.col("method") != METHOD)["crps"].min()


def test_the_declared_table_is_what_the_figures_give(world):
    table = pl.read_csv(files("urbium").joinpath("data", "rules", "growth.csv").read_bytes())
    values = dict(table.select("id", "value").iter_rows())
    learned = fit_city_growth(world, base=base_errors().count)
    assert [name for name in values if name in learned] == list(learned)
    assert [values[name] for name in learned] == pytest.approx(list(learned.values()), rel=2e-3, abs=2e-4)
