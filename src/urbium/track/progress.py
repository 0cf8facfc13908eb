"""Progress: what a task book planned beside what was reported and observed: time, money, people, effect.

In: task books in force or closed with their accepted reports, and figures in force. What nobody reported is
not there; nothing is taken to have gone as planned. Money of reports is nominal and that of plans is not, so
that ``real`` brings the one to the prices of the other (:class:`Tracked`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Final

import polars as pl

from urbium import charts
from urbium.columns import schema_of
from urbium.packaged import words_of
from urbium.pilot.alarms.alarm_figures import expected
from urbium.pilot.contracts.reports import Progress as Row
from urbium.pilot.contracts.reports import Report
from urbium.pilot.contracts.taskbooks import Task, TaskBook
from urbium.result import Result
from urbium.text import Text, paragraph, sentences, text, texts
from urbium.track.earned_value import EarnedValue, earned, together

Figure = tuple[float, str]
"""A value and its source."""

_ROWS: Final = schema_of(
    "taskbook city item title measure unit year planned actual difference evidence source"
)
EARNED: Final = schema_of(
    "level taskbook city item currency prices year bac pv ev ac sv cv spi cpi eac es spi_t finish rule",
    finish=pl.Float64(),
)
"""Columns of the earned value: of tasks, task books, cities and the programme (``level``)."""
MEASURES: Final = words_of("measure of progress")
_EVIDENCE: Final = words_of("evidence of progress")
_EXAMPLE: Final = text(
    "The task books here are examples: their promises, spending and results are fictitious, serve only "
    "to show how progress is followed, and are not counted anywhere."
)
_LEAST: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class Tracked:
    """A task book with what is known of it.

    Parameters
    ----------
    code, city, book : the task book
    reports : accepted, by year
    planned : what a task is to spend in a year, in millions at the prices of the plan; None where no plan
        says
    real : brings an amount of a year to the prices of the plan
    prices : what the amounts are in then, as ``Basis`` says it
    posts : full-time posts that a task needs while it is built
    figures : figures in force, by indicator and year, in the unit of the target
    titles : what indicators are called
    money : how reported money was brought to the prices, in words
    is_example : whether it is made up, and counts nowhere
    """

    code: str
    city: str
    book: TaskBook
    reports: Sequence[Report]
    planned: Callable[[Task, int], float | None]
    real: Callable[[float, int], float] = lambda amount, _year: amount
    prices: Text | str = ""
    posts: Mapping[str, float] = field(default_factory=dict)
    figures: Mapping[str, Mapping[int, Figure]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    money: Text | str = ""
    is_example: bool = False

    @cached_property
    def year(self) -> int | None:
        """The last year of which an accepted report tells."""
        return max((one.year for one in self.reports), default=None)

    @cached_property
    def rows(self) -> Mapping[str, Sequence[tuple[int, Row]]]:
        """What reports say of each task: year and row, by year."""
        rows: dict[str, list[tuple[int, Row]]] = {}
        for report in self.reports:
            for row in report.progress:
                rows.setdefault(row.task, []).append((report.year, row))
        return rows

    @cached_property
    def values(self) -> dict[tuple[str, int | None], tuple[EarnedValue, str]]:
        """Earned values that were computed, by task and year."""
        return {}

    @cached_property
    def baselines(self) -> Mapping[str, dict[int, float]]:
        """What each task is to have earned by the end of each year."""
        return {task.code: _baseline(self, task) for task in self.book.tasks}

    @property
    def last(self) -> Report | None:
        """The report of the last year."""
        return next((one for one in self.reports if one.year == self.year), None)


@dataclass(frozen=True, kw_only=True)
class Progress(Result):
    """Plan against actuals of all task books.

    Parameters
    ----------
    table : taskbook, city, item (task or indicator), title, measure (start, finish, money, people,
        effect), unit, year, planned, actual, difference (actual less planned), evidence, source
    earned : earned value of tasks, task books, cities and the programme; columns :data:`EARNED`
    curve : currency, year, and what was planned, earned and spent by then (millions)
    year : of which the sums of the programme are
    left_out : task books without an accepted report of that year, which are in no sum of the programme
    money : how reported money was brought to the prices of the plans
    is_example : whether the task books are examples, made up to show how this goes
    """

    stage: ClassVar[str] = "progress"
    words: ClassVar[Mapping[str, Mapping[str, Text]]] = MappingProxyType(
        {
            "measure": MEASURES,
            "evidence": _EVIDENCE,
            "level": words_of("level of progress"),
            "rule": words_of("rule of earning"),
        }
    )
    earned: pl.DataFrame = field(repr=False)
    curve: pl.DataFrame = field(repr=False)
    year: int | None
    left_out: tuple[str, ...] = ()
    money: tuple[Text | str, ...] = ()
    is_example: bool = False

    def __repr__(self) -> str:
        if self.table.is_empty():
            return text("Progress: no task book is in force").render()
        facts = self.facts
        head = texts(
            "Progress of {count} task book", "Progress of {count:,} task books",
            count=facts["taskbooks"]
        ) if not self.is_example else texts(
            "Made-up example of {count} task book",
            "Made-up example of {count:,} task books", count=facts["taskbooks"]
        )  # fmt: skip
        if self.year is None:
            rest = text("no report has been accepted yet")
        else:
            rest = texts(
                "up to {year:d}: {late:,} of {tasks:,} tasks is late",
                "up to {year:d}: {late:,} of {tasks:,} tasks are late",
                count=facts["late"], late=facts["late"], year=self.year, tasks=facts["tasks"]
            )  # fmt: skip
        said = sentences([head, rest])
        if not self.is_example:
            return said.render()
        unknown = text("Whether the plan is on time is unknown, because there is no real report yet.")
        return paragraph([unknown, said]).render()

    @property
    def late(self) -> pl.DataFrame:
        """The rows of tasks that were or are to be completed later than planned."""
        return self.table.filter(measure="finish").filter(pl.col("difference") > 0)

    @property
    def overview(self) -> pl.DataFrame:
        """What was planned and what became of it first: a narrow screen shows the first columns alone."""
        figures, is_year = pl.col("planned", "actual", "difference"), pl.col("unit") == "year"
        said = (
            pl.when(is_year)
            .then(figures.cast(pl.Int64).cast(pl.String))
            .otherwise(figures.round(3).cast(pl.String))
        )
        first = ("item", "measure", "planned", "actual", "difference", "unit")
        return self.table.with_columns(said).select(*first, pl.exclude(first))

    @property
    def facts(self) -> Mapping[str, Any]:
        """How many task books and tasks there are, and how many tasks are late."""
        return {
            "taskbooks": self.table["taskbook"].n_unique(),
            "tasks": self.table.filter(measure="finish").height,
            "late": self.late.height,
            "year": self.year,
            "left_out": len(self.left_out),
            "is_example": self.is_example,
        }

    @property
    def notes(self) -> tuple[Text | str, ...]:
        """What counts as earned, how the rest is estimated, and who is not in the sums."""
        notes: list[Text | str] = [
            *([_EXAMPLE] if self.is_example else []),
            *self.money,
            text(
                "The earned value is the budget of accepted deliverables; where a task book "
                "declares none, it is the value of finished work in accepted reports, up to its "
                "budget. Spending alone adds no earned value."
            ),
            text(
                "The schedule performance index (SPI) is the earned value divided by the planned value: "
                "below 1 means behind plan. The cost performance index (CPI) is the earned value divided "
                "by the money spent: below 1 means over budget. The estimate at completion is the budget "
                "divided by the cost performance index: the remaining work is assumed to cost as much, "
                "relative to its value, as the work already done. The schedule performance index in time "
                "(SPI(t)) is the earned schedule divided by the elapsed years. An amount "
                "missing from a report is treated as zero."
            ),
        ]
        if self.left_out:
            notes.append(
                texts(
                    "{count} task book has no accepted report for {year:d} and is not included in the "
                    "totals",
                    "{count:,} task books have no accepted report for {year:d} and are not included in "
                    "the totals",
                    count=len(self.left_out), year=self.year
                )
            )  # fmt: skip
        return tuple(notes)

    def chart(self) -> dict[str, Any]:
        """Return what was planned, earned and spent by year, in the currency of most tasks."""
        most = str(self.curve["currency"].mode().sort().first()) if self.curve.height else ""
        return charts.progress_curve(
            self.curve.filter(currency=most), title=text("Planned, earned and spent"), currency=most
        )


def progress(books: Sequence[Tracked]) -> Progress:
    """Return plan against actuals of task books.

    Parameters
    ----------
    books : with their accepted reports; sums of the programme are of the last year of any report
    """
    rows = [row for book in books for row in _rows(book)]
    year = max((book.year for book in books if book.year is not None), default=None)
    parts = [
        (book, task, *_earned(book, task, book.year))
        for book in books
        if book.year
        for task in book.book.tasks
    ]
    return Progress(
        table=pl.DataFrame(rows, schema=dict(_ROWS), orient="row"),
        earned=_levels(parts, year),
        curve=_curve(books, year),
        year=year,
        left_out=tuple(book.code for book in books if book.year != year),
        money=tuple(dict.fromkeys(book.money for book in books if book.money)),
        is_example=any(book.is_example for book in books),
        messages={
            str(said): said
            for book in books
            for said in (book.prices, *book.titles.values())
            if isinstance(said, Text)
        },
    )


def _rows(one: Tracked) -> Iterator[tuple[Any, ...]]:
    for task in one.book.tasks:
        head = (one.code, one.city, task.code, task.title)
        yield (*head, *_years("start", task.starts, begun_in(one, task), one))
        yield (*head, *_finish(one, task))
        if one.last is not None:
            yield (*head, *_money(one, task, one.last.year))
            yield from ((*head, *row) for row in _people(one, task, one.last))
    yield from _effects(one)


def begun_in(one: Tracked, task: Task) -> int | None:
    """Return the first year in which something of a task was contracted, done, spent or handed over."""
    rows = one.rows.get(task.code, ())
    return next(
        (year for year, row in rows if row.contracted or row.done or row.spent or row.delivered),
        None,
    )


def finished_in(one: Tracked, task: Task) -> int | None:
    """Return the first year by which all of a task was earned; None where it is not finished."""
    return next((row.year for row in one.reports if _earned(one, task, row.year)[0].is_complete), None)


def spent_by(one: Tracked, task: Task) -> float | None:
    """Return what was spent on a task so far, at the prices of the plan, in millions; None if not known."""
    if any(row.spent is None for _, row in one.rows.get(task.code, ())):
        return None
    return _earned(one, task, one.year)[0].ac


def _finish(one: Tracked, task: Task) -> tuple[Any, ...]:
    ends = finished_in(one, task)
    if ends is None and one.year is not None and task.ends is not None and one.year >= task.ends:
        source = text("not completed by the end of {year:d}", year=one.year).render()
        return ("finish", "year", one.year, task.ends, None, one.year + 1 - task.ends, "report", source)
    return _years("finish", task.ends, ends, one)


def _years(measure: str, planned: int | None, actual: int | None, one: Tracked) -> tuple[Any, ...]:
    difference = None if planned is None or actual is None else actual - planned
    evidence = "none" if actual is None else "report"
    return (measure, "year", one.year, planned, actual, difference, evidence, "")


def _money(one: Tracked, task: Task, year: int) -> tuple[Any, ...]:
    value = _earned(one, task, year)[0]
    unit = text("{currency} million", currency=one.book.currency).render()
    return ("money", unit, year, value.pv, value.ac, value.ac - value.pv, "report", str(one.prices))


def _people(one: Tracked, task: Task, report: Report) -> Iterator[tuple[Any, ...]]:
    needed = one.posts.get(task.code)
    filled = next((row.posts for row in report.progress if row.task == task.code), None)
    is_built = task.starts is not None and task.ends is not None and task.starts <= report.year <= task.ends
    planned = needed if is_built and needed is not None else None
    if planned is None and filled is None:
        return
    difference = None if planned is None or filled is None else filled - planned
    unit = text("full-time posts").render()
    evidence = "none" if filled is None else "report"
    yield ("people", unit, report.year, planned, filled, difference, evidence, "")


def _effects(one: Tracked) -> Iterator[tuple[Any, ...]]:
    """Yield indicators in the last year told of: where the targets want them, and where they are."""
    year = one.year
    if year is None or one.last is None:
        return
    reached = {row.indicator: row for row in one.last.reached}
    for indicator in dict.fromkeys(target.indicator for target in one.book.targets):
        unit = next(target.unit for target in one.book.targets if target.indicator == indicator)
        planned, row = expected(one.book, indicator, year), reached.get(indicator)
        observed = one.figures.get(indicator, {}).get(year)
        actual, evidence, source = None, "none", ""
        if observed is not None:
            actual, evidence, source = observed[0], "figure", observed[1]
        elif row is not None and row.value is not None:
            actual, evidence, source = row.value, "report", row.source
        difference = None if planned is None or actual is None else actual - planned
        yield (
            one.code, one.city, indicator, one.titles.get(indicator, indicator), "effect",
            unit, year, planned, actual, difference,
            evidence, source,
        )  # fmt: skip


def _earned(one: Tracked, task: Task, year: int | None) -> tuple[EarnedValue, str]:
    """Return planned, earned and spent of a task by the end of a year, and by what it earns."""
    key = (task.code, year)
    if key not in one.values:
        one.values[key] = _compute_earned(one, task, year)
    return one.values[key]


def _compute_earned(one: Tracked, task: Task, year: int | None) -> tuple[EarnedValue, str]:
    rows = [(at, row) for at, row in one.rows.get(task.code, ()) if year is None or at <= year]
    delivered = [name for _, row in rows for name in row.delivered]
    work = sum(one.real(row.done or 0.0, at) for at, row in rows)
    if rows and sum(row.done or 0.0 for _, row in rows) >= task.total * (1 - _LEAST):
        work = task.total  # all of the work is done, whatever prices did
    value, rule = earned(task.total, task.deliverables, delivered, work)
    spent = sum(one.real(row.spent or 0.0, at) for at, row in rows)
    return EarnedValue(one.baselines[task.code], year or 0, ev=value, ac=spent), rule


def _baseline(one: Tracked, task: Task) -> dict[int, float]:
    """Return what a task is to have earned by the end of each year: its money, as its plan spends it."""
    if task.starts is None or task.ends is None:
        return {}
    years = range(task.starts, task.ends + 1)
    amounts = [one.planned(task, year) for year in years]
    sums = [amount or 0.0 for amount in amounts]
    if None in amounts or sum(sums) <= _LEAST:
        sums = [1.0] * len(years)  # spread evenly, as reports are filled in
    whole, total, planned = task.total, 0.0, {task.starts - 1: 0.0}
    for year, amount in zip(years, sums, strict=True):
        total += amount
        planned[year] = whole * total / sum(sums)
    return planned


def _levels(parts: Sequence[tuple[Tracked, Task, EarnedValue, str]], year: int | None) -> pl.DataFrame:
    """Return the earned value of tasks, and summed by task book, city and currency of the programme."""
    groups: dict[tuple[str, str, str, str, str, str], list[tuple[EarnedValue, str]]] = {}
    for one, task, part, rule in parts:
        money = (one.book.currency, str(one.prices))
        levels = [("task", one.code, one.city, task.code), ("taskbook", one.code, one.city, "")]
        if one.year == year:
            levels += [("city", "", one.city, ""), ("programme", "", "", "")]
        for level, book, city, item in levels:
            groups.setdefault((level, book, city, item, *money), []).append((part, rule))
    order = ("programme", "city", "taskbook", "task")
    rows = []
    for key, values in sorted(groups.items(), key=lambda group: (order.index(group[0][0]), group[0])):
        value = together([part for part, _ in values])
        rows.append(
            (
                *key, value.year, value.bac, value.pv, value.ev, value.ac, value.sv, value.cv, value.spi,
                value.cpi, value.eac, value.es, value.spi_t, value.finish,
                "; ".join(sorted({rule for _, rule in values})),
            )
        )  # fmt: skip
    return pl.DataFrame(rows, schema=dict(EARNED), orient="row")


def _curve(books: Sequence[Tracked], year: int | None) -> pl.DataFrame:
    """Return what was planned, earned and spent by the end of each year, by currency."""
    schema = schema_of("currency year planned earned spent")
    rows = []
    counted = [one for one in books if year is not None and one.year == year]
    for currency in dict.fromkeys(one.book.currency for one in counted):
        tasks = [(one, task) for one in counted if one.book.currency == currency for task in one.book.tasks]
        whole = together([_earned(one, task, year)[0] for one, task in tasks])
        years = {at for one, task in tasks for at, value in one.baselines[task.code].items() if value > 0}
        for at in sorted(years):
            values = [_earned(one, task, at)[0] for one, task in tasks]
            is_past = year is not None and at <= year
            rows.append(
                (
                    currency, at, whole.planned[at],
                    sum(value.ev for value in values) if is_past else None,
                    sum(value.ac for value in values) if is_past else None,
                )
            )  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")
