"""Alarms of time and money: late, not begun, above the budget, underspent, unspent, cut, built twice."""

from collections.abc import Iterator
from typing import Final

from urbium.packaged import words_of
from urbium.pilot.alarms.alarm_case import Alarm, Case, Other, raised, thresholds
from urbium.pilot.contracts.reports import Progress, Report, so_far
from urbium.pilot.contracts.taskbooks import Task, millions
from urbium.text import coded

_CENT: Final = 0.005
_KINDS: Final = words_of("place of another body")
"""Where something can be found that another body builds."""


def late_report(case: Case) -> Iterator[Alarm]:
    """Look whether the report was sent late."""
    if case.due is None or case.sent is None or case.due_year is None:
        return
    days = (case.sent - case.due).days
    if days > thresholds()["report_late"].value:
        message = coded(
            "pilot.alarm.report_late",
            "the report for {year:d} was due on {due:date} and is {count:,} day late",
            "the report for {year:d} was due on {due:date} and is {count:,} days late",
            year=case.due_year,
            due=case.due,
            count=days,
        )
        yield raised("report_late", "report", message, due=case.due.isoformat(), days=days)


def late_tasks(case: Case) -> Iterator[Alarm]:
    """Look for tasks that are not finished, or not begun, in their years."""
    if case.report is None:
        return
    year, reports = case.report.year, [*case.earlier, case.report]
    for task in case.book.tasks:
        whole = so_far(reports, task.code)
        lacking = 1 - whole["done"] / task.total if task.total else 0.0
        if task.ends is not None and task.ends <= year and lacking > thresholds()["task_late"].value:
            message = coded(
                "pilot.alarm.task_late",
                "{task} was due to be finished in {year:d}; work worth {done} of {total} is reported as done",
                task=task.title,
                year=task.ends,
                done=millions(case.book, whole["done"]),
                total=millions(case.book, task.total),
            )
            yield raised(
                "task_late", task.code, message, done=whole["done"], total=task.total, ends=task.ends
            )
        elif (
            task.starts is not None
            and task.starts < year
            and whole["contracted"] <= thresholds()["task_not_begun"].value
        ):
            message = coded(
                "pilot.alarm.task_not_begun",
                "{task} was due to begin in {year:d}, but no contract has been reported yet",
                task=task.title,
                year=task.starts,
            )
            yield raised("task_not_begun", task.code, message, starts=task.starts)


def silent_tasks(case: Case) -> Iterator[Alarm]:
    """Look for tasks that should be under way and of which a report says nothing in figures."""
    if case.report is None:
        return
    rows = {row.task: row for row in case.report.progress}
    due = [
        task
        for task in case.book.tasks
        if (task.starts is None or task.starts <= case.report.year)
        and (not task.total or so_far(case.earlier, task.code)["done"] < task.total - _CENT)
    ]
    silent = [task.title for task in due if _is_silent(rows.get(task.code))]
    if len(silent) > thresholds()["tasks_silent"].value:
        message = coded(
            "pilot.alarm.tasks_silent",
            "the report gives no figures for {count:,} task that should be under way: {titles:list}",
            "the report gives no figures for {count:,} tasks that should be under way: {titles:list}",
            count=len(silent),
            titles=silent,
        )
        yield raised("tasks_silent", "report", message, silent=len(silent), tasks=len(due))


def _is_silent(row: Progress | None) -> bool:
    """Say whether a row of a task says nothing that the programme has not filled in."""
    if row is None:
        return True
    amounts = (row.tendered, row.contracted, row.done, row.spent, row.posts)
    return not row.delivered and all(one is None for one in amounts)


def underspent(case: Case) -> Iterator[Alarm]:
    """Compare the share of the planned money that was spent with that of the years before."""
    before = [rate for one in case.earlier if (rate := _rate(one)) is not None]
    rate = None if case.report is None else _rate(case.report)
    if rate is None or not before:
        return
    usual = sum(before) / len(before)
    if rate < usual * thresholds()["underspent"].value:
        message = coded(
            "pilot.alarm.underspent",
            "{rate:.0%} of the planned money was spent, compared with {usual:.0%} in earlier years",
            rate=rate,
            usual=usual,
        )
        yield raised("underspent", "report", message, rate=rate, usual=usual)


def _rate(report: Report) -> float | None:
    rows = [(row.planned, row.spent) for row in report.progress if row.spent is not None]
    planned = sum(row[0] for row in rows)
    return sum(row[1] for row in rows) / planned if planned > _CENT else None


def unspent(case: Case) -> Iterator[Alarm]:
    """Look for tasks whose money lies unspent for two years."""
    last = next((one for one in case.earlier if case.report and one.year == case.report.year - 1), None)
    if case.report is None or last is None:
        return
    before = {row.task: row for row in last.progress}
    for row in case.report.progress:
        rows = [before.get(row.task, Progress(task=row.task)), row]
        share = thresholds()["unspent"].value
        spent = [one.spent for one in rows if one.spent is not None and one.spent < share * one.planned]
        if len(spent) == len(rows) and all(one.planned > _CENT for one in rows):
            planned = sum(one.planned for one in rows)
            message = coded(
                "pilot.alarm.unspent",
                "{task}: {planned} was planned for {first:d} and {last:d}, but only {spent} was spent",
                task=next((task.title for task in case.book.tasks if task.code == row.task), row.task),
                planned=millions(case.book, planned),
                first=last.year,
                last=case.report.year,
                spent=millions(case.book, sum(spent)),
            )
            yield raised("unspent", row.task, message, planned=planned)


def exceeded(case: Case) -> Iterator[Alarm]:
    """Look for tasks of which all reports together say more than the whole task costs.

    It is what happens when a report gives the total since the start for the amount of its year.
    """
    if case.report is None:
        return
    reports = [*case.earlier, case.report]
    for task in case.book.tasks:
        sums = so_far(reports, task.code)
        most = max(amount for stage, amount in sums.items() if stage != "planned")
        if task.total and most / task.total - 1 > thresholds()["task_exceeded"].value:
            message = coded(
                "pilot.alarm.task_exceeded",
                "{task}: the reports of all years add up to {most}, but the whole task costs {total}; each "
                "report gives the amount of its year, not the total since the start",
                task=task.title,
                most=millions(case.book, most),
                total=millions(case.book, task.total),
            )
            yield raised("task_exceeded", task.code, message, most=most, total=task.total)


def scope(case: Case) -> Iterator[Alarm]:
    """Look for tasks that were dropped or shrank since the task book was first put in force."""
    if case.first is None:
        return
    now = {task.code: task for task in case.book.tasks}
    for task in case.first.tasks:
        left = now[task.code].total if task.code in now else 0.0
        if task.code not in now:
            message = coded(
                "pilot.alarm.dropped",
                "{task} was dropped from the task book: {money}",
                task=task.title,
                money=millions(case.book, task.total),
            )
        elif task.total and 1 - left / task.total > thresholds()["scope_cut"].value:
            message = coded(
                "pilot.alarm.shrunk",
                "{task} was reduced from {before} to {after}",
                task=task.title,
                before=millions(case.book, task.total),
                after=millions(case.book, left),
            )
        else:
            continue
        yield raised("scope_cut", task.code, message, before=task.total, after=left)


def duplicates(case: Case) -> Iterator[Alarm]:
    """Look for what another body builds in the same city."""
    for task in case.book.tasks:
        for other in case.others:
            if _is_same(task, other, case.city):
                message = coded(
                    "pilot.alarm.duplicate",
                    "{task} is also in {kind} {name} ({title})",
                    task=task.title,
                    kind=_KINDS[other.kind],
                    name=other.code,
                    title=other.title,
                )
                yield raised("duplicate", task.code, message, other=other.code)


def _is_same(task: Task, other: Other, city: str) -> bool:
    """Say whether another builds the same: of one kind in one city, or of one name here."""
    if other.solution and task.solution:
        return other.city == city and other.solution == task.solution
    is_here = other.city == city or (other.kind == "project" and not other.city)
    return is_here and other.title.casefold() == task.title.casefold()
