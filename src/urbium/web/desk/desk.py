"""Desk: the pages on which people work: what waits for them, lists, one dossier with its steps.

A form is made of the fields that a step may set, so a new kind or step needs no page of its own. What was
typed stays in the form when a step is refused or the session has ended. Everything works without scripts.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request
from litestar.response import Template

from urbium.access import ROLES, Actor, clauses
from urbium.errors import NotFoundError, UrbiumError
from urbium.periods import instant
from urbium.pilot.steps import CREATE, Step, state, step
from urbium.programme import Programme
from urbium.programme.cases.casework import Seen
from urbium.programme.cases.kinds import KINDS, Kind, kind_named
from urbium.programme.people.people import signed
from urbium.text import Text, coded, text
from urbium.web.desk.asking import (
    as_signed,
    asked_of,
    cities_of,
    currency_of,
    experts_of,
    names_of,
    shown_fields,
    with_choices,
)  # fmt: skip
from urbium.web.desk.contracts import promises_of
from urbium.web.desk.files import files_to_take
from urbium.web.desk.forms import Field, fields_of, read_form
from urbium.web.desk.marks import problem_record, typed_words
from urbium.web.desk.shown import parts_of
from urbium.web.desk.submissions import submitted_figures
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment, Word
from urbium.web.server.keeping import lost_session
from urbium.web.server.routes import Form, page, reading, see, to_sign_in, writing
from urbium.whole_numbers import whole_number

_PAGE: Final = 50
_MOST_CHOICES: Final = 500
_PARENT_STATES: Final = {
    "application": ("open",),
    "data_request": ("published", "shared"),
    "review": ("admitted",),
    "taskbook": ("selected",),
    "report": ("in_force",),
    "grade": ("in_force", "closed"),
}
"""In which states of its parent something is begun, as the form proposes it."""
_APART: Final = {
    "agreement": frozenset({"commitments"}), "application": frozenset({"form"}),
    "submission": frozenset({"sha256"}),
}  # fmt: skip
"""What the page of a dossier shows elsewhere, or what is for programs: the version of the form."""
_OF_CITY: Final = frozenset({"application", "base_report", "feed", "harvest", "offer", "resource"})
"""What the form asks the city of."""
ATTACH: Final = "attach"
"""What a form that attaches a file is sent as, which is no step."""
_HANDS_OVER: Final = ("data_request", "deliver")
"""The step that takes a file."""
_SHORT_BEGIN: Final = {"application": frozenset({"title", "kind", "is_test"})}
"""The fields asked for at the beginning, where the programme fills in the others."""
_BEGUN_BY_ITSELF: Final = frozenset({"account", "submission", "visit"})
"""Kinds that no form of the desk begins: accounts are invited, figures are sent from their own page, looks
are logged when a file is opened."""


@dataclass(frozen=True, slots=True)
class Card:
    """A dossier in a list."""

    sight: Seen
    title: str
    kind: Kind
    state: str
    city: str = ""

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/desk/{self.kind.plural}/{self.sight.dossier.code}"

    @property
    def public_address(self) -> str:
        """Where its page is for everybody."""
        return f"/programme/{self.kind.plural}/{self.sight.dossier.code}"


def card_of(office: Programme, sight: Seen) -> Card:
    """Return a dossier as lists show it: its title, and its state in the words that its reader is told."""
    dossier = sight.dossier
    content = dossier.content
    title = str(content.get("title") or dossier.code)
    if content.get("display"):
        title = signed(str(content["display"]), str(content.get("account", dossier.code)))
    if dossier.kind == "review":
        of = office.casework.title_above(sight) or dossier.code
        title = f"{of} · {office.people.display(dossier.owner)}" if dossier.owner else of
    words = state(dossier.kind, dossier.state)
    said = words.public if sight.circles == {"open"} and words.public else words.title
    city = office.register.names().get(dossier.city, dossier.city) if dossier.city else ""
    return Card(sight, title, KINDS[dossier.kind], said, city or "")


def _beginnable(actor: Actor) -> list[Kind]:
    return [
        kind
        for kind in KINDS.values()
        if kind.name not in _BEGUN_BY_ITSELF and clauses(actor, kind.name, CREATE)
    ]


def _visible(actor: Actor) -> list[Kind]:
    return [kind for kind in KINDS.values() if clauses(actor, kind.name, "read")]


# --- what waits, and lists ----------------------------------------------------------------------------


def desk_page(request: Request[Any, Any, Any], office: FromOffice, actor: FromActor) -> Any:  # noqa: ANN401
    """Show what waits for the reader by kind, and the lists that the reader may see."""
    way = to_sign_in(request)
    if way is not None:
        return way
    numbers = office.casework.counts(actor)
    lists = [
        {"kind": kind, "counts": [(state(kind.name, name).title, n) for name, n in counts.items()]}
        for kind in _visible(actor)
        if (counts := numbers.get(kind.name))
    ]
    waiting: dict[str, list[Card]] = {}
    for sight in office.casework.waiting(actor):
        card = card_of(office, sight)
        waiting.setdefault(card.kind.name, []).append(card)
    return page(
        "desk.html",
        text("Desk"),
        waiting=[(KINDS[kind], cards) for kind, cards in waiting.items()],
        number=sum(map(len, waiting.values())),
        lists=lists,
        roles=[ROLES[role] for role in dict.fromkeys(grant.role for grant in actor.grants)],
        beginnable=_beginnable(actor),
        may_watch=any("parties" in one.circles for one in clauses(actor, "taskbook", "read")),
        may_load=bool(clauses(actor, "figures", "load") or clauses(actor, "submission", CREATE)),
        may_accept=bool(clauses(actor, "figures", "accept")),
        may_invite=bool(clauses(actor, "account", CREATE)),
        may_audit=bool(clauses(actor, "audit", "read")),
        has_harvests=bool(clauses(actor, "harvest", "read")),
        has_letters=bool(clauses(actor, "letter", "read")),
    )


def list_page(
    request: Request[Any, Any, Any],
    office: FromOffice,
    actor: FromActor,
    kind: Segment,
    *,
    after: Word = "",
    city: Word = "",
    in_state: Word = "",
    on: Word = "",
) -> Any:  # noqa: ANN401
    """Show the dossiers of a kind that the reader may see, as they are or as they were known on a day."""
    way = to_sign_in(request)
    if way is not None:
        return way
    row = kind_named(kind)
    where = {name: value for name, value in (("city", city), ("state", in_state)) if value}
    moment = instant(on, office.settings.zone())
    sights = office.casework.listed(
        actor, row.name, where=where, after=after, most=_PAGE + 1, as_known_on=moment
    )
    following = sights[_PAGE - 1].dossier.code if len(sights) > _PAGE else ""
    counts = office.casework.count(actor, row.name, as_known_on=moment)
    return page(
        "desk_list.html",
        row.titles,
        kind=row,
        cards=[card_of(office, sight) for sight in sights[:_PAGE]],
        following=following,
        counts=[(name, state(row.name, name).title, number) for name, number in counts.items()],
        chosen={"in_state": in_state, "on": on},
        may_begin=row in _beginnable(actor),
    )


# --- one dossier --------------------------------------------------------------------------------------


def case_page(
    request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, kind: Segment, code: Segment
) -> Any:  # noqa: ANN401
    """Show a dossier as the reader may see it, and a form for each step that the reader may take."""
    way = to_sign_in(request)
    if way is not None:
        return way
    return shown_case(office, actor, kind, code)


def public_case(office: Programme, actor: Actor, kind: str, code: str) -> dict[str, Any]:
    """Gather a dossier as somebody sees it who has not signed in, or who only reads."""
    row = kind_named(kind)
    sight = office.casework.opened(actor, row.name, code)
    return {
        "card": card_of(office, sight),
        "kind": row,
        "content": list(_parts(office, actor, row, sight)),
        "children": list(_children(office, actor, row, code)),
        "promises": promises_of(office, actor, sight),
    }


def _parts(office: Programme, actor: Actor, row: Kind, sight: Seen) -> Iterator[Any]:
    apart = _APART.get(row.name, frozenset())
    return parts_of(
        row.name,
        row.content,
        {name: value for name, value in sight.dossier.content.items() if name not in apart},
        row.circles,
        currency=currency_of(office, actor, sight.dossier),
        asked=asked_of(office, sight),
        names=names_of(office, actor, sight.dossier),
    )


def _children(office: Programme, actor: Actor, row: Kind, code: str) -> Iterator[Card]:
    for other in KINDS.values():
        if row.name in other.parents:
            for child in office.casework.listed(actor, other.name, where={"parent": code}):
                yield card_of(office, child)


def shown_case(
    office: Programme,
    actor: Actor,
    kind: str,
    code: str,
    *,
    typed: Mapping[str, str] | None = None,
    problem: UrbiumError | None = None,
) -> Template:
    """Return the page of a dossier, with what was typed and what was wrong with it."""
    row = kind_named(kind)
    sight = office.casework.opened(actor, row.name, code)
    typed = typed or {}
    names = names_of(office, actor, sight.dossier)
    forms: list[dict[str, Any]] = [
        {
            "step": one,
            "fields": _step_fields(office, actor, row, one, sight=sight, typed=typed, titles=names),
            "takes_file": (row.name, one.action) == _HANDS_OVER,
            "is_open": typed.get("action") == one.action if typed else one.is_due,
            "is_allowed": office.casework.may_take(actor, sight, one),
            "why": typed.get("why", "") if typed.get("action") == one.action else "",
        }
        for one in sight.actions
    ]
    sent = [field for form in forms if typed and form["is_open"] for field in form["fields"]]
    attached = typed.get("document", "") if typed.get("action") == ATTACH else None
    above = sight.dossier
    history = office.casework.history(actor, row.name, code)
    return page(
        "desk_case.html",
        card_of(office, sight).title,
        status=200 if problem is None else problem.status,
        card=card_of(office, sight),
        kind=row,
        content=list(_parts(office, actor, row, sight)),
        forms=forms,
        parent=_parent(office, actor, above.parent_kind, above.parent),
        history=[
            {
                "sight": one,
                "state": state(row.name, one.dossier.state).title,
                "step": step(row.name, one.dossier.action).title if one.dossier.action else "",
            }
            for one in reversed(history)
        ],
        children=list(_children(office, actor, row, code)),
        promises=promises_of(office, actor, sight),
        alarms=office.contracts.alarms(actor, taskbook=code) if row.name == "taskbook" else [],
        attached=attached,
        documents=office.applications.documents(sight) if row.name == "application" else [],
        files=files_to_take(actor, sight) if row.name == "data_request" else [],
        submitted=submitted_figures(office, actor, sight),
        faults=_missing(office, actor, sight) if row.name == "application" and problem is None else [],
        beginnable=_beginnable_below(actor, row, sight),
        problem=problem_record(problem, row, names, sent, rest="file"),
        unsent=[]
        if attached is not None or any(form["is_open"] for form in forms)
        else typed_words(row.name, typed),
    )


def _beginnable_below(actor: Actor, row: Kind, sight: Seen) -> list[Kind]:
    """Return what the reader can begin that hangs on a dossier in its state."""
    return [
        kind
        for kind in _beginnable(actor)
        if row.name in kind.parents and sight.dossier.state in _PARENT_STATES.get(kind.name, ())
    ]


def _missing(office: Programme, actor: Actor, sight: Seen) -> list[dict[str, Any]]:
    """Return what is wrong with an application, for who can still mend it."""
    if not any(one.action == "change" for one in sight.actions):
        return []
    return [one.record() for one in office.applications.faults(actor, sight.dossier.code)]


def _parent(office: Programme, actor: Actor, kind: str, code: str) -> Card | None:
    if not kind or not code:
        return None
    try:
        return card_of(office, office.casework.opened(actor, kind, code))
    except NotFoundError:
        return None


def _step_fields(
    office: Programme, actor: Actor, row: Kind, one: Step,
    *, sight: Seen, typed: Mapping[str, str], titles: Mapping[str, str],
) -> list[Field]:  # fmt: skip
    sent = typed if typed.get("action") == one.action else {}
    names = shown_fields(row, one.fields, sight.circles) if one.action == "change" else one.fields
    names -= {"form"} if row.name == "application" else set()
    content, questions = sight.dossier.content, asked_of(office, sight)
    fields = fields_of(row.name, row.content, names, content, sent, asked=questions, titles=titles)
    if (row.name, one.action) == ("agreement", "report"):
        return as_signed(fields)
    return with_choices(office, actor, row.name, fields, sight.dossier.city)


# --- beginning ----------------------------------------------------------------------------------------


def begin_page(
    request: Request[Any, Any, Any],
    office: FromOffice,
    actor: FromActor,
    kind: Segment,
    *,
    parent: Word = "",
    city: Word = "",
) -> Any:  # noqa: ANN401
    """Show the form that begins a dossier."""
    way = to_sign_in(request)
    if way is not None:
        return way
    return _begin(office, actor, kind_named(kind), {"parent": parent, "city": city, "code": ""})


def _begin(
    office: Programme,
    actor: Actor,
    row: Kind,
    typed: Mapping[str, str],
    problem: UrbiumError | None = None,
) -> Template:
    if row not in _beginnable(actor):
        raise NotFoundError(coded("web.desk.nothing_to_begin", "there is nothing to start here"))
    readable = frozenset[str]().union(*(one.circles for one in clauses(actor, row.name, "read")))
    parents = _choices(office, actor, row)
    cities = cities_of(office, actor) if row.name in _OF_CITY else []
    if typed.get("parent") and typed["parent"] not in {one.sight.dossier.code for one in parents}:
        parents = []  # one of so many that it is none of the choices: it is written
    names = _SHORT_BEGIN.get(row.name) or shown_fields(row, step(row.name, CREATE).fields, readable)
    place = typed.get("city", "") or (cities[0][0] if len(cities) == 1 else "")
    asked = fields_of(row.name, row.content, names, {}, typed)
    fields = with_choices(office, actor, row.name, asked, place)
    return page(
        "desk_begin.html",
        row.title,
        status=200 if problem is None else problem.status,
        kind=row,
        typed=typed,
        parents=parents,
        above=_above(row),
        cities=cities,
        asks_city=row.name in _OF_CITY,
        experts=experts_of(office, actor) if row.name == "review" else [],
        fields=fields,
        problem=problem_record(problem, row, {}, fields),
    )


def _above(row: Kind) -> Text:
    """Return what that is called on which a new dossier hangs."""
    if len(row.parents) == 1:
        return KINDS[row.parents[0]].title
    return text("belongs to")


def _choices(office: Programme, actor: Actor, row: Kind) -> list[Card]:
    """Return what a new dossier can hang on."""
    states = _PARENT_STATES.get(row.name)
    where = {"state": list(states)} if states else {}
    return [
        card_of(office, sight)
        for kind in row.parents
        for sight in office.casework.listed(actor, kind, where=where, most=_MOST_CHOICES)
    ]


def begin(
    request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, kind: Segment, data: Form
) -> Any:  # noqa: ANN401
    """Begin a dossier of what was typed, or show the form again with what was wrong."""
    kept = lost_session(request, data)
    if kept is not None:
        return kept
    row = kind_named(kind)
    try:
        content = read_form(row.name, row.content, step(row.name, CREATE).fields, data)
        if row.name == "application":
            content = _prefilled(office, actor, data) | {
                name: value for name, value in content.items() if value not in ("", [], {})
            }
        sight = office.casework.begin(
            actor,
            row.name,
            data.get("code", "").strip() or _proposed_code(row, data),
            content,
            city=data.get("city", "").strip(),
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
    city = data.get("city", "").strip()
    return office.applications.prefilled(actor, data.get("parent", "").strip(), city, kind=kind)


def _proposed_code(row: Kind, data: Mapping[str, str]) -> str:
    """Return a code for what was given none: of its title and city, or by chance."""
    words = " ".join(data.get(name, "") for name in ("title", "city", "year"))
    parts = re.findall(r"[a-z0-9]+", words.lower())
    return "-".join(parts)[:60].strip("-") or f"{row.name}-{secrets.token_hex(4)}"


def act(  # noqa: PLR0917 - what Litestar gives a handler
    request: Request[Any, Any, Any],
    office: FromOffice,
    actor: FromActor,
    kind: Segment,
    code: Segment,
    data: Form,
) -> Any:  # noqa: ANN401
    """Take a step with what was typed, or show the page again with what was wrong and what was typed."""
    kept = lost_session(request, data)
    if kept is not None:
        return kept
    row = kind_named(kind)
    action = data.get("action", "")
    try:
        sight = office.casework.opened(actor, row.name, code)
        taken = next((one for one in sight.actions if one.action == action), None) or step(row.name, action)
        changes = read_form(row.name, row.content, taken.fields, data, asked_of(office, sight))
        what, reason = (actor, row.name, code, action, changes), data.get("why", "").strip()
        after = office.people.proposed_instead(*what, reason=reason) or office.casework.act(
            *what, version=whole_number(data.get("version", "")), reason=reason
        )
    except NotFoundError:
        raise
    except UrbiumError as error:
        return shown_case(office, actor, row.name, code, typed=data, problem=error)
    return see(card_of(office, after).address)


DESK = (
    reading("/desk")(desk_page),
    reading("/desk/{kind:str}")(list_page),
    reading("/desk/{kind:str}/begin")(begin_page),
    writing("/desk/{kind:str}/begin/send")(begin),
    reading("/desk/{kind:str}/{code:str}")(case_page),
    writing("/desk/{kind:str}/{code:str}/act")(act),
)
"""The pages of the work of people."""
