"""The charts of a plan hold the figures they are given, and say what is used up."""

import polars as pl
import pytest

from urbium import charts
from urbium.errors import InputError

YEARS = pl.DataFrame(
    {"year": [2020, 2021, 2022], "building": [1, 2, 1], "finishes": [0, 2, 1], "finished": [0, 2, 3]}
)
BUDGET = pl.DataFrame(
    {"year": [2020, 2021], "budget": [20.0, 0.0], "spent": [7.0, 0.0], "share": [0.35, None]}
)
USE = pl.DataFrame({"occupation": ["Engineers"] * 2, "year": [2020, 2021], "share": [1.0, 0.4]})
CAPITAL = pl.DataFrame({"year": [2020, 2021], "capital_a": [15.0, 25.0], "capital_b": [15.0, 35.0]})


def values(spec):
    return spec["data"]["values"]


@pytest.mark.parametrize(
    "spec",
    [
        charts.phases(YEARS),
        charts.budgets(BUDGET),
        charts.shares(USE),
        charts.two_plans(CAPITAL, ("adopted", "lean")),
        charts.two_plans(CAPITAL, ("lean", "lean")),
    ],
    ids=["phases", "budgets", "shares", "two plans", "a plan beside itself"],
)
def test_a_chart_of_a_plan_is_drawn(spec):
    assert charts.render(spec).startswith(b"<svg")


def test_the_share_that_is_completed_is_that_of_the_year_which_is_named():
    assert charts.phases(YEARS)["usermeta"]["finding"].endswith(
        "67% of all projects are completed by the end of 2021"
    )


def test_the_bar_of_each_year_is_all_projects():
    stacked = pl.DataFrame(values(charts.phases(YEARS))).group_by("year").agg(pl.col("projects").sum())

    assert set(stacked["projects"]) == {3}


def test_projects_are_finished_before_a_year_in_it_or_after_it():
    found = {(row["year"], row["phase"]): row["projects"] for row in values(charts.phases(YEARS))}

    assert found == {
        (2020, "Under construction"): 1, (2020, "Not started"): 2,
        (2021, "Under construction"): 2, (2021, "Not started"): 1,
        (2022, "Completed earlier"): 2, (2022, "Under construction"): 1,
    }  # fmt: skip


def test_the_two_bars_of_a_plan_beside_itself_are_told_apart():
    names = {row["plan"] for row in values(charts.two_plans(CAPITAL, ("lean", "lean")))}

    assert names == {"lean (a)", "lean (b)"}


def test_starts_show_every_year_between_the_first_and_the_last():
    table = pl.DataFrame({"solution": ["IOC", "IOC"], "year": [2020, 2023], "projects": [1, 1]})

    assert charts.starts(table)["encoding"]["x"]["scale"]["domain"] == [2020, 2021, 2022, 2023]


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="spent"):
        charts.budgets(BUDGET.drop("spent"))
