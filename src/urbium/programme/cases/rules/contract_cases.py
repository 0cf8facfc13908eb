"""Contract cases: what the checks of task books, reports and grades read of a programme."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from urbium.catalogue import Catalogue
from urbium.model import NeedFormula
from urbium.model.dossiers import Dossier
from urbium.pilot.alarms.alarm_case import Case, Crossing, Other
from urbium.pilot.calls.rulesets import rule_set
from urbium.pilot.contracts.reports import Report, due_day
from urbium.pilot.contracts.taskbooks import SHARE, TaskBook
from urbium.programme.cases.desk import Desk
from urbium.text import named, text
from urbium.units import convert

if TYPE_CHECKING:
    from urbium.plan import Plan

_SENT = ("submitted", "returned", "reviewed", "accepted")


def plan_of(desk: Desk, book: TaskBook) -> "Plan | None":
    """Return the plan that a task book was made of; None when it names none that was adopted."""
    if not book.plan.isdecimal():
        return None
    plan: Plan | None = desk.workspace.adopted_as("plan", int(book.plan))
    return plan


def rules_of(desk: Desk, dossier: Dossier) -> str:
    """Return the set of rules of the round that a dossier belongs to; empty when there is none."""
    above = desk.dossier("round", dossier.round) if dossier.round else None
    return "" if above is None else str(above.content.get("rules", ""))


def evaluation_day(desk: Desk, dossier: Dossier) -> str:
    """Return month and day by which pilots of a round evaluate themselves."""
    above = desk.dossier("round", dossier.round) if dossier.round else None
    declared = above.content.get("evaluation_day", "") if above else ""
    return str(declared or rule_set(rules_of(desk, dossier)).evaluation_day)


def figures_of(desk: Desk, city: str, year: int, names: Collection[str]) -> dict[str, tuple[float, str, str]]:
    """Return value, unit and source of the figures of a city and year that are in force.

    They are those of every variable, and what the formulas of the indicators and the rules of needs among
    ``names`` make of them, as plans read them.
    """
    from urbium.measure import indicator_values  # noqa: PLC0415 - loads only where figures are read

    table, catalogue = desk.register.figures_of(city), desk.workspace.catalogue
    rows = table.filter(pl.col("is_in_force") & (pl.col("period") == str(year)))
    stored = {
        row["variable"]: (row["value"], row["unit"], row["source"])
        for row in rows.sort("variable", "area", descending=[False, True]).iter_rows(named=True)
    }
    for rule in (catalogue.needs[name] for name in names if name in catalogue.needs):
        variable = rule.inputs[0]
        if rule.formula is NeedFormula.VALUE and variable in stored:
            value, unit, source = stored[variable]
            value = convert(value, unit, catalogue.variables[variable].unit)
            stored[rule.id] = (value * rule.factor, rule.unit, source)
    declared = {name: catalogue.indicators[name] for name in names if name in catalogue.indicators}
    values = indicator_values(table, declared, catalogue.variables, period=year, cities=[city])
    formula = text("computed by its formula from figures for {year}", year=str(year))
    return stored | {
        name: (value, unit, formula.render())
        for name, value, unit in values.drop_nulls("value").select("indicator", "value", "unit").iter_rows()
    }


def others_of(desk: Desk) -> list[tuple[str, Other]]:
    """Return what task books in force, selected applications and special projects build, in public.

    Each with the code of the task book or application that it stands in; an application whose task book is in
    force is left out.
    """
    examples = desk.examples()
    books = [
        one for one in desk.dossiers("taskbook", state=["in_force", "closed"]) if one.round not in examples
    ]
    begun = {book.parent for book in books}
    rows = [
        (book.code, Other("taskbook", book.code, task.title, book.city, task.solution))
        for book in books
        for task in book.content_as(TaskBook).tasks
    ]
    rows += [
        (one.code, Other("application", one.code, project["title"], one.city, project["solution"]))
        for one in desk.dossiers("application", state="selected")
        if one.code not in begun and one.round not in examples
        for project in one.content.get("projects", ())
    ]
    rows += [
        (one.code, Other("project", one.code, str(one.content["title"]), one.city))
        for one in desk.dossiers("project", state="listed")
    ]
    return rows


def case_of(
    desk: Desk,
    book: Dossier,
    report: Report | None,
    earlier: Iterable[Report],
    *,
    sent: date,
    others: Sequence[tuple[str, Other]],
    first: TaskBook | None = None,
    due_year: int | None,
) -> Case:
    """Return what alarms of a task book are looked for in.

    Parameters
    ----------
    book : the task book
    report, earlier : of the year, and of the years before
    sent : the day on which the report was sent; today where there is none
    others : what :func:`others_of` returns
    first : the task book as it was first put in force; None when it was never amended
    due_year : the year whose report is due or awaited; None when none is
    """
    measured = report and any(one.value is not None and one.unit != SHARE for one in report.reached)
    names = {one.indicator for one in report.reached} if report else ()
    figures = figures_of(desk, book.city, report.year, names) if report and measured and book.city else {}
    return Case(
        book=book.content_as(TaskBook),
        city=book.city,
        report=report,
        earlier=sorted(earlier, key=lambda one: one.year),
        first=first,
        due_year=due_year,
        due=None if due_year is None else due_day(due_year, evaluation_day(desk, book)),
        sent=sent,
        others=[other for code, other in others if code not in (book.code, book.parent)],
        figures={name: value for name, (value, _, _) in figures.items()},
        crossings=_crossings(desk, book.code, report.year) if report else (),
        names=indicator_titles(desk.workspace.catalogue),
    )


def indicator_titles(catalogue: Catalogue) -> dict[str, str]:
    """Return what targets are of: declared indicators, variables, and indicators of effects, by code."""
    titles: dict[str, str] = {name: named(one.name, name) for name, one in catalogue.indicators.items()}
    titles |= {name: named(one.name, name) for name, one in catalogue.variables.items()}
    return titles | {one.indicator_code: one.title for one in catalogue.effects if one.indicator_code}


def _crossings(desk: Desk, book: str, year: int) -> list[Crossing]:
    """Return the alerts of a task book that figures of a year raised: periods begin with their year."""
    alerts = [
        one for one in desk.dossiers("alert", parent=book) if one.content["period"].startswith(f"{year:04d}")
    ]
    return [
        Crossing(
            one.code, str(one.content["title"]), str(one.content["period"]), float(one.content["value"]),
            str(one.content["unit"]), float(one.content["expected"]), str(one.content["ended"]),
        )
        for one in alerts
    ]  # fmt: skip


def sent_before(desk: Desk, book: str, year: int) -> list[Report]:
    """Return the reports of a task book on the years before one, as they were sent."""
    rows = [one.content_as(Report) for one in desk.dossiers("report", parent=book, state=list(_SENT))]
    return sorted((one for one in rows if one.year < year), key=lambda one: one.year)
