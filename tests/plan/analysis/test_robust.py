"""Robust plans against every choice of small programmes, on the same draws."""

import random
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from seeds import a_few_of
from urbium.errors import InputError
from urbium.plan import NATIONWIDE, Draws, Ranges, Roadmap, robust, solve
from urbium.plan.analysis import side_constraints as choice_whole
from urbium.plan.analysis.monte_carlo import tail_mean
from urbium.plan.analysis.robust_search import RobustSearch
from urbium.plan.analysis.side_constraints import Whole
from urbium.plan.milp.objective import closings
from urbium.plan.milp.work import Work
from urbium.plan.search.progress import SearchWatch
from urbium.plan.variables import Variables


@pytest.mark.parametrize("seed", a_few_of([5, 2], 1))
@pytest.mark.parametrize("aim", ["mean", "tail", "worst"])
def test_no_choice_reaches_more_of_the_aim_than_the_robust_plan(seed, aim, programme, ranges_of, every_plan):
    road = programme(seed, most=3, span=2)
    found = robust(road, ranges_of(road, seed), aim=aim, tail=0.3, draws=8, seed=seed, work_limit=30)
    draws = Draws(road, ranges_of(road, seed), count=8, seed=seed)
    share = {"mean": 1.0, "tail": 0.3, "worst": 1 / 8}[aim]
    best = max(tail_mean(draws.worth(start), share) for start in every_plan(road))

    assert found.achieved == pytest.approx(best, abs=1e-8)
    assert found.gap <= 1e-6


WITHOUT_PLAN = {8, 12, 13}


@pytest.mark.parametrize("seed", a_few_of(sorted({*range(2, 22)} - WITHOUT_PLAN), 8))
def test_the_worst_draw_of_a_robust_plan_is_no_worse_than_that_of_the_plain_one(seed, programme, ranges_of):
    road = programme(seed, cities=2, most=6)
    found = robust(road, ranges_of(road, seed), aim="worst", draws=12, seed=seed, work_limit=20)
    draws = Draws(road, ranges_of(road, seed), count=12, seed=seed)
    worst, plain = (draws.worth(draws.starts(plan)).min() for plan in (found.plan, found.plain))

    assert worst >= plain - 1e-9
    assert found.plan.certificate.is_valid, found.plan.certificate
    assert found.cost == pytest.approx(found.plain.objective - found.plan.objective, abs=1e-9)
    assert found.cost >= -1e-9


def _sure_or_risky(programme):
    """Money for one of two projects: one sure to close 0.4, one that closes 0.5, or almost nothing."""
    road = programme(0, cities=1, span=2)
    empty = {
        name: getattr(road, name).clear()
        for name in ("prerequisites", "exclusions", "alternatives", "start_limits", "fund_limits")
    }
    road = road.replace(
        projects=road.projects.head(2).with_columns(
            project=pl.Series(["SURE", "RISKY"]), capital=pl.lit(10.0), operation=pl.lit(0.0),
            build_years=pl.lit(1, pl.Int64), finance_models=pl.lit("PUB"), status=pl.lit("candidate"),
            start=pl.lit(None, pl.Int64), solution=pl.Series(["SURE", "RISKY"]),
        ),
        effects=pl.DataFrame(
            {"project": ["SURE", "RISKY"], "indicator": ["water"] * 2, "effect": [0.4, 0.5], "lag": [0, 0]}
        ),
        funds=pl.DataFrame(
            {
                "fund": ["STATE"], "finance_models": ["PUB"], "share_max": [1.0], "payer": ["nation"],
                "is_foreign": [False],
            }
        ),
        budgets=pl.DataFrame({"place": [NATIONWIDE] * 2, "year": [2016, 2017], "amount": [10.0, 0.0]}),
        **empty,
    )  # fmt: skip
    risk = pl.DataFrame({"project": ["RISKY"], "indicator": ["water"], "low": [0.01], "high": [0.55]})
    return road, Ranges(effects=risk)


@pytest.mark.parametrize("largest", [4000, 0])
def test_a_robust_plan_takes_the_sure_project_and_says_what_that_costs(programme, monkeypatch, largest):
    monkeypatch.setattr(choice_whole, "LARGEST_WHOLE", largest)
    road, given = _sure_or_risky(programme)
    found = robust(road, given, aim="worst", draws=20, seed=1, work_limit=10)
    worst = found.table.filter(pl.col("measure") == "worst").row(0, named=True)

    assert found.plain.table["project"].to_list() == ["RISKY"]
    assert found.plan.table["project"].to_list() == ["SURE"]
    assert worst["robust"] > worst["plain"]
    assert found.cost_share == pytest.approx(1 - 0.4 / 0.5, abs=0.01)
    assert f"robustness costs {100 * found.cost / found.plain.improvement:.2f}%" in repr(found)


@pytest.mark.parametrize("seed", a_few_of([2, 21, 5], 1))
@pytest.mark.parametrize("aim", ["mean", "tail", "worst"])
def test_weighted_draws_bound_what_the_whole_model_reaches(seed, aim, programme, ranges_of, monkeypatch):
    road = programme(seed, cities=2, most=6)
    given = ranges_of(road, seed)
    exact = robust(road, given, aim=aim, draws=10, seed=seed, work_limit=20)
    monkeypatch.setattr(choice_whole, "LARGEST_WHOLE", 0)
    found = robust(road, given, aim=aim, draws=10, seed=seed, work_limit=20)

    assert exact.settings["method"] != found.settings["method"]
    assert found.bound >= exact.achieved - 1e-9
    assert found.achieved <= exact.achieved + 1e-9
    assert found.achieved >= tail_mean(
        found.worths["plain"].to_numpy(), {"mean": 1.0, "tail": 0.1, "worst": 0.1}[aim]
    )


def test_budgets_hold_at_the_quantile_of_cost_that_is_asked_for(programme):
    road, _ = _sure_or_risky(programme)
    dear = Ranges(capital=pl.DataFrame({"project": ["RISKY"], "low": [10.0], "high": [12.0]}))
    as_planned = robust(road, dear, draws=5, work_limit=10)
    at_the_top = robust(road, dear, draws=5, cost_quantile=1.0, work_limit=10)

    assert as_planned.plan.table["project"].to_list() == ["RISKY"]
    assert at_the_top.plan.table["project"].to_list() == ["SURE"]


def test_a_project_is_explained_by_both_plans_and_its_range(programme):
    road, given = _sure_or_risky(programme)
    told = robust(road, given, aim="worst", draws=20, seed=1, work_limit=10).explain("RISKY")

    assert told.value == "not in the plan; in the plain plan: starts in 2016"
    assert [child.value for child in told.children] == ["0.01 to 0.55"]


def test_without_ranges_the_robust_plan_is_the_plain_one(programme):
    found = robust(programme(5), Ranges(), draws=4, work_limit=10)

    assert found.changes.is_empty()
    assert found.cost == 0


@pytest.mark.parametrize("wrong", [{"aim": "best"}, {"tail": 0.0}, {"draws": 0}, {"cost_quantile": 1.5}])
def test_settings_that_cannot_be_are_refused(wrong, programme):
    with pytest.raises(InputError):
        robust(programme(5), Ranges(), **wrong)


def test_fairness_that_draws_judge_as_planned_does_not_lower_the_bound(programme):
    road = programme(4, cities=1, most=6, span=3)
    plan = solve(road, work_limit=10)
    lay = Variables(road)
    reached = closings(lay, Draws(road, Ranges()).starts(plan))
    owed = pl.DataFrame(
        {"rule": ["least_closing"], "place": road.cities["city"], "share": np.minimum(reached, 1.0)}
    )
    fair = road.replace(fairness=owed, settings=replace(road.settings, shortfall_price=20.0))
    weak = Ranges(
        effects=road.effects.select("project", "indicator", low=pl.col("effect") / 10, high="effect")
    )
    exact = robust(fair, weak, tail=0.2, draws=10, work_limit=10)
    draws = Draws(fair, weak, count=10)
    search = RobustSearch(
        draws, Whole(fair), exact.plain, share=0.2, seed=0, watch=SearchWatch(None, Work(10))
    )
    _, bound, _ = search._by_weights()

    assert bound >= exact.achieved - 1e-9


def test_a_bound_below_what_is_reached_is_said_to_be_none(programme):
    found = robust(programme(5), Ranges(), draws=4, work_limit=10)
    unproven = replace(found, bound=np.inf)

    assert "no useful bound yet" in repr(unproven)


def test_a_cost_that_may_be_nothing_has_a_quantile_like_its_draws(programme):
    road, _ = _sure_or_risky(programme)
    given = Ranges(capital=pl.DataFrame({"project": ["RISKY"], "low": [0.0], "high": [20.0]}))
    found = robust(road, given, draws=5, cost_quantile=0.25, work_limit=10)

    assert found.plan.roadmap.projects["capital"].to_list() == [10.0, 5.0]


@pytest.mark.long
def test_who_stops_a_search_of_all_draws_is_not_kept_waiting(programme):
    draw, few = random.Random(1), programme(7, cities=2, most=6, span=3)
    names, years, codes = [f"P{k}" for k in range(40)], range(2016, 2024), few.cities["city"].to_list()
    rows = [(name, codes[k % 2], draw.uniform(5, 20), draw.choice([1, 2, 3])) for k, name in enumerate(names)]
    effects = [
        (name, what, draw.uniform(0.02, 0.3), draw.choice([0, 1]))
        for name in names
        for what in ("water", "air")
    ]
    road = Roadmap(
        years=years, cities=few.cities, indicators=few.indicators, gaps=few.gaps, curve=few.curve,
        projects=pl.DataFrame(
            rows, schema=["project", "city", "capital", "build_years"], orient="row"
        ).with_columns(
            solution="project", operation=pl.lit(0.5), finance_models=pl.lit("PUB"),
            foreign_share_max=pl.lit(1.0),
        ),
        effects=pl.DataFrame(effects, schema=["project", "indicator", "effect", "lag"], orient="row"),
        funds=few.funds.filter(pl.col("fund").is_in(["STATE", "TOWN"])),
        budgets=pl.DataFrame(
            [(place, year, 12.0) for place in [*codes, NATIONWIDE] for year in years],
            schema=["place", "year", "amount"], orient="row",
        ),
        settings=replace(few.settings, operation_by="city"),
    )  # fmt: skip
    half = pl.col("effect") / 2
    weak = Ranges(effects=road.effects.select("project", "indicator", low=half, high="effect"))
    plain = solve(road, work_limit=1)
    found = robust(road, weak, plain=plain, draws=10, work_limit=3600, on_progress=lambda *_: True)

    assert found.settings["method"] == "whole model of all draws"
    assert found.achieved >= tail_mean(found.worths["plain"].to_numpy(), 0.1) - 1e-9
