"""Handing over: files sent on the desk: attached to a case, and of a request for data, taken by who asked.

A file is taken by a form and not by a link, so that nothing which fetches links ahead enters the log.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from anyio import to_thread
from litestar import HttpMethod, MediaType, Request, route
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from urbium.access import Actor
from urbium.errors import InputError, NotFoundError, UrbiumError
from urbium.pilot import attachments
from urbium.programme import Programme
from urbium.programme.cases.kinds import kind_named
from urbium.programme.platform.exchange import LARGEST
from urbium.text import coded, text
from urbium.web.desk.case import ATTACH, shown_case
from urbium.web.desk.files import ROOM, download
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment
from urbium.web.server.keeping import lost_session
from urbium.web.server.routes import Form, see, writing
from urbium.web.server.security import BY_POLICY
from urbium.whole_numbers import whole_number


@dataclass
class SentFile:
    """What the form of an attachment sends."""

    file: UploadFile
    csrf: str = ""
    version: str = ""
    document: str = ""


FileForm = Annotated[SentFile, Body(media_type=RequestEncodingType.MULTI_PART)]


def attach(office: FromOffice, actor: FromActor, kind: Segment, code: Segment, data: FileForm) -> Any:  # noqa: ANN401
    """Attach a file to a case, or show the case again with what was wrong."""
    row, version = kind_named(kind), whole_number(data.version)
    try:
        office.attachments.attach(
            actor, row.name, code, data.document, data.file.filename, data.file.file.read(), version=version
        )
    except NotFoundError:
        raise
    except UrbiumError as error:
        typed = {"action": ATTACH, "document": data.document}
        return shown_case(office, actor, row.name, code, typed=typed, problem=error)
    return see(f"/desk/{row.plural}/{code}#files")


def detach(office: FromOffice, actor: FromActor, kind: Segment, code: Segment, data: Form) -> Any:  # noqa: ANN401
    """Take a file out of a case, or show the case again with what was wrong."""
    row, version, document = kind_named(kind), whole_number(data.get("version", "")), data.get("document", "")
    try:
        office.attachments.detach(actor, row.name, code, document, data.get("name", ""), version=version)
    except NotFoundError:
        raise
    except UrbiumError as error:
        return shown_case(office, actor, row.name, code, typed={}, problem=error)
    return see(f"/desk/{row.plural}/{code}#files")


async def deliver(
    request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, code: Segment
) -> Any:  # noqa: ANN401
    """Hand a file over, or show the request again with what was wrong and what was typed."""
    sent = await request.form()  # of several parts, or, where it is sent again after signing in, of one
    file = sent.get("file")
    typed = {"action": "deliver"} | {name: value for name, value in sent.items() if isinstance(value, str)}
    return await to_thread.run_sync(
        _deliver, request, office, actor, code, file if isinstance(file, UploadFile) else None, typed
    )


def _deliver(  # noqa: PLR0917 - of a thread
    request: Request[Any, Any, Any],
    office: Programme,
    actor: Actor,
    code: str,
    file: UploadFile | None,
    typed: dict[str, str],
) -> Any:  # noqa: ANN401
    kept = lost_session(request, typed)
    if kept is not None:
        return kept
    try:
        if file is None:
            raise InputError(
                coded("web.handing_over.none", "no file was sent"),
                remedy=text("choose the file, and send it again"),
            )
        reason = typed.get("why", "").strip()
        office.exchange.deliver(actor, code, file.filename, file.file.read(), reason=reason)
    except NotFoundError:
        raise
    except UrbiumError as error:
        return shown_case(office, actor, "data_request", code, typed=typed, problem=error)
    return see(f"/desk/data-requests/{code}")


def take_back(office: FromOffice, actor: FromActor, code: Segment, data: Form) -> Any:  # noqa: ANN401
    """Take back a file that was handed over, or show the request again with why that is not possible."""
    try:
        office.exchange.take_back(actor, code, data.get("sha256", ""))
    except NotFoundError:
        raise
    except UrbiumError as error:
        return shown_case(office, actor, "data_request", code, typed={}, problem=error)
    return see(f"/desk/data-requests/{code}")


def take(office: FromOffice, actor: FromActor, code: Segment, data: Form) -> Any:  # noqa: ANN401
    """Send a file as a download to who asked, after it is entered in the log."""
    try:
        return download(*office.exchange.file(actor, code, data.get("sha256", "")))
    except NotFoundError:
        raise
    except UrbiumError as error:
        return shown_case(office, actor, "data_request", code, problem=error)


HANDING_OVER = (
    writing("/attachments/{kind:str}/{code:str}/send", most=attachments.LARGEST + ROOM)(attach),
    writing("/attachments/{kind:str}/{code:str}/remove")(detach),
    route(
        "/data-requests/{code:str}/deliver",
        http_method=HttpMethod.POST,
        opt=BY_POLICY,
        include_in_schema=False,
        media_type=MediaType.HTML,
        request_max_body_size=LARGEST + ROOM,
    )(deliver),
    writing("/data-requests/{code:str}/take")(take),
    writing("/data-requests/{code:str}/take-back")(take_back),
)
"""The forms of files that are sent and taken."""
