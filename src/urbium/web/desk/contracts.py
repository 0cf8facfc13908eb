"""Contracts over HTTP and at the desk: alarms of pilots, commitments that are due, promises of parties.

Who sees a task book as its parties do is told of its alarms; commitments are read as their agreement is.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Annotated, Any, Final

import polars as pl
from litestar.params import QueryParameter

from urbium.access import Actor, clauses
from urbium.model.dossiers import Dossier
from urbium.pilot.contracts.agreements import Due
from urbium.pilot.contracts.reports import Report, so_far
from urbium.pilot.contracts.taskbooks import SHARE, Target, TaskBook, millions
from urbium.pilot.fields import field_words
from urbium.pilot.steps import CREATE, DRAFT
from urbium.programme import Programme
from urbium.programme.cases.contracts import PilotAlarm
from urbium.programme.cases.kinds import KINDS
from urbium.programme.cases.sight import Seen
from urbium.text import Text, paragraph, text
from urbium.web.desk.asking import book_above
from urbium.web.desk.cards import may_begin_below
from urbium.web.desk.forms import Field
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment, Word
from urbium.web.rendering.words import measured, named_rows, number, with_unit
from urbium.web.server.answers import noun
from urbium.web.server.refusals import LISTS, OPENS, refusals
from urbium.web.server.routes import page, reading
from urbium.web.server.security import BY_POLICY

_MOST_DAYS: Final = 3660
Day = Annotated[date | None, QueryParameter()]
"""A day; today where none is named."""
Days = Annotated[int, QueryParameter(ge=0, le=_MOST_DAYS)]
_noun = partial(noun, opt=BY_POLICY, tags=["contracts"])


def _alarm(row: PilotAlarm) -> dict[str, Any]:
    alarm = row.alarm
    return {name: getattr(row, name) for name in ("taskbook", "title", "city", "year")} | {
        "code": alarm.code,
        "severity": alarm.severity,
        "place": alarm.place,
        "reason": alarm.message.record(),
    }


def _commitment(row: Due) -> dict[str, Any]:
    return {
        "agreement": row.agreement,
        "party": str(row.party),
        "commitment": row.commitment.code,
        "promise": row.commitment.promise,
        "due": row.commitment.due,
        "days": row.days,
        "reminder": row.said.record(),
    }


@_noun("/api/alarms", "AlarmAnswer[]", responses=refusals(*LISTS))
def alarms(
    office: FromOffice, actor: FromActor, *, on: Day = None, city: Word = "", taskbook: Word = ""
) -> object:
    """Return what is to be looked at in the pilots that the reader sees as a party does, gravest first."""
    return [_alarm(row) for row in office.contracts.alarms(actor, on=on, city=city, taskbook=taskbook)]


@_noun("/api/commitments", "CommitmentDue[]", responses=refusals(*LISTS))
def commitments(office: FromOffice, actor: FromActor, *, on: Day = None, within: Days = 30) -> object:
    """Return the commitments of agreements in force that are late, or due within so many days, by party."""
    return [_commitment(row) for row in office.contracts.due(actor, on=on, within=within)]


@_noun("/api/agreements/{code:str}/promises", "Promise[]", responses=refusals(*OPENS))
def promises(office: FromOffice, actor: FromActor, code: Segment, *, on: Day = None) -> object:
    """Return what each party of an agreement promised and did."""
    return office.contracts.promises(actor, code, on=on)


def promises_of(office: Programme, actor: Actor, sight: Seen) -> list[dict[str, Any]]:
    """Return what each party of an agreement promised and did, as its page shows it; of others nothing."""
    if sight.dossier.kind != "agreement":
        return []
    words = field_words("agreement", "commitments.state").words
    rows = office.contracts.promises(actor, sight.dossier.code)
    return [{**row, "state_title": words.get(str(row["state"]), row["state"])} for row in rows]


def noted(office: Programme, actor: Actor, report: Dossier, fields: list[Field]) -> list[Field]:
    """Return the fields of a report with what earlier reports add up to, and targets, beside their rows."""
    above = book_above(office, actor, report)
    if above is None:
        return fields
    book, year = above.content_as(TaskBook), report.content["year"]
    sights = office.casework.listed(actor, "report", where={"parent": above.code})
    others = [one.dossier.content_as(Report) for one in sights if one.dossier.state != DRAFT]
    earlier = [one for one in others if one.year < year]
    notes, behind = {}, _figures_behind(office, book, report.city)
    for task in book.tasks:
        sums = so_far(earlier, task.code)
        if not any(sums.values()):
            continue
        notes[task.code] = text(
            "The earlier reports add up to: tendered {tendered}, contracted {contracted}, done {done}, spent "
            "{spent}.",
            **{name: millions(book, amount) for name, amount in sums.items() if name != "planned"},
        )
    for target in sorted(book.targets, key=lambda one: (one.year < year, abs(one.year - year)), reverse=True):
        notes[target.indicator] = _target_said(target, behind)
    return [
        replace(one, rows=tuple(replace(row, note=notes.get(row.cells[0].value, "")) for row in one.rows))
        for one in fields
    ]


def _target_said(target: Target, behind: Mapping[str, list[Text]]) -> Text:
    """Say what an indicator was in the task book and what it is to reach; of a share, of what it is one."""
    base, value, year = target.base, target.value, str(target.year)
    if target.unit != SHARE:
        aim = _in_unit(value, target.unit)
        if base is None:
            return text("Target for {year}: {value}.", year=year, value=aim)
        return text(
            "{base} in the task book; target for {year}: {value}.",
            base=_in_unit(base, target.unit), year=year, value=aim,
        )  # fmt: skip
    said = (
        text(
            "Target for {year}: {value:.1%} of the need still unmet.",
            year=year, value=value,
        )
        if base is None
        else text(
            "In the task book, {base:.1%} of the need was still unmet; target for {year}: "
            "{value:.1%}.",
            base=base, year=year, value=value,
        )
    )  # fmt: skip
    figures = behind.get(target.indicator)
    if not figures:
        return said
    return paragraph([said, text("The need was read from these figures: {figures:list}.", figures=figures)])


def _in_unit(value: float, unit: str) -> str:
    """Return a figure with the unit in which its field asks for it."""
    if unit in ("", "%"):
        return measured(value, unit).rstrip()
    return with_unit(number(value), unit)


def _figures_behind(office: Programme, book: TaskBook, city: str) -> dict[str, list[Text]]:
    """Return the figures of a city from which the plan of a task book read its needs, by indicator."""
    plan = office.workspace.adopted_as("plan", int(book.plan)) if book.plan.isdecimal() else None
    if plan is None:
        return {}
    catalogue = office.catalogue
    names = {**named_rows(catalogue.indicators), **named_rows(catalogue.variables)}
    of_city = plan.roadmap.figures.filter(pl.col("city") == city, pl.col("value").is_not_null())
    said = {
        row["figure"]: text(
            "{name}: {value} (no need at {none_at:,.4g})",
            name=names.get(row["figure"]) or plan.roadmap.words(row["name"] or row["figure"]),
            value=_in_unit(row["value"], row["unit"] or ""), none_at=row["none_at"],
        )
        for row in of_city.iter_rows(named=True)
    }  # fmt: skip
    gaps = plan.roadmap.gaps.filter(pl.col("city") == city).select("indicator", "figures").iter_rows()
    return {
        indicator: [said[code] for code in (figures or "").split(";") if code in said]
        for indicator, figures in gaps
    }


# --- pages ----------------------------------------------------------------------------------------------


def alarms_page(office: FromOffice, actor: FromActor, *, on: Day = None) -> Any:  # noqa: ANN401
    """Show what is to be looked at in all pilots that the reader sees as a party does."""
    names = office.register.names()
    return page(
        "alarms.html",
        text("Alarms"),
        rows=[(row, names.get(row.city, row.city)) for row in office.contracts.alarms(actor, on=on)],
        may_write=bool(clauses(actor, "city_letter", CREATE)),
        on=on or "",
    )


def reports_to_begin(office: Programme, actor: Actor) -> list[dict[str, Any]]:
    """Return the yearly reports that the reader is to begin: task book, year and day."""
    return [
        {"book": book.code, "title": book.content["title"], "year": year, "due": due}
        for book, year, due in office.contracts.reports_due(actor)
        if clauses(actor, "report", CREATE) and may_begin_below(actor, KINDS["report"], book)
    ]


def commitments_page(office: FromOffice, actor: FromActor, *, on: Day = None) -> Any:  # noqa: ANN401
    """Show the commitments that are late or due soon."""
    return page(
        "commitments.html",
        text("Commitments due"),
        rows=office.contracts.due(actor, on=on),
        reports=reports_to_begin(office, actor),
        on=on or "",
    )


CONTRACTS = (
    alarms,
    commitments,
    promises,
    reading("/desk/alarms")(alarms_page),
    reading("/desk/commitments")(commitments_page),
)
"""The nouns and pages of contracts."""
