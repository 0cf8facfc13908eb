"""Surveys: what knowing a need would gain is worked out once more, by drawing."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium.catalogue import load_catalogue
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
    assert "projects that could enter or leave the plan: 1" in found.explain("light").note
    with pytest.raises(NotFoundError, match="no indicator 'lihgt'"):
        found.explain("lihgt")


def test_what_to_collect_first_is_said_in_words(plan):
    """The plan builds care alone, whose need nobody has to ask for: nothing rests on the other."""
    assert repr(surveys(plan)) == (
        "Measuring Light first would be most valuable: 0% of the plan's improvement depends on it "
        "(cities to ask: 1; projects that could be added or dropped: 1)."
    )


@pytest.fixture(scope="module")
def lit(plan):
    """The same city with money for both: care gains 0.3 x 0.5, the lamp 0.5 x 0.5, one year each."""
    budgets = pl.DataFrame({"place": ["X", "X"], "year": [2016, 2017], "amount": [20.0, 0.0]})
    return solve(plan.roadmap.replace(budgets=budgets), work_limit=10)


def test_what_rests_on_a_need_is_its_share_of_the_improvement_and_its_range_leaves_a_part_open(lit):
    """Care 0.5 x 0.6 and light 0.5 x 0.5 are improved: 5 of 11 rest on light, whose range is 0.1 to 0.9."""
    row = surveys(lit).table.row(0, named=True)
    assert lit.table.height == 2
    assert (row["indicator"], row["cities"]) == ("light", 1)
    assert row["rests"] == pytest.approx(5 / 11)
    assert row["uncertain"] == pytest.approx(5 / 11 * 0.4 / 0.5)
    assert repr(surveys(lit)).startswith(
        "45% of the plan's improvement depends on needs that are assumed or estimated; "
        "45% of the improvement depends on Light."
    )


def test_what_stands_for_a_figure_meanwhile_is_named(lit):
    rows = {"city": ["X"], "figure": ["ict.income"], "name": ["Output a head"], "value": [1.0], "need": [0.5]}
    ends = {"none_at": [2.0], "all_at": [0.0]}
    gaps = lit.roadmap.gaps.with_columns(
        figures=pl.when(pl.col("indicator") == "light").then(pl.lit("ict.income")).otherwise(pl.lit(""))
    )
    road = lit.roadmap.replace(gaps=gaps, figures=pl.DataFrame({**rows, **ends}))
    assert surveys(lit).table["stand_ins"].to_list() == [""]
    assert surveys(solve(road, work_limit=10)).table["stand_ins"].to_list() == ["Output a head"]


def test_a_need_that_is_measured_is_not_asked_for(lit):
    gaps = lit.roadmap.gaps.with_columns(evidence=pl.lit("measured_here"))
    table = surveys(solve(lit.roadmap.replace(gaps=gaps), work_limit=10)).table
    assert table.is_empty()


def test_the_figures_to_ask_for_are_those_of_the_formula_of_the_indicator(lit):
    code = "EC: ICT: ICT: 1C"
    renamed = {
        name: getattr(lit.roadmap, name).with_columns(pl.col("indicator").replace("light", code))
        for name in ("indicators", "effects", "gaps")
    }
    plan = solve(lit.roadmap.replace(**renamed), work_limit=10)
    collect = surveys(plan, load_catalogue()).table["collect"].item()
    assert collect == "Households with internet access; Households"


def test_a_plan_whose_needs_are_all_unmeasured_says_so_and_not_a_hundred_per_cent(lit):
    found = surveys(lit)
    every = replace(found, table=found.table.with_columns(rests=pl.lit(1.0)))
    assert repr(every).startswith(
        "No part of the plan's improvement comes from measured needs; "
        "100% of the improvement depends on Light."
    )
