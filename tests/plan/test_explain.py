"""Why and why not: the answers are true."""

import polars as pl
import pytest

from urbium.errors import NotFoundError
from urbium.plan import NATIONWIDE, Roadmap, Settings, solve


@pytest.fixture(scope="module")
def plan():
    """Two cities; the town of X has 16 and then 3, so one project of 10 fits, and 4 lack for two."""
    projects = [
        ("X:GOOD", "X", "GOOD", 10.0, 1, "PUB"),
        ("X:LESS", "X", "LESS", 10.0, 1, "PUB"),
        ("X:LATE", "X", "LATE", 1.0, 1, "PUB"),
        ("X:FIRST", "X", "FIRST", 6.0, 1, "PUB"),
        ("X:POOR", "X", "POOR", 1.0, 1, "OIL"),
        ("X:BAN", "X", "BAN", 1.0, 1, "PUB"),
        ("X:IDLE", "X", "IDLE", 1.0, 1, "PUB"),
        ("Y:GOOD", "Y", "GOOD", 10.0, 1, "PUB"),
        ("X:LONG", "X", "LONG", 1.0, 3, "PUB"),
    ]
    columns = ["project", "city", "solution", "capital", "build_years", "finance_models"]
    table = pl.DataFrame(projects, schema=columns, orient="row").with_columns(
        operation=pl.lit(0.0),
        foreign_share_max=pl.lit(1.0),
        evidence=pl.lit("assumption"),
        status=pl.when(pl.col("solution") == "BAN").then(pl.lit("forbidden")).otherwise(pl.lit("candidate")),
    )
    road = Roadmap(
        years=range(2016, 2018),
        cities=pl.DataFrame({"city": ["X", "Y"], "weight": [1.0, 1.0]}),
        indicators=pl.DataFrame({"indicator": ["air"], "weight": [1.0]}),
        projects=table,
        prerequisites=pl.DataFrame({"project": ["X:LATE"], "requires": ["X:FIRST"], "lag": [1]}),
        effects=pl.DataFrame(
            {
                "project": ["X:GOOD", "X:LESS", "Y:GOOD", "X:BAN", "X:POOR"],
                "indicator": "air",
                "effect": [0.5, 0.3, 0.5, 0.5, 0.5],
                "lag": 0,
            }
        ),
        gaps=pl.DataFrame({"city": ["X", "Y"], "indicator": "air", "need": 1.0, "ceiling": 1.0}),
        curve=pl.DataFrame({"segment": [1], "width": [1.0], "slope": [1.0]}),
        funds=pl.DataFrame(
            {
                "fund": ["TOWN"],
                "finance_models": ["PUB"],
                "share_max": [1.0],
                "payer": ["city"],
                "is_foreign": [False],
            }
        ),
        budgets=pl.DataFrame(
            {
                "place": ["X", "X", "Y", "Y", NATIONWIDE],
                "year": [2016, 2017, 2016, 2017, 2016],
                "amount": [16.0, 3.0, 10.0, 10.0, 1.0],
            }
        ),
        omitted=pl.DataFrame({"city": ["Y"], "solution": ["LESS"], "reason": ["too warm there"]}),
        settings=Settings(discount_rate=0.0, spending_price=0.001),
    )
    return solve(road, time_limit=20)


def said(explanation):
    return [node.what for node in explanation.walk()]


def test_a_chosen_project_is_explained_by_what_would_be_lost(plan):
    answer = plan.why("X:GOOD")
    assert answer.value == "in the plan, built 2016 to 2016"
    assert "0.49 lower" in answer.note  # closes 0.5 in 2017, costs 10 x 0.001
    assert answer.record()["children"][0] == {
        "what": "capital",
        "value": 10.0,
        "unit": "m CNY",
        "kind": "setting",
        "grade": "assumption",
    }


def test_a_project_for_want_of_money_names_the_budget_and_what_it_lacks(plan):
    answer = plan.why_not("X", "LESS")
    money = next(node for node in answer.walk() if node.what == "budget[X,2016] binds")
    assert money.value == pytest.approx(4.0) or said(answer).count("budget[X,2017] binds")


def test_the_price_of_a_project_is_what_the_objective_loses_when_it_is_forced(plan):
    answer = plan.why_not("X", "LESS")
    price = next(node for node in answer.walk() if node.what == "objective lost with it in the plan")
    forced = plan.roadmap.projects.with_columns(
        status=pl.when(pl.col("project") == "X:LESS").then(pl.lit("mandatory")).otherwise("status")
    )
    other = solve(plan.roadmap.replace(projects=forced), time_limit=20)
    assert price.value == pytest.approx(plan.objective - other.objective, abs=1e-6)


@pytest.mark.parametrize(
    ("solution", "words"),
    [
        ("LATE", "ends after the plan"),
        ("LONG", "ends after the plan"),
        ("POOR", "no eligible fund"),
        ("BAN", "forbidden"),
        ("LATE", "requires X:FIRST, which is not in the plan"),
        ("IDLE", "no effect of its own is known"),
    ],
)
def test_what_stands_against_a_project_is_named(solution, words, plan):
    assert words in said(plan.why_not("X", solution))


def test_an_omitted_solution_is_explained_by_its_reason(plan):
    assert plan.why_not("Y", "LESS").note == "too warm there"


def test_a_city_of_unknown_size_is_said_to_be_unpriced(plan):
    assert "size is not known" in plan.why_not("Z", "GOOD").note


def test_an_unknown_solution_is_answered_with_the_nearest_one(plan):
    with pytest.raises(NotFoundError, match="GOOD"):
        plan.why_not("X", "GOD")


def test_asking_why_not_of_a_chosen_project_says_that_it_is_in_the_plan(plan):
    assert str(plan.why_not("Y", "GOOD").value).startswith("in the plan")


def test_a_plan_draws_one_chart(plan):
    assert "$schema" in plan.chart()


def test_a_plan_says_what_it_is(plan):
    assert (
        repr(plan) == "Plan of 2 projects in 2 cities, 2016-2017: 20 m CNY, proven within 0.00% of the best"
    )
