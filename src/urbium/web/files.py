"""Files: what is attached to an application: sent by who may change it, read by who sees it, never run.

A file is sent as a download of its checked type, under a policy that lets nothing of it run or load.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import quote

from litestar import HttpMethod, MediaType, Request, Response, route
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from urbium.access import Actor
from urbium.errors import NotFoundError, UrbiumError
from urbium.pilot.attachments import LARGEST
from urbium.pilot.rulesets import CITY
from urbium.programme import Programme
from urbium.programme.casework import Seen
from urbium.web.keeping import lost_session
from urbium.web.parameters import FromActor, FromOffice, Segment
from urbium.web.routes import page, see, to_sign_in
from urbium.web.security import BY_POLICY
from urbium.whole_numbers import whole_number

__all__ = ["FILES", "ROOM", "documents_of", "download", "files_to_take"]

ROOM: Final = 1_000_000
"""Bytes that a form has beside its file."""


@dataclass
class SentFile:
    """What the form of an attachment sends."""

    file: UploadFile
    csrf: str = ""
    version: str = ""
    document: str = ""


FileForm = Annotated[SentFile, Body(media_type=RequestEncodingType.MULTI_PART)]


def documents_of(office: Programme, sight: Seen) -> list[tuple[str, str]]:
    """Return the documents that can be attached to an application by its reader: code and title."""
    if not any(one.action == "change" for one in sight.actions):
        return []
    rules = office.casework.rules_above(sight)
    documents = rules.documents if rules else ()
    return [(one.code, one.title) for one in documents if one.by == CITY and not one.is_structured]


def files_to_take(actor: Actor, sight: Seen) -> list[dict[str, Any]]:
    """Return the files of an approved request for data, for who made it."""
    request = sight.dossier
    is_given = request.owner == actor.account and request.state == "approved"
    return list(request.content["files"]) if is_given else []


def attach(
    request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, code: Segment, data: FileForm
) -> Any:  # noqa: ANN401
    """Attach a file to an application, or say why not."""
    way = to_sign_in(request) or lost_session(request, {"csrf": data.csrf})
    if way is not None:
        return way
    address = f"/desk/applications/{code}"
    version = whole_number(data.version)
    try:
        office.applications.attach(
            actor, code, data.document, data.file.filename, data.file.file.read(), version=version
        )
    except NotFoundError:
        raise
    except UrbiumError as error:
        return page("refused.html", error.message, status=error.status, problem=error.problem(), back=address)
    return see(address)


def file_of(office: FromOffice, actor: FromActor, code: Segment, sha256: Segment) -> Response[bytes]:
    """Send an attached file to who sees the application, as a download."""
    file, content = office.applications.attachment(actor, code, sha256)
    return download(file.name, file.media_type, content)


def download(name: str, media_type: str, content: bytes) -> Response[bytes]:
    """Return a file as a download, of which nothing is run, loaded or kept by caches."""
    return Response(
        content,
        status_code=200,
        media_type=media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )


FILES = (
    route(
        "/attachments/{code:str}/send",
        http_method=HttpMethod.POST,
        opt=BY_POLICY,
        include_in_schema=False,
        sync_to_thread=True,
        media_type=MediaType.HTML,
        request_max_body_size=LARGEST + ROOM,
    )(attach),
    route(
        "/attachments/{code:str}/{sha256:str}",
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        opt=BY_POLICY,
        include_in_schema=False,
        sync_to_thread=True,
    )(file_of),
)
"""The addresses of attached files."""
