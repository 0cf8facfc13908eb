"""No project is left in a plan that lowers its worth and that nothing in the plan needs."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium.plan import solve
from urbium.plan.milp.objective import objective
from urbium.plan.search.pruning import prune
from urbium.plan.variables import Variables


def useless(road, table):
    """Names of the chosen candidates that could be left out and would raise the worth, found by trying."""
    lay = Variables(road)
    begun = dict(table.select("project", "start").iter_rows())
    names = road.projects["project"].to_list()
    start = np.array([begun[p] - road.years[0] if p in begun else -1 for p in names])
    status = dict(road.projects.select("project", "status").iter_rows())
    needed = {q for p, q in road.prerequisites.select("project", "requires").iter_rows() if p in begun}
    for _, members in road.alternatives.group_by("group"):
        chosen = [p for p in members["project"] if p in begun]
        needed |= set(chosen) if len(chosen) == 1 else set()
    now, found = objective(lay, start), []
    for number, project in enumerate(names):
        if project in begun and status[project] == "candidate" and project not in needed:
            less = start.copy()
            less[number] = -1
            if objective(lay, less) > now + 1e-9:
                found.append(project)
    return found


def everything(road):
    """Every project that can be finished, in its first possible year."""
    return np.where(Variables(road).last_start >= 0, 0, -1)


def as_table(road, start):
    """Start year indices as a table of projects with start years."""
    rows = road.projects.select("project").with_columns(start=pl.Series(start))
    return rows.filter(pl.col("start") >= 0).with_columns(pl.col("start") + road.years[0])


@pytest.mark.parametrize("seed", range(40))
def test_what_is_pruned_has_no_useless_project_left(seed, programme):
    road = programme(seed)
    road = road.replace(projects=road.projects.with_columns(capital=pl.col("capital") * 100.0))
    start = everything(road)
    assert useless(road, as_table(road, prune(Variables(road), start))) == []


def test_there_is_something_to_prune_in_most_of_these_programmes(programme):
    roads = [programme(seed) for seed in range(40)]
    roads = [r.replace(projects=r.projects.with_columns(capital=pl.col("capital") * 100.0)) for r in roads]
    assert sum(bool(useless(road, as_table(road, everything(road)))) for road in roads) > 20


@pytest.mark.parametrize("seed", range(40))
def test_pruning_keeps_what_is_forced_and_what_is_required_and_never_lowers_the_worth(seed, programme):
    road = programme(seed)
    lay = Variables(road)
    start = everything(road)
    pruned = prune(lay, start)
    kept = {p for p, s in zip(road.projects["project"], pruned, strict=True) if s >= 0}
    begun = {p for p, s in zip(road.projects["project"], start, strict=True) if s >= 0}
    forced = road.projects.filter(pl.col("status") != "candidate")["project"]
    assert begun & set(forced) <= kept
    for project, requires in road.prerequisites.select("project", "requires").iter_rows():
        assert project not in kept or requires in kept or requires not in begun
    for _, members in road.alternatives.group_by("group"):
        assert not begun & set(members["project"]) or kept & set(members["project"])
    assert objective(lay, pruned) >= objective(lay, start) - 1e-12


def test_of_two_that_do_the_same_only_one_is_taken_out(programme):
    road = programme(0, cities=1, span=2)
    twins = road.projects.head(2).with_columns(
        project=pl.Series(["ONE", "TWO"]), capital=pl.Series([1.0, 2.0]), operation=pl.lit(0.0),
        build_years=pl.lit(1, pl.Int64), status=pl.lit("candidate"), start=pl.lit(None, pl.Int64),
    )  # fmt: skip
    effects = pl.DataFrame({"project": ["ONE", "TWO"], "indicator": "air", "effect": 1.0, "lag": 0})
    empty = {
        name: getattr(road, name).clear()
        for name in ("prerequisites", "exclusions", "alternatives", "start_limits")
    }
    road = road.replace(projects=twins, effects=effects, **empty)
    assert prune(Variables(road), np.array([0, 0])).tolist() == [
        0,
        -1,
    ]  # the dearer twin goes, the other stays


WITHOUT_PLAN = {12, 16, 32, 48}


@pytest.mark.parametrize("seed", sorted({*range(0, 60, 4)} - WITHOUT_PLAN))
def test_a_solved_plan_has_no_useless_project(seed, programme):
    road = programme(seed)
    plan = solve(road, work_limit=20, gap=0.5)
    assert useless(road, plan.table) == []


def test_a_project_that_only_makes_room_for_foreign_money_stays_in_the_plan(programme):
    road = programme(0, cities=1, span=2)
    projects = road.projects.head(2).with_columns(
        project=pl.Series(["ABROAD", "ROOM"]), capital=pl.lit(10.0), operation=pl.lit(0.0),
        build_years=pl.lit(1, pl.Int64), status=pl.lit("candidate"), start=pl.lit(None, pl.Int64),
        finance_models=pl.Series(["FDI", "PUB"]), foreign_share_max=pl.lit(1.0),
    )  # fmt: skip
    funds = pl.DataFrame(
        {
            "fund": ["BANK", "ABROAD"], "finance_models": ["PUB", "FDI"], "share_max": [1.0, 1.0],
            "payer": ["outside", "outside"], "is_foreign": [False, True],
        }
    )  # fmt: skip
    empty = {
        name: getattr(road, name).clear()
        for name in ("prerequisites", "exclusions", "alternatives", "start_limits", "budgets", "fund_limits")
    }
    road = road.replace(
        projects=projects, funds=funds, settings=replace(road.settings, foreign_share_max=0.5),
        effects=pl.DataFrame({"project": ["ABROAD"], "indicator": ["air"], "effect": [0.9], "lag": [0]}),
        **empty,
    )  # fmt: skip
    plan = solve(road, work_limit=20)
    assert plan.table["project"].to_list() == ["ABROAD", "ROOM"]  # half of each year's capital may be foreign
    assert plan.certificate.is_valid, plan.certificate
    assert "without this project the other projects would exceed a limit" in plan.why("ROOM").note
