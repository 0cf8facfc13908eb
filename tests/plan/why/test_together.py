"""Limits that bind only together are shown together; every factor of a project's cost is shown."""

import math

import pytest

from urbium.catalogue import load_catalogue
from urbium.plan import rests_on, solve


@pytest.fixture
def plan(towns):
    """Return a plan of towns whose own budgets pay for everything, and Aston's is too small in each year."""
    road = towns.towns_roadmap(
        with_people=False,
        funds=towns.rows(
            "fund finance_models share_max payer is_foreign", ("CITY", "PUB", 1.0, "city", False)
        ),
        budgets=towns.rows("place year amount", *(("A", year, 5.0) for year in towns.YEARS)),
    )
    return solve(road, time_limit=10)


def test_changes_that_are_enough_only_together_stand_under_one_line(plan):
    """The centre takes two years and 15 a year, of which 5 are there: 10 more are needed in each of two."""
    reason = plan.why_not("A", "IOC")
    (together,) = [node for node in reason.children if node.code == "plan.why.together"]

    assert together.value == "all of 2 changes at once"
    assert [(node.value, node.unit) for node in together.children] == [
        (pytest.approx(10.0, abs=1e-3), "CNY million more"),
        (pytest.approx(10.0, abs=1e-3), "CNY million more"),
    ]
    assert not [node for node in reason.children if node.code == "plan.why.binds"]


def test_one_change_that_is_enough_stands_by_itself(plan):
    reason = plan.why_not("A", "EGOV")
    assert [node.value for node in reason.children if node.code == "plan.why.binds"] == [
        pytest.approx(5.0, abs=1e-3)
    ]
    assert not [node for node in reason.children if node.code == "plan.why.together"]


def test_every_factor_of_a_cost_is_shown():
    catalogue = load_catalogue()
    treated = [name.partition(".")[2] for name in catalogue.assumptions if name.startswith("treated_share.")]
    solution = catalogue.solutions[treated[0]]
    nodes = {node.code: node for node in rests_on(catalogue, solution.code)}

    assert nodes["plan.basis.middle"].value == math.sqrt(solution.capital_low * solution.capital_high)
    assert nodes["plan.basis.rate"].value == catalogue.assumptions["exchange_rate.CNY_per_USD"].value
    share = catalogue.assumptions[f"treated_share.{solution.code}"].value
    assert nodes["plan.basis.treated"].value == share
    assert nodes["plan.basis.running"].value == solution.operation_share
