"""What a delay costs is the difference to the best plan with the delay, found by another model."""

from dataclasses import replace

import polars as pl
import pytest

import independent
from urbium import charts
from urbium.errors import InfeasibleError, InputError, NotFoundError
from urbium.plan import solve
from urbium.plan.analysis.delay import delay
from urbium.plan.why import reoptimise as reoptimise_module


@pytest.fixture(scope="module")
def plans(programme):
    found = []
    for seed in range(18):
        road = programme(seed, cities=2, span=4)
        free = road.projects.with_columns(
            status=pl.col("status").replace("committed", "candidate"), start=pl.lit(None, pl.Int64)
        )
        try:
            plan = solve(road.replace(projects=free), work_limit=20)
        except InfeasibleError:
            continue
        found += [plan] if plan.table.height > 1 else []
    assert len(found) > 7
    return found


def late_best(plan, since):
    """The best worth when projects may not start before given years, by the second model."""
    held = {}
    model = independent.Model(plan.roadmap)
    for p, year in since.items():
        for s in [s for s in model.starts(p) if s < year]:
            held[p, s] = 0
    for p, s in held:
        model.top[model.columns["x", p, s]] = 0.0
    found = model.solve()
    return None if found is None else found[0]


def project_case(plan, late):
    name, start = plan.table.select("project", "start").row(0)
    return {name: start + late}


def city_case(plan, late):
    begun = dict(plan.table.select("project", "start").iter_rows())
    city = plan.table["city"][0]
    own = plan.roadmap.projects.filter(pl.col("city") == city)["project"]
    return {p: begun.get(p, plan.years[0]) + late for p in own}


@pytest.mark.parametrize("late", [1, pytest.param(2, marks=pytest.mark.long)])  # seconds of the second model
@pytest.mark.parametrize("kind", ["project", "city"])
def test_a_delay_costs_what_the_best_plan_with_it_loses(kind, late, plans):
    wrong, costs = [], 0
    for plan in plans:
        name = plan.table["project" if kind == "project" else "city"][0]
        made = delay(plan, **{"projects" if kind == "project" else "cities": [name]}, years=[late])
        row = made.table.row(0, named=True)
        best = late_best(plan, (project_case if kind == "project" else city_case)(plan, late))
        said = row["lost_at_most"]
        is_gone = row["out"] and plan.roadmap.projects["status"].is_in(["mandatory"]).any()
        if is_gone:  # a mandatory project that can no longer be built is let go
            continue
        true = None if best is None else plan.objective - best
        is_same = said == true if None in (said, true) else abs(said - true) < 1e-6
        costs += bool(said and said > 1e-3)
        wrong += [] if is_same and row["scope"] == "whole" else [(name, said, true)]
    assert wrong == []
    assert costs > 8


def test_a_longer_delay_never_costs_less(plans):
    tables = [delay(plan, cities=[plan.table["city"][0]], years=[1, 2, 3]).table for plan in plans[:8]]
    costs = [table["lost_at_most"] for table in tables if table["lost_at_most"].null_count() == 0]
    assert len(costs) > 4
    assert min(each.diff().drop_nulls().min() for each in costs) > -1e-9


def test_with_the_other_cities_as_they_are_a_delay_costs_no_less(plans, monkeypatch):
    whole = [delay(plan, cities=[plan.table["city"][0]]).table for plan in plans[:8]]
    monkeypatch.setattr(reoptimise_module, "_SMALL", 0)
    alone = [delay(plan, cities=[plan.table["city"][0]]).table for plan in plans[:8]]
    rows = pl.concat(whole).with_columns(
        alone=pl.concat(alone)["lost_at_most"], how=pl.concat(alone)["scope"]
    )
    assert set(rows["how"]) == {"city"}
    assert (rows["alone"] - rows["lost_at_most"]).drop_nulls().min() > -1e-9


def test_what_is_delayed_beyond_the_plan_goes_out(plans):
    plan = plans[0]
    name = plan.table["project"][0]
    made = delay(plan, projects=[name], years=[9])
    assert made.table["out"][0] == 1
    assert (name, "dropped") in made.changes.select("project", "change").rows()
    assert charts.render(made.chart()).startswith(b"<svg")
    assert f"{name}: dropped" in str(made.explain(name))


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"cities": ["C9"]}, NotFoundError, "C0"),
        ({"projects": ["P9"]}, NotFoundError, "P"),
        ({"cities": ["C0"], "years": [0]}, InputError, "at least 1 year"),
    ],
)
def test_a_delay_of_what_is_not_there_is_refused(asked, error, words, plans):
    with pytest.raises(error, match=words):
        delay(plans[0], **asked)


def test_a_project_that_is_not_planned_cannot_be_late(plans):
    plan = next(each for each in plans if each.table.height < each.roadmap.projects.height)
    out = next(p for p in plan.roadmap.projects["project"] if p not in set(plan.table["project"]))
    with pytest.raises(InputError, match="not in the plan"):
        delay(plan, projects=[out])


def only_first(plan):
    """Return the plan of the first project and what must be, as a plan of all candidates."""
    rest = pl.when((pl.col("project") == plan.table["project"][0]) | (pl.col("status") != "candidate"))
    only = plan.roadmap.projects.with_columns(status=rest.then("status").otherwise(pl.lit("forbidden")))
    poor = solve(plan.roadmap.replace(projects=only), work_limit=10)
    return replace(poor, roadmap=plan.roadmap, bound=plan.bound)


def test_a_better_plan_with_the_delay_is_told(plans):
    pairs = [(only_first(plan), plan) for plan in plans if plan.roadmap.alternatives.is_empty()]
    poor = next(poor for poor, plan in pairs if poor.objective < plan.objective / 2)
    row = delay(poor, projects=[poor.table["project"][0]]).table.row(0, named=True)

    assert "a better plan was found even with the delay" in row["note"]
