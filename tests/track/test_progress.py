"""Plan against actuals of task books so small that every figure is added up in the head."""

import pytest

from urbium.pilot.contracts.reports import Progress as Row
from urbium.pilot.contracts.reports import Report
from urbium.pilot.contracts.taskbooks import Task, TaskBook
from urbium.track.progress import Tracked, progress


def tracked(*reports, code="b1", planned=lambda _task, _year: None):
    """Return a task book of one task, to be built in 2020 and 2021 for ten million."""
    task = Task(code="X", title="Lamps", starts=2020, ends=2021, money={"CITY": 10.0})
    book = TaskBook(title="Aston", currency="GBP", tasks=[task])
    return Tracked(code=code, city="A", book=book, reports=reports, planned=planned)


def report(year, *, done, spent=0.0):
    return Report(title=str(year), year=year, progress=[Row(task="X", done=done, spent=spent)])


def row(result, measure):
    return result.table.filter(measure=measure).row(0, named=True)


def test_money_is_held_against_what_was_to_be_spent_by_then():
    money = row(progress([tracked(report(2020, done=4.0, spent=7.0))]), "money")

    # without a plan the ten million are spread evenly over both years
    assert (money["planned"], money["actual"], money["difference"]) == (5.0, 7.0, 2.0)
    assert (money["unit"], money["evidence"]) == ("GBP million", "report")


def test_what_is_to_be_spent_by_a_year_follows_the_plan():
    a_quarter_first = {2020: 1.0, 2021: 3.0}
    book = tracked(report(2020, done=4.0), planned=lambda _task, year: a_quarter_first[year])

    assert row(progress([book]), "money")["planned"] == 2.5


@pytest.mark.parametrize(
    ("reports", "late"),
    [
        ((report(2020, done=4.0),), None),  # it is not due before the end of 2021
        ((report(2020, done=4.0), report(2021, done=4.0)), 1),
        ((report(2020, done=4.0), report(2021, done=6.0)), 0),
    ],
)
def test_a_task_is_late_once_the_year_in_which_it_was_to_be_completed_is_over(reports, late):
    result = progress([tracked(*reports)])

    assert row(result, "finish")["difference"] == late
    assert result.facts["late"] == (late == 1)


def test_what_is_earned_is_summed_by_task_book_city_and_programme():
    behind = tracked(report(2020, done=1.0), code="b2")
    ahead = tracked(report(2020, done=4.0), report(2021, done=5.0), code="b3")
    earned = progress([behind, ahead]).earned

    assert earned.select("level", "taskbook", "ev").rows() == [
        ("programme", "", 9.0),  # only of the task books that tell of the last year
        ("city", "", 9.0),
        ("taskbook", "b2", 1.0),
        ("taskbook", "b3", 9.0),
        ("task", "b2", 1.0),
        ("task", "b3", 9.0),
    ]


def test_progress_is_said_in_a_sentence():
    late = progress([tracked(report(2020, done=4.0), report(2021, done=4.0))])

    assert repr(late) == "Progress of 1 task book; up to 2021: 1 of 1 tasks is late"
    assert repr(progress([])) == "Progress: no task book is in force"
