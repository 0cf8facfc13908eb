"""Desk: the page on which work begins: what waits for its reader by day, and lists of what there is.

Everything works without scripts.
"""

from typing import Any, Final

import polars as pl

from urbium.access import ROLES, Actor, clauses
from urbium.periods import instant
from urbium.pilot.steps import CREATE, state
from urbium.programme import Programme
from urbium.programme.cases.kinds import kind_named
from urbium.text import say, text
from urbium.web.desk.asking import cities_of
from urbium.web.desk.beginning import BEGINNING
from urbium.web.desk.calls import unanswered
from urbium.web.desk.cards import beginnable, card_of
from urbium.web.desk.case import CASES
from urbium.web.desk.changes import news_of
from urbium.web.desk.comments import COMMENTS
from urbium.web.desk.contracts import reports_to_begin
from urbium.web.desk.copies import COPIES
from urbium.web.desk.correspondence import answers_to
from urbium.web.desk.due import groups_of, tasks_of
from urbium.web.desk.saving import SAVING
from urbium.web.desk.standing import STANDING
from urbium.web.rendering.listing import Listed, Listing
from urbium.web.rendering.parameters import FromActor, FromOffice, PageNumber, Segment, Word
from urbium.web.server.routes import page, reading

_LISTED: Final = (
    Listed("what", by="title"), Listed("code"), Listed("city"), Listed("state"),
    Listed("changed", "case.changed"),
)  # fmt: skip


def desk_page(office: FromOffice, actor: FromActor, *, since: Word = "") -> Any:  # noqa: ANN401
    """Show what waits for the reader, by day, and the lists that the reader may see."""
    tasks = tasks_of(office, actor)
    return page(
        "desk.html",
        text("My desk"),
        tasks=tasks,
        number=len(tasks),
        answers=answers_to(office, actor),
        calls=unanswered(office, actor),
        reports=reports_to_begin(office, actor),
        groups=groups_of(office, actor),
        news=news_of(office, actor, since, "/desk"),
        cities=cities_of(office, actor),
        roles=[ROLES[role] for role in dict.fromkeys(grant.role for grant in actor.grants)],
        decisions=_decisions(office, actor),
        has_work=any(one.place == "all" for one in clauses(actor, "job", "read")),
        may_watch=any("parties" in one.circles for one in clauses(actor, "taskbook", "read")),
        may_load=bool(clauses(actor, "figures", "load") or clauses(actor, "submission", CREATE)),
        may_outline=office.outlines.may_bring(actor),
        may_accept=bool(clauses(actor, "figures", "accept")),
        may_set=office.setting_changes.may_change(actor),
        may_invite=bool(clauses(actor, "account", CREATE)),
        may_audit=bool(clauses(actor, "audit", "read")),
        has_harvests=bool(clauses(actor, "harvest", "read")),
        may_see_reports=office.problem_reports.places(actor) != [],
        reported=office.problem_reports.waiting(actor),
        rooms=[(one, office.market.room(actor, one).title) for one in office.market.rooms(actor).values()],
        has_letters=bool(clauses(actor, "letter", "read")),
    )


def _decisions(office: Programme, actor: Actor) -> int:
    """Return how many decisions the adopted plan needs; none for who does not adopt plans."""
    plan = office.adopted("plan") if clauses(actor, "adoption", "adopt") else None
    if plan is None or plan.table.is_empty():
        return 0
    return office.once(
        "number of decisions", lambda: len(office.finances.decisions()), of=office.finances.changed()
    )


def list_page(
    office: FromOffice,
    actor: FromActor,
    kind: Segment,
    *,
    city: Word = "",
    in_state: Word = "",
    on: Word = "",
    order: Word = "",
    number: PageNumber = 1,
) -> Any:  # noqa: ANN401
    """Show the dossiers of a kind that the reader may see, as they are or as they were known on a day."""
    row = kind_named(kind)
    where = {name: value for name, value in (("city", city), ("state", in_state)) if value}
    moment = instant(on, office.settings.zone())
    sights = office.casework.listed(actor, row.name, where=where, as_known_on=moment)
    cards = [card_of(office, sight) for sight in sights]
    frame = pl.DataFrame(
        [
            (str(say(one.title)), one.code, str(say(one.city)), str(say(one.state)), one.changed)
            for one in cards
        ],
        schema={**dict.fromkeys(("title", "code", "city", "state"), pl.String), "changed": pl.Date},
        orient="row",
    )
    filters = {"in_state": in_state, "on": on, "city": city}
    counts = office.casework.count(actor, row.name, as_known_on=moment)
    return page(
        "desk_list.html",
        row.titles,
        kind=row,
        table=Listing(frame, _LISTED, f"/desk/{row.plural}", filters, order, number),
        counts=[(name, state(row.name, name).title, number) for name, number in counts.items()],
        chosen=filters,
        order=order,
        begins=row.verb if row in beginnable(actor) else None,
    )


DESK = (
    reading("/desk")(desk_page),
    reading("/desk/{kind:str}")(list_page),
    *BEGINNING,
    *CASES,
    *SAVING,
    *STANDING,
    *COMMENTS,
    *COPIES,
)
"""The pages of the work of people."""
