"""Jobs: long work over HTTP: asked for, listed, followed as it goes on, cancelled, and its file taken."""

import json
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final

import anyio
import msgspec
from anyio import to_thread
from litestar import HttpMethod, Request, Response, route
from litestar.params import Body, HeaderParameter, QueryParameter
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from urbium.access import Actor
from urbium.errors import UrbiumError
from urbium.programme import Programme
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment, Word
from urbium.web.server.answers import noun
from urbium.web.server.once import Key, once
from urbium.web.server.refusals import CHANGES, LISTS, OPENS, refusals
from urbium.web.server.security import BY_POLICY
from urbium.whole_numbers import whole_number

_LOOK: Final = 0.5
"""Seconds between two looks at a job that is followed."""
_LONGEST: Final = 600.0
"""Seconds after which a reader must come again, and prove again who it is."""
_PAGE: Final = 100
_HIDDEN: Final = "content"

LastEvent = Annotated[str, HeaderParameter(name="Last-Event-ID", max_length=40)]
PageSize = Annotated[int, QueryParameter(ge=1, le=200)]


class JobBegun(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Long work that is asked for: plan, forecast, measure, import, export, documents; what it needs."""

    kind: str
    request: dict[str, Any] = {}


def record(job: Any) -> dict[str, Any]:  # noqa: ANN401 - urbium.store.Job, which this room does not name
    """Return a job as the API sends it: without the content of files."""
    request = job.request.get("asked", {})
    return {name: getattr(job, name) for name in ("id", "kind", "account", "state", "attempts")} | {
        "made": _instant(job.made),
        "changed": _instant(job.changed),
        "progress": dict(job.progress),
        "request": {name: value for name, value in request.items() if name != _HIDDEN},
        "answer": {name: value for name, value in job.answer.items() if name != _HIDDEN},
    }


def _instant(microseconds: int) -> str:
    return datetime.fromtimestamp(microseconds / 1e6, tz=UTC).isoformat()


_read = partial(noun, opt=BY_POLICY, tags=["jobs"])
_write = partial(_read, http_method=HttpMethod.POST, responses=refusals(*CHANGES))


@_read("/api/jobs", "JobPage", responses=refusals(*LISTS))
def jobs(office: FromOffice, actor: FromActor, *, before: Word = "", most: PageSize = _PAGE) -> object:
    """Return the jobs that the reader may see, newest first, without what was asked and answered."""
    rows = office.jobs.listed(actor, before=before, most=most + 1)
    shown = rows[:most]
    following = f"/api/jobs?before={shown[-1].id}&most={most}" if len(rows) > most else ""
    return {"items": [record(job) for job in shown], "next": following}


@_read("/api/jobs/{id:str}", "JobAnswer", responses=refusals(*OPENS))
def job(office: FromOffice, actor: FromActor, id: Segment) -> object:  # noqa: A002 - the name in the address
    """Return a job: what was asked, how far it is, what came of it."""
    return record(office.jobs.opened(actor, id))


@_write("/api/jobs/begin", "JobAnswer", status_code=HTTPStatus.ACCEPTED)
def begin(
    request: Request[Any, Any, Any],
    office: FromOffice,
    actor: FromActor,
    data: Annotated[JobBegun, Body()],
    *,
    key: Key = "",
) -> object:
    """Ask for long work; a worker takes it when one is free."""

    def start() -> tuple[object, dict[str, str]]:
        begun = office.jobs.begin(actor, data.kind, data.request)
        return record(begun), {"Location": f"/api/jobs/{begun.id}"}

    body = msgspec.structs.asdict(data)
    return once(request, office, key, body, start, status=HTTPStatus.ACCEPTED)


@_write("/api/jobs/{id:str}/cancel", "JobAnswer", status_code=HTTPStatus.OK)
def cancel(office: FromOffice, actor: FromActor, id: Segment) -> object:  # noqa: A002
    """End a job that has not ended; what it was to store is not stored."""
    return record(office.jobs.cancel(actor, id))


@_read("/api/jobs/{id:str}/file", responses=refusals(*OPENS), media_type="application/zip")
def file(office: FromOffice, actor: FromActor, id: Segment) -> Response[bytes]:  # noqa: A002
    """Return the file that a job has made."""
    file = office.jobs.file(actor, id)
    return Response(
        file.content,
        media_type=file.media_type,
        headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
    )


@route(
    "/api/jobs/{id:str}/events",
    http_method=HttpMethod.GET,
    opt=BY_POLICY,
    tags=["jobs"],
    media_type="text/event-stream",
    responses=refusals(*OPENS),
)
async def events(
    office: FromOffice,
    actor: FromActor,
    id: Segment,  # noqa: A002
    *,
    last_event: LastEvent = "",
) -> ServerSentEvent:
    """Follow a job: an event whenever it has changed, the last one when it has ended.

    Each event has an id; who sends the last one back (``Last-Event-ID``) gets what came after it.
    """
    await to_thread.run_sync(partial(office.jobs.opened, actor, id, is_whole=False))
    seen = whole_number(last_event)
    return ServerSentEvent(_changes(office, actor, id, seen))


async def _changes(
    office: Programme, actor: Actor, name: str, seen: int
) -> AsyncGenerator[ServerSentEventMessage]:
    """Yield a job whenever it has changed, until it has ended, or is there no more for the reader."""
    until = time.monotonic() + _LONGEST
    while time.monotonic() < until:
        try:
            job = await to_thread.run_sync(partial(office.jobs.opened, actor, name))
        except UrbiumError:
            return
        if job.changed > seen:
            seen = job.changed
            data = json.dumps(record(job), ensure_ascii=False)
            yield ServerSentEventMessage(
                data=data, id=str(seen), event="ended" if job.has_ended else "changed"
            )
        if job.has_ended:
            return
        await anyio.sleep(_LOOK)


JOBS = (jobs, job, begin, cancel, file, events)
"""Long work."""
