"""What the projects of a roadmap bring in: each figure worked out by hand once."""

import math
from dataclasses import replace

import polars as pl
import pytest

from observed_figures import observed
from urbium.catalogue import load_catalogue
from urbium.catalogue.exchange import Exchange
from urbium.model import Assumption, Evidence
from urbium.plan import build_roadmap, check_roadmap
from urbium.plan.inputs.inflows import inflow_table
from urbium.plan.inputs.notes import in_english

CITIES = pl.DataFrame({"code": ["A"], "name_en": ["North"], "latitude": [40.0], "level": ["prefecture"]})
FIGURES = observed(
    ("A", "population_agglomeration", "2015", 2_000_000.0, "persons", "reported"),
    ("A", "gdp", "2012", 1_000_000.0, "10k CNY", "reported"),
    ("A", "fiscal_revenue_gdp", "2012", 0.2, "ratio", "reported"),
)
PROJECTS = pl.DataFrame(
    {
        "project": ["A:PAYT", "A:NRW"], "city": "A", "solution": ["PAYT", "NRW"], "capital": [100.0, 90.0],
        "operation": [10.0, 4.5], "rest": 1.0,
    }
)  # fmt: skip
SIZED = pl.DataFrame({"code": ["A"], "served": [2_000_000.0]})


@pytest.fixture(scope="module")
def road():
    return build_roadmap(load_catalogue(), CITIES, FIGURES, years=range(2016, 2021), budget="12 bn CNY/year")


def said_inflows(*about, **more):
    return in_english({"inflows": inflow_table(*about, **more)})["inflows"]


def row_of(road, solution):
    return road.inflows.filter(pl.col("project") == f"A:{solution}").row(0, named=True)


def test_a_roadmap_carries_a_row_for_every_project_and_has_no_faults(road):
    check_roadmap(road)
    assert road.inflows["project"].to_list() == road.projects["project"].to_list()


def test_a_share_of_the_capital_is_taken_of_the_projects_capital(road):
    capital = math.sqrt(3.12 * 27.83) * 6.64 * 2 * 240.007 / 245.12  # million CNY for two million people
    row = row_of(road, "LED_SL")

    assert row["low"] == pytest.approx(0.092 * capital, abs=2e-3)
    assert row["high"] == pytest.approx(0.115 * capital, abs=2e-3)
    assert (row["kind"], row["receiver"], row["evidence"]) == ("city_saving", "city", "derived")
    assert (row["outcome"], row["running_cost"]) == ("realised", "gross")
    assert row["note"].startswith("LED_SL.2: 9.2 to 11.5 pct/yr, Los Angeles 2012-2013, realised")


def test_a_payback_is_turned_round():
    charge = PROJECTS.head(1).with_columns(solution=pl.lit("CONGPRICE"))
    table = said_inflows(load_catalogue(), SIZED, charge, lambda _: 1.0, price_year="2016")
    row = table.row(0, named=True)

    assert (row["low"], row["high"]) == (pytest.approx(100 / 4.2, abs=1e-3), pytest.approx(100 / 3, abs=1e-3))
    assert row["running_cost"] == "net"


def test_a_share_in_all_is_spread_over_its_years(road):
    capital = math.sqrt(6.0 * 36.0) * 6.64 * 2 * 240.007 / 236.736
    row = row_of(road, "NRW")

    assert row["low"] == pytest.approx(0.65 / 9 * capital, abs=2e-3)
    assert row["high"] == pytest.approx(0.79 / 9 * capital, abs=2e-3)
    assert row["overlap"] == "water not lost"
    assert row["same_effects"] == "U4SSC:Water supply loss"


def test_a_share_of_the_running_cost_is_taken_of_it(road):
    operation = 0.4 * math.sqrt(1.0 * 25.0) * 6.64 * 2 * 240.007 / 251.107
    row = row_of(road, "BIKESHARE")

    assert (row["low"], row["high"]) == pytest.approx((0.53 * operation, 1.2 * operation), abs=2e-3)


def test_of_a_promise_that_part_is_kept_that_was_seen_to_come(road):
    row = row_of(road, "PAYT")

    assert row["low"] == 0
    assert row["high"] == pytest.approx(0.45 * 5.5 * 6.64 * 2 * 240.007 / 232.957, abs=1e-3)  # USD a head
    assert "0% to 45% of this is kept" in row["note"].replace("0%", "0%").replace("45%", "45%")
    assert "prices of 2013, converted to 2016" in row["note"]


def test_a_project_without_money_is_cost_only_and_says_why(road):
    row = row_of(road, "GREEN")

    assert (row["kind"], row["low"], row["high"]) == ("none", None, None)
    assert row["note"] == "a social benefit is not cash"


def test_amounts_of_another_price_year_than_the_plan_are_moved_by_the_price_index():
    """USD 5.5 a head of 2013: consumer prices rose from 232.957 to 240.007 by 2016."""
    table = said_inflows(load_catalogue(), SIZED, PROJECTS, lambda _: 6.64, price_year="2016")
    fees, losses = table.rows(named=True)

    assert fees["high"] == pytest.approx(0.45 * 5.5 * 6.64 * 2 * 240.007 / 232.957, abs=1e-3)
    assert "prices of 2013, converted to 2016" in fees["note"]
    assert losses["high"] == pytest.approx(0.79 / 9 * 90, abs=1e-3)  # a share of the plan's own capital


def test_amounts_that_no_price_index_moves_are_not_booked_and_say_what_is_missing():
    table = said_inflows(load_catalogue(), SIZED, PROJECTS, lambda _: 6.64, price_year="2001")
    fees, losses = table.rows(named=True)

    assert (fees["kind"], fees["high"]) == ("none", None)
    assert fees["note"] == (
        "PAYT.1: prices of 2013 cannot be converted to prices of 2001: "
        "no USD price index is declared for 2001"
    )
    assert losses["kind"] == "city_saving"


def test_a_currency_without_a_rate_is_not_booked_and_says_which_is_missing():
    exchange = Exchange((), {})
    table = said_inflows(
        load_catalogue(), SIZED, PROJECTS, lambda source: exchange.factor(source, "INR"), price_year="2016"
    )

    assert table["kind"].to_list() == ["none", "city_saving"]
    assert "no exchange rate from USD to INR is known" in table["note"][0]


def test_better_evidence_may_be_asked_for():
    catalogue = load_catalogue()
    asked = Assumption("inflow.least_evidence", 1, "grade", Evidence.ASSUMPTION, "ASSUME")
    strict = replace(catalogue, assumptions=dict(catalogue.assumptions) | {asked.id: asked})
    table = said_inflows(strict, SIZED, PROJECTS, lambda _: 1.0, price_year="2016")

    assert table["kind"].to_list() == ["none", "none"]
    assert "weaker evidence than is required" in table["note"][1]
