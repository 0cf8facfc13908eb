"""What is drawn is repaid, in plan years and after: judged by trying every choice of small programmes."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from seeds import a_few_of
from trials import best_plan, check_bound, check_prices
from urbium.errors import InfeasibleError
from urbium.plan import certify, solve
from urbium.plan.milp.financing import split_money, with_overruns
from urbium.plan.milp.model import assemble
from urbium.plan.milp.objective import objective
from urbium.plan.result.summary import summary
from urbium.plan.result.years import budget_use
from urbium.plan.rules import called
from urbium.plan.search.heuristic import construct
from urbium.plan.search.national.adapter import instance_of, unsupported
from urbium.plan.search.national.solver import solve_national
from urbium.plan.variables import Variables


@pytest.mark.parametrize("seed", a_few_of(range(400), 12))
def test_a_plan_that_repays_is_worth_as_much_as_the_best_of_all_choices(seed, repaying, by_trying):
    road = repaying(seed)
    best_plan(road, by_trying(road))


@pytest.mark.parametrize("seed", a_few_of(range(0, 60, 3), 4))
def test_no_price_of_a_repayment_lowers_the_bound_below_the_best(seed, repaying, by_trying):
    road = repaying(seed)
    check_prices(road, by_trying(road), seed)


@pytest.mark.parametrize("seed", a_few_of(range(1000, 1020), 3))
def test_the_decomposition_keeps_repayments_and_its_bound_holds(seed, repaying, by_trying, by_decomposition):
    road = repaying(seed, cities=3, most=6)
    check_bound(road, by_trying(road), by_decomposition)


@pytest.mark.parametrize("seed", a_few_of(range(0, 200, 4), 8))
def test_a_first_plan_can_be_repaid(seed, repaying, by_trying):
    road = repaying(seed)
    best = by_trying(road)
    lay = Variables(road)
    start = construct(lay)
    split = None if start is None else split_money(lay, assemble(lay), start)
    assert (split is None) == (start is None)
    assert start is None or objective(lay, start, split.training) <= best[0] + 1e-9


def fitted(road):
    """Return the programme without what the national solver does not know."""
    everything = pl.when(pl.col("payer") == "city").then(pl.lit("PUB;PPP;FDI")).otherwise("finance_models")
    share = pl.when(pl.col("payer") == "city").then(1.0).otherwise("share_max")
    by_city = pl.when(pl.col("payer") == "nation").then("city_share_max").otherwise(1.0)
    outside = road.funds.filter(pl.col("payer") == "outside")["fund"].implode()
    of_outside = (pl.col("after") > 0) & pl.col("fund").is_in(outside) & (pl.col("payer") != "users")
    return road.replace(
        funds=road.funds.with_columns(finance_models=everything, share_max=share, city_share_max=by_city),
        repayments=road.repayments.filter(of_outside).with_columns(payer=pl.lit("city")),
        fairness=road.fairness.filter(pl.col("rule") == "least_closing"),
        teaching=road.teaching.with_columns(lag=pl.lit(1)),
        settings=replace(road.settings, carry_over=0.0, operation_by="city"),
    )


@pytest.mark.long  # the loops of the national search are compiled first: 50 s of processor
@pytest.mark.parametrize("seed", a_few_of([0, *range(2, 9), *range(10, 200), 1, 9], 8))  # 1 and 9 take long
def test_the_best_plan_that_repays_lies_between_a_national_plan_and_its_bound(seed, repaying):
    road = fitted(repaying(seed, cities=2, most=8))
    lay = Variables(road)
    assert unsupported(lay) == []
    try:
        best = solve(road, work_limit=20)
    except InfeasibleError:
        return
    model = with_overruns(lay, assemble(lay))[0]
    instance, order = instance_of(lay, model)
    found = solve_national(instance, time_limit=10, rounds=1)
    assert found.bound >= best.objective - 1e-6
    if np.isfinite(found.value):
        start = np.full(len(order), -1)
        start[order] = found.start
        split = split_money(lay, model, start)
        assert objective(lay, start) == pytest.approx(found.value, rel=1e-7, abs=1e-8)
        assert split is None or objective(lay, start, split.training) <= best.objective + 1e-7


@pytest.fixture
def road(towns):
    """Two towns without limits on people; banks pay a part of what town A builds, and it repays them."""
    return towns.towns_roadmap(with_people=False)


def repaid(road, most, **terms):
    """Return the towns in which A repays what banks paid, with a limit on that and operation from 2023 on."""
    rows = [("BANK", "city", int(after.removeprefix("after_")), share) for after, share in terms.items()]
    return road.replace(
        repayments=pl.DataFrame(rows, schema=["fund", "payer", "after", "share"], orient="row"),
        upkeep=pl.DataFrame({"place": ["A"], "since": [2023], "amount": [most]}),
    )


def drawn_from_banks(plan, city):
    return plan.money.filter(pl.col("city") == city, pl.col("fund") == "BANK")["amount"].sum()


def test_what_banks_pay_is_free_as_long_as_nobody_asks_it_back(road):
    poor = road.replace(budgets=road.budgets.filter(pl.col("place") != "A"))
    free = solve(repaid(poor, 4.0), work_limit=10)
    asked = solve(repaid(poor, 4.0, after_5=1.0), work_limit=10)
    assert asked.certificate.is_valid
    assert asked.objective <= free.objective


def test_a_plan_that_forgets_a_repayment_is_refused_by_the_independent_check(road):
    told = repaid(road, 4.0, after_9=0.5)
    plan = solve(road, work_limit=10)
    borrowed = plan.money.with_columns(
        fund=pl.when(pl.col("city") == "A", pl.col("kind") == "capital")
        .then(pl.lit("BANK"))
        .otherwise("fund")
    )
    faults = certify(told, replace(plan, money=borrowed)).faults
    names = {fault.limit for fault in faults}
    assert "repayment" in names
    later = [fault.where for fault in faults if fault.limit == "repayment"]
    assert all(int(where.partition(",")[2]) > road.years[-1] for where in later)


def test_a_plan_that_keeps_every_limit_but_one_year_of_repayments_names_that_year(road):
    told = repaid(road, 4.0, after_1=0.0, after_9=0.25)
    plan = solve(told, work_limit=10)
    assert plan.certificate.is_valid
    dearer = told.replace(repayments=told.repayments.with_columns(share=pl.col("share") * 1000))
    faults = certify(dearer, plan).faults
    assert (drawn_from_banks(plan, "A") > 0) == any(fault.limit == "repayment" for fault in faults)


def test_a_row_of_the_limit_is_called_by_place_and_year():
    assert called("repayment[A,2031]", str) == "running costs, renewal and repayments of A in 2031"


def test_the_years_that_no_other_year_stands_for_are_those_that_bind(road):
    """After one year .2, after two .3, after three .1: in 2023 a draw of 2022 asks .2 and one of 2021 .3."""
    lay = Variables(repaid(road, 4.0, after_1=0.2, after_2=0.3, after_3=0.1))
    assert lay.lasting.rows() == [("A", 2023, 4.0), ("A", 2024, 4.0)]


def test_a_plan_without_the_rule_says_so(road):
    plan = solve(road, work_limit=10)
    told = [str(sentence) for about, sentence in summary(plan) if about == "Repayments"]
    outside = plan.money.filter(pl.col("fund") == "BANK")["amount"].sum()
    assert (outside > 0) == (len(told) == 1)
    assert all("is not repaid in this plan" in sentence for sentence in told)


def test_a_plan_with_the_rule_says_until_when_every_limit_is_kept(road):
    plan = solve(repaid(road, 4.0, after_9=0.25), work_limit=10)
    told = [str(sentence) for about, sentence in summary(plan) if about == "Repayments"]
    assert any(
        "No place exceeds its limit on running costs, renewal and repayments in any year" in s for s in told
    )


def test_what_is_repaid_in_plan_years_stands_in_the_use_of_budgets(road):
    plan = solve(repaid(road, 40.0, after_1=0.25), work_limit=10)
    drawn = plan.money.filter(pl.col("fund") == "BANK", pl.col("city") == "A")
    due = drawn.filter(pl.col("year") < 2022).group_by("year").agg(pl.col("amount").sum())
    spent = dict(budget_use(plan).filter(pl.col("place") == "A").select("year", "spent").iter_rows())
    own = plan.money.filter(pl.col("city") == "A", pl.col("fund").is_in(["CITY", "city"]))
    paid = dict(own.group_by("year").agg(pl.col("amount").sum()).iter_rows())
    back = {year + 1: 0.25 * amount for year, amount in due.iter_rows()}
    for year, amount in spent.items():
        assert amount == pytest.approx(paid.get(year, 0.0) + back.get(year, 0.0))
