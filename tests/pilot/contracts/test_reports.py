"""Reports: what is filled in, what is refused, and what raises an alarm."""

from datetime import date

import msgspec
import pytest

from urbium.pilot.alarms.alarm_case import Case, Crossing, Other, thresholds
from urbium.pilot.alarms.alarm_figures import expected
from urbium.pilot.alarms.alarms import alarms
from urbium.pilot.contracts.reports import (
    STAGES,
    Progress,
    Reached,
    Report,
    due_day,
    prefilled,
    report_faults,
)
from urbium.pilot.contracts.taskbooks import SHARE, Target, Task, TaskBook

BOOK = TaskBook(
    title="Aston",
    plan="1",
    currency="EUR",
    tasks=[
        Task(
            code="a", title="Centre", solution="IOC", body="x", starts=2020, ends=2021, money={"city": 30.0}
        ),
        Task(
            code="b", title="Counter", solution="EGOV", body="x", starts=2021, ends=2022, money={"city": 10.0}
        ),
    ],
    targets=[Target(indicator="answered", year=2022, value=80.0, unit="%", base=50.0)],
)


def row(task, *money):
    """Planned, tendered, contracted, done, spent; what is left out is 0."""
    return Progress(task=task, **dict.fromkeys(STAGES, 0.0) | dict(zip(STAGES, money, strict=False)))


def report(year, *rows, reached=60.0, **changes):
    figures = [Reached(indicator="answered", value=reached, unit="%", source="survey")]
    whole = {"title": "r", "year": year, "progress": list(rows), "reached": figures, "narrative": "done"}
    return Report(**whole | changes)


GOOD = report(2020, row("a", 15, 30, 30, 15, 15), row("b"))


def said(faults):
    return [(one.cell, str(one.message)) for one in faults]


def raised(case):
    return [(one.code, one.place, str(one.message)) for one in alarms(case)]


def case(report, *earlier, **more):
    return Case(book=BOOK, city="A", report=report, earlier=earlier, **more)


def test_planned_money_and_figures_in_force_are_filled_in():
    empty = Report(title="r", year=2021)
    planned = {("a", 2021): 15.0, ("b", 2021): None}
    filled = prefilled(
        BOOK, empty, lambda task, year: planned[task.code, year], {"answered": (61.0, "%", "stat")}
    )
    assert [(one.task, one.planned) for one in filled.progress] == [("a", 15.0), ("b", 5.0)]
    assert "assumption" in filled.progress[1].note
    assert filled.reached == [Reached(indicator="answered", value=61.0, unit="%", source="stat")]


def test_a_figure_of_another_unit_is_not_filled_in_and_a_share_of_a_need_is():
    empty = Report(title="r", year=2021)
    other = prefilled(BOOK, empty, lambda _task, _year: 0.0, {"answered": (0.6, "share", "stat")})
    assert other.reached[0].value is None
    need = msgspec.structs.replace(BOOK, targets=[msgspec.structs.replace(BOOK.targets[0], unit=SHARE)])
    filled = prefilled(need, empty, lambda _task, _year: 0.0, {"answered": (0.6, SHARE, "scores")})
    assert (filled.reached[0].value, filled.reached[0].source) == (0.6, "scores")


def test_a_whole_report_is_sent():
    assert said(report_faults(GOOD, BOOK, [], [])) == []


def test_a_report_is_of_a_year_of_its_task_book_and_there_is_one_a_year():
    assert said(report_faults(msgspec.structs.replace(GOOD, year=2019), BOOK, [], []))[0] == (
        "year", "2019 is not a year in the task book",
    )  # fmt: skip
    assert said(report_faults(GOOD, BOOK, [], [2020])) == [("year", "there is already a report for 2020")]


def test_every_task_and_indicator_is_there_and_values_have_a_source():
    short = report(2020, row("a", 15, 30, 30, 15, 15), narrative=" ")
    unsourced = msgspec.structs.replace(
        short, reached=[Reached(indicator="answered", value=1.0, unit="%")], narrative="x"
    )
    assert said(report_faults(short, BOOK, [], [])) == [
        ("narrative", "it contains no text"),
        ("b", ("this task from the task book is missing from the report")),
    ]  # fmt: skip
    assert ("reached.answered.source", "its value has no source") in said(
        report_faults(unsourced, BOOK, [], [])
    )


def test_a_task_is_listed_once_and_belongs_to_the_task_book():
    wrong = msgspec.structs.replace(
        GOOD, progress=[*GOOD.progress, GOOD.progress[0], row("z", 1, 1, 1, 1, 1)]
    )

    faults = {(fault.cell, str(fault.remedy)) for fault in report_faults(wrong, BOOK, [], [])}

    assert {("z", "omit it"), (GOOD.progress[0].task, "keep one of its rows")} <= faults


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            row("a", 15, 10, 30, 15, 15),
            "EUR 30.00 million has been contracted so far, but only EUR 10.00 million has been tendered",
        ),
        (
            row("a", 15, 30, 10, 10, 15),
            "EUR 15.00 million has been spent so far, but only EUR 10.00 million has been contracted",
        ),
        (
            row("a", 15, 30, 10, 15, 10),
            (
                "work worth EUR 15.00 million has been done so far, but work worth only EUR 10.00 million "
                "has been contracted"
            ),
        ),
        (row("a", 15, 30, 30, -1, 15), "an amount is below zero"),
    ],
)
def test_money_runs_from_the_tender_to_the_payment(wrong, message):
    assert ("a", message) in said(report_faults(report(2020, wrong, row("b")), BOOK, [], []))


def test_what_rounding_to_two_decimals_explains_is_not_refused():
    first = report(2020, row("a", 15, 54.46, 54.465), row("b"))
    second = report(2021, row("a", 15, 54.46, 54.465), row("b"))
    assert said(report_faults(second, BOOK, [first], [])) == []
    beyond = report(2021, row("a", 15, 54.46, 54.485), row("b"))
    assert [place for place, _ in said(report_faults(beyond, BOOK, [first], []))] == ["a"]


def test_a_task_without_deliverables_asks_for_an_empty_field():
    handed = report(2020, Progress(task="a", tendered=30.0, delivered=["works"]), row("b"))
    remedies = [str(one.remedy) for one in report_faults(handed, BOOK, [], []) if one.cell == "a"]
    assert remedies == ["leave it empty: the task book names no deliverables for this task"]


def test_what_was_tendered_last_year_is_contracted_this_year():
    first = report(2020, row("a", 15, 30), row("b"))
    second = report(2021, row("a", 15, 0, 30, 15, 15), row("b", 5, 5))
    assert said(report_faults(second, BOOK, [first], [2020])) == []


def test_the_day_of_evaluation_is_of_the_year_or_of_the_next():
    assert (due_day(2020, "12-31"), due_day(2020, "03-31")) == (date(2020, 12, 31), date(2021, 3, 31))


def test_a_good_report_raises_no_alarm():
    assert raised(case(GOOD, due_year=2020, due=date(2020, 12, 31), sent=date(2020, 12, 31))) == []


def test_a_late_report_is_an_alarm():
    assert raised(case(GOOD, due_year=2020, due=date(2020, 12, 31), sent=date(2021, 1, 10))) == [
        ("report_late", "report", "the report for 2020 was due on 31 Dec 2020 and is 10 days late")
    ]


def test_a_task_that_is_not_finished_or_not_begun_is_an_alarm():
    late = report(2021, row("a", 15, 0, 0, 5, 15), row("b", 5, 5), reached=70.0)
    assert raised(case(late, GOOD)) == [
        (
            "task_late",
            "a",
            (
                "Centre was due to be finished in 2021; work worth EUR 20.00 million of EUR 30.00 "
                "million is reported as done"
            ),
        )
    ]
    idle = report(2022, row("a"), row("b", 5, 5), reached=80.0)
    assert (
        "task_not_begun",
        "b",
        "Counter was due to begin in 2021, but no contract has been reported yet",
    ) not in raised(case(idle, GOOD))  # it should be finished by now, which says more
    longer = msgspec.structs.replace(
        BOOK, tasks=[BOOK.tasks[0], msgspec.structs.replace(BOOK.tasks[1], ends=2023)]
    )
    assert (
        "task_not_begun",
        "b",
        "Counter was due to begin in 2021, but no contract has been reported yet",
    ) in raised(Case(book=longer, city="A", report=idle, earlier=[GOOD]))


def test_tasks_under_way_of_which_a_report_says_nothing_are_an_alarm():
    """Of two tasks the second begins in 2021, so that in 2020 only the first is expected."""
    empty = report(2020, row("a", 15, None, None, None, None), row("b", 0, None, None, None, None))
    said = "the report gives no figures for 1 task that should be under way: Centre"
    assert ("tasks_silent", "report", said) in raised(case(empty))
    later = report(2021, row("a", 15, None, None, None, None), row("b", 5, 5))
    assert [code for code, *_ in raised(case(later, GOOD)) if code == "tasks_silent"] == ["tasks_silent"]
    assert "tasks_silent" not in [code for code, *_ in raised(case(GOOD))]


def test_underspending_is_against_the_pilots_own_history():
    """100% of the planned money in 2020, 5 of 15 million in 2021: less than half of what is usual."""
    less = report(2021, row("a", 15, 0, 0, 15, 5), row("b", 0, 5), reached=70.0)
    assert raised(case(less, GOOD)) == [
        ("underspent", "report", "33% of the planned money was spent, compared with 100% in earlier years")
    ]
    assert raised(case(report(2020, row("a", 15, 30, 30, 15, 1), row("b")))) == []


def test_money_that_lies_unspent_for_two_years_is_an_alarm():
    first = report(2020, row("a", 15, 30), row("b"), reached=60.0)
    second = report(2021, row("a", 15), row("b", 5, 5), reached=70.0)
    assert (
        "unspent",
        "a",
        "Centre: EUR 30.00 million was planned for 2020 and 2021, but only EUR 0.00 million was spent",
    ) in raised(case(second, first))  # fmt: skip


def test_reports_that_add_up_to_more_than_the_whole_task_are_an_alarm():
    first = report(2020, row("a", 15, 25), row("b"), reached=60.0)
    second = report(2021, row("a", 15, 30), row("b", 5, 5), reached=70.0)  # the total since the start
    (alarm,) = [one for one in raised(case(second, first)) if one[0] == "task_exceeded"]
    assert alarm[1] == "a"
    assert "add up to EUR 55.00 million, but the whole task costs EUR 30.00 million" in alarm[2]
    within = report(2021, row("a", 15, 5), row("b", 5, 5), reached=70.0)
    assert [one for one in raised(case(within, first)) if one[0] == "task_exceeded"] == []


def test_an_amount_that_is_not_known_is_not_zero():
    """No tender is known: a contract may follow one. What was spent is not known: it may not lie unspent."""
    first = report(2020, Progress(task="a", planned=15.0, contracted=15.0), row("b"))
    second = report(2021, Progress(task="a", planned=15.0, contracted=15.0, done=30.0), row("b", 5, 5))
    assert said(report_faults(second, BOOK, [first], [2020])) == []
    assert [one for one, *_ in raised(case(second, first)) if one in ("unspent", "underspent")] == []
    over = report(2020, Progress(task="a", tendered=1.0, contracted=2.0), row("b"))
    assert [cell for cell, _ in said(report_faults(over, BOOK, [], []))] == ["a"]


def test_a_task_that_was_dropped_or_shrank_is_an_alarm():
    first = msgspec.structs.replace(
        BOOK,
        tasks=[
            msgspec.structs.replace(BOOK.tasks[0], money={"city": 50.0}),
            BOOK.tasks[1],
            Task(code="c", title="Lamps", money={"city": 3.0}),
        ],
    )
    assert raised(case(GOOD, first=first)) == [
        ("scope_cut", "a", "Centre was reduced from EUR 50.00 million to EUR 30.00 million"),
        ("scope_cut", "c", "Lamps was dropped from the task book: EUR 3.00 million"),
    ]


def test_what_another_body_builds_in_the_city_is_an_alarm():
    others = [
        Other("taskbook", "t2", "Control room", "A", "IOC"),
        Other("taskbook", "t3", "Control room", "B", "IOC"),
        Other("project", "s1", "COUNTER"),
        Other("application", "a1", "counter"),
    ]
    assert raised(case(GOOD, others=others)) == [
        ("duplicate", "a", "Centre is also in the task book t2 (Control room)"),
        ("duplicate", "b", "Counter is also in the special project s1 (COUNTER)"),
    ]


def test_an_indicator_behind_its_way_is_an_alarm_and_one_inside_the_band_is_not():
    """From 50 in 2019 to 80 in 2022: 60 in 2020. A quarter of the way is 7.5."""
    assert expected(BOOK, "answered", 2020) == 60.0
    assert raised(case(report(2020, row("a", 15, 30, 30, 15, 15), row("b"), reached=52.6))) == []
    assert raised(case(report(2020, row("a", 15, 30, 30, 15, 15), row("b"), reached=52.0))) == [
        (
            "target_drift",
            "answered",
            "answered is at 52%; to be on track for the target, it would have to be at 60",
        )
    ]


def test_an_alarm_calls_an_indicator_by_its_name_and_a_share_of_a_need_what_it_is():
    """From a need of 0.5 in 2019 to 0.2 in 2022."""
    share = Target(indicator="7.7", year=2022, value=0.2, unit="share of the need", base=0.5)
    book, names = msgspec.structs.replace(BOOK, targets=[share]), {"7.7": "Traffic deaths"}
    reached = [Reached(indicator="7.7", value=0.5, unit=share.unit, source="police")]
    raised = alarms(
        Case(book=book, city="A", report=Report(title="r", year=2020, reached=reached), names=names)
    )
    (alarm,) = [one for one in raised if one.code == "target_drift"]
    assert alarm.message == (
        "Traffic deaths: 50.0% of the need is still unmet; to be on track for the target, it would have to "
        "be 40.0%"
    )


def test_a_report_quotes_the_alerts_of_live_figures_of_its_year():
    crossing = Crossing("a-1", "Monthly mean of NO2", "2021-03", 61.0, "ug/m3", 55.0, ended="2021-07")
    quote = (
        "alert a-1: Monthly mean of NO2 was at 61 ug/m3 in Mar 2021, against a required 55; "
        "back within its band in Jul 2021"
    )
    assert raised(case(GOOD, crossings=[crossing])) == [("left_band", "Monthly mean of NO2", quote)]


def test_figures_copied_from_last_year_are_an_alarm():
    again = report(2021, row("a", 15, 30, 30, 15, 15), row("b", 5, 5))
    assert [one for one in raised(case(again, GOOD)) if one[0] == "figures_copied"] == [
        ("figures_copied", "report", "5 of 6 figures are the same as for 2020")
    ]


def test_a_value_that_is_not_the_figure_in_force_is_an_alarm():
    assert raised(case(GOOD, figures={"answered": 55.0})) == [
        ("figure_differs", "answered", "answered is reported as 60, but the figure in force is 55")
    ]


def test_every_alarm_has_its_row_and_every_row_says_what_it_rests_on():
    assert all(one.meaning and one.severity in ("serious", "warning") for one in thresholds().values())


def test_an_amount_is_of_its_year_and_what_the_years_before_add_up_to_is_said():
    before = report(2020, row("a", 15, 30, 20, 15, 15), row("b"))
    now = report(2021, row("a", 15, 0, 0, 10, 0), row("b"))
    (fault,) = [one for one in report_faults(now, BOOK, [before], [2020]) if one.cell == "a"]
    assert "each field covers 2021 only" in fault.remedy
    assert "the first adds up to EUR 15.00 million and the second to EUR 20.00 million" in fault.remedy
