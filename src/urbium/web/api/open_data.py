"""Open data over HTTP: publications and their files.

A file is sent as it was kept, or is made of what was; compressed where the reader takes that. Its mark (ETag)
is made of its sha256. What is kept never changes; what is made is as this version of urbium writes it.
"""

from functools import partial
from typing import Any, Final

from litestar import Request, Response
from litestar.datastructures import CacheControlHeader
from litestar.response import Stream

from urbium.csv_text import as_csv
from urbium.errors import NotFoundError
from urbium.programme import Programme
from urbium.web.api.ogc import OGC
from urbium.web.rendering.parameters import FromOffice, Segment
from urbium.web.server.answers import noun
from urbium.web.server.kept_answers import OPEN_FILE
from urbium.web.server.refusals import LISTS, OPENS, refusals
from urbium.web.server.security import OPEN

_get = partial(noun, opt=OPEN)
_noun = partial(_get, tags=["open data"])
_FOREVER: Final = CacheControlHeader(public=True, max_age=31_536_000, immutable=True).to_header()
_A_DAY: Final = CacheControlHeader(public=True, max_age=86_400).to_header()
_NOT_MODIFIED: Final = 304


@_noun("/api/publications", "PublicationAnswer[]", responses=refusals(*LISTS))
def publications(office: FromOffice) -> object:
    """Return every publication, the newest first."""
    return [office.open_data.facts(one) for one in office.open_data.listed()]


@_noun("/api/publications/{code:str}", "PublicationAnswer", responses=refusals(*OPENS))
def publication(office: FromOffice, code: Segment) -> object:
    """Return a publication: what it is pinned to, its files with their digests, how to cite it."""
    return office.open_data.facts(office.open_data.one(code))


@_get("/publications/{code:str}/{file:str}", opt=OPEN | OPEN_FILE, include_in_schema=False)
def published_file(
    request: Request[Any, Any, Any], office: FromOffice, code: Segment, file: Segment
) -> Response[bytes] | Stream:
    """Send a file of a publication."""
    stored, content = office.open_data.file(code, file)
    is_packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {
        "ETag": f'W/"{stored.sha256}"',  # of what it says, packed or not
        "Vary": "Accept-Encoding",
        "Cache-Control": _FOREVER if stored.kept else _A_DAY,
        "Content-Disposition": f'attachment; filename="{stored.name}"',
        "Link": ", ".join(_links(office, code)),
    }
    if stored.sha256 in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=_NOT_MODIFIED, headers=headers, media_type=stored.media_type)
    if is_packed:
        headers["Content-Encoding"] = "gzip"
        return Response(content, headers=headers, media_type=stored.media_type)
    headers["Content-Length"] = str(stored.size)
    return Stream(office.open_data.pieces(content), headers=headers, media_type=stored.media_type)


@_get("/publications/{code:str}/changes/{file:str}", opt=OPEN | OPEN_FILE, include_in_schema=False)
def changes_file(office: FromOffice, code: Segment, file: Segment) -> Response[bytes]:
    """Send the rows of a table that a publication changed of the one before it."""
    tables = office.open_data.changes(code)
    name = file.removesuffix(".csv")
    if name not in tables:
        raise NotFoundError.named("table", file, [f"{one}.csv" for one in tables])
    headers = {
        "Content-Disposition": f'attachment; filename="{name}-changes.csv"',
        "Link": ", ".join(_links(office, code)),
    }
    content = ("\ufeff" + as_csv(tables[name])).encode()
    return Response(content, headers=headers, media_type="text/csv; charset=utf-8")


def _links(office: Programme, code: str) -> list[str]:
    """Return the links to the publication before and after (RFC 5829)."""
    facts = office.open_data.facts(office.open_data.one(code))
    later = [f'</publications/{one}>; rel="successor-version"' for one in facts["superseded_by"]]
    before = facts["supersedes"]
    earlier = [f'</publications/{before}>; rel="predecessor-version"'] if before else []
    return [f'<{facts["address"]}>; rel="collection"', *earlier, *later]


OPEN_DATA = (publications, publication, published_file, changes_file, *OGC)
"""Every address of open data."""
