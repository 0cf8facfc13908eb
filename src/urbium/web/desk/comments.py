"""Comments: writing one on a case or on a figure of a city, and closing one; the thread is shown again."""

import secrets
from typing import Any

from urbium.errors import NotFoundError, UrbiumError
from urbium.programme.cases.kinds import kind_named
from urbium.web.desk.cards import card_of
from urbium.web.desk.case import shown_case
from urbium.web.desk.correspondence import COMMENT
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment
from urbium.web.server.routes import Form, see, writing
from urbium.whole_numbers import whole_number


def comment(office: FromOffice, actor: FromActor, data: Form) -> Any:  # noqa: ANN401
    """Write a comment, or show its case again with what was wrong and what was typed."""
    above = data.get("code", "")
    content = {name: data.get(name, "").strip() for name in ("text", "to", "about")}
    try:
        written = office.casework.begin(
            actor, COMMENT, f"c-{secrets.token_hex(6)}", content,
            city="" if above else data.get("city", ""), parent=above, parent_kind=data.get("kind", ""),
        )  # fmt: skip
    except NotFoundError:
        raise
    except UrbiumError as error:
        if not above:
            raise
        kind = kind_named(data.get("kind", "")).name
        return shown_case(office, actor, kind, above, comment=content, problem=error)
    return see(card_of(office, written).address)


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
