"""Where a nation has no plan, the conflict is named, in the city in which it lies."""

import sys

import polars as pl
import pytest

from urbium.errors import InfeasibleError
from urbium.plan import solve
from urbium.plan.conflicts import conflict_in_a_city
from urbium.plan.layout import Layout
from urbium.plan.matrix import assemble


@pytest.fixture
def road(towns):
    """Two towns without a bank: Aston must build its centre, for more than its budget and the nation's."""
    made = towns.towns_roadmap()
    centre = pl.col("project") == "A:IOC"
    return made.replace(
        funds=made.funds.filter(pl.col("fund") != "BANK"),
        projects=made.projects.with_columns(
            capital=pl.when(centre).then(100.0).otherwise("capital"),
            status=pl.when(centre).then(pl.lit("mandatory")).otherwise("status"),
        ),
    )


def found(road):
    lay = Layout(road)
    return conflict_in_a_city(road, lay, assemble(lay), seconds=20)


def with_more(road, place):
    amount = pl.when(pl.col("place") == place).then(1e3).otherwise("amount")
    return road.replace(budgets=road.budgets.with_columns(amount=amount))


def test_a_city_that_cannot_pay_what_it_must_build_is_named(road):
    assert {fault.rule for fault in found(road).faults} == {"mandatory", "budget"}
    assert {fault.cell[:8] for fault in found(road).faults} == {"mandator", "budget[A", "budget[n"}


@pytest.mark.parametrize("place", ["A", "CHN"])
def test_it_is_gone_when_a_place_that_is_named_has_more(place, road):
    assert found(with_more(road, place)) is None


def test_what_a_city_may_leave_undone_is_no_conflict(road):
    assert found(road.replace(projects=road.projects.with_columns(status=pl.lit("candidate")))) is None


def test_a_national_search_that_finds_no_plan_names_the_city(road, monkeypatch):
    monkeypatch.setattr(sys.modules["urbium.plan.solve"], "LARGEST_WHOLE", 0)
    with pytest.raises(InfeasibleError, match=r"mandatory\[A:IOC\]"):
        solve(road, time_limit=4)
