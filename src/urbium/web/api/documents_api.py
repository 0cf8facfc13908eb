"""Documents API: which documents there are, and each as a file, as its reader may see it."""

import re
from functools import partial
from http import HTTPStatus
from typing import Final

from litestar import Response
from litestar.exceptions import ServiceUnavailableException

from urbium.programme.publishing.document_kinds import DOCUMENT_KINDS
from urbium.programme.publishing.documents import Documents
from urbium.text import text
from urbium.web.rendering.parameters import FromActor, FromDrawer, FromOffice, Segment, Word
from urbium.web.server.answers import noun
from urbium.web.server.kept_answers import LARGE
from urbium.web.server.refusals import OPENS, refusals
from urbium.web.server.security import BY_POLICY

_PAGE_POLICY: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "frame-ancestors 'none'"
)
"""The policy of a document that a browser shows: it brings its looks and charts, and runs nothing."""
_noun = partial(noun, opt=BY_POLICY, tags=["documents"])


@_noun("/api/documents", "DocumentRow[]", responses=refusals(*OPENS))
def documents() -> object:
    """Return the kinds of documents, and what each is about: a city, a project, or the programme (empty)."""
    return [
        {"kind": row.name, "title": str(row.title.render()), "about": row.about}
        for row in DOCUMENT_KINDS.values()
    ]


@_noun(
    "/api/documents/{kind:str}/{ending:str}",
    opt=BY_POLICY | LARGE,
    media_type="application/pdf",
    responses=refusals(*OPENS, 409),
)
def document(
    office: FromOffice,
    drawer: FromDrawer,
    actor: FromActor,
    kind: Segment,
    ending: Segment,
    *,
    about: Word = "",
    outline: Word = "",
) -> Response[bytes]:
    """Return a document as pdf, docx, html or md.

    ``about`` is the code or name of the city, or the code of the project; ``outline``, of a design, the id
    of one that comes along.
    """
    media_type = office.documents.media_type(ending)
    composed = office.documents.compose(kind, about, outline=outline, actor=actor)
    content = drawer.made(Documents.content, composed, ending)
    if content is None:
        raise ServiceUnavailableException(
            text("the document cannot be written at the moment; request it again later"),
            status_code=HTTPStatus.SERVICE_UNAVAILABLE,
        )
    plain = re.sub("[^A-Za-z0-9_.-]", "-", composed.name)
    is_page = ending == "html"
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'{"inline" if is_page else "attachment"}; filename="{plain}.{ending}"',
            **({"Content-Security-Policy": _PAGE_POLICY} if is_page else {}),
            "Cache-Control": "private, no-cache" if actor.account else "no-cache",
        },
    )


DOCUMENTS = (documents, document)
"""Every address of documents."""
