"""Cases: every kind of dossier as a noun of the API: listed, opened, begun, and moved on by its steps.

A list is paged by key (``after``, and a link to the next page); a dossier carries its version as an ETag, and
a step must say by ``If-Match`` which version it saw. Who repeats a request with the same ``Idempotency-Key``
gets the first answer again. What a reader may not see is not there.
"""

from functools import cache, partial
from http import HTTPStatus
from typing import Annotated, Any, Final, cast
from urllib.parse import urlencode

import msgspec
import polars as pl
from litestar import HttpMethod, Request, Response, route
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body, HeaderParameter, QueryParameter

from urbium.errors import ConflictError
from urbium.model.accounts import AccountGrant
from urbium.periods import instant
from urbium.pilot.steps import state
from urbium.programme.cases.kinds import KINDS, Kind
from urbium.programme.cases.sight import Seen
from urbium.text import text
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment, Word
from urbium.web.server.answers import noun
from urbium.web.server.once import Key, once
from urbium.web.server.refusals import CHANGES, LISTS, OPENS, refusals
from urbium.web.server.routes import at_one_instant
from urbium.web.server.security import BY_POLICY
from urbium.web.server.sessions import session
from urbium.whole_numbers import whole_number

_MOST: Final = 200
_WHERE: Final = ("city", "province", "state", "round", "agreement", "parent", "owner")

InState = Annotated[str, QueryParameter(name="state", max_length=80)]
PageSize = Annotated[int, QueryParameter(ge=1, le=_MOST)]
IfMatch = Annotated[str, HeaderParameter(name="If-Match", max_length=40)]
IfNoneMatch = Annotated[str, HeaderParameter(name="If-None-Match", max_length=40)]
Entry = Annotated[int, QueryParameter(ge=0, le=2_147_483_647)]
LogSize = Annotated[int, QueryParameter(ge=1, le=1000)]
Version = Annotated[int, QueryParameter(ge=0, le=2_147_483_647)]


class Possible(msgspec.Struct, frozen=True):
    """A step that the reader may take now: its name, what it is called, and the fields it may set."""

    action: str
    title: str
    fields: list[str]


class CaseAnswer(msgspec.Struct, kw_only=True, omit_defaults=False):
    """A dossier as its reader may see it; fields of the content that the reader may not see are absent."""

    kind: str
    code: str
    state: str
    state_title: str
    version: int
    city: str
    province: str
    round: str
    agreement: str
    parent: str
    owner: str
    recorded_at: str
    recorded_by: str
    actions: list[Possible]


class CaseBegun(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What begins a dossier: its code, what it belongs to, its content, and why."""

    code: str
    content: dict[str, Any] = {}
    city: str = ""
    parent: str = ""
    owner: str = ""
    agreement: str = ""
    reason: str = ""


class CaseStep(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a step sets, and why."""

    changes: dict[str, Any] = {}
    reason: str = ""


@cache
def answer_class(kind: str) -> type[msgspec.Struct]:
    """Return the class of answers of a kind: a dossier whose content has the kind's fields, each optional."""
    row = KINDS[kind]
    fields = [
        (field.name, cast("Any", field.type) | msgspec.UnsetType, msgspec.UNSET)
        for field in msgspec.structs.fields(row.content)
    ]
    content = msgspec.defstruct(
        f"{row.content.__name__}Content",
        fields,
        kw_only=True,
        module=__name__,
        namespace={"__doc__": row.content.__doc__},
    )
    return msgspec.defstruct(
        f"{row.content.__name__}Answer",
        [("content", content)],
        bases=(CaseAnswer,),
        kw_only=True,
        module=__name__,
        namespace={"__doc__": CaseAnswer.__doc__},
    )


@cache
def page_class(kind: str) -> type[msgspec.Struct]:
    """Return the class of pages of a list: its items, how many there are by state, and the next page."""
    name = KINDS[kind].content.__name__
    return msgspec.defstruct(
        f"{name}Page",
        [("items", list[answer_class(kind)]), ("states", dict[str, int]), ("next", str)],  # type: ignore[misc]
        module=__name__,
        namespace={"__doc__": "A page of a list; ``next`` is the address of the next one, or empty."},
    )


def record(sight: Seen) -> msgspec.Struct:
    """Return a dossier as the API sends it."""
    dossier = sight.dossier
    titles = state(dossier.kind, dossier.state)
    fields: dict[str, Any] = {
        name: getattr(dossier, name)
        for name in (
            "kind",
            "code",
            "state",
            "version",
            "city",
            "province",
            "round",
            "agreement",
            "parent",
            "owner",
        )
    }
    fields |= {
        "state_title": titles.title,
        "recorded_at": "" if dossier.recorded_at is None else dossier.recorded_at.isoformat(),
        "recorded_by": dossier.recorded_by,
        "actions": [Possible(one.action, one.title, sorted(one.fields)) for one in sight.actions],
        "content": dossier.content,
    }
    return msgspec.convert(fields, answer_class(dossier.kind))


def _etag(sight: Seen) -> str:
    return f'"{sight.mark}"'


def _answered(sight: Seen) -> tuple[object, dict[str, str]]:
    """Return the body and the headers of an answer that shows a dossier."""
    return record(sight), {"ETag": _etag(sight)}


def _version_of(if_match: str) -> int:
    """Return the version that a request saw; refuse one that does not say it."""
    if not if_match:
        raise HTTPException(
            status_code=HTTPStatus.PRECONDITION_REQUIRED,
            detail=text("state in If-Match which version the change is based on (its ETag)"),
        )
    number = if_match.strip().removeprefix("W/").strip('"')
    return whole_number(number)


class _Stale(HTTPException):
    status_code = HTTPStatus.PRECONDITION_FAILED


def _nouns(kind: Kind) -> list[HTTPRouteHandler]:  # noqa: C901 - five handlers of one kind
    """Return what answers for a kind: the list, one, its history, beginning one, and its steps."""
    base = f"/api/{kind.plural}"
    answer, page = answer_class(kind.name), page_class(kind.name)

    def listed(
        office: FromOffice,
        actor: FromActor,
        *,
        city: Word = "",
        province: Word = "",
        in_state: InState = "",
        round: Word = "",  # noqa: A002 - the name in the address
        agreement: Word = "",
        parent: Word = "",
        owner: Word = "",
        known_on: Word = "",
        after: Word = "",
        most: PageSize = 100,
    ) -> Any:  # noqa: ANN401 - the class of the kind, below
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        moment = instant(known_on, office.settings.zone())
        given = dict(zip(_WHERE, (city, province, in_state, round, agreement, parent, owner), strict=True))
        where = {name: value for name, value in given.items() if value}
        rows = office.casework.listed(
            actor, kind.name, where=where, after=after, most=most + 1, as_known_on=moment
        )
        shown = rows[:most]
        then = {"known_on": known_on} if known_on else {}
        query = {**where, **then, "after": shown[-1].dossier.code, "most": most} if len(rows) > most else {}
        following = f"{base}?{urlencode(query)}" if query else ""
        body = page(
            items=[record(one) for one in shown],
            states=office.casework.count(actor, kind.name, where=where, as_known_on=moment),
            next=following,
        )
        return Response(body, headers={"Link": f'<{following}>; rel="next"'} if following else {})

    def opened(
        office: FromOffice,
        actor: FromActor,
        code: Segment,
        *,
        version: Version = 0,
        if_none_match: IfNoneMatch = "",
    ) -> Any:  # noqa: ANN401
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        sight = office.casework.opened(actor, kind.name, code, version=version or None)
        if if_none_match == _etag(sight):
            return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": _etag(sight)})
        body, headers = _answered(sight)
        return Response(body, headers=headers)

    def history(office: FromOffice, actor: FromActor, code: Segment) -> Any:  # noqa: ANN401
        """Return every version of a dossier that the reader may see, the first one first."""
        return Response([record(one) for one in office.casework.history(actor, kind.name, code)])

    def begin(
        request: Request[Any, Any, Any],
        office: FromOffice,
        actor: FromActor,
        data: Annotated[CaseBegun, Body()],
        *,
        key: Key = "",
    ) -> Any:  # noqa: ANN401
        """Begin a dossier."""
        fields = msgspec.structs.asdict(data)

        def start() -> tuple[object, dict[str, str]]:
            return _answered(office.casework.begin(actor, kind.name, **fields))

        return once(request, office, key, fields, start, status=HTTPStatus.CREATED)

    def act(
        request: Request[Any, Any, Any],
        office: FromOffice,
        actor: FromActor,
        code: Segment,
        action: Segment,
        *,
        data: Annotated[CaseStep, Body()],
        if_match: IfMatch = "",
        key: Key = "",
    ) -> Any:  # noqa: ANN401
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        version = _version_of(if_match)

        def step() -> tuple[object, dict[str, str]]:
            try:
                return _answered(
                    office.casework.act(
                        actor, kind.name, code, action, data.changes, version=version, reason=data.reason
                    )
                )
            except ConflictError as error:
                newest = office.casework.opened(actor, kind.name, code).dossier.version
                if newest != version:
                    raise _Stale(detail=error.message) from error
                raise

        return once(request, office, key, msgspec.structs.asdict(data), step)

    read, write = [HttpMethod.GET, HttpMethod.HEAD], HttpMethod.POST
    of_step = (*CHANGES, 412, 428)
    rows = (
        (f"{base}", read, listed, page, f"list_{kind.plural}", LISTS),
        (f"{base}/{{code:str}}", read, opened, answer, f"open_{kind.name}", OPENS),
        (f"{base}/{{code:str}}/history", read, history, list[answer], f"history_of_{kind.name}", OPENS),  # type: ignore[valid-type]
        (f"{base}/begin", write, begin, answer, f"begin_{kind.name}", CHANGES),
        (f"{base}/{{code:str}}/{{action:str}}", write, act, answer, f"act_on_{kind.name}", of_step),
    )
    handlers = []
    for address, method, answers, answered, name, refused in rows:
        function = at_one_instant(answers) if method is read else answers
        function.__annotations__ = function.__annotations__ | {"return": Response[answered]}  # type: ignore[valid-type]
        handlers.append(
            route(
                address,
                http_method=method,
                opt=BY_POLICY,
                sync_to_thread=True,
                operation_id=partial(_operation, name),
                tags=[kind.plural],
                status_code=HTTPStatus.CREATED if answers is begin else HTTPStatus.OK,
                responses=refusals(*refused),
            )(function)
        )
    return handlers


def _operation(name: str, _: HTTPRouteHandler, method: HttpMethod, __: object) -> str:
    """Return the name of an operation in the description of the API."""
    plain = name.replace("-", "_")
    return plain if method is not HttpMethod.HEAD else f"head_{plain}"


def waiting(office: FromOffice, actor: FromActor) -> list[CaseAnswer]:
    """Return the dossiers that wait for a step of the reader."""
    return cast("list[CaseAnswer]", [record(one) for one in office.casework.waiting(actor)])


def log(office: FromOffice, actor: FromActor, *, after: Entry = 0, most: LogSize = 100) -> object:
    """Return who changed what, when and why, the first change first."""
    rows = office.log.entries(actor).filter(pl.col("seq") > after).head(most + 1).to_dicts()
    items = [row | {"at": row["at"].isoformat()} for row in rows[:most]]
    following = urlencode({"after": items[-1]["seq"], "most": most}) if len(rows) > most else ""
    return {"items": items, "next": f"/api/log?{following}" if following else ""}


class Reader(msgspec.Struct):
    """Who asks: the account (empty for the public), its roles, and whether a token was shown."""

    account: str
    grants: list[AccountGrant]
    is_token: bool


def whoami(actor: FromActor) -> Reader:
    """Return the account of the reader and its roles."""
    grants = [AccountGrant(one.role, one.scope, one.code) for one in actor.grants]
    return Reader(actor.account, grants, session().is_token)


_desk = partial(noun, opt=BY_POLICY, tags=["desk"], responses=refusals(*LISTS))

CASES = (
    *(handler for kind in KINDS.values() for handler in _nouns(kind)),
    _desk("/api/waiting")(waiting),
    _desk("/api/log", "LogPage")(log),
    _desk("/api/whoami")(whoami),
)
"""The nouns of the work of people."""
