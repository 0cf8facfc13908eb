"""Contracts over HTTP and at the desk: alarms of pilots, commitments that are due, promises of parties.

Who sees a task book as its parties do is told of its alarms; commitments are read as their agreement is.
"""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Annotated, Any, Final

from litestar.params import QueryParameter

from urbium.access import Actor, clauses
from urbium.model.dossiers import Dossier
from urbium.pilot.contracts.agreements import Due
from urbium.pilot.contracts.reports import Report, so_far
from urbium.pilot.contracts.taskbooks import TaskBook, millions
from urbium.pilot.fields import field_words
from urbium.pilot.steps import CREATE
from urbium.programme import Programme
from urbium.programme.cases.contracts import PilotAlarm
from urbium.programme.cases.sight import Seen
from urbium.text import text
from urbium.web.desk.asking import book_above
from urbium.web.desk.forms import Field
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment, Word
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
    others = [one.dossier.content_as(Report) for one in sights if one.dossier.state != "draft"]
    earlier = [one for one in others if one.year < year]
    notes = {}
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
        base, value = target.base, target.value
        notes[target.indicator] = (
            text("Target for {year}: {value:,.4g}.", year=str(target.year), value=value)
            if base is None
            else text("{base:,.4g} in the task book; target for {year}: {value:,.4g}.",
                      base=base, year=str(target.year), value=value)
        )  # fmt: skip
    return [
        replace(one, rows=tuple(replace(row, note=notes.get(row.cells[0].value, "")) for row in one.rows))
        for one in fields
    ]


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


def commitments_page(office: FromOffice, actor: FromActor, *, on: Day = None) -> Any:  # noqa: ANN401
    """Show the commitments that are late or due soon."""
    return page(
        "commitments.html",
        text("Commitments due"),
        rows=office.contracts.due(actor, on=on),
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
