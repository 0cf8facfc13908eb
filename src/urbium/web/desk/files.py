"""Files: what is attached to a case, or a file of figures, for who may have it; never run.

A file is sent as a download of its checked type, under a policy that lets nothing of it run or load.
"""

from functools import partial
from typing import Any, Final
from urllib.parse import quote

from litestar import Response

from urbium.access import Actor
from urbium.programme import Programme
from urbium.programme.cases.kinds import kind_named
from urbium.programme.cases.sight import Seen
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment, Word
from urbium.web.server.answers import noun
from urbium.web.server.security import BY_POLICY

HANDS_OVER: Final = ("data_request", "deliver")
"""The kind and step by which files are handed over."""
ROOM: Final = 1_000_000
"""Bytes that a form has beside its file."""


def files_to_take(actor: Actor, sight: Seen) -> list[dict[str, Any]]:
    """Return the files of an approved request for data, for who made it."""
    request = sight.dossier
    is_given = request.owner == actor.account and request.state == "approved"
    return list(request.content["files"]) if is_given else []


def files_handed(office: Programme, sight: Seen) -> list[dict[str, Any]]:
    """Return the files that were handed over on a request, for who may do so, and which have been taken."""
    if not any((sight.dossier.kind, one.action) == HANDS_OVER for one in sight.actions):
        return []
    taken = office.exchange.taken(sight.dossier.code)
    return [one | {"is_taken": one["sha256"] in taken} for one in sight.dossier.content["files"]]


def file_of(
    office: FromOffice, actor: FromActor, kind: Segment, code: Segment, sha256: Segment, *, name: Word = ""
) -> Response[bytes]:
    """Send an attached file, under its own name, to who sees the case that it is attached to."""
    file, content = office.attachments.opened(actor, kind_named(kind).name, code, sha256, name)
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


def source_file(office: FromOffice, actor: FromActor, sha256: Segment) -> Response[bytes]:
    """Send the file in which figures stand to who may have it, as a download."""
    name, content = office.source_files.opened(actor, sha256)
    return download(name, "application/octet-stream", content)


_read = partial(noun, opt=BY_POLICY, include_in_schema=False)
FILES = (
    _read("/attachments/{kind:str}/{code:str}/{sha256:str}")(file_of),
    _read("/source-files/{sha256:str}")(source_file),
)
"""The addresses of attached files, and of files of figures."""
