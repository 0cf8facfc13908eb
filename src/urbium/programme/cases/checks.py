"""Case checks: what keeps a dossier from being begun or moved on, and how that is said."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from urbium.errors import ConflictError, Fault, ForbiddenError, InputError, NotFoundError
from urbium.model.dossiers import Dossier
from urbium.pilot.limits import limit_faults
from urbium.pilot.steps import CHANGE, CREATE, Step
from urbium.programme.cases.kinds import Kind
from urbium.text import coded, text

_ANSWERS = ("answer", "reasons", "reason", "conflict", "appeal", "note")
"""Fields in which a step says why it is taken."""


def read_content(row: Kind, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a content as its class has it; raise InputError for what is wrong or unknown."""
    unknown = sorted(set(content) - set(row.circles))
    if unknown:
        raise InputError(
            coded("programme.casework.unknown_field", "there is no field {name!r}", name=unknown[0]),
            place=row.name,
            remedy=text("choose one of: {names}", names=", ".join(sorted(row.circles))),
        )
    try:
        read = msgspec.convert(dict(content), row.content)
    except msgspec.ValidationError as error:
        field, is_lacking = _field_of(str(error))
        message = (
            coded("programme.casework.lacking", "the field {name!r} is missing", name=field)
            if is_lacking
            else coded(
                "programme.casework.wrong_content", "the content cannot be read: {error}", error=str(error)
            )
        )
        remedy = text("correct the field named")
        raise InputError(message, place=row.name, remedy=remedy, field=field) from None
    plain = dict(msgspec.to_builtins(read))
    faults = limit_faults(plain)
    if faults:
        raise InputError(
            coded("programme.casework.limits", "the content exceeds the permitted limits"),
            place=row.name,
            remedy=text("shorten what is listed"),
            faults=faults,
        )
    return plain


def _field_of(error: str) -> tuple[str, bool]:
    """Return the field that a content cannot be read for, as faults call it, and whether it is missing.

    >>> _field_of("Expected `int`, got `str` - at `$.tasks[0].year`")
    ('tasks.1.year', False)
    >>> _field_of("Object missing required field `step`")
    ('step', True)
    """
    what, _, path = error.partition(" - at `$")
    lacking = re.fullmatch(r"Object missing required field `(\w+)`", what)
    path = re.sub(r"\[(\d+)\]", lambda number: f".{int(number[1]) + 1}", path.rstrip("`"))
    return (path + (f".{lacking[1]}" if lacking else "")).removeprefix("."), lacking is not None


def check_fields(taken: Step, changes: Mapping[str, Any]) -> None:
    """Raise ForbiddenError for a field that the step may not set."""
    others = sorted(set(changes) - taken.fields)
    if others:
        raise ForbiddenError(
            coded(
                "programme.casework.other_field", "this step does not set the field {name!r}", name=others[0]
            ),
            place=taken.kind,
            remedy=text(
                "omit it; fields that the step {action!r} sets: {names}",
                action=taken.action,
                names=", ".join(sorted(taken.fields)) or text("none"),
            ),
        )


def answer_in(taken: Step, changes: Mapping[str, Any]) -> str:
    """Return what a step that leads on says in words, with its title: the reason why it is taken.

    >>> from urbium.pilot.steps import step
    >>> answer_in(step("submission", "return"), {"answer": "the year is missing"})
    'send back: the year is missing'
    """
    words = [changes.get(name) for name in _ANSWERS]
    said = next((word.strip() for word in words if isinstance(word, str) and word.strip()), "")
    return f"{taken.title}: {said}" if taken.after and said else ""


def absent(row: Kind, code: str) -> NotFoundError:
    """Return the refusal of what is not there, or hidden."""
    return NotFoundError(
        coded(
            "programme.casework.absent",
            "there is no {kind} {name!r} that you may see",
            kind=row.title,
            name=code,
        ),
        remedy=text("check the code, or sign in as someone who may see it"),
    )


def refused(dossier: Dossier, taken: Step, faults: Sequence[Fault]) -> InputError:
    """Return the refusal of a step whose checks found faults."""
    return InputError(
        coded("programme.casework.not_begun", "this has not been saved yet")
        if taken.action in (CREATE, CHANGE)
        else coded(
            "programme.casework.refused", "the step {action!r} is not possible yet", action=taken.title
        ),
        place=f"{dossier.kind} {dossier.code}",
        remedy=text("correct what is listed, and try again"),
        faults=faults,
    )


def unexplained(dossier: Dossier, taken: Step, faults: Sequence[Fault]) -> InputError:
    """Return the refusal of a step of which its checks warn, and for which no reason is given."""
    return InputError(
        coded("programme.casework.unexplained", "the step {action!r} needs a reason", action=taken.title),
        place=f"{dossier.kind} {dossier.code}",
        remedy=text("read the warnings, and state why the step is taken anyway"),
        faults=faults,
        field="reason",
    )


def stale(dossier: Dossier, version: int) -> ConflictError:
    """Return the refusal of a step with an older version than the newest."""
    return ConflictError(
        coded(
            "programme.casework.stale",
            "someone else has changed it: it is now at version {version}, but you saw version {old}",
            version=dossier.version,
            old=version,
        ),
        place=f"{dossier.kind} {dossier.code}",
        remedy=text("open it again and repeat your changes: nothing that you sent was stored"),
    )


def not_now(dossier: Dossier, taken: Step, others: Sequence[Step]) -> ConflictError:
    """Return the refusal of a step that the state does not allow."""
    return ConflictError(
        coded(
            "programme.casework.not_now", "its state does not allow this step: {action}", action=taken.title
        ),
        place=f"{dossier.kind} {dossier.code}",
        remedy=text(
            "possible now: {steps}", steps=", ".join(one.title for one in others) or text("nothing more")
        ),
    )


def rules_in(round_: Dossier | None) -> str:
    """Return the set of rules of a round; of what belongs to none, that which all sets share."""
    return "" if round_ is None else str(round_.content.get("rules", ""))
