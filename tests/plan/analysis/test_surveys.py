"""Surveys: what knowing a need would gain is worked out once more, by drawing."""

import numpy as np
import polars as pl
import pytest

from urbium.errors import NotFoundError
from urbium.plan import Roadmap, Settings, solve
from urbium.plan.analysis.surveys import surveys


@pytest.fixture(scope="module")
def plan():
    """One city that can pay one of two projects; the need of the one is known, that of the other a range."""
    names = ["CARE", "LAMP"]
    road = Roadmap(
        years=range(2016, 2018),
        cities=pl.DataFrame({"city": ["X"], "weight": [1.0]}),
        indicators=pl.DataFrame(
            {"indicator": ["care", "light"], "name": ["Care", "Light"], "weight": [0.5, 0.5]}
        ),
        projects=pl.DataFrame(
            {
                "project": [f"X:{name}" for name in names], "city": "X", "solution": names, "capital": 10.0,
                "operation": 0.0, "build_years": 1, "finance_models": "PUB", "foreign_share_max": 1.0,
                "evidence": "derived",
            }
        ),
        effects=pl.DataFrame(
            {"project": ["X:CARE", "X:LAMP"], "indicator": ["care", "light"], "effect": [1.0, 1.0], "lag": 0}
        ),
        gaps=pl.DataFrame(
            {
                "city": "X", "indicator": ["care", "light"], "need": [0.6, 0.5], "low": [0.6, 0.1],
                "high": [0.6, 0.9], "ceiling": 1.0, "evidence": ["derived", "assumption"],
            }
        ),
        curve=pl.DataFrame({"segment": [1], "width": [1.0], "slope": [1.0]}),
        funds=pl.DataFrame(
            {"fund": ["TOWN"], "finance_models": ["PUB"], "share_max": [1.0], "payer": ["city"],
             "is_foreign": [False]}
        ),
        budgets=pl.DataFrame({"place": ["X", "X"], "year": [2016, 2017], "amount": [10.0, 0.0]}),
        settings=Settings(discount_rate=0.0),
    )  # fmt: skip
    return solve(road, work_limit=10)


def test_only_needs_with_a_range_are_worth_a_survey(plan):
    assert surveys(plan).table["indicator"].to_list() == ["light"]


def test_the_value_of_a_survey_is_what_drawing_finds(plan):
    """Gains last one year (built in the first): 0.5 x need each, for 10 million; the price lies between both.

    Care gains 0.3, the lamp 0.25 as planned, so the price is 0.0275 a million, and the lamp falls short of it
    by 0.025. Drawn evenly below and above its planned need, it would exceed it in some cases.
    """
    assert plan.table["solution"].to_list() == ["CARE"]
    quantile = np.random.default_rng(0).random(1_000_000)
    need = 0.1 + np.minimum(quantile, 0.5) * 2 * 0.4 + (np.maximum(quantile, 0.5) * 2 - 1) * 0.4
    net = 0.5 * need - 0.0275 * 10
    expected = np.maximum(net, 0).mean() - max(net.mean(), 0)

    row = surveys(plan).table.row(0, named=True)
    assert row["value"] == pytest.approx(expected, rel=0.01)
    assert (row["cities"], row["turns"]) == (1, 1)
    assert row["share"] == pytest.approx(row["value"] / plan.objective)


def test_a_survey_is_explained_and_an_unknown_one_refused(plan):
    found = surveys(plan)
    assert "1 projects could come into the plan" in found.explain("light").note
    with pytest.raises(NotFoundError, match="no indicator 'lihgt'"):
        found.explain("lihgt")


def test_the_surveys_of_a_plan_are_told_in_one_sentence(plan):
    assert repr(surveys(plan)).startswith("Surveys of 1 indicators; measuring Light in 1 cities")
