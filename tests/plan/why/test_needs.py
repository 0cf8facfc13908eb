"""Why: a need is told from the city's own figures, with its range and what they do not see."""

import polars as pl
import pytest

from urbium.plan import Roadmap, explain_project, solve

FIGURE = "health.beds_short"


@pytest.fixture(scope="module")
def plan():
    """One city with two projects: one for a need that a figure tells, one for a need that nobody knows."""
    projects = pl.DataFrame(
        {
            "project": ["X:CARE", "X:LAMP"], "city": "X", "solution": ["CARE", "LAMP"], "capital": 1.0,
            "operation": 0.0, "build_years": 1, "finance_models": "PUB", "foreign_share_max": 1.0,
            "evidence": "derived",
        }
    )  # fmt: skip
    road = Roadmap(
        years=range(2016, 2018),
        cities=pl.DataFrame({"city": ["X"], "weight": [1.0]}),
        indicators=pl.DataFrame({"indicator": ["care", "light"], "weight": [0.5, 0.5]}),
        projects=projects,
        effects=pl.DataFrame(
            {"project": ["X:CARE", "X:LAMP"], "indicator": ["care", "light"], "effect": [0.5, 0.5], "lag": 0}
        ),
        gaps=pl.DataFrame(
            {
                "city": "X", "indicator": ["care", "light"], "need": [0.8, 0.5], "low": [0.65, 0.05],
                "high": [0.95, 0.95], "ceiling": 1.0, "figures": [FIGURE, ""],
                "evidence": ["derived", "assumption"],
            }
        ),
        figures=pl.DataFrame(
            {
                "city": ["X"], "figure": [FIGURE], "name": ["Hospital beds lacking"], "value": [40.0],
                "unit": ["%"], "period": ["2020"], "none_at": [0.0], "all_at": [50.0], "need": [0.8],
                "half_width": [0.15], "unseen": ["beds planned since"], "evidence": ["derived"],
                "note": ["care at a distance relieves most where beds are short"],
            }
        ),
        curve=pl.DataFrame({"segment": [1], "width": [1.0], "slope": [1.0]}),
        funds=pl.DataFrame(
            {"fund": ["TOWN"], "finance_models": ["PUB"], "share_max": [1.0], "payer": ["city"],
             "is_foreign": [False]}
        ),
        budgets=pl.DataFrame({"place": "X", "year": [2016, 2017], "amount": 10.0}),
    )  # fmt: skip
    return solve(road, work_limit=10)


def nodes(plan, project):
    return {node.what: node for node in explain_project(plan, project).walk()}


def test_a_need_says_its_range_and_the_figure_of_the_city_that_tells_it(plan):
    told = nodes(plan, "X:CARE")
    assert "remaining gap 80% (between 65% and 95%), estimated from other figures and not measured" in told
    figure = told["Hospital beds lacking"]
    assert (figure.value, figure.unit, figure.period) == (40.0, "%", "2020")
    assert "indicates a remaining gap of 80% (no gap at 0, a full gap at 50)" in figure.note
    assert "not taken into account: beds planned since" in figure.note


def test_a_need_that_nobody_knows_is_told_as_a_range(plan):
    told = nodes(plan, "X:LAMP")
    assert "remaining gap unknown: between 5% and 95%; the plan assumes 50%" in told


def test_figures_survive_the_files_of_a_roadmap(plan, tmp_path):
    plan.roadmap.save(tmp_path / "road")
    again = Roadmap.read(tmp_path / "road")
    assert again.figures.equals(plan.roadmap.figures)
    assert again.gaps.equals(plan.roadmap.gaps)
