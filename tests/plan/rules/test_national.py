"""Roadmaps as instances of the national solver: the same worth, a bound that holds, money that splits."""

from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest

from seeds import a_few_of
from urbium.plan import NATIONWIDE, solve
from urbium.plan.milp.financing import split_money, with_overruns
from urbium.plan.milp.model import assemble
from urbium.plan.milp.objective import objective
from urbium.plan.search import planner
from urbium.plan.search.national.adapter import instance_of, unsupported
from urbium.plan.search.national.solver import solve_national
from urbium.plan.variables import Variables

compiles = pytest.mark.long
"""What runs the national search: its loops are compiled first, 50 s of processor."""


def fitted(road):
    """Return the programme without what the national solver does not know."""
    everything = pl.when(pl.col("payer") == "city").then(pl.lit("PUB;PPP;FDI")).otherwise("finance_models")
    share = pl.when(pl.col("payer") == "city").then(1.0).otherwise("share_max")
    by_city = pl.when(pl.col("payer") == "nation").then("city_share_max").otherwise(1.0)
    parity = road.fairness.filter(pl.col("rule") == "parity").with_columns(share=pl.lit(0.9))
    least = road.fairness.filter(pl.col("rule") == "least_closing")
    is_whole = parity.height == road.cities["region"].n_unique()
    return road.replace(
        funds=road.funds.with_columns(finance_models=everything, share_max=share, city_share_max=by_city),
        fairness=pl.concat([least, parity]) if is_whole else least,
        teaching=road.teaching.with_columns(lag=pl.lit(1)),
        settings=replace(road.settings, carry_over=0.0, operation_by="city"),
    )


def premiums_of(road, seed):
    """Return premiums on half of the start years for every second programme, and none for the others."""
    if seed % 2 == 0:
        return None
    draw = np.random.default_rng(seed)
    rows = [
        (project, year, round(draw.uniform(-0.3, 0.3), 3))
        for project, build in road.projects.select("project", "build_years").iter_rows()
        for year in road.years
        if draw.random() < 0.5 and year + build - 1 <= road.years[-1]
    ]
    return pl.DataFrame(
        rows, schema={"project": pl.String, "start": pl.Int64, "worth": pl.Float64}, orient="row"
    )


def drawn(ruled, seed, years_after=0):
    """Return a random programme that fits, its layout with premiums, and its matrix."""
    road = fitted(ruled(seed, cities=2, most=8))
    road = road.replace(settings=replace(road.settings, years_after=years_after))
    if unsupported(
        Variables(road)
    ):  # a city has nothing to improve: the national solver knows no parity then
        road = road.replace(fairness=road.fairness.filter(pl.col("rule") != "parity"))
    lay = Variables(road, premiums_of(road, seed))
    assert unsupported(lay) == []
    return road, lay, with_overruns(lay, assemble(lay))[0]


def found_nationwide(lay, model):
    """Return what the national solver found, its start years, and who pays; None where nobody can."""
    instance, order = instance_of(lay, model)
    found = solve_national(instance, time_limit=10, rounds=1)
    start = np.full(len(order), -1)
    start[order] = found.start
    return found, start, split_money(lay, model, start) if np.isfinite(found.value) else None


WITHOUT_PLAN = {
    0, 2, 6, 8, 10, 12, 13, 25, 28, 33, 35, 38, 47, 48, 50, 52, 53, 55, 63, 68, 69, 73, 74, 81, 92, 99,
    103, 104, 106, 112, 116, 117, 121, 122, 124, 126, 129, 131, 132, 134, 136, 137, 144, 146, 147, 148,
    149, 151, 157, 158, 159, 162, 175, 179, 180, 189, 190, 191, 192, 195, 196,
}  # fmt: skip


@compiles
@pytest.mark.parametrize("place", [NATIONWIDE, "A"])
def test_no_more_projects_start_than_may_in_a_place_and_year(place, towns):
    road = towns.towns_roadmap(with_people=False)
    few = pl.DataFrame({"place": [place] * 3, "year": list(road.years), "most": [1, 0, 1]})
    limited = road.replace(start_limits=few)
    lay = Variables(limited)
    assert unsupported(lay) == []
    found, start, _ = found_nationwide(lay, assemble(lay))
    counted = start if place == NATIONWIDE else start[lay.city_number(pl.Series([place]))[0] == lay.city]
    best = solve(limited, work_limit=10)

    assert (np.bincount(counted[counted >= 0], minlength=3) <= [1, 0, 1]).all()
    assert found.value == pytest.approx(best.objective, rel=1e-6)
    assert found.bound >= best.objective - 1e-6


@pytest.fixture(scope="module")
def national(ruled):
    """Return what makes and plans the random programme of a seed, once."""

    @cache
    def planned(seed):
        road, lay, model = drawn(ruled, seed)
        return road, lay, *found_nationwide(lay, model)

    return planned


@compiles
@pytest.mark.parametrize("seed", a_few_of(sorted({*range(200)} - WITHOUT_PLAN), 10))
def test_the_best_plan_lies_between_a_national_plan_and_its_bound(seed, national):
    road, lay, found, start, split = national(seed)
    plan = solve(road, work_limit=20, premiums=lay.premiums)
    best = plan.settings.get("searched_objective", plan.objective)
    assert found.bound >= best - 1e-6
    if np.isfinite(found.value):
        assert objective(lay, start) == pytest.approx(found.value, rel=1e-7, abs=1e-8)
    if split is not None:
        assert objective(lay, start, split.training) <= best + 1e-7


@compiles
@pytest.mark.parametrize("seed", a_few_of(sorted({*range(200)} - WITHOUT_PLAN)[:40], 3))
def test_years_after_the_plan_count_for_the_national_solver_as_in_the_roadmap(seed, ruled):
    road, lay, model = drawn(ruled, seed, years_after=4)
    found, start, _ = found_nationwide(lay, model)
    plan = solve(road, work_limit=20, premiums=lay.premiums)
    best = plan.settings.get("searched_objective", plan.objective)
    assert found.bound >= best - 1e-6
    if np.isfinite(found.value):
        assert objective(lay, start) == pytest.approx(found.value, rel=1e-7, abs=1e-8)


@compiles
def test_most_of_the_draws_have_a_national_plan_that_can_be_paid(national):
    splits = [national(seed)[-1] for seed in range(20)]
    assert sum(split is not None for split in splits) > 10


def test_what_a_fund_may_not_pay_in_a_year_is_left_out_of_the_plan(towns, monkeypatch):
    monkeypatch.setattr(planner, "LARGEST_WHOLE", 0)
    road = towns.towns_roadmap(with_people=False)
    poor = [("B", year, 3.0, "") for year in road.years] + [("A", year, 15.0, "") for year in road.years]
    nation = [(NATIONWIDE, year, 1.0, "") for year in road.years]
    budgets = pl.DataFrame(poor + nation, schema=["place", "year", "amount", "evidence"], orient="row")
    bank = pl.DataFrame({"fund": ["BANK"] * 3, "year": list(road.years), "amount": [0.5] * 3})
    capped = road.replace(budgets=budgets, fund_limits=bank)
    assert unsupported(Variables(capped)) == []
    assert "B:IOC" in set(solve(road.replace(budgets=budgets), work_limit=4).table["project"])
    plan = solve(capped, work_limit=4)
    assert set(plan.table["city"]) == {"A"}
    assert plan.certificate.is_valid


def test_a_project_that_is_built_longer_than_the_plan_lasts_is_never_started(ruled):
    road = fitted(ruled(1, cities=2, most=8))
    long = road.projects.with_columns(
        build_years=pl.when(pl.col("status") == "candidate").then(9).otherwise("build_years")
    )
    lay = Variables(road.replace(projects=long))
    instance, order = instance_of(lay, assemble(lay))
    is_long = long["build_years"].to_numpy()[order] == 9
    assert is_long.any()
    assert (instance.projects.latest[is_long] < instance.projects.earliest[is_long]).all()


@compiles
def test_a_fund_that_paid_before_is_known_where_the_cities_were_free_then(towns):
    shut = pl.DataFrame({"fund": ["BANK"] * 2, "year": [2021, 2022], "amount": [0.0] * 2})
    road = towns.towns_roadmap(with_people=False, fund_limits=shut)
    later = road.replace(budgets=road.budgets.filter((pl.col("place") != "A") | (pl.col("year") > 2020)))

    assert unsupported(Variables(road)) == ["a fund that pays nothing in at least one year"]
    assert unsupported(Variables(later)) == []
    plan = solve(later, work_limit=10)
    found, _, split = found_nationwide(Variables(later), assemble(Variables(later)))
    assert found.value <= plan.objective + 1e-6 <= found.bound + 2e-6
    assert split is not None


def test_a_place_without_a_budget_may_pay_all_that_it_may_build(towns):
    road = towns.towns_roadmap(with_people=False)
    lay = Variables(road)
    instance, _ = instance_of(lay, assemble(lay))
    a, b = instance.cities.budget

    assert a.tolist() == [15.0] * 3
    assert b.tolist() == [28.0, 31.0, 31.0]
