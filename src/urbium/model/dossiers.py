"""Dossiers: what people work on in a programme: its content, its state, and who may see which field.

A dossier is one piece of work (a round, an application, a review, an agreement, a task book, a report, a
grade) or a person's account. Its content is a record of the kind's class; every field belongs to a *circle*
of readers. Whoever may read a dossier sees the fields of the circles that the right names, and no other
(:mod:`urbium.access`).
"""

from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

import msgspec

T = TypeVar("T")
_CIRCLE: Final = "circle"

CIRCLES: Final = ("open", "parties", "reviewers", "internal", "private")
"""The circles of readers of fields: anybody, the parties, who reviews, the office, its owner."""

Open = Annotated[T, msgspec.Meta(extra={_CIRCLE: "open"})]
"""A field that everybody sees who may read the dossier."""
Parties = Annotated[T, msgspec.Meta(extra={_CIRCLE: "parties"})]
"""A field that the parties of the dossier see: the city, its province, the office."""
Reviewers = Annotated[T, msgspec.Meta(extra={_CIRCLE: "reviewers"})]
"""A field that those see who review."""
Internal = Annotated[T, msgspec.Meta(extra={_CIRCLE: "internal"})]
"""A field that the office and the auditor see."""
Private = Annotated[T, msgspec.Meta(extra={_CIRCLE: "private"})]
"""A field that only the owner of the dossier sees."""


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a piece of work: its content, its state, and what it belongs to.

    Attributes
    ----------
    kind : what it is (``application``, ``review`` ...)
    code : its name within the kind
    state : where it stands
    version : from 1; every change makes the next one
    action : the step that made this version (``create``, ``change``, ``sign`` ...)
    content : the fields of the kind's class, as plain values
    city : the code of the city it is of; empty when it is of none
    province : the name of the province it is in, in the programme's first language; empty when in none
    round, agreement, parent, owner : codes of the round, agreement and dossier it belongs to, and of the
        account that owns it; empty when there is none
    parent_kind : the kind of ``parent``
    recorded_at, recorded_by : when this version was stored, and by which account or name
    """

    kind: str
    code: str
    state: str
    content: dict[str, Any]
    version: int = 0
    action: str = "create"
    city: str = ""
    province: str = ""
    round: str = ""
    agreement: str = ""
    parent: str = ""
    parent_kind: str = ""
    owner: str = ""
    recorded_at: datetime | None = None
    recorded_by: str = ""

    def content_as(self, kind: type[T]) -> T:
        """Return its content as the record of its kind."""
        return msgspec.convert(self.content, kind)

    def noting(self, **fields: Any) -> "Dossier":  # noqa: ANN401 - fields of any content
        """Return it with other values of some fields of its content."""
        return msgspec.structs.replace(self, content={**self.content, **fields})

    def holding(self, content: msgspec.Struct, **changes: Any) -> "Dossier":  # noqa: ANN401 - fields
        """Return it with another content, given as the record of its kind, and other values of fields."""
        return msgspec.structs.replace(self, content=dict(msgspec.to_builtins(content)), **changes)


def circles_of_fields(content: type[msgspec.Struct]) -> dict[str, str]:
    """Return the circle of every field of a class of contents.

    Raises TypeError when a field belongs to none, so that no field is shown by oversight.

    >>> class Note(msgspec.Struct):
    ...     title: Open[str]
    ...     remark: Internal[str]
    >>> circles_of_fields(Note)
    {'title': 'open', 'remark': 'internal'}
    """
    circles = {}
    for field in msgspec.inspect.type_info(content).fields:  # type: ignore[attr-defined]
        extra = getattr(field.type, "extra", None) or {}
        if _CIRCLE not in extra:
            message = f"field {field.name} of {content.__name__} belongs to no circle of readers"
            raise TypeError(message)
        circles[field.name] = extra[_CIRCLE]
    return circles
