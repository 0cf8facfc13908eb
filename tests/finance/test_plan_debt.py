"""What is owed of a plan: two towns, a bank loan of 20 at 4.9%, and sums in the head."""

from dataclasses import replace

import polars as pl
import pytest

from towns import rows, towns_plan
from urbium.catalogue import load_catalogue
from urbium.catalogue.offers import offers
from urbium.errors import InputError
from urbium.finance.of_plan import appraise_plan
from urbium.finance.plan_debt import GUARANTEES, plan_debt
from urbium.finance.project_returns import project_returns

CATALOGUE = load_catalogue()
CHINA = offers(CATALOGUE, "CHN", 2020)
MEXICO = offers(CATALOGUE, "MEX", 2022)


def planned(*inflows):
    """The plan of the towns, whose centre in Bourne brings in what is given: low and high a year."""
    plan = towns_plan()
    road = plan.roadmap
    columns = "project kind receiver low high outcome running_cost overlap same_effects evidence note"
    given = [("B:IOC", "user_revenue", "city", low, high, "realised", "gross", "", "", "derived", "x")
             for low, high in inflows]  # fmt: skip
    more = {"inflows": rows(columns, *given)} if given else {}
    road = road.replace(projects=road.projects.with_columns(finance_models=pl.lit("PUB;MDB;FDI")), **more)
    return replace(plan, roadmap=road)


def owed(plan=None, nation=CHINA, inflation=0.0, **more):
    plan = plan or planned()
    return plan_debt(plan, CATALOGUE, nation, appraise_plan(plan, CATALOGUE), inflation=inflation, **more)


def of(debt, place, year):
    return debt.table.filter(place=place, year=year).row(0, named=True)


def test_a_loan_is_debt_from_the_year_it_is_drawn_to_the_last_payment():
    debt = owed()

    assert of(debt, "B", 2022)["debt"] == pytest.approx(20)
    assert of(debt, "B", 2023)["interest"] == pytest.approx(20 * 0.049)
    assert debt.table["repaid"].sum() == pytest.approx(20)
    assert debt.facts["last payment"] == 2022 + 20  # the tenor is 15 to 25 years, grace included


def test_the_deficit_changes_by_what_is_built_and_run_and_by_interest_but_not_by_principal():
    debt = owed()

    assert of(debt, "A", 2021)["deficit_with"] == pytest.approx(10)
    assert of(debt, "nation", 2021)["deficit_with"] == pytest.approx(15)
    assert of(debt, "B", 2022)["deficit_with"] == pytest.approx(20)  # built by the loan
    assert of(debt, "B", 2023)["deficit_with"] == pytest.approx(2 + 20 * 0.049)
    assert debt.is_change


def test_what_a_city_receives_lowers_its_deficit():
    assert of(owed(planned((3.0, 5.0))), "B", 2023)["deficit_with"] == pytest.approx(2 + 20 * 0.049 - 4)


def test_with_a_base_deficit_and_debt_are_whole():
    change = owed()
    base = change.table.select("place", "year", revenue=pl.lit(50.0), spending=pl.lit(60.0), debt=pl.lit(7.0))
    debt = owed(base=base)

    row = of(debt, "B", 2022)
    assert (row["deficit_without"], row["debt_without"]) == (10.0, 7.0)
    assert (row["deficit_with"], row["debt_with"]) == (pytest.approx(30), pytest.approx(27))
    with pytest.raises(InputError):
        owed(base=base.head(1))


def test_a_guarantee_is_contingent_to_its_guarantor():
    given = pl.DataFrame([("B:IOC", "BANK", "nation", 0.5, 0.01, 0.1)], schema=GUARANTEES, orient="row")
    debt = owed(guarantees=given)

    assert of(debt, "nation", 2022)["contingent"] == pytest.approx(10)
    assert of(debt, "nation", 2023)["calls_high"] == pytest.approx(0.5 * 0.1 * 20 * 0.049)


def test_inflation_makes_nominal_debt_lighter():
    drawn = 20 * 1.02**2  # in 2022, of 20 at the prices of 2020
    assert of(owed(inflation=0.02), "B", 2023)["interest"] == pytest.approx(drawn * 0.049 / 1.02**3)


def test_a_cost_only_project_has_no_cover_and_no_return():
    plan = planned()
    debt, appraisal = owed(plan), appraise_plan(plan, CATALOGUE)

    assert debt.cover(appraisal.flows, ["B:IOC"]).is_empty()
    assert project_returns(appraisal, debt, ["B:IOC"]) is None


def test_cover_is_cash_after_running_costs_over_debt_service_at_both_ends():
    plan = planned((3.0, 5.0))
    debt, appraisal = owed(plan, inflation=0.02), appraise_plan(plan, CATALOGUE)
    row = debt.cover(appraisal.flows, ["B:IOC"]).filter(year=2023).row(0, named=True)

    prices = 1.02**3  # cash is real at 2020, the service nominal
    service = 20 * 1.02**2 * 0.049
    assert row["service"] == pytest.approx(service)
    assert row["dscr_low"] == pytest.approx((3 - 2) * prices / service)
    assert row["dscr_high"] == pytest.approx((5 - 2) * prices / service)


def test_no_cover_of_a_year_is_shown_before_the_first_income_and_when_debt_is_served_is_said():
    plan = planned((3.0, 5.0))
    appraisal, debt = appraise_plan(plan, CATALOGUE), owed(plan)
    earns = project_returns(appraisal, debt, ["B:IOC"])
    income = earns.flows.filter(pl.col("line") == "inflow", pl.col("amount") > 0)["year"].min()
    before = earns.cover.filter(pl.col("year") < income)
    served = earns.cover.filter(pl.col("service") > 0)["year"]

    assert before["dscr_low"].null_count() == before.height
    assert earns.cover.filter(pl.col("year") >= income)["dscr_low"].null_count() < earns.cover.height
    assert f"due from {served.min()} to {served.max()}" in str(debt.loan_words(["B:IOC"]))
    assert earns.worst_year >= income


def test_loan_life_cover_discounts_nominal_cash_at_the_rate_of_the_loan():
    plan = planned((4.0, 4.0))
    debt, appraisal = owed(plan, inflation=0.02), appraise_plan(plan, CATALOGUE)
    cover = debt.cover(appraisal.flows, ["B:IOC"])

    lines = appraisal.flows.table.filter(pl.col("line").is_in(["inflow", "operation", "replacement"]))
    cash = dict(lines.filter(project="B:IOC").group_by("year").agg(pl.col("amount").sum()).iter_rows())
    worth = sum(
        cash.get(year, 0.0) * 1.02 ** (year - 2020) / 1.049 ** (year - 2022) for year in range(2023, 2043)
    )
    assert cover.filter(year=2023)["llcr_low"].item() == pytest.approx(worth / (20 * 1.02**2))


def test_a_bundle_counts_together_and_only_when_all_of_it_earns():
    plan = planned((3.0, 5.0))
    debt, appraisal = owed(plan), appraise_plan(plan, CATALOGUE)

    assert debt.cover(appraisal.flows, ["B:IOC"], "bundle")["project"].unique().to_list() == ["bundle"]
    assert debt.cover(appraisal.flows, ["B:IOC", "A:IOC"], "bundle").is_empty()
    assert project_returns(appraisal, debt, ["B:IOC", "A:IOC"], "bundle") is None


def test_rate_and_term_of_the_debt_are_named_with_what_they_rest_on():
    debt = owed(planned((3.0, 5.0)))
    (said,) = debt.terms_of(["B:IOC"])
    (name,) = debt.service.filter(project="B:IOC")["instrument"].unique()
    terms = debt.offers.available[name].debt()

    assert f"interest of {terms.rate:.2%} a year, nominal (" in said
    assert f"years to the last payment: {terms.years}" in said
    assert "assumption" in said
    assert debt.terms_of(["A:IOC"]) == debt.loan_words(["A:IOC"]) == ()


def test_a_nominal_rate_is_also_said_real_with_the_inflation_the_currency_and_who_repays():
    debt = owed(planned((3.0, 5.0)), inflation=0.02)
    terms, served, risk = debt.loan_words(["B:IOC"])

    assert f"or about {1.049 / 1.02 - 1:.1%} real at inflation of 2.0% a year" in terms
    assert "repaid in CNY by the city" in terms
    assert "a lender whose own currency is another one bears the exchange risk" in risk
    assert "highest from" in served  # what is paid is the same in many years


def test_the_return_says_that_it_is_the_project_s_and_the_cover_what_it_leaves_out():
    plan = planned((3.0, 5.0))
    earns = project_returns(appraise_plan(plan, CATALOGUE), owed(plan), ["B:IOC"])

    assert "before any debt service" in earns.terms_words
    assert "leave out the money that the plan sets aside each year for renewal" in earns.cover_words


def test_values_at_several_rates_stand_beside_all_internal_rates():
    plan = planned((3.0, 5.0))
    earns = project_returns(appraise_plan(plan, CATALOGUE), owed(plan), ["B:IOC"])
    whole = appraise_plan(plan, CATALOGUE).of("B:IOC")

    steps = dict(earns.steps.iter_rows())
    assert [round(rate, 2) for rate in steps] == [earns.rate, 0.0, 0.1, 0.2, 0.3]
    assert earns.returns == whole.returns
    flow = appraise_plan(plan, CATALOGUE).flows.by("project")
    assert list(steps.values())[1] == pytest.approx(flow.net[flow.keys.index("B:IOC")].sum() / 1e6)


def test_what_is_listed_adds_up_to_the_value_at_no_discount_and_the_remaining_value_is_said():
    """Built in 2022 for 20 and replaced every eight years: what the last replacement is worth counts."""
    earns = project_returns(appraise_plan(planned((3.0, 5.0)), CATALOGUE), owed(), ["B:IOC"])
    left = earns.flows.filter(line="residual")

    assert earns.flows["amount"].sum() == pytest.approx(dict(earns.steps.iter_rows())[0.0])
    assert left["year"].to_list() == [earns.years[-1]]
    assert f"assets that are not yet worn out (CNY {left['amount'].item():.3g} million)" in earns.terms_words


def test_a_year_of_replacement_that_cash_does_not_cover_is_named():
    """Built in 2022 for 20, in use from 2023 on: 1 to 3 a year do not pay 20 at the end of each life."""
    plan = planned((3.0, 5.0))
    earns = project_returns(appraise_plan(plan, CATALOGUE), owed(plan), ["B:IOC"])
    life = round(CATALOGUE.solutions["IOC"].lifetime)
    first, second = 2022 + life, 2022 + 2 * life  # the last years of use

    assert earns.uncovered == (first, second)
    assert (
        f"the year's cash alone does not cover replacement at the end of life in {first} and {second}: "
        "money that the plan sets aside for renewal in earlier years is also needed" in earns.words
    )
    assert "not a figure for this place" not in earns.words


def test_income_that_is_a_share_of_the_cost_to_build_is_said_to_be_no_figure_of_the_place():
    plan = planned((3.0, 5.0))
    inflows = plan.roadmap.inflows.with_columns(of=pl.lit("capital"))
    plan = replace(plan, roadmap=plan.roadmap.replace(inflows=inflows))
    earns = project_returns(appraise_plan(plan, CATALOGUE), owed(plan), ["B:IOC"])

    assert "as elsewhere: it is not a figure for this place" in earns.words


def test_foreign_debt_is_drawn_in_the_money_of_the_year_of_drawing():
    abroad = planned()
    abroad = replace(abroad, money=abroad.money.with_columns(pl.col("fund").replace("BANK", "FOREIGN")))

    flat, rising = (owed(abroad, inflation=rate).currency_risk(1e-9, count=1) for rate in (0.0, 0.02))

    assert (rising["middle"] / flat["middle"]).to_list() == pytest.approx([1.02**2] * flat.height)


def test_nominal_money_is_counted_from_the_price_year_of_the_plan():
    plan = planned((3.0, 5.0))
    road = plan.roadmap
    old = replace(plan, roadmap=road.replace(settings=replace(road.settings, price_year="2015")))
    debt = owed(old, inflation=0.02)
    row = debt.cover(appraise_plan(old, CATALOGUE).flows, ["B:IOC"]).filter(year=2023).row(0, named=True)

    assert row["service"] == pytest.approx(20 * 1.02**7 * 0.049)  # drawn in 2022, at prices of 2015
    assert of(debt, "B", 2023)["interest"] == pytest.approx(20 * 0.049 / 1.02)


def test_foreign_debt_is_drawn_and_home_debt_is_not():
    abroad = planned()
    abroad = replace(abroad, money=abroad.money.with_columns(pl.col("fund").replace("BANK", "FOREIGN")))

    assert owed().currency_risk(0.1).is_empty()
    risk = owed(abroad).currency_risk(0.1, count=200)
    assert risk["payer"].unique().to_list() == ["city"]
    assert (risk["low"] < risk["middle"]).all()
    assert (
        owed(abroad).currency_risk(0.0, count=2).select((pl.col("high") - pl.col("low")).max()).item() < 1e-9
    )


def test_a_second_nation_owes_by_its_own_instruments():
    debt = owed(nation=MEXICO)

    assert not [name for name in debt.service["instrument"] if name.endswith("_CHN")]
    assert debt.facts["terms"] == "instruments of 2022"
