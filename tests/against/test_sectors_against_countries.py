"""The pooled model of sectors against 175 countries: learned from the years to 2005, judged by 2006 to 2019.

World Bank (WDI through Gapminder): value added by sector in percent of GDP from 1960, employment by sector
(modelled by the ILO) from 1991, GDP per head in constant USD.
"""

import numpy as np
import polars as pl
import pytest

from urbium.forecast.sector_figures import lay_out_sectors, settle
from urbium.forecast.sector_trial import try_sectors

pytestmark = pytest.mark.shared

FILES = {
    "output": ["agriculture_percent_of_gdp", "industry_percent_of_gdp", "services_percent_of_gdp"],
    "employment": [
        "agriculture_workers_percent_of_employment",
        "industry_workers_percent_of_employment",
        "service_workers_percent_of_employment",
    ],
}
SERIES = pytest.mark.parametrize("series", ["output", "employment"])


def column(shared, name, called, factor=1.0):
    path = shared / "data" / "real" / "countries_wdi" / f"{name}.csv"
    table = pl.read_csv(path, schema_overrides={name: pl.Float64})
    return table.select(place="geo", year="time", **{called: pl.col(name) * factor})


def world(shared, series):
    first, *others = (
        column(shared, name, called, 0.01)
        for name, called in zip(FILES[series], ("agriculture", "industry", "services"), strict=True)
    )
    for other in others:
        first = first.join(other, on=["place", "year"], how="full", coalesce=True)
    income = column(shared, "gdppercapita_us_inflation_adjusted", "income")
    return lay_out_sectors(settle(first.sort("place", "year"), series), income)


@pytest.fixture(scope="module")
def trials(shared):
    """Return the trial of each series."""
    return {name: try_sectors(world(shared, name)[0], origin=2005, to=2019) for name in FILES}


@SERIES
def test_more_than_150_countries_take_part_and_the_others_are_named_with_a_reason(trials, series):
    trial = trials[series]
    assert len(trial.used) > 150
    assert not set(trial.used) & set(trial.left_out["place"])
    assert trial.left_out["reason"].str.contains("2005").all()


@SERIES
@pytest.mark.parametrize(
    "rival",
    ["persistence", "persistence with bands", "linear trend", "linear trend with bands", "drift of all"],
)
def test_the_score_is_below_that_of_every_rival(trials, series, rival):
    assert trials[series].figure("crps") < trials[series].figure("crps", rival)


@SERIES
@pytest.mark.parametrize("horizon", range(1, 15))
def test_the_score_is_below_that_of_persistence_and_trend_at_every_horizon(trials, series, horizon):
    trial = trials[series]
    rivals = [
        trial.figure("crps", f"{rival} with bands", horizon=horizon)
        for rival in ("persistence", "linear trend")
    ]
    assert trial.figure("crps", horizon=horizon) < min(rivals)


@SERIES
def test_bands_hold_what_they_claim(trials, series):
    assert 0.76 <= trials[series].figure("coverage80") <= 0.84
    assert 0.93 <= trials[series].figure("coverage95") <= 0.97


@SERIES
@pytest.mark.parametrize("sector", ["agriculture", "industry", "services"])
def test_bands_of_each_sector_hold_about_what_they_claim(trials, series, sector):
    assert 0.76 <= trials[series].figure("coverage80", sector=sector) <= 0.85
    assert 0.93 <= trials[series].figure("coverage95", sector=sector) <= 0.97


@SERIES
@pytest.mark.parametrize("horizon", range(1, 15))
def test_bands_at_each_horizon_err_on_the_wide_side_if_at_all(trials, series, horizon):
    assert 0.76 <= trials[series].figure("coverage80", horizon=horizon) <= 0.88
    assert 0.93 <= trials[series].figure("coverage95", horizon=horizon) <= 0.98


def test_the_world_teaches_that_agriculture_gives_way_as_income_rises(trials):
    at = {
        name: trial.model.at_path(np.log([1000.0, 10_000.0, 40_000.0]))[:, 0]
        for name, trial in trials.items()
    }
    assert (np.diff(at["output"]) < 0).all()
    assert (np.diff(at["employment"]) < 0).all()


def test_output_shares_that_add_up_to_far_from_a_hundred_are_left_out_with_their_sum(shared):
    _, excluded = world(shared, "output")
    brazil = excluded.filter(pl.col("place") == "bra", pl.col("year") == 1970).row(0, named=True)
    assert brazil["sum"] == 0
    assert brazil["reason"] == "the shares add up to 0%, not to 70% to 110%"
