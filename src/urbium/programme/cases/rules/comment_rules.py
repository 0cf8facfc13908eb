"""Rules of comments: for whom they can be, so that none tells of what its reader does not see."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from urbium.access import Role, rights
from urbium.errors import Fault
from urbium.model.dossiers import Dossier
from urbium.pilot.circulars import INTERNAL, TO_CITY, TO_OFFICE
from urbium.programme.cases.desk import Desk
from urbium.text import coded, text

_BEGINNING: Final = 100
"""Characters of a comment that its title shows."""


def reached(role: Role, above: Dossier) -> bool:
    """Say whether people of a role (a city's: of its city) read a dossier in its state."""
    return any(
        (one.role, one.kind, one.action) == (role, above.kind, "read")
        and (not one.states or above.state in one.states)
        and (one.where == "all" or (one.where == "city" and bool(above.city)))
        for one in rights()
    )


def receivers(above: Dossier | None, *, is_office: bool) -> tuple[str, ...]:
    """Return for whom somebody can comment on a dossier; on a figure of a city where there is none."""
    if not is_office:
        return (TO_OFFICE,) if above is None or reached(Role.OFFICE, above) else ()
    is_seen = above is None or reached(Role.OFFICER, above)
    return (TO_CITY, INTERNAL) if is_seen else (INTERNAL,)


def _writable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    writer = desk.dossier("account", dossier.recorded_by)
    roles = {one["role"] for one in writer.content["grants"]} if writer else set()
    above = desk.dossier(dossier.parent_kind, dossier.parent) if dossier.parent else None
    to = receivers(above, is_office=Role.OFFICE in roles)
    faults = []
    if not dossier.content["text"].strip():
        empty = coded("programme.comment.empty", "the comment is empty")
        faults.append(Fault("error", empty, text("write what you want to say"), cell="text"))
    if dossier.content["to"] not in to:
        hidden = coded(
            "programme.comment.hidden",
            "the comment is addressed to someone who cannot read it yet, or at all",
        )
        faults.append(
            Fault(
                "error",
                hidden,
                text("address it to someone else, or wait until the case is handed on"),
                cell="to",
            )
        )
    if above is None and not (dossier.city and dossier.content["about"]):
        nothing = coded("programme.comment.nothing", "the comment does not say what it is about")
        faults.append(
            Fault("error", nothing, text("name the case, or the city and the figure"), cell="about")
        )
    return faults


def _addressed(_desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Return a new comment in the state that says for whom it is, called by how it begins."""
    words = " ".join(dossier.content["text"].split())
    title = words if len(words) <= _BEGINNING else f"{words[:_BEGINNING]}…"
    content = {**dossier.content, "title": title}
    return [msgspec.structs.replace(dossier, state=content["to"], content=content)]


COMMENTS: Final[tuple[Mapping[str, Any], Mapping[str, Any]]] = (
    {"create": _writable},
    {"create": _addressed},
)
"""What is checked, and what else a step changes, by action."""
