"""What was built counts after the plan, too, and what takes hold only then for the years it has left."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from seeds import a_few_of
from trials import best_plan, check_bound
from urbium.errors import InputError
from urbium.plan import Roadmap, certify, solve
from urbium.plan.milp.objective import objective, worth_by_project
from urbium.plan.result.benefit import benefit_by_project, benefit_parts
from urbium.plan.search.heuristic import State
from urbium.plan.variables import Variables
from urbium.plan.verify.objective import recomputed_objective


def lasting(road: Roadmap, years: int) -> Roadmap:
    """Return the roadmap with so many years after it that count."""
    return road.replace(settings=replace(road.settings, years_after=years))


@pytest.mark.parametrize("years", [1, 4])
@pytest.mark.parametrize("seed", a_few_of(range(60), 6))
def test_a_plan_is_worth_as_much_as_the_best_of_all_choices(seed, years, programme, by_trying):
    road = lasting(programme(seed), years)
    best = by_trying(road)
    if (plan := best_plan(road, best, 1e-9)) is None:
        return
    assert recomputed_objective(road, best[1]) == pytest.approx(best[0], rel=1e-9)
    assert benefit_parts(plan)["amount"].sum() == pytest.approx(plan.objective, abs=1e-9)


@pytest.mark.parametrize("years", [1, 4])
@pytest.mark.parametrize("seed", a_few_of(range(60), 6))
def test_so_is_one_that_is_completed_after_its_years(seed, years, programme, ending, by_trying):
    road = ending(lasting(programme(seed, span=4), years), 1)
    best = by_trying(road)
    if best_plan(road, best, 1e-9) is not None:
        assert recomputed_objective(road, best[1]) == pytest.approx(best[0], rel=1e-9)


@pytest.mark.parametrize("seed", a_few_of(range(1000, 1030), 3))
def test_prices_never_promise_less_than_the_best_of_all_choices(seed, programme, by_trying, by_decomposition):
    road = lasting(programme(seed, cities=3, most=7), 3)
    check_bound(road, by_trying(road), by_decomposition)


@pytest.fixture
def one():
    """One city and one project of a year's work; its effect of one half comes three years after that.

    The plan has two years and counts closing in full at a curve of one.
    """
    return Roadmap(
        years=range(2016, 2018),
        cities=pl.DataFrame({"city": ["X"], "weight": [1.0]}),
        indicators=pl.DataFrame({"indicator": ["care"], "weight": [1.0]}),
        projects=pl.DataFrame(
            {
                "project": ["X:CARE"], "city": "X", "solution": "CARE", "capital": 1.0, "operation": 0.0,
                "renewal": 0.0,
                "build_years": 1, "finance_models": "PUB", "foreign_share_max": 1.0,
            }
        ),
        effects=pl.DataFrame({"project": ["X:CARE"], "indicator": ["care"], "effect": [0.5], "lag": [3]}),
        gaps=pl.DataFrame({"city": ["X"], "indicator": ["care"], "need": [1.0], "ceiling": [1.0]}),
        curve=pl.DataFrame({"segment": [1], "width": [1.0], "slope": [1.0]}),
        funds=pl.DataFrame(
            {"fund": ["TOWN"], "finance_models": ["PUB"], "share_max": [1.0], "payer": ["city"],
             "is_foreign": [False]}
        ),
        budgets=pl.DataFrame({"place": "X", "year": [2016, 2017], "amount": 10.0}),
    )  # fmt: skip


def test_an_effect_that_comes_after_the_plan_counts_for_the_years_that_are_left(one):
    """Built in 2016, it works from 2020 on: with five years after 2017 in 2020, 2021 and 2022."""
    assert solve(one, work_limit=5).objective == 0
    plan = solve(lasting(one, 5), work_limit=5)
    assert plan.table["start"].to_list() == [2016]
    assert plan.objective == pytest.approx(0.5 * sum(1.05**-k for k in (4, 5, 6)))
    assert certify(plan.roadmap, plan).is_valid
    assert benefit_by_project(plan)["benefit"].item() == pytest.approx(plan.objective)


def test_without_years_after_the_plan_nothing_is_otherwise(programme):
    road = programme(7)
    lay, again = Variables(road), Variables(lasting(road, 0))
    assert (lay.objective() == again.objective()).all()
    assert lay.year_worth.tolist() == lay.discount.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_what_is_kept_by_the_search_is_what_is_attained(seed, programme):
    """A project less is worth what the whole is worth more with it, and the quick state says the same."""
    road = lasting(programme(seed), 3)
    lay = Variables(road)
    start = np.where(lay.last_start >= 0, 0, -1)
    value = worth_by_project(lay, start)
    for project in np.flatnonzero(start >= 0):
        less = start.copy()
        less[project] = -1
        assert value[project] == pytest.approx(objective(lay, start) - objective(lay, less), abs=1e-9)
    state = State(lay)
    for project in np.flatnonzero(start >= 0).tolist():
        state.start[project] = 0
        state._effect(project, 1.0)
    from urbium.plan.milp.objective import attained  # noqa: PLC0415

    assert state.reached == pytest.approx(attained(lay, start))


def test_a_negative_number_of_years_is_refused(one):
    with pytest.raises(InputError, match="years_after is -1"):
        solve(lasting(one, -1), work_limit=5)
