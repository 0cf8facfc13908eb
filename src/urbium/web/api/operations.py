"""Operations over HTTP: messages of feeds, Open311 GeoReport v2, alerts as CAP, and what goes on now.

What a feed sends is answered with 202 when it is stored, and not before. Open311 answers as GeoReport v2
says, refusals included.
"""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final

from anyio import to_thread
from litestar import HttpMethod, Request, Response, route
from litestar.exceptions import NotFoundException
from litestar.params import HeaderParameter

from urbium.errors import NotFoundError, UrbiumError
from urbium.platform.messages import LARGEST
from urbium.platform.service_requests import as_xml
from urbium.programme import Programme
from urbium.text import say, text
from urbium.web.rendering.parameters import FromActor, FromOffice, Given, Segment, Word
from urbium.web.server.answers import noun
from urbium.web.server.prefix import origin
from urbium.web.server.problems import log_refusal
from urbium.web.server.refusals import CHANGES, LISTS, refusals
from urbium.web.server.security import BY_POLICY, PUBLIC
from urbium.web.server.sessions import Attempts, session

MessageKey = Annotated[str, HeaderParameter(name="Idempotency-Key", max_length=80)]
_TYPES: Final = {"json": "application/json", "xml": "text/xml"}
_OF_ALERT: Final = ("sensors", "indicator", "period", "value", "expected", "behind", "is_example")
_REQUEST: Final = ("service_requests", "request")


@noun("/api/operations", "OperationsAnswer", opt=BY_POLICY, tags=["operations"], responses=refusals(*LISTS))
def operations(office: FromOffice, actor: FromActor, *, city: Word = "") -> object:
    """Return how feeds are, requests by status and age, the newest live figures, and alerts."""
    code = office.city(city).code if city else ""
    now = office.operations
    feeds = [
        row | {"last": row["last"].isoformat() if row["last"] else ""}
        for row in now.feeds(actor, city=code).to_dicts()
    ]
    alerts = [
        {"code": alert.code, "state": alert.state, "city": alert.city}
        | {name: alert.content.get(name, False) for name in _OF_ALERT}
        for alert in (seen.dossier for seen in now.alerts(actor, city=code))
    ]
    requests = now.requests(city=code).drop("days").to_dicts()
    figures = now.figures(city=code).to_dicts()
    return {"feeds": feeds, "requests": requests, "figures": figures, "alerts": alerts}


@noun(
    "/api/feeds/{code:str}/messages",
    "Accepted",
    http_method=HttpMethod.POST,
    opt=BY_POLICY,
    status_code=HTTPStatus.ACCEPTED,
    tags=["operations"],
    request_max_body_size=LARGEST,
    responses=refusals(*CHANGES, 413, 429),
)
async def receive(
    request: Request[Any, Any, Any], office: FromOffice, code: Segment, *, key: MessageKey = ""
) -> object:
    """Store a message of a feed: a notification of NGSI-LD, or records in JSON; ask with the feed's token."""
    _count(request)
    body = await request.body()
    secret = session().secret
    is_new = await to_thread.run_sync(lambda: office.feeds.receive(secret, code, body, key=key))
    return {"is_new": is_new}


def _count(request: Request[Any, Any, Any]) -> None:
    arrivals: Attempts = request.app.state.arrivals
    arrivals.count(request)


# --- Open311 GeoReport v2 -----------------------------------------------------------------------------------


def _answer(
    file: str, root: str, item: str, ask: Callable[[str], list[dict[str, Any]]], *, status: int = 200
) -> Response[bytes]:
    """Answer a question in the form that the ending of its address asks for."""
    name, _, ending = file.rpartition(".")
    if ending not in _TYPES:
        raise NotFoundException(text("responses are .json or .xml"))
    try:
        rows = ask(name)
    except UrbiumError as error:
        problem = error.problem()
        status = int(str(problem["status"]))
        root, item = "errors", "error"
        rows = [{"code": status, "description": str(say(fault.message))} for fault in error.faults] or [
            {"code": status, "description": str(say(error.message))}
        ]
    content = as_xml(root, item, rows) if ending == "xml" else json.dumps(rows, ensure_ascii=False).encode()
    return Response(content, status_code=status, media_type=_TYPES[ending])


@noun("/open311/v2/{file:str}", opt=PUBLIC, include_in_schema=False)
async def open311_lists(office: FromOffice, given: Given, file: Segment) -> Response[bytes]:
    """Return the services, or the requests, of a city."""
    return await to_thread.run_sync(lambda: _listed(office, given, file))


def _listed(office: Programme, given: Mapping[str, str], file: str) -> Response[bytes]:
    city = given.get("jurisdiction_id", "")
    if file.startswith("services."):
        return _answer(file, "services", "service", lambda _: office.city_services.services(city))
    if file.startswith("requests."):
        filters = {name: value for name, value in given.items() if name != "jurisdiction_id"}
        return _answer(file, *_REQUEST, lambda _: office.city_services.requests(city, **filters))
    raise NotFoundException(text("the only resources are services and requests"))


@noun("/open311/v2/services/{file:str}", opt=PUBLIC, include_in_schema=False)
def open311_service(office: FromOffice, given: Given, file: Segment) -> Response[bytes]:
    """Return the definition of a service."""
    city = given.get("jurisdiction_id", "")
    return _answer(file, "service_definitions", "service_definition",
                   lambda code: [office.city_services.definition(code, city)])  # fmt: skip


@noun("/open311/v2/requests/{file:str}", opt=PUBLIC, include_in_schema=False)
def open311_request(office: FromOffice, given: Given, file: Segment) -> Response[bytes]:
    """Return a request; with ``extensions=true`` its states, too."""
    city, has_history = given.get("jurisdiction_id", ""), given.get("extensions") == "true"
    return _answer(
        file, *_REQUEST, lambda id_: [office.city_services.request(id_, city, has_history=has_history)]
    )


@noun("/open311/v2/tokens/{file:str}", opt=PUBLIC, include_in_schema=False)
def open311_token(office: FromOffice, given: Given, file: Segment) -> Response[bytes]:
    """Return the number of a request by its token."""
    city = given.get("jurisdiction_id", "")
    return _answer(file, *_REQUEST, lambda token: [office.city_services.of_token(token, city)])


@route(
    "/open311/v2/{file:str}",
    http_method=HttpMethod.POST,
    opt=BY_POLICY,
    include_in_schema=False,
    request_max_body_size=LARGEST,
)
async def open311_post(request: Request[Any, Any, Any], office: FromOffice, file: Segment) -> Response[bytes]:
    """Take a request; ``api_key`` is the token of the city's feed of service requests."""
    _count(request)
    if not file.startswith("requests."):
        raise NotFoundException(text("only service requests can be sent to this address"))
    form = {name: str(value) for name, value in (await request.form()).items()}
    answer = await to_thread.run_sync(lambda: _asked(office, file, form))
    log_refusal(request, answer.status_code or HTTPStatus.OK)
    return answer


def _asked(office: Programme, file: str, form: Mapping[str, str]) -> Response[bytes]:
    fields = {name: value for name, value in form.items() if name != "api_key"}
    key = form.get("api_key", "")
    return _answer(
        file, *_REQUEST, lambda _: [office.city_services.ask(key, fields)], status=HTTPStatus.CREATED
    )


# --- alerts -------------------------------------------------------------------------------------------------


@noun("/alerts/{file:str}", opt=PUBLIC, include_in_schema=False)
def alert(request: Request[Any, Any, Any], office: FromOffice, file: Segment) -> Response[bytes]:
    """Return the list of alerts as Atom (``feed.atom``), or one as CAP 1.2 (``CODE.xml``)."""
    name, _, ending = file.rpartition(".")
    if file == "feed.atom":
        return Response(
            office.operations.cap_feed(origin(request)),
            media_type="application/atom+xml",
        )
    if ending != "xml":
        raise NotFoundError.named(text("kind of file"), ending, ["xml"])
    code = name.removesuffix("-over")
    return Response(office.operations.cap(code), media_type="application/cap+xml")


OPERATIONS = (
    operations, receive, open311_lists, open311_service, open311_request, open311_token, open311_post, alert,
)  # fmt: skip
"""Every address of live operations."""
