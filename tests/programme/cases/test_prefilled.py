"""A new application holds what the programme knows of the city, and is checked against its plan."""

from types import SimpleNamespace

import polars as pl
import pytest

from people_of import actor, staffed
from rounds_of import called
from urbium.errors import InputError, NotFoundError

PLAN = SimpleNamespace(
    table=pl.DataFrame(
        {"project": ["D-IOC", "R-IOC"], "city": ["0503", "0599"], "solution": ["IOC", "IOC"],
         "start": [2026, 2026], "finish": [2027, 2028]}
    ),
    money=pl.DataFrame(
        {"project": ["D-IOC"] * 3, "city": ["0503"] * 3, "fund": ["CITY", "NATION", "CITY"],
         "year": [2026, 2026, 2029], "kind": ["capital", "capital", "operation"], "amount": [3.5, 1.25, 0.5]}
    ),
    roadmap=SimpleNamespace(
        settings=SimpleNamespace(counts_people=False, carry_over=0.0),
        cities=pl.DataFrame({"city": ["0503"], "weight": [0.104]}),
        projects=pl.DataFrame(
            {"project": ["D-IOC", "D-HUB"], "city": ["0503", "0503"], "solution": ["IOC", "DATA_PLATFORM"],
             "status": ["candidate", "committed"]}
        ),
        budgets=pl.DataFrame({"place": ["0503", "nation"], "year": [2026, 2026], "amount": [1.0, 50.0]}),
        pools=pl.DataFrame(schema={"place": pl.String, "occupation": pl.String, "year": pl.Int64,
                                   "places": pl.Float64}),
        staff=pl.DataFrame(
            {"project": ["D-IOC"], "occupation": ["2511"], "building": [2.0], "running": [1.0]}
        ),
        funds=pl.DataFrame({"fund": ["CITY", "NATION"], "payer": ["city", "nation"]}),
    ),
)  # fmt: skip
"""What an adopted plan says of two cities, in millions."""


@pytest.fixture
def programme(monkeypatch):
    with staffed() as programme:
        called(programme, "r-plan")
        monkeypatch.setattr(programme.workspace, "adopted", lambda stage: PLAN if stage == "plan" else None)
        yield programme


def test_the_projects_of_the_adopted_plan_are_filled_in_with_cost_years_and_money(programme):
    content = programme.applications.prefilled(actor(programme, "carl"), "r-plan", "Delft")
    (project,) = content["projects"]
    assert (content["title"], project["solution"], project["starts"], project["ends"]) == (
        "Delft", "IOC", 2026, 2027,
    )  # fmt: skip
    assert (project["cost"], project["sources"]) == (4.75e6, {"CITY": 3.5e6, "NATION": 1.25e6})
    assert (project["land"], project["clearances"], project["size"]) == ("", "", None)
    with pytest.raises(NotFoundError):
        programme.applications.prefilled(actor(programme, "carl"), "r-plan", "Atlantis")


def test_a_project_is_sized_for_the_people_the_plan_was_made_for_whatever_was_loaded_since(
    programme, monkeypatch, tmp_path
):
    monkeypatch.setattr(PLAN.roadmap.settings, "counts_people", True)
    path = tmp_path / "later.csv"
    path.write_text("city,variable,period,value,unit,source\n0503,population,2020,900000,persons,wdi\n")
    programme.load(path, by="test", reason="later")
    (project,) = programme.applications.prefilled(actor(programme, "carl"), "r-plan", "Delft")["projects"]
    assert (project["size"], project["unit"]) == (104_000.0, "persons served")


def test_what_was_filled_in_is_checked_against_the_budget_of_the_plan(programme):
    carl = actor(programme, "carl")
    content = programme.applications.prefilled(carl, "r-plan", "Delft")
    programme.casework.begin(carl, "application", "delft", content, city="0503", parent="r-plan")
    found = {(fault.where, fault.message.code) for fault in programme.applications.faults(carl, "delft")}
    assert {
        ("projects!2026", "pilot.complete.budget"),
        ("projects!D-IOC.land", "pilot.complete.land"),
        ("projects!D-IOC.size", "pilot.complete.size"),
        ("projects!D-IOC", "pilot.complete.prerequisite"),
    } <= found
    assert not any("DATA_PLATFORM" in fault.message for fault in programme.applications.faults(carl, "delft"))
    with pytest.raises(InputError):
        programme.casework.act(carl, "application", "delft", "complete", version=1)


def test_what_the_plan_pays_and_whom_it_takes_by_year_is_not_refused(programme, monkeypatch):
    budgets = pl.DataFrame({"place": ["0503"] * 2, "year": [2026, 2027], "amount": [3.5, 0.0]})
    pools = pl.DataFrame(
        {"place": ["0503"] * 2, "occupation": ["2511"] * 2, "year": [2026, 2027], "places": [1.0, 3.0]}
    )
    monkeypatch.setattr(PLAN.roadmap, "budgets", budgets)
    monkeypatch.setattr(PLAN.roadmap, "pools", pools)
    carl = actor(programme, "carl")
    content = programme.applications.prefilled(carl, "r-plan", "Delft")
    programme.casework.begin(carl, "application", "whole", content, city="0503", parent="r-plan")
    codes = {fault.message.code for fault in programme.applications.faults(carl, "whole")}
    assert not codes & {"pilot.complete.budget", "pilot.complete.staff"}


def test_what_private_partners_pay_in_the_plan_is_filled_in_as_private_money(programme, monkeypatch):
    by_fund = {"PRIVATE": 3.0, "BANK": 1.0, "CITY": 0.5}
    money = PLAN.money.clear().vstack(
        pl.DataFrame(
            [("D-IOC", "0503", fund, 2026, "capital", amount) for fund, amount in by_fund.items()],
            schema=PLAN.money.schema,
            orient="row",
        )
    )
    plan = SimpleNamespace(**{**vars(PLAN), "money": money})
    monkeypatch.setattr(programme.workspace, "adopted", lambda stage: plan if stage == "plan" else None)
    (project,) = programme.applications.prefilled(actor(programme, "carl"), "r-plan", "Delft")["projects"]
    assert project["private"] == 3e6
