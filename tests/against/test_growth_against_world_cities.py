"""Growth curves against the UN's own figures: 1,860 agglomerations (WUP 2018, file F12), 1950 to 2015.

The figures behind this are estimates, interpolated between censuses; the cities were chosen by their size
in 2018. Both make errors look smaller than they are.
"""

import numpy as np
import polars as pl
import pytest
from python_calamine import load_workbook

from urbium.forecast import Panel, run_trial, score

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def report(shared):
    """Return the back-test of all cities on origins from 1990."""
    path = shared / "data" / "real" / "cities" / "WUP2018-F12-Cities_Over_300K.xls"
    head, *body = load_workbook(path).get_sheet_by_index(0).to_python(skip_empty_area=False)[16:]
    columns = [at for at, name in enumerate(head) if isinstance(name, float) and name <= 2015]
    cities = [row for row in body if row[0] != ""]
    values = np.array([[row[at] for at in columns] for row in cities], dtype=float)
    years = np.array([int(head[at]) for at in columns])
    return score(run_trial(Panel(tuple(str(row[3]) for row in cities), years, np.log(1000 * values))))


def chosen(report, horizon):
    return report.row(
        by_predicate=(pl.col("method") == "chosen") & (pl.col("horizon") == horizon), named=True
    )


def test_all_cities_take_part(report):
    assert set(report["cities"]) == {1860}


@pytest.mark.parametrize(("horizon", "most"), [(5, 1.0), (10, 0.99), (15, 0.87), (20, 0.80)])
def test_the_median_error_is_no_larger_than_that_of_the_naive_forecast(report, horizon, most):
    assert chosen(report, horizon)["ratio_to_naive"] <= most


@pytest.mark.parametrize(("horizon", "most"), [(5, 0.15), (10, 0.35), (15, 0.5), (20, 0.5)])
def test_the_median_error_is_far_smaller_than_that_of_drift(report, horizon, most):
    assert chosen(report, horizon)["ratio_to_drift"] <= most


@pytest.mark.parametrize("horizon", [10, 15, 20])
def test_bands_hold_what_they_claim_on_held_out_origins(report, horizon):
    row = chosen(report, horizon)
    assert 0.76 <= row["coverage80"] <= 0.84
    assert 0.93 <= row["coverage95"] <= 0.97


def test_bands_at_five_years_err_on_the_wide_side(report):
    row = chosen(report, 5)
    assert 0.80 <= row["coverage80"] <= 0.90
    assert 0.95 <= row["coverage95"] <= 0.98
