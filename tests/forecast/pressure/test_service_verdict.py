"""Judgement: shares, bands and years of shortage, against closed forms and counting by hand."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from urbium.forecast.pressure.service_verdict import SHORT, TABLE, judge, refused_rows, year_limits
from urbium.model import Evidence, Norm

YEARS = np.arange(2020, 2024)
NORM = Norm(
    id="beds", service="beds", name={"en": "Beds"}, unit="beds", per=1.0, driver="person", ages=None, low=1.0,
    value=1.0, high=1.0, areas=("prefecture",), provinces=(), capacity=(), use="", indicator="",
    valid_from=2000, evidence=Evidence.ASSUMPTION, source="ASSUME", status="assumed",
)  # fmt: skip
NEED = arrays(np.float64, (2, 4, 6), elements=st.floats(0, 1e6))
STOCK = arrays(np.float64, (2, 4), elements=st.floats(0, 1e6))


def judged(demand, stock, why=("", "")):
    demand, stock = np.asarray(demand, dtype=float), np.asarray(stock, dtype=float)
    names = ["A", "B"][: len(demand)]
    return judge(
        NORM,
        "prefecture",
        names,
        YEARS,
        drivers=np.median(demand, axis=2),
        demand=demand,
        stock=stock,
        why=why[: len(demand)],
    )


def year_by_hand(demand, stock):
    """First year in which each path needs more than there is; infinite when none."""
    firsts = []
    for path in range(demand.shape[1]):
        short = [year for at, year in enumerate(YEARS) if demand[at, path] > stock[at]]
        firsts.append(short[0] if short else np.inf)
    return np.array(firsts)


def test_shares_are_those_of_the_paths_that_need_more_than_there_is():
    demand = [[[1, 2, 3, 4], [2, 3, 4, 5], [1, 1, 1, 9], [3, 4, 5, 6]]]
    table, _ = judged(demand, [[3.5] * 4])
    assert table["share_short"].to_list() == [0.25, 0.5, 0.25, 0.75]
    assert table["share_by_then"].to_list() == [0.25, 0.5, 0.5, 0.75]


@settings(deadline=None)
@given(demand=NEED, stock=STOCK)
def test_the_share_that_has_run_short_is_that_counted_by_hand(demand, stock):
    table, short = judged(demand, stock)
    firsts = np.stack([year_by_hand(demand[at], stock[at]) for at in range(2)])
    counted = (firsts[:, None, :] <= YEARS[None, :, None]).mean(axis=2)
    assert table["share_by_then"].to_numpy().reshape(2, 4) == pytest.approx(counted)
    assert short["share"].to_numpy() == pytest.approx(counted[:, -1])


@settings(deadline=None)
@given(demand=NEED, stock=STOCK)
def test_half_of_the_paths_have_run_short_by_the_year_and_not_before(demand, stock):
    _, short = judged(demand, stock)
    firsts = year_by_hand(demand[0], stock[0])
    year = short["year"][0]
    reached = [int(at) for at in YEARS if (firsts <= at).mean() >= 0.5]
    assert year == (reached[0] if reached else None)


@settings(deadline=None)
@given(demand=NEED, stock=STOCK, more=st.floats(0, 1e6))
def test_more_capacity_never_brings_the_year_forward(demand, stock, more):
    _, before = judged(demand, stock)
    _, after = judged(demand, stock + more)
    never = int(YEARS[-1]) + 1
    early, late = (
        each.select(pl.col("year", "low80", "high80").fill_null(never)) for each in (before, after)
    )
    assert (late.to_numpy() >= early.to_numpy()).all()


@settings(deadline=None)
@given(demand=NEED, stock=STOCK)
def test_bands_of_years_are_nested(demand, stock):
    _, short = judged(demand, stock)
    never = int(YEARS[-1]) + 1
    ordered = short.select(pl.col("low95", "low80", "year", "high80", "high95").fill_null(never)).to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()


def test_the_shortfall_is_need_less_capacity_below_zero_where_there_is_room():
    table, _ = judged([[[10.0] * 3] * 4], [[4.0, 10.0, 12.0, 20.0]])
    assert table["shortfall"].to_list() == [6.0, 0.0, -2.0, -10.0]
    assert table["utilisation"].to_list() == [2.5, 1.0, pytest.approx(10 / 12), 0.5]


def test_need_that_is_just_met_is_not_short():
    table, short = judged([[[10.0] * 3] * 4], [[10.0] * 4])
    assert table["share_short"].to_list() == [0.0] * 4
    assert short["status"].to_list() == ["lasts"]


def test_no_capacity_at_all_is_short_at_once_and_has_no_utilisation():
    table, short = judged([[[10.0] * 3] * 4], [[0.0] * 4])
    assert table["utilisation"].null_count() == 4
    assert short.select("status", "year").row(0) == ("already short", 2020)


def test_nobody_in_need_of_nothing_is_not_short():
    _, short = judged([[[0.0] * 3] * 4], [[0.0] * 4])
    assert short["status"].to_list() == ["lasts"]


def test_a_city_of_unknown_capacity_keeps_its_need_and_its_reason():
    table, short = judged(np.full((2, 4, 3), 10.0), [[np.nan] * 4, [5.0] * 4], why=("never reported", ""))
    first = table.filter(city="A")
    assert first["demand"].to_list() == [10.0] * 4
    assert first.select("capacity", "shortfall", "utilisation", "share_short").null_count().row(0) == (4,) * 4
    assert first["reason"].unique().to_list() == ["never reported"]
    assert short["status"].to_list() == ["capacity unknown", "already short"]


def test_no_number_that_is_none_reaches_a_table():
    table, short = judged(np.full((2, 4, 3), 10.0), [[np.nan] * 4, [0.0] * 4])
    floats = [name for name, kind in (TABLE | SHORT).items() if kind == pl.Float64]
    assert not any(each[name].is_nan().any() for each in (table, short) for name in floats if name in each)


def test_the_year_is_that_by_which_half_have_run_short():
    years = year_limits(np.array([[0.02, 0.1, 0.5, 0.95]]), YEARS)
    assert [int(year[0]) for year in years] == [2022, 2021, 2023, 2021, -1]


def test_what_never_runs_short_has_no_year():
    assert [int(year[0]) for year in year_limits(np.zeros((1, 4)), YEARS)] == [-1] * 5


def test_refused_cities_say_why():
    rows = refused_rows(NORM, [("A", "", "no forecast")])
    assert rows.select("city", "service", "status", "reason").row(0) == (
        "A", "beds", "need unknown", "no forecast",
    )  # fmt: skip
    assert rows.schema == pl.Schema(SHORT)
