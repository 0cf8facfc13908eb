"""Desk: the pages on which people work: what waits for them, lists, one dossier with its steps.

A form is made of the fields that a step may set, so a new kind or step needs no page of its own. What was
typed stays in the form when a step is refused. Everything works without scripts.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from litestar import HttpMethod, MediaType, Request, Response, route
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Template

from urbium.access import ROLES, Actor, clauses
from urbium.errors import InputError, NotFoundError, UrbiumError
from urbium.pilot.steps import CREATE, Step, state, step
from urbium.programme import Programme
from urbium.programme.casework import Seen
from urbium.programme.kinds import KINDS, Kind, kind_named
from urbium.text import Text, text
from urbium.web.parameters import FromActor, FromOffice, Segment, Word
from urbium.web.security import BY_POLICY
from urbium.web.sessions import check_form, session

__all__ = ["DESK"]

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
_SEE_OTHER: Final = 303
_PAGE: Final = 50
_LONG: Final = frozenset(
    {"note", "recommendation", "province_report", "text", "narrative", "appeal", "reasons"}
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form.

    Parameters
    ----------
    name, title : its name, and what it is called
    form : how it is typed: ``line``, ``text``, ``number``, ``yes``, ``lines`` or ``rows``
    value : as text
    is_needed : whether it must be filled in
    hint : what rows hold
    """

    name: str
    title: str
    form: str
    value: str
    is_needed: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A dossier in a list."""

    sight: Seen
    title: str
    kind: Kind
    state: str

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/desk/{self.kind.plural}/{self.sight.dossier.code}"


def _card(sight: Seen) -> Card:
    dossier = sight.dossier
    content = dossier.content
    title = str(content.get("title") or content.get("display") or dossier.code)
    return Card(sight, title, KINDS[dossier.kind], state(dossier.kind, dossier.state).title)


def _page(template: str, title: str | Text, *, status: int = 200, **context: object) -> Template:
    return Template(template, context={"page": "desk", "page_title": title, **context}, status_code=status)


def _signed_in(request: Request[Any, Any, Any]) -> Response[Any] | None:
    """Return the way to the form of signing in, for somebody who has not."""
    if session().actor.account:
        return None
    return Response(None, status_code=_SEE_OTHER, headers={"Location": f"/sign-in?to={request.url.path}"})


def _beginnable(actor: Actor) -> list[Kind]:
    return [kind for kind in KINDS.values() if clauses(actor, kind.name, CREATE)]


def _visible(actor: Actor) -> list[Kind]:
    return [kind for kind in KINDS.values() if clauses(actor, kind.name, "read")]


def desk_page(request: Request[Any, Any, Any], office: FromOffice, actor: FromActor) -> Any:  # noqa: ANN401
    """Show what waits for the reader, and the lists that the reader may see."""
    way = _signed_in(request)
    if way is not None:
        return way
    lists = [
        {"kind": kind, "counts": [(state(kind.name, name).title, n) for name, n in counts.items()]}
        for kind in _visible(actor)
        if (counts := office.casework.count(actor, kind.name))
    ]
    return _page(
        "desk.html",
        text("web.page.desk", "Desk"),
        waiting=[_card(sight) for sight in office.casework.waiting(actor)],
        lists=lists,
        roles=[ROLES[grant.role] for grant in actor.grants],
        beginnable=_beginnable(actor),
    )


def list_page(
    office: FromOffice,
    actor: FromActor,
    kind: Segment,
    *,
    after: Word = "",
    city: Word = "",
    in_state: Word = "",
) -> Template:
    """Show the dossiers of a kind that the reader may see."""
    row = kind_named(kind)
    where = {name: value for name, value in (("city", city), ("state", in_state)) if value}
    sights = office.casework.listed(actor, row.name, where=where, after=after, most=_PAGE + 1)
    following = sights[_PAGE - 1].dossier.code if len(sights) > _PAGE else ""
    counts = office.casework.count(actor, row.name)
    return _page(
        "desk_list.html",
        row.titles,
        kind=row,
        cards=[_card(sight) for sight in sights[:_PAGE]],
        following=following,
        counts=[(name, state(row.name, name).title, number) for name, number in counts.items()],
        in_state=in_state,
        may_begin=row in _beginnable(actor),
    )


def case_page(office: FromOffice, actor: FromActor, kind: Segment, code: Segment) -> Template:
    """Show a dossier as the reader may see it, and a form for each step that the reader may take."""
    return _case(office, actor, kind_named(kind), code)


def _case(
    office: Programme,
    actor: Actor,
    row: Kind,
    code: str,
    *,
    typed: Mapping[str, str] | None = None,
    problem: UrbiumError | None = None,
) -> Template:
    sight = office.casework.opened(actor, row.name, code)
    typed = typed or {}
    forms = [
        {
            "step": one,
            "fields": _fields(
                row, one, sight.dossier.content, typed if typed.get("action") == one.action else {}
            ),
        }
        for one in sight.actions
    ]
    history = office.casework.history(actor, row.name, code) if session().actor.account else []
    return _page(
        "desk_case.html",
        _card(sight).title,
        status=200 if problem is None else problem.status,
        card=_card(sight),
        kind=row,
        content=list(_shown(row, sight.dossier.content)),
        forms=forms,
        history=[
            {"sight": one, "state": state(row.name, one.dossier.state).title} for one in reversed(history)
        ],
        children=[
            _card(child)
            for other in KINDS.values()
            if row.name in other.parents
            for child in office.casework.listed(actor, other.name, where={"parent": code})
        ],
        problem=problem.problem() if problem else None,
    )


def begin_page(
    office: FromOffice, actor: FromActor, kind: Segment, *, parent: Word = "", city: Word = ""
) -> Template:
    """Show the form that begins a dossier."""
    del office
    return _begin(actor, kind_named(kind), {"parent": parent, "city": city or _city_of(actor)})


def _begin(actor: Actor, row: Kind, typed: Mapping[str, str], problem: UrbiumError | None = None) -> Template:
    if row not in _beginnable(actor):
        raise NotFoundError(text("web.desk.nothing_to_begin", "there is nothing to begin here"))
    return _page(
        "desk_begin.html",
        row.title,
        status=200 if problem is None else problem.status,
        kind=row,
        typed=typed,
        fields=_fields(row, step(row.name, CREATE), {}, typed),
        problem=problem.problem() if problem else None,
    )


def begin(office: FromOffice, actor: FromActor, kind: Segment, data: Form) -> Any:  # noqa: ANN401
    """Begin a dossier of what was typed, or show the form again with what was wrong."""
    check_form(data)
    row = kind_named(kind)
    try:
        content = _read(row, step(row.name, CREATE), data)
        sight = office.casework.begin(
            actor,
            row.name,
            data.get("code", "").strip(),
            content,
            city=data.get("city", "").strip(),
            parent=data.get("parent", "").strip(),
            owner=data.get("owner", "").strip(),
            agreement=data.get("agreement", "").strip(),
        )
    except UrbiumError as error:
        return _begin(actor, row, data, error)
    return Response(None, status_code=_SEE_OTHER, headers={"Location": _card(sight).address})


def act(office: FromOffice, actor: FromActor, kind: Segment, code: Segment, data: Form) -> Any:  # noqa: ANN401
    """Take a step with what was typed, or show the page again with what was wrong and what was typed."""
    check_form(data)
    row = kind_named(kind)
    action, version = data.get("action", ""), data.get("version", "")
    try:
        sight = office.casework.opened(actor, row.name, code)
        taken = next((one for one in sight.actions if one.action == action), None) or step(row.name, action)
        changes = _read(row, taken, data)
        office.casework.act(
            actor,
            row.name,
            code,
            action,
            changes,
            version=int(version) if version.isdecimal() else -1,
            reason=data.get("why", ""),
        )
    except NotFoundError:
        raise
    except UrbiumError as error:
        return _case(office, actor, row, code, typed=data, problem=error)
    return Response(None, status_code=_SEE_OTHER, headers={"Location": f"/desk/{row.plural}/{code}"})


def _city_of(actor: Actor) -> str:
    return next((grant.code for grant in actor.grants if grant.scope == "city"), "")


def _fields(row: Kind, taken: Step, content: Mapping[str, Any], typed: Mapping[str, str]) -> list[Field]:
    """Return the fields of a step's form, with what was typed or, where nothing was, what is stored."""
    fields = []
    for field in msgspec.structs.fields(row.content):
        if field.name not in taken.fields:
            continue
        form = _form(field.name, field.type)
        stored = content.get(field.name, None if field.required else field.default)
        value = typed[field.name] if field.name in typed else _written(form, stored)
        fields.append(
            Field(
                field.name, field.name.replace("_", " "), form, value, field.required, _hint(field.type, form)
            )
        )
    return fields


def _form(name: str, kind: Any) -> str:  # noqa: ANN401 - a type
    """Return how a field is typed."""
    info = msgspec.inspect.type_info(kind)
    while isinstance(info, msgspec.inspect.Metadata):
        info = info.type
    match info:
        case msgspec.inspect.BoolType():
            return "yes"
        case msgspec.inspect.IntType() | msgspec.inspect.FloatType():
            return "number"
        case msgspec.inspect.ListType(item_type=msgspec.inspect.StrType()):
            return "lines"
        case msgspec.inspect.StrType():
            return "text" if name in _LONG else "line"
        case _:
            return "rows"


def _hint(kind: Any, form: str) -> str:  # noqa: ANN401 - a type
    """Return an example of what rows look like."""
    if form != "rows":
        return ""
    info = msgspec.inspect.type_info(kind)
    while isinstance(info, msgspec.inspect.Metadata):
        info = info.type
    item = getattr(info, "item_type", None)
    if isinstance(item, msgspec.inspect.StructType):
        return ", ".join(field.name for field in item.fields)
    return ""


def _written(form: str, value: Any) -> str:  # noqa: ANN401 - of any field
    if value is None or value is msgspec.NODEFAULT:
        return ""
    if form == "lines":
        return "\n".join(value)
    if form == "rows":
        return json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=1) if value else ""
    if form == "yes":
        return "yes" if value else ""
    return str(value)


def _read(row: Kind, taken: Step, data: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed as values; raise InputError that names the field that cannot be read."""
    content = {}
    for field in msgspec.structs.fields(row.content):
        form = _form(field.name, field.type)
        if field.name not in taken.fields or (field.name not in data and form != "yes"):
            continue
        written = data.get(field.name, "").replace("\r\n", "\n")
        if not written.strip() and form in ("number", "rows"):
            continue
        content[field.name] = _value(field.name, form, written)
    return content


def _value(name: str, form: str, written: str) -> Any:  # noqa: ANN401 - of any field
    match form:
        case "yes":
            return bool(written)
        case "lines":
            return [line.strip() for line in written.split("\n") if line.strip()]
        case "number":
            try:
                number = float(written)
            except ValueError:
                raise InputError(
                    text(
                        "web.desk.no_number",
                        "{name}: {written!r} is not a number",
                        name=name,
                        written=written,
                    ),
                    remedy=text("web.desk.no_number.remedy", "write it as 12.5"),
                ) from None
            return int(number) if number.is_integer() else number
        case "rows":
            try:
                return json.loads(written)
            except ValueError:
                raise InputError(
                    text("web.desk.no_rows", "{name} cannot be read as rows", name=name),
                    remedy=text(
                        "web.desk.no_rows.remedy", "write them as they were shown, in brackets and quotes"
                    ),
                ) from None
        case _:
            return written.strip()


def _shown(row: Kind, content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a page shows of a content: lines, lists, or a table of records."""
    for name, value in content.items():
        if value in ("", [], {}, None):
            continue
        title = name.replace("_", " ")
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            columns = [
                column
                for column in value[0]
                if any(one.get(column) not in ("", [], {}, None) for one in value)
            ]
            yield {
                "title": title,
                "columns": columns,
                "rows": [[_plain(one.get(c)) for c in columns] for one in value],
            }
        elif isinstance(value, list):
            yield {"title": title, "lines": [_plain(one) for one in value]}
        elif isinstance(value, Mapping):
            yield {"title": title, "pairs": [(key, _plain(one)) for key, one in value.items()]}
        else:
            yield {"title": title, "line": _plain(value)}
    del row


def _plain(value: Any) -> str:  # noqa: ANN401 - of any field
    if value is None:
        return ""
    if isinstance(value, bool):
        return text("web.desk.yes", "yes") if value else text("web.desk.no", "no")
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_plain(one)}" for key, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"  # noqa: PLR2004 - digits that matter
    return str(value)


def _reading(address: str) -> Any:  # noqa: ANN401 - a decorator
    return route(
        address,
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        opt=BY_POLICY,
        include_in_schema=False,
        sync_to_thread=True,
        media_type=MediaType.HTML,
    )


def _writing(address: str) -> Any:  # noqa: ANN401 - a decorator
    return route(
        address,
        http_method=HttpMethod.POST,
        opt=BY_POLICY,
        include_in_schema=False,
        sync_to_thread=True,
        media_type=MediaType.HTML,
    )


DESK = (
    _reading("/desk")(desk_page),
    _reading("/desk/{kind:str}")(list_page),
    _reading("/desk/{kind:str}/begin")(begin_page),
    _writing("/desk/{kind:str}/begin/send")(begin),
    _reading("/desk/{kind:str}/{code:str}")(case_page),
    _writing("/desk/{kind:str}/{code:str}/act")(act),
)
"""The pages of the work of people."""
