"""Premiums of a search, and a plan to begin with, against every choice of small programmes."""

import random

import polars as pl
import pytest

from seeds import a_few_of
from urbium.plan import solve
from urbium.plan.milp.objective import objective
from urbium.plan.search import planner
from urbium.plan.variables import Variables


def _premiums(road, seed):
    rng = random.Random(seed)
    rows = [
        (name, year, rng.uniform(-0.3, 0.3))
        for name, build in road.projects.select("project", "build_years").iter_rows()
        for year in road.years
        if year + build - 1 <= road.years[-1]
    ]
    return pl.DataFrame(rows, schema=["project", "start", "worth"], orient="row")


@pytest.fixture(scope="module", params=a_few_of([2, 4, 5], 1))
def small(request, programme, every_plan):
    """A programme so small that all its plans can be listed; its premiums; and the plans."""
    road = programme(request.param, most=4)
    return road, _premiums(road, request.param), list(every_plan(road))


def test_the_search_finds_the_most_worth_with_premiums(small):
    road, premiums, starts = small
    plan = solve(road, work_limit=10, premiums=premiums)
    lay = Variables(road, premiums)
    best = max(objective(lay, start) for start in starts)

    assert plan.settings["searched_objective"] == pytest.approx(best, abs=1e-8)
    assert plan.settings["searched_bound"] == pytest.approx(best, abs=1e-6)


def test_a_plan_found_with_premiums_has_its_own_worth_and_a_bound_that_holds(small):
    road, premiums, starts = small
    plan = solve(road, work_limit=10, premiums=premiums)
    lay = Variables(road)
    best = max(objective(lay, start) for start in starts)

    assert plan.certificate.is_valid, plan.certificate
    assert plan.bound >= best - 1e-8


@pytest.mark.parametrize("seed", [1004, 1007, 1011])
def test_cities_at_prices_know_premiums_too(seed, programme, monkeypatch):
    road = programme(seed, cities=3, most=7)
    premiums = _premiums(road, seed)
    whole = solve(road, work_limit=10, premiums=premiums)
    monkeypatch.setattr(planner, "LARGEST_WHOLE", 0)
    plan = solve(road, work_limit=5, gap=1e-4, premiums=premiums)

    assert "decomposition" in plan.settings["method"]
    assert plan.settings["searched_bound"] >= whole.settings["searched_objective"] - 1e-7
    assert plan.settings["searched_objective"] <= whole.settings["searched_objective"] + 1e-7
    assert plan.certificate.is_valid


@pytest.mark.parametrize("seed", a_few_of(range(1, 8), 4))
def test_charges_on_a_large_programme_do_not_lower_the_bound_of_the_plan(seed, programme, monkeypatch):
    road = programme(seed, cities=2, most=6)
    best = solve(road, work_limit=10).objective
    charges = _premiums(road, seed).with_columns(worth=-pl.col("worth").abs())
    monkeypatch.setattr(planner, "LARGEST_WHOLE", 0)
    plan = solve(road, work_limit=4, premiums=charges)

    assert plan.bound >= best - 1e-7
    assert plan.certificate.is_valid, plan.certificate


def test_a_search_without_time_keeps_the_plan_to_begin_with(programme):
    road = programme(21, cities=3, most=12)
    best = solve(road, work_limit=10)
    again = solve(road, work_limit=0.001, first=best)

    assert again.objective == pytest.approx(best.objective)


def test_a_plan_to_begin_with_that_breaks_a_limit_is_left_aside(programme):
    road = programme(21, cities=3, most=12)
    best = solve(road, work_limit=10)
    name = best.table.filter(pl.col("status") == "candidate")["project"][0]
    own = pl.col("project") == name
    forbidden = road.replace(
        projects=road.projects.with_columns(status=pl.when(own).then(pl.lit("forbidden")).otherwise("status"))
    )

    assert name not in set(solve(forbidden, work_limit=10, first=best).table["project"])
