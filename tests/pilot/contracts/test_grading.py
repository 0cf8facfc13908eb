"""Grades: parts that add up, minimum conditions, levels; three rules."""

import msgspec
import pytest

from urbium.errors import NotFoundError
from urbium.pilot.contracts.grading import grade_rule, graded
from urbium.pilot.contracts.reports import Progress, Reached, Report
from urbium.pilot.contracts.taskbooks import Target, Task, TaskBook

BOOK = TaskBook(
    title="Aston",
    currency="EUR",
    tasks=[
        Task(code="a", title="Hub", solution="DATA_PLATFORM", starts=2020, ends=2021, money={"city": 30.0}),
        Task(code="b", title="Map", solution="BASEMAP", starts=2021, ends=2021, money={"city": 10.0}),
    ],
    targets=[Target(indicator="answered", year=2021, value=80.0, unit="%", base=40.0)],
)


def reports(*, hub=30.0, base=10.0, reached=80.0):
    first = Report(
        title="r", year=2020, progress=[Progress(task="a", tendered=30.0, contracted=30.0, done=hub / 2)]
    )
    second = Report(
        title="r",
        year=2021,
        progress=[
            Progress(task="a", done=hub / 2),
            Progress(task="b", tendered=10.0, contracted=10.0, done=base),
        ],
        reached=[Reached(indicator="answered", value=reached, unit="%", source="survey")],
    )
    return [first, second]


def grade(rule="china-2012", given=None, book=BOOK):
    return graded(rule, book, reports() if given is None else given, version=3)


def test_all_that_was_promised_is_three_stars_and_a_hundred_points():
    whole = grade()
    assert (whole.stars, whole.level, whole.points) == (3, "three stars", 100.0)
    assert whole.basis == "version 3 of the task book; accepted reports for 2020, 2021"
    assert whole.parts[0].because.startswith("1 of 1 targets reached, 0 not reported")


def test_the_parts_add_up_to_the_points():
    """Half of the way is 30 of 60 points; 35 of 40 million done is 26.25 of 30; both reports are 10."""
    some = grade(given=reports(hub=30.0, base=5.0, reached=60.0))
    assert [(part.code, part.points) for part in some.parts] == [
        ("targets", 30.0), ("tasks", 26.25), ("reports", 10.0), ("platform", 0.0), ("database", 0.0),
    ]  # fmt: skip
    assert some.points == sum(part.points for part in some.parts) == 66.25
    assert some.parts[0].because.startswith("0 of 1 targets reached, 0 not reported")


def test_without_a_platform_or_a_base_database_in_service_there_is_no_star():
    lacking = grade(given=reports(base=5.0))
    assert (lacking.points, lacking.stars, lacking.level) == (96.25, 0, "")
    assert lacking.parts[-1].because == "no accepted report confirms it"
    scored = [
        msgspec.structs.replace(
            one,
            reached=[*one.reached, Reached(indicator="mohurd_1_3_1", value=score, unit="score", source="x")],
        )
        for one, score in zip(reports(base=5.0), (70.0, 59.0), strict=True)
    ]
    assert grade(given=scored).stars == 0  # the newest report counts
    assert grade(given=scored[:1] + reports(base=5.0)[1:]).stars == 3


def test_one_year_without_a_report_loses_the_condition_and_what_is_not_reported_the_target():
    part = {one.code: one for one in grade(given=reports()[:1]).parts}
    assert (part["reports"].met, part["reports"].because) == (0.0, "1 of 2 yearly reports accepted")
    assert (part["targets"].met, part["targets"].because[:39]) == (
        0.0,
        "0 of 1 targets reached, 1 not reported;",
    )


def test_stars_follow_the_points():
    """60, 75 and 90 points of one to three stars: 40 points come from tasks and reports."""
    stars = [grade(given=reports(reached=40 + 40 * met)).stars for met in (0.32, 0.34, 0.59, 0.82, 0.84)]
    assert stars == [0, 1, 2, 2, 3]


def test_a_contract_earns_a_label_and_a_mission_its_stage():
    assert (grade("eu-contract").level, grade("eu-contract").stars) == ("label", 1)
    assert grade("eu-contract", given=[]).stars == 0
    assert grade("india-mission").level == "completed"
    assert grade("india-mission", given=reports(hub=0.0, base=0.0)).level == "work orders issued"


@pytest.mark.parametrize("name", ["china-2012", "china-2025", "eu-contract", "india-mission"])
def test_every_rule_says_where_it_is_from(name):
    rule = grade_rule(name)
    assert all(row.source for row in (*rule.parts, *rule.levels))
    assert [row.threshold for row in rule.levels] == sorted(row.threshold for row in rule.levels)


def test_a_set_without_a_rule_grades_nothing():
    with pytest.raises(NotFoundError, match="rule of grades"):
        grade("nowhere")
