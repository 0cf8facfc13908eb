"""What a project of two towns needs, what needs it, and what would improve the same."""

from dataclasses import replace

import pytest

from towns import rows, towns_plan
from urbium.plan.result.relations import improves_same, needed_by, needs


@pytest.fixture(scope="module")
def plan():
    """The plan of the two towns, with their centres after their services, as is advised; Bourne has none."""
    plan = towns_plan()
    order = rows(
        "project requires lag kind loss",
        ("A:IOC", "A:EGOV", 0, "advice", 0.0),
        ("B:IOC", "B:EGOV", 0, "advice", 0.0),
    )
    return replace(plan, roadmap=plan.roadmap.replace(prerequisites=order))


def test_needs_and_what_needs_it_are_two_sides_of_one_table(plan):
    assert needs(plan, "A:IOC")["project"].to_list() == ["A:EGOV"]
    assert needed_by(plan, "A:EGOV")["project"].to_list() == ["A:IOC"]
    assert needed_by(plan, "A:IOC").is_empty()


def test_what_is_planned_has_its_years_and_what_is_not_has_none(plan):
    assert needs(plan, "A:IOC").select("start", "finish").rows() == [(2021, 2021)]
    assert needs(plan, "B:IOC").select("start", "finish").rows() == [(None, None)]


def test_the_others_are_of_the_same_city_and_bring_the_part_of_the_improvement_that_both_have(plan):
    assert improves_same(plan, "A:IOC").select("project", "share").rows() == [("A:EGOV", pytest.approx(0.4))]
    assert improves_same(plan, "A:EGOV").select("project", "share").rows() == [("A:IOC", pytest.approx(1))]
    assert improves_same(plan, "A:IOC")["indicators"].to_list() == [["Calls answered"]]


def test_where_nothing_improves_the_same_nothing_is_named(plan):
    assert improves_same(plan, "B:IOC").is_empty()
    assert improves_same(plan, "B:EGOV").is_empty()
