"""What has to be decided before a plan can be carried out: with its price, its choices and who takes it."""

import pytest

from urbium.plan.result.decisions import Instead, decisions_needed

MONEY = {
    "unsigned": 5.0,
    "first unsigned year": 2020,
    "capital": 60.0,
    "projects": 3,
    "projects without unsigned money": 2,
    "capital without unsigned money": 40.0,
}
ROLES = {"proposing": ["programme office"], "signing": ["partner"], "adopting": ["programme office"]}


@pytest.fixture(scope="module")
def plan(towns):
    return towns.towns_plan()


def test_unsigned_money_is_decided_beside_the_kept_plan_that_does_without_it(plan):
    instead = Instead("Budgets alone", projects=2, capital=50.0, benefit=0.85)
    said = {str(about): str(decision) for about, decision in decisions_needed(plan, MONEY, instead, **ROLES)}
    currency = plan.currency
    assert said["Outside money"] == (
        f"Sign agreements for {currency} 5 million in loans and partners' money, or adopt the kept plan "
        f"“Budgets alone”, which uses no unsigned money: it costs {currency} 50 million to build and keeps "
        "85% of the improvement. Proposed by: programme office; signed by: partner. No date has been set; "
        "the plan first uses this money in 2020."
    )


def test_without_such_a_plan_the_choice_is_to_build_what_needs_none_of_the_money(plan):
    ((_, decision), *_) = decisions_needed(plan, MONEY, None, **ROLES)
    assert (
        f"build only the 2 of 3 projects that do not depend on it, at a cost of {plan.currency} 40 million"
        in decision
    )


def test_where_all_money_is_signed_nothing_is_to_be_signed(plan):
    abouts = [about for about, _ in decisions_needed(plan, MONEY | {"unsigned": 0.0}, None, **ROLES)]
    assert "Outside money" not in abouts
    assert "Funding" in abouts
