"""Fronts against every choice of small programmes."""

import itertools
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from seeds import a_few_of
from urbium.errors import InfeasibleError, InputError, NotFoundError
from urbium.plan import pareto, solve
from urbium.plan.analysis import side_constraints as choice_whole

CAPITAL = "capital"


def _every_choice(road):
    """Capital and worth of the best plan of each set of projects, found by fixing the set."""
    rows = road.projects.to_dicts()
    must = {r["project"] for r in rows if r["status"] in ("mandatory", "committed")}
    free = [r["project"] for r in rows if r["status"] == "candidate"]
    found = []
    for size in range(len(free) + 1):
        for more in itertools.combinations(free, size):
            own = pl.col("project").is_in([*must, *more])
            status = pl.when(~own).then(pl.lit("forbidden"))
            status = (
                status.when(pl.col("status") == "candidate").then(pl.lit("mandatory")).otherwise("status")
            )
            try:
                plan = solve(road.replace(projects=road.projects.with_columns(status=status)), work_limit=10)
            except (InfeasibleError, InputError):
                continue
            found.append((plan.table["capital"].sum(), plan.objective))
    return found


@pytest.mark.parametrize("seed", a_few_of([2, 5, 21, 4, 35], 2))
def test_no_choice_is_better_in_both_aims_than_a_point_of_the_front(seed, programme):
    road = programme(seed, most=5)
    found = pareto(road, points=6, work_limit=30)
    every = _every_choice(road)
    better = [
        (point, choice)
        for point in found.table.select(CAPITAL, "worth").iter_rows()
        for choice in every
        if (choice[0] < point[0] - 1e-6 and choice[1] >= point[1] - 1e-9)
        or (choice[0] <= point[0] + 1e-9 and choice[1] > point[1] + 1e-6)
    ]

    assert better == []
    assert found.table["gap"].max() <= 1e-3


@pytest.mark.parametrize("seed", a_few_of([2, 5, 21, 4, 35], 2))
def test_the_ends_of_a_front_are_the_most_worth_and_the_least_capital(seed, programme):
    road = programme(seed, most=5)
    found = pareto(road, points=6, work_limit=30).table
    every = _every_choice(road)

    assert found["worth"][0] == pytest.approx(max(worth for _, worth in every), abs=1e-8)
    assert found[CAPITAL][-1] == pytest.approx(min(capital for capital, _ in every), abs=1e-6)


@pytest.mark.parametrize(("seed", "against"), [(7, "capital"), (7, "least_closing")])
def test_each_point_is_certified_and_costs_worth_for_the_second_aim(seed, against, programme):
    found = pareto(programme(seed, cities=2, most=14, span=4), against=against, points=6, work_limit=30)
    sign = 1 if against == "capital" else -1

    assert all(plan.certificate.is_valid for plan in found.plans)
    assert (np.diff(found.table["worth"]) < 0).all()
    assert (sign * np.diff(found.table[against]) < 0).all()
    assert found.table.height > 2


def _least_closing(road, plan):
    """The closing in the last year of the city that gains least, added up by hand."""
    weight = dict(road.indicators.select("indicator", "weight").iter_rows())
    finish = dict(plan.table.select("project", "finish").iter_rows())
    city_of = dict(road.projects.select("project", "city").iter_rows())
    closings = []
    for city in road.cities["city"]:
        gaps = road.gaps.filter(pl.col("city") == city).to_dicts()
        total = sum(weight[g["indicator"]] * g["need"] for g in gaps)
        closing = 0.0
        for g in gaps:
            reached = sum(
                e for p, i, e, lag in road.effects.select("project", "indicator", "effect", "lag").iter_rows()
                if i == g["indicator"] and city_of[p] == city
                and finish.get(p, road.years[-1]) + 1 + lag <= road.years[-1]
            )  # fmt: skip
            reached = min(reached, g["ceiling"])
            curve = 1.25 * min(reached, 0.5) + 0.75 * max(reached - 0.5, 0)
            closing += weight[g["indicator"]] * g["need"] / total * curve
        closings.append(closing)
    return min(closings)


@pytest.mark.parametrize("seed", [5, 21])
def test_the_closing_of_a_point_is_that_of_its_plan(seed, programme):
    road = programme(seed, cities=2, most=8)
    found = pareto(road, against="least_closing", points=4, work_limit=30)

    assert found.table["least_closing"].to_list() == pytest.approx(
        [_least_closing(road, plan) for plan in found.plans]
    )


@pytest.mark.parametrize("seed", a_few_of([2, 5, 21], 2))
def test_prices_of_capital_bound_what_levels_reach(seed, programme, monkeypatch):
    road = programme(seed, cities=3, most=10)
    exact = pareto(road, points=12, work_limit=30).table
    monkeypatch.setattr(choice_whole, "LARGEST_WHOLE", 0)
    found = pareto(road, points=8, work_limit=30).table
    above = [
        (capital, worth)
        for capital, worth, bound in found.select(CAPITAL, "worth", "bound").iter_rows()
        for other, reached in exact.select(CAPITAL, "worth").iter_rows()
        if other <= capital and reached > bound + 1e-7
    ]

    assert above == []
    assert found.height > 1


@pytest.mark.parametrize("seed", a_few_of([2, 5, 21], 2))
def test_floors_bound_what_levels_reach(seed, programme, monkeypatch):
    road = programme(seed, cities=3, most=10)
    exact = pareto(road, against="least_closing", points=12, work_limit=30).table
    monkeypatch.setattr(choice_whole, "LARGEST_WHOLE", 0)
    found = pareto(road, against="least_closing", points=8, work_limit=30 * 8).table
    above = [
        (floor, worth)
        for floor, worth, bound in found.select("least_closing", "worth", "bound").iter_rows()
        for other, reached in exact.select("least_closing", "worth").iter_rows()
        if other >= floor and reached > bound + 1e-7
    ]

    assert above == []
    assert found["least_closing"].is_sorted()
    assert found["least_closing"].max() == pytest.approx(exact["least_closing"].max(), abs=0.02)


def test_a_point_says_what_is_left_out_against_the_point_before(programme):
    found = pareto(programme(21, cities=3, most=12), points=5, work_limit=30)
    told = found.explain("2")
    gone = set(found.plans[0].table["project"]) - set(found.plans[1].table["project"])

    (dropped,) = [child for child in told.children if child.code == "plan.pareto.dropped"]
    assert dropped.value.parameters["names"] == sorted(gone)


def test_a_front_that_cannot_be_is_refused(programme):
    road = programme(2)
    with pytest.raises(InputError, match="request 2 or more"):
        pareto(road, points=1)
    with pytest.raises(InputError, match="there is no aim 'beauty'"):
        pareto(road, against="beauty")
    with pytest.raises(NotFoundError):
        pareto(road, points=2, work_limit=10).explain("99")


def test_prices_of_capital_are_above_zero_where_a_plan_is_worth_less_than_nothing(programme, monkeypatch):
    road = programme(21, cities=3, most=10)
    owed = pl.DataFrame({"rule": "least_closing", "place": road.cities["city"], "share": 1.0})
    poor = road.replace(fairness=owed, settings=replace(road.settings, shortfall_price=100.0))
    monkeypatch.setattr(choice_whole, "LARGEST_WHOLE", 0)
    found = pareto(poor, points=4, work_limit=30 * 4)

    assert found.table["worth"].max() < 0
    assert found.table.height > 1
