"""Comments: writing one on a case or on a figure of a city, and closing one; the thread is shown again."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from urbium.errors import UrbiumError
from urbium.pilot.fields import field_words
from urbium.text import text
from urbium.web.desk.cards import card_of
from urbium.web.desk.correspondence import COMMENT
from urbium.web.desk.marks import marked
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment
from urbium.web.server.routes import Form, page, see, writing
from urbium.whole_numbers import whole_number

_UNFIT: Final = 422


def comment(office: FromOffice, actor: FromActor, data: Form) -> Any:  # noqa: ANN401
    """Write a comment, or show it by itself with what was wrong; its case may be what cannot be seen."""
    above = data.get("code", "")
    content = {name: data.get(name, "").strip() for name in ("text", "to", "about")}
    try:
        written = office.casework.begin(
            actor, COMMENT, f"c-{secrets.token_hex(6)}", content,
            city="" if above else data.get("city", ""), parent=above, parent_kind=data.get("kind", ""),
        )  # fmt: skip
    except UrbiumError as error:
        return _unwritten(data, error)
    return see(card_of(office, written).address)


def _unwritten(data: Mapping[str, str], error: UrbiumError) -> Any:  # noqa: ANN401
    return page(
        "comment.html",
        text("The comment was not posted"),
        status=_UNFIT,
        problem=marked(error, {"text": "text", "to": "to"}, rest="text"),
        names={name: data.get(name, "") for name in ("kind", "code", "city", "about")},
        text=data.get("text", ""),
        to=field_words(COMMENT, "to").words,
        chosen=data.get("to", ""),
    )


def close(office: FromOffice, actor: FromActor, code: Segment, data: Form) -> Any:  # noqa: ANN401
    """Close a comment: it is done, or taken back."""
    version = whole_number(data.get("version", ""))
    closed = office.casework.act(actor, COMMENT, code, data.get("action", ""), version=version)
    return see(card_of(office, closed).address)


COMMENTS = (
    writing("/comments/send")(comment),
    writing("/comments/{code:str}/close")(close),
)
"""The forms of comments."""
