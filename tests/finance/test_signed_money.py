"""What is signed of a plan's money: two towns, a bank loan of 20 for Bourne, and agreements by hand."""

from dataclasses import replace

import polars as pl
import pytest

from towns import rows, towns_plan
from urbium.finance.fiscal_space import fiscal_space
from urbium.finance.signed_money import FUNDING, budget_words, payers_of, signed_money, standing_without

RATES = {"CNY": 1.0, "USD": 6.0}


def agreed(*given):
    return pl.DataFrame(list(given), schema=FUNDING, orient="row")


def loan(amount, currency="CNY", *, code="deal", day="2020-01-01", fund="BANK", project="B:IOC"):
    return (code, "Deal", day, project, fund, amount, currency)


def signed(*given, plan=None):
    return signed_money(plan or towns_plan(), agreed(*given), RATES.get)


def test_without_an_agreement_all_money_from_outside_is_unsigned_and_its_project_falls():
    result = signed()

    assert result.table.rows() == [(2020, 15.0, 0.0, 0.0), (2021, 25.0, 0.0, 0.0), (2022, 0.0, 0.0, 20.0)]
    assert result.facts["projects without unsigned money"] == 2
    assert result.facts["capital without unsigned money"] == 40
    assert result.facts["projects with unsigned money"] == 1
    assert result.facts["capital of projects with unsigned money"] == 20


def test_without_a_payer_stands_what_needs_none_of_its_money_and_requires_nothing_that_does():
    stands = standing_without(towns_plan(), "outside").filter("stands")
    assert (stands.height, stands["capital"].sum()) == (2, 40.0)


def test_what_remains_without_each_budget_is_said_the_least_first():
    plan = towns_plan()
    standing = {payer: standing_without(plan, payer) for payer in ("nation", "city")}
    (said,) = budget_words(standing, plan.benefit_by_project)
    assert said == (
        "Money from budgets is planned, but not yet decided: without the money from the cities, 0% of the "
        "improvement remains; without the money from the nation, 29% of the improvement remains."
    )
    whole = {payer: table.with_columns(stands=True) for payer, table in standing.items()}
    assert budget_words(whole, plan.benefit_by_project) == []


def test_an_agreement_signs_the_money_of_its_fund_at_the_declared_rate():
    result = signed(loan(2.0, "USD"))

    assert result.agreements.select("worth", "planned", "counted").row(0) == (12.0, 20.0, 12.0)
    assert result.shares == {("B:IOC", "BANK"): pytest.approx(0.6)}
    assert result.table.row(2) == (2022, 0.0, pytest.approx(12), pytest.approx(8))
    assert result.facts["projects without unsigned money"] == 2


def test_agreements_count_in_the_order_of_signing_and_never_more_than_the_plan_has():
    result = signed(loan(15.0, code="later", day="2020-02-01"), loan(12.0, code="earlier"))

    counted = dict(result.agreements.select("agreement", "counted").iter_rows())
    assert counted == {"earlier": 12.0, "later": 8.0}
    assert result.facts["unsigned"] == pytest.approx(0)
    assert result.facts["projects without unsigned money"] == 3


def test_what_nobody_has_signed_is_told_in_one_line_with_its_funds():
    funds = {"BANK": "Bank loan"}
    assert (
        signed(loan(5.0)).unsigned_words(funds)
        == "Not signed: CNY 15 million. Of this: Bank loan CNY 15 million."
    )
    assert signed(loan(20.0)).unsigned_words(funds) == ""


def test_money_in_a_currency_without_a_rate_is_not_counted():
    result = signed(loan(100.0, "XXX"), loan(5.0))

    assert result.agreements.filter(currency="XXX").select("worth", "counted").row(0) == (None, 0.0)
    assert result.agreements.filter(currency="CNY")["counted"].item() == 5.0


def test_money_for_what_the_plan_does_not_have_from_a_fund_counts_nothing():
    assert signed(loan(20.0, fund="FOREIGN")).facts["signed"] == 0


def test_a_project_that_requires_one_that_falls_falls_too():
    plan = towns_plan()
    needed = rows("project requires lag kind", ("A:EGOV", "B:IOC", 0, "hard"), ("A:IOC", "B:IOC", 0, "soft"))
    plan = replace(plan, roadmap=plan.roadmap.replace(prerequisites=needed))

    standing = signed(plan=plan).standing
    assert standing.filter("stands")["project"].to_list() == ["A:IOC"]


def test_of_each_fund_it_is_known_which_projects_fall_without_its_unsigned_money_alone():
    plan = towns_plan()
    needed = rows("project requires lag kind", ("A:EGOV", "B:IOC", 0, "hard"))
    plan = replace(plan, roadmap=plan.roadmap.replace(prerequisites=needed))

    assert signed(plan=plan).by_fund.rows() == [("BANK", 20.0, ["A:EGOV", "B:IOC"])]
    assert signed(loan(20.0), plan=plan).by_fund.is_empty()


def test_fiscal_space_tells_what_is_signed_by_its_share():
    plan = towns_plan()
    owed = rows("fund payer after share evidence", ("BANK", "city", 1, 0.049, "assumption"))
    plan = replace(plan, roadmap=plan.roadmap.replace(repayments=owed))
    shares = {("B:IOC", "BANK"): 0.25}
    row = fiscal_space(plan, signed=shares).table.filter(city="B", year=2023)

    signed_part, unsigned = row.select("signed", "unsigned").row(0)
    assert signed_part == pytest.approx(0.25 * (signed_part + unsigned))
    assert signed_part + unsigned == pytest.approx(20 * 0.049)


def test_who_pays_a_project_adds_up_and_only_money_from_outside_has_to_be_signed():
    plan = towns_plan()
    payers = payers_of(plan, "B:IOC", signed(loan(15.0), plan=plan).shares)
    bank = payers.filter(fund="BANK").row(0, named=True)

    assert payers["amount"].sum() == pytest.approx(20)
    assert payers["share"].sum() == pytest.approx(1)
    assert (bank["name"], bank["amount"], bank["signed"], bank["unsigned"]) == ("Bank loan", 20.0, 15.0, 5.0)
    assert payers.filter(fund="CITY")["signed"].null_count() == payers.filter(fund="CITY").height
