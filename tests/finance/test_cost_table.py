"""What a plan costs adds up to its projects."""

from dataclasses import replace

import polars as pl
import pytest

from towns import rows, towns_plan
from urbium.errors import ConflictError, NotFoundError
from urbium.finance import costs
from urbium.plan import NATIONWIDE, Roadmap, Settings, solve


@pytest.fixture(scope="module")
def plan():
    """One project of 12 over two years and 2 a year to run; the state may pay half, the town has 4 a year."""
    road = Roadmap(
        years=range(2016, 2020),
        cities=pl.DataFrame({"city": ["X"], "weight": [1.0]}),
        indicators=pl.DataFrame({"indicator": ["air"], "weight": [1.0]}),
        projects=pl.DataFrame(
            {
                "project": ["X:A"],
                "city": ["X"],
                "solution": ["A"],
                "capital": [12.0],
                "operation": [2.0],
                "build_years": [2],
                "finance_models": ["PUB"],
                "foreign_share_max": [1.0],
                "note": ["a guess"],
            }
        ),
        effects=pl.DataFrame({"project": ["X:A"], "indicator": ["air"], "effect": [1.0], "lag": [0]}),
        gaps=pl.DataFrame({"city": ["X"], "indicator": ["air"], "need": [1.0], "ceiling": [1.0]}),
        curve=pl.DataFrame({"segment": [1], "width": [1.0], "slope": [1.0]}),
        funds=pl.DataFrame(
            {
                "fund": ["STATE", "TOWN"],
                "finance_models": ["PUB", "PUB"],
                "share_max": [0.5, 1.0],
                "payer": ["nation", "city"],
                "is_foreign": [False, False],
            }
        ),
        budgets=pl.DataFrame(
            {
                "place": ["X"] * 4 + [NATIONWIDE] * 2,
                "year": [2016, 2017, 2018, 2019, 2016, 2017],
                "amount": [3.0] * 6,
            }
        ),
        settings=Settings(currency="EUR", price_year="2016"),
    )
    return solve(road, work_limit=10)


def test_capital_and_operation_stand_by_year(plan):
    years = costs(plan).table.group_by("year", "kind").agg(pl.col("amount").sum()).sort("year")

    assert years.rows() == [
        (2016, "capital", 6.0), (2017, "capital", 6.0), (2018, "operation", 2.0), (2019, "operation", 2.0),
    ]  # fmt: skip


def test_each_fund_pays_its_half(plan):
    capital = costs(plan).table.filter(kind="capital").group_by("fund").agg(pl.col("amount").sum())
    assert dict(capital.iter_rows()) == pytest.approx({"STATE": 6.0, "TOWN": 6.0})


def test_the_money_is_that_of_the_projects(plan):
    assert costs(plan).facts["difference"] == pytest.approx(0.0, abs=1e-9)


def test_money_that_does_not_belong_to_the_plan_is_refused(plan):
    with pytest.raises(ConflictError, match="adds up to 24"):
        costs(replace(plan, money=plan.money.with_columns(pl.col("amount") * 2)))


def test_a_year_is_explained_down_to_its_projects(plan):
    answer = costs(plan).explain("2017")
    assert answer.value == pytest.approx(6.0)
    assert answer.unit == "EUR million"
    assert {node.what for node in answer.walk()} >= {"cost to build, STATE", "cost to build, TOWN", "X:A"}
    assert "a guess" in str(answer)


def test_a_fund_is_explained_by_its_years(plan):
    assert [node.what for node in costs(plan).explain("TOWN").children] == [
        "cost to build, 2016",
        "cost to build, 2017",
    ]


def test_an_unknown_fund_is_answered_with_the_nearest(plan):
    with pytest.raises(NotFoundError, match="TOWN"):
        costs(plan).explain("TOWM")


def test_the_costs_draw_one_chart(plan):
    assert "$schema" in costs(plan).chart()


def test_who_pays_for_what_adds_up_to_the_plan_by_hand():
    """The loan of 20 in 2022 repays 30% after a year, past the plan, and 10% in the year it is drawn."""
    terms = rows("fund payer after share evidence", ("BANK", "city", 0, 0.1, "assumption"),
                 ("BANK", "users", 1, 0.3, "assumption"))  # fmt: skip
    plan = towns_plan()
    plan = replace(plan, roadmap=replace(plan.roadmap, repayments=terms))
    table = costs(plan).sources_and_uses

    assert table.drop("evidence").rows() == [
        ("BANK", "capital", 2022, 20), ("CITY", "capital", 2020, 10), ("CITY", "capital", 2021, 10),
        ("NATION", "capital", 2020, 5), ("NATION", "capital", 2021, 15),
        ("city", "operation", 2022, 4), ("nation", "training", 2020, 2), ("city", "repayment", 2022, 2),
    ]  # fmt: skip
    assert dict(table.select("use", "evidence").unique().iter_rows())["capital"] == "assumption"
