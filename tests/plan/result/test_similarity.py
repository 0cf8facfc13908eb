"""Plans all alike are shown as such, with the reason, and what is doubled in a city with its loss."""

import itertools
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium import charts
from urbium.errors import NotFoundError
from urbium.plan import Roadmap, Settings, solve
from urbium.plan.result.benefit_cost import benefit_cost_ratios
from urbium.plan.result.similarity import jaccard, similarity
from urbium.plan.variables import Variables
from urbium.plan.verify.objective import recomputed_objective

CHOSEN = {"A": "RST", "B": "RST", "C": "RSU", "D": "V"}
"""What four cities choose of six solutions: A and B the same, C much the same, D nothing of it."""


@pytest.fixture(scope="module")
def road():
    """Four towns with six solutions and money for all; only what is to be chosen closes something."""
    rows = [(city, solution) for city in CHOSEN for solution in "RSTUVW"]
    names = [f"{city}:{solution}" for city, solution in rows]
    projects = pl.DataFrame(rows, schema=["city", "solution"], orient="row").with_columns(
        project=pl.Series(names),
        capital=pl.lit(10.0),
        operation=pl.lit(1.0),
        build_years=pl.lit(1),
        finance_models=pl.lit("PUB"),
        foreign_share_max=pl.lit(1.0),
    )
    wanted = [f"{city}:{solution}" for city, own in CHOSEN.items() for solution in own]
    return Roadmap(
        years=range(2020, 2023),
        cities=pl.DataFrame({"city": list(CHOSEN), "weight": 1.0}),
        indicators=pl.DataFrame({"indicator": ["air", "water"], "weight": [0.5, 0.5]}),
        projects=projects,
        effects=pl.DataFrame({"project": wanted, "indicator": "air", "effect": 0.2, "lag": 0}),
        gaps=pl.DataFrame({"city": list(CHOSEN), "indicator": "air", "need": 1.0, "ceiling": 1.0}),
        curve=pl.DataFrame({"segment": [1, 2], "width": [0.5, 0.5], "slope": [1.5, 0.5]}),
        funds=pl.DataFrame(
            {
                "fund": ["TOWN"],
                "finance_models": ["PUB"],
                "share_max": 1.0,
                "payer": "city",
                "is_foreign": False,
            }
        ),
        settings=Settings(discount_rate=0.0, spending_price=0.0001),
    )


@pytest.fixture(scope="module")
def plan(road):
    return solve(road, work_limit=20)


@pytest.fixture(scope="module")
def found(plan):
    return similarity(plan)


def similar(first, second):
    return len(first & second) / len(first | second)


def test_the_average_is_that_of_all_pairs_of_sets(found):
    pairs = itertools.combinations([set(own) for own in CHOSEN.values()], 2)
    assert found.alike == pytest.approx(np.mean([similar(a, b) for a, b in pairs]))  # (1 + 2 x 0.5) / 6


def test_cities_with_the_same_solutions_are_a_group(found):
    rows = dict(found.table.select("city", "group").iter_rows())
    assert rows["A"] == rows["B"] is not None
    assert (rows["C"], rows["D"]) == (None, None)
    assert dict(found.table.select("city", "same").iter_rows()) == {"A": 1, "B": 1, "C": 0, "D": 0}


def test_the_nearest_city_is_named_with_what_is_not_shared(found):
    told = found.explain("C")
    assert told.children[0].what in ("similarity to A", "similarity to B")
    assert told.children[0].value == 0.5
    assert told.children[0].note == "only here: U; only there: T"


def test_one_list_for_all_gives_what_most_cities_choose(found):
    # R and S stand before T, T before U and V: A and B get all three, C gets R, S, T and D gets R
    assert dict(found.table.select("city", "in_list").iter_rows()) == pytest.approx(
        {"A": 1, "B": 1, "C": 2 / 3, "D": 0}
    )
    assert found.in_list == pytest.approx(8 / 10)


def test_by_themselves_the_candidates_that_close_something_are_best(found):
    assert found.in_merit == 1.0
    assert found.by_merit == pytest.approx(found.alike)


def test_chance_counts_candidates_only(road, plan):
    sizes = [3, 3, 3, 1]
    both = [a * b / 6 for a, b in itertools.combinations(sizes, 2)]
    either = [a + b - c for (a, b), c in zip(itertools.combinations(sizes, 2), both, strict=True)]
    expected = np.mean([c / d for c, d in zip(both, either, strict=True)])
    assert similarity(plan).by_chance == pytest.approx(expected)
    barred = road.replace(
        projects=road.projects.with_columns(
            status=pl.when(pl.col("solution") == "W").then(pl.lit("forbidden")).otherwise(pl.lit("candidate"))
        )
    )
    assert similarity(replace(plan, roadmap=barred)).by_chance > expected


def test_likeness_in_time_counts_the_same_year_only(plan):
    later = plan.table.with_columns(start=pl.col("start") + (pl.col("city") == "B").cast(pl.Int64))
    found = similarity(replace(plan, table=later))
    assert found.alike > found.alike_in_time > 0
    assert found.alike_in_time == pytest.approx(0.5 / 6)  # A with C alone


@pytest.mark.parametrize("seed", range(5))
def test_similarity_agrees_with_sets(seed):
    rng = np.random.default_rng(seed)
    sets = rng.random((7, 9)) < 0.4
    members = [set(np.flatnonzero(row)) for row in sets]
    expected = [[similar(a, b) if a | b else 1.0 for b in members] for a in members]
    assert jaccard(sets).tolist() == pytest.approx(np.array(expected))


def test_merit_is_what_a_project_gains_by_itself_for_what_it_spends(programme):
    road = programme(8, cities=1).replace(settings=Settings(discount_rate=0.05))
    lone = road.replace(prerequisites=road.prerequisites.clear())
    factor = [1.05**-k for k in range(3)]
    expected = []
    for row in road.projects.iter_rows(named=True):
        build = row["build_years"]
        yearly = row["operation"] + row["renewal"]
        spent = sum(factor[:build]) * row["capital"] / build + sum(factor[build:]) * yearly
        expected.append(recomputed_objective(lone, {row["project"]: road.years[0]}) / spent)
    assert benefit_cost_ratios(Variables(lone)).tolist() == pytest.approx(expected)


def test_a_base_has_the_merit_of_what_it_serves(road):
    needs = pl.DataFrame({"project": ["A:R", "A:W"], "requires": ["A:W", "A:V"], "lag": [0, 0]})
    ratios = benefit_cost_ratios(Variables(road.replace(prerequisites=needs)))
    ratio = dict(zip(road.projects["project"], ratios, strict=True))
    assert ratio["A:R"] == ratio["A:W"] == ratio["A:V"] > ratio["A:U"] == 0


def test_effects_above_the_ceiling_are_named_with_the_worth_lost(road):
    low = road.replace(gaps=road.gaps.with_columns(ceiling=pl.lit(0.3)))
    wanted = low.projects.with_columns(
        status=pl.when(pl.col("project").is_in(["A:R", "A:S"]))
        .then(pl.lit("mandatory"))
        .otherwise(pl.lit("forbidden"))
    )
    found = similarity(solve(low.replace(projects=wanted), work_limit=20))
    # 0.4 of 0.3 in 2021 and 2022: 0.1 each, by the weight 0.5 and the slope 1.5
    assert found.overlaps.rows() == [
        (
            "above the ceiling",
            "A",
            "air",
            "A:R, A:S",
            pytest.approx(0.4),
            pytest.approx(0.3),
            pytest.approx(0.15),
        )
    ]
    assert found.facts["lost_by_overlap"] == pytest.approx(0.15)
    assert "overlap: air" in [node.what for node in found.explain("A").children]


def test_the_same_solution_twice_in_a_city_is_named(road):
    twin = road.projects.with_columns(solution=pl.col("solution").replace("S", "R"))
    found = similarity(solve(road.replace(projects=twin), work_limit=20))
    rows = found.overlaps.filter(pl.col("kind") == "same solution").select("city", "what", "projects").rows()
    assert rows == [("A", "R", "A:R, A:S"), ("B", "R", "B:R, B:S"), ("C", "R", "C:R, C:S")]


def test_one_city_alone_is_like_no_other(programme):
    plan = solve(programme(8, cities=1), work_limit=20)
    found = similarity(plan)
    assert (found.alike, found.table["nearest"].to_list()) == (0.0, [None])


def test_a_plan_without_projects_has_no_likeness(plan):
    empty = similarity(replace(plan, table=plan.table.clear()))
    assert (empty.table.height, empty.alike, empty.overlaps.height) == (0, 0.0, 0)


def test_a_city_without_projects_is_answered_with_the_nearest(found):
    with pytest.raises(NotFoundError, match="A"):
        found.explain("AA")


def test_likeness_is_drawn_and_said_in_a_sentence(found):
    assert charts.render(found.chart()).startswith(b"<svg")
    assert repr(found).startswith("Similarity of 4 cities' plans: 0.33 on average (")
