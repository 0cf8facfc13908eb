"""Reports: the yearly self-evaluation of a pilot against its task book."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from urbium.errors import Fault
from urbium.model.dossiers import Internal, Open, Parties
from urbium.pilot.attachments import Attachment
from urbium.pilot.contracts.taskbooks import SHARE, Task, TaskBook, millions, span
from urbium.text import Text, coded, text

STAGES: Final = ("planned", "tendered", "contracted", "done", "spent")
"""What is said of the money of a task in a year."""
_HALF_UNIT: Final = 0.005
"""By how much rounding changes an amount in millions at most: pages show two decimals of one."""
_FLOAT: Final = 1e-9
_MIDYEAR: Final = 7
_IN_ORDER: Final[tuple[tuple[str, str, Text, Callable[..., Text]], ...]] = (
    ("contracted", "tendered", text("correct one of them; a contract follows a tender"),
     lambda **of: coded("pilot.report.contracted",
                        "{more} has been contracted so far, but only {less} has been tendered", **of)),
    ("spent", "contracted", text("correct one of them; money is spent under a contract"),
     lambda **of: coded("pilot.report.spent",
                        "{more} has been spent so far, but only {less} has been contracted", **of)),
    ("done", "contracted", text("correct one of them; work is done under a contract"),
     lambda **of: coded("pilot.report.done",
                        "work worth {more} has been done so far, but work worth only {less} has been "
                        "contracted", **of)),
)  # fmt: skip
"""What may not exceed what, the remedy of a first report, and what is said of both amounts."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """What was planned, tendered, contracted, done and spent of a task in the year.

    Amounts are in millions of the task book's currency and of this year alone, None where they are not known;
    ``done`` is the value of the work that was finished. ``delivered`` are the deliverables of the task book
    that were handed over in the year, ``posts`` the full-time posts that were filled for the task at its end
    (None where it is not said).
    """

    task: str
    planned: float = 0.0
    tendered: float | None = None
    contracted: float | None = None
    done: float | None = None
    spent: float | None = None
    note: str = ""
    delivered: list[str] = []
    posts: float | None = None


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """What an indicator reached."""

    indicator: str
    value: float | None = None
    unit: str = ""
    source: str = ""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it is kept, to be said in any language: what ``urbium.text.packed`` writes."""

    message: str
    parameters: dict[str, Any] = {}
    plural: str = ""
    number: int = 1
    code: str = ""
    context: str = ""


class Noticed(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm as a report keeps it: its code, how grave it is, what it is about, and the reason."""

    code: str
    severity: str
    place: str
    reason: Said


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a pilot says of one year.

    Attributes
    ----------
    title : of the report
    year : that it evaluates
    progress, reached : of the tasks, and of the indicators
    narrative : in the pilot's own words, with its evidence
    attachments : files of evidence, each of a task or of the whole report
    alarms : what was noticed when it was sent; sentences in reports that an earlier urbium kept
    requests : changes asked for, newest last
    """

    title: Open[str]
    year: Open[int]
    progress: Open[list[Progress]] = []
    reached: Open[list[Reached]] = []
    narrative: Open[str] = ""
    attachments: Parties[list[Attachment]] = []
    alarms: Parties[list[Noticed | str]] = []
    requests: Parties[list[str]] = []
    note: Internal[str] = ""


def due_day(year: int, evaluation_day: str) -> date:
    """Return the day by which the report of a year is due.

    An evaluation day in the first half of a year evaluates the year before (an assumption; the fiscal year
    of India ends on 31 March).

    Parameters
    ----------
    year : that is evaluated
    evaluation_day : month and day (``12-31``)

    >>> due_day(2020, "12-31"), due_day(2020, "03-31")
    (datetime.date(2020, 12, 31), datetime.date(2021, 3, 31))
    """
    month, day = map(int, evaluation_day.split("-"))
    return date(year + (month < _MIDYEAR), month, day)


def prefilled(
    book: TaskBook,
    report: Report,
    planned: Callable[[Task, int], float | None],
    figures: Mapping[str, tuple[float, str, str]],
) -> Report:
    """Return a report with a row for each task and indicator: planned money of the year, figures with source.

    Parameters
    ----------
    book : the task book
    report : its year is read, and what it says already stays
    planned : what a task is to spend in a year; None where its plan does not say
    figures : value, unit and source of the figures of the year, by variable; of shares of needs, by indicator
    """
    tasks, indicators = {row.task for row in report.progress}, {row.indicator for row in report.reached}
    units = {target.indicator: target.unit for target in book.targets}
    return msgspec.structs.replace(
        report,
        progress=[
            *report.progress,
            *(_row(task, report.year, planned) for task in book.tasks if task.code not in tasks),
        ],
        reached=[
            *(_with_unit(row, units) for row in report.reached),
            *(_reached(name, unit, figures) for name, unit in units.items() if name not in indicators),
        ],
    )


def _with_unit(row: Reached, units: Mapping[str, str]) -> Reached:
    """Return what an indicator reached in the unit of its target, where the row names none."""
    return row if row.unit else msgspec.structs.replace(row, unit=units.get(row.indicator, ""))


def _row(task: Task, year: int, planned: Callable[[Task, int], float | None]) -> Progress:
    amount = planned(task, year)
    if amount is not None:
        return Progress(task=task.code, planned=amount)
    years = range(task.starts or 0, (task.ends or -1) + 1)
    if year not in years:
        return Progress(task=task.code)
    spread = coded(
        "pilot.report.spread", "planned money is spread evenly over the years of the task (an assumption)"
    )
    return Progress(task=task.code, planned=round(task.total / len(years), 6), note=str(spread.render()))


def _reached(indicator: str, unit: str, figures: Mapping[str, tuple[float, str, str]]) -> Reached:
    value, measured, source = figures.get(indicator, (None, unit, ""))
    if measured != unit:
        return Reached(indicator=indicator, value=None, unit=unit)
    return Reached(indicator=indicator, value=value, unit=unit, source=source)


def so_far(reports: Sequence[Report], task: str) -> dict[str, float]:
    """Return the sums of a task over reports, by stage; an amount that is not known adds nothing.

    >>> year = Report(title="", year=2020, progress=[Progress(task="a", tendered=2.0)])
    >>> so_far([year, year], "a")["tendered"]
    4.0
    """
    rows = _of_task(reports, task)
    return {name: sum(getattr(row, name) or 0.0 for row in rows) for name in STAGES}


def _of_task(reports: Sequence[Report], task: str) -> list[Progress]:
    return [row for report in reports for row in report.progress if row.task == task]


def report_faults(
    report: Report, book: TaskBook, earlier: Sequence[Report], others: Sequence[int]
) -> Iterator[Fault]:
    """Yield what keeps a report from being sent; that it is late does not.

    Parameters
    ----------
    report, book : the report, and its task book
    earlier : the reports of the years before, as sent
    others : the years of all other reports of the task book
    """
    yield from year_faults(report, book, others)
    if not report.narrative.strip():
        yield _fault(
            "narrative",
            coded("pilot.report.no_narrative", "it contains no text"),
            text("state what was done, with the evidence"),
        )
    tasks, rows = [task.code for task in book.tasks], [row.task for row in report.progress]
    for code in sorted({*tasks} - {*rows}):
        yield _fault(
            code,
            coded("pilot.report.task_missing", "this task from the task book is missing from the report"),
            text("save the report to add a row for it, then enter its progress"),
        )
    for code in sorted({*rows} - {*tasks}):
        yield _fault(
            code, coded("pilot.report.task_strange", "this is not a task in the task book"), text("omit it")
        )
    for code in sorted({row for row in rows if row in tasks and rows.count(row) > 1}):
        yield _fault(
            code, coded("pilot.report.task_twice", "this task is listed twice"), text("keep one of its rows")
        )
    named = {one.indicator for one in report.reached}
    for indicator in sorted({target.indicator for target in book.targets} - named):
        yield _fault(
            indicator,
            coded(
                "pilot.report.indicator_missing", "this indicator in the task book is missing from the report"
            ),
            text("save the report to add a row for it, then enter its value, or leave the value empty"),
        )
    for one in report.reached:
        if one.unit == SHARE and one.value is not None and not 0 <= one.value <= 1:
            yield _fault(
                f"reached.{one.indicator}.value",
                coded(
                    "pilot.report.share",
                    "{value:,.6g}% is not a share of the need, from 0% to 100%",
                    value=100 * one.value,
                ),
                text("enter 0% if the need is met, or the value from the task book if nothing has improved"),
            )
        if one.value is not None and not one.source.strip():
            yield _fault(
                f"reached.{one.indicator}.source",
                coded("pilot.report.no_source", "its value has no source"),
                text("state where the figure comes from"),
            )
    yield from _money_faults(report, book, earlier)
    yield from _deliverable_faults(report, book, earlier)


def _deliverable_faults(report: Report, book: TaskBook, earlier: Sequence[Report]) -> Iterator[Fault]:
    """Check that what is handed over stands in the task book, and once."""
    declared = {task.code: task.deliverables for task in book.tasks}
    before = {(row.task, name) for one in earlier for row in one.progress for name in row.delivered}
    for row in report.progress:
        for name in sorted({*row.delivered} - {*declared.get(row.task, {})}):
            yield _fault(
                row.task,
                coded(
                    "pilot.report.deliverable",
                    "the task book has no deliverable {name!r} for this task",
                    name=name,
                ),
                text("use a name from the task book: {names:list}", names=sorted(names))
                if (names := declared.get(row.task))
                else text("leave it empty: the task book names no deliverables for this task"),
            )
        for name in sorted({*row.delivered} & {name for task, name in before if task == row.task}):
            yield _fault(
                row.task,
                coded(
                    "pilot.report.delivered_twice", "{name!r} was handed over in an earlier year", name=name
                ),
                text("list it only in the year in which it is handed over"),
            )
        if row.posts is not None and row.posts < 0:
            yield _fault(
                row.task,
                coded("pilot.report.posts", "the number of posts is below zero"),
                text("enter the number of full-time posts that were filled, or leave the field empty"),
            )


def year_faults(report: Report, book: TaskBook, others: Sequence[int]) -> Iterator[Fault]:
    """Yield what is wrong with the year of a report."""
    years = span(book)
    if report.year not in years:
        yield _fault(
            "year",
            coded("pilot.report.year", "{year:d} is not a year in the task book", year=report.year),
            text("enter a year from {first:d} to {last:d}", first=years[0], last=years[-1])
            if years
            else text("the task book has no years yet"),
        )
    if report.year in others:
        yield _fault(
            "year",
            coded("pilot.report.twice", "there is already a report for {year:d}", year=report.year),
            text("change the existing one"),
        )


def _money_faults(report: Report, book: TaskBook, earlier: Sequence[Report]) -> Iterator[Fault]:
    """Check that, over all years, nothing is contracted before it is tendered, or spent before that."""
    for row in report.progress:
        if min(getattr(row, name) or 0.0 for name in STAGES) < 0:
            yield _fault(
                row.task,
                coded("pilot.report.negative", "an amount is below zero"),
                text("enter what was planned, tendered, done and spent"),
            )
        whole, before = so_far([*earlier, report], row.task), so_far(earlier, row.task)
        rows = _of_task([*earlier, report], row.task)
        for name in {name for name in STAGES if any(getattr(one, name) is None for one in rows)}:
            whole[name] = math.inf  # what is not known may have been enough
        for more, less, remedy, message in _IN_ORDER:
            if _exceeds(rows, whole, more, less):
                yield _fault(
                    row.task,
                    message(more=millions(book, whole[more]), less=millions(book, whole[less])),
                    _of_year(book, report.year, before[more], before[less]) if earlier else remedy,
                )


def _exceeds(rows: Sequence[Progress], whole: Mapping[str, float], more: str, less: str) -> bool:
    """Say whether one sum exceeds another by more than the rounding of the amounts in both explains."""
    amounts = sum(bool(getattr(row, name)) for row in rows for name in (more, less))
    return whole[less] + _HALF_UNIT * amounts + _FLOAT < whole[more] < math.inf


def _of_year(book: TaskBook, year: int, more: float, less: float) -> Text:
    """Say that an amount is of its year alone, and what the reports before add up to."""
    return text(
        "correct one of them: each field covers {year:d} only; in the earlier reports, the first "
        "adds up to {more} and the second to {less}",
        year=year,
        more=millions(book, more),
        less=millions(book, less),
    )


def _fault(place: str, message: Text, remedy: Text) -> Fault:
    return Fault("error", message, remedy, rule="report", cell=place)
