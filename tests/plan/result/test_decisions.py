"""What has to be decided before a plan can be carried out: with its price, its choices and who takes it."""

from dataclasses import replace

import polars as pl
import pytest

from urbium.plan.result.decisions import Instead, decisions_needed
from urbium.plan.result.wording import money_words, paid_by

MONEY = {
    "unsigned": 5.0,
    "first unsigned year": 2020,
    "capital": 60.0,
    "projects": 3,
    "projects without unsigned money": 2,
    "capital without unsigned money": 40.0,
    "improvement without unsigned money": 0.4,
}
GIVEN = {
    "without": {"city": (0, 0.0), "nation": (1, 12.0)},
    "proposing": ["programme office"],
    "signing": ["partner"],
    "adopting": ["programme office"],
    "this_year": 2019,
}


@pytest.fixture(scope="module")
def plan(towns):
    return towns.towns_plan()


def said(plan, money=MONEY, instead=None, **given):
    decisions = decisions_needed(plan, money, instead, **{**GIVEN, **given})
    return {str(one.about): " ".join(f"{label}: {said}" for label, said in one.rows) for one in decisions}


def test_unsigned_money_is_decided_beside_the_kept_plan_that_does_without_it(plan):
    instead = Instead("Budgets alone", projects=2, capital=50.0, benefit=0.85, most=0.85)
    currency = plan.currency
    assert said(plan, instead=instead)["Outside money"] == (
        f"Decide: Sign agreements for {currency} 5 million in loans and partners' money, or adopt the kept "
        f"plan “Budgets alone”, which uses no unsigned money: it costs {currency} 50 million to build and "
        "keeps 85% of the improvement. To consider: Signing brings the remaining 15% of the improvement. "
        "urbium's advice: No choice is advised: whether the agreements are worth their cost has not been "
        "computed. "
        "Without a decision: 40% of the improvement remains. Who decides: programme office. Agreements are "
        "proposed by: programme office; signed by: partner. By when: The plan first uses this money in "
        "2020. The decision is needed before 2020."
    )


def test_a_decision_that_the_first_payment_needed_in_a_past_year_is_overdue(plan):
    overdue = "The decision should have been taken before 2020 and is overdue."
    assert overdue in said(plan, this_year=2020)["Outside money"]
    late = said(plan, this_year=plan.years[0] + 1)["Funding"]
    assert f"The decision should have been taken before {plan.years[0]} and is overdue." in late


def test_decisions_come_in_the_order_in_which_to_take_them_and_say_what_follows_without_them(plan):
    missed = pl.DataFrame([("standard", "C", "S", 1.0)], schema=plan.shortfalls.schema, orient="row")
    decisions = said(replace(plan, shortfalls=missed))
    assert list(decisions) == ["Targets missed", "Funding", "Outside money"]
    assert all("Without a decision: " in one for one in decisions.values())


@pytest.mark.parametrize(
    ("most", "words"),
    [
        (0.98, "keeps 85% of the improvement (a longer search may find one that keeps up to 98%)."),
        (None, "keeps 85% of the improvement (how much a better one could keep is not proven)."),
    ],
)
def test_what_a_longer_search_could_keep_without_the_money_is_said(plan, most, words):
    instead = Instead("Budgets alone", projects=2, capital=50.0, benefit=0.85, most=most)
    assert words in said(plan, instead=instead)["Outside money"]


def test_without_such_a_plan_the_choice_is_to_build_what_needs_none_of_the_money(plan):
    kept = "build only the 2 of 3 projects that do not depend on it, at a cost of"
    assert f"{kept} {plan.currency} 40 million" in said(plan)["Outside money"]


def test_where_all_money_is_signed_nothing_is_to_be_signed(plan):
    abouts = said(plan, MONEY | {"unsigned": 0.0})
    assert "Outside money" not in abouts
    assert "Funding" in abouts


def test_signing_is_advised_only_where_repayments_are_limited_and_the_kept_plan_improves_less(plan):
    back = pl.DataFrame(
        [("BANK", "city", 1, 0.5, "assumption", "")], schema=plan.roadmap.repayments.schema, orient="row"
    )
    held = plan.overruns.clear()
    repaying = replace(plan, roadmap=replace(plan.roadmap, repayments=back), overruns=held)
    as_good = Instead("As good", projects=3, capital=50.0, benefit=0.9, most=1.0)
    advice = "urbium's advice: Sign"
    assert advice in said(repaying)["Outside money"]
    assert advice not in said(repaying, instead=as_good)["Outside money"]
    assert advice not in said(replace(plan, overruns=held))["Outside money"]


def test_funding_says_who_pays_what_and_what_is_built_without_each_payer(plan):
    funding = said(plan)["Funding"]
    paid = paid_by(plan.money, plan.roadmap.funds)
    assert f"the cities {money_words(paid['city'], plan.currency)} (" in funding
    assert "Without the money from the cities, no project can be built." in funding
    left = "Without the money from the nation, 1 of 3 projects can be built, at a cost of"
    assert f"{left} {plan.currency} 12 million." in funding
    assert f"The plan starts in {plan.years[0]}." in funding


def test_a_missed_standard_has_its_price_and_the_cost_of_the_cheapest_project_that_meets_it(plan):
    road = plan.roadmap
    left_out = road.projects.join(plan.table, on="project", how="anti").head(1)
    cheap = left_out.row(0, named=True)
    dear = left_out.with_columns(project=pl.lit("DEAR"), capital=2 * pl.col("capital"))
    covers = pl.DataFrame([("S", "DEAR"), ("S", cheap["project"])], schema=road.covers.schema, orient="row")
    missed = pl.DataFrame(
        [("standard", cheap["city"], "S", 1.0)], schema=plan.shortfalls.schema, orient="row"
    )
    price = replace(road.settings, shortfall_price=float(plan.closed["closed"].sum()) / 10)
    due = pl.DataFrame(
        [("S", cheap["city"], road.years[-1], "assumption")],
        schema=road.standards.select("standard", "city", "deadline", "evidence").schema, orient="row",
    )  # fmt: skip
    owing = replace(
        road, settings=price, covers=covers, standards=due, projects=pl.concat([road.projects, dear])
    )
    decision = said(replace(plan, shortfalls=missed, roadmap=owing))["Targets missed"]
    cost = money_words(cheap["capital"], plan.currency)
    assert f"The cheapest project that would meet 1 missed standard costs {cost} to build" in decision
    assert "a loss of 10% of the plan's improvement, all of them together as 10%." in decision
    assert "Without a decision: The plan stays as it is" in decision
    assert "urbium's advice: Accept" in decision
