"""Published problems with a known optimum are solved to exactly that optimum, with a proof and a certificate.

Each problem is told in a roadmap's own tables; ``published/programmes.py`` says how, and where it comes from.
"""

from dataclasses import replace
from functools import cache
from itertools import combinations

import highspy
import numpy as np
import polars as pl
import pytest

import programmes
from seeds import every_third
from urbium.plan import solve

PROBLEMS = programmes.problems()
SCHEDULES = programmes.schedules()
YEARLY = [
    name for name in PROBLEMS if not name.startswith(("SENTO", "PB6", "PB7", "WEISH1", "WEISH2", "WEISH3"))
]
"""Told a second time, as budgets of several years: none of 30 limits, nor the larger half of a family."""
PAID = {name: schedule for name, schedule in SCHEDULES.items() if len(schedule.places) == 1}
EFFECT = ("project", "indicator", "effect", "lag")
WORK, SECONDS = 60.0, 60.0


def best_of_matrix(problem):
    """Solve the published matrix itself, without a roadmap."""
    highspy.Highs.resetGlobalScheduler(True)  # whoever solved in this thread before may have had more threads
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("time_limit", SECONDS)
    chosen = [solver.addBinary(obj=-worth) for worth in problem.worths]
    for number, limit in enumerate(problem.limits):
        used = sum(need[number] * x for need, x in zip(problem.needs, chosen, strict=True))
        solver.addConstr(used <= limit)
    for group in sorted(set(problem.groups) - {""}):
        own = sum(1.0 * x for x, other in zip(chosen, problem.groups, strict=True) if other == group)
        solver.addConstr(own == 1)
    solver.run()
    return -solver.getInfo().objective_function_value


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_retyped_figures_have_the_published_optimum(name):
    assert best_of_matrix(PROBLEMS[name]) == pytest.approx(PROBLEMS[name].optimum, rel=1e-9)


def is_reached(problem, roadmap):
    """Check objective, proof and certificate of a plan, and its options against the published matrix."""
    plan = solve(roadmap, work_limit=WORK)
    assert plan.objective == pytest.approx(problem.optimum, rel=1e-9)
    assert plan.gap <= 1e-6
    assert plan.certificate.is_valid
    chosen = programmes.options_of(problem, plan.table["project"].to_list())
    assert np.asarray(problem.worths)[chosen].sum() == pytest.approx(problem.optimum, rel=1e-9)
    assert (np.asarray(problem.needs)[chosen].sum(axis=0) <= np.asarray(problem.limits) + 1e-9).all()
    return True


def test_every_problem_names_its_publication():
    used = {each.publication for each in (*PROBLEMS.values(), *SCHEDULES.values())}
    assert used == set(programmes.publications())


@pytest.mark.parametrize("name", every_third(PROBLEMS))
def test_options_that_share_staff_reach_the_published_optimum(name):
    assert is_reached(PROBLEMS[name], programmes.by_staff(PROBLEMS[name]))


@pytest.mark.parametrize("name", every_third(YEARLY))
def test_options_that_share_the_budgets_of_several_years_reach_the_published_optimum(name):
    assert is_reached(PROBLEMS[name], programmes.by_years(PROBLEMS[name]))


@cache
def planned(name):
    """Solve a schedule once for the tests that look at it."""
    roadmap = programmes.scheduled(SCHEDULES[name])
    return roadmap, solve(roadmap, work_limit=WORK)


@pytest.mark.parametrize("name", every_third(SCHEDULES))
def test_limited_staff_takes_the_published_number_of_years(name):
    roadmap, plan = planned(name)
    assert programmes.years_taken(roadmap, plan.objective) == pytest.approx(SCHEDULES[name].optimum, abs=1e-9)
    assert plan.gap <= 1e-6
    assert plan.certificate.is_valid


@pytest.mark.parametrize("name", every_third(SCHEDULES))
def test_nobody_works_at_two_jobs_of_a_published_schedule(name):
    schedule, (_, plan) = SCHEDULES[name], planned(name)
    begin = dict(plan.table.select("project", "start").iter_rows())
    busy = np.zeros((len(plan.years), len(schedule.places)))
    for job in schedule.jobs:
        first = begin[job.name] - plan.years[0]
        busy[first : first + job.years] += job.staff
    years = {job.name: job.years for job in schedule.jobs}
    assert (busy <= schedule.places).all()
    assert all(begin[later] >= begin[first] + years[first] for later, first in schedule.links)


@pytest.mark.parametrize("name", every_third(PAID))
def test_a_yearly_budget_limits_jobs_like_staff(name):
    roadmap = programmes.paid(PAID[name])
    plan = solve(roadmap, work_limit=WORK)
    assert programmes.years_taken(roadmap, plan.objective) == pytest.approx(PAID[name].optimum, abs=1e-9)
    assert plan.gap <= 1e-6
    assert plan.certificate.is_valid


def table(rows, *columns):
    return pl.DataFrame(rows, schema=list(columns), orient="row")


def test_the_factories_and_warehouses_of_california_manufacturing_are_worth_14():
    """Hillier & Lieberman, Introduction to Operations Research: prototype example of binary programming.

    A warehouse only where a factory is built, at most one warehouse, 10 to spend. What is paid in the first
    year opens in the second; a warehouse opens where a factory was paid for.
    """
    worths = {"factory LA": 9, "factory SF": 5, "warehouse LA": 6, "warehouse SF": 4}
    capital = {"factory LA": 6.0, "factory SF": 3.0, "warehouse LA": 5.0, "warehouse SF": 2.0}
    opened = [f"open {name}" for name in worths]
    needs = [(f"open {name}", name, 0) for name in worths]
    needs += [(f"open warehouse {city}", f"factory {city}", 0) for city in ("LA", "SF")]
    roadmap = programmes.roadmap(
        range(2021, 2024),
        pl.DataFrame(
            {
                "project": [*worths, *opened],
                "capital": [*capital.values(), 0.0, 0.0, 0.0, 0.0],
                "build_years": 1,
            }
        ),
        [(f"open {name}", own / 24) for name, own in worths.items()],
        24.0,
        prerequisites=table(needs, "project", "requires", "lag"),
        exclusions=table([("warehouse", opened[2]), ("warehouse", opened[3])], "group", "project"),
        budgets=table([("city", 2021, 10.0), ("city", 2022, 0.0)], "place", "year", "amount"),
    )
    plan = solve(roadmap)
    assert plan.objective == pytest.approx(14, rel=1e-9)
    assert plan.gap <= 1e-6
    assert plan.certificate.is_valid
    assert {name for name in plan.table["project"] if name.startswith("open")} == set(opened[:2])


SITES = {"LA": (8, 6.0, 6, 5.0), "SF": (5, 3.0, 4, 2.0), "SD": (7, 4.0, 5, 3.0)}
"""Worth and capital of a factory, worth and capital of a warehouse."""


def best_sites():
    """Try every choice of factories and of one warehouse beside a factory, with 10 to spend."""
    worths = []
    for built in (choice for size in range(4) for choice in combinations(SITES, size)):
        for beside in (None, *built):
            paid = sum(SITES[city][1] for city in built) + (SITES[beside][3] if beside else 0)
            if paid <= 10:
                worths.append(sum(SITES[city][0] for city in built) + (SITES[beside][2] if beside else 0))
    return max(worths)


def test_money_carried_over_builds_the_sites_of_california_manufacturing():
    """Hillier & Hillier, Introduction to Management Science, problem 7.2: a third city, San Diego.

    Factories are built in the first year, a warehouse in the second where its factory stands; what the first
    year leaves of 10 is carried over. All count in the third year only.
    """
    first, total = 2021, 35
    rows = [(f"factory {city}", own[1], first, own[0] / total, 1) for city, own in SITES.items()]
    rows += [(f"warehouse {city}", own[3], first + 1, own[2] / total, 0) for city, own in SITES.items()]
    projects = table(rows, "project", "capital", "earliest", "share", "lag")
    needs = [(f"warehouse {city}", f"factory {city}", 0) for city in SITES]
    roadmap = programmes.roadmap(
        range(first, first + 3),
        projects.select("project", "capital", "earliest", latest="earliest", build_years=1),
        [],
        float(total),
        prerequisites=table(needs, "project", "requires", "lag"),
        exclusions=table([("warehouse", name) for name, _, _ in needs], "group", "project"),
        budgets=table([("city", first, 10.0), ("city", first + 1, 0.0)], "place", "year", "amount"),
    )
    effects = projects.select("project", "lag", indicator=pl.lit("worth"), effect="share")
    carried = replace(roadmap.settings, carry_over=1.0)
    plan = solve(roadmap.replace(effects=effects, settings=carried))
    assert best_sites() == 17
    assert plan.objective == pytest.approx(17, rel=1e-9)
    assert plan.gap <= 1e-6
    assert plan.certificate.is_valid
    assert set(plan.table["project"]) == {"factory SF", "factory SD", "warehouse SD"}


ORE = {
    1: [[1.5, 1.5, 1.5, 0.75], [1.5, 2, 1.5, 0.75], [1, 1, 0.75, 0.5], [0.75, 0.75, 0.5, 0.25]],
    2: [[4, 4, 2], [3, 3, 1], [2, 2, 0.5]],
    3: [[12, 6], [5, 4]],
    4: [[6]],
}
"""Percent of metal of the blocks of each level."""


def test_the_opencast_mine_of_williams_earns_17500():
    """Williams, Model Building in Mathematical Programming, fifth edition, problem 14 (pages 269-270).

    A block is dug after the four above it; digging one of levels 1 to 4 costs 3,000 to 10,000, and a block
    of pure metal would earn 200,000. Level n is dug in year n; the revenue of all counts in the fifth.
    """
    cost = {1: 3000.0, 2: 6000.0, 3: 8000.0, 4: 10000.0}
    blocks = [
        (f"{level}-{row}-{column}", level, share / 100)
        for level, rows in ORE.items()
        for row, shares in enumerate(rows)
        for column, share in enumerate(shares)
    ]
    above = [
        (f"{level}-{row}-{column}", f"{level - 1}-{row + down}-{column + right}", 0)
        for level in (2, 3, 4)
        for row, shares in enumerate(ORE[level])
        for column in range(len(shares))
        for down in (0, 1)
        for right in (0, 1)
    ]
    roadmap = programmes.roadmap(
        range(2021, 2026),
        pl.DataFrame(
            {
                "project": [name for name, _, _ in blocks],
                "capital": [cost[level] for _, level, _ in blocks],
                "build_years": 1,
            }
        ),
        [],
        200_000.0,
        prerequisites=table(above, "project", "requires", "lag"),
    )
    effects = table([(name, "worth", share, 4 - level) for name, level, share in blocks], *EFFECT)
    priced = replace(roadmap.settings, spending_price=1.0)
    plan = solve(roadmap.replace(effects=effects, settings=priced))
    assert plan.objective == pytest.approx(17_500, rel=1e-9)
    assert plan.gap <= 1e-6
    assert plan.certificate.is_valid
