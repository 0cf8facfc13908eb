"""Beginning: the form that begins a dossier, and what becomes of it."""

import re
import secrets
from collections.abc import Mapping
from typing import Any, Final

from litestar.response import Template

from urbium.access import Actor, clauses
from urbium.errors import NotFoundError, UrbiumError
from urbium.pilot.calls.calls import takes_applications
from urbium.pilot.calls.rounds import Round
from urbium.pilot.steps import CREATE, DRAFT, step, steps
from urbium.programme import Programme
from urbium.programme.cases.kinds import KINDS, Kind, kind_named
from urbium.text import Text, coded, text
from urbium.web.desk.asking import Asker, cities_of, experts_of, shown_fields
from urbium.web.desk.calls import OVER, open_calls, terms_of
from urbium.web.desk.cards import PARENT_STATES, Card, beginnable, card_of, may_begin_below
from urbium.web.desk.data_rooms import money_facts
from urbium.web.desk.forms import MORE, fields_of
from urbium.web.desk.marks import problem_record
from urbium.web.desk.sections import lengthened
from urbium.web.desk.typed import read_form, unreadable
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment, Word
from urbium.web.server.routes import Form, page, reading, see, writing

_MOST_CHOICES: Final = 500
OF_CITY: Final = frozenset(
    {"application", "base_report", "city_letter", "feed", "harvest", "offer", "resource"}
)
"""What the form asks the city of."""
_ALONE_BY: Final = {"interest": "project"}
"""By which field something stands for itself that else hangs on another, where a link names it."""
_SHORT_BEGIN: Final = {
    "application": frozenset({"title", "kind", "is_test"}), "report": frozenset({"title", "year"}),
    "taskbook": frozenset({"title"}), "amendment": frozenset({"title", "reason"}),
}  # fmt: skip
"""The fields asked for at the beginning, where the programme fills in the others."""


def begin_page(
    office: FromOffice,
    actor: FromActor,
    kind: Segment,
    *,
    parent: Word = "",
    city: Word = "",
    title: Word = "",
    project: Word = "",
    year: Word = "",
) -> Any:  # noqa: ANN401
    """Show the form that begins a dossier, with what its link names.

    The experts of a round are asked together; one is asked alone for an application that is named.
    """
    under_review = _under_review(office, actor) if kind_named(kind).name == "review" and not parent else []
    if len(under_review) == 1:
        return see(f"/rounds/{under_review[0]}/assign")
    named = {"title": title, "project": project, "year": year}
    typed = {"parent": parent, "city": city, "code": ""} | {
        name: word for name, word in named.items() if word
    }
    return _begin(office, actor, kind_named(kind), typed)


def _under_review(office: Programme, actor: Actor) -> list[str]:
    """Return the rounds that have applications under review, for who may ask experts."""
    if not clauses(actor, "review", CREATE):
        return []
    listed = office.casework.listed(actor, "application", where={"state": list(PARENT_STATES["review"])})
    return sorted({one.dossier.round for one in listed if one.dossier.round})


def _begin(
    office: Programme,
    actor: Actor,
    row: Kind,
    typed: Mapping[str, str],
    problem: UrbiumError | None = None,
) -> Template:
    if row not in beginnable(actor):
        raise NotFoundError(coded("web.desk.nothing_to_begin", "there is nothing to start here"))
    readable = frozenset[str]().union(*(one.circles for one in clauses(actor, row.name, "read")))
    alone_by = _ALONE_BY.get(row.name, "")
    is_alone = row.is_loose and (not alone_by or bool(typed.get(alone_by)))
    parents = [] if is_alone else _choices(office, actor, row)
    cities = _cities(office, actor, row) if row.name in OF_CITY else []
    if typed.get("parent") and typed["parent"] not in {one.sight.dossier.code for one in parents}:
        parents = []  # one of so many that it is none of the choices: it is written
    names = _SHORT_BEGIN.get(row.name) or shown_fields(row, step(row.name, CREATE).fields, readable)
    names -= {alone_by}
    place = typed.get("city", "") or (cities[0][0] if len(cities) == 1 else "")
    fields = fields_of(row.name, row.content, names, {}, typed)
    money = "" if "currency" in names else office.settings().currency
    fields = lengthened(Asker(office, actor, row.name, place, money).dressed(fields), typed)
    project = typed.get(alone_by, "") if is_alone and alone_by else ""
    return page(
        "desk_begin.html",
        text("Ask the programme office about a project") if project else row.verb,
        project=project,
        status=200 if problem is None else problem.status,
        kind=row,
        second=[
            text(
                "The step {step!r} must be taken by someone other than the person who prepares the case.",
                step=one.title,
            )
            for one in steps().values()
            if one.kind == row.name and one.lets_out(DRAFT) and DRAFT in one.before
        ],
        typed=typed,
        parents=parents,
        calls=[terms_of(one.sight.dossier) for one in parents] if row.name == "application" else [],
        sought=[
            (one, money_facts(office, actor, one.sight.dossier))
            for one in parents
            if row.name == "interest" and typed.get("parent") in ("", None, one.sight.dossier.code)
        ],
        hangs=bool(row.parents) and not is_alone,
        above=_above(row),
        already=_already(office, actor, row.name),
        cities=cities,
        asks_city=row.name in OF_CITY,
        experts=_experts(office, actor, typed.get("parent", "")) if row.name == "review" else [],
        fields=fields,
        problem=problem_record(problem, row, {}, fields),
    )


def _already(office: Programme, actor: Actor, kind: str) -> list[tuple[Text, str]]:
    """Say, each with its address, what stands already of what is begun.

    That is the applications of the reader's cities in open calls, and an investor's answers to offers.
    """
    said: list[tuple[Text, str]] = []
    cities = [code for code, _ in cities_of(office, actor)] if kind == "application" else []
    calls = {one["code"]: one["title"] for one in open_calls(office)} if cities else {}
    for sight in office.casework.listed(actor, "application", where={"city": cities}) if cities else ():
        card = card_of(office, sight)
        if sight.dossier.round in calls and sight.dossier.state != OVER:
            of = {"call": calls[sight.dossier.round], "title": card.title, "state": card.state}
            said.append((text("Your city already has an application in the call {call}: {title} ({state}).",
                              **of), card.address))  # fmt: skip
    own = {"owner": actor.account}
    for sight in office.casework.listed(actor, "interest", where=own) if kind == "interest" else ():
        card = card_of(office, sight)
        if sight.dossier.parent:
            said.append((text("You have already answered an offer: {title} ({state}).",
                              title=office.casework.title_above(sight) or card.title, state=card.state),
                         card.address))  # fmt: skip
    return said


def _experts(office: Programme, actor: Actor, application: str) -> list[tuple[str, str]]:
    """Return the experts who can be asked: of an application that is named, those who could still be."""
    try:
        of = office.casework.opened(actor, "application", application).dossier
        free = office.reviews.field(actor, of.round).free(of.code)
    except UrbiumError:  # none is named, or none that can be reviewed; the step says what is wrong
        return experts_of(office, actor)
    return [(code, name) for code, name in experts_of(office, actor) if code in free]


def _cities(office: Programme, actor: Actor, row: Kind) -> list[tuple[str, str]]:
    """Return the cities of which one is chosen: the actor's, or all for a letter and for who has none."""
    of_actor = cities_of(office, actor)
    if of_actor and row.name != "city_letter":
        return of_actor
    named = office.register.names()
    return sorted(named.items(), key=lambda pair: pair[1]) if len(named) <= _MOST_CHOICES else []


def _above(row: Kind) -> Text:
    """Return what that is called on which a new dossier hangs."""
    if len(row.parents) == 1:
        return KINDS[row.parents[0]].title
    return text("belongs to")


def _choices(office: Programme, actor: Actor, row: Kind) -> list[Card]:
    """Return what a new dossier can hang on."""
    states = PARENT_STATES.get(row.name)
    where = {"state": list(states)} if states else {}
    today = office.settings.today()
    return [
        card_of(office, sight)
        for kind in row.parents
        for sight in office.casework.listed(actor, kind, where=where, most=_MOST_CHOICES)
        if may_begin_below(actor, row, sight.dossier)
        and (
            row.name != "application"
            or takes_applications(sight.dossier.content_as(Round), sight.dossier.state, today)
        )
    ]


def begin(office: FromOffice, actor: FromActor, kind: Segment, data: Form) -> Any:  # noqa: ANN401
    """Begin a dossier of what was typed, or show the form again with what was wrong."""
    row = kind_named(kind)
    if data.get(MORE):
        return _begin(office, actor, row, data)
    try:
        fields, currency = step(row.name, CREATE).fields, office.settings().currency
        content, faults = read_form(row.name, row.content, fields, data, currency=currency)
        if faults:
            raise unreadable(faults)
        if row.name == "application":
            content = _prefilled(office, actor, data) | {
                name: value for name, value in content.items() if value not in ("", [], {})
            }
        sight = office.casework.begin(
            actor,
            row.name,
            data.get("code", "").strip() or _proposed_code(row, data),
            content,
            city=_city(office, data),
            parent=data.get("parent", "").strip(),
            owner=data.get("owner", "").strip(),
            agreement=data.get("agreement", "").strip(),
        )
    except UrbiumError as error:
        return _begin(office, actor, row, data, error)
    return see(card_of(office, sight).address)


def _prefilled(office: Programme, actor: Actor, data: Mapping[str, str]) -> dict[str, Any]:
    """Return what the programme knows for a new application: people, and the projects of the plan."""
    kind = data.get("kind", "") or "new"
    return office.applications.prefilled(
        actor, data.get("parent", "").strip(), _city(office, data), kind=kind
    )


def _city(office: Programme, data: Mapping[str, str]) -> str:
    """Return the code of the city that was named or chosen; empty where none was."""
    word = data.get("city", "").strip()
    return office.city(word).code if word else ""


def _proposed_code(row: Kind, data: Mapping[str, str]) -> str:
    """Return a code for what was given none: of its title and city, or by chance.

    By chance, too, what somebody asks of a project: that a code is taken would tell that others have asked.
    """
    if data.get(_ALONE_BY.get(row.name, "")):
        return f"{row.name}-{secrets.token_hex(4)}"
    words = " ".join(data.get(name, "") for name in ("title", "city", "year"))
    parts = re.findall(r"[a-z0-9]+", words.lower())
    if not any(map(str.isalpha, "".join(parts))):  # a year alone names nothing
        parts = [row.name, *parts, secrets.token_hex(4)]
    return "-".join(parts)[:60].strip("-")


BEGINNING = (
    reading("/desk/{kind:str}/begin")(begin_page),
    writing("/desk/{kind:str}/begin/send")(begin),
)
"""The pages on which something is begun."""
