"""What has happened: reports on projects, and the facts they make.

What is not reported is taken to have gone as planned. A started project whose build years are over and that
nobody reports finished is taken to be finished at the end of today's year.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl

from urbium.columns import schema_of
from urbium.errors import Fault, InputError, nearest, refuse, require_columns
from urbium.plan.problem.outlays import own_outlays
from urbium.plan.result.plan import Plan
from urbium.sources.door import read_table
from urbium.text import Text, coded, text

State = Literal["finished", "started", "delayed", "dropped"]

ACTUALS: Final = schema_of("project status start finish spent capital")
"""The columns of reports: only the project and its status are needed in each row.

``status`` is ``finished``, ``started``, ``delayed`` (not started yet) or ``dropped``; ``start`` and
``finish`` are the first and last build year as they are, or as expected now; ``spent`` is what was paid so
far and ``capital`` what the project costs in all by now, in millions.
"""

_BEGUN = ("finished", "started")
_STATES = (*_BEGUN, "delayed", "dropped")


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of a project today; ``is_news`` says that it is not as planned."""

    project: str
    state: State
    start: int | None
    finish: int | None
    spent: float
    capital: float
    is_reported: bool
    is_news: bool

    @property
    def has_begun(self) -> bool:
        """Whether it was started, so that it cannot be moved any more."""
        return self.state in _BEGUN

    def late(self, year: int) -> int:
        """How many years after a year it is finished; 0 or less when in time."""
        return 0 if self.finish is None else self.finish - year

    @property
    def sentence(self) -> Text:
        """What is known, in words."""
        match self.state:
            case "dropped":
                return text("dropped")
            case "delayed":
                return text("delayed: not before {year}", year=self.start)
            case "started":
                return text(
                    "started in {start}, now expected to be completed in {finish}",
                    start=self.start, finish=self.finish
                )  # fmt: skip
            case "finished":
                return text("built {start} to {finish}", start=self.start, finish=self.finish)


def read_actuals(path: str | Path) -> pl.DataFrame:
    """Read reports on projects from a CSV file or a workbook with the columns of :data:`ACTUALS`.

    Raises InputError with every cell that is not what its column holds.
    """
    return read_table(path, ACTUALS, needed=("project", "status"))


def facts_of(plan: Plan, actuals: pl.DataFrame, today: int) -> dict[str, Fact]:
    """Return what is known of each project that was reported, or planned to start before today.

    Raises InputError with every fault of the reports.
    """
    if today not in plan.years:
        raise InputError(
            coded("plan.actuals.today", "the current year, {year}, is not in the plan", year=today),
            remedy=text("enter a year from {first} to {last}", first=plan.years[0], last=plan.years[-1]),
        )
    table = _shaped(actuals)
    faults = list(_faults(plan, table, today))
    refuse(
        faults,
        "actuals",
        coded(
            "plan.actuals.faults",
            "the reports have one fault",
            "the reports have {count} faults",
            count=len(faults),
        ),
        text("correct each of those listed"),
    )
    planned = {row["project"]: row for row in plan.table.iter_rows(named=True)}
    costs = dict(plan.roadmap.projects.select("project", "capital").iter_rows())
    build = dict(plan.roadmap.projects.select("project", "build_years").iter_rows())
    paid: dict[str, float] = {}
    for (name, year), amount in own_outlays(plan.roadmap).items():
        paid[name] = paid.get(name, 0.0) + amount * (year < today)
    facts = {}
    for row in table.iter_rows(named=True):
        name = row["project"]
        facts[name] = _fact(row, planned.get(name), costs, build, paid=paid, today=today)
    for name, row in planned.items():
        if name not in facts and row["start"] < today:
            state: State = "finished" if row["finish"] < today else "started"
            done = min(today - row["start"], build[name])
            spent = paid.get(name, row["capital"] * done / build[name])
            facts[name] = Fact(
                name,
                state,
                row["start"],
                row["finish"],
                spent,
                row["capital"],
                is_reported=False,
                is_news=False,
            )
    return facts


def _fact(
    row: Mapping[str, Any], planned: Mapping[str, Any] | None, costs: Mapping[str, float],
    build: Mapping[str, int], *, paid: Mapping[str, float], today: int,
) -> Fact:  # fmt: skip
    """Complete one report with what was planned; ``paid`` is what was paid of outlays not in equal parts."""
    name, state = row["project"], row["status"]
    start, finish = row["start"], row["finish"]
    capital = row["capital"] if row["capital"] is not None else costs[name]
    if state in ("finished", "started"):
        start = start if start is not None else min(planned["start"], today) if planned else today
        expected = start + build[name] - 1
        finish = (
            finish if finish is not None else expected if state == "started" else min(expected, today - 1)
        )
        if state == "started":
            finish = max(finish, today)
    elif state == "delayed":
        later = max(today, planned["start"] + 1) if planned else today
        start, finish = (start if start is not None else later), None
    done = 0.0 if start is None or finish is None else min(max(today - start, 0) / (finish - start + 1), 1.0)
    so_far = paid.get(name, capital * done)
    spent = row["spent"] if row["spent"] is not None else so_far
    if state == "finished" and row["capital"] is None:
        capital = spent
    as_planned = (
        planned is not None
        and state in ("finished", "started")
        and (start, finish) == (planned["start"], planned["finish"])
        and capital == costs[name]
        and abs(spent - so_far) <= 1e-9 * max(1.0, capital)
    )
    return Fact(name, state, start, finish, spent, capital, is_reported=True, is_news=not as_planned)


def _shaped(actuals: pl.DataFrame) -> pl.DataFrame:
    known = text("the columns are {columns:list}", columns=list(ACTUALS))
    require_columns(actuals.columns, ("project", "status"), "actuals", "plan.actuals.no_column", known)
    try:
        return actuals.with_columns(
            pl.lit(None).alias(name) for name in ACTUALS if name not in actuals.columns
        ).select(pl.col(name).cast(kind) for name, kind in ACTUALS.items())
    except pl.exceptions.PolarsError as error:
        raise InputError(
            str(error),
            place="actuals",
            remedy=text("years must be whole numbers, and money must be a number"),
        ) from error


def _faults(plan: Plan, table: pl.DataFrame, today: int) -> Iterator[Fault]:
    """Yield what is wrong with the reports."""
    projects = set(plan.roadmap.projects["project"])
    planned = dict(plan.table.select("project", "start").iter_rows())
    twice = set(table.filter(table["project"].is_duplicated())["project"])
    for row in table.iter_rows(named=True):
        name = row["project"]
        if name not in projects:
            message = coded("plan.actuals.unknown", "there is no project {name!r}", name=name)
            yield Fault("error", message, nearest(str(name), projects), cell=str(name))
            continue
        faults = [*_wrong_state(row, planned, today), *_wrong_years(row, plan.years, today)]
        if name in twice:
            message = coded("plan.actuals.twice", "{project} is reported twice", project=name)
            faults.append((message, text("keep one row")))
        faults += _below_zero(row)
        for message, remedy in faults:
            yield Fault("error", message, remedy, rule="actuals", cell=name)


_Wrong = Iterator[tuple[Text, Text]]


def _below_zero(row: Mapping[str, Any]) -> _Wrong:
    for column in ("spent", "capital"):
        if row[column] is not None and not row[column] >= 0:
            yield (
                text(
                    "{project}: {column} is below 0",
                    project=row["project"], column=column
                ),
                text("enter 0 or more"),
            )  # fmt: skip


def _wrong_state(row: Mapping[str, Any], planned: Mapping[str, int], today: int) -> _Wrong:
    """Yield what is wrong with a status, and what to do; ``planned`` are the start years of the plan."""
    project, start = row["project"], planned.get(row["project"])
    if row["status"] not in _STATES:
        yield (
            text(
                "{project}: {status!r} is not a status",
                project=project, status=row["status"]
            ),
            text("use one of: {names:list}", names=list(_STATES)),
        )  # fmt: skip
    elif row["status"] in _BEGUN and row["start"] is None:
        remedy = text("enter the year in which it was started")
        if start is None:
            message = text("{project} was not planned, and no start has been reported", project=project)
            yield message, remedy
        elif row["status"] == "finished" and start >= today:
            yield (
                text(
                    "{project} is finished and was planned to start in {year}, but no start has been "
                    "reported",
                    project=project, year=start
                ),
                remedy,
            )  # fmt: skip


def _wrong_years(row: Mapping[str, Any], years: range, today: int) -> _Wrong:
    """Yield what is wrong with the years, and what to do."""
    project, state, start, finish = row["project"], row["status"], row["start"], row["finish"]
    as_started = text("report it as started")
    if state in _BEGUN and start is not None and not years[0] <= start <= today:
        yield (
            text("{project} cannot have been started in {year}", project=project, year=start),
            text("enter a year from {first} to {last}", first=years[0], last=today),
        )
    elif state == "finished" and start == today:
        yield (
            text(
                "{project} is reported as finished but begins in {year}, which is not in the past",
                project=project, year=start
            ),
            as_started,
        )  # fmt: skip
    if state == "finished" and finish is not None and finish >= today:
        yield (
            text(
                "{project} is reported as finished in {year}, which is not in the past",
                project=project, year=finish
            ),
            as_started,
        )  # fmt: skip
    if state == "delayed" and start is not None and start < today:
        yield (
            text(
                "{project} is delayed to {year}, which is in the past",
                project=project, year=start
            ),
            text("enter a year from {year} onwards", year=today),
        )  # fmt: skip
    if start is not None and finish is not None and finish < start:
        yield (
            text(
                "the completion of {project} in {year} is before its start",
                project=project, year=finish
            ),
            text("exchange the years"),
        )  # fmt: skip
