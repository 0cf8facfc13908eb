"""Data rooms: the page of a project's documents for who may see them; each opening is entered in the log.

A document is opened by a form and not by a link, so that nothing which fetches links ahead enters a visit.
Who does not see the expression of interest is answered as if there were none.
"""

from typing import Any

from urbium.access import Actor
from urbium.errors import NotFoundError, UrbiumError
from urbium.programme import Programme
from urbium.text import text
from urbium.web.desk.files import download
from urbium.web.desk.marks import marked
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment
from urbium.web.server.routes import Form, page, reading, writing


def room_page(office: FromOffice, actor: FromActor, code: Segment) -> Any:  # noqa: ANN401
    """Show the documents of a data room, and who opened which."""
    return _room(office, actor, code)


def _room(
    office: Programme, actor: Actor, code: str, problem: UrbiumError | None = None, sha256: str = ""
) -> Any:  # noqa: ANN401
    return page(
        "data_room.html",
        text("Data room"),
        status=problem.status if problem else 200,
        room=office.market.room(actor, code),
        code=code,
        problem=marked(problem, {}, rest=sha256),
    )


def open_document(office: FromOffice, actor: FromActor, code: Segment, data: Form) -> Any:  # noqa: ANN401
    """Send a document as a download, after the opening is entered in the log."""
    sha256 = data.get("sha256", "")
    try:
        name, content, media_type = office.market.document(actor, code, sha256)
    except NotFoundError:
        raise
    except UrbiumError as error:
        return _room(office, actor, code, error, sha256)
    return download(name, media_type, content)


DATA_ROOMS = (
    reading("/data-rooms/{code:str}")(room_page),
    writing("/data-rooms/{code:str}/open")(open_document),
)
"""The pages of data rooms."""
