"""Saving: what is typed into the form of a case is kept while it is typed, and stands there again later.

The form works without it. What is kept is checked only when it is sent
(:mod:`urbium.programme.cases.drafts`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from litestar import MediaType, Response

from urbium.access import Actor
from urbium.errors import UrbiumError
from urbium.pilot.steps import CHANGE
from urbium.programme import Programme
from urbium.programme.cases.kinds import Kind, kind_named
from urbium.programme.cases.sight import Seen
from urbium.text import Text, say, text
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment
from urbium.web.server.routes import Form, see, writing
from urbium.web.server.sessions import CSRF_FIELD
from urbium.whole_numbers import whole_number

_APART: Final = frozenset({CSRF_FIELD, "version", "action", "then"})
"""What a form sends that nobody has typed."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What its reader has typed and not sent.

    Parameters
    ----------
    fields : as the form of the change sends it; of no step where somebody else has changed the dossier since
    at : when it was kept, in the time of the programme
    is_stale : whether somebody else has changed the dossier since
    """

    fields: dict[str, str]
    at: datetime
    is_stale: bool


def typed_before(office: Programme, actor: Actor, sight: Seen) -> Typed | None:
    """Return what a reader has typed into the form of a dossier and not sent; None for nothing."""
    draft = office.drafts.of(actor, sight.dossier)
    if draft is None:
        return None
    is_stale = not office.drafts.is_current(draft, sight.dossier)
    at = datetime.fromtimestamp(draft.saved / 1_000_000, UTC).astimezone(office.settings.zone())
    return Typed({**draft.fields, "action": "" if is_stale else CHANGE}, at, is_stale)


def keep_typed(office: Programme, actor: Actor, row: Kind, code: str, data: Mapping[str, str]) -> None:
    """Keep what somebody typed into the form of a dossier."""
    fields = {name: value for name, value in data.items() if name not in _APART}
    office.drafts.keep(actor, row.name, code, fields, version=whole_number(data.get("version", "")))


def save(office: FromOffice, actor: FromActor, kind: Segment, code: Segment, data: Form) -> Any:  # noqa: ANN401
    """Keep what was typed so far, and say so in a sentence; or drop what was kept, and show the case."""
    row = kind_named(kind)
    if "discard" in data:
        office.drafts.drop(actor, row.name, code)
        return see(f"/desk/{row.plural}/{code}")
    try:
        keep_typed(office, actor, row, code, data)
    except UrbiumError as error:
        return _said(text("Not saved: {reason}", reason=error.message), error.status)
    now = datetime.now(office.settings.zone())
    return _said(text("Saved at {time}", time=f"{now:%H:%M}"), HTTPStatus.OK)


def _said(sentence: Text, status: int) -> Response[str]:
    return Response(str(say(sentence)), status_code=status, media_type=MediaType.TEXT)


SAVING = (writing("/desk/{kind:str}/{code:str}/draft")(save),)
"""The address to which what is typed is sent."""
