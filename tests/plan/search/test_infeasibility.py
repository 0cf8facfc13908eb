"""Where a nation has no plan, the conflict is named, in the city in which it lies."""

import polars as pl
import pytest

from urbium.errors import InfeasibleError
from urbium.plan import NATIONWIDE, solve
from urbium.plan.milp.model import assemble
from urbium.plan.milp.work import Work
from urbium.plan.search import planner
from urbium.plan.search.infeasibility import conflict_in_a_city, conflict_of_cities
from urbium.plan.variables import Variables


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
    lay = Variables(road)
    return conflict_in_a_city(road, lay, assemble(lay), work=Work(20))


def with_more(road, place):
    amount = pl.when(pl.col("place") == place).then(1e3).otherwise("amount")
    return road.replace(budgets=road.budgets.with_columns(amount=amount))


def test_a_city_that_cannot_pay_what_it_must_build_is_named(road):
    assert {fault.rule for fault in found(road).faults} == {"mandatory", "budget"}
    assert {fault.cell[:8] for fault in found(road).faults} == {"mandator", "budget[A", "budget[n"}


@pytest.mark.parametrize("place", ["A", NATIONWIDE])
def test_it_is_gone_when_a_place_that_is_named_has_more(place, road):
    assert found(with_more(road, place)) is None


def test_what_nobody_can_do_is_named_wherever_it_stands(road):
    never = road.projects.with_columns(
        status=pl.lit("candidate"),
        build_years=pl.when(pl.col("city") == "B").then(9).otherwise("build_years"),
    )
    both = pl.DataFrame({"group": ["one of"] * 2, "project": ["B:IOC", "B:EGOV"]})
    labels = [fault.cell for fault in found(road.replace(projects=never, alternatives=both)).faults]
    assert labels == ["alternative[one of]"]


def test_what_must_be_built_and_never_ends_is_named_in_any_city(road):
    second = pl.col("project") == "B:IOC"
    long = road.projects.with_columns(
        status=pl.when(second).then(pl.lit("mandatory")).otherwise(pl.lit("candidate")),
        build_years=pl.when(second).then(9).otherwise("build_years"),
    )
    assert [fault.cell for fault in found(road.replace(projects=long)).faults] == ["mandatory[B:IOC]"]


def test_what_a_city_may_leave_undone_is_no_conflict(road):
    assert found(road.replace(projects=road.projects.with_columns(status=pl.lit("candidate")))) is None


@pytest.fixture
def too_much(towns):
    """Two towns that must each go online, which the nation can pay for one of them only."""
    made = towns.towns_roadmap(with_people=False)
    budgets = [("A", year, 1.0, "") for year in made.years] + [("B", year, 1.0, "") for year in made.years]
    budgets += [(NATIONWIDE, year, 9.0 * (year == made.years[0]), "") for year in made.years]
    online = pl.col("solution") == "EGOV"
    return made.replace(
        funds=made.funds.filter(pl.col("fund") != "BANK"),
        budgets=pl.DataFrame(budgets, schema=["place", "year", "amount", "evidence"], orient="row"),
        projects=made.projects.with_columns(
            status=pl.when(online).then(pl.lit("mandatory")).otherwise(pl.lit("candidate"))
        ),
    )


def found_together(road):
    lay = Variables(road)
    return conflict_of_cities(road, lay, assemble(lay), work=Work(20))


def test_what_cities_owe_together_and_cannot_pay_is_named(too_much):
    assert found(too_much) is None
    labels = {fault.cell for fault in found_together(too_much).faults}
    assert {"mandatory[A:EGOV]", "mandatory[B:EGOV]", "budget[nation,2020]"} <= labels


@pytest.mark.parametrize("place", [NATIONWIDE, "B"])
def test_it_is_gone_when_there_is_money_for_both(place, too_much):
    assert found_together(with_more(too_much, place)) is None


def test_a_nation_that_owes_nothing_has_no_conflict(too_much):
    free = too_much.replace(projects=too_much.projects.with_columns(status=pl.lit("candidate")))
    assert found_together(free) is None


def test_a_national_search_names_what_cities_owe_together(too_much, monkeypatch):
    monkeypatch.setattr(planner, "LARGEST_WHOLE", 0)
    with pytest.raises(InfeasibleError, match=r"mandatory\[A:EGOV\], mandatory\[B:EGOV\]"):
        solve(too_much, work_limit=4)


def test_a_national_search_that_finds_no_plan_names_the_city(road, monkeypatch):
    monkeypatch.setattr(planner, "LARGEST_WHOLE", 0)
    with pytest.raises(InfeasibleError, match=r"mandatory\[A:IOC\]"):
        solve(road, work_limit=4)


def test_who_stops_a_search_is_not_kept_waiting_for_the_reason(road, monkeypatch):
    monkeypatch.setattr(planner, "LARGEST_WHOLE", 0)
    with pytest.raises(InfeasibleError, match="stopped before it had found a plan"):
        solve(road, work_limit=4, on_progress=lambda seconds, value, bound: True)
